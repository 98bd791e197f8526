import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";

const SCRIPT = path.join(__dirname, "../../.github/scripts/plan.sh");

/** Stands in for `npm run --silent plan -- <stack> …`: says what it was asked, and fails as the stack's name says. */
const NPM = `#!/bin/sh
shift 4
stack=$1
echo "asked $*"
case "$stack:$*" in
    *--html*) echo page >"$3" ;;
esac
case "$stack:$*" in
    wrong:*) echo "has one problem" >&2; exit 2 ;;
    violated:*) echo "policy x" >&2; exit 1 ;;
    new:*--against*) echo "cannot be planned" >&2; exit 2 ;;
esac
`;

interface Run {
    readonly status: number | null;
    readonly stdout: string;
    readonly file: (name: string) => string;
    readonly files: readonly string[];
}

function run(...stacks: readonly string[]): Run {
    const folder = mkdtempSync(path.join(os.tmpdir(), "plan-"));
    try {
        writeFileSync(path.join(folder, "npm"), NPM, { mode: 0o755 });
        for (const stack of stacks) {
            writeFileSync(path.join(folder, `Pulumi.${stack}.yaml`), "config: {}\n");
        }
        const { status, stdout } = spawnSync(SCRIPT, ["HEAD^1"], {
            cwd: folder,
            encoding: "utf8",
            env: { ...process.env, PATH: `${folder}:${process.env.PATH ?? ""}` },
        });
        const names = ["plans", "reports"].flatMap((part) =>
            readdirSync(path.join(folder, part)).map((name) => `${part}/${name}`),
        );
        const contents = new Map(names.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
        return { status, stdout, files: names.sort(), file: (name) => contents.get(name) ?? "" };
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

describe("plan.sh", () => {
    it("leaves of every stack what a comment needs, and a page", () => {
        const { status, files, file } = run("dev", "prod");
        assert.equal(status, 0);
        const each = (stack: string) => ["md", "mmd", "txt"].map((ending) => `plans/${stack}.${ending}`);
        assert.deepEqual(files, [...each("dev"), ...each("prod"), "reports/dev.html", "reports/prod.html"]);
        assert.equal(file("plans/dev.md"), "asked dev --against HEAD^1 --markdown\n");
        assert.equal(file("plans/dev.mmd"), "asked dev --mermaid\n");
        assert.equal(
            file("plans/dev.txt"),
            "asked dev --html reports/dev.html\n\nasked dev --against HEAD^1\n",
        );
    });

    it("fails where something mandatory is violated, and shows it all the same", () => {
        const { status, files, file } = run("dev", "violated");
        assert.equal(status, 1);
        assert.match(file("plans/violated.txt"), /policy x/);
        assert.ok(files.includes("plans/violated.md") && files.includes("reports/violated.html"));
    });

    it("fails where a stack file is wrong, says why, and goes on with the next", () => {
        const { status, files, file } = run("dev", "wrong", "zoo");
        assert.equal(status, 1);
        assert.match(file("plans/wrong.txt"), /has one problem/);
        assert.ok(!files.includes("plans/wrong.md"));
        assert.ok(files.includes("plans/zoo.md"));
    });

    it("goes without a difference where the earlier commit cannot be planned", () => {
        const { status, file } = run("new");
        assert.equal(status, 0);
        assert.equal(file("plans/new.md"), "asked new --markdown\n");
        assert.match(file("plans/new.txt"), /cannot be planned/);
    });

    it("prints what it planned, in a group for each stack", () => {
        const { stdout } = run("dev");
        assert.match(stdout, /^::group::dev\nasked dev[\s\S]*\n::endgroup::\n$/);
    });
});
