/** The policy pack as `pulumi preview --policy-pack policy` runs it. */
import assert from "node:assert/strict";
import { createStack, engineSuite } from "./support/engine";
import type { EngineStack } from "./support/stack";

engineSuite("the policy pack on the real engine", (project) => {
    let stack: EngineStack;
    const withPack = ["--policy-pack", "policy", "--color", "never"];

    before(async () => {
        stack = await createStack(project(), "staging");
    });

    it("finds nothing against staging as it is, and says what a first preview cannot tell", async () => {
        const { code, output } = await stack.cli("preview", ...withPack);
        assert.equal(code, 0, output);
        assert.match(output, /selfhost@v\d/);
        assert.doesNotMatch(output, /\[mandatory\]/);
        assert.match(output, /\[advisory\] +undecided-in-preview/);
        assert.match(output, /A preview cannot decide, the plan does: .*container-not-root/);
    });

    it("stops what violates a mandatory rule", async () => {
        stack.edit(({ bookstack }) => {
            bookstack.database = { deletionProtection: false };
        });
        const { code, output } = await stack.cli("preview", ...withPack);
        assert.notEqual(code, 0, output);
        assert.match(output, /\[mandatory\] +database-deletion-protection/);
        assert.equal(output.match(/\[mandatory\]/g)?.length, 1, output);
        stack.edit(({ bookstack }) => {
            delete bookstack.database;
        });
    });

    it("decides every rule once everything exists", async () => {
        const { code, output } = await stack.cli("up", "--yes", "--skip-preview", ...withPack);
        assert.equal(code, 0, output);
        assert.match(output, /selfhost@v\d/);
        assert.doesNotMatch(output, /\[mandatory\]|\[advisory\]/);
    });
});
