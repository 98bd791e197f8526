/** The application in docker/web, run with exactly the variables that its planned task definition has. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import http from "node:http";
import { createServer, type Socket } from "node:net";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { graphOf, variablesIn } from "../support/planned";
import { freePort } from "../support/ports";
import { hasPostgresql, type Identity, identityOf, Postgresql } from "../support/postgresql";

const SERVER = resolve(__dirname, "../../docker/web/server.mjs");

type Variables = Readonly<Record<string, string>>;

/** The variables of an app in the plan, and the port that it is to listen on. */
async function planned(says: string): Promise<Variables> {
    const port = await freePort();
    const graph = await graphOf(
        "shop",
        `preset: web
runtime: node
port: ${port}
${says}`,
        "prod",
    );
    return variablesIn(graph, "shop");
}

interface Line {
    readonly level: string;
    readonly message: string;
    readonly [more: string]: unknown;
}

/** The application as a process of its own. */
class App {
    readonly lines: Line[] = [];
    private readonly process: ChildProcess;
    private readonly news = new EventEmitter();
    private readonly port: string;

    constructor(variables: Variables) {
        this.port = variables.PORT ?? "";
        this.process = spawn(process.execPath, [SERVER], {
            env: { ...variables, PATH: process.env.PATH ?? "" },
            stdio: ["ignore", "pipe", "inherit"],
        });
        assert.ok(this.process.stdout);
        createInterface(this.process.stdout).on("line", (line) => {
            this.lines.push(JSON.parse(line) as Line);
            this.news.emit("line");
        });
    }

    /** A line of its log, once it is there. */
    async said(what: string): Promise<Line> {
        for (;;) {
            const line = this.lines.find(({ message, url }) => message === what || url === what);
            if (line !== undefined) {
                return line;
            }
            await once(this.news, "line");
        }
    }

    async get(
        path: string,
        method = "GET",
    ): Promise<{ status: number; body: string; headers: http.IncomingHttpHeaders }> {
        const request = http.request({ host: "127.0.0.1", port: this.port, path, method, agent: false });
        request.setHeader("connection", "keep-alive");
        request.end();
        const [response] = (await once(request, "response")) as [http.IncomingMessage];
        let body = "";
        for await (const chunk of response) {
            body += String(chunk);
        }
        return { status: response.statusCode ?? 0, body, headers: response.headers };
    }

    /** What ECS does when a task is to stop; resolves to the exit status. */
    async stop(): Promise<number | null> {
        const ended = once(this.process, "exit") as Promise<[number | null]>;
        this.process.kill("SIGTERM");
        const [status] = await ended;
        return status;
    }

    remove(): void {
        this.process.kill("SIGKILL");
    }
}

const running: App[] = [];

async function start(variables: Variables): Promise<App> {
    const app = new App(variables);
    running.push(app);
    await app.said("listening");
    return app;
}

