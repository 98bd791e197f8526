/** Every kind of resource, whose first call fails: once each, in stacks that have all kinds between them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackFiles } from "../../scripts/golden";
import { stackName } from "../../settings/stackFile";
import { planFile } from "../../plan/plan";
import type { Fault } from "./provider/faults";
import {
    ALL,
    assertNothingElseExists,
    assertStateIsPlan,
    createStack,
    engineSuite,
    ROOT,
    SEED,
} from "./support/engine";
import { assertConverged, assertFails, kindsIn, repeated } from "./support/failing";
import type { EngineResource, EngineStack } from "./support/stack";

/** Chosen by how many kinds they have that those before them have not. */
const STACKS = [
    "Pulumi.prod.yaml",
    "examples/backstage.yaml",
    "examples/team.yaml",
    "examples/ghostcodedeploy.yaml",
    "examples/web.yaml",
];

if (ALL) {
    describe("the stacks whose every kind of call fails", () => {
        it("have every kind that any stack of the repository has", async () => {
            const kinds = async (files: readonly string[]): Promise<readonly string[]> => {
                const plans = await Promise.all(files.map((file) => planFile(join(ROOT, file))));
                return [...new Set(plans.flatMap(({ graph }) => kindsIn(graph)))].sort();
            };
            assert.deepEqual(await kinds(STACKS), await kinds(stackFiles()));
        });
    });

    for (const file of STACKS) {
        engineSuite(`${file}, where each kind of call fails once, on the real engine`, (project) => {
            let stack: EngineStack;
            let resources: readonly EngineResource[] = [];

            before(async () => {
                const text = readFileSync(join(ROOT, file), "utf8");
                stack = await createStack(project(), stackName(file), { file: text });
            });

            it("is made in the end, each resource once, whatever was refused or was not as it should be", async () => {
                const { graph } = await planFile(stack.stackFile);
                const kinds = kindsIn(graph);
                stack.faults = { fail: kinds.map((kind, i) => firstOf(kind, "create", i)) };
                await repeated(stack, "up");
                resources = await assertConverged(stack);
            });

            it("goes in the end, whatever was refused, or was gone and nobody was told", async () => {
                const kinds = [...new Set(resources.map(({ type }) => type))].sort();
                stack.faults = { fail: kinds.map((kind, i) => firstOf(kind, "delete", i)) };
                const { code, output } = await stack.cli("state", "unprotect", "--all", "--yes");
                assert.equal(code, 0, output);
                await repeated(stack, "destroy");
                assert.deepEqual((await stack.state()).resources, []);
            });
        });
    }
}

if (ALL) {
    engineSuite("a creation of which nobody heard, on the real engine", (project) => {
        const LOGS = "::bookstack-logs";
        let stack: EngineStack;

        it("of what has a name of its own is refused the second time, by that name", async () => {
            stack = await createStack(project(), "dev");
            stack.faults = { fail: [{ method: "create", urn: `${LOGS}$`, way: "unanswered" }] };
            await assertFails(() => stack.up(), stack);
            await assert.rejects(stack.up(), /already exists: .*\/selfhost\/dev\/bookstack/);
        });

        it("is made again once it is deleted, as the runbook says", async () => {
            const left = stack.cloud.existing().filter(({ urn }) => urn.endsWith(LOGS));
            assert.equal(left.length, 1);
            left.forEach(({ id }) => {
                stack.cloud.delete(id);
            });
            await stack.up();
            const resources = await assertStateIsPlan(stack);
            assertNothingElseExists(stack, resources);
        });
    });
}

/** Two ways, in turn, and the other way round with the next seed. */
function firstOf(kind: string, method: Fault["method"], index: number): Fault {
    const other = method === "create" ? "half" : "unanswered";
    return { method, urn: `[$:]${kind}::`, way: (index + SEED) % 2 === 0 ? "refused" : other };
}
