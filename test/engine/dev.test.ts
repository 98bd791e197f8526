/** The ladder of one environment, from its first preview to its end, with the program as it is in the repository. */
import assert from "node:assert/strict";
import { deletedBeforeUsers, goneTooEarly, guardedPairs, madeTooEarly, notWaiting } from "./order";
import {
    assertNothingElseExists,
    assertNothingToChange,
    assertPreviewIsPlan,
    assertStateIsPlan,
    choose,
    countable,
    createStack,
    engineSuite,
    escaped,
    planOf,
    slowGuards,
} from "./support/engine";
import { assertNoLeaks } from "./support/leaks";
import type { EngineResource, EngineStack } from "./support/stack";

engineSuite("dev on the real engine", (project) => {
    let stack: EngineStack;
    let resources: readonly EngineResource[] = [];

    before(async () => {
        stack = await createStack(project(), "dev");
    });

    it("previews what the plan shows", async () => {
        await assertPreviewIsPlan(stack, await stack.preview());
    });

    it("stops where a creation fails, and keeps what is there", async () => {
        const { graph } = await planOf(stack);
        const victim = choose(
            graph.resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:")),
        );
        stack.faults = { failCreate: `^${escaped(victim.urn)}$`, slow: [slowGuards()] };
        await assert.rejects(stack.up(), /the stand-in fails as scheduled/, victim.urn);
        const { pending } = await stack.state();
        assert.deepEqual(pending, []);
    });

    it("converges when run again: the state is the plan with values, nothing is made twice", async () => {
        await stack.up();
        resources = await assertStateIsPlan(stack);
        assertNothingElseExists(stack, resources);
        const made = stack.cloud
            .calls()
            .filter(({ method, phase }) => method === "create" && phase === "end");
        assert.equal(new Set(made.map(({ urn }) => urn)).size, made.length);
    });

    it("makes nothing before what it needs", () => {
        const pairs = guardedPairs(resources);
        assert.ok(pairs.length > 20, `only ${pairs.length} guarded resources`);
        assert.deepEqual(notWaiting(pairs, resources), []);
        assert.deepEqual(madeTooEarly(pairs, stack.cloud.calls()), []);
    });

    it("changes nothing when run again", async () => {
        await assertNothingToChange(stack);
    });

    it("changes nothing on a refresh", async () => {
        const { same, ...others } = await stack.refresh();
        assert.deepEqual(others, {});
        assert.equal(same, countable(resources));
    });

    it("has secrets in no byte that it keeps or prints", async () => {
        await assertNoLeaks(stack);
    });

    it("leaves nothing behind, and deletes nothing before its users", async () => {
        const pairs = guardedPairs(resources);
        stack.cloud.forgetCalls();
        await stack.destroy();
        assert.deepEqual((await stack.state()).resources, []);
        assert.deepEqual(goneTooEarly(pairs, stack.cloud.calls()), []);
        assert.deepEqual(deletedBeforeUsers(resources, stack.cloud.calls()), []);
        assert.deepEqual(
            stack.cloud
                .existing()
                .map(({ urn }) => urn)
                .sort(),
            retained(resources),
        );
    });
});

/** What goes with what it is in, and need not be deleted on its own. */
function retained(resources: readonly EngineResource[]): readonly string[] {
    return resources
        .filter(({ custom, retainOnDelete }) => custom && retainOnDelete === true)
        .map(({ urn }) => urn)
        .sort();
}
