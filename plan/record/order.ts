/** One order for every run. */
import type { Resource } from "../graph";

export function compare(a: string, b: string): number {
    if (a === b) {
        return 0;
    }
    return a < b ? -1 : 1;
}

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
        for (const child of (children.get(parent) ?? []).sort((a, b) => compare(a.urn, b.urn))) {
            ordered.push(child);
            visit(child.urn);
        }
    };
    visit(undefined);
    return ordered;
}
