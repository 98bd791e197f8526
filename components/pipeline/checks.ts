/** Pull requests and pushes, built and tested with the result on the commit; nothing is pushed, and nothing can be. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { sortedEntries } from "../../settings/order";
import { type Build, type GitSource, gitSourcesOf } from "../../settings/pipeline";
import { PLATFORMS } from "../image/platform";
import type { Statement } from "../statement";
import type { PipelineArgs } from "./args";
import { CHECK_BUILDSPEC, createProject } from "./projects";
import { repositoryUrl } from "./sources";

/** https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectSource.html */
const TYPES = { github: "GITHUB", gitlab: "GITLAB", bitbucket: "BITBUCKET" } as const;

/**
 * Who may write to the repository: a pull request of somebody else's copy is built after one of them says so, because
 * whatever is in it runs with what the build may do.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html
 */
const WRITERS = {
    bitbucket: ["BITBUCKET_ADMIN", "BITBUCKET_WRITE"],
    github: ["GITHUB_ADMIN", "GITHUB_MAINTAIN", "GITHUB_WRITE"],
    gitlab: ["GITLAB_DEVELOPER", "GITLAB_MAINTAINER", "GITLAB_OWNER"],
} as const;

/** What delivery/build.sh is told of a build. */
export function buildVariables(build: Build): Readonly<Record<string, string>> {
    const { context, dockerfile, platformDockerfile, args, test, failOn, sbom } = build;
    return {
        BUILD_ARGS: JSON.stringify(Object.fromEntries(sortedEntries(args))),
        ...(platformDockerfile
            ? { FILES: context, PLATFORM_DOCKERFILE: dockerfile }
            : { CONTEXT: context, DOCKERFILE: dockerfile }),
        SBOM: sbom ? "yes" : "no",
        SCAN: failOn,
        TESTS: JSON.stringify(test),
    };
}

export function createChecks(name: string, args: PipelineArgs, parent: pulumi.Resource): void {
    const { settings, app, environment, delivery } = args;
    const [source] = gitSourcesOf(settings).filter(({ checks }) => checks);
    if (source === undefined || settings.build === undefined) {
        return;
    }
    const connectionArn = delivery.connectionArn(source.provider);
    const project = createProject(
        name,
        args,
        {
            kind: "checks",
            description: `Checks pushes and pull requests of ${app.name}`,
            architecture: app.task.architecture,
            compute: settings.build.compute,
            docker: true,
            minutes: settings.build.timeoutMinutes,
            variables: {
                ...buildVariables(settings.build),
                APP: app.name,
                ENVIRONMENT: environment,
                PLATFORM: PLATFORMS[app.task.architecture],
                PUSH: "no",
            },
            statements: checkStatements(args, connectionArn),
            buildspec: CHECK_BUILDSPEC,
            source: {
                type: TYPES[source.provider],
                location: `${repositoryUrl(source)}.git`,
                auth: { type: "CODECONNECTIONS", resource: connectionArn },
                gitCloneDepth: 1,
                reportBuildStatus: true,
            },
            secondarySources: [
                {
                    type: "S3",
                    location: pulumi.interpolate`${delivery.bucketName}/${delivery.programKey}`,
                    sourceIdentifier: "Program",
                },
            ],
        },
        parent,
    );
    new aws.codebuild.Webhook(
        `${name}-webhook`,
        {
            projectName: project.name,
            buildType: "BUILD",
            filterGroups: filtersOf(source),
            pullRequestBuildPolicy: {
                requiresCommentApproval: "FORK_PULL_REQUESTS",
                approverRoles: [...WRITERS[source.provider]],
            },
        },
        { parent },
    );
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/connections-github-app.html */
function checkStatements(
    { delivery }: PipelineArgs,
    connectionArn: pulumi.Input<string>,
): readonly Statement[] {
    return [
        {
            Sid: "ReadSources",
            Effect: "Allow",
            Action: [
                "codeconnections:GetConnection",
                "codeconnections:GetConnectionToken",
                "codeconnections:UseConnection",
                "codestar-connections:GetConnection",
                "codestar-connections:GetConnectionToken",
                "codestar-connections:UseConnection",
            ],
            Resource: [connectionArn],
        },
        {
            Sid: "ReadProgram",
            Effect: "Allow",
            Action: ["s3:GetObject", "s3:GetObjectVersion"],
            Resource: [pulumi.interpolate`${delivery.bucketArn}/${delivery.programKey}`],
        },
    ];
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/github-webhook.html */
function filtersOf({ branch }: GitSource): aws.types.input.codebuild.WebhookFilterGroup[] {
    const ref = `^refs/heads/${branch.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`;
    return [
        {
            filters: [
                { type: "EVENT", pattern: "PULL_REQUEST_CREATED,PULL_REQUEST_UPDATED,PULL_REQUEST_REOPENED" },
                { type: "BASE_REF", pattern: ref },
            ],
        },
        {
            filters: [
                { type: "EVENT", pattern: "PUSH" },
                { type: "HEAD_REF", pattern: ref },
            ],
        },
    ];
}
