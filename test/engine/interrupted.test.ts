/** A run that somebody stops, and one that is killed: what the runbook's commands make of it. */
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import {
    assertNothingElseExists,
    assertNothingToChange,
    assertPreviewIsPlan,
    assertStateIsPlan,
    createStack,
    engineSuite,
    planOf,
} from "./support/engine";
import type { EngineStack, Running } from "./support/stack";

/** Milliseconds between two looks at the log of calls. */
const LOOK = 20;

/** Milliseconds without a call after which nothing more is to come. */
const QUIET = 2000;

const NEVER_MADE = "aws:rds/cluster:Cluster::";
const LEFT_BEHIND = "aws:lb/loadBalancer:LoadBalancer::";

const UP = ["up", "--yes", "--skip-preview", "--color", "never"] as const;

engineSuite("staging, interrupted, on the real engine", (project) => {
    let stack: EngineStack;
    let total = 0;

    it("previews what the plan shows", async () => {
        stack = await createStack(project(), "staging");
        await assertPreviewIsPlan(stack, await stack.preview());
        const { graph } = await planOf(stack);
        total = graph.resources.filter(({ custom }) => custom).length;
    });

    it("finishes what is in flight when it is stopped, and leaves nothing pending", async () => {
        stack.faults = { slow: [{ urn: "Subnet::", milliseconds: 1000, effect: "after" }] };
        const running = stack.start(...UP);
        await untilMade(stack, running, total / 5);
        process.kill(running.pid, "SIGINT");
        const { code, output } = await running.outcome;
        assert.notEqual(code, 0, output);
        const { resources, pending } = await stack.state();
        assert.deepEqual(pending, []);
        assertNothingElseExists(stack, resources);
        assert.ok(resources.length < total, "it was too late to stop it");
    });

    it("has exactly the operations in flight pending when it is killed", async () => {
        stack.faults = {
            slow: [
                { urn: NEVER_MADE, milliseconds: 60_000, effect: "after" },
                { urn: LEFT_BEHIND, milliseconds: 60_000, effect: "before" },
            ],
        };
        const running = stack.start(...UP);
        await untilOnlySlowOnesAreLeft(stack, running);
        process.kill(running.pid, "SIGKILL");
        await running.outcome;
        const { pending } = await stack.state();
        const urns = pending.map(({ resource }) => resource.urn).sort();
        assert.deepEqual(urns, [...unfinished(stack)].sort());
        assert.equal(urns.length, 2);
    });

    it("says that it is locked, and what to do", async () => {
        const { code, output } = await stack.cli(...UP);
        assert.notEqual(code, 0);
        assert.match(output, /pulumi cancel/);
    });

    it("is recovered by `cancel` and `refresh --clear-pending-creates`", async () => {
        stack.faults = {};
        for (const command of [
            ["cancel", "--yes"],
            ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"],
        ]) {
            const { code, output } = await stack.cli(...command);
            assert.equal(code, 0, output);
        }
        assert.deepEqual((await stack.state()).pending, []);
    });

    it("then is made as planned; only what was in flight may exist twice", async () => {
        const left = stack.cloud.existing().filter(({ urn }) => unfinished(stack).includes(urn));
        await stack.up();
        const resources = await assertStateIsPlan(stack);
        assert.equal(left.length, 1);
        left.forEach(({ id }) => {
            stack.cloud.delete(id);
        });
        assertNothingElseExists(stack, resources);
    });

    it("changes nothing when run again", async () => {
        await assertNothingToChange(stack);
    });
});

async function untilMade(stack: EngineStack, running: Running, count: number): Promise<void> {
    await until(running, () => stack.cloud.existing().length >= count);
}

/** Everything that does not wait for them is made, and the engine has had the time to write that down. */
async function untilOnlySlowOnesAreLeft(stack: EngineStack, running: Running): Promise<void> {
    const slow = new RegExp(`${NEVER_MADE}|${LEFT_BEHIND}`);
    let seen = -1;
    let since = Date.now();
    await until(running, () => {
        const calls = stack.cloud.calls().length;
        if (calls !== seen) {
            seen = calls;
            since = Date.now();
        }
        const left = unfinished(stack);
        return left.length === 2 && left.every((urn) => slow.test(urn)) && Date.now() - since > QUIET;
    });
}

/** Throws where the run ends first. */
async function until(running: Running, reached: () => boolean): Promise<void> {
    let ended: string | undefined;
    void running.outcome.then(({ output }) => {
        ended = output;
    });
    while (!reached()) {
        if (ended !== undefined) {
            throw new Error(`the run ended before it could be interrupted:\n${ended}`);
        }
        await wait(LOOK);
    }
}

/** Creations that began and did not end, in the order of their beginning. */
function unfinished(stack: EngineStack): readonly string[] {
    const open = new Set<string>();
    for (const { method, phase, urn } of stack.cloud.calls()) {
        if (method === "create") {
            if (phase === "begin") {
                open.add(urn);
            } else {
                open.delete(urn);
            }
        }
    }
    return [...open];
}
