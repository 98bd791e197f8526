/** What is worth telling: patterns of EventBridge for the pipelines, builds and deployments of one environment. */
import type { DeliveryArgs } from "./args";

export interface Happening {
    readonly name: string;
    readonly pattern: Readonly<Record<string, unknown>>;
    /** What the sentence takes from the event. */
    readonly paths: Readonly<Record<string, string>>;
    /** `<path>` stands for what was taken. */
    readonly sentence: string;
}

type EventArgs = Omit<DeliveryArgs, "disposable" | "settings">;

/** Every pipeline and project of an environment has a name that starts so; no other environment's has. */
export function ownPrefix(environment: string): string {
    return `selfhost-${environment}-`;
}

export function happenings(args: EventArgs): readonly Happening[] {
    return [
        approvals(args),
        builds(args),
        ...(args.codeDeploy.length === 0 ? [] : [codeDeployments(args)]),
        deployments(args),
        pipelines(args),
    ];
}

function consoleOf({ region }: EventArgs): string {
    return `https://${region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/<pipeline>`;
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html */
function approvals(args: EventArgs): Happening {
    return {
        name: "approvals",
        pattern: {
            source: ["aws.codepipeline"],
            "detail-type": ["CodePipeline Action Execution State Change"],
            detail: {
                pipeline: [{ prefix: ownPrefix(args.environment) }],
                type: { category: ["Approval"] },
                state: ["STARTED", "FAILED"],
            },
        },
        paths: { action: "$.detail.action", pipeline: "$.detail.pipeline", state: "$.detail.state" },
        sentence: `${args.environment}: the approval <action> of the pipeline <pipeline> has <state>: ${consoleOf(args)}/view`,
    };
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications-ref.html */
function builds({ environment }: EventArgs): Happening {
    return {
        name: "builds",
        pattern: {
            source: ["aws.codebuild"],
            "detail-type": ["CodeBuild Build State Change"],
            detail: {
                "project-name": [{ prefix: ownPrefix(environment) }],
                "build-status": ["FAILED", "STOPPED"],
            },
        },
        paths: {
            log: "$.detail.additional-information.logs.deep-link",
            project: "$.detail.project-name",
            state: "$.detail.build-status",
        },
        sentence: `${environment}: a build of <project> has <state>: <log>`,
    };
}

/**
 * Going back is a deployment of its own, with the same states.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-codedeploy.html
 */
function codeDeployments({ environment, region, codeDeploy }: EventArgs): Happening {
    return {
        name: "codedeploy",
        pattern: {
            source: ["aws.codedeploy"],
            "detail-type": ["CodeDeploy Deployment State-change Notification"],
            detail: { application: codeDeploy, state: ["SUCCESS", "FAILURE", "STOP"] },
        },
        paths: {
            application: "$.detail.application",
            deployment: "$.detail.deploymentId",
            state: "$.detail.state",
        },
        sentence:
            `${environment}: CodeDeploy's deployment <deployment> of <application> has ended with <state>: ` +
            `https://${region}.console.aws.amazon.com/codesuite/codedeploy/deployments/<deployment>`,
    };
}

/** In ECS's own words, of its circuit breaker and of alarms, hooks and people. */
const ROLLBACKS = ["*rolling back*", "*rolled back*"].map((wildcard) => ({ wildcard }));

/**
 * How deployments end, and that one goes back: only its reason tells that from one that starts.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
 */
function deployments({ environment, region, partition, accountId, cluster }: EventArgs): Happening {
    return {
        name: "deployments",
        pattern: {
            source: ["aws.ecs"],
            "detail-type": ["ECS Deployment State Change"],
            resources: [{ prefix: `arn:${partition}:ecs:${region}:${accountId}:service/${cluster}/` }],
            detail: {
                $or: [
                    { eventName: ["SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_DEPLOYMENT_FAILED"] },
                    { eventName: ["SERVICE_DEPLOYMENT_IN_PROGRESS"], reason: ROLLBACKS },
                ],
            },
        },
        paths: { event: "$.detail.eventName", reason: "$.detail.reason", service: "$.resources[0]" },
        sentence: `${environment}: <event> of <service>: <reason>`,
    };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html */
function pipelines(args: EventArgs): Happening {
    return {
        name: "pipelines",
        pattern: {
            source: ["aws.codepipeline"],
            "detail-type": ["CodePipeline Pipeline Execution State Change"],
            detail: {
                pipeline: [{ prefix: ownPrefix(args.environment) }],
                state: ["SUCCEEDED", "FAILED", "STOPPED", "CANCELED"],
            },
        },
        paths: {
            execution: "$.detail.execution-id",
            pipeline: "$.detail.pipeline",
            state: "$.detail.state",
        },
        sentence: `${args.environment}: the pipeline <pipeline> has <state>: ${consoleOf(args)}/executions/<execution>/timeline`,
    };
}
