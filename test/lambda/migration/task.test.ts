import assert from "node:assert/strict";
import { awsError } from "../fakes/common";
import { event, MigrationWorld } from "./world";

const TASK = "arn:aws:ecs:eu-west-1:123456789012:task/dev/00000001";

describe("migration", () => {
    it("runs the command in the app's own task, and succeeds when it exits with 0", async () => {
        const world = new MigrationWorld();
        const answer = await world.run();
        assert.deepEqual(answer, { ok: true, ran: true, image: event.image, task: TASK });
        const [{ clientToken, ...request } = { clientToken: "" }] = world.ecs.runs;
        assert.match(clientToken, /^[!-~]{1,64}$/);
        assert.deepEqual(request, {
            cluster: "dev",
            taskDefinition: event.taskDefinition,
            count: 1,
            launchType: "FARGATE",
            platformVersion: "LATEST",
            startedBy: "selfhost-migration",
            enableECSManagedTags: true,
            propagateTags: "TASK_DEFINITION",
            networkConfiguration: {
                awsvpcConfiguration: {
                    subnets: ["subnet-a", "subnet-b"],
                    securityGroups: ["sg-1"],
                    assignPublicIp: "ENABLED",
                },
            },
            overrides: { containerOverrides: [{ name: "wiki", command: event.command }] },
        });
        assert.equal(world.rds.created, 0, "no snapshot was asked for");
    });

    it("uses the capacity provider that it is given, and no public address where there is none", async () => {
        const world = new MigrationWorld();
        await world.run({ ...event, capacityProvider: "FARGATE_SPOT", assignPublicIp: false });
        assert.match(JSON.stringify(world.ecs.runs[0]), /"capacityProvider":"FARGATE_SPOT"/);
        assert.match(JSON.stringify(world.ecs.runs[0]), /"assignPublicIp":"DISABLED"/);
        assert.ok(!("launchType" in (world.ecs.runs[0] ?? {})), "ECS refuses both");
    });

    it("runs nothing when it is deleted, or when something else than the image has changed, and says so", async () => {
        const world = new MigrationWorld();
        const before = { ...event, taskDefinition: event.taskDefinition.replace(/:12$/, ":11") };
        const deleted = await world.run({ ...event, tf: { action: "delete", prev_input: { ...event } } });
        const updated = await world.run({ ...event, tf: { action: "update", prev_input: before } });
        assert.deepEqual([deleted.ran, updated.ran], [false, false]);
        assert.match(updated.note ?? "", /the image is the same/);
        assert.equal(world.trouble.calls, 0);
        assert.equal(world.logs.length, 2);
        const other = { ...event, image: `repository@sha256:${"f".repeat(64)}` };
        assert.equal((await world.run({ ...event, tf: { action: "update", prev_input: other } })).ran, true);
        assert.equal((await world.run({ ...event, tf: { action: "create" } })).ran, true);
    });

    it("runs nothing in an image that stands in for the first release, nor again what a pipeline has run", async () => {
        const world = new MigrationWorld();
        const other = { ...event, image: `repository@sha256:${"f".repeat(64)}` };
        const standIn = await world.run({ ...event, standIn: true, tf: { action: "create" } });
        const released = await world.run({
            ...event,
            releasedElsewhere: true,
            tf: { action: "update", prev_input: other },
        });
        assert.deepEqual([standIn.ran, released.ran], [false, false]);
        assert.equal(world.trouble.calls, 0);
        assert.equal(
            (await world.run({ ...event, releasedElsewhere: true, tf: { action: "create" } })).ran,
            true,
        );
    });

    it("fails with the exit status, the reason and the log when the container does not exit with 0", async () => {
        const world = new MigrationWorld();
        world.ecs.fates[0] = world.exits(3);
        await assert.rejects(world.run(), (error: Error) => {
            assert.match(error.message, /wiki exited with 3 \(Essential container in task exited\)/);
            assert.match(error.message, /The service was not changed/);
            assert.ok(error.message.includes(TASK));
            assert.match(
                error.message,
                /aws logs tail \/selfhost\/dev\/wiki --log-stream-names wiki\/wiki\/00000001/,
            );
            return true;
        });
        assert.equal(world.ran, 1);
    });

    it("fails once when the task has stopped before anybody looked", async () => {
        const world = new MigrationWorld();
        world.ecs.fates[0] = (task) => {
            Object.assign(task, { lastStatus: "STOPPED", containers: [{ name: "wiki", exitCode: 1 }] });
        };
        await assert.rejects(world.run(), /exited with 1/);
        assert.equal(world.ecs.runs.length, 1);
    });

    it("fails when another container exits with 0 and the one that matters did not run", async () => {
        const world = new MigrationWorld();
        world.ecs.fates[0] = world.exits(undefined, 30, {
            stopCode: "TaskFailedToStart",
            stoppedReason: "CannotPullContainerError: no such image",
        });
        await assert.rejects(
            world.run(),
            /wiki did not exit by itself \(CannotPullContainerError: no such image\)/,
        );
        assert.equal(world.ecs.runs.length, 1, "an image that is missing will be missing again");
    });

    it("names the log even when the task definition cannot be read", async () => {
        const world = new MigrationWorld();
        world.ecs.fates[0] = world.exits(1);
        world.ecs.definitions.clear();
        await assert.rejects(world.run(), /its log stream ends with wiki\/00000001/);
    });

    it("says near the end of its time that the task goes on, and the next run waits for that task", async () => {
        const world = new MigrationWorld();
        world.ecs.fates[0] = world.exits(0, 1200);
        await assert.rejects(world.run(), (error: Error) => {
            assert.match(error.message, /still running, and there is no time left/);
            assert.match(error.message, /aws ecs describe-tasks --cluster dev --tasks 00000001/);
            assert.match(error.message, /run `pulumi up` again: it waits for this task/);
            return true;
        });
        const answer = await world.run();
        assert.equal(answer.task, TASK);
        assert.match(answer.note ?? "", /by an invocation before/);
        assert.equal(world.ran, 1);
    });

    it("reports the failure of a task that it waited for, and starts no other", async () => {
        const world = new MigrationWorld();
        world.ecs.fates[0] = world.exits(1, 600);
        await assert.rejects(world.run(event, 300), /still running/);
        await assert.rejects(world.run(), /exited with 1/);
        assert.equal(world.ran, 1);
    });

    it("keeps to its own deadline where that comes first", async () => {
        const world = new MigrationWorld();
        world.ecs.fates[0] = world.exits(0, 120);
        const began = world.clock.now();
        await assert.rejects(world.run({ ...event, deadlineSeconds: 60 }), /still running/);
        assert.ok(world.clock.now() - began <= 60_000);
    });

    it("runs once when invocations overlap or are repeated after one that worked", async () => {
        const world = new MigrationWorld();
        await Promise.all([world.run(), world.run()]);
        await world.run();
        assert.equal(world.ran, 1);
    });

    it("runs once wherever an invocation was cut off", async () => {
        const whole = new MigrationWorld();
        await whole.run();
        for (let call = 1; call <= whole.trouble.calls; call++) {
            for (const when of ["before", "after"] as const) {
                const world = new MigrationWorld();
                world.trouble.fail(call, when);
                await assert.rejects(world.run(), /the connection broke/);
                world.trouble.stop();
                assert.equal((await world.run()).ok, true);
                assert.equal(world.ran, 1, `${when} call ${call}`);
            }
        }
    });

    it("runs again after one that failed, as often as it takes", async () => {
        const world = new MigrationWorld();
        world.ecs.fates.splice(0, 1, world.exits(1), world.exits(1), world.exits(0));
        for (const expected of [/exited with 1/, /exited with 1/]) {
            await assert.rejects(world.run(), expected);
            await world.clock.sleep(120_000);
        }
        assert.equal((await world.run()).ran, true);
        assert.equal(world.ran, 3);
        const tokens = world.ecs.runs.map(({ clientToken }) => clientToken);
        assert.equal(new Set(tokens).size, 3);
    });

    it("runs again after one that failed so long ago that ECS has forgotten the task", async () => {
        const world = new MigrationWorld();
        world.ecs.fates.splice(0, 1, world.exits(1), world.exits(0));
        await assert.rejects(world.run(), /exited with 1/);
        await world.clock.sleep(2 * 3600_000);
        world.ecs.tasks = [];
        assert.equal((await world.run()).ran, true);
        assert.equal(world.ran, 2);
    });

    it("runs for each image and each revision of the task definition", async () => {
        const world = new MigrationWorld();
        await world.run();
        await world.run({ ...event, image: `repository@sha256:${"f".repeat(64)}` });
        await world.run({ ...event, taskDefinition: event.taskDefinition.replace(/:12$/, ":13") });
        assert.equal(world.ran, 3);
    });
});

