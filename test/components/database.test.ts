import assert from "node:assert/strict";
import type { DatabaseCluster } from "../../settings/settings";
import { assertParents, named, ofType, only } from "../support/graph";
import { CLUSTER, DEV, INSTANCE, MYSQL, recordDatabase, SNAPSHOT } from "./database/fixture";

async function clusterInputs(change: Partial<DatabaseCluster> = {}, disposable = false) {
    return only(await recordDatabase(change, disposable), CLUSTER).inputs;
}

describe("an app's database", () => {
    it("has every resource below its component", async () => {
        assertParents(await recordDatabase({ restore: SNAPSHOT }), "wiki-database");
    });

    it("is Aurora Serverless v2 at the version that the settings say", async () => {
        const inputs = await clusterInputs();
        assert.equal(inputs.engine, "aurora-mysql");
        assert.equal(inputs.engineMode, "provisioned");
        assert.equal(inputs.engineVersion, "8.0.mysql_aurora.3.10.5");
        assert.equal(inputs.allowMajorVersionUpgrade, false);
        const graph = await recordDatabase();
        assert.ok(
            ofType(graph, INSTANCE).every((instance) => instance.inputs.instanceClass === "db.serverless"),
        );
    });

    it("pauses where its smallest size is nothing, and only there", async () => {
        assert.deepEqual((await clusterInputs(DEV)).serverlessv2ScalingConfiguration, {
            minCapacity: 0,
            maxCapacity: 2,
            secondsUntilAutoPause: 300,
        });
        assert.deepEqual((await clusterInputs()).serverlessv2ScalingConfiguration, {
            minCapacity: 0.5,
            maxCapacity: 8,
        });
    });

    it("leaves minor upgrades to AWS only where the version leaves them open (autoMinorVersionUpgrade)", async () => {
        for (const [version, automatic] of [
            ["8.0.mysql_aurora.3.10.5", false],
            ["8.0.mysql_aurora.3.10", true],
        ] as const) {
            const graph = await recordDatabase({ version });
            for (const { inputs } of [only(graph, CLUSTER), ...ofType(graph, INSTANCE)]) {
                assert.equal(inputs.autoMinorVersionUpgrade, automatic, version);
            }
        }
    });

    it("is encrypted (storageEncrypted)", async () => {
        assert.equal((await clusterInputs()).storageEncrypted, true);
    });

    it("has a master user with a managed password and a name that no scanner tries", async () => {
        const inputs = await clusterInputs();
        assert.equal(inputs.manageMasterUserPassword, true);
        assert.equal(inputs.masterPassword, undefined);
        assert.ok(
            !["admin", "postgres", "root", undefined].includes(inputs.masterUsername as string | undefined),
        );
    });

    it("authenticates by IAM where somebody asks (iamDatabaseAuthenticationEnabled)", async () => {
        assert.equal((await clusterInputs()).iamDatabaseAuthenticationEnabled, true);
    });

    it("has the Data API, through which users are made (enableHttpEndpoint)", async () => {
        assert.equal((await clusterInputs()).enableHttpEndpoint, true);
    });

    it("requires TLS, in the parameter group that the cluster uses", async () => {
        for (const [change, parameter] of [
            [{}, { name: "require_secure_transport", value: "ON", applyMethod: "immediate" }],
            [
                {
                    engine: "aurora-postgresql",
                    version: "17.5",
                    family: "aurora-postgresql17",
                    logExports: [],
                },
                { name: "rds.force_ssl", value: "1", applyMethod: "pending-reboot" },
            ],
        ] as const) {
            const graph = await recordDatabase(change);
            const group = only(graph, "aws:rds/clusterParameterGroup:ClusterParameterGroup");
            assert.equal(group.inputs.family, { ...MYSQL, ...change }.family);
            const written = (group.inputs.parameters as readonly { name: string }[]).find(
                ({ name }) => name === parameter.name,
            );
            assert.deepEqual(written, parameter);
            assert.equal(only(graph, CLUSTER).inputs.dbClusterParameterGroupName, `\${${group.urn}.name}`);
        }
    });

    it("listens on its engine's port", async () => {
        assert.equal((await clusterInputs()).port, 3306);
        const postgresql = await recordDatabase({
            engine: "aurora-postgresql",
            version: "17.5",
            logExports: [],
        });
        assert.equal(only(postgresql, CLUSTER).inputs.port, 5432);
        assert.equal(postgresql.outputs.port, 5432);
    });

    it("never pins its storage to zones, which would replace it (availabilityZones)", async () => {
        const graph = await recordDatabase();
        assert.equal(only(graph, CLUSTER).inputs.availabilityZones, undefined);
        assert.ok(ofType(graph, INSTANCE).every(({ inputs }) => inputs.availabilityZone === undefined));
    });

    it("is backed up as long as the settings say, at an hour that does not meet the maintenance", async () => {
        const inputs = await clusterInputs();
        assert.equal(inputs.backupRetentionPeriod, 14);
        assert.equal(inputs.preferredBackupWindow, "02:00-03:00");
        assert.equal(inputs.preferredMaintenanceWindow, "sun:03:30-sun:04:30");
        assert.equal(inputs.copyTagsToSnapshot, true);
    });

    it("gives up its name before the cluster that replaces it takes it (deleteBeforeReplace)", async () => {
        const graph = await recordDatabase(DEV, true);
        for (const { options } of [only(graph, CLUSTER), ...ofType(graph, INSTANCE)]) {
            assert.equal(options.deleteBeforeReplace, true);
        }
    });

    it("cannot be deleted by mistake where the settings say so", async () => {
        assert.equal((await clusterInputs()).deletionProtection, true);
        assert.equal((await clusterInputs(DEV)).deletionProtection, false);
    });

    it("is protected, waits for its window and keeps its backups, but not where it may be thrown away", async () => {
        const kept = only(await recordDatabase(), CLUSTER);
        assert.deepEqual(
            [kept.options.protect, kept.inputs.applyImmediately, kept.inputs.deleteAutomatedBackups],
            [true, false, false],
        );
        const thrownAway = only(await recordDatabase(DEV, true), CLUSTER);
        assert.deepEqual(
            [
                thrownAway.options.protect,
                thrownAway.inputs.applyImmediately,
                thrownAway.inputs.deleteAutomatedBackups,
            ],
            [false, true, true],
        );
    });

    it("leaves a snapshot behind, under a name that the next cluster of the same name does not need", async () => {
        const graph = await recordDatabase();
        const { inputs } = only(graph, CLUSTER);
        const suffix = only(graph, "random:index/randomId:RandomId");
        assert.equal(inputs.skipFinalSnapshot, false);
        assert.equal(inputs.finalSnapshotIdentifier, `prod-wiki-1-final-\${${suffix.urn}.hex}`);
        assert.deepEqual(suffix.inputs.keepers, { cluster: "prod-wiki-1" });
    });

    it("leaves no snapshot where the settings want none", async () => {
        const graph = await recordDatabase(DEV);
        const { inputs } = only(graph, CLUSTER);
        assert.deepEqual([inputs.skipFinalSnapshot, inputs.finalSnapshotIdentifier], [true, undefined]);
        assert.deepEqual(ofType(graph, "random:index/randomId:RandomId"), []);
    });

    it("has insights on cluster and instances alike, for the seven days that cost nothing", async () => {
        const graph = await recordDatabase();
        for (const { inputs } of [only(graph, CLUSTER), ...ofType(graph, INSTANCE)]) {
            assert.equal(inputs.performanceInsightsEnabled, true);
            assert.equal(inputs.performanceInsightsRetentionPeriod, 7);
        }
        const without = await recordDatabase(DEV);
        for (const { inputs } of [only(without, CLUSTER), ...ofType(without, INSTANCE)]) {
            assert.equal(inputs.performanceInsightsEnabled, false);
        }
    });

    it("has log groups with an end before it has logs", async () => {
        const graph = await recordDatabase();
        const cluster = only(graph, CLUSTER);
        assert.deepEqual(cluster.inputs.enabledCloudwatchLogsExports, ["audit", "error", "slowquery"]);
        for (const log of ["audit", "error", "slowquery"]) {
            const group = named(graph, `wiki-database-1-log-${log}`);
            assert.deepEqual(group.inputs, {
                name: `/aws/rds/cluster/prod-wiki-1/${log}`,
                retentionInDays: 90,
            });
            assert.ok(cluster.dependencies.includes(group.urn), log);
        }
    });

    it("is in the data subnets", async () => {
        const graph = await recordDatabase();
        const subnets = only(graph, "aws:rds/subnetGroup:SubnetGroup");
        assert.deepEqual(subnets.inputs.subnetIds, ["subnet-a", "subnet-b"]);
        for (const { inputs } of [only(graph, CLUSTER), ...ofType(graph, INSTANCE)]) {
            assert.equal(inputs.dbSubnetGroupName, `\${${subnets.urn}.name}`);
        }
    });
});

