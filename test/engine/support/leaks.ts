/** Every place in which a stack keeps or prints something, searched for every secret that it has. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import type { Json } from "../../../plan/graph";
import { filesOf, leaks, secretsIn } from "../secrets";
import { CANARY_KEY, type EngineStack } from "./stack";

export async function assertNoLeaks(stack: EngineStack): Promise<void> {
    const printed = stack.printed.join("\n");
    const { resources } = await stack.state();
    const secrets = [
        CANARY_KEY,
        CANARY_KEY.slice("base64:".length),
        ...secretsIn(resources as unknown as Json),
    ];
    assert.ok(new Set(secrets).size >= 3, "the state has no secrets of its own");
    const { project, stackFile } = stack;
    const places = new Map([
        ...filesOf(project.backend),
        ...filesOf(project.home),
        ...filesOf(join(dirname(project.folder), "plugins")),
        ["what was printed", printed],
    ]);
    assert.ok(printed.includes("bookstack-service"), "nothing was printed");
    assert.ok(
        [...places.keys()].some((place) => place.includes("stacks")),
        "no state was found",
    );
    assert.deepEqual(leaks(secrets, places), []);
    assert.ok(!stackFile.includes(CANARY_KEY));
}
