import assert from "node:assert/strict";
import type { Cost } from "../../../plan/cost/cost";
import type { Recorded } from "../../../plan/cost/recorded";
import type { Traffic } from "../../../plan/cost/traffic";
import { lineOf, NOBODY, priced, service, type Service } from "./fixture";

interface Given {
    readonly min: number;
    readonly max?: number;
    readonly awake?: boolean;
    readonly tiers?: readonly number[];
    readonly inputs?: Recorded["inputs"];
    readonly service?: Service;
    readonly traffic?: Partial<Traffic>;
}

function aurora(given: Given): Cost {
    const { min, max = 4, awake = true, tiers = [0] } = given;
    return priced(
        [
            {
                type: "aws:rds/cluster:Cluster",
                name: "database",
                inputs: {
                    serverlessv2ScalingConfiguration: {
                        minCapacity: min,
                        maxCapacity: max,
                        secondsUntilAutoPause: 300,
                    },
                    ...given.inputs,
                },
            },
            ...tiers.map((promotionTier, i): Recorded => ({
                type: "aws:rds/clusterInstance:ClusterInstance",
                name: `instance-${i}`,
                inputs: { instanceClass: "db.serverless", promotionTier },
                refers: { clusterIdentifier: ["database"] },
            })),
            ...service({ refers: { networkConfiguration: ["database"] }, ...given.service }),
        ],
        { traffic: { ...NOBODY, ...given.traffic }, awake: () => awake },
    );
}

const OFFICE = { "cron(0 7 ? * MON-FRI *)": 1, "cron(0 20 ? * * *)": 0 };

describe("cost of Aurora", () => {
    const capacity = (given: Given) => lineOf(aurora(given), "Aurora Serverless v2");

    it("never less than its smallest capacity", () => {
        assert.equal(capacity({ min: 0.5 }).monthly, 43.8); // 730 × 0.5 × 0.12
        assert.equal(capacity({ min: 0.5 }).idleMonthly, 43.8);
    });

    it("more while somebody is there", () => {
        // 630 × 0.5 + 100 × (0.5 + 0.2 × 3.5) = 315 + 120
        const traffic = { hoursInUse: 100, load: 0.2 };
        assert.equal(capacity({ min: 0.5, traffic }).quantity, 435);
        assert.equal(capacity({ min: 0.5, traffic }).idleMonthly, 43.8);
    });

    it("does not pause above 0, connected or not, by day and by night", () => {
        const night = { actions: OFFICE };
        assert.equal(capacity({ min: 0.5, awake: false, service: night }).idleMonthly, 43.8);
        assert.equal(capacity({ min: 0.5, awake: true, service: night }).idleMonthly, 43.8);
    });

    it("pauses where nothing stays connected", () => {
        assert.equal(aurora({ min: 0, awake: false }).lines.length, 2); // Fargate alone
    });

    it("does not pause while something stays connected", () => {
        assert.equal(capacity({ min: 0, awake: true }).idleMonthly, 43.8); // 730 × 0.5 × 0.12
    });

    it("pauses at night where tasks do, though they stay connected by day", () => {
        const idle = capacity({ min: 0, awake: true, service: { actions: OFFICE } }).idleMonthly;
        assert.equal(idle, 16.946429); // 282.440476 × 0.5 × 0.12
    });

    it("wakes when a schedule starts tasks, until the pause", () => {
        // 5 starts × 730/168 weeks = 21.726190; each 60 + 300 s = 0.1 h at 0.5 ACU
        const line = capacity({ min: 0, awake: false, service: { actions: OFFICE } });
        assert.equal(line.quantity, 1.08631);
        assert.equal(line.idleMonthly, 0.130357);
    });

    it("a pause costs what a visit costs, not more than staying awake", () => {
        const traffic = { hoursInUse: 730, deployments: 1000 };
        assert.equal(capacity({ min: 0, awake: false, traffic }).quantity, 365);
    });

    it("a reader of the first tiers is as large as the writer, a later one follows its own load", () => {
        const traffic = { hoursInUse: 730, load: 1 };
        const [writer, near, far] = aurora({ min: 0.5, tiers: [0, 1, 2], traffic }).lines.filter(
            ({ unit }) => unit === "ACU-hour",
        );
        assert.equal(writer?.quantity, 4 * 730);
        assert.equal(near?.quantity, 4 * 730);
        assert.equal(far?.quantity, 365);
    });

    it("storage, I/O, backups beyond its own size, and the master user's secret", () => {
        const costs = aurora({
            min: 0.5,
            inputs: { backupRetentionPeriod: 35, manageMasterUserPassword: true },
            traffic: { databaseGb: 10, requests: 1_000_000, databaseIoPerRequest: 10 },
        });
        assert.equal(lineOf(costs, "Aurora storage").monthly, 1); // 10 × 0.10
        assert.equal(lineOf(costs, "Aurora I/O").monthly, 2); // 10 million × 0.20
        const backup = lineOf(costs, "Aurora backup beyond the database's size");
        assert.equal(backup.quantity, 6.8); // 10 × 2 % × 34 days
        assert.equal(lineOf(costs, "Secret").monthly, 0.4);
    });

    it("says what it cannot price", () => {
        const costs = aurora({
            min: 0.5,
            inputs: {
                storageType: "aurora-iopt1",
                performanceInsightsRetentionPeriod: 93,
                databaseInsightsMode: "advanced",
            },
        });
        assert.deepEqual(costs.notPriced, [
            "aws:rds/cluster:Cluster (Database Insights, advanced)",
            "aws:rds/cluster:Cluster (I/O-optimised storage)",
            "aws:rds/cluster:Cluster (Performance Insights for 93 days)",
        ]);
    });
});

