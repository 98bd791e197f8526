/** What data costs: databases, buckets, file systems and the secrets to get at them. */
import type { Resource } from "../graph";
import { at, DAYS_PER_MONTH, HOURS, listAt, numberAt, type Reading, SERVICE, textAt } from "./reading";
import { always, type Charge, type Pricer, type Situation, type Use, whenUsed } from "./situation";
import { runningTasks } from "./tasks";

const MILLION = 1_000_000;

/** The least that a serverless instance runs at while it is not paused, in ACU. */
const SMALLEST_AWAKE = 0.5;

/** Seconds that a task uses the database for when it starts: it migrates. */
const START_SECONDS = 60;

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ServerlessV2ScalingConfiguration.html */
const DEFAULT_PAUSE_SECONDS = 300;

/** Share of a database that changes in a day, and has to be kept for as long as backups are. */
const DAILY_CHANGE = 0.02;

const CLUSTER = "aws:rds/cluster:Cluster";

/** https://aws.amazon.com/rds/aurora/pricing/ */
export const auroraCluster: Pricer = (resource, { reading, traffic }): readonly Charge[] => {
    const users = reading.dependents(resource, SERVICE).length;
    const gigabytes = Math.max(1, users) * traffic.databaseGb;
    const days = numberAt(resource, "backupRetentionPeriod") ?? 1;
    return [
        always("aurora.storage", gigabytes),
        whenUsed("aurora.io", (users * traffic.requests * traffic.databaseIoPerRequest) / MILLION),
        // As much as the database's own size is free.
        always("aurora.backup", gigabytes * DAILY_CHANGE * Math.max(0, days - 1)),
        // RDS keeps the master user's password in a secret, which is charged like any other.
        always("secret.month", at(resource, "manageMasterUserPassword") === true ? 1 : 0),
        ...unpricedParts(resource),
    ];
};

function unpricedParts(resource: Resource): readonly Charge[] {
    const insights = numberAt(resource, "performanceInsightsRetentionPeriod") ?? 7;
    const parts = [
        ...(textAt(resource, "storageType") === "aurora-iopt1" ? ["I/O-optimised storage"] : []),
        // Seven days are free: https://aws.amazon.com/rds/performance-insights/pricing/
        ...(insights > 7 ? [`Performance Insights for ${insights} days`] : []),
        ...(textAt(resource, "databaseInsightsMode") === "advanced" ? ["Database Insights, advanced"] : []),
    ];
    return parts.map((unpriced) => ({ unpriced }));
}

export const auroraInstance: Pricer = (resource, situation): readonly Charge[] => {
    const cluster = situation.reading.referred(resource, "clusterIdentifier", CLUSTER);
    const size = textAt(resource, "instanceClass") ?? "unknown";
    if (cluster === undefined || size !== "db.serverless") {
        return [{ unpriced: cluster === undefined ? "its cluster is elsewhere" : size }];
    }
    const { quantity, idle } = capacity(cluster, situation);
    // A reader of the first two tiers is as large as the writer; others follow their own load, which is none here.
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2.how-it-works.html
    const follows = (numberAt(resource, "promotionTier") ?? 1) <= 1;
    return [{ item: "aurora.acu", quantity: follows ? quantity : idle, idle }];
};

/** ACU-hours of one instance in a month. */
function capacity(cluster: Resource, situation: Situation): Pick<Use, "quantity" | "idle"> {
    const { traffic } = situation;
    const scaling = "serverlessv2ScalingConfiguration";
    const min = numberAt(cluster, `${scaling}.minCapacity`) ?? SMALLEST_AWAKE;
    const max = numberAt(cluster, `${scaling}.maxCapacity`) ?? min;
    const busy = Math.max(SMALLEST_AWAKE, min + traffic.load * (max - min));
    const quiet = Math.max(SMALLEST_AWAKE, min);
    const { inUse, awake, idleAwake } = hoursOf(cluster, min, situation);
    return { quantity: inUse * busy + (awake - inUse) * quiet, idle: idleAwake * quiet };
}

interface ClusterHours {
    readonly inUse: number;
    /** Hours in which it is not paused. */
    readonly awake: number;
    /** The same, without a visitor. */
    readonly idleAwake: number;
}

