/**
 * Stack files that nobody thought of: each is refused with messages that say where and what to write, or it gives a
 * graph for which everything holds. `SELFHOST_RUNS=20000 npm test` tries more; a failure prints its seed.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseDocument } from "yaml";
import { stackFiles } from "./support/arbitrary";
import { assertSound } from "./support/invariants";
import { planText } from "./support/planned";
import { settleText } from "./support/settings";

const STACKS = ["dev", "staging", "prod"] as const;
const MANY = Number(process.env.SELFHOST_RUNS ?? 2000);
const SCORES = Math.ceil(MANY / 80);

/** The stack file without the settings that it has problems with, as a person would mend it; undefined: beyond that. */
function repaired(text: string, stack: string): string | undefined {
    const document = parseDocument(text);
    for (let tries = 0; tries < 8; tries++) {
        const { settings, problems } = settleText(document.toString(), { stack });
        if (settings !== undefined) {
            return document.toString();
        }
        for (const { path } of problems) {
            const [, key = "", rest = ""] = /^(selfhost:[a-z]+)\.?(.*)$/i.exec(path) ?? [];
            const keys = ["config", key, ...rest.split(/[.[\]]+/).filter(Boolean)];
            // What a problem is about may be gone with another one.
            while (keys.length > 2 && !document.hasIn(keys)) {
                keys.pop();
            }
            document.deleteIn(keys);
        }
        if (
            settleText(document.toString(), { stack }).problems.some(({ path }) => path === "selfhost:apps")
        ) {
            document.setIn(["config", "selfhost:apps"], { site: { folder: "docker/site/sites/example" } });
        }
        if (stack !== "dev" && !document.hasIn(["config", "selfhost:domain"])) {
            document.setIn(["config", "selfhost:domain"], "example.com");
        }
    }
    return undefined;
}

describe("any stack file of the right form", function () {
    this.timeout(300_000);

    it("is settled, or refused with a path, a reason and a fix for each problem", () => {
        fc.assert(
            fc.property(stackFiles(), fc.constantFrom(...STACKS), (text, stack) => {
                const { settings, problems } = settleText(text, { stack });
                assert.equal(settings === undefined, problems.length > 0);
                for (const { path, reason, fix } of problems) {
                    assert.match(path, /^(selfhost|aws):\w/);
                    assert.match(reason, /^[a-z].*[.]$/s, reason);
                    assert.ok(
                        fix.length > 0 && !/undefined|NaN|\[object/.test(`${path} ${reason} ${fix}`),
                        `${path}: ${reason} ${fix}`,
                    );
                }
            }),
            { numRuns: MANY },
        );
    });

    it("gives a graph without loops, whose references resolve, whose names fit and whose policies are whole, wherever it is settled", async () => {
        let graphs = 0;
        await fc.assert(
            fc.asyncProperty(stackFiles(), fc.constantFrom(...STACKS), async (text, stack) => {
                const good = repaired(text, stack);
                if (good === undefined) {
                    return;
                }
                assertSound(await planText(good, stack));
                graphs++;
            }),
            { numRuns: SCORES, endOnFailure: true },
        );
        assert.ok(
            graphs > SCORES / 2,
            `only ${graphs} of the stack files were settled: the generator must do better`,
        );
    });
});