describe("cost of files", () => {
    const volume = (status: string, mode = "elastic"): Cost =>
        priced(
            [
                { type: "aws:efs/fileSystem:FileSystem", name: "files", inputs: { throughputMode: mode } },
                {
                    type: "aws:efs/backupPolicy:BackupPolicy",
                    name: "backup",
                    inputs: { backupPolicy: { status } },
                    refers: { fileSystemId: ["files"] },
                },
            ],
            { traffic: { ...NOBODY, volumeGb: 10, requests: 1_000_000, volumeKbPerRequest: 5 } },
        );

    it("EFS: storage, and what is read and written", () => {
        const costs = volume("DISABLED");
        assert.equal(lineOf(costs, "EFS storage").monthly, 3); // 10 × 0.30
        assert.equal(lineOf(costs, "EFS elastic reads").monthly, 0.15); // 5 GB × 0.03
        assert.equal(lineOf(costs, "EFS elastic writes").monthly, 0.03); // 0.5 GB × 0.06
        assert.ok(costs.lines.every(({ item }) => item !== "Backup of EFS"));
    });

    it("EFS: backups of the files and 35 days of changes", () => {
        assert.equal(lineOf(volume("ENABLED"), "Backup of EFS").quantity, 17); // 10 × (1 + 35 × 2 %)
    });

    it("EFS: provisioned throughput is not priced, and said", () => {
        assert.deepEqual(volume("DISABLED", "provisioned").notPriced, [
            "aws:efs/fileSystem:FileSystem (provisioned throughput)",
        ]);
    });

    it("S3: what is stored, read and written", () => {
        const traffic = { ...NOBODY, bucketGb: 100, requests: 1_000_000, objectsPerRequest: 0.1 };
        const costs = priced([{ type: "aws:s3/bucket:Bucket", name: "files", inputs: {} }], { traffic });
        assert.equal(lineOf(costs, "S3 storage").monthly, 2.3); // 100 × 0.023
        assert.equal(lineOf(costs, "S3 reads").monthly, 0.04); // 100 thousand × 0.0004
        assert.equal(lineOf(costs, "S3 writes and lists").monthly, 0.05); // 10 thousand × 0.005
    });

    it("S3: access logs until they expire", () => {
        const logs: readonly Recorded[] = [
            { type: "aws:s3/bucket:Bucket", name: "logs", inputs: {} },
            {
                type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
                name: "lifecycle",
                inputs: { rules: [{ expiration: { days: 73 } }] },
                refers: { bucket: ["logs"] },
            },
            {
                type: "aws:lb/loadBalancer:LoadBalancer",
                name: "alb",
                inputs: { loadBalancerType: "application", internal: true },
                refers: { accessLogs: ["logs"] },
            },
            ...service({ refers: { loadBalancers: ["alb"] } }),
        ];
        const costs = priced(logs, { traffic: { ...NOBODY, requests: 10_000_000 } });
        assert.equal(lineOf(costs, "S3 storage").quantity, 12); // 10,000,000 × 0.5 KB × 2.4 months
    });
});
