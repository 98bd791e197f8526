/** The projects of a pipeline: each may do one thing, and none what another does. */
import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { BILLS_OF_MATERIALS } from "../delivery/bucket";
import { repositoryName } from "../image/names";
import { PLATFORMS } from "../image/platform";
import type { Statement } from "../statement";
import { consoleUrl, namesOf, type PipelineArgs } from "./args";
import { buildVariables } from "./checks";
import { imageStatements, stepStatements } from "./permissions";
import { createProject, STEP_BUILDSPEC } from "./projects";
import type { Origin } from "./sources";

/** Minutes that copying an image, or looking something up, takes at most. */
const SHORT_MINUTES = 30;

/** Minutes for an app's own commands after a deployment. */
const INTEGRATION_MINUTES = 60;

/** Builds or copies: the only project that may push. */
export function createImageProject(
    name: string,
    args: PipelineArgs,
    origin: Origin,
    parent: pulumi.Resource,
): aws.codebuild.Project {
    const { settings, partition, region, accountId, app } = args;
    const targets = settings.stages.map(({ environment }) => ({
        environment,
        repositoryArn: `arn:${partition}:ecr:${region}:${accountId}:repository/${repositoryName(environment, app.name)}`,
    }));
    const { build: built } = settings;
    return createProject(
        name,
        args,
        {
            kind: "image",
            description: `Images of ${app.name}`,
            architecture: app.task.architecture,
            compute: built?.compute ?? "small",
            docker: true,
            minutes: built?.timeoutMinutes ?? SHORT_MINUTES,
            variables: {
                ...factsOf(args),
                CONSOLE: consoleUrl(region, namesOf(args).pipeline),
                PLATFORM: PLATFORMS[app.task.architecture],
                SOURCE_URL: origin.url,
                ...(origin.from === undefined
                    ? {}
                    : { FROM: origin.from.repositoryUrl, INCOMING_FILE: origin.from.file }),
                ...(built === undefined ? {} : buildVariables(built)),
                ...(args.movingTag === undefined ? {} : { MOVING_TAG: args.movingTag }),
                ...(built?.sbom === true
                    ? { SBOMS: pulumi.interpolate`s3://${args.delivery.bucketName}/${billsOf(app.name)}` }
                    : {}),
            },
            statements: [
                ...imageStatements(args, targets, origin.from?.repositoryArn),
                ...(built?.sbom === true ? [billStatement(args)] : []),
            ],
            buildspec: STEP_BUILDSPEC,
        },
        parent,
    );
}

/** Folder of the delivery bucket in which an app's bills of materials are kept, by digest. */
function billsOf(app: string): string {
    return `${BILLS_OF_MATERIALS}${app}`;
}

function billStatement({ delivery, app }: PipelineArgs): Statement {
    return {
        Sid: "KeepBill",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject"],
        Resource: [pulumi.interpolate`${delivery.bucketArn}/${billsOf(app.name)}/*`],
    };
}

/** What is not about one release. */
function factsOf({
    app,
    environment,
    released,
}: PipelineArgs): Readonly<Record<string, pulumi.Input<string>>> {
    return { APP: app.name, ENVIRONMENT: environment, REPOSITORY: released.repositoryUrl };
}

/** For the scripts around an ECS or CodeDeploy action. */
export function createStepsProject(
    name: string,
    args: PipelineArgs,
    definitionKey: string,
    parent: pulumi.Resource,
): aws.codebuild.Project {
    const { app, delivery, service, cluster } = args;
    const { codeDeploy, migration, smokeFunctionName } = service;
    const minutes = app.deploy.steadyStateMinutes;
    const spec = {
        kind: "steps",
        description: `Before and after deployments of ${app.name}`,
        architecture: app.task.architecture,
        compute: "small" as const,
        docker: false,
        minutes: SHORT_MINUTES + 2 * minutes,
        variables: {
            ...factsOf(args),
            CLUSTER: cluster.name,
            DEFINITION: pulumi.interpolate`s3://${delivery.bucketName}/${definitionKey}`,
            DEPLOYER: app.deployer,
            PORT: String(app.preset.port),
            ROLLOUT_SECONDS: String(60 * minutes),
            SERVICE: service.serviceName,
            ...(codeDeploy === undefined
                ? {}
                : { APPLICATION: codeDeploy.applicationName, GROUP: codeDeploy.groupName }),
            ...(migration === undefined
                ? {}
                : {
                      MIGRATION: pulumi.interpolate`{"function":"${migration.functionName}","request":${migration.request}}`,
                  }),
            // ECS's own strategies have it as a hook of theirs.
            ...(smokeFunctionName === undefined ||
            (app.deployer === "ecs" && app.deploy.strategy !== "rolling")
                ? {}
                : { SMOKE: smokeFunctionName }),
        },
        statements: stepStatements(args, definitionKey),
        buildspec: STEP_BUILDSPEC,
    };
    return createProject(name, args, spec, parent);
}

/** The app's own commands: they may do nothing in AWS. */
export function createIntegrationProject(
    name: string,
    args: PipelineArgs,
    parent: pulumi.Resource,
): aws.codebuild.Project | undefined {
    const { app, settings, url } = args;
    return settings.integration.length === 0
        ? undefined
        : smallProject(
              name,
              args,
              "integration",
              `Checks ${app.name} after a deployment`,
              {
                  minutes: INTEGRATION_MINUTES,
                  variables: { COMMANDS: JSON.stringify(settings.integration), URL: url },
                  statements: [],
              },
              parent,
          );
}

/** Reads who approved, and nothing else. */
export function createApproversProject(
    name: string,
    args: PipelineArgs,
    parent: pulumi.Resource,
): aws.codebuild.Project | undefined {
    const { settings, partition, region, accountId } = args;
    const all = [settings.approvals, ...settings.stages.map(({ approvals }) => approvals)].flat();
    const look: Statement = {
        Sid: "WhoApproved",
        Effect: "Allow",
        Action: ["codepipeline:ListActionExecutions"],
        Resource: [`arn:${partition}:codepipeline:${region}:${accountId}:${namesOf(args).pipeline}`],
    };
    return all.every(({ approvers }) => approvers.length === 0)
        ? undefined
        : smallProject(
              name,
              args,
              "approvers",
              `Looks who approved ${args.app.name}`,
              {
                  minutes: SHORT_MINUTES,
                  variables: {},
                  statements: [look],
              },
              parent,
          );
}

function smallProject(
    name: string,
    args: PipelineArgs,
    kind: string,
    description: string,
    spec: {
        minutes: number;
        variables: Readonly<Record<string, pulumi.Input<string>>>;
        statements: readonly Statement[];
    },
    parent: pulumi.Resource,
): aws.codebuild.Project {
    const { architecture } = args.app.task;
    const rest = { architecture, compute: "small", docker: false, buildspec: STEP_BUILDSPEC } as const;
    return createProject(name, args, { kind, description, ...rest, ...spec }, parent);
}
