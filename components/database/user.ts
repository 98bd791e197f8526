/** An app's own user: its secret, and the invocation that makes database, user and password. */
import * as pulumi from "@pulumi/pulumi";
import type { DatabaseCluster } from "../../settings/settings";
import { invoke, type Job } from "../job";
import type { Place } from "../place";
import { createSecret } from "../recovery";
import { aliased } from "../renamed";
import type { Statement } from "../statement";
import type { Cluster } from "./cluster";
import { userName } from "./names";

/** Of the secrets of all users of an app. */
export const SECRET_KEY = "database";

export interface UserArgs extends Place {
    /** As AWS knows it. */
    readonly app: string;
    /** The labels that this was registered under before. */
    readonly formerly: readonly string[];
    readonly engine: DatabaseCluster["engine"];
    readonly databaseName: string;
    readonly createsDatabases: boolean;
    readonly credentialsGeneration: number;
    readonly cluster: Cluster;
    readonly job: Job;
    /** Name of the ECS cluster whose tasks read the password. */
    readonly taskCluster: pulumi.Input<string>;
    /** Family of their task definitions: the user is dropped only when none of them reads the password. */
    readonly taskFamily: string;
}

export interface User {
    /** `user-1-2`: the cluster's generation and that of the credentials. */
    readonly name: string;
    /** JSON with the keys `username`, `password`, `host`, `port`, `dbname`, `engine` and `url`. */
    readonly secretArn: pulumi.Output<string>;
    /** A task that starts before this exists finds no user. */
    readonly ready: pulumi.Resource;
}

/** The password is made where it is used and written into the secret: it passes through no state and no plan. */
export function registerUser(label: string, args: UserArgs, opts: pulumi.CustomResourceOptions): User {
    const { credentialsGeneration, cluster } = args;
    const user = `user-${cluster.generation.number}-${credentialsGeneration}`;
    const name = `${label}-${user}`;
    const secret = createSecret(
        `${name}-secret`,
        { ...args, key: SECRET_KEY, what: "Database user" },
        aliased(opts, args.formerly, (former) => `${former}-${user}-secret`),
    );
    const invocation = invoke(
        name,
        args.job,
        { input: requestFor(args, secret.arn), scope: "CRUD", statements: statementsFor(args, secret.arn) },
        { ...opts, dependsOn: [...cluster.instances] },
        args.formerly.map((former) => `${former}-${user}`),
    );
    return { name: user, secretArn: secret.arn, ready: invocation };
}

/** What `lambda/database-user` reads. */
function requestFor(
    {
        engine,
        databaseName,
        createsDatabases,
        credentialsGeneration,
        cluster,
        taskCluster,
        taskFamily,
    }: UserArgs,
    secretArn: pulumi.Output<string>,
): Readonly<Record<string, pulumi.Input<unknown>>> {
    return {
        adminSecretArn: cluster.masterSecretArn,
        cluster: taskCluster,
        clusterArn: cluster.arn,
        ...(createsDatabases ? { createDatabaseRole: true } : {}),
        database: databaseName,
        engine,
        family: taskFamily,
        host: cluster.host,
        port: cluster.port,
        secretArn,
        user: userName(databaseName, credentialsGeneration),
    };
}

function statementsFor(args: UserArgs, secretArn: pulumi.Output<string>): readonly Statement[] {
    const { cluster } = args;
    return [
        {
            Sid: "MakeUser",
            Effect: "Allow",
            Action: ["rds-data:ExecuteStatement", "rds:DescribeDBClusters", ...restoredActions(cluster)],
            Resource: [cluster.arn],
        },
        {
            Sid: "ReadPasswords",
            Effect: "Allow",
            Action: ["secretsmanager:GetSecretValue"],
            Resource: [cluster.masterSecretArn, secretArn],
        },
        {
            Sid: "WritePassword",
            Effect: "Allow",
            Action: ["secretsmanager:PutSecretValue"],
            Resource: [secretArn],
        },
        ...taskStatements(args),
    ];
}

/**
 * RDS restores a cluster without its Data API, and only an operation of its own turns that on.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EnableHttpEndpoint.html
 */
function restoredActions({ generation }: Cluster): readonly string[] {
    return generation.from === undefined ? [] : ["rds:EnableHttpEndpoint"];
}

/** Who still reads the password, asked before a user is dropped. */
function taskStatements({
    taskCluster,
    partition,
    region,
    accountId,
}: Pick<UserArgs, "taskCluster" | "partition" | "region" | "accountId">): readonly Statement[] {
    const ecs = pulumi.interpolate`arn:${partition}:ecs:${region}:${accountId}`;
    const cluster = pulumi.interpolate`${ecs}:cluster/${taskCluster}`;
    return [
        {
            // These and the last support no resource of the cluster's own, or none at all:
            // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
            Sid: "ListTasks",
            Effect: "Allow",
            Action: ["ecs:ListServices", "ecs:ListTasks"],
            Resource: "*",
            Condition: { ArnEquals: { "ecs:cluster": [cluster] } },
        },
        {
            Sid: "DescribeTasks",
            Effect: "Allow",
            Action: ["ecs:DescribeServices", "ecs:DescribeTasks"],
            Resource: [
                pulumi.interpolate`${ecs}:service/${taskCluster}/*`,
                pulumi.interpolate`${ecs}:task/${taskCluster}/*`,
            ],
        },
        {
            Sid: "ReadTaskDefinitions",
            Effect: "Allow",
            Action: ["ecs:DescribeTaskDefinition"],
            Resource: "*",
        },
    ];
}
