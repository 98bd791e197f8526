/**
 * Stack files that nobody thought of: each is refused with messages that say where and what to write, or it gives a
 * graph for which everything holds. `SELFHOST_RUNS=1000 npm test` tries more; a failure prints its seed.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseDocument } from "yaml";
import program from "../index";
import type { Graph } from "../plan/graph";
import { record } from "../plan/record";
import { parseStackFile } from "../settings/stackFile";
import { stackFiles } from "./support/arbitrary";
import { assertWholePolicies } from "./support/documents";
import { assertInOneVpc } from "./support/graph";
import { settleText } from "./support/settings";

const STACKS = ["dev", "staging", "prod"] as const;
const MANY = Number(process.env.SELFHOST_RUNS ?? 240);
const SCORES = Math.ceil(MANY / 20);

async function graphOf(text: string, stack: string): Promise<Graph> {
    const { entries } = parseStackFile(text, `Pulumi.${stack}.yaml`, "selfhost");
    return record(() => program("plan"), {
        project: "selfhost",
        stack,
        region: "eu-west-1",
        config: Object.fromEntries(entries.values),
    });
}

/** The stack file without the settings that it has problems with, as a person would mend it; undefined: beyond that. */
function repaired(text: string, stack: string): string | undefined {
    const document = parseDocument(text);
    for (let tries = 0; tries < 8; tries++) {
        const { settings, problems } = settleText(document.toString(), { stack });
        if (settings !== undefined) {
            return document.toString();
        }
        for (const { path } of problems) {
            const [, key = "", rest = ""] = /^(selfhost:[a-z]+)\.?(.*)$/i.exec(path) ?? [];
            const keys = ["config", key, ...rest.split(/[.[\]]+/).filter(Boolean)];
            // What a problem is about may be gone with another one.
            while (keys.length > 2 && !document.hasIn(keys)) {
                keys.pop();
            }
            document.deleteIn(keys);
        }
        if (stack !== "dev" && !document.hasIn(["config", "selfhost:domain"])) {
            document.setIn(["config", "selfhost:domain"], "example.com");
        }
    }
    return undefined;
}

describe("any stack file of the right form", function () {
    this.timeout(300_000);

    it("is settled, or refused with a path, a reason and a fix for each problem", () => {
        fc.assert(
            fc.property(stackFiles(), fc.constantFrom(...STACKS), (text, stack) => {
                const { settings, problems } = settleText(text, { stack });
                assert.equal(settings === undefined, problems.length > 0);
                for (const { path, reason, fix } of problems) {
                    assert.match(path, /^(selfhost|aws):\w/);
                    assert.match(reason, /^[a-z].*[.]$/s, reason);
                    assert.ok(
                        fix.length > 0 && !/undefined|NaN|\[object/.test(`${path} ${reason} ${fix}`),
                        `${path}: ${reason} ${fix}`,
                    );
                }
            }),
            { numRuns: MANY },
        );
    });

    it("gives a graph without loops, whose references resolve, whose names fit and whose policies are whole, wherever it is settled", async () => {
        let graphs = 0;
        await fc.assert(
            fc.asyncProperty(stackFiles(), fc.constantFrom(...STACKS), async (text, stack) => {
                const good = repaired(text, stack);
                if (good === undefined) {
                    return;
                }
                const graph = await graphOf(good, stack);
                graphs++;
                assertOrdered(graph);
                assertNamed(graph);
                assertCanonical(graph);
                assertWholePolicies(graph);
                assertInOneVpc(graph);
            }),
            { numRuns: SCORES, endOnFailure: true },
        );
        assert.ok(
            graphs > SCORES / 2,
            `only ${graphs} of the stack files were settled: the generator must do better`,
        );
    });
});

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

/** Most characters of a name that Pulumi makes from the logical one, adding eight, or that the program chooses. */
const LIMITS: Readonly<Record<string, { readonly property: string; readonly most: number }>> = {
    "aws:lb/loadBalancer:LoadBalancer": { property: "name", most: 32 },
    "aws:lb/targetGroup:TargetGroup": { property: "name", most: 32 },
    "aws:iam/role:Role": { property: "name", most: 64 },
    "aws:lambda/function:Function": { property: "name", most: 64 },
    "aws:rds/cluster:Cluster": { property: "clusterIdentifier", most: 63 },
    "aws:rds/clusterInstance:ClusterInstance": { property: "identifier", most: 63 },
    "aws:ecr/repository:Repository": { property: "name", most: 256 },
    "aws:ecs/cluster:Cluster": { property: "name", most: 255 },
    "aws:ecs/service:Service": { property: "name", most: 255 },
};

function assertNamed({ resources }: Graph): void {
    for (const { type, name, inputs, urn } of resources) {
        const limit = LIMITS[type];
        if (limit !== undefined) {
            const chosen = inputs[limit.property];
            const length = typeof chosen === "string" ? chosen.length : name.length + 8;
            assert.ok(length <= limit.most, `${urn} has ${length} characters`);
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
