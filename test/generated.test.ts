import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generated } from "../scripts/generate";

describe("files made from the code", () => {
    it("are fresh", async () => {
        for (const [file, contents] of await generated()) {
            const there = readFileSync(join(__dirname, "..", file), "utf8");
            assert.equal(there, contents, `${file} is stale: run \`npm run generate\``);
        }
    });
});
