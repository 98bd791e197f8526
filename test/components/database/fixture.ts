/** A database as in production, recorded on its own. */
import * as pulumi from "@pulumi/pulumi";
import { Database } from "../../../components/database";
import type { Graph } from "../../../plan/graph";
import type { AppDatabase, DatabaseCluster, Restore } from "../../../settings/settings";
import { ACCOUNT, REGION, recorded, remembered } from "../../support/recorded";

export const CLUSTER = "aws:rds/cluster:Cluster";
export const INSTANCE = "aws:rds/clusterInstance:ClusterInstance";
export const SECRET = "aws:secretsmanager/secret:Secret";
export const INVOCATION = "aws:lambda/invocation:Invocation";

export const MYSQL: DatabaseCluster = {
    name: "wiki",
    formerly: [],
    shared: false,
    engine: "aurora-mysql",
    version: "8.0.mysql_aurora.3.10.5",
    family: "aurora-mysql8.0",
    minCapacity: 0.5,
    maxCapacity: 8,
    pauseAfterSeconds: undefined,
    instances: 2,
    backupRetentionDays: 14,
    deletionProtection: true,
    finalSnapshot: true,
    performanceInsights: true,
    logExports: ["slowquery", "audit", "error"],
    logRetentionDays: 90,
    restore: undefined,
};

/** The app's own in it. */
export const OWN: Omit<AppDatabase, "cluster"> = {
    credentialsGeneration: 1,
    databaseName: "wiki",
    createsDatabases: false,
    variables: { DB_USERNAME: "username", DB_PASSWORD: "password" },
};

/** As in an environment that may be thrown away. */
export const DEV: Partial<DatabaseCluster> = {
    minCapacity: 0,
    maxCapacity: 2,
    pauseAfterSeconds: 300,
    instances: 1,
    deletionProtection: false,
    finalSnapshot: false,
    performanceInsights: false,
    logExports: [],
};

export const SNAPSHOT: Restore = {
    generation: 2,
    keepPrevious: true,
    from: { kind: "snapshot", identifier: "before-the-flood" },
};

/** Records a database with its app's user and way in. */
export const recordDatabase = remembered(
    (
        change: Partial<DatabaseCluster> = {},
        disposable?: boolean,
        credentialsGeneration?: number,
    ): Promise<Graph> =>
        recorded(() => {
            const database = new Database("wiki-database", {
                environment: "prod",
                settings: { ...MYSQL, ...change },
                vpcId: "vpc-1",
                subnetIds: ["subnet-a", "subnet-b"],
                disposable: disposable ?? false,
                partition: "aws",
                region: REGION,
                accountId: ACCOUNT,
            });
            const user = database.userOf({
                app: { name: "wiki", formerly: [] },
                database: { ...OWN, credentialsGeneration: credentialsGeneration ?? 1 },
                cluster: "prod",
            });
            const rules = database.allowFrom({ name: "wiki", formerly: [] }, "sg-tasks");
            return {
                host: database.host,
                port: database.port,
                clusterArn: database.clusterArn,
                clusterIdentifier: database.clusterIdentifier,
                masterSecretArn: database.masterSecretArn,
                securityGroupId: database.securityGroupId,
                valueFrom: user.valueFrom,
                statements: pulumi.output(user.statements),
                ready: user.ready.map(({ urn }) => urn),
                rules: rules.map(({ urn }) => urn),
            };
        }),
);
