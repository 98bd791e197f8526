/** What this program's reader takes from a stack file is what the CLI takes from it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseStackFile } from "../../settings/stackFile";
import { AMBIGUOUS, PLAIN, withValue } from "../support/scalars";
import { engineSuite, SEED } from "./support/engine";
import { EngineStack } from "./support/stack";

/** What numbers, times and words that mean something are written with. */
const CHARACTERS = "0123456789+-._:eExXobTZtfyn~".match(/./g) ?? [];

const GENERATED = 2000;

engineSuite("stack files as the CLI reads them", (project) => {
    let stack: EngineStack;

    before(async () => {
        stack = await EngineStack.create(project(), "dev", { file: "config: {}\n" });
    });

    /** Each value of a stack file as a program would get it. */
    async function readByCli(values: readonly string[]): Promise<readonly unknown[]> {
        const [salt = ""] = /^encryptionsalt:.*\n/m.exec(stack.fileText()) ?? [];
        const lines = values.map((value, i) => `  selfhost:value${i}: ${value}\n`);
        stack.setFileText(`${salt}config:\n${lines.join("")}`);
        const { code, output } = await stack.cli("config", "--json");
        assert.equal(code, 0, output);
        const config = JSON.parse(output.slice(0, output.lastIndexOf("\n}") + 2)) as Record<
            string,
            { readonly value?: string }
        >;
        return values.map((_, i) => config[`selfhost:value${i}`]?.value);
    }

    function readHere(value: string): string | undefined {
        const { entries, problems } = parseStackFile(withValue(value), "Pulumi.dev.yaml", "selfhost");
        return problems.length > 0 ? undefined : entries.values.get("selfhost:value");
    }

    it("mean the same where they are taken: values that people write", async () => {
        const values = Object.keys(PLAIN);
        const read = await readByCli(values);
        assert.deepEqual(
            read.map((value, i) => [values[i], meaning(value)]),
            values.map((value) => [value, meaning(readHere(value))]),
        );
    });

    it("mean the same where they are taken: whatever looks like a number or a time", async () => {
        const texts = fc.string({ unit: fc.constantFrom(...CHARACTERS), minLength: 1, maxLength: 8 });
        const values = fc
            .sample(texts, { numRuns: GENERATED, seed: SEED })
            .filter((value) => isTaken(value) && !(value in PLAIN));
        assert.ok(values.length > GENERATED / 10, `only ${values.length} values were taken`);
        const read = await readByCli(values);
        assert.deepEqual(
            read.map((value, i) => [values[i], value]),
            values.map((value) => [value, readHere(value)]),
        );
    });

    it("are refused for a reason: without quotes the CLI changes most of what is refused", async () => {
        const scalars = AMBIGUOUS.filter((value) => /^[-+.\w:]+$/.test(value) && !/inf|nan/i.test(value));
        const read = await readByCli(scalars);
        const changed = scalars.filter((value, i) => read[i] !== value);
        assert.ok(changed.length > scalars.length / 2, changed.join(", "));
    });

    function isTaken(value: string): boolean {
        try {
            return readHere(value) !== undefined;
        } catch {
            return false;
        }
    }
});

/** Groups in any order and spelling. */
function meaning(value: unknown): unknown {
    return typeof value === "string" && /^[[{]/.test(value) ? JSON.parse(value) : value;
}
