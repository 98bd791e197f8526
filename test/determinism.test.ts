/** The same stack file gives the same inputs, wherever and whenever it is planned. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ROOT } from "../scripts/golden";

const run = promisify(execFile);

async function planIn(environment: Readonly<Record<string, string>>): Promise<string> {
    const { stdout } = await run(
        process.execPath,
        ["--require", "./scripts/typescript.cjs", "plan/main.ts", "prod", "--json"],
        { cwd: ROOT, env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024 },
    );
    return stdout;
}

describe("two plans of one stack file", () => {
    it("are identical in another time zone and locale, with AWS settings of another account about", async () => {
        const [here, there] = await Promise.all([
            planIn({ TZ: "UTC", LANG: "C", LC_ALL: "C" }),
            planIn({
                TZ: "Pacific/Kiritimati",
                LANG: "tr_TR.UTF-8",
                LC_ALL: "tr_TR.UTF-8",
                AWS_REGION: "us-east-1",
                AWS_PROFILE: "other",
            }),
        ]);
        assert.equal(there, here);
    });
});
