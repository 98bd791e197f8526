/** Every place in which a stack keeps or prints something, searched for every secret that it has. */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import type { Json } from "../../../plan/graph";
import { filesOf, leaks, secretsIn } from "../secrets";
import { CANARY_KEY, type EngineStack } from "./stack";

export async function assertNoLeaks(stack: EngineStack): Promise<void> {
    const printed = stack.printed.join("\n");
    const { resources } = await stack.state();
    const own = secretsIn(resources as unknown as Json).filter((secret) => secret !== CANARY_KEY);
    const made = resources.filter(({ type }) => /^random:|:SecretVersion$/.test(type));
    assert.ok(
        made.length === 0 || secretsIn(made as unknown as Json).length > 0,
        "secrets that the stack makes must be secrets in its state",
    );
    const secrets = [CANARY_KEY, CANARY_KEY.slice("base64:".length), ...own];
    const { project, stackFile } = stack;
    const places = new Map([
        ...filesOf(project.backend),
        ...filesOf(project.home),
        ...filesOf(join(dirname(project.folder), "plugins")),
        ["what was printed", printed],
    ]);
    const shown = resources.filter(({ urn }) => printed.includes(urn.split("::").at(-1) ?? ""));
    assert.equal(shown.length, resources.length, "nothing was printed");
    assert.ok(
        [...places.keys()].some((place) => place.includes("stacks")),
        "no state was found",
    );
    assert.deepEqual(leaks(secrets, places), []);
    assert.ok(!stackFile.includes(CANARY_KEY));
}
