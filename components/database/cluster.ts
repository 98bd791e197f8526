/** One generation of a database: an Aurora cluster with its instances and log groups. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import * as random from "@pulumi/random";
import { firstName } from "../../settings/formerly";
import type { DatabaseCluster, Engine } from "../../settings/settings";
import { type Generation, isFullVersion, ORIGIN_INPUTS, originInputs } from "./generations";
import { clusterIdentifier, logGroupName } from "./names";

/** Nobody signs in as this user but RDS and the Lambda that makes the apps' users. */
const MASTER_USERNAME = "selfhost_master";

/** UTC; RDS refuses windows that overlap. */
const BACKUP_WINDOW = "02:00-03:00";
const MAINTENANCE_WINDOW = "sun:03:30-sun:04:30";

/** Days; seven cost nothing. */
const INSIGHTS_DAYS = 7;

const PORTS: Readonly<Record<Engine, number>> = { "aurora-mysql": 3306, "aurora-postgresql": 5432 };

export interface ClusterArgs {
    readonly environment: string;
    readonly settings: DatabaseCluster;
    readonly generation: Generation;
    readonly disposable: boolean;
    readonly subnetGroupName: pulumi.Input<string>;
    readonly parameterGroupName: pulumi.Input<string>;
    readonly securityGroupId: pulumi.Input<string>;
    /** ARN of the key that encrypts a cluster restored from a snapshot. */
    readonly restoreKeyArn: pulumi.Input<string>;
}

export interface Cluster {
    readonly generation: Generation;
    readonly identifier: string;
    readonly port: number;
    readonly arn: pulumi.Output<string>;
    /** The writer's endpoint, whichever instance that is. */
    readonly host: pulumi.Output<string>;
    readonly masterSecretArn: pulumi.Output<string>;
    /** Until these exist, nothing answers. */
    readonly instances: readonly aws.rds.ClusterInstance[];
}

export function createCluster(name: string, args: ClusterArgs, opts: pulumi.CustomResourceOptions): Cluster {
    const { settings, generation, disposable } = args;
    const identifier = clusterIdentifier(args.environment, firstName(settings), generation.number);
    const logGroups = createLogGroups(`${name}-log`, identifier, settings, opts);
    const cluster = new aws.rds.Cluster(
        name,
        {
            clusterIdentifier: identifier,
            ...engineInputs(settings),
            ...originInputs(generation.from, MASTER_USERNAME, args.restoreKeyArn),
            ...safetyInputs(settings, disposable),
            ...insightsInputs(settings),
            finalSnapshotIdentifier: finalSnapshotIdentifier(`${name}-final`, identifier, settings, opts),
            dbSubnetGroupName: args.subnetGroupName,
            dbClusterParameterGroupName: args.parameterGroupName,
            vpcSecurityGroupIds: [args.securityGroupId],
            databaseInsightsMode: "standard",
            enabledCloudwatchLogsExports: [...settings.logExports].sort(),
        },
        {
            ...opts,
            protect: !disposable,
            ignoreChanges: ORIGIN_INPUTS,
            // The identifier is taken until the old cluster is gone.
            deleteBeforeReplace: true,
            // RDS makes the log groups that it does not find, and keeps their lines forever.
            dependsOn: [...logGroups],
        },
    );
    return {
        generation,
        identifier,
        port: PORTS[settings.engine],
        arn: cluster.arn,
        host: cluster.endpoint,
        masterSecretArn: cluster.masterUserSecrets.apply(onlySecretArn),
        instances: createInstances(name, identifier, cluster, args, opts),
    };
}

function createLogGroups(
    name: string,
    identifier: string,
    settings: DatabaseCluster,
    opts: pulumi.CustomResourceOptions,
): readonly aws.cloudwatch.LogGroup[] {
    return [...settings.logExports]
        .sort()
        .map(
            (log) =>
                new aws.cloudwatch.LogGroup(
                    `${name}-${log}`,
                    { name: logGroupName(identifier, log), retentionInDays: settings.logRetentionDays },
                    opts,
                ),
        );
}

