/** One order for every run. */
import { sortedBy } from "../../settings/order";
import type { Resource } from "../graph";

/** Every parent before its children, siblings by URN. */
export function parentsFirst(resources: Iterable<Resource>): readonly Resource[] {
    const children = new Map<string | undefined, Resource[]>();
    for (const resource of resources) {
        const siblings = children.get(resource.parent);
        if (siblings === undefined) {
            children.set(resource.parent, [resource]);
        } else {
            siblings.push(resource);
        }
    }
    const ordered: Resource[] = [];
    const visit = (parent: string | undefined): void => {
        for (const child of sortedBy(children.get(parent) ?? [], ({ urn }) => urn)) {
            ordered.push(child);
            visit(child.urn);
        }
    };
    visit(undefined);
    return ordered;
}
