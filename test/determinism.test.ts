/** The same stack file gives the same inputs, wherever and whenever it is planned. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { ROOT } from "../scripts/golden";

function planIn(environment: Readonly<Record<string, string>>): string {
    const run = spawnSync(
        process.execPath,
        ["--require", "ts-node/register/transpile-only", "plan/main.ts", "prod", "--json"],
        {
            cwd: ROOT,
            encoding: "utf8",
            env: { ...process.env, ...environment },
            maxBuffer: 64 * 1024 * 1024,
        },
    );
    assert.equal(run.status, 0, run.stderr);
    return run.stdout;
}

describe("two plans of one stack file", () => {
    it("are identical in another time zone and locale, with AWS settings of another account about", () => {
        const here = planIn({ TZ: "UTC", LANG: "C", LC_ALL: "C" });
        const there = planIn({
            TZ: "Pacific/Kiritimati",
            LANG: "tr_TR.UTF-8",
            LC_ALL: "tr_TR.UTF-8",
            AWS_REGION: "us-east-1",
            AWS_PROFILE: "other",
        });
        assert.equal(there, here);
    });
});
