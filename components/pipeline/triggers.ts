/** What starts a pipeline: its own triggers for a repository behind a connection, a rule of EventBridge for the rest. */
import type * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { GitSource, Start } from "../../settings/pipeline";
import type { PipelineArgs } from "./args";
import { createRole, serviceTrust } from "./roles";

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html */
export function gitTriggers(
    actionName: string,
    { branch, paths, tags }: GitSource,
    start: Start,
): aws.types.input.codepipeline.PipelineTrigger[] {
    const pushes = [
        ...(start === "success"
            ? [
                  {
                      branches: { includes: [branch] },
                      ...(paths.length === 0 ? {} : { filePaths: { includes: [...paths] } }),
                  },
              ]
            : []),
        ...(start !== "hand" && tags.length > 0 ? [{ tags: { includes: [...tags] } }] : []),
    ];
    return pushes.length === 0
        ? []
        : [
              {
                  providerType: "CodeStarSourceConnection",
                  gitConfiguration: { sourceActionName: actionName, pushes },
              },
          ];
}

export interface StartRule {
    readonly description: string;
    readonly pattern: Readonly<Record<string, unknown>>;
    /** A revision that the event names; undefined: the newest. */
    readonly revision: { readonly type: string; readonly path: string } | undefined;
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/create-S3-source-events.html */
export function objectRule(bucket: string, key: string): StartRule {
    return {
        description: `${key} was written`,
        pattern: {
            source: ["aws.s3"],
            "detail-type": ["Object Created"],
            detail: { bucket: { name: [bucket] }, object: { key: [key] } },
        },
        revision: undefined,
    };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html */
export function imageRule(repository: string, tag: string | undefined): StartRule {
    return {
        description: `An image was pushed to ${repository}`,
        pattern: {
            source: ["aws.ecr"],
            "detail-type": ["ECR Image Action"],
            detail: {
                "action-type": ["PUSH"],
                result: ["SUCCESS"],
                "repository-name": [repository],
                ...(tag === undefined ? {} : { "image-tag": [tag] }),
            },
        },
        revision: { type: "IMAGE_DIGEST", path: "$.detail.image-digest" },
    };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html */
export function commitRule(repositoryArn: string, branch: string): StartRule {
    return {
        description: `${branch} was pushed`,
        pattern: {
            source: ["aws.codecommit"],
            "detail-type": ["CodeCommit Repository State Change"],
            resources: [repositoryArn],
            detail: {
                event: ["referenceCreated", "referenceUpdated"],
                referenceType: ["branch"],
                referenceName: [branch],
            },
        },
        revision: { type: "COMMIT_ID", path: "$.detail.commitId" },
    };
}

/** Starts the pipeline, and may do nothing else. */
export function startBy(
    name: string,
    args: PipelineArgs,
    pipelineArn: pulumi.Output<string>,
    { description, pattern, revision }: StartRule,
    parent: pulumi.Resource,
): void {
    const role = createRole(
        `${name}-role`,
        args,
        `Starts the pipeline of ${args.app.name}`,
        serviceTrust("events.amazonaws.com", args),
        [
            {
                Sid: "Start",
                Effect: "Allow",
                Action: ["codepipeline:StartPipelineExecution"],
                Resource: [pipelineArn],
            },
        ],
        parent,
    );
    const created = new aws.cloudwatch.EventRule(
        name,
        {
            description,
            eventPattern: JSON.stringify(pattern),
            state: "ENABLED",
        },
        { parent },
    );
    new aws.cloudwatch.EventTarget(
        `${name}-target`,
        {
            rule: created.name,
            arn: pipelineArn,
            roleArn: role.arn,
            ...(revision === undefined
                ? {}
                : {
                      inputTransformer: {
                          inputPaths: { revision: revision.path },
                          inputTemplate: overrideOf(revision.type),
                      },
                  }),
        },
        { parent, dependsOn: [role.policy] },
    );
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-trigger-source-overrides.html */
function overrideOf(revisionType: string): string {
    return JSON.stringify({
        sourceRevisions: [{ actionName: "Source", revisionType, revisionValue: "<revision>" }],
    });
}
