/** What makes everything that can be asked of a plan cheap: nothing is read, loaded or laid out twice. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mermaidOf, markdownOf, writeFiles } from "../../plan/drawn";
import { layOut } from "../../plan/picture/layout";
import { pictureOf } from "../../plan/picture/picture";
import { ROOT } from "../../scripts/golden";
import { planned } from "../support/stacks";

/** Seconds of processor time, the least of some runs: what else the machine does then counts least. */
function cpu(kind: string, runs: number): number {
    const seconds = Array.from({ length: runs }, () => {
        const { stdout, status, stderr } = spawnSync(
            process.execPath,
            ["--require", "./scripts/typescript.cjs", "scripts/bench.ts", kind, "Pulumi.prod.yaml"],
            { cwd: ROOT, encoding: "utf8" },
        );
        assert.equal(status, 0, stderr);
        return (JSON.parse(stdout) as { readonly cpu: number }).cpu;
    });
    return Math.min(...seconds);
}

describe("the readers of a plan", () => {
    it("share one picture and one layout", async () => {
        const plan = await planned("Pulumi.prod.yaml");
        const picture = pictureOf(plan.graph);
        const drawing = layOut(picture);
        const folder = mkdtempSync(join(tmpdir(), "selfhost-speed-"));
        try {
            const files = { svg: join(folder, "p.svg"), html: join(folder, "p.html") };
            await writeFiles(plan, files);
            assert.match(readFileSync(files.html, "utf8"), /<svg/);
            assert.ok(markdownOf(plan).includes(mermaidOf(plan).trim().slice(0, 40)));
        } finally {
            rmSync(folder, { recursive: true });
        }
        assert.equal(pictureOf(plan.graph), picture);
        assert.equal(layOut(pictureOf(plan.graph)), drawing);
        assert.notEqual(pictureOf({ ...plan.graph }), picture);
    });

    it("load nothing that draws before somebody asks for a drawing", () => {
        const script = [
            'require("./scripts/typescript.cjs");',
            'require("./plan/plan"); require("./plan/drawn"); require("./plan/summary"); require("./plan/json");',
            "console.log(Object.keys(require.cache).filter((file) => /elkjs|plan.(picture|report)/.test(file)).join());",
        ].join("\n");
        const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script], {
            cwd: ROOT,
            encoding: "utf8",
        });
        assert.equal(status, 0, stderr);
        assert.equal(stdout.trim(), "", stderr);
    });

    if (process.env.SELFHOST_ALL === "1") {
        it("cost at most half as much again as the graph of prod, all of them together", function () {
            this.timeout(120_000);
            const ratio = cpu("everything", 3) / cpu("recorded", 3);
            assert.ok(ratio <= 1.5, `${ratio.toFixed(2)} times`);
        });
    }
});
