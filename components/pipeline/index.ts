/** An app's delivery: a pipeline from its sources, or from the environment before, to the running service. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { createApprovalTopic } from "../delivery/notifications";
import type { Statement } from "../statement";
import { ARTIFACTS, build, s3Source } from "./actions";
import { consoleUrl, namesOf, type PipelineArgs } from "./args";
import { createChecks } from "./checks";
import { announceFailures } from "./notify";
import { artifactStatements, codeDeployActionStatements, ecsActionStatements } from "./permissions";
import { bareRole, grant, pipelineTrust, serviceTrust } from "./roles";
import { type Origin, originOf, sourcesOf } from "./sources";
import { type StageParts, type StageShape, stagesOf } from "./stages";
import {
    createApproversProject,
    createImageProject,
    createIntegrationProject,
    createStepsProject,
} from "./stepProjects";
import { startBy } from "./triggers";

export type { DeliveryParts, DeployedService, PipelineArgs } from "./args";

/** One app's pipeline, and where its image is built in one of its own, that too. */
export class Pipeline extends pulumi.ComponentResource {
    readonly pipelineName: pulumi.Output<string>;
    /** In the console. */
    readonly url: string;
    /** Releases a digest that the environment had before. */
    readonly releaseCommand: string;

    private readonly steps: readonly aws.codebuild.Project[];

    constructor(
        private readonly name: string,
        private readonly args: PipelineArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("selfhost:index:Pipeline", name, {}, opts);
        const { settings } = args;
        const names = namesOf(args);
        const role = this.pipelineRole(name);
        const sourceRole = this.actionRole(
            `${name}-source`,
            `Reads the sources of ${args.app.name}`,
            role.arn,
        );
        const origin = originOf(name, args, sourceRole.arn, this);
        const sourcePolicy = grant(
            `${name}-source`,
            sourceRole,
            [...artifactStatements(args), ...origin.statements],
            this,
        );
        const image = createImageProject(`${name}-image`, args, origin, this);
        const around = this.aroundAction(role.arn);
        const integration = createIntegrationProject(`${name}-integration`, args, this);
        const approvers = createApproversProject(`${name}-approvers`, args, this);
        const topics = this.topics();
        const parts: StageParts = {
            sources: origin.actions,
            imageProject: image.name,
            imageInputs: [ARTIFACTS.program, ARTIFACTS.source],
            imageVariables: {
                ...origin.variables,
                STEP: settings.build === undefined || settings.imagePipeline !== undefined ? "copy" : "build",
            },
            steps: around,
            integrationProject: integration?.name,
            approversProject: approvers?.name,
            topics,
            promotesTo: args.delivery.receivers,
            sourceUrl: origin.url,
        };
        this.steps = [image, around?.own, integration, approvers].flatMap((project) => project ?? []);
        const policy = this.allow(role, [sourceRole, ...(around === undefined ? [] : [around.role])], topics);
        const pipeline = this.createPipeline(name, names.pipeline, role, stagesOf(args, parts), origin, [
            policy,
            sourcePolicy,
        ]);
        this.startWithEvents(`${name}-start`, pipeline, origin);
        this.buildApart(role, sourceRole, image);
        announceFailures(name, args, this);
        createChecks(`${name}-checks`, args, this);

        this.pipelineName = pipeline.name;
        this.url = consoleUrl(args.region, names.pipeline);
        this.releaseCommand = `aws codepipeline start-pipeline-execution --region ${args.region} --name ${names.pipeline} --variables name=digest,value=<sha256:…>`;
        this.registerOutputs({ pipelineName: this.pipelineName, url: this.url });
    }

    private pipelineRole(name: string): aws.iam.Role {
        const { args } = this;
        const trust = serviceTrust("codepipeline.amazonaws.com", args);
        return bareRole(
            `${name}-role`,
            args.environment,
            `Runs the pipeline of ${args.app.name}`,
            trust,
            this,
        );
    }

    private actionRole(
        name: string,
        description: string,
        pipelineRoleArn: pulumi.Input<string>,
    ): aws.iam.Role {
        return bareRole(name, this.args.environment, description, pipelineTrust(pipelineRoleArn), this);
    }

    /** For an ECS or CodeDeploy action: the project before and after it, its role, and the definition that they read. */
    private aroundAction(pipelineRoleArn: pulumi.Input<string>) {
        const { args, name } = this;
        const { app, delivery, service } = args;
        if (app.deployer === "pulumi") {
            return undefined;
        }
        const key = `apps/${app.name}/taskdef.json`;
        new aws.s3.BucketObjectv2(
            `${name}-taskdef`,
            {
                bucket: delivery.bucketName,
                key,
                content: service.releasedDefinition,
                contentType: "application/json",
            },
            { parent: this, dependsOn: [...delivery.ready] },
        );
        const own = createStepsProject(`${name}-steps`, args, key, this);
        const role = this.actionRole(`${name}-deploy`, `Deploys ${app.name}`, pipelineRoleArn);
        const action = app.deployer === "ecs" ? ecsActionStatements(args) : codeDeployActionStatements(args);
        grant(`${name}-deploy`, role, [...artifactStatements(args), ...action], this);
        return { own, project: own.name, actionRoleArn: role.arn, role };
    }

