import assert from "node:assert/strict";
import { createHash, createHmac, pbkdf2Sync } from "node:crypto";
import fc from "fast-check";
import { mysqlEvent, postgresEvent, SECRET, UserWorld } from "../fakes";
import { awsError } from "../fakes/common";

/** Whether the password is the one that PostgreSQL's verifier was made of. */
function fits(verifier: string, password: string): boolean {
    const [, iterations = "", salt = "", stored = ""] =
        /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(verifier) ?? [];
    const salted = pbkdf2Sync(password, Buffer.from(salt, "base64"), Number(iterations), 32, "sha256");
    const key = createHmac("sha256", salted).update("Client Key").digest();
    return createHash("sha256").update(key).digest("base64") === stored;
}

/** Everything that would be wrong in the end: the user, the database, the secret. */
function assertDone(world: UserWorld, event: typeof mysqlEvent): void {
    const password = world.passwordIn();
    assert.match(password, /^[A-Za-z][A-Za-z0-9]{39,}$/);
    if (event.engine === "aurora-mysql") {
        const user = world.mysql.users.get(event.user);
        assert.ok(world.mysql.databases.has(event.database));
        assert.equal(user?.password, password);
        assert.equal(user.ssl, true);
        assert.equal(user.locked, false);
        assert.deepEqual(user.grants, ["wiki\\_pages"]);
    } else {
        const user = world.postgres.role(event.user);
        assert.deepEqual(world.postgres.databases.get("wiki"), { owner: "wiki_owner", open: false });
        assert.ok(user.login && fits(user.verifier ?? "", password));
        assert.equal(user.actsAs, "wiki_owner");
        assert.deepEqual([...user.memberOf], ["wiki_owner"]);
        assert.equal(world.postgres.role("wiki_owner").login, false);
    }
}

