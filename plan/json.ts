/** The plan for programs: every field of each registration that the engine would get. */
import type { Json, Resource } from "./graph";
import type { Plan } from "./plan";

export function json({ graph, notes, pending }: Plan): Record<string, unknown> {
    const { project, stack, region, resources, outputs } = graph;
    return { project, stack, region, resources: resources.map(jsonResource), outputs, notes, pending };
}

/** One registration, without the options that say nothing. */
export function jsonResource(resource: Resource): Record<string, unknown> {
    const { urn, type, name, parent, inputs, dependencies, propertyDependencies } = resource;
    return {
        urn,
        type,
        name,
        parent,
        inputs,
        dependencies,
        propertyDependencies,
        options: jsonOptions(resource),
    };
}

function jsonOptions({ options }: Resource): Record<string, Json> {
    const said = Object.entries(options).filter(
        ([, value]) =>
            value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0),
    );
    return Object.fromEntries(said);
}
