/** What holds for every plan, whatever the stack file says. */
import assert from "node:assert/strict";
import type { Graph } from "../../plan/graph";
import type { Plan } from "../../plan/plan";
import { NAMING } from "../engine/provider/facts";
import { assertWholePolicies } from "./documents";
import { assertInOneVpc } from "./graph";

/** Policies are judged apart: what a stack file asks for may violate one, and the plan says so. */
export function assertSound({ graph, cost, policy, settings }: Plan): void {
    assertOrdered(graph);
    assertReferring(graph);
    assertNamed(graph);
    assertCanonical(graph);
    assertWholePolicies(graph);
    assertInOneVpc(graph);
    assertPriced(cost);
    assert.deepEqual(policy.undecided, [], "a plan knows everything that policies ask");
    assertOpenWhereMeant(graph, settings.edge.kind === "create" ? settings.edge.allowedCidrs : []);
}

/** Every reference is to something that is registered. */
function assertReferring({ resources }: Graph): void {
    const urns = new Set(resources.map(({ urn }) => urn));
    assert.equal(urns.size, resources.length, "two resources of one name");
    for (const { urn, inputs } of resources) {
        for (const [, text = ""] of JSON.stringify(inputs).matchAll(/\$\{(urn:[^}]+)\}/g)) {
            const parts = text.split(".");
            const beginnings = parts.map((_, i) => parts.slice(0, i + 1).join("."));
            assert.ok(
                beginnings.some((beginning) => urns.has(beginning)),
                `${urn} mentions ${text}`,
            );
        }
    }
}

function assertPriced({ monthly, idleMonthly, lines }: Plan["cost"]): void {
    assert.ok(Number.isFinite(monthly) && Number.isFinite(idleMonthly) && monthly >= 0, String(monthly));
    for (const line of lines) {
        assert.ok(Number.isFinite(line.monthly) && line.monthly >= 0, `${line.urn} ${line.item}`);
    }
}

/** Ports that a load balancer answers on: visitors', and the one on which CodeDeploy's new tasks are tried. */
const OPEN = [80, 443];

/** Whoever comes from an address range comes to a load balancer, and only from where the stack file allows. */
function assertOpenWhereMeant({ resources }: Graph, allowed: readonly string[]): void {
    for (const { type, inputs, urn, name } of resources) {
        const range = inputs.cidrIpv4 ?? inputs.cidrIpv6;
        if (
            type !== "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" ||
            typeof range !== "string"
        ) {
            continue;
        }
        const meant = allowed.length === 0 ? ["0.0.0.0/0", "::/0"] : allowed;
        if (!range.includes("${")) {
            assert.ok(meant.includes(range) || allowed.includes("0.0.0.0/0"), `${urn} lets ${range} in`);
            assert.match(name, /-(alb|listener)\b|balancer/, `${urn} is open and no load balancer's`);
            assert.ok(
                OPEN.includes(Number(inputs.fromPort)) && inputs.fromPort === inputs.toPort,
                `${urn} opens ${JSON.stringify([inputs.fromPort, inputs.toPort])}`,
            );
        }
    }
}

/** Nothing depends on itself, however many steps away, and nothing on what is not there. */
function assertOrdered({ resources }: Graph): void {
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const done = new Set<string>();
    const visit = (urn: string, path: readonly string[]): void => {
        assert.ok(!path.includes(urn), `a loop: ${[...path, urn].join(" → ")}`);
        const resource = byUrn.get(urn);
        assert.ok(resource, `${path.at(-1) ?? ""} depends on ${urn}, which is not there`);
        if (!done.has(urn)) {
            resource.dependencies.forEach((dependency) => {
                visit(dependency, [...path, urn]);
            });
            done.add(urn);
        }
    };
    resources.forEach(({ urn }) => {
        visit(urn, []);
    });
}

/** What a name is within, where two of the same are two things. */
const WITHIN: Readonly<Record<string, string>> = { "aws:iam/rolePolicy:RolePolicy": "role" };

/** As long as AWS allows, with the eight characters that Pulumi adds where the program chooses none; and each once. */
function assertNamed({ resources }: Graph): void {
    const taken = new Map<string, string>();
    for (const { type, name, inputs, urn } of resources) {
        const naming = NAMING[type];
        const chosen = naming === undefined ? undefined : inputs[naming.property];
        if (naming !== undefined && inputs[`${naming.property}Prefix`] === undefined) {
            const made = `${naming.prefix ?? ""}${name}-1234567`;
            const full = typeof chosen === "string" ? chosen : made;
            // A reference stands for a name that is checked where it is made.
            assert.ok(
                full.length <= naming.limit || full.includes("${"),
                `${urn} has ${full.length} characters`,
            );
        }
        if (typeof chosen === "string") {
            const key = JSON.stringify([type, chosen, inputs[WITHIN[type] ?? ""] ?? null]);
            assert.equal(taken.get(key), undefined, `${urn} is called ${chosen} too`);
            taken.set(key, urn);
        }
    }
}

/** Containers, variables and secrets in order, and every list that AWS would add written out. */
function assertCanonical({ resources }: Graph): void {
    for (const { type, inputs, urn } of resources.filter((resource) =>
        resource.type.endsWith(":TaskDefinition"),
    )) {
        const containers = JSON.parse(inputs.containerDefinitions as string) as Record<string, unknown>[];
        assertSorted(
            containers.map(({ name }) => String(name)),
            `${type} ${urn}`,
        );
        for (const container of containers) {
            for (const list of [
                "environment",
                "secrets",
                "portMappings",
                "mountPoints",
                "volumesFrom",
                "systemControls",
            ]) {
                assert.ok(Array.isArray(container[list]), `${urn} leaves out ${list}`);
            }
            for (const list of ["environment", "secrets"]) {
                assertSorted(
                    (container[list] as { name: string }[]).map(({ name }) => name),
                    `${urn} ${list}`,
                );
            }
        }
    }
}

function assertSorted(names: readonly string[], where: string): void {
    assert.deepEqual(names, [...names].sort(), where);
    assert.equal(new Set(names).size, names.length, `${where}: a name twice`);
}
