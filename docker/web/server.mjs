/**
 * A small web application to start from: a page, a health check, a question to the database, and an orderly end.
 *
 * It reads what every app of the preset `web` is given: PORT, HOST, APP_URL, and, with a database, DB_HOST, DB_PORT,
 * DB_NAME, DB_USER, DB_PASSWORD and DB_CA, the authorities that the database's certificate is checked with.
 */
import { once } from "node:events";
import http from "node:http";
import { hostname } from "node:os";
import { ask } from "./postgres.mjs";

const { env } = process;

/** Milliseconds that open requests get after SIGTERM; ECS kills the container after 30 seconds. */
const DRAIN = 25_000;

/** Where the app answers below its host, without a trailing slash: the load balancer passes the whole path on. */
const base = env.APP_URL ? new URL(env.APP_URL).pathname.replace(/\/$/, "") : "";

let stopping = false;

const pages = {
    /** For the load balancer. It must not ask the database, which may be paused, or fail for all tasks at once. */
    "/health": () => (stopping ? json(503, { status: "stopping" }) : json(200, { status: "ok" })),
    [`${base}/`]: () => html(200, home()),
    [base]: () => html(200, home()),
    [`${base}/db`]: database,
};

async function database() {
    if (!env.DB_HOST) {
        return json(404, { database: "none", hint: "Write `database: {}` for this app in the stack file." });
    }
    try {
        const { answer, protocol } = await ask("SELECT current_user || ' in ' || current_database()", {
            host: env.DB_HOST,
            port: Number(env.DB_PORT),
            database: env.DB_NAME,
            user: env.DB_USER,
            password: env.DB_PASSWORD,
            ca: env.DB_CA,
        });
        return json(200, { database: "ok", answer, protocol });
    } catch (error) {
        // For the log alone: what a visitor reads must not say where the database is.
        log("error", "the database does not answer", { reason: error.message });
        return json(503, { database: "unreachable" });
    }
}

function home() {
    const facts = { task: hostname(), node: process.version, database: env.DB_HOST ? "yes" : "no" };
    const rows = Object.entries(facts).map(([name, value]) => `<dt>${name}<dd>${escape(value)}`);
    return `<!doctype html><html lang="en"><meta charset="utf-8"><title>It runs</title>
<h1>It runs</h1>
<p>This page is <code>docker/web/server.mjs</code>. Change it, run <code>pulumi up</code>, and look again.
<p><a href="${escape(base)}/db">Ask the database</a>
<dl>${rows.join("")}</dl>
`;
}

function escape(text) {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function json(status, value) {
    return { status, type: "application/json", body: `${JSON.stringify(value)}\n` };
}

function html(status, body) {
    return { status, type: "text/html; charset=utf-8", body };
}

async function answer(request) {
    if (request.method !== "GET" && request.method !== "HEAD") {
        return json(405, { error: "method not allowed" });
    }
    const page = pages[new URL(request.url, "http://localhost").pathname];
    return page === undefined ? json(404, { error: "not found" }) : page();
}

const server = http.createServer(async (request, response) => {
    const start = performance.now();
    const reply = await answer(request).catch((error) => {
        log("error", "a request failed", { reason: error.stack });
        return json(500, { error: "internal error" });
    });
    response.writeHead(reply.status, {
        "content-type": reply.type,
        "content-length": Buffer.byteLength(reply.body),
        "x-content-type-options": "nosniff",
        ...(stopping ? { connection: "close" } : {}),
    });
    response.end(request.method === "HEAD" ? undefined : reply.body);
    if (request.url !== "/health") {
        const ms = Math.round(performance.now() - start);
        log("info", "request", { method: request.method, url: request.url, status: reply.status, ms });
    }
});

function log(level, message, more = {}) {
    process.stdout.write(`${JSON.stringify({ time: new Date().toISOString(), level, message, ...more })}\n`);
}

/** By now the load balancer sends nothing new: what is open is answered, and then the process ends. */
async function stop(signal) {
    if (stopping) {
        return;
    }
    stopping = true;
    setTimeout(() => {
        log("error", "stopped with requests open");
        process.exit(1);
    }, DRAIN).unref();
    server.close();
    log("info", "stopping", { signal });
    // A connection that was in use a moment ago is kept alive, and would keep the process.
    const sweep = setInterval(() => server.closeIdleConnections(), 100);
    await once(server, "close");
    clearInterval(sweep);
    log("info", "stopped");
}

process.on("SIGTERM", stop);
process.on("SIGINT", stop);

server.listen(Number(env.PORT ?? 3000), env.HOST ?? "0.0.0.0", () => {
    log("info", "listening", { port: server.address().port });
});