describe("the instances of a database", () => {
    it("are as many as the settings say, the second ready to take over", async () => {
        const instances = ofType(await recordDatabase(), INSTANCE);
        assert.deepEqual(
            instances.map(({ inputs }) => [inputs.identifier, inputs.promotionTier]),
            [
                ["prod-wiki-1-0", 0],
                ["prod-wiki-1-1", 1],
            ],
        );
        assert.equal(ofType(await recordDatabase(DEV), INSTANCE).length, 1);
    });

    it("are never public, carry a current certificate and no monitoring that costs", async () => {
        for (const { inputs } of ofType(await recordDatabase(), INSTANCE)) {
            assert.equal(inputs.publiclyAccessible, false);
            assert.equal(inputs.caCertIdentifier, "rds-ca-rsa2048-g1");
            assert.equal(inputs.monitoringInterval, 0);
            assert.equal(inputs.copyTagsToSnapshot, true);
        }
    });

    it("can be taken away, but for the first", async () => {
        assert.deepEqual(
            ofType(await recordDatabase(), INSTANCE).map(({ options }) => options.protect),
            [true, false],
        );
        assert.deepEqual(
            ofType(await recordDatabase({}, true), INSTANCE).map(({ options }) => options.protect),
            [false, false],
        );
    });
});

