import assert from "node:assert/strict";
import { named, ofType, only, statementsIn } from "../../support/graph";
import { ACCOUNT, REGION } from "../../support/recorded";
import { CLUSTER, recordDatabase, SECRET, SNAPSHOT } from "./fixture";

describe("a restored database", () => {
    it("is a cluster of its own; the one before stays as it was", async () => {
        const [before, after] = [await recordDatabase(), await recordDatabase({ restore: SNAPSHOT })];
        const first = only(before, CLUSTER);
        const clusters = ofType(after, CLUSTER);
        assert.deepEqual(
            clusters.map(({ inputs }) => inputs.clusterIdentifier),
            ["prod-wiki-1", "prod-wiki-2"],
        );
        assert.deepEqual(clusters[0], first);
    });

    it("changes nothing else that was there: every resource stays, with the same inputs", async () => {
        const [before, after] = [await recordDatabase(), await recordDatabase({ restore: SNAPSHOT })];
        const then = new Map(after.resources.map((resource) => [resource.urn, resource]));
        for (const resource of before.resources) {
            assert.deepEqual(then.get(resource.urn)?.inputs, resource.inputs, resource.urn);
        }
    });

    it("is what the app uses from then on, with a user and a secret of its own", async () => {
        const graph = await recordDatabase({ restore: SNAPSHOT });
        const restored = named(graph, "wiki-database-2");
        assert.equal(graph.outputs.host, `\${${restored.urn}.endpoint}`);
        assert.equal(graph.outputs.clusterIdentifier, "prod-wiki-2");
        const secret = named(graph, "wiki-database-user-2-1-secret");
        assert.deepEqual(graph.outputs.valueFrom, {
            DB_USERNAME: `\${${secret.urn}.arn}:username::`,
            DB_PASSWORD: `\${${secret.urn}.arn}:password::`,
        });
        assert.deepEqual(graph.outputs.ready, [named(graph, "wiki-database-user-2-1").urn]);
    });

    it("comes from a snapshot, encrypted, with the master user that the snapshot has", async () => {
        const { inputs } = named(await recordDatabase({ restore: SNAPSHOT }), "wiki-database-2");
        assert.equal(inputs.snapshotIdentifier, "before-the-flood");
        assert.equal(inputs.kmsKeyId, `arn:aws:kms:${REGION}:${ACCOUNT}:alias/aws/rds`);
        assert.equal(inputs.storageEncrypted, true);
        assert.equal(inputs.masterUsername, undefined);
    });

    it("comes from a point in time of another cluster", async () => {
        const from = { kind: "pointInTime", cluster: "prod-wiki-1", time: "2026-11-01T03:00:00Z" } as const;
        const graph = await recordDatabase({ restore: { ...SNAPSHOT, from } });
        assert.deepEqual(named(graph, "wiki-database-2").inputs.restoreToPointInTime, {
            restoreType: "full-copy",
            sourceClusterIdentifier: "prod-wiki-1",
            restoreToTime: "2026-11-01T03:00:00Z",
        });
    });

    it("is never replaced because its origin is no longer named, or named otherwise", async () => {
        const graph = await recordDatabase({ restore: SNAPSHOT });
        for (const { options } of ofType(graph, CLUSTER)) {
            assert.deepEqual(options.ignoreChanges, [
                "kmsKeyId",
                "masterUsername",
                "restoreToPointInTime",
                "snapshotIdentifier",
            ]);
        }
    });

    it("lets the function turn on the Data API, which a restore leaves off", async () => {
        const graph = await recordDatabase({ restore: SNAPSHOT });
        const actions = (generation: number) =>
            statementsIn(named(graph, `wiki-database-user-${generation}-1-policy`).inputs.policy).MakeUser
                ?.Action;
        assert.deepEqual(actions(1), ["rds-data:ExecuteStatement", "rds:DescribeDBClusters"]);
        assert.deepEqual(actions(2), [
            "rds-data:ExecuteStatement",
            "rds:DescribeDBClusters",
            "rds:EnableHttpEndpoint",
        ]);
    });

    it("stands alone when the one before was let go", async () => {
        const graph = await recordDatabase({ restore: { ...SNAPSHOT, keepPrevious: false } });
        assert.equal(only(graph, CLUSTER).inputs.clusterIdentifier, "prod-wiki-2");
        assert.equal(only(graph, SECRET).name, "wiki-database-user-2-1-secret");
    });
});
