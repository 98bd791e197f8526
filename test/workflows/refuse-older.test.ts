import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const SCRIPT = path.join(__dirname, "../../.github/scripts/refuse-older.sh");

describe("refuse-older.sh", () => {
    let folder = "";
    let commits: string[] = [];

    function git(...args: string[]): string {
        const who = [
            "-c",
            "user.name=test",
            "-c",
            "user.email=test@example.com",
            "-c",
            "commit.gpgsign=false",
        ];
        return execFileSync("git", ["-C", folder, ...who, ...args], {
            encoding: "utf8",
            stdio: "pipe",
        }).trim();
    }

    before(() => {
        folder = mkdtempSync(path.join(os.tmpdir(), "refuse-older-"));
        git("init", "--quiet");
        commits = ["one", "two"].map((message) => {
            git("commit", "--quiet", "--allow-empty", "--message", message);
            return git("rev-parse", "HEAD");
        });
        // Stands in for the Pulumi CLI: `pulumi stack history --stack dev --page-size 1 --json`.
        writeFileSync(path.join(folder, "pulumi"), '#!/bin/sh\n[ "$4" = dev ] && printf %s "$HISTORY"\n', {
            mode: 0o755,
        });
    });

    after(() => {
        rmSync(folder, { recursive: true, force: true });
    });

    function refused(checkedOut: string | undefined, history: unknown): boolean {
        git("checkout", "--quiet", checkedOut ?? "");
        const { status, stderr } = spawnSync(SCRIPT, ["dev"], {
            cwd: folder,
            encoding: "utf8",
            env: {
                ...process.env,
                PATH: `${folder}:${process.env.PATH ?? ""}`,
                HISTORY: JSON.stringify(history),
            },
        });
        assert.ok(status === 0 || stderr.includes("revert in main"), stderr);
        return status !== 0;
    }

    const applied = (commit: string | undefined) => [{ environment: { "git.head": commit } }];

    it("refuses a commit that the stack is already past", () => {
        assert.equal(refused(commits[0], applied(commits[1])), true);
    });

    it("lets a later commit and the same one through", () => {
        assert.equal(refused(commits[1], applied(commits[0])), false);
        assert.equal(refused(commits[1], applied(commits[1])), false);
    });

    it("lets the first update through, and one after an unknown commit", () => {
        assert.equal(refused(commits[0], []), false);
        assert.equal(refused(commits[0], applied(undefined)), false);
        assert.equal(refused(commits[0], applied("f".repeat(40))), false);
    });
});