function engineInputs(settings: DatabaseCluster) {
    return {
        engine: settings.engine,
        // Serverless v2 is a kind of instance; `serverless` would be version 1.
        engineMode: "provisioned",
        engineVersion: settings.version,
        autoMinorVersionUpgrade: !isFullVersion(settings.engine, settings.version),
        allowMajorVersionUpgrade: false,
        port: PORTS[settings.engine],
        serverlessv2ScalingConfiguration: {
            minCapacity: settings.minCapacity,
            maxCapacity: settings.maxCapacity,
            ...(settings.pauseAfterSeconds === undefined
                ? {}
                : { secondsUntilAutoPause: settings.pauseAfterSeconds }),
        },
        // The Data API: how databases and users are made, from a laptop as from a pipeline, without a way in.
        enableHttpEndpoint: true,
    };
}

function safetyInputs(settings: DatabaseCluster, disposable: boolean) {
    return {
        storageEncrypted: true,
        manageMasterUserPassword: true,
        iamDatabaseAuthenticationEnabled: true,
        copyTagsToSnapshot: true,
        backupRetentionPeriod: settings.backupRetentionDays,
        preferredBackupWindow: BACKUP_WINDOW,
        preferredMaintenanceWindow: MAINTENANCE_WINDOW,
        deleteAutomatedBackups: disposable,
        deletionProtection: settings.deletionProtection,
        skipFinalSnapshot: !settings.finalSnapshot,
        applyImmediately: disposable,
    };
}

/** The same on the cluster and its instances: where one says nothing, it reads what the other said as a difference. */
function insightsInputs({ performanceInsights }: DatabaseCluster) {
    return performanceInsights
        ? { performanceInsightsEnabled: true, performanceInsightsRetentionPeriod: INSIGHTS_DAYS }
        : { performanceInsightsEnabled: false };
}

/** Made once and kept in the state: a cluster made again under the same identifier needs another snapshot. */
function finalSnapshotIdentifier(
    name: string,
    identifier: string,
    settings: DatabaseCluster,
    opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> | undefined {
    if (!settings.finalSnapshot) {
        return undefined;
    }
    const suffix = new random.RandomId(name, { byteLength: 4, keepers: { cluster: identifier } }, opts);
    return pulumi.interpolate`${identifier}-final-${suffix.hex}`;
}

function createInstances(
    name: string,
    identifier: string,
    cluster: aws.rds.Cluster,
    { settings, disposable, subnetGroupName }: ClusterArgs,
    opts: pulumi.CustomResourceOptions,
): readonly aws.rds.ClusterInstance[] {
    return Array.from(
        { length: settings.instances },
        (_, index) =>
            new aws.rds.ClusterInstance(
                `${name}-${index}`,
                {
                    identifier: `${identifier}-${index}`,
                    clusterIdentifier: cluster.id,
                    dbSubnetGroupName: subnetGroupName,
                    engine: settings.engine,
                    instanceClass: "db.serverless",
                    // Readers of tiers 0 and 1 keep the writer's capacity, ready to take over.
                    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-administration.html
                    promotionTier: index,
                    publiclyAccessible: false,
                    autoMinorVersionUpgrade: !isFullVersion(settings.engine, settings.version),
                    caCertIdentifier: "rds-ca-rsa2048-g1",
                    copyTagsToSnapshot: true,
                    monitoringInterval: 0,
                    ...insightsInputs(settings),
                    preferredMaintenanceWindow: MAINTENANCE_WINDOW,
                    applyImmediately: disposable,
                },
                // Instances hold no data; the first is protected as the least that answers.
                { ...opts, protect: !disposable && index === 0, deleteBeforeReplace: true },
            ),
    );
}

function onlySecretArn(secrets: readonly { readonly secretArn: string }[]): string {
    const [secret] = secrets;
    if (secret === undefined) {
        throw new Error("RDS has not made the master user's secret yet. Run `pulumi up --refresh` again.");
    }
    return secret.secretArn;
}
