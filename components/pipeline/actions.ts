/** The actions of a pipeline in the words of CodePipeline, each with the address of its reference. */
import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { sortedEntries } from "../../settings/order";
import type { CodeCommitSource, GitSource } from "../../settings/pipeline";

export type Action = aws.types.input.codepipeline.PipelineStageAction;

type Variables = Readonly<Record<string, pulumi.Input<string>>>;

/** Artifacts, by what is in them. */
export const ARTIFACTS = {
    /** The sources, or what another environment handed in. */
    source: "Source",
    program: "Program",
    /** `release.json`, and where there is one a bill of materials. */
    release: "Release",
    prepared: "Prepared",
} as const;

const SOURCE = { category: "Source", owner: "AWS", version: "1", runOrder: 1 } as const;

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodestarConnectionSource.html */
export function gitSource(
    name: string,
    { repository, branch }: GitSource,
    connectionArn: pulumi.Input<string>,
    roleArn: pulumi.Input<string>,
): Action {
    return {
        ...SOURCE,
        name,
        provider: "CodeStarSourceConnection",
        namespace: name,
        outputArtifacts: [name],
        roleArn,
        configuration: {
            ConnectionArn: connectionArn,
            FullRepositoryId: repository,
            BranchName: branch,
            // The pipeline's own triggers start it.
            DetectChanges: "false",
            OutputArtifactFormat: "CODE_ZIP",
        },
    };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeCommit.html */
export function codecommitSource(
    { branch }: CodeCommitSource,
    repositoryName: pulumi.Input<string>,
    roleArn: pulumi.Input<string>,
): Action {
    return {
        ...SOURCE,
        name: ARTIFACTS.source,
        provider: "CodeCommit",
        namespace: ARTIFACTS.source,
        outputArtifacts: [ARTIFACTS.source],
        roleArn,
        configuration: {
            RepositoryName: repositoryName,
            BranchName: branch,
            PollForSourceChanges: "false",
            OutputArtifactFormat: "CODE_ZIP",
        },
    };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECR.html */
export function ecrSource(
    repositoryName: string,
    tag: string | undefined,
    roleArn: pulumi.Input<string>,
): Action {
    return {
        ...SOURCE,
        name: ARTIFACTS.source,
        provider: "ECR",
        namespace: ARTIFACTS.source,
        outputArtifacts: [ARTIFACTS.source],
        roleArn,
        configuration: { RepositoryName: repositoryName, ...(tag === undefined ? {} : { ImageTag: tag }) },
    };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-S3.html */
export function s3Source(
    name: string,
    bucket: pulumi.Input<string>,
    key: string,
    roleArn: pulumi.Input<string>,
): Action {
    return {
        ...SOURCE,
        name,
        provider: "S3",
        namespace: name,
        outputArtifacts: [name],
        roleArn,
        configuration: { S3Bucket: bucket, S3ObjectKey: key, PollForSourceChanges: "false" },
    };
}

export interface Build {
    readonly name: string;
    readonly project: pulumi.Input<string>;
    readonly runOrder: number;
    /** The first holds the scripts. */
    readonly inputs: readonly [string, ...string[]];
    readonly output?: string;
    readonly namespace?: string;
    readonly variables: Variables;
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html */
export function build({ name, project, runOrder, inputs, output, namespace, variables }: Build): Action {
    const environment = sortedEntries(variables).map(([key, value]) => ({
        name: key,
        value,
        type: "PLAINTEXT",
    }));
    return {
        name,
        category: "Build",
        owner: "AWS",
        provider: "CodeBuild",
        version: "1",
        runOrder,
        inputArtifacts: [...inputs],
        outputArtifacts: output === undefined ? [] : [output],
        ...(namespace === undefined ? {} : { namespace }),
        configuration: {
            ProjectName: project,
            PrimarySource: inputs[0],
            EnvironmentVariables: pulumi.jsonStringify(environment),
        },
    };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals-action-add.html */
export function approval(
    name: string,
    runOrder: number,
    says: string,
    link: string,
    topicArn: pulumi.Input<string> | undefined,
): Action {
    return {
        name,
        category: "Approval",
        owner: "AWS",
        provider: "Manual",
        version: "1",
        runOrder,
        configuration: {
            CustomData: says,
            ExternalEntityLink: link,
            ...(topicArn === undefined ? {} : { NotificationArn: topicArn }),
        },
    };
}

const DEPLOY = { name: "Deploy", category: "Deploy", owner: "AWS", version: "1" } as const;

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html */
export function ecsDeploy(
    runOrder: number,
    clusterName: pulumi.Input<string>,
    serviceName: pulumi.Input<string>,
    minutes: number,
    roleArn: pulumi.Input<string>,
): Action {
    return {
        ...DEPLOY,
        provider: "ECS",
        runOrder,
        inputArtifacts: [ARTIFACTS.prepared],
        roleArn,
        configuration: {
            ClusterName: clusterName,
            ServiceName: serviceName,
            FileName: "imagedefinitions.json",
            DeploymentTimeout: String(minutes),
        },
    };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html */
export function codeDeploy(
    runOrder: number,
    applicationName: pulumi.Input<string>,
    groupName: pulumi.Input<string>,
    roleArn: pulumi.Input<string>,
): Action {
    return {
        ...DEPLOY,
        provider: "CodeDeployToECS",
        runOrder,
        inputArtifacts: [ARTIFACTS.prepared],
        roleArn,
        configuration: {
            ApplicationName: applicationName,
            DeploymentGroupName: groupName,
            TaskDefinitionTemplateArtifact: ARTIFACTS.prepared,
            TaskDefinitionTemplatePath: "taskdef.json",
            AppSpecTemplateArtifact: ARTIFACTS.prepared,
            AppSpecTemplatePath: "appspec.yaml",
            Image1ArtifactName: ARTIFACTS.prepared,
            // What stands in taskdef.json between < and >.
            Image1ContainerName: "IMAGE1_NAME",
        },
    };
}
