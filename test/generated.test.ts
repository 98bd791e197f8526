import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { generated } from "../scripts/generate";

describe("files made from the code", () => {
    for (const [file, contents] of generated()) {
        it(`${file} is fresh`, () => {
            assert.equal(
                readFileSync(join(__dirname, "..", file), "utf8"),
                contents,
                "stale: run `npm run generate`",
            );
        });
    }
});
