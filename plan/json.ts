/** The plan for programs: every field of each registration that the engine would get. */
import { costOfGroups } from "./cost/describe";
import type { Json, Resource } from "./graph";
import type { Plan } from "./plan";
import { groups, ownersOf, sectionsOf } from "./sections";

export function json(plan: Plan): Record<string, unknown> {
    const { notes, pending, policy } = plan;
    const { project, stack, region, resources, outputs } = plan.graph;
    return {
        project,
        stack,
        region,
        summary: jsonSummary(plan),
        resources: resources.map(jsonResource),
        outputs,
        cost: jsonCost(plan),
        policy: { violations: policy.violations, waived: policy.waived },
        notes,
        pending,
    };
}

/** What the summary counts, and the words beside it. */
function jsonSummary(plan: Plan): Record<string, unknown> {
    const sections = sectionsOf(plan).map(({ name, resources, words }) => ({
        name,
        resources: resources.length,
        words,
    }));
    return {
        apps: plan.settings.apps.length,
        resources: sections.reduce((sum, { resources }) => sum + resources, 0),
        violated: plan.policy.violations.length,
        waived: plan.policy.waived.length,
        sections,
    };
}

/** The cost, also by what it belongs to. */
function jsonCost({ graph, cost, settings }: Plan): Record<string, unknown> {
    return { ...cost, groups: costOfGroups(cost, groups(graph, ownersOf(settings))) };
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
