import assert from "node:assert/strict";
import { MASTER, mysqlEvent, postgresEvent, SECRET, UserWorld } from "../fakes";
import { awsError } from "../fakes/common";

const isThere = (world: UserWorld, { engine, user }: typeof mysqlEvent): boolean =>
    engine === "aurora-mysql" ? world.mysql.users.has(user) : world.postgres.roles.has(user);

async function made(event: typeof mysqlEvent): Promise<UserWorld> {
    const world = new UserWorld();
    await world.run(event);
    world.trouble.stop();
    return world;
}

for (const event of [mysqlEvent, postgresEvent]) {
    describe(`dropping a database user, ${event.engine}`, () => {
        it("drops the user, and keeps the database", async () => {
            const world = await made(event);
            assert.deepEqual(await world.drop(event), {
                ok: true,
                user: event.user,
                database: event.database,
            });
            assert.equal(isThere(world, event), false);
            assert.ok(
                world.mysql.databases.has(event.database) || world.postgres.databases.has(event.database),
            );
            assert.ok(
                ![...world.mysql.statements, ...world.postgres.statements].some((sql) =>
                    /DROP (DATABASE|TABLE|SCHEMA)/.test(sql),
                ),
            );
        });

        it("is done when the user is gone already", async () => {
            const world = await made(event);
            await world.drop(event);
            assert.match((await world.drop(event)).note ?? "", /gone already/);
        });

        it("ends the same wherever a run was cut off, and drops once", async () => {
            const whole = await made(event);
            await whole.drop(event);
            for (let call = 1; call <= whole.trouble.calls; call++) {
                for (const when of ["before", "after"] as const) {
                    const world = await made(event);
                    world.trouble.fail(call, when);
                    await assert.rejects(world.drop(event), /the connection broke/, `call ${call}`);
                    world.trouble.stop();
                    await world.drop(event);
                    assert.equal(isThere(world, event), false);
                    assert.equal(world.mysql.drops + world.postgres.drops, 1, `${when} call ${call}`);
                }
            }
        });

        const readings = [SECRET, `${SECRET}:password::`, `${SECRET}:password:AWSCURRENT:`];
        for (const reading of readings) {
            it(`refuses while a task reads the secret as ${reading.slice(SECRET.length)}`, async () => {
                const world = await made(event);
                world.task(world.define(7, [reading]));
                await assert.rejects(
                    world.drop(event),
                    /The database user \S+ stays.*dev-wiki:7 \(task t0\).*then run `pulumi up` again/,
                );
                assert.equal(isThere(world, event), true);
                assert.deepEqual(world.clock.slept, [], "a task that runs on is not waited for");
            });
        }

        it("refuses while a log driver of a pending task reads the secret", async () => {
            const world = await made(event);
            const definition = world.define(7, []);
            world.ecs.definitions.set(definition, {
                containerDefinitions: [{ logConfiguration: { secretOptions: [{ valueFrom: SECRET }] } }],
            });
            world.task(definition, "PENDING");
            await assert.rejects(world.drop(event), /stays/);
        });

        it("looks through every page of tasks", async () => {
            const world = await made(event);
            const other = world.define(8, [`${SECRET}2:password::`, MASTER]);
            for (let index = 0; index < 5; index++) {
                world.task(other);
            }
            world.task(world.define(7, [SECRET]));
            await assert.rejects(world.drop(event), /dev-wiki:7 \(task t5\)/);
            world.ecs.tasks.pop();
            await world.drop(event);
            assert.equal(isThere(world, event), false);
        });

        it("waits for tasks that are stopping, and then drops", async () => {
            const world = await made(event);
            world.task(world.define(7, [SECRET]), "DEACTIVATING", "STOPPED");
            world.clock.in(35, () => Object.assign(world.ecs.tasks[0] ?? {}, { lastStatus: "STOPPED" }));
            await world.drop(event);
            assert.equal(isThere(world, event), false);
            assert.equal(world.clock.slept.length, 4);
        });

        it("does not wait for ever for tasks that are stopping", async () => {
            const world = await made(event);
            world.task(world.define(7, [SECRET]), "DEACTIVATING", "STOPPED");
            await assert.rejects(world.drop(event), /stays/);
            assert.ok(world.clock.slept.length <= 30);
        });

        it("ignores tasks that have stopped and other families", async () => {
            const world = await made(event);
            world.task(world.define(7, [SECRET]), "STOPPED", "STOPPED");
            const other = world.define(1, [SECRET], "dev-wiki-other");
            world.task(other);
            world.ecs.services.push({ serviceName: "other", status: "ACTIVE", taskDefinition: other });
            await world.drop(event);
            assert.equal(isThere(world, event), false);
        });

        it("refuses while a service that is scaled to zero would start tasks that read the secret", async () => {
            const world = await made(event);
            const service = {
                serviceName: "dev-wiki",
                status: "ACTIVE",
                taskDefinition: world.define(7, [SECRET]),
            };
            world.ecs.services.push(service);
            await assert.rejects(world.drop(event), /dev-wiki:7 \(service dev-wiki\)/);
            Object.assign(service, {
                taskDefinition: world.define(8, []),
                deployments: [{ taskDefinition: world.define(7, [SECRET]) }],
            });
            await assert.rejects(world.drop(event), /dev-wiki:7/, "a deployment is under way");
            Object.assign(service, { deployments: [] });
            await world.drop(event);
            assert.equal(isThere(world, event), false);
        });

        it("ignores a service that is being deleted", async () => {
            const world = await made(event);
            for (const status of ["INACTIVE", "DRAINING"]) {
                world.ecs.services.push({
                    serviceName: status,
                    status,
                    taskDefinition: world.define(7, [SECRET]),
                });
            }
            await world.drop(event);
            assert.equal(isThere(world, event), false);
        });

        it("refuses when it cannot see what a task reads", async () => {
            const world = await made(event);
            world.task("arn:aws:ecs:eu-west-1:123456789012:task-definition/dev-wiki:9");
            await assert.rejects(world.drop(event), /Unable to describe task definition/);
            assert.equal(isThere(world, event), true);
        });

        it("goes on when the ECS cluster is gone", async () => {
            const world = await made(event);
            world.ecs.exists = false;
            await world.drop(event);
            assert.equal(isThere(world, event), false);
        });

        for (const status of [undefined, "deleting", "stopping", "stopped"]) {
            it(`is done when the database cluster is ${status ?? "gone"}`, async () => {
                const world = await made(event);
                world.rds.status = status;
                const server = event.engine === "aurora-mysql" ? world.mysql : world.postgres;
                server.ahead.push(
                    awsError("BadRequestException", "HttpEndpoint is not enabled for resource"),
                );
                assert.match((await world.drop(event)).note ?? "", /nothing to drop: the cluster is/);
            });
        }

        it("fails when the cluster is there and the statement did not work", async () => {
            const world = await made(event);
            const server = event.engine === "aurora-mysql" ? world.mysql : world.postgres;
            server.ahead.push(awsError("HttpEndpointNotEnabledException"));
            await assert.rejects(world.drop(event), /HttpEndpointNotEnabledException/);
        });

        it("leaves a user that a later invocation has taken over: another function, another input", async () => {
            const world = await made(event);
            await world.run(event, "dev-job-2");
            assert.match((await world.drop(event, "dev-job")).note ?? "", /taken it over/);
            await world.run({ ...event, host: "restored.example.com" }, "dev-job-2");
            assert.match((await world.drop(event, "dev-job-2")).note ?? "", /taken it over/);
            assert.equal(isThere(world, event), true);
            await world.drop({ ...event, host: "restored.example.com" }, "dev-job-2");
            assert.equal(isThere(world, event), false);
        });

        it("drops a user that nobody has claimed", async () => {
            const world = await made(event);
            Object.assign(world.mysql.users.get(event.user) ?? world.postgres.role(event.user), {
                comment: undefined,
            });
            await world.drop(event);
            assert.equal(isThere(world, event), false);
        });
    });
}

