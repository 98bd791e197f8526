import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
    chmodSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

const SCRIPT = resolve(__dirname, "../../docker/ghost/entrypoint.sh");
const GHOST = ["node", "current/index.js"];

type Variables = Readonly<Record<string, string>>;

/** A content volume, what a push bakes into the image, and the official entry point, which only says how it was called. */
class Start {
    readonly folder = mkdtempSync(join(tmpdir(), "selfhost-ghost-"));

    write(file: string, text: string): void {
        const path = join(this.folder, file);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
    }

    read(file: string): string {
        return readFileSync(join(this.folder, file), "utf8");
    }

    /** What a start prints. */
    run(command: readonly string[] = GHOST, variables: Variables = {}): readonly string[] {
        this.write("bin/docker-entrypoint.sh", '#!/bin/sh\necho "official: $*"\n');
        const env = this.prepare(variables);
        return execFileSync("bash", [SCRIPT, ...command], { env, encoding: "utf8", stdio: "pipe" })
            .trim()
            .split("\n");
    }

    /** A start that goes on. */
    spawn(variables: Variables): ChildProcess {
        return spawn("bash", [SCRIPT, ...GHOST], { env: this.prepare(variables), stdio: "pipe" });
    }

    private prepare(variables: Variables): Variables {
        chmodSync(join(this.folder, "bin/docker-entrypoint.sh"), 0o755);
        mkdirSync(join(this.folder, "content"), { recursive: true });
        mkdirSync(join(this.folder, "baked"), { recursive: true });
        return {
            PATH: `${join(this.folder, "bin")}:${process.env.PATH ?? ""}`,
            SELFHOST_CONTENT: join(this.folder, "baked"),
            GHOST_CONTENT: join(this.folder, "content"),
            ...variables,
        };
    }
}

describe("Ghost's entry point", () => {
    let start: Start;

    beforeEach(() => {
        start = new Start();
    });

    afterEach(() => {
        rmSync(start.folder, { recursive: true });
    });

    it("ends in the official one, with the same command", () => {
        assert.deepEqual(start.run(), ["official: node current/index.js"]);
    });

    it("replaces the theme of the same name, files that the new one lacks too, and no other", () => {
        start.write("content/themes/mine/package.json", "old");
        start.write("content/themes/mine/partials/gone.hbs", "old");
        start.write("content/themes/theirs/package.json", "uploaded");
        start.write("baked/themes/mine/package.json", "new");
        assert.deepEqual(start.run(), [
            "selfhost: installed the theme mine",
            "official: node current/index.js",
        ]);
        assert.equal(start.read("content/themes/mine/package.json"), "new");
        assert.equal(existsSync(join(start.folder, "content/themes/mine/partials")), false);
        assert.equal(start.read("content/themes/theirs/package.json"), "uploaded");
    });

    it("undoes at the next start what was changed in a theme on the volume", () => {
        start.write("baked/themes/mine/index.hbs", "pushed");
        start.run();
        start.write("content/themes/mine/index.hbs", "edited");
        start.run();
        assert.equal(start.read("content/themes/mine/index.hbs"), "pushed");
    });

    it("writes nothing where the theme is the same", () => {
        start.write("baked/themes/mine/index.hbs", "pushed");
        start.run();
        assert.deepEqual(start.run(), ["official: node current/index.js"]);
    });

    it("replaces a link to the image's own theme, never what it points at", () => {
        start.write("image/casper/package.json", "the image's");
        start.write("baked/themes/casper/package.json", "ours");
        mkdirSync(join(start.folder, "content/themes"), { recursive: true });
        symlinkSync(join(start.folder, "image/casper"), join(start.folder, "content/themes/casper"));
        start.run();
        assert.equal(start.read("image/casper/package.json"), "the image's");
        assert.equal(start.read("content/themes/casper/package.json"), "ours");
    });

    it("copies other files only where the volume has none of that name", () => {
        start.write("content/images/2026/post.png", "uploaded");
        start.write("baked/images/2026/post.png", "pushed");
        start.write("baked/images/2026/with space.png", "pushed");
        start.write("baked/settings/routes.yaml", "pushed");
        start.run();
        assert.equal(start.read("content/images/2026/post.png"), "uploaded");
        assert.equal(start.read("content/images/2026/with space.png"), "pushed");
        assert.equal(start.read("content/settings/routes.yaml"), "pushed");
    });

    it("takes away what a start left that was cut off", () => {
        start.write("content/.selfhost/new/package.json", "half");
        start.write("baked/themes/mine/package.json", "whole");
        start.run();
        assert.deepEqual(readdirSync(join(start.folder, "content/themes/mine")), ["package.json"]);
        assert.equal(existsSync(join(start.folder, "content/.selfhost")), false);
    });

    describe("where only one task may write", () => {
        const ONE_WRITER = { SELFHOST_ONE_WRITER: "true", SELFHOST_LOCK_SECONDS: "0.1" };

        /** A task that runs until its input ends. */
        async function running(): Promise<ChildProcess> {
            start.write("bin/docker-entrypoint.sh", "#!/bin/sh\necho started\nread -r line\n");
            const task = start.spawn(ONE_WRITER);
            await once(task.stdout ?? task, "data");
            return task;
        }

        it("starts none beside another", async () => {
            const task = await running();
            assert.throws(() => start.run(GHOST, ONE_WRITER), /another task still writes/);
            task.stdin?.end();
            await once(task, "exit");
        });

        it("starts the next one once the one before has ended, however it did", async () => {
            const task = await running();
            task.kill("SIGKILL");
            await once(task, "exit");
            assert.deepEqual(start.run(GHOST, ONE_WRITER), ["official: node current/index.js"]);
        });
    });

    it("leaves the volume alone for any other command", () => {
        start.write("baked/themes/mine/package.json", "new");
        assert.deepEqual(start.run(["sh", "-c", "ls"]), ["official: sh -c ls"]);
        assert.equal(existsSync(join(start.folder, "content/themes")), false);
    });

    it("ends with an error, and starts no Ghost, where the volume cannot be written", () => {
        start.write("content/themes", "a file where a folder belongs");
        start.write("baked/themes/mine/package.json", "new");
        assert.throws(() => start.run());
    });

    it("passes over what is no theme", () => {
        start.write("baked/themes/README.md", "for people");
        start.run();
        assert.deepEqual(readdirSync(join(start.folder, "content/themes")), []);
    });
});