describe("the way into a database", () => {
    it("is closed: its security group has no rules of its own", async () => {
        const { inputs } = only(await recordDatabase(), "aws:ec2/securityGroup:SecurityGroup");
        assert.deepEqual([inputs.ingress, inputs.egress], [undefined, undefined]);
    });

    it("is open to the group that was let in, on the database's port alone", async () => {
        const graph = await recordDatabase();
        const ingress = only(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
        const egress = only(graph, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
        const flow = {
            ipProtocol: "tcp",
            fromPort: 3306,
            toPort: 3306,
            description: "Database connections from wiki",
        };
        const group = graph.outputs.securityGroupId ?? null;
        assert.deepEqual(ingress.inputs, {
            ...flow,
            securityGroupId: group,
            referencedSecurityGroupId: "sg-tasks",
        });
        assert.deepEqual(egress.inputs, {
            ...flow,
            securityGroupId: "sg-tasks",
            referencedSecurityGroupId: group,
        });
        assert.deepEqual(graph.outputs.rules, [ingress.urn, egress.urn]);
        assert.deepEqual(only(graph, CLUSTER).inputs.vpcSecurityGroupIds, [group]);
    });

    it("leads to the cluster's endpoint, never to an instance's", async () => {
        const graph = await recordDatabase();
        assert.equal(graph.outputs.host, `\${${only(graph, CLUSTER).urn}.endpoint}`);
    });
});
