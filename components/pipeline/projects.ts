/** CodeBuild projects of a pipeline: machines, variables, and a buildspec of a few lines that calls a script of delivery/. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { sortedEntries } from "../../settings/order";
import type { Compute } from "../../settings/pipeline";
import type { Architecture } from "../../settings/settings";
import type { Statement } from "../statement";
import { namesOf, type PipelineArgs } from "./args";
import { artifactStatements, bucketStatements, logStatement } from "./permissions";
import { buildTrust, createRole } from "./roles";

/** Minutes that a build waits for a machine. */
const QUEUED_MINUTES = 60;

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html */
const COMPUTE_TYPES: Readonly<Record<Compute, string>> = {
    small: "BUILD_GENERAL1_SMALL",
    medium: "BUILD_GENERAL1_MEDIUM",
    large: "BUILD_GENERAL1_LARGE",
};

/** https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html */
const MACHINES: Readonly<Record<Architecture, { readonly type: string; readonly image: string }>> = {
    ARM64: { type: "ARM_CONTAINER", image: "aws/codebuild/amazonlinux-aarch64-standard:3.0" },
    X86_64: { type: "LINUX_CONTAINER", image: "aws/codebuild/amazonlinux-x86_64-standard:5.0" },
};

export interface ProjectSpec {
    /** Of the project's name, its log and its role. */
    readonly kind: string;
    readonly description: string;
    readonly architecture: Architecture;
    readonly compute: Compute;
    /** Docker needs it, and nothing else here does. */
    readonly docker: boolean;
    readonly minutes: number;
    readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
    readonly statements: readonly Statement[];
    readonly buildspec: string;
    readonly source?: Omit<aws.types.input.codebuild.ProjectSource, "buildspec">;
    readonly secondarySources?: aws.types.input.codebuild.ProjectSecondarySource[];
}

export function createProject(
    name: string,
    args: PipelineArgs,
    spec: ProjectSpec,
    parent: pulumi.Resource,
): aws.codebuild.Project {
    const projectName = namesOf(args).project(spec.kind);
    const log = new aws.cloudwatch.LogGroup(
        `${name}-log`,
        {
            name: `/selfhost/${args.environment}/pipelines/${args.app.name}/${spec.kind}`,
            retentionInDays: args.app.logRetentionDays,
        },
        { parent },
    );
    const role = createRole(
        `${name}-role`,
        args,
        spec.description,
        buildTrust(projectName, args),
        [
            logStatement(log.arn),
            // What does not run in a pipeline changes nothing that one reads: it may be a stranger's pull request.
            ...(spec.source === undefined
                ? artifactStatements(args)
                : bucketStatements(args, ["kms:Decrypt"])),
            ...spec.statements,
        ],
        parent,
    );
    return new aws.codebuild.Project(
        name,
        {
            name: projectName,
            description: spec.description,
            serviceRole: role.arn,
            buildTimeout: spec.minutes,
            queuedTimeout: QUEUED_MINUTES,
            source: { ...(spec.source ?? { type: "CODEPIPELINE" }), buildspec: spec.buildspec },
            ...(spec.secondarySources === undefined ? {} : { secondarySources: spec.secondarySources }),
            artifacts: { type: spec.source === undefined ? "CODEPIPELINE" : "NO_ARTIFACTS" },
            // Layers of base images stay on a machine for a while; those of the app are in ECR.
            // https://docs.aws.amazon.com/codebuild/latest/userguide/caching-local.html
            cache: spec.docker
                ? { type: "LOCAL", modes: ["LOCAL_DOCKER_LAYER_CACHE"] }
                : { type: "NO_CACHE" },
            environment: environmentOf(spec),
            logsConfig: {
                cloudwatchLogs: { status: "ENABLED", groupName: log.name },
                s3Logs: { status: "DISABLED" },
            },
        },
        { parent, dependsOn: [role.policy] },
    );
}

function environmentOf({
    architecture,
    compute,
    docker,
    variables,
}: ProjectSpec): aws.types.input.codebuild.ProjectEnvironment {
    return {
        ...MACHINES[architecture],
        computeType: COMPUTE_TYPES[compute],
        imagePullCredentialsType: "CODEBUILD",
        privilegedMode: docker,
        environmentVariables: sortedEntries(variables).map(([name, value]) => ({
            name,
            type: "PLAINTEXT",
            value,
        })),
    };
}

/**
 * The scripts come with the program, which is the first artifact; what a step writes is its artifact, and what it says of
 * a release its variables.
 */
export const STEP_BUILDSPEC = `version: 0.2
env:
  shell: bash
  exported-variables: [CHANGES, COMMIT, DIGEST]
phases:
  build:
    on-failure: ABORT
    commands:
      - mkdir output && cd output
      - bash "../delivery/$STEP.sh"
      - |
        if [ -f release.json ]; then
          export CHANGES="$(jq -r .changes release.json)"
          export COMMIT="$(jq -r .commit release.json)"
          export DIGEST="$(jq -r .digest release.json)"
        fi
artifacts:
  base-directory: output
  files: ["**/*"]
`;

/** Nothing is handed on: the commit has its result, and that is all. */
export const CHECK_BUILDSPEC = `version: 0.2
env:
  shell: bash
phases:
  build:
    on-failure: ABORT
    commands:
      - export SOURCE="$CODEBUILD_SRC_DIR" COMMIT="$CODEBUILD_RESOLVED_SOURCE_VERSION"
      - cd "$CODEBUILD_SRC_DIR_Program" && bash delivery/build.sh
`;
