/** Every resource of a plan, below its parent. */
import type { Graph, Resource } from "./graph";

export function tree(graph: Graph): string {
    const children = new Map<string | undefined, Resource[]>();
    for (const resource of graph.resources) {
        children.set(resource.parent, [...(children.get(resource.parent) ?? []), resource]);
    }
    const lines: string[] = [];
    const visit = (resource: Resource, indent: string): void => {
        const below = children.get(resource.urn) ?? [];
        lines.push(`${indent}${resource.name}  ${resource.type}${marks(resource)}`);
        for (const child of [...below].sort(byName)) {
            visit(child, `${indent}  `);
        }
    };
    for (const root of children.get(undefined) ?? []) {
        visit(root, "");
    }
    return `${lines.join("\n")}\n`;
}

function byName(a: Resource, b: Resource): number {
    return a.name === b.name ? (a.type < b.type ? -1 : 1) : a.name < b.name ? -1 : 1;
}

function marks({ options }: Resource): string {
    const words = [
        ...(options.protect ? ["protected"] : []),
        ...(options.retainOnDelete ? ["kept on delete"] : []),
    ];
    return words.length === 0 ? "" : `  (${words.join(", ")})`;
}
