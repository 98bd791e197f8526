/** A graph as prices read it: resources by type, and who depends on whom. */
import type { Graph, Json, Resource } from "../graph";

export const SERVICE = "aws:ecs/service:Service";
export const TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";

/** The average month: 365 days of 24 hours, by 12. AWS's own calculator uses it. */
export const HOURS = 730;

/** Of the same month. */
export const DAYS_PER_MONTH = 365 / 12;

export class Reading {
    private readonly byUrn: ReadonlyMap<string, Resource>;
    private readonly reached = new Map<string, ReadonlySet<string>>();

    constructor(readonly graph: Graph) {
        this.byUrn = new Map(graph.resources.map((resource) => [resource.urn, resource]));
    }

    all(type: string): readonly Resource[] {
        return this.graph.resources.filter((resource) => resource.type === type);
    }

    /** The first resource of a type that a property refers to. */
    referred(from: Resource, property: string, type: string): Resource | undefined {
        const urns = from.propertyDependencies[property] ?? [];
        return urns.map((urn) => this.byUrn.get(urn)).find((resource) => resource?.type === type);
    }

    /** The resources of a type, one property of which refers to the given resource. */
    referring(to: Resource, property: string, type: string): readonly Resource[] {
        return this.all(type).filter((resource) => resource.propertyDependencies[property]?.includes(to.urn));
    }

    /** The resources of a type that cannot exist without the given one, directly or through others. */
    dependents(on: Resource, type: string): readonly Resource[] {
        return this.all(type).filter((resource) => this.reach(resource).has(on.urn));
    }

    private reach(from: Resource): ReadonlySet<string> {
        const known = this.reached.get(from.urn);
        if (known !== undefined) {
            return known;
        }
        const found = new Set<string>();
        const left = [...from.dependencies];
        for (let urn = left.pop(); urn !== undefined; urn = left.pop()) {
            if (!found.has(urn)) {
                found.add(urn);
                const resource = this.byUrn.get(urn);
                // A service that another one calls uses its own data.
                left.push(
                    ...(resource === undefined || resource.type === SERVICE ? [] : resource.dependencies),
                );
            }
        }
        this.reached.set(from.urn, found);
        return found;
    }
}

/** The value at a path of property names and positions: `networkConfiguration.assignPublicIp`. */
export function at(resource: Resource, path: string): Json | undefined {
    let value: Json | undefined = resource.inputs;
    for (const name of path.split(".")) {
        value =
            typeof value === "object" && value !== null
                ? (value as Readonly<Record<string, Json | undefined>>)[name]
                : undefined;
    }
    return value;
}

export function textAt(resource: Resource, path: string): string | undefined {
    const value = at(resource, path);
    return typeof value === "string" ? value : undefined;
}

/** A number, also where it is written as text, as a task definition does. */
export function numberAt(resource: Resource, path: string): number | undefined {
    const value = at(resource, path);
    const number = typeof value === "string" && value !== "" ? Number(value) : value;
    return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

export function listAt(resource: Resource, path: string): readonly Json[] {
    const value = at(resource, path);
    return Array.isArray(value) ? (value as readonly Json[]) : [];
}

/** A property of a JSON object; undefined for any other value. */
export function property(value: Json | undefined, name: string): Json | undefined {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Readonly<Record<string, Json | undefined>>)[name]
        : undefined;
}
