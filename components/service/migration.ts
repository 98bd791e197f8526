/**
 * Migrations: once per image, after its task definition and before the service, so that several starting tasks never race
 * and one that fails leaves the service as it was.
 */
import * as pulumi from "@pulumi/pulumi";
import { invoke, Job } from "../job";
import type { Account } from "../place";
import type { Statement } from "../statement";
import type { ServiceArgs, ServiceDatabase } from "./args";
import type { GrantedRole } from "./roles";
import { familyOf } from "./task";

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
const LONGEST_FUNCTION_SECONDS = 900;

/** How many of the snapshots that were taken before migrations stay. */
const SNAPSHOTS = 3;

export interface MigrationArgs {
    readonly service: ServiceArgs;
    /** In the container, in place of its own. */
    readonly command: readonly string[];
    readonly taskDefinitionArn: pulumi.Input<string>;
    readonly roles: readonly GrantedRole[];
    /** What a task must find when it starts. */
    readonly ready: readonly pulumi.Input<pulumi.Resource>[];
}

export interface Migration {
    /** Whoever needs the new schema waits for it. */
    readonly done: pulumi.Resource;
    readonly functionName: pulumi.Output<string>;
    /** The function's request, as JSON; a pipeline replaces `taskDefinition` and `image`, and takes out `releasedElsewhere`. */
    readonly request: pulumi.Output<string>;
}

/**
 * Runs them in `up`, never in a preview. Where a pipeline's action deploys, its step before has run them by then, and `up`
 * does for a new or a restored database alone.
 */
export function migrate(
    name: string,
    { service: args, command, taskDefinitionArn, roles, ready }: MigrationArgs,
    parent: pulumi.Resource,
): Migration {
    const snapshot = args.disposable ? undefined : args.database;
    const job = new Job(
        name,
        {
            environment: args.environment,
            label: `${args.app.name}-migration`,
            handler: "migration",
            statements: [
                ...runStatements(args, roles),
                ...(snapshot === undefined ? [] : snapshotStatements(args, snapshot)),
            ],
            timeoutSeconds: LONGEST_FUNCTION_SECONDS,
            logRetentionDays: args.app.logRetentionDays,
            accountId: args.accountId,
        },
        { parent },
    );
    const input = migrationRequest(args, command, taskDefinitionArn, snapshot);
    // A restored database has the schema of its time, whatever image last ran.
    const database = args.database?.clusterIdentifier ?? "none";
    const done = invoke(
        `${name}-run`,
        job,
        {
            input,
            scope: "CRUD",
            triggers: isReleasedElsewhere(args) ? { database } : { image: args.imageUri, database },
        },
        { parent, dependsOn: [...ready] },
    );
    return { done, functionName: job.functionName, request: pulumi.jsonStringify(input) };
}

/** A person who has CodeDeploy release an image that `up` knows runs no migrations: `up` does. */
function isReleasedElsewhere({ app: { deployer, image } }: Pick<ServiceArgs, "app">): boolean {
    return deployer !== "pulumi" && image.kind === "release";
}

/** The request of `lambda/migration`: the app's own task, with another command. */
function migrationRequest(
    args: ServiceArgs,
    command: readonly string[],
    taskDefinitionArn: pulumi.Input<string>,
    snapshot: ServiceDatabase | undefined,
): Readonly<Record<string, pulumi.Input<unknown>>> {
    return {
        cluster: args.cluster.name,
        taskDefinition: taskDefinitionArn,
        container: args.app.name,
        command,
        subnets: args.subnetIds,
        securityGroups: [args.attachment.securityGroupId],
        assignPublicIp: args.assignPublicIp,
        ...(snapshot === undefined
            ? {}
            : { snapshot: { clusterIdentifier: snapshot.clusterIdentifier, keep: SNAPSHOTS } }),
        image: args.imageUri,
        ...(args.standIn === undefined ? {} : { standIn: args.standIn }),
        ...(isReleasedElsewhere(args) ? { releasedElsewhere: true } : {}),
        deadlineSeconds: LONGEST_FUNCTION_SECONDS,
    };
}

/** Any revision of the app's own task definition, in its own cluster, with its own two roles, and nothing else. */
function runStatements(
    { app, environment, cluster, ...account }: Pick<ServiceArgs, "app" | "environment" | "cluster"> & Account,
    roles: readonly GrantedRole[],
): readonly Statement[] {
    const { partition, region, accountId } = account;
    const ecs = pulumi.interpolate`arn:${partition}:ecs:${region}:${accountId}`;
    const inCluster = { ArnEquals: { "ecs:cluster": [cluster.arn] } };
    const tasks = [pulumi.interpolate`${ecs}:task/${cluster.name}/*`];
    return [
        {
            Sid: "RunMigration",
            Effect: "Allow",
            Action: ["ecs:RunTask"],
            Resource: [pulumi.interpolate`${ecs}:task-definition/${familyOf(environment, app.name)}:*`],
            Condition: inCluster,
        },
        {
            Sid: "TagMigration",
            Effect: "Allow",
            Action: ["ecs:TagResource"],
            Resource: tasks,
            Condition: { StringEquals: { "ecs:CreateAction": ["RunTask"] } },
        },
        {
            Sid: "WatchMigration",
            Effect: "Allow",
            Action: ["ecs:DescribeTasks"],
            Resource: tasks,
            Condition: inCluster,
        },
        {
            // Supports no resource:
            // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
            Sid: "FindItsLog",
            Effect: "Allow",
            Action: ["ecs:DescribeTaskDefinition"],
            Resource: "*",
        },
        {
            Sid: "PassTaskRoles",
            Effect: "Allow",
            Action: ["iam:PassRole"],
            Resource: roles.map(({ arn }) => arn),
            Condition: { StringEquals: { "iam:PassedToService": ["ecs-tasks.amazonaws.com"] } },
        },
    ];
}

/** Snapshots of one cluster; of them, only those that were taken before migrations may go. */
function snapshotStatements(
    { partition, region, accountId }: Account,
    { clusterIdentifier, clusterArn }: ServiceDatabase,
): readonly Statement[] {
    const all = pulumi.interpolate`arn:${partition}:rds:${region}:${accountId}:cluster-snapshot`;
    const ours = pulumi.interpolate`${all}:${snapshotPattern(clusterIdentifier)}`;
    return [
        {
            Sid: "TakeSnapshot",
            Effect: "Allow",
            Action: ["rds:CreateDBClusterSnapshot"],
            Resource: [clusterArn, ours],
        },
        { Sid: "TagSnapshot", Effect: "Allow", Action: ["rds:AddTagsToResource"], Resource: [ours] },
        {
            Sid: "ListSnapshots",
            Effect: "Allow",
            Action: ["rds:DescribeDBClusterSnapshots"],
            Resource: [clusterArn, pulumi.interpolate`${all}:*`],
        },
        {
            Sid: "DeleteOldSnapshots",
            Effect: "Allow",
            Action: ["rds:DeleteDBClusterSnapshot"],
            Resource: [ours],
            // Only what has the handler's tag.
            Condition: { Null: { "aws:ResourceTag/selfhost:migration": ["false"] } },
        },
    ];
}

/** The names that the handler gives its snapshots: RDS allows 63 characters, 29 of them are digest and time. */
export function snapshotPattern(clusterIdentifier: string): string {
    return `${clusterIdentifier.slice(0, 34).replace(/-+$/, "")}-*`;
}
