/** Each example, as somebody deploys it: previewed as planned, made, unchanged by a second run, and removed by the runbook. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stackFiles } from "../../scripts/golden";
import { stackName } from "../../settings/stackFile";
import { deletedBeforeUsers, goneTooEarly, guardedPairs, madeTooEarly, notWaiting } from "./order";
import {
    ALL,
    assertNothingToChange,
    assertPreviewIsPlan,
    choose,
    createStack,
    engineSuite,
    planOf,
    ROOT,
    slowGuards,
} from "./support/engine";
import { assertConverged, assertFails, chosenFault, kindsIn } from "./support/failing";
import { assertNoLeaks } from "./support/leaks";
import type { EngineResource, EngineStack } from "./support/stack";

const EXAMPLES = stackFiles().filter((file) => file.startsWith("examples/"));

for (const file of ALL ? EXAMPLES : [choose(EXAMPLES, "example")]) {
    engineSuite(`${file} on the real engine`, (project) => {
        let stack: EngineStack;
        let resources: readonly EngineResource[] = [];

        it("previews what the plan shows", async () => {
            stack = await createStack(project(), stackName(file), {
                file: readFileSync(join(ROOT, file), "utf8"),
            });
            await assertPreviewIsPlan(stack, await stack.preview());
        });

        it("stops where a creation fails, and is made as planned when run again", async () => {
            const { graph } = await planOf(stack);
            stack.faults = { fail: [chosenFault(graph, "create", kindsIn(graph))], slow: [slowGuards()] };
            await assertFails(() => stack.up(), stack);
            await stack.up();
            resources = await assertConverged(stack);
        });

        it("makes nothing before what it needs", () => {
            const pairs = guardedPairs(resources);
            assert.deepEqual(notWaiting(pairs, resources), []);
            assert.deepEqual(madeTooEarly(pairs, stack.cloud.calls()), []);
        });

        it("changes nothing when run again", async () => {
            stack.faults = {};
            await assertNothingToChange(stack);
        });

        it("has secrets in no byte that it keeps or prints", async () => {
            await assertNoLeaks(stack);
        });

        (ALL ? it : it.skip)("goes as the runbook says, and nothing before its users", async () => {
            const { code, output } = await stack.cli("state", "unprotect", "--all", "--yes");
            assert.equal(code, 0, output);
            const pairs = guardedPairs(resources);
            stack.cloud.forgetCalls();
            await stack.destroy();
            assert.deepEqual((await stack.state()).resources, []);
            assert.deepEqual(goneTooEarly(pairs, stack.cloud.calls()), []);
            assert.deepEqual(deletedBeforeUsers(resources, stack.cloud.calls()), []);
        });
    });
}
