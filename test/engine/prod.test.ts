/** Environments that must not go: made, unchanged by a second run, and not deleted by a wrong command. */
import assert from "node:assert/strict";
import { guardedPairs, notWaiting } from "./order";
import {
    assertNothingElseExists,
    assertNothingToChange,
    assertPreviewIsPlan,
    assertStateIsPlan,
    createStack,
    engineSuite,
} from "./support/engine";
import { assertNoLeaks } from "./support/leaks";
import type { EngineResource, EngineStack } from "./support/stack";

const HOLD_DATA = [
    "aws:ecr/repository:Repository",
    "aws:efs/fileSystem:FileSystem",
    "aws:rds/cluster:Cluster",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:s3/bucket:Bucket",
];

engineSuite("prod on the real engine", (project) => {
    let stack: EngineStack;
    let resources: readonly EngineResource[] = [];

    it("previews what the plan shows", async () => {
        stack = await createStack(project(), "prod");
        await assertPreviewIsPlan(stack, await stack.preview());
    });

    it("is made as planned, and nothing before what it needs", async () => {
        await stack.up();
        resources = await assertStateIsPlan(stack);
        assertNothingElseExists(stack, resources);
        assert.deepEqual(notWaiting(guardedPairs(resources), resources), []);
    });

    it("changes nothing when run again", async () => {
        await assertNothingToChange(stack);
    });

    it("has secrets in no byte that it keeps or prints", async () => {
        await assertNoLeaks(stack);
    });

    it("refuses to be destroyed, and says what is protected", async () => {
        const { code, output } = await stack.cli("destroy", "--yes", "--color", "never");
        assert.notEqual(code, 0);
        assert.match(output, /Preview failed: resource ".*::bookstack-database-1-0" cannot be deleted/);
        assertNothingElseExists(stack, resources);
    });

    it("keeps everything that holds data even when somebody skips that preview", async () => {
        await assert.rejects(stack.destroy(), /cannot be deleted/);
        const kept = stack.cloud.existing().map(({ type }) => type);
        assert.deepEqual(
            HOLD_DATA.filter((type) => !kept.includes(type)),
            [],
        );
    });
});
