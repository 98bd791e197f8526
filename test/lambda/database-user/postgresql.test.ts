/**
 * What the database-user handler does to a real PostgreSQL, with a master user that is no superuser, as in RDS.
 *
 * With SELFHOST_ALL=1: it takes a tenth of the time of all other tests. Skipped where `initdb`, `postgres` and `psql` are not on the path; the first two may be in `POSTGRES_BIN`.
 */
import assert from "node:assert/strict";
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chownSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DataClient, Field, StatementInput } from "../../../lambda/database-user/data.mjs" with {
    "resolution-mode": "import",
};
import { hasPostgresql } from "../../support/postgresql";
import { ALL } from "../../support/seed";
import { SECRET, UserWorld, postgresEvent } from "../fakes";

const BIN = process.env.POSTGRES_BIN;
const bin = (name: string): string => (BIN === undefined ? name : path.join(BIN, name));

/** The server refuses to run as root. */
function serverUser(): { uid: number; gid: number } | undefined {
    if (process.getuid?.() !== 0) {
        return undefined;
    }
    const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    return { uid: id("-u"), gid: id("-g") };
}

class Server {
    private readonly folder = mkdtempSync(path.join(tmpdir(), "pg-"));
    private readonly log = path.join(this.folder, "log");
    private process: ChildProcess | undefined;

    start(): void {
        const user = serverUser();
        const as = { ...user, cwd: this.folder, env: { ...process.env, LC_ALL: "C" } };
        if (user !== undefined) {
            chownSync(this.folder, user.uid, user.gid);
        }
        const data = path.join(this.folder, "data");
        execFileSync(
            bin("initdb"),
            ["-D", data, "-U", "rdsadmin", "-A", "trust", "-E", "UTF8", "--no-sync"],
            {
                ...as,
                stdio: "ignore",
            },
        );
        this.process = spawn(
            bin("postgres"),
            ["-D", data, "-k", this.folder, "-h", "", "-c", "fsync=off", "-c", "log_statement=all"],
            { ...as, stdio: ["ignore", "ignore", openSync(this.log, "a")] },
        );
        for (let tries = 0; ; tries++) {
            try {
                this.sql("rdsadmin", "postgres", "SELECT 1");
                break;
            } catch (error) {
                if (tries > 100) {
                    throw error;
                }
                execFileSync("sleep", ["0.1"]);
            }
        }
        // What the master user of RDS is: no superuser, but allowed to make roles and databases.
        this.sql("rdsadmin", "postgres", "CREATE ROLE dbmaster LOGIN CREATEROLE CREATEDB");
        // From here on, whoever is not the server's own superuser shows a password.
        const hba = [
            "local all rdsadmin trust",
            "local all dbmaster trust",
            "local all all scram-sha-256",
            "",
        ];
        execFileSync("tee", [path.join(data, "pg_hba.conf")], {
            input: hba.join("\n"),
            stdio: ["pipe", "ignore", "inherit"],
        });
        this.sql("rdsadmin", "postgres", "SELECT pg_reload_conf()");
    }

    stop(): void {
        this.process?.kill("SIGQUIT");
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** Everything that was executed. */
    logged(): string {
        return readFileSync(this.log, "utf8");
    }

    /** Rows of columns; NULL is the text `<null>`. */
    sql(user: string, database: string, sql: string, password = ""): string[][] {
        const args = ["-X", "-A", "-t", "-F", "\t", "-P", "null=<null>", "-v", "ON_ERROR_STOP=1"];
        const out = execFileSync(
            "psql",
            [...args, "-h", this.folder, "-U", user, "-d", database, "-c", sql],
            {
                encoding: "utf8",
                env: { ...process.env, PGPASSWORD: password, PGCLIENTENCODING: "UTF8" },
                stdio: ["ignore", "pipe", "pipe"],
            },
        );
        return out
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => line.split("\t"));
    }

    /** The Data API in front of the server, as strict about parameters as a naive parser would be. */
    dataApi(): DataClient {
        return {
            executeStatement: ({ sql, database = "", parameters = [] }: StatementInput) => {
                const full = sql.replace(/:([a-z]+)/gi, (_, name: string) => {
                    const found = parameters.find((parameter) => parameter.name === name);
                    assert.ok(found, `Cannot find parameter: ${name}`);
                    return `'${found.value.stringValue}'`;
                });
                try {
                    const rows = this.sql("dbmaster", database, full);
                    return Promise.resolve({
                        records: rows.map((row) =>
                            row.map((text): Field =>
                                text === "<null>" ? { isNull: true } : { stringValue: text },
                            ),
                        ),
                    });
                } catch (error) {
                    const { stderr } = error as { stderr?: string };
                    throw Object.assign(new Error(stderr ?? String(error)), {
                        name: "DatabaseErrorException",
                    });
                }
            },
        };
    }
}

