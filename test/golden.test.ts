/** The recorded graph of every stack file, compared resource by resource. `npm run golden` records them anew. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Golden, goldenPath, recordGolden, stackFiles } from "../scripts/golden";

describe("golden graphs", () => {
    for (const file of stackFiles()) {
        describe(file, () => {
            let recorded: Golden = {};
            let golden: Golden = {};

            before(async () => {
                recorded = await recordGolden(file);
                golden = JSON.parse(readFileSync(goldenPath(file), "utf8")) as Golden;
            });

            it("registers no resource that the golden graph lacks", () => {
                assert.deepEqual(missing(recorded, golden), []);
            });

            it("registers every resource of the golden graph", () => {
                assert.deepEqual(missing(golden, recorded), []);
            });

            it("registers each of them the same", () => {
                const shared = Object.keys(golden).filter((urn) => urn in recorded);
                for (const urn of shared) {
                    assert.deepEqual(
                        recorded[urn],
                        golden[urn],
                        `${urn} has changed; \`npm run golden\` if it should have`,
                    );
                }
            });
        });
    }
});

function missing(from: Golden, other: Golden): readonly string[] {
    return Object.keys(from).filter((urn) => !(urn in other));
}