/**
 * A cluster with a smallest capacity of 0 pauses when nothing has been connected for a while, and is not charged for then.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
function hoursOf(cluster: Resource, min: number, { reading, traffic, awake }: Situation): ClusterHours {
    const users = reading.dependents(cluster, SERVICE).map((one) => runningTasks(one, reading, traffic));
    const up = Math.max(0, ...users.map((user) => user.up));
    const inUse = Math.max(0, ...users.map((user) => user.inUse));
    if (min > 0) {
        return { inUse, awake: HOURS, idleAwake: HOURS };
    }
    if (awake(cluster.urn)) {
        return { inUse, awake: up, idleAwake: up };
    }
    const pause = numberAt(cluster, "serverlessv2ScalingConfiguration.secondsUntilAutoPause");
    const visit = (START_SECONDS + (pause ?? DEFAULT_PAUSE_SECONDS)) / 3600;
    const starts = users.reduce((all, user) => all + user.starts, 0);
    const deployments = users.length * traffic.deployments;
    return {
        inUse,
        awake: Math.min(up, inUse + (starts + deployments) * visit),
        idleAwake: Math.min(up, starts * visit),
    };
}

/** Kilobytes of access log for one request: https://aws.amazon.com/s3/pricing/ */
const ACCESS_LOG_KB = 0.5;

/** GB that one run of a pipeline leaves, for a month: sources, the program, what is known of an image. */
const ARTIFACTS_GB = 0.05;

/** Months of access logs where none expire. */
const UNENDING_MONTHS = 12;

export const bucket: Pricer = (resource, { reading, traffic }) => {
    const logged = loggedRequests(resource, reading, traffic.requests);
    if (logged !== undefined) {
        const months = expiryDays(resource, reading) / DAYS_PER_MONTH;
        return [always("s3.storage", ((logged * ACCESS_LOG_KB) / MILLION) * months)];
    }
    const pipelines = pipelinesThrough(resource, reading);
    if (pipelines > 0) {
        return [always("s3.storage", pipelines * traffic.deployments * ARTIFACTS_GB)];
    }
    const objects = traffic.requests * traffic.objectsPerRequest;
    return [
        always("s3.storage", traffic.bucketGb),
        whenUsed("s3.get", objects / 1000),
        whenUsed("s3.put", objects / 10 / 1000),
    ];
};

/** Requests that a load balancer reports to the bucket; undefined where it holds no such logs. */
function loggedRequests(resource: Resource, reading: Reading, requests: number): number | undefined {
    const balancers = reading.referring(resource, "accessLogs", "aws:lb/loadBalancer:LoadBalancer");
    return balancers.length === 0
        ? undefined
        : balancers.reduce((all, one) => all + reading.dependents(one, SERVICE).length * requests, 0);
}

/** How many pipelines hand their artifacts on through the bucket. */
function pipelinesThrough(resource: Resource, reading: Reading): number {
    const name = textAt(resource, "bucket");
    return reading.all("aws:codepipeline/pipeline:Pipeline").filter((pipeline) => {
        const refers = pipeline.propertyDependencies.artifactStores?.includes(resource.urn) === true;
        return refers || (name !== undefined && textAt(pipeline, "artifactStores.0.location") === name);
    }).length;
}

function expiryDays(resource: Resource, reading: Reading): number {
    const type = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
    const days = reading
        .referring(resource, "bucket", type)
        .flatMap((one) => listAt(one, "rules").map((_, i) => numberAt(one, `rules.${i}.expiration.days`)))
        .filter((number) => number !== undefined);
    return days.length === 0 ? UNENDING_MONTHS * DAYS_PER_MONTH : Math.min(...days);
}

/** Days that automatic backups are kept: https://docs.aws.amazon.com/efs/latest/ug/awsbackup.html */
const EFS_BACKUP_DAYS = 35;

/** https://aws.amazon.com/efs/pricing/, https://aws.amazon.com/backup/pricing/ */
export const fileSystem: Pricer = (resource, { reading, traffic }): readonly Charge[] => {
    const policies = reading.referring(resource, "fileSystemId", "aws:efs/backupPolicy:BackupPolicy");
    const backed = policies.some((policy) => textAt(policy, "backupPolicy.status") === "ENABLED");
    const kept = backed ? traffic.volumeGb * (1 + DAILY_CHANGE * EFS_BACKUP_DAYS) : 0;
    const read = (traffic.requests * traffic.volumeKbPerRequest) / MILLION;
    const mode = textAt(resource, "throughputMode") ?? "bursting";
    const throughput: Readonly<Record<string, readonly Charge[]>> = {
        elastic: [whenUsed("efs.read", read), whenUsed("efs.write", read / 10)],
        bursting: [],
    };
    return [
        always("efs.storage", traffic.volumeGb),
        always("efs.backup", kept),
        ...(throughput[mode] ?? [{ unpriced: `${mode} throughput` }]),
    ];
};

/** https://aws.amazon.com/secrets-manager/pricing/ */
export const secret: Pricer = () => [always("secret.month", 1)];

/**
 * A key in its first year; the first two rotations each add as much again.
 * https://aws.amazon.com/kms/pricing/
 */
export const key: Pricer = () => [always("kms.key", 1)];
