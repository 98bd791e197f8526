/** The ladder of one environment, from its first preview to its end, with the program as it is in the repository. */
import assert from "node:assert/strict";
import { deletedBeforeUsers, goneTooEarly, guardedPairs, madeTooEarly, notWaiting } from "./order";
import {
    assertNothingToChange,
    assertPreviewIsPlan,
    countable,
    createStack,
    engineSuite,
    planOf,
    slowGuards,
} from "./support/engine";
import { assertConverged, assertFails, chosenFault, kindsIn } from "./support/failing";
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
        stack.faults = { fail: [chosenFault(graph, "create", kindsIn(graph))], slow: [slowGuards()] };
        await assertFails(() => stack.up(), stack);
    });

    it("converges when run again: the state is the plan with values, nothing is made twice", async () => {
        await stack.up();
        resources = await assertConverged(stack);
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

    it("stops where a change fails, and converges when run again", async () => {
        stack.edit(({ environment, bookstack }) => {
            environment["selfhost:edge"] = { idleTimeout: 70 };
            bookstack.health = { path: "/status" };
            bookstack.database = { maxCapacity: 3 };
        });
        const { graph } = await planOf(stack);
        stack.faults = { fail: [chosenFault(graph, "update", CHANGED)] };
        await assertFails(() => stack.up(), stack);
        await stack.up();
        resources = await assertConverged(stack);
    });

    it("leaves nothing behind, and deletes nothing before its users, even where a deletion fails", async () => {
        const pairs = guardedPairs(resources);
        const { graph } = await planOf(stack);
        const gone = kindsIn(graph).filter((kind) => resources.some(isDeleted(kind)));
        stack.faults = { fail: [{ ...chosenFault(graph, "delete", gone), way: "refused" }] };
        stack.cloud.forgetCalls();
        await assertFails(() => stack.destroy(), stack);
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

/** What these edits change in place. */
const CHANGED = [
    "aws:lb/loadBalancer:LoadBalancer",
    "aws:lb/targetGroup:TargetGroup",
    "aws:rds/cluster:Cluster",
];

/** Some go with what they are in. */
function isDeleted(kind: string): (resource: EngineResource) => boolean {
    return ({ type, retainOnDelete }) => type === kind && retainOnDelete !== true;
}

/** What goes with what it is in, and need not be deleted on its own. */
function retained(resources: readonly EngineResource[]): readonly string[] {
    return resources
        .filter(({ custom, retainOnDelete }) => custom && retainOnDelete === true)
        .map(({ urn }) => urn)
        .sort();
}
