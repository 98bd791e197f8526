/** What runs before the first release is a real server, here as in a container: the same command, with nothing to write to. */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { standInOf } from "../../../components/image/bootstrap";

/** Node's own: no file can be written, no program started. Newer editions want to be told that a server is meant. */
const READ_ONLY = [
    "--no-warnings",
    has("--permission") ? "--permission" : "--experimental-permission",
    ...(has("--allow-net") ? ["--allow-net"] : []),
];

function has(flag: string): boolean {
    return process.allowedNodeEnvironmentFlags.has(flag);
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    return port;
}

async function ask(port: number, path: string, method = "GET"): Promise<number | undefined> {
    const asked = request({ host: "127.0.0.1", port, path, method, agent: false });
    asked.end();
    const [answer] = (await once(asked, "response")) as [{ statusCode?: number; resume: () => void }];
    answer.resume();
    return answer.statusCode;
}

/** Until it listens, or is gone. */
async function listening(port: number, server: ChildProcess): Promise<void> {
    while (server.exitCode === null) {
        try {
            await ask(port, "/");
            return;
        } catch {
            await new Promise(setImmediate);
        }
    }
    assert.fail(`it ended with ${server.exitCode}`);
}

describe("what answers before the first release", () => {
    let folder = "";
    let server: ChildProcess | undefined;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "selfhost-bootstrap-"));
        chmodSync(folder, 0o555);
    });
    afterEach(() => {
        server?.kill("SIGKILL");
        rmSync(folder, { recursive: true, force: true });
    });

    /** As ECS starts it: the entry point's program with the command behind, no shell, no variables. */
    async function start(matcher: string): Promise<{ port: number; started: ChildProcess }> {
        const port = await freePort();
        const { entryPoint, command } = standInOf(port, matcher);
        assert.deepEqual(entryPoint, ["node"]);
        server = spawn(process.execPath, [...READ_ONLY, ...command], {
            cwd: folder,
            env: {},
            stdio: "ignore",
        });
        await listening(port, server);
        return { port, started: server };
    }

    for (const [matcher, status] of [
        ["200", 200],
        ["200-299", 200],
        ["204,301", 204],
        ["302", 302],
    ] as const) {
        it(`answers every path with ${status} where the health check wants ${matcher}`, async () => {
            const { port } = await start(matcher);
            const answers = [
                await ask(port, "/"),
                await ask(port, "/status?deep=1"),
                await ask(port, "/a/b/%2e%2e/c"),
                await ask(port, "/login", "POST"),
                await ask(port, "/", "HEAD"),
            ];
            assert.deepEqual(answers, Array(answers.length).fill(status));
            assert.deepEqual(readdirSync(folder), []);
        });
    }

    it("ends at once, and well, when it is asked to stop", async () => {
        const { started } = await start("200");
        started.kill("SIGTERM");
        assert.deepEqual(await once(started, "exit"), [0, null]);
    });
});