    private topics(): StageParts["topics"] {
        const { args, name } = this;
        const { settings, environment } = args;
        const all = [{ environment, approvals: settings.approvals }, ...settings.stages];
        return new Map(
            all.map((stage) => [
                stage.environment,
                stage.approvals.map(({ emails }, i) =>
                    emails.length === 0
                        ? undefined
                        : createApprovalTopic(
                              `${name}-${stage.environment}-approval-${i + 1}`,
                              emails,
                              args,
                              { parent: this },
                              `${args.app.name}-pipeline-${stage.environment}-approval-${i + 1}`,
                          ).arn,
                ),
            ]),
        );
    }

    /** To start builds, to ask, to look at alarms, and to take on the roles of its actions. */
    private allow(
        role: aws.iam.Role,
        roles: readonly aws.iam.Role[],
        topics: StageParts["topics"],
    ): pulumi.Resource {
        const { args, name } = this;
        const { settings, partition, region, accountId, delivery } = args;
        const elsewhere = settings.stages.map(
            ({ environment }) =>
                `arn:${partition}:codebuild:${region}:${accountId}:project/selfhost-${environment}-deploy`,
        );
        const topicArns = [...topics.values()].flat().flatMap((arn) => arn ?? []);
        const statements: readonly Statement[] = [
            ...artifactStatements(args),
            {
                Sid: "Build",
                Effect: "Allow",
                Action: ["codebuild:BatchGetBuilds", "codebuild:StartBuild"],
                Resource: [...this.steps.map(({ arn }) => arn), delivery.deployProject.arn, ...elsewhere],
            },
            {
                Sid: "TakeRoles",
                Effect: "Allow",
                Action: ["sts:AssumeRole"],
                Resource: roles.map(({ arn }) => arn),
            },
            ...(topicArns.length === 0
                ? []
                : [{ Sid: "Ask", Effect: "Allow" as const, Action: ["sns:Publish"], Resource: topicArns }]),
            ...(settings.blockedBy.length === 0
                ? []
                : [
                      {
                          Sid: "LookAtAlarms",
                          Effect: "Allow" as const,
                          Action: ["cloudwatch:DescribeAlarms"],
                          Resource: settings.blockedBy.map(
                              (alarm) => `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${alarm}`,
                          ),
                      },
                  ]),
        ];
        return grant(`${name}-role`, role, statements, this);
    }

    private createPipeline(
        name: string,
        pipelineName: string,
        role: aws.iam.Role,
        stages: StageShape[],
        { triggers }: Pick<Origin, "triggers">,
        ready: readonly pulumi.Resource[],
    ): aws.codepipeline.Pipeline {
        const { delivery } = this.args;
        return new aws.codepipeline.Pipeline(
            `${name}-pipeline`,
            {
                name: pipelineName,
                pipelineType: "V2",
                // One release after the other: none is overtaken between its approval and its deployment.
                executionMode: "QUEUED",
                roleArn: role.arn,
                artifactStores: [
                    {
                        type: "S3",
                        location: delivery.bucketName,
                        ...(delivery.keyArn === undefined
                            ? {}
                            : { encryptionKey: { id: delivery.keyArn, type: "KMS" } }),
                    },
                ],
                variables: [
                    {
                        name: "digest",
                        defaultValue: "none",
                        description: "A digest to release again; none: a new release",
                    },
                ],
                stages,
                triggers,
            },
            { parent: this, dependsOn: [...delivery.ready, ...ready] },
        );
    }

    private startWithEvents(name: string, pipeline: aws.codepipeline.Pipeline, { rule }: Origin): void {
        if (rule !== undefined) {
            startBy(name, this.args, pipeline.arn, rule, this);
        }
    }

    /** Sources, build, push: the app's own pipeline begins with the push. */
    private buildApart(role: aws.iam.Role, sourceRole: aws.iam.Role, project: aws.codebuild.Project): void {
        const { args, name } = this;
        const { imagePipeline, start } = args.settings;
        if (imagePipeline === undefined) {
            return;
        }
        const origin = sourcesOf(`${name}-image`, imagePipeline.source, start, args, sourceRole.arn, this);
        const policy = grant(`${name}-image-source`, sourceRole, origin.statements, this);
        const { bucketName, programKey } = args.delivery;
        const program = s3Source(ARTIFACTS.program, bucketName, programKey, sourceRole.arn);
        const pipeline = this.createPipeline(
            `${name}-image`,
            namesOf(args).imagePipeline,
            role,
            [
                { name: "Source", actions: [...origin.actions, program] },
                {
                    name: "Image",
                    actions: [
                        build({
                            name: "Image",
                            project: project.name,
                            runOrder: 1,
                            inputs: [ARTIFACTS.program, ARTIFACTS.source],
                            output: ARTIFACTS.release,
                            namespace: "Image",
                            variables: { ...origin.variables, STEP: "build" },
                        }),
                    ],
                },
            ],
            origin,
            [policy],
        );
        this.startWithEvents(`${name}-image-start`, pipeline, origin);
    }
}
