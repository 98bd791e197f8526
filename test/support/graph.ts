/** Finding resources in a recorded graph, and reading what they hold. */
import assert from "node:assert/strict";
import type { Graph, Json, Resource } from "../../plan/graph";

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

/** The resource of that logical name. */
export function named(graph: Graph, name: string): Resource {
    const found = graph.resources.find((resource) => resource.name === name);
    assert.ok(
        found,
        `nothing is called ${name}: ${graph.resources.map((resource) => resource.name).join(", ")}`,
    );
    return found;
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

/** Types that would be in the account's default VPC if they named none. */
const OF_A_VPC = [
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/subnet:Subnet",
    "aws:lb/targetGroup:TargetGroup",
];

/** What belongs to a network is in the stack's own, or in the one that it adopts. */
export function assertInOneVpc({ resources }: Graph): void {
    const inVpc = resources.filter(({ type }) => OF_A_VPC.includes(type));
    const vpcs = inVpc.map(({ urn, inputs }) => {
        assert.ok(typeof inputs.vpcId === "string" && inputs.vpcId !== "", `${urn} is in the default VPC`);
        return inputs.vpcId;
    });
    assert.ok(new Set(vpcs).size <= 1, `more than one VPC: ${[...new Set(vpcs)].join(", ")}`);
}