describe("database users in a real PostgreSQL", function () {
    this.timeout(60_000);
    const server = new Server();
    before(function () {
        if (!ALL || !hasPostgresql()) {
            console.log(
                ALL
                    ? "      skipped: initdb, postgres or openssl is not installed"
                    : "      skipped: a real PostgreSQL is asked with SELFHOST_ALL=1",
            );
            this.skip();
        }
        server.start();
    });
    after(() => {
        server.stop();
    });

    const first = { ...postgresEvent, user: "wiki_1" };
    const second = { ...postgresEvent, user: "wiki_2", secretArn: `${SECRET}2` };
    const world = new UserWorld(server.dataApi());
    for (const { secretArn } of [second, { secretArn: `${SECRET}3` }, { secretArn: `${SECRET}4` }]) {
        world.secrets.add(secretArn);
    }
    const as = (user: typeof first, sql: string, database = "wiki"): string[][] =>
        server.sql(user.user, database, sql, world.passwordIn(user.secretArn));

    it("lets a user sign in with its password and make tables that belong to the owner", async () => {
        await world.run(first);
        as(
            first,
            "CREATE TABLE pages (id int); INSERT INTO pages VALUES (1); CREATE TYPE mood AS ENUM ('ok')",
        );
        assert.deepEqual(as(first, "SELECT session_user, current_user"), [["wiki_1", "wiki_owner"]]);
        assert.deepEqual(as(first, "SELECT tableowner FROM pg_tables WHERE tablename = 'pages'"), [
            ["wiki_owner"],
        ]);
    });

    it("changes nothing when run again", async () => {
        await world.run(first);
        assert.deepEqual(as(first, "SELECT id FROM pages"), [["1"]]);
    });

    it("asks for the password, and shows it to nobody who reads the server's log", () => {
        assert.throws(
            () => server.sql("wiki_1", "wiki", "SELECT 1", "wrong"),
            /password authentication failed/,
        );
        const log = server.logged();
        assert.match(log, /ALTER ROLE "wiki_1" WITH LOGIN PASSWORD/);
        assert.ok(!log.includes(world.passwordIn(first.secretArn)));
    });

    it("lets the next generation alter and drop what the one before made, and the other way round", async () => {
        await world.run(second);
        as(
            second,
            "ALTER TABLE pages ADD COLUMN title text; CREATE TABLE later (id int); ALTER TYPE mood ADD VALUE 'x'",
        );
        as(first, "ALTER TABLE later ADD COLUMN title text; UPDATE pages SET title = 'a'");
    });

    it("keeps other users out of the database", async () => {
        await world.run({ ...postgresEvent, database: "blog", user: "blog_1", secretArn: `${SECRET}3` });
        assert.throws(
            () => as({ ...first, user: "wiki_1" }, "SELECT 1", "blog"),
            /permission denied for database/,
        );
    });

    it("keeps everything that a dropped user made, even what it made without acting as the owner", async () => {
        as(first, "SET ROLE NONE; CREATE TEMP TABLE t (id int)");
        server.sql(
            "rdsadmin",
            "wiki",
            "CREATE TABLE stray (id int); ALTER TABLE stray OWNER TO wiki_1; GRANT SELECT ON pages TO wiki_1",
        );
        const answer = await world.run({ ...first, tf: { action: "delete" } });
        assert.deepEqual(answer, { ok: true, user: "wiki_1", database: "wiki" });
        assert.throws(() => as(first, "SELECT 1"), /authentication failed|does not exist/);
        as(
            second,
            "INSERT INTO stray VALUES (1); ALTER TABLE stray ADD COLUMN more int; SELECT * FROM pages, later",
        );
    });

    it("takes over a user that a snapshot brought along, with another password and owner of the database", async () => {
        server.sql("dbmaster", "postgres", "CREATE ROLE old_1 LOGIN PASSWORD 'old'");
        server.sql("dbmaster", "postgres", "CREATE DATABASE old");
        const event = { ...postgresEvent, database: "old", user: "old_1", secretArn: `${SECRET}4` };
        await world.run(event);
        as(event, "CREATE TABLE mine (id int)", "old");
        assert.deepEqual(
            server.sql(
                "rdsadmin",
                "old",
                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'old'",
            ),
            [["old_owner"]],
        );
    });

    it("lets a user make databases only where it may", async () => {
        assert.throws(() => as(second, "CREATE DATABASE more"), /permission denied to create database/);
        await world.run({ ...second, createDatabaseRole: true });
        as(second, "CREATE DATABASE more");
        as(second, "CREATE TABLE there (id int)", "more");
        server.sql("rdsadmin", "more", "GRANT SELECT ON there TO wiki_2");
        await world.run({ ...second, createDatabaseRole: true, tf: { action: "delete" } });
        assert.deepEqual(
            server.sql("rdsadmin", "more", "SELECT count(*) FROM pg_tables WHERE tablename = 'there'"),
            [["1"]],
        );
    });
});
