/** Finding resources in a recorded graph. */
import type { Graph, Resource } from "../../plan/graph";

/** All resources of a type, for example `aws:ec2/vpc:Vpc`, in the graph's order. */
export function ofType(graph: Graph, type: string): readonly Resource[] {
    return graph.resources.filter((resource) => resource.type === type);
}

/** The one resource of a type, or of a type and name; an error that lists what there is when it is not exactly one. */
export function only(graph: Graph, type: string, name?: string): Resource {
    const all = ofType(graph, type);
    const found = name === undefined ? all : all.filter((resource) => resource.name === name);
    const [resource] = found;
    if (resource === undefined || found.length > 1) {
        const wanted = name === undefined ? type : `${type} "${name}"`;
        const there = all.length === 0 ? typesOf(graph) : all.map((other) => other.name).join(", ");
        throw new Error(`expected exactly one ${wanted}, found ${found.length}; there are: ${there}`);
    }
    return resource;
}

/** The direct children of a resource. */
export function childrenOf(graph: Graph, urn: string): readonly Resource[] {
    return graph.resources.filter((resource) => resource.parent === urn);
}

/** How another resource's inputs refer to a property of this one. */
export function reference(resource: Resource, property: string): string {
    return `\${${resource.urn}.${property}}`;
}

function typesOf(graph: Graph): string {
    return [...new Set(graph.resources.map((resource) => resource.type))].sort().join(", ");
}
