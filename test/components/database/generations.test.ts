import assert from "node:assert/strict";
import { generationsOf, isFullVersion, originInputs } from "../../../components/database/generations";
import type { Restore } from "../../../settings/settings";

const snapshot = { kind: "snapshot", identifier: "before-the-flood" } as const;

function restore(generation: number, keepPrevious: boolean): Restore {
    return { generation, keepPrevious, from: snapshot };
}

const KEY = "arn:aws:kms:eu-west-1:123456789012:alias/aws/rds";

function origin(from: Restore["from"] | undefined) {
    return originInputs(from, "master", KEY);
}

describe("generations of a database", () => {
    it("has one cluster, the first, where nothing was restored", () => {
        assert.deepEqual(generationsOf(undefined), { current: { number: 1, from: undefined }, previous: [] });
    });

    it("keeps the cluster before a restored one, which the app no longer uses", () => {
        assert.deepEqual(generationsOf(restore(3, true)), {
            current: { number: 3, from: snapshot },
            previous: [{ number: 2, from: undefined }],
        });
    });

    it("lets go of the cluster before when the settings do", () => {
        assert.deepEqual(generationsOf(restore(3, false)), {
            current: { number: 3, from: snapshot },
            previous: [],
        });
    });

    it("fills the very first cluster from a snapshot, for moving in", () => {
        assert.deepEqual(generationsOf(restore(1, true)), {
            current: { number: 1, from: snapshot },
            previous: [],
        });
    });

    it("names a master user only where there is no backup that has one already", () => {
        assert.equal(origin(undefined).masterUsername, "master");
        assert.equal(origin(snapshot).masterUsername, undefined);
        assert.equal(
            origin({ kind: "pointInTime", cluster: "prod-wiki-1", time: "latest" }).masterUsername,
            undefined,
        );
    });

    it("encrypts a cluster that comes from a snapshot which is not", () => {
        assert.equal(origin(snapshot).snapshotIdentifier, "before-the-flood");
        assert.equal(origin(snapshot).kmsKeyId, KEY);
    });

    it("restores to the latest time or to a given one, never both", () => {
        const from = { kind: "pointInTime", cluster: "prod-wiki-1" } as const;
        assert.deepEqual(origin({ ...from, time: "latest" }).restoreToPointInTime, {
            restoreType: "full-copy",
            sourceClusterIdentifier: "prod-wiki-1",
            useLatestRestorableTime: true,
        });
        assert.deepEqual(origin({ ...from, time: "2026-11-01T03:00:00Z" }).restoreToPointInTime, {
            restoreType: "full-copy",
            sourceClusterIdentifier: "prod-wiki-1",
            restoreToTime: "2026-11-01T03:00:00Z",
        });
    });

    it("tells a full engine version from a prefix", () => {
        const table = [
            ["aurora-mysql", "8.0.mysql_aurora.3.10.5", true],
            ["aurora-mysql", "8.0.mysql_aurora.3.10", false],
            ["aurora-mysql", "8.4.mysql_aurora.8.4.7", true],
            ["aurora-mysql", "8.4.7", true],
            ["aurora-mysql", "8.0", false],
            ["aurora-postgresql", "17.5", true],
            ["aurora-postgresql", "17", false],
        ] as const;
        for (const [engine, version, full] of table) {
            assert.equal(isFullVersion(engine, version), full, version);
        }
    });
});