describe("dropping a database user, MySQL", () => {
    it("locks a user that views or triggers run as, and unlocks it when it is wanted again", async () => {
        const world = await made(mysqlEvent);
        world.mysql.definers.set(mysqlEvent.user, 2);
        assert.match((await world.drop(mysqlEvent)).note ?? "", /locked, not dropped/);
        assert.equal(world.mysql.users.get(mysqlEvent.user)?.locked, true);
        await world.run(mysqlEvent);
        assert.equal(world.mysql.users.get(mysqlEvent.user)?.locked, false);
    });
});

describe("dropping a database user, PostgreSQL", () => {
    it("gives what the user owned to the owner first, in every database, and drops none of it", async () => {
        const world = await made(postgresEvent);
        world.postgres.databases.set("wiki_extra", { owner: "wiki_owner", open: true });
        world.postgres.owned.set("wiki_1", ["wiki.pages", "wiki_extra.notes"]);
        for (let call = 1; call <= 20; call++) {
            world.trouble.fail(call, "after");
            await world.drop(postgresEvent).catch(() => undefined);
        }
        world.trouble.stop();
        await world.drop(postgresEvent);
        assert.deepEqual(world.postgres.dropped, []);
        assert.deepEqual(world.postgres.owned.get("wiki_owner"), ["wiki.pages", "wiki_extra.notes"]);
        assert.equal(world.postgres.roles.has("wiki_1"), false);
    });

    it("fails where something of the user's is in a database that is not the app's", async () => {
        const world = await made(postgresEvent);
        world.postgres.owned.set("wiki_1", ["postgres.stray"]);
        await assert.rejects(world.drop(postgresEvent), /cannot be dropped/);
        assert.deepEqual(world.postgres.owned.get("wiki_1"), ["postgres.stray"]);
    });

    it("lets the next generation's user keep the database when the one before goes", async () => {
        const world = await made(postgresEvent);
        const next = { ...postgresEvent, user: "wiki_2", secretArn: `${SECRET}2` };
        world.secrets.add(next.secretArn);
        await world.run(next);
        await world.drop(postgresEvent);
        assert.deepEqual([...world.postgres.role("wiki_2").memberOf], ["wiki_owner"]);
        assert.equal(world.postgres.databases.get("wiki")?.owner, "wiki_owner");
    });
});