describe("starting a migration", () => {
    const transient: readonly [string, Error | { failures: { reason: string }[] }][] = [
        [
            "capacity is short",
            { failures: [{ reason: "Capacity is unavailable at this time. Please try again later" }] },
        ],
        [
            "a role was just made",
            awsError("ClientException", "ECS was unable to assume the role 'x' that was provided"),
        ],
        [
            "a permission was just given",
            awsError("AccessDeniedException", "not authorized to perform ecs:RunTask"),
        ],
        ["ECS throttles", awsError("ThrottlingException")],
        ["ECS is broken", awsError("ServerException")],
    ];
    for (const [name, answer] of transient) {
        it(`tries again when ${name}, and stops some time`, async () => {
            const world = new MigrationWorld();
            world.ecs.ahead.push(answer, answer);
            assert.equal((await world.run()).ran, true);
            assert.equal(world.ran, 1);

            const hopeless = new MigrationWorld();
            hopeless.ecs.ahead.push(...Array.from({ length: 999 }, () => answer));
            await assert.rejects(
                hopeless.run(),
                /Capacity is unavailable|assume|authorized|Throttling|ServerException/,
            );
            assert.equal(hopeless.ran, 0);
        });
    }

    for (const [name, answer, reason] of [
        ["a failure", { failures: [{ reason: "MISSING" }] }, /ECS did not start the migration: MISSING/],
        ["nothing at all", { failures: [] }, /it gave no reason/],
        [
            "a refusal",
            awsError("InvalidParameterException", "No Container Instances were found"),
            /InvalidParameterException/,
        ],
        [
            "an unknown provider",
            awsError("InvalidParameterException", "The specified capacity provider 'X' was not found."),
            /capacity provider 'X'/,
        ],
    ] as const) {
        it(`fails at once, with the reason, on ${name}`, async () => {
            const world = new MigrationWorld();
            world.ecs.ahead.push(answer instanceof Error ? answer : { failures: [...answer.failures] });
            await assert.rejects(world.run(), reason);
            assert.deepEqual(world.clock.slept, []);
        });
    }

    it("starts another task when one never started for want of capacity, up to four", async () => {
        const world = new MigrationWorld();
        const short = world.exits(undefined, 20, {
            stopCode: "TaskFailedToStart",
            stoppedReason: "Capacity is unavailable at this time",
            containers: [{ name: "wiki" }],
        });
        world.ecs.fates.splice(0, 1, short, short, world.exits(0));
        assert.equal((await world.run()).ran, true);
        assert.equal(world.ecs.runs.length, 3);

        const hopeless = new MigrationWorld();
        hopeless.ecs.fates[0] = hopeless.exits(undefined, 20, {
            stopCode: "TaskFailedToStart",
            stoppedReason: "Capacity is unavailable at this time",
            containers: [{ name: "wiki" }],
        });
        await assert.rejects(hopeless.run(), /Capacity is unavailable/);
        assert.equal(hopeless.ecs.runs.length, 4);
    });

    it("never repeats a task in which a container ran", async () => {
        const world = new MigrationWorld();
        world.ecs.fates[0] = world.exits(137, 30, {
            stopCode: "TaskFailedToStart",
            stoppedReason: "internal error",
        });
        await assert.rejects(world.run(), /exited with 137/);
        assert.equal(world.ecs.runs.length, 1);
    });

    it("lists everything that is wrong with a request", async () => {
        const world = new MigrationWorld();
        const broken = {
            ...event,
            taskDefinition: "dev-wiki",
            command: [],
            image: "wiki:latest",
            deadlineSeconds: 0.5,
        };
        await assert.rejects(
            world.run(broken),
            /`taskDefinition` .*`command` .*`image` .*`deadlineSeconds` /,
        );
        const noKeep = { ...event, snapshot: { clusterIdentifier: "dev-wiki-1", keep: 0 } };
        await assert.rejects(world.run(noKeep), /`snapshot` must be/);
        assert.equal(world.trouble.calls, 0);
    });
});
