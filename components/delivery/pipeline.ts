/**
 * The infrastructure pipeline: preview, approvals, `pulumi up` of the stack that contains it.
 *
 * It survives what it does: its roles and the state belong to the bootstrap, its steps are scripts of the commit that it
 * applies, so that a push mends them, and its own definition changes in its last action, when nothing comes after.
 */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Approval, InfrastructurePipeline } from "../../settings/delivery";
import { sortedEntries } from "../../settings/order";
import { type DeliveryArgs, infrastructureRoleArn, type Options, promotesTo } from "./args";
import { ownPrefix } from "./events";
import { createApprovalTopic } from "./notifications";

export interface PipelineParts {
    readonly bucket: pulumi.Output<string>;
    readonly keyArn: pulumi.Output<string> | undefined;
    readonly project: pulumi.Output<string>;
    readonly connectionArn: pulumi.Input<string>;
    readonly ready: readonly pulumi.Resource[];
}

type Action = aws.types.input.codepipeline.PipelineStageAction;
type Stage = aws.types.input.codepipeline.PipelineStage;

export function pipelineName(environment: string): string {
    return `${ownPrefix(environment)}infrastructure`;
}

export function pipelineUrl(environment: string, region: string): string {
    return `https://${region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipelineName(environment)}/view?region=${region}`;
}

export function createInfrastructurePipeline(
    name: string,
    args: DeliveryArgs,
    settings: InfrastructurePipeline,
    parts: PipelineParts,
    opts: Options,
): aws.codepipeline.Pipeline {
    const topics = settings.approvals.map(({ emails }, index) =>
        emails.length === 0
            ? undefined
            : createApprovalTopic(`${name}-approval-${index + 1}`, emails, args, opts),
    );
    const stages = [
        source(settings, parts),
        preview(parts),
        ...(settings.approvals.length === 0 ? [] : [approve(settings.approvals, topics)]),
        apply(args, settings, parts),
    ];
    return new aws.codepipeline.Pipeline(
        name,
        {
            name: pipelineName(args.environment),
            pipelineType: "V2",
            // A newer commit overtakes one that still waits for its approval.
            // https://docs.aws.amazon.com/codepipeline/latest/userguide/concepts-how-it-works.html
            executionMode: "SUPERSEDED",
            roleArn: infrastructureRoleArn(args),
            artifactStores: [
                {
                    type: "S3",
                    location: parts.bucket,
                    ...(parts.keyArn === undefined
                        ? {}
                        : { encryptionKey: { id: parts.keyArn, type: "KMS" } }),
                },
            ],
            stages,
            triggers: [
                {
                    providerType: "CodeStarSourceConnection",
                    gitConfiguration: {
                        sourceActionName: "Source",
                        pushes: [{ branches: { includes: [settings.branch] } }],
                    },
                },
            ],
        },
        { ...opts, dependsOn: [...parts.ready] },
    );
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html */
function source(settings: InfrastructurePipeline, parts: PipelineParts): Stage {
    const action: Action = {
        name: "Source",
        category: "Source",
        owner: "AWS",
        provider: "CodeStarSourceConnection",
        version: "1",
        runOrder: 1,
        namespace: "Source",
        outputArtifacts: ["Source"],
        configuration: {
            ConnectionArn: parts.connectionArn,
            FullRepositoryId: settings.repository,
            BranchName: settings.branch,
            // The pipeline's own trigger starts it.
            DetectChanges: "false",
            OutputArtifactFormat: "CODE_ZIP",
        },
    };
    return { name: "Source", actions: [action] };
}

function preview({ project }: PipelineParts): Stage {
    return {
        name: "Preview",
        actions: [
            {
                ...build("Preview", project, { SCRIPT: "preview" }),
                outputArtifacts: ["Preview"],
                namespace: "Preview",
            },
        ],
    };
}

/** In sequence: the next one is asked when the one before has agreed. */
function approve(approvals: readonly Approval[], topics: readonly (aws.sns.Topic | undefined)[]): Stage {
    const actions = approvals.map((_, index): Action => {
        const topic = topics[index];
        return {
            name: approvalName(index),
            category: "Approval",
            owner: "AWS",
            provider: "Manual",
            version: "1",
            runOrder: index + 1,
            configuration: {
                CustomData: "#{Preview.STEPS} (commit #{Source.CommitId})",
                ExternalEntityLink: "#{Preview.PREVIEW}",
                ...(topic === undefined ? {} : { NotificationArn: topic.arn }),
            },
        };
    });
    return { name: "Approve", actions };
}

export function approvalName(index: number): string {
    return `Approval${index + 1}`;
}

function apply(args: DeliveryArgs, { approvals }: InfrastructurePipeline, { project }: PipelineParts): Stage {
    const approvers = Object.fromEntries(
        approvals.flatMap(({ approvers: roles }, index) =>
            roles.length === 0 ? [] : [[approvalName(index), roles]],
        ),
    );
    const variables = {
        APPROVED: String(approvals.length > 0),
        APPROVERS: JSON.stringify(approvers),
        BUILT: JSON.stringify(args.settings.builds.apps),
        COMMIT: "#{Source.CommitId}",
        EXECUTION: "#{codepipeline.PipelineExecutionId}",
        PIPELINE: pipelineName(args.environment),
        PROMOTES_TO: promotesTo(args),
        SCRIPT: "up",
    };
    const up = { ...build("Apply", project, variables), inputArtifacts: ["Source", "Preview"] };
    const itself = {
        ...build("Itself", project, { PIPELINE: pipelineName(args.environment), SCRIPT: "itself" }),
        runOrder: 2,
    };
    return { name: "Apply", actions: [up, itself] };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html */
function build(
    name: string,
    project: pulumi.Output<string>,
    variables: Readonly<Record<string, string>>,
): Action {
    return {
        name,
        category: "Build",
        owner: "AWS",
        provider: "CodeBuild",
        version: "1",
        runOrder: 1,
        inputArtifacts: ["Source"],
        configuration: {
            ProjectName: project,
            PrimarySource: "Source",
            EnvironmentVariables: JSON.stringify(
                sortedEntries(variables).map(([key, value]) => ({ name: key, value, type: "PLAINTEXT" })),
            ),
        },
    };
}