describe("docker/web", () => {
    after(() => {
        for (const app of running) {
            app.remove();
        }
    });

    describe("without a database", () => {
        let app: App;

        before(async () => {
            app = await start(await planned("path: /shop"));
        });

        it("answers the health check of its target group", async () => {
            const { status, body } = await app.get("/health");
            assert.deepEqual([status, JSON.parse(body)], [200, { status: "ok" }]);
        });

        it("shows its page below its path, with and without a slash", async () => {
            for (const path of ["/shop", "/shop/"]) {
                const { status, body, headers } = await app.get(path);
                assert.equal(status, 200);
                assert.match(body, /href="\/shop\/db"/);
                assert.equal(headers["content-type"], "text/html; charset=utf-8");
            }
        });

        it("has nothing else", async () => {
            assert.equal((await app.get("/")).status, 404);
            assert.equal((await app.get("/shop/", "POST")).status, 405);
        });

        it("says that it has no database", async () => {
            const { status, body } = await app.get("/shop/db");
            assert.equal(status, 404);
            assert.match(body, /database: \{\}/);
        });

        it("keeps connections longer than any load balancer", async () => {
            assert.equal((await app.get("/health")).headers["keep-alive"], "timeout=4005");
        });

        it("logs each request as one line of JSON, but no health checks", async () => {
            await app.get("/shop/?a=b");
            const line = await app.said("/shop/?a=b");
            assert.deepEqual(
                [line.level, line.message, line.method, line.status],
                ["info", "request", "GET", 200],
            );
            assert.deepEqual(
                app.lines.filter(({ url }) => url === "/health"),
                [],
            );
        });
    });

    it("answers what was asked before it ends, and takes nothing new", async () => {
        const { held, port, release } = await slowDatabase();
        const app = await start({ ...(await planned("database: {}")), ...at(port) });
        const asked = app.get("/db");
        await held;
        const ended = app.stop();
        await app.said("stopping");
        await assert.rejects(app.get("/health"), /ECONNREFUSED/);
        release();
        const { status, headers } = await asked;
        assert.deepEqual([status, headers.connection], [503, "close"]);
        assert.equal(await ended, 0);
    });

    it("ends at once when nobody asks anything, whatever connections are idle", async () => {
        const app = await start(await planned("path: /shop"));
        const agent = new http.Agent({ keepAlive: true });
        const { port } = new URL(`http://x:${(await app.said("listening")).port as number}`);
        const [response] = (await once(
            http.get({ host: "127.0.0.1", port, path: "/health", agent }),
            "response",
        )) as [http.IncomingMessage];
        response.resume();
        await once(response, "end");
        assert.equal(await app.stop(), 0);
        agent.destroy();
    });

    describe("with a database", () => {
        const database = new Postgresql();
        let identity: Identity;
        let variables: Variables;

        before(async function () {
            if (!hasPostgresql()) {
                console.log("      skipped: initdb, postgres or openssl is not installed");
                this.skip();
            }
            identity = await database.start("postgres", "a password", (folder) =>
                identityOf("localhost", folder),
            );
            // Of the user's secret, and of a database that is not in AWS.
            variables = {
                ...(await planned("database: {}")),
                ...at(database.port),
                DB_NAME: "postgres",
                DB_USER: "postgres",
                DB_PASSWORD: "a password",
            };
        });

        after(() => {
            database.remove();
        });

        it("asks it over verified TLS", async () => {
            const app = await start({ ...variables, DB_CA: identity.pem });
            const { status, body } = await app.get("/db");
            assert.deepEqual(
                [status, JSON.parse(body)],
                [200, { database: "ok", answer: "postgres in postgres", protocol: "TLSv1.3" }],
            );
        });

        for (const [what, change, reason] of [
            ["is not signed by the region's authorities", {}, /self-signed certificate/],
            ["has another password", { DB_PASSWORD: "another" }, /password authentication failed/],
            ["is for another host", { DB_HOST: "127.0.0.1" }, /IP: 127\.0\.0\.1 is not in the cert/],
        ] as const) {
            it(`refuses one that ${what}, and tells the log alone why`, async () => {
                const authorities = Object.keys(change).length === 0 ? {} : { DB_CA: identity.pem };
                const app = await start({
                    ...variables,
                    PORT: String(await freePort()),
                    ...authorities,
                    ...change,
                });
                const { status, body } = await app.get("/db");
                assert.deepEqual([status, JSON.parse(body)], [503, { database: "unreachable" }]);
                assert.match(String((await app.said("the database does not answer")).reason), reason);
            });
        }

        it("sends no password to a server without TLS", async () => {
            const plain = createServer((socket) => {
                socket.once("data", () => socket.write("N"));
                socket.on("data", (data) => received.push(data));
                socket.on("error", () => undefined);
            }).listen(0, "127.0.0.1");
            const received: Buffer[] = [];
            await once(plain, "listening");
            const app = await start({ ...variables, PORT: String(await freePort()), ...at(portOf(plain)) });
            assert.equal((await app.get("/db")).status, 503);
            assert.equal(Buffer.concat(received).length, 8, "nothing after the question for TLS");
            assert.match(
                String((await app.said("the database does not answer")).reason),
                /does not speak TLS/,
            );
            plain.close();
        });
    });
});

/** Where the database is, in place of what only `up` knows. */
function at(port: number): Variables {
    return { DB_HOST: "localhost", DB_PORT: String(port) };
}

function portOf(server: ReturnType<typeof createServer>): number {
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : assert.fail("no port");
}

/** One that takes a connection and says nothing until it hangs up. */
async function slowDatabase(): Promise<{ held: Promise<unknown>; port: number; release: () => void }> {
    const sockets: Socket[] = [];
    const server = createServer((socket) => sockets.push(socket)).listen(0);
    await once(server, "listening");
    return {
        held: once(server, "connection"),
        port: portOf(server),
        release: () => {
            for (const socket of sockets) {
                socket.destroy();
            }
            server.close();
        },
    };
}
