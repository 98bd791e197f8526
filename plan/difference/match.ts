/** Which resource of one plan is which of another: by URN, else by alias, as the engine does it. */
import type { Json } from "../graph";
import { isObject } from "../record/values";
import type { PlanDocument, PlannedResource } from "./model";

export interface Pair {
    readonly before: PlannedResource;
    readonly after: PlannedResource;
}

export interface Matched {
    readonly pairs: readonly Pair[];
    readonly added: readonly PlannedResource[];
    readonly removed: readonly PlannedResource[];
}

const STACK = "pulumi:pulumi:Stack";

/** What is a thing of its own; components and the stack only group. */
export function isThing({ type }: PlannedResource): boolean {
    return type !== STACK && !type.startsWith("selfhost:");
}

/** The plan with the stack's and the project's name of the other: in URNs, and so in every reference. */
export function asIn(document: PlanDocument, other: PlanDocument): PlanDocument {
    const from = prefix(document);
    const to = prefix(other);
    if (from === to) {
        return document;
    }
    const rename = (text: string): string => text.replaceAll(from, to);
    const { cost, policy } = document;
    return {
        ...document,
        resources: document.resources.map((resource) => renamed(resource, rename)),
        cost: cost && { ...cost, lines: cost.lines.map((line) => ({ ...line, urn: rename(line.urn) })) },
        policy: policy && {
            violations: policy.violations.map((violation) => ({ ...violation, urn: rename(violation.urn) })),
        },
    };
}

function prefix({ stack, project }: PlanDocument): string {
    return `urn:pulumi:${stack}::${project}::`;
}

function renamed(resource: PlannedResource, rename: (text: string) => string): PlannedResource {
    return {
        ...resource,
        urn: rename(resource.urn),
        parent: resource.parent === undefined ? undefined : rename(resource.parent),
        dependencies: resource.dependencies.map(rename),
        inputs: mapTexts(resource.inputs, rename) as PlannedResource["inputs"],
    };
}

export function mapTexts(value: Json, map: (text: string) => string): Json {
    if (typeof value === "string") {
        return map(value);
    }
    if (Array.isArray(value)) {
        return (value as readonly Json[]).map((item) => mapTexts(item, map));
    }
    return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, map)]))
        : value;
}

/** Pairs resources of two plans of the same stack name. */
export function match(before: PlanDocument, after: PlanDocument): Matched {
    const olds = new Map(before.resources.filter(isThing).map((resource) => [resource.urn, resource]));
    const news = after.resources.filter(isThing);
    const taken = new Set(news.map(({ urn }) => urn).filter((urn) => olds.has(urn)));
    const aliasesOf = formerUrns(after);
    const pairs: Pair[] = [];
    const added: PlannedResource[] = [];
    for (const resource of news) {
        const urns = [resource.urn, ...aliasesOf(resource).filter((urn) => !taken.has(urn))];
        const old = urns.map((urn) => olds.get(urn)).find((found) => found !== undefined);
        if (old === undefined) {
            added.push(resource);
        } else {
            taken.add(old.urn);
            pairs.push({ before: old, after: resource });
        }
    }
    return { pairs, added, removed: [...olds.values()].filter(({ urn }) => !taken.has(urn)) };
}

/**
 * Former URNs of a resource: of its own aliases, of its parent's, and of both together.
 * https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/
 */
export function formerUrns({
    resources,
    project,
    stack,
}: PlanDocument): (resource: PlannedResource) => readonly string[] {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const found = new Map<string, readonly string[]>();
    const of = (resource: PlannedResource): readonly string[] => {
        const known = found.get(resource.urn);
        if (known !== undefined) {
            return known;
        }
        const own = (resource.options.aliases ?? []).map((alias) =>
            urnOf(alias, resource, { project, stack }),
        );
        const parent = resource.parent === undefined ? undefined : byUrn.get(resource.parent);
        const inherited =
            parent === undefined
                ? []
                : of(parent).flatMap((parentAlias) =>
                      [resource.urn, ...own].map((urn) => belowAlias(urn, parent, parentAlias)),
                  );
        const urns = [...new Set([...own, ...inherited])].filter((urn) => urn !== "" && urn !== resource.urn);
        found.set(resource.urn, urns);
        return urns;
    };
    return of;
}

function urnOf(
    alias: Json,
    resource: PlannedResource,
    { project, stack }: { readonly project: string; readonly stack: string },
): string {
    if (typeof alias === "string") {
        return alias;
    }
    if (!isObject(alias)) {
        return "";
    }
    const said = (key: string, otherwise: string): string =>
        typeof alias[key] === "string" ? alias[key] : otherwise;
    const parent = alias.parent === null ? undefined : said("parent", resource.parent ?? "");
    return [
        `urn:pulumi:${said("stack", stack)}`,
        said("project", project),
        `${chainBelow(parent)}${said("type", resource.type)}`,
        said("name", resource.name),
    ].join("::");
}

/** `selfhost:index:Edge$` below a component, nothing below the stack. */
function chainBelow(parent: string | undefined): string {
    const chain = parent?.split("::")[2] ?? "";
    return chain === "" || chain === STACK ? "" : `${chain}$`;
}

/** A child below its parent's alias; a name that starts with the parent's follows it, as the engine supposes. */
function belowAlias(urn: string, parent: PlannedResource, parentAlias: string): string {
    const [stack = "", project = "", chain = "", ...rest] = urn.split("::");
    const name = rest.join("::");
    const type = chain.slice(chain.lastIndexOf("$") + 1);
    const parentName = parentAlias.split("::").slice(3).join("::");
    const follows = name.startsWith(parent.name) ? `${parentName}${name.slice(parent.name.length)}` : name;
    return [stack, project, `${chainBelow(parentAlias)}${type}`, follows].join("::");
}
