/** What generated configurations are judged by: each rule finds the mistake that it is there for. */
import assert from "node:assert/strict";
import type { Graph, Json, Resource } from "../plan/graph";
import type { Plan } from "../plan/plan";
import { assertSound } from "./support/invariants";
import { stackFiles } from "../scripts/golden";
import { planned } from "./support/stacks";

/** The plan with one resource changed: the first of a type. */
function changed(plan: Plan, type: string, change: (resource: Resource) => Partial<Resource>): Plan {
    const first = plan.graph.resources.find((resource) => resource.type === type);
    assert.ok(first, `no ${type}`);
    const resources = plan.graph.resources.map((one) => (one === first ? { ...one, ...change(one) } : one));
    return withGraph(plan, { ...plan.graph, resources });
}

function withGraph(plan: Plan, graph: Graph): Plan {
    return { ...plan, graph };
}

function withInput(property: string, value: Json): (resource: Resource) => Partial<Resource> {
    return ({ inputs }) => ({ inputs: { ...inputs, [property]: value } });
}

/** The first container of a task definition, changed. */
function withContainer(change: (container: Record<string, unknown>) => void) {
    return ({ inputs }: Resource): Partial<Resource> => {
        const containers = JSON.parse(inputs.containerDefinitions as string) as Record<string, unknown>[];
        containers.slice(0, 1).forEach(change);
        return { inputs: { ...inputs, containerDefinitions: JSON.stringify(containers) } };
    };
}

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const ALB = "aws:lb/loadBalancer:LoadBalancer";
const LOGS = "aws:cloudwatch/logGroup:LogGroup";

const MISTAKES: Readonly<Record<string, readonly [(plan: Plan) => Plan, RegExp]>> = {
    "a resource that depends on itself, two steps away": [
        (plan) => {
            const user = plan.graph.resources.find(({ dependencies }) => dependencies.length > 0);
            assert.ok(user);
            return withGraph(plan, {
                ...plan.graph,
                resources: plan.graph.resources.map((one) =>
                    one.urn === user.dependencies[0] ? { ...one, dependencies: [user.urn] } : one,
                ),
            });
        },
        /a loop/,
    ],
    "a dependency on nothing": [
        (plan) => changed(plan, ALB, () => ({ dependencies: ["urn:pulumi:x::y::z::gone"] })),
        /is not there/,
    ],
    "a reference to nothing": [
        (plan) => changed(plan, ALB, withInput("subnets", ["${urn:pulumi:x::y::z::gone.id}"])),
        /mentions/,
    ],
    "a name that is too long": [
        (plan) => changed(plan, ALB, () => ({ name: "a".repeat(25) })),
        /has 33 characters/,
    ],
    "a name of one's own that is too long": [
        (plan) => changed(plan, LOGS, withInput("name", "a".repeat(513))),
        /has 513 characters/,
    ],
    "a name twice": [
        (plan) => {
            const [, second] = plan.graph.resources.filter(({ type }) => type === LOGS);
            return changed(plan, LOGS, withInput("name", second?.inputs.name ?? ""));
        },
        /is called .* too/,
    ],
    "a port that nobody meant to open": [
        (plan) => {
            const open = plan.graph.resources.find(
                ({ type, inputs }) => type === INGRESS && inputs.cidrIpv4 === "0.0.0.0/0",
            );
            const resources = plan.graph.resources.map((one) =>
                one === open ? { ...one, inputs: { ...one.inputs, fromPort: 22, toPort: 22 } } : one,
            );
            return withGraph(plan, { ...plan.graph, resources });
        },
        /opens \[22,22\]/,
    ],
    "a range that nobody meant to let in": [
        (plan) => changed(plan, INGRESS, withInput("cidrIpv4", "198.51.100.0/24")),
        /is open and no load balancer's/,
    ],
    "a cost that is no number": [(plan) => ({ ...plan, cost: { ...plan.cost, monthly: Number.NaN } }), /NaN/],
    "a line of the costs that is no number": [
        (plan) => ({
            ...plan,
            cost: {
                ...plan.cost,
                lines: plan.cost.lines.map((line, i) => (i === 0 ? { ...line, monthly: Infinity } : line)),
            },
        }),
        /urn:pulumi/,
    ],
    "variables out of order": [
        (plan) =>
            changed(
                plan,
                TASK,
                withContainer((container) => (container.environment as unknown[]).reverse()),
            ),
        /environment/,
    ],
    "a list that AWS would fill in": [
        (plan) =>
            changed(
                plan,
                TASK,
                withContainer((container) => Reflect.deleteProperty(container, "mountPoints")),
            ),
        /leaves out mountPoints/,
    ],
    "a policy that a plan cannot decide": [
        (plan) => ({
            ...plan,
            policy: {
                ...plan.policy,
                undecided: [{ policy: "x", level: "mandatory", urn: "urn", message: "m" }],
            } as unknown as Plan["policy"],
        }),
        /knows everything/,
    ],
};

describe("a plan that is not sound", () => {
    it("is none of the repository's", async () => {
        for (const file of stackFiles()) {
            assertSound(await planned(file));
        }
    });

    for (const [mistake, [make, says]] of Object.entries(MISTAKES)) {
        it(`is found: ${mistake}`, async () => {
            const plan = await planned("Pulumi.dev.yaml");
            assert.throws(() => {
                assertSound(make(plan));
            }, says);
        });
    }
});
