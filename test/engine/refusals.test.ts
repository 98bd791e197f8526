/** What a person does wrong before anything exists: one error that says so, and nothing is made. */
import assert from "node:assert/strict";
import { engineSuite, createStack, stackFileText } from "./support/engine";
import { EngineStack, type Outcome } from "./support/stack";

engineSuite("a wrong start on the real engine", (project) => {
    async function up(stack: EngineStack): Promise<Outcome> {
        const outcome = await stack.cli("up", "--yes", "--skip-preview", "--color", "never");
        assert.notEqual(outcome.code, 0, outcome.output);
        assert.deepEqual(stack.cloud.existing(), []);
        return outcome;
    }

    it("a missing secret: names it, and the command that sets it", async () => {
        const { output } = await up(await EngineStack.create(project(), "dev"));
        assert.match(output, /Pulumi\.dev\.yaml has one problem\. Nothing was registered\./);
        assert.match(output, /pulumi config set --secret selfhost:bookstack\.APP_KEY/);
        assert.equal(errorsIn(output).length, 1, output);
    });

    it("another account: names it", async () => {
        const file = stackFileText("staging").replace(
            "config:\n",
            'config:\n  selfhost:account: "111111111111"\n',
        );
        const { output } = await up(
            await createStack(project(), "staging", { file, account: "222222222222" }),
        );
        assert.match(output, /AWS account ID not allowed: 222222222222/);
        assert.equal(errorsIn(output).length, 1, output);
    });

    it("another passphrase: says that it is wrong", async () => {
        const stack = await createStack(project(), "prod");
        stack.passphrase = "not this one";
        const { output } = await up(stack);
        assert.match(output, /incorrect passphrase/);
        assert.equal(errorsIn(output).length, 1, output);
    });
});

/** Errors that the CLI prints, each once. */
function errorsIn(output: string): readonly string[] {
    const lines = output.split("\n").map((line) => line.trim());
    const errors = lines.filter((line) => /^error: (?!update failed|resource registration)/.test(line));
    return [...new Set(errors)];
}