for (const event of [mysqlEvent, postgresEvent]) {
    describe(`database user, ${event.engine}`, () => {
        it("makes the database, the user and the secret", async () => {
            const world = new UserWorld();
            const answer = await world.run(event);
            assert.deepEqual(answer, { ok: true, user: event.user, database: event.database });
            assertDone(world, event);
            assert.deepEqual(JSON.parse(world.secrets.valueOf(SECRET) ?? ""), {
                username: event.user,
                password: world.passwordIn(),
                host: event.host,
                port: event.port,
                dbname: event.database,
                engine: event.engine,
                url: `${event.engine === "aurora-mysql" ? "mysql" : "postgresql"}://${event.user}:${world.passwordIn()}@${event.host}:${event.port}/${event.database}`,
            });
        });

        it("changes nothing when it is run again, as a creation or an update", async () => {
            const world = new UserWorld();
            await world.run(event);
            const before = world.secrets.valueOf(SECRET);
            await world.run(event);
            await world.run({ ...event, tf: { action: "update", prev_input: { ...event } } });
            assert.equal(world.secrets.valueOf(SECRET), before);
            assert.equal(world.secrets.puts, 1);
            assertDone(world, event);
        });

        it("ends the same wherever a run was cut off", async () => {
            const whole = new UserWorld();
            await whole.run(event);
            const calls = whole.trouble.calls;
            assert.ok(calls >= 7, `${calls} calls`);
            for (let call = 1; call <= calls; call++) {
                for (const when of ["before", "after"] as const) {
                    const world = new UserWorld();
                    world.trouble.fail(call, when);
                    await assert.rejects(world.run(event), /the connection broke/, `call ${call}`);
                    world.trouble.stop();
                    await world.run(event);
                    assertDone(world, event);
                    assert.equal(world.secrets.puts, 1, `${when} call ${call}: one password`);
                }
            }
        });

        it("agrees on one password when two runs overlap", async () => {
            const world = new UserWorld();
            await Promise.all([world.run(event), world.run(event)]);
            assertDone(world, event);
            assert.equal(world.secrets.puts, 1);
        });

        it("adds what a secret of an earlier version of this program lacks, and keeps its password", async () => {
            const world = new UserWorld();
            await world.run(event);
            const whole = world.secrets.valueOf(SECRET) ?? "";
            const { url, ...older } = JSON.parse(whole) as Record<string, unknown>;
            assert.equal(typeof url, "string");
            world.secrets.set(SECRET, JSON.stringify(older));
            await world.run(event);
            assert.equal(world.secrets.valueOf(SECRET), whole);
        });

        it("keeps the password when the host changes", async () => {
            const world = new UserWorld();
            await world.run(event);
            const password = world.passwordIn();
            await world.run({ ...event, host: "restored.example.com" });
            assert.equal(world.passwordIn(), password);
            assert.match(world.secrets.valueOf(SECRET) ?? "", /"host":"restored.example.com"/);
            assertDone(world, event);
        });

        for (const [name, error] of [
            [
                "by name",
                awsError(
                    "DatabaseResumingException",
                    "The Aurora DB instance is resuming after being auto-paused",
                ),
            ],
            ["in words", awsError("BadRequestException", "Communications link failure")],
            ["while it fails over", awsError("DatabaseUnavailableException")],
        ] as const) {
            it(`waits for a paused cluster that says so ${name}`, async () => {
                const world = new UserWorld();
                const server = event.engine === "aurora-mysql" ? world.mysql : world.postgres;
                server.ahead.push(error, error, error, error);
                await world.run(event);
                assertDone(world, event);
                assert.deepEqual(world.clock.slept, [1000, 2000, 4000, 8000]);
            });
        }

        it("gives up on a cluster that does not resume, after about two minutes", async () => {
            const world = new UserWorld();
            const server = event.engine === "aurora-mysql" ? world.mysql : world.postgres;
            server.ahead.push(
                ...Array.from({ length: 99 }, () => awsError("DatabaseResumingException", "paused")),
            );
            await assert.rejects(world.run(event), /DatabaseResumingException: paused/);
            const seconds = world.clock.slept.reduce((sum, slept) => sum + slept, 0) / 1000;
            assert.ok(seconds > 100 && seconds <= 120, `${seconds} s`);
        });

        it("waits for a permission that was just given, and not for one that is missing", async () => {
            const world = new UserWorld();
            const server = event.engine === "aurora-mysql" ? world.mysql : world.postgres;
            server.ahead.push(
                awsError("AccessDeniedException", "not authorized to perform rds-data:ExecuteStatement"),
            );
            await world.run(event);
            assertDone(world, event);
            server.ahead.push(
                ...Array.from({ length: 99 }, () => awsError("AccessDeniedException", "not authorized")),
            );
            await assert.rejects(world.run(event), /AccessDeniedException/);
        });

        it("turns on the Data API that a restored cluster lacks, and waits for it", async () => {
            const world = new UserWorld();
            const server = event.engine === "aurora-mysql" ? world.mysql : world.postgres;
            const closed = awsError("HttpEndpointNotEnabledException");
            server.ahead.push(closed, closed, closed);
            await world.run(event);
            assertDone(world, event);
            assert.deepEqual(world.rds.opened, [event.clusterArn]);
        });

        it("says why when there is no such cluster", async () => {
            const world = new UserWorld();
            world.rds.status = undefined;
            const server = event.engine === "aurora-mysql" ? world.mysql : world.postgres;
            server.ahead.push(awsError("BadRequestException", "HttpEndpoint is not enabled for resource"));
            await assert.rejects(world.run(event), /HttpEndpoint is not enabled .*ResourceNotFoundFault/);
        });

        it("does not try a wrong statement again", async () => {
            const world = new UserWorld();
            const server = event.engine === "aurora-mysql" ? world.mysql : world.postgres;
            server.ahead.push(awsError("DatabaseErrorException", "syntax error"));
            await assert.rejects(world.run(event), /syntax error/);
            assert.deepEqual(world.clock.slept, []);
        });

        it("stops before the time of the function is over", async () => {
            const world = new UserWorld();
            const server = event.engine === "aurora-mysql" ? world.mysql : world.postgres;
            server.ahead.push(
                ...Array.from({ length: 99 }, () => awsError("DatabaseResumingException", "paused")),
            );
            await assert.rejects(world.run(event, "dev-job", 30), /paused/);
            const seconds = world.clock.slept.reduce((sum, slept) => sum + slept, 0) / 1000;
            assert.ok(seconds <= 20, `${seconds} s`);
        });

        it("shows the password to nobody: not in answers, logs or errors", async () => {
            const whole = new UserWorld();
            const said = [JSON.stringify(await whole.run(event)), ...whole.logs];
            const server = event.engine === "aurora-mysql" ? whole.mysql : whole.postgres;
            const statements = server.statements.length;
            for (let statement = 0; statement < statements; statement++) {
                server.quoteAt = statement;
                await whole.run(event).catch((error: unknown) => {
                    assert.ok(error instanceof Error);
                    const own = Object.getOwnPropertyNames(error);
                    assert.equal(error.stack, `Error: ${error.message}`, "no frames of ours");
                    said.push(...own.map((key) => String(Reflect.get(error, key))), String(error.cause));
                });
            }
            const all = [...said, ...whole.logs].join("\n");
            assert.match(all, /PASSWORD \[password\]|IDENTIFIED BY '\[password\]'/);
            assert.ok(!all.includes(whole.passwordIn()), all);
            assert.ok(!all.includes("SCRAM-SHA-256"), all);
        });

        it("refuses the master user", async () => {
            const world = new UserWorld();
            const server = event.engine === "aurora-mysql" ? world.mysql : world.postgres;
            Object.assign(server, {
                rules: [[/SELECT/, () => [[`${event.user}${event.engine === "aurora-mysql" ? "@%" : ""}`]]]],
            });
            await assert.rejects(world.run(event), /is the cluster's master user/);
            assert.equal(server.statements.length, 1);
        });
    });
}

describe("database user, what a statement may contain", () => {
    const ATTACKS = [
        "",
        "wiki'; DROP USER admin; --",
        "wiki`; DROP DATABASE other; --",
        'wiki"; DROP TABLE x; --',
        "wiki\\",
        "wiki\n",
        "wiki ",
        "Wiki",
        "1wiki",
        "_wiki",
        "wiki-pages",
        "wiki%",
        "wikí",
        "wiki\u0000",
        ":user",
        "a".repeat(70),
        "mysql",
        "information_schema",
        "postgres",
        "template1",
        "pg_read_all_data",
        "rds_superuser",
        "rdsadmin",
        "public",
    ];

    for (const field of ["user", "database"] as const) {
        for (const event of [mysqlEvent, postgresEvent]) {
            it(`refuses a ${field} that could be more than a name, ${event.engine}`, async () => {
                for (const attack of ATTACKS) {
                    const world = new UserWorld();
                    await assert.rejects(
                        world.run({ ...event, [field]: attack }),
                        new RegExp(`\`${field}\` must`),
                        attack,
                    );
                    assert.equal(world.trouble.calls, 0, "nothing was called");
                }
            });

            it(`lets nothing but names into statements, ${event.engine}`, async () => {
                await fc.assert(
                    fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 40 }), async (name) => {
                        const world = new UserWorld();
                        await world.run({ ...event, [field]: name }).then(
                            () => {
                                assert.match(name, /^[a-z][a-z0-9_]*$/);
                            },
                            () => {
                                assert.equal(world.trouble.calls, 0);
                            },
                        );
                    }),
                    { numRuns: 200 },
                );
            });
        }
    }

    it("lists everything that is wrong at once", async () => {
        const broken = { ...mysqlEvent, user: "a b", database: "", port: 0, clusterArn: "x", host: "a b" };
        await assert.rejects(
            new UserWorld().run(broken),
            /`clusterArn` .*`host` .*`port` .*`database` .*`user` /,
        );
    });

    it("refuses a user that is the owner's role, and databases of its own in MySQL", async () => {
        await assert.rejects(
            new UserWorld().run({ ...postgresEvent, user: "wiki_owner" }),
            /the role that owns/,
        );
        await assert.rejects(
            new UserWorld().run({ ...mysqlEvent, createDatabaseRole: true }),
            /aurora-postgresql alone/,
        );
        const engine = "mysql" as "aurora-mysql";
        await assert.rejects(new UserWorld().run({ ...mysqlEvent, engine }), /`engine` must be/);
    });

    it("refuses a secret that holds something else, without showing it", async () => {
        const injected = { username: mysqlEvent.user, password: "' OR 1=1; --".padEnd(48, "x") };
        for (const text of [
            "not json: hunter2",
            "{}",
            "null",
            '"hunter2"',
            JSON.stringify(injected),
            JSON.stringify({ username: "other", password: "h".repeat(48) }),
        ]) {
            const world = new UserWorld();
            world.secrets.set(SECRET, text);
            await assert.rejects(world.run(mysqlEvent), (error: Error) => {
                assert.match(error.message, /is not one that this program wrote/);
                assert.ok(!/hunter2|OR 1=1|hhhh/.test(error.message + String(error.stack)));
                return true;
            });
            assert.equal(world.mysql.statements.length, 0);
        }
    });

    it("says when there is no such secret", async () => {
        const world = new UserWorld();
        world.secrets.secrets.clear();
        await assert.rejects(world.run(mysqlEvent), /ResourceNotFoundException/);
    });
});

