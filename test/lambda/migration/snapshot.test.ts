import assert from "node:assert/strict";
import fc from "fast-check";
import { awsError } from "../fakes/common";
import type { FakeSnapshot } from "../fakes/rds";
import { MigrationWorld, withSnapshot } from "./world";

function old(name: string, day: number, tags: Readonly<Record<string, string>>): FakeSnapshot {
    return {
        DBClusterSnapshotIdentifier: name,
        DBClusterIdentifier: "dev-wiki-1",
        Status: "available",
        SnapshotCreateTime: new Date(Date.UTC(2026, 10, day)),
        TagList: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
    };
}

const names = (world: MigrationWorld): string[] =>
    world.rds.snapshots.map(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier).sort();

const NEW = "dev-wiki-1-0123456789ab-20261130-101500";

describe("snapshot before a migration", () => {
    it("is available before the task starts", async () => {
        const world = new MigrationWorld();
        let statusAtStart = "";
        world.ecs.fates.unshift((task) => {
            statusAtStart = world.rds.snapshots[0]?.Status ?? "";
            world.exits(0)(task);
        });
        const answer = await world.run(withSnapshot);
        assert.equal(answer.snapshot, NEW);
        assert.equal(statusAtStart, "available");
        assert.deepEqual(world.rds.snapshots[0]?.TagList, [
            { Key: "selfhost:migration", Value: "0123456789ab" },
            { Key: "selfhost:task-definition", Value: "dev-wiki:12" },
        ]);
    });

    it("replaces older ones of its kind beyond the number to keep, and touches no other", async () => {
        const world = new MigrationWorld();
        const ours = { "selfhost:migration": "fedcba987654" };
        world.rds.snapshots = [
            old("a", 1, ours),
            old("b", 3, ours),
            old("c", 2, ours),
            old("by-hand", 1, { purpose: "selfhost:migration" }),
            { ...old("other-cluster", 1, ours), DBClusterIdentifier: "dev-blog-1" },
            { ...old("busy", 1, ours), Status: "creating" },
        ];
        await world.run(withSnapshot);
        assert.deepEqual(names(world), ["b", "busy", "by-hand", NEW, "other-cluster"].sort());
    });

    it("counts only the app's own: those of another app on the same cluster stay", async () => {
        const world = new MigrationWorld();
        const of = (definition: string) => ({
            "selfhost:migration": "fedcba987654",
            "selfhost:task-definition": definition,
        });
        world.rds.snapshots = [
            ...[1, 2, 3].map((day) => old(`wiki-${day}`, day, of(`dev-wiki:${day}`))),
            ...[4, 5, 6, 7].map((day) => old(`blog-${day}`, day, of(`dev-blog:${day}`))),
        ];
        await world.run(withSnapshot);
        assert.deepEqual(names(world), ["blog-4", "blog-5", "blog-6", "blog-7", NEW, "wiki-3"].sort());
    });

    it("is the first run's when a run is repeated, so that it has the data as they were before", async () => {
        const world = new MigrationWorld();
        world.ecs.fates.splice(0, 1, world.exits(1), world.exits(0));
        await assert.rejects(world.run(withSnapshot), /exited with 1/);
        await world.clock.sleep(3600_000);
        assert.equal((await world.run(withSnapshot)).snapshot, NEW);
        assert.equal(world.rds.created, 1);
    });

    it("is kept by a repeated run even where newer ones would push it out", async () => {
        const world = new MigrationWorld();
        await world.run(withSnapshot);
        for (const name of ["later-1", "later-2", "later-3"]) {
            const later = old(name, 30, { "selfhost:migration": "fedcba987654" });
            world.rds.snapshots.push({ ...later, SnapshotCreateTime: new Date(world.clock.now()) });
        }
        assert.equal((await world.run(withSnapshot)).snapshot, NEW);
        assert.ok(names(world).includes(NEW));
    });

    it("is a new one for another revision, and after a day", async () => {
        const world = new MigrationWorld();
        await world.run(withSnapshot);
        await world.run({
            ...withSnapshot,
            taskDefinition: withSnapshot.taskDefinition.replace(/:12$/, ":13"),
        });
        assert.equal(world.rds.created, 2);
        await world.clock.sleep(25 * 3600_000);
        await world.run(withSnapshot);
        assert.equal(world.rds.created, 3);
    });

    it("is taken once wherever an invocation was cut off", async () => {
        const whole = new MigrationWorld();
        await whole.run(withSnapshot);
        for (let call = 1; call <= whole.trouble.calls; call++) {
            for (const when of ["before", "after"] as const) {
                const world = new MigrationWorld();
                world.trouble.fail(call, when);
                await world.run(withSnapshot).catch(() => undefined);
                world.trouble.stop();
                await world.run(withSnapshot);
                assert.equal(world.rds.created, 1, `${when} call ${call}`);
                assert.equal(world.ran, 1, `${when} call ${call}`);
            }
        }
    });

    it("waits for a cluster that is being modified", async () => {
        const world = new MigrationWorld();
        const busy = awsError("InvalidDBClusterStateFault", "not in available state");
        world.rds.ahead.push(busy, busy, busy);
        await world.run(withSnapshot);
        assert.equal(world.rds.created, 1);
    });

    it("stops the migration when it cannot be taken or is not done in time", async () => {
        const full = new MigrationWorld();
        full.rds.ahead.push(awsError("SnapshotQuotaExceededFault", "the maximum of 100 is reached"));
        await assert.rejects(full.run(withSnapshot), /SnapshotQuotaExceededFault: the maximum of 100/);

        const failed = new MigrationWorld();
        failed.rds.fate = (snapshot) => (snapshot.Status = "failed");
        await assert.rejects(failed.run(withSnapshot), /is failed: the migration was not started/);

        const slow = new MigrationWorld();
        slow.rds.fate = () => undefined;
        await assert.rejects(slow.run(withSnapshot), /still creating.*Run `pulumi up` again/);
        for (const world of [full, failed, slow]) {
            assert.equal(world.ecs.runs.length, 0);
        }
    });

    it("lets a release go on when an old one cannot be deleted, and says so", async () => {
        const world = new MigrationWorld();
        world.rds.snapshots = [1, 2, 3].map((day) => old(`s${day}`, day, { "selfhost:migration": "x" }));
        world.rds.deleteDBClusterSnapshot = () =>
            Promise.reject(awsError("InvalidDBClusterSnapshotStateFault"));
        assert.equal((await world.run(withSnapshot)).ran, true);
        assert.match(
            world.logs.join("\n"),
            /"snapshotStays":"s1","because":"InvalidDBClusterSnapshotStateFault"/,
        );
    });

    it("has a name that RDS accepts, whatever the cluster is called", async () => {
        const { snapshotName } = await import("../../../lambda/migration/snapshot.mjs");
        const check = (name: string, date: Date): void => {
            const snapshot = snapshotName(name, withSnapshot.image, date.getTime());
            assert.match(snapshot, /^[a-z][a-z0-9-]{0,62}$/);
            assert.doesNotMatch(snapshot, /--|-$/);
        };
        const date = fc.date({ min: new Date(0), max: new Date("2099-12-31"), noInvalidDate: true });
        const cluster = fc
            .array(fc.stringMatching(/^[a-z0-9]{1,12}$/), { minLength: 1, maxLength: 8 })
            .map((words) => `c${words.join("-")}`.slice(0, 63).replace(/-$/, ""));
        fc.assert(fc.property(cluster, date, check), {
            examples: [
                ["a".repeat(63), new Date(0)],
                [`${"a".repeat(33)}-bbbb`, new Date(0)],
            ],
        });
    });
});
