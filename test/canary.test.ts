/** A secret with a known value, hunted in everything that the program writes. */
import assert from "node:assert/strict";
import { join } from "node:path";
import program from "../index";
import { record } from "../plan/record";
import { ROOT } from "../scripts/golden";
import { settle } from "../settings/load";
import { format } from "../settings/problem";
import { readStackFile } from "../settings/stackFile";

const CANARY = `base64:${Buffer.from("a canary that nobody may see 32 b").toString("base64")}`;
const KEY = "selfhost:bookstack.APP_KEY";

async function deployed(value: string): Promise<string> {
    const { entries } = readStackFile(join(ROOT, "Pulumi.dev.yaml"), "selfhost");
    const graph = await record(() => program("deploy"), {
        project: "selfhost",
        stack: "dev",
        region: "eu-west-1",
        config: { ...Object.fromEntries(entries.values), [KEY]: value },
        secretKeys: [KEY],
    });
    return JSON.stringify(graph);
}

/** The text, and forms in which it could slip through. */
function forms(secret: string): readonly string[] {
    const bare = secret.replace(/^base64:/, "");
    return [
        secret,
        bare,
        encodeURIComponent(bare),
        Buffer.from(secret).toString("base64"),
        Buffer.from(secret).toString("hex"),
    ];
}

describe("a canary secret", () => {
    // 32 bytes exactly, as the form wants.
    const canary = `base64:${Buffer.alloc(32, "canary").toString("base64")}`;

    it("is in no input, tag, name or output of what is registered", async () => {
        const graph = await deployed(canary);
        assert.ok(graph.includes("bookstack-secrets-APP_KEY-version"), "the secret is not even stored");
        for (const form of forms(canary)) {
            assert.ok(!graph.includes(form), `found as ${form}`);
        }
    });

    it("is in no error, not even in the one that refuses it", async () => {
        assert.notEqual(
            Buffer.from(CANARY.slice(7), "base64").length,
            32,
            "this canary must have a wrong form",
        );
        await assert.rejects(deployed(CANARY), (error: Error) => {
            assert.match(error.message, /selfhost:bookstack\.APP_KEY/);
            for (const form of forms(CANARY)) {
                assert.ok(!`${error.message}${error.stack ?? ""}`.includes(form), `found as ${form}`);
            }
            return true;
        });
    });

    it("is in no error where it stands in plain text", () => {
        const { entries } = readStackFile(join(ROOT, "Pulumi.dev.yaml"), "selfhost");
        const plain = { ...entries, values: new Map([...entries.values, [KEY, CANARY]]) };
        const { problems } = settle(plain, "plan", () => "");
        assert.equal(problems.length, 1);
        assert.ok(!format("Pulumi.dev.yaml", problems).includes(CANARY));
    });
});