describe("database user, URLs", () => {
    it("bring every part back as it was, whatever it consists of", async () => {
        const { urlOf } = await import("../../../lambda/database-user/secret.mjs");
        const text = fc.string({ minLength: 1, unit: "grapheme" });
        fc.assert(
            fc.property(text, text, text, (user, password, database) => {
                const url = new URL(urlOf({ ...postgresEvent, user, database }, password));
                const parts = [url.username, url.password, url.pathname.slice(1)].map(decodeURIComponent);
                fc.pre(![".", ".."].includes(database));
                assert.deepEqual(parts, [user, password, database]);
                assert.equal(url.host, `${postgresEvent.host}:${postgresEvent.port}`);
            }),
        );
    });
});

describe("database user, passwords", () => {
    it("are letters and digits, of every kind, and never the same", async () => {
        const { newPassword, PASSWORD } = await import("../../../lambda/database-user/secret.mjs");
        const some = Array.from({ length: 500 }, () => newPassword());
        assert.equal(new Set(some).size, some.length);
        for (const password of some) {
            assert.match(password, PASSWORD);
            assert.match(password, /^[A-Za-z](?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[A-Za-z0-9]{47}$/);
        }
    });
});

describe("database user, PostgreSQL", () => {
    it("gives the right to make databases to the role that sessions act as, and takes it back", async () => {
        const world = new UserWorld();
        await world.run({ ...postgresEvent, createDatabaseRole: true });
        assert.equal(world.postgres.role("wiki_owner").createdb, true);
        assert.equal(world.postgres.role("wiki_1").createdb, false);
        await world.run(postgresEvent);
        assert.equal(world.postgres.role("wiki_owner").createdb, false);
    });

    it("never sends the password to the server", async () => {
        const world = new UserWorld();
        await world.run(postgresEvent);
        assert.ok(!world.postgres.statements.join("\n").includes(world.passwordIn()));
    });
});
