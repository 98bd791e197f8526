/** What a plan says of policies: on the screen, in the JSON, and by its exit status. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "../../plan/json";
import { summary } from "../../plan/summary";
import { ROOT } from "../../scripts/golden";
import { planText, stackFile } from "../support/planned";

const APP = "folder: docker/site/sites/example";
const PUBLIC = "selfhost:network: { egress: publicIp }";
const WAIVER = `selfhost:waivers:
  - rule: tasks-without-public-address
    resource: site-*
    reason: Nothing but the load balancer reaches the tasks.`;

function fileWith(...config: readonly string[]): string {
    return stackFile("site", APP, config.join("\n"));
}

describe("policies in a plan", () => {
    it("are said where they are violated, with the rule's name", async () => {
        const plan = await planText(fileWith(PUBLIC), "prod");
        const violated = plan.policy.violations.map(({ policy, level }) => `${policy} ${level}`);
        assert.deepEqual(violated, ["tasks-without-public-address mandatory"]);
        const flat = summary(plan).replace(/\s+/g, " ");
        assert.match(flat, /policy: 1 violated, \d+ waived/);
        assert.match(flat, /x site-service gives .* \(tasks-without-public-address, mandatory\)/);
        assert.deepEqual(json(plan).policy, {
            violations: plan.policy.violations,
            waived: plan.policy.waived,
        });
    });

    it("are waived by the stack file, for the reason that it gives", async () => {
        const { policy } = await planText(fileWith(PUBLIC, WAIVER), "prod");
        assert.deepEqual(policy.violations, []);
        const [waived] = policy.waived.filter((one) => one.policy === "tasks-without-public-address");
        assert.equal(waived?.reason, "Nothing but the load balancer reaches the tasks.");
    });

    it("refuse a waiver that is of no use", async () => {
        const { policy } = await planText(fileWith(WAIVER), "prod");
        assert.deepEqual(
            policy.violations.map((violation) => violation.policy),
            ["waiver-unused"],
        );
    });

    it("make the command fail when a mandatory one is violated", () => {
        const folder = mkdtempSync(join(tmpdir(), "selfhost-"));
        try {
            const path = join(folder, "Pulumi.prod.yaml");
            writeFileSync(path, fileWith(PUBLIC));
            const { status, stderr } = spawnSync(
                process.execPath,
                ["--require", "./scripts/typescript.cjs", "plan/main.ts", path, "--tree"],
                { cwd: ROOT, encoding: "utf8" },
            );
            assert.match(stderr, /^policy tasks-without-public-address: site-service/m);
            assert.equal(status, 1);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });
});
