/** Records a component on its own and finds what it registered. */
import assert from "node:assert/strict";
import type { Graph, Json, Resource } from "../../plan/graph";
import { type Program, record } from "../../plan/record";

/** Account and region that the tests of single components use. */
export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";

/** The graph of a program in the stack `prod`. */
export function recorded(program: () => Record<string, unknown> | undefined): Promise<Graph> {
    const run: Program = () => Promise.resolve(program());
    return record(run, { project: "selfhost", stack: "prod", region: REGION, account: ACCOUNT });
}

/** Records once for the same arguments: graphs are read, never changed. */
export function remembered<Args extends readonly unknown[]>(
    recording: (...args: Args) => Promise<Graph>,
): (...args: Args) => Promise<Graph> {
    const graphs = new Map<string, Promise<Graph>>();
    return (...args) => {
        const key = JSON.stringify(args);
        const graph = graphs.get(key) ?? recording(...args);
        graphs.set(key, graph);
        return graph;
    };
}

/** All resources of a type: `aws:s3/bucket:Bucket`. */
export function allOf(graph: Graph, type: string): readonly Resource[] {
    return graph.resources.filter((resource) => resource.type === type);
}

/** The resource of that type, which must be the only one. */
export function onlyOf(graph: Graph, type: string): Resource {
    const [found, ...others] = allOf(graph, type);
    assert.ok(
        found !== undefined && others.length === 0,
        `${type}: ${others.length + (found ? 1 : 0)}, not one`,
    );
    return found;
}

/** The resource of that logical name. */
export function named(graph: Graph, name: string): Resource {
    const found = graph.resources.find((resource) => resource.name === name);
    assert.ok(
        found,
        `nothing is called ${name}: ${graph.resources.map((resource) => resource.name).join(", ")}`,
    );
    return found;
}

export interface PolicyStatement {
    readonly Sid: string;
    readonly Effect: string;
    readonly Action: Json;
    readonly Resource: Json;
    readonly Principal?: Json;
    readonly Condition?: Json;
}

/** What a JSON text holds. */
export function jsonIn(text: Json | undefined): unknown {
    assert.ok(typeof text === "string", "no JSON text");
    return JSON.parse(text);
}

/** The statements of a policy document, by their names. */
export function statementsIn(document: Json | undefined): Readonly<Record<string, PolicyStatement>> {
    const { Statement } = jsonIn(document) as { readonly Statement: readonly PolicyStatement[] };
    return Object.fromEntries(Statement.map((statement) => [statement.Sid, statement]));
}

/** Everything that a component registers is below it. */
export function assertParents(graph: Graph, component: string): void {
    const { urn } = named(graph, component);
    const parents = new Map(graph.resources.map((resource) => [resource.urn, resource.parent]));
    const isBelow = (at: string | undefined): boolean =>
        at !== undefined && (at === urn || isBelow(parents.get(at)));
    const registered = graph.resources.filter(({ type }) => type !== "pulumi:pulumi:Stack");
    assert.deepEqual(
        registered.filter((resource) => !isBelow(resource.urn)).map(({ name }) => name),
        [],
    );
    assert.deepEqual(
        registered.filter(({ name }) => !name.startsWith(component)).map(({ name }) => name),
        [],
    );
}
