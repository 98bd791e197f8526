/** A look at what AWS has and what was last applied, on a schedule. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Drift } from "../../settings/delivery";
import { policyDocument, rolePath, trustDocument } from "../statement";
import { type DeliveryArgs, type Options, pipelineRoleArn } from "./args";
import { ownPrefix } from "./events";
import { machine, QUEUED_MINUTES, variables } from "./project";
import type { Topics } from "./notifications";

export interface DriftParts {
    readonly bucket: pulumi.Output<string>;
    readonly programKey: string;
    readonly topics: Topics;
}

export function scheduleDrift(
    name: string,
    args: DeliveryArgs,
    drift: Drift,
    parts: DriftParts,
    opts: Options,
): void {
    const project = createProject(name, args, drift, parts, opts);
    const role = createRole(`${name}-role`, args, project, opts);
    new aws.scheduler.Schedule(
        name,
        {
            name: `${ownPrefix(args.environment)}drift`,
            description: `Looks whether ${args.environment} is as it was applied`,
            scheduleExpression: drift.cron,
            scheduleExpressionTimezone: drift.timezone,
            flexibleTimeWindow: { mode: "OFF" },
            state: "ENABLED",
            target: {
                arn: project.arn,
                roleArn: role.arn,
                retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
            },
        },
        opts,
    );
}

/** Of its own: a project that takes its source from a pipeline cannot be started without one. */
function createProject(
    name: string,
    args: DeliveryArgs,
    drift: Drift,
    { bucket, programKey, topics }: DriftParts,
    opts: Options,
): aws.codebuild.Project {
    const { environment, settings } = args;
    const logGroup = new aws.cloudwatch.LogGroup(
        `${name}-log`,
        { name: `/selfhost/${environment}/delivery/drift`, retentionInDays: settings.logRetentionDays },
        opts,
    );
    const own = {
        APPLY: String(drift.apply),
        ...(topics.chat === undefined ? {} : { CHAT_TOPIC: topics.chat.arn }),
        ...(topics.mail === undefined ? {} : { MAIL_TOPIC: topics.mail.arn }),
        SCRIPT: "drift",
    };
    return new aws.codebuild.Project(
        name,
        {
            // Its ARN is in the trust of the role, which was there before it.
            name: `${ownPrefix(environment)}drift`,
            description: `Looks whether ${environment} is as it was applied`,
            serviceRole: pipelineRoleArn(args.partition, args.accountId, environment, args.region),
            buildTimeout: settings.timeoutMinutes,
            queuedTimeout: QUEUED_MINUTES,
            source: {
                type: "S3",
                location: pulumi.interpolate`${bucket}/${programKey}`,
                buildspec: "delivery/buildspec.yml",
            },
            artifacts: { type: "NO_ARTIFACTS" },
            cache: { type: "NO_CACHE" },
            environment: {
                ...machine(settings),
                imagePullCredentialsType: "CODEBUILD",
                privilegedMode: settings.builds.apps.length > 0,
                environmentVariables: variables(args, bucket, own),
            },
            logsConfig: {
                cloudwatchLogs: { status: "ENABLED", groupName: logGroup.name },
                s3Logs: { status: "DISABLED" },
            },
        },
        opts,
    );
}

/** https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html */
function createRole(
    name: string,
    { environment, accountId, partition, region }: DeliveryArgs,
    project: aws.codebuild.Project,
    opts: Options,
): aws.iam.Role {
    const role = new aws.iam.Role(
        name,
        {
            description: `Starts the drift preview of ${environment}`,
            path: rolePath(environment),
            assumeRolePolicy: trustDocument("SchedulesOfThisAccount", "scheduler.amazonaws.com", {
                StringEquals: {
                    "aws:SourceAccount": accountId,
                    "aws:SourceArn": `arn:${partition}:scheduler:${region}:${accountId}:schedule-group/default`,
                },
            }),
        },
        opts,
    );
    new aws.iam.RolePolicy(
        `${name}-policy`,
        {
            role: role.name,
            policy: policyDocument([
                {
                    Sid: "StartBuild",
                    Effect: "Allow",
                    Action: ["codebuild:StartBuild"],
                    Resource: [project.arn],
                },
            ]),
        },
        opts,
    );
    return role;
}
