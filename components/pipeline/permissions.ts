/** What each role of a pipeline may do: for each action what its reference asks for, on what it is for. */
import * as pulumi from "@pulumi/pulumi";
import { codeDeployStepsName } from "../../settings/deploy";
import { familyOf } from "../service/task";
import type { Statement } from "../statement";
import { namesOf, type PipelineArgs } from "./args";

/** CodePipeline cuts the name of a pipeline here where it names the folder of its artifacts. */
const FOLDER_LENGTH = 20;

/** Reads artifacts of the app's pipelines, and may write them. */
export function artifactStatements(args: PipelineArgs): readonly Statement[] {
    const folder = namesOf(args).pipeline.slice(0, FOLDER_LENGTH);
    return [
        {
            Sid: "Artifacts",
            Effect: "Allow",
            Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
            Resource: [pulumi.interpolate`${args.delivery.bucketArn}/${folder}/*`],
        },
        ...bucketStatements(args, ["kms:Decrypt", "kms:GenerateDataKey"]),
    ];
}

/** Looks at the bucket, and uses its key. */
export function bucketStatements(
    { delivery: { bucketArn, keyArn } }: PipelineArgs,
    uses: readonly string[],
): readonly Statement[] {
    return [
        {
            Sid: "ArtifactBucket",
            Effect: "Allow",
            Action: ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"],
            Resource: [bucketArn],
        },
        ...(keyArn === undefined
            ? []
            : [{ Sid: "ArtifactKey", Effect: "Allow" as const, Action: uses, Resource: [keyArn] }]),
    ];
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/setting-up-service-role.html */
export function logStatement(logGroupArn: pulumi.Input<string>): Statement {
    return {
        Sid: "WriteLog",
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [pulumi.interpolate`${logGroupArn}:*`],
    };
}

/** Supports no resource: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html */
const SIGN_IN: Statement = {
    Sid: "SignInToEcr",
    Effect: "Allow",
    Action: ["ecr:GetAuthorizationToken"],
    Resource: "*",
};

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html */
function pushStatement(repositoryArns: readonly pulumi.Input<string>[]): Statement {
    return {
        Sid: "PushImage",
        Effect: "Allow",
        Action: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:CompleteLayerUpload",
            "ecr:DescribeImageScanFindings",
            "ecr:DescribeImages",
            "ecr:GetDownloadUrlForLayer",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        ],
        Resource: repositoryArns,
    };
}

function copyStatement(repositoryArn: pulumi.Input<string>): Statement {
    return {
        Sid: "CopyImage",
        Effect: "Allow",
        Action: [
            "ecr:BatchCheckLayerAvailability",
            "ecr:BatchGetImage",
            "ecr:DescribeImages",
            "ecr:GetDownloadUrlForLayer",
        ],
        Resource: [repositoryArn],
    };
}

/** Builds or copies the image: `targets` are where it goes, `from` is where it may come from. */
export function imageStatements(
    { released, partition, region, accountId, app }: PipelineArgs,
    targets: readonly { readonly environment: string; readonly repositoryArn: pulumi.Input<string> }[],
    from: pulumi.Input<string> | undefined,
): readonly Statement[] {
    const parameters = `arn:${partition}:ssm:${region}:${accountId}:parameter/selfhost`;
    return [
        SIGN_IN,
        pushStatement([released.repositoryArn, ...targets.map(({ repositoryArn }) => repositoryArn)]),
        ...(from === undefined ? [] : [copyStatement(from)]),
        {
            Sid: "KnowTheRelease",
            Effect: "Allow",
            Action: ["ssm:GetParameter"],
            Resource: [
                released.arn,
                ...targets.map(({ environment }) => `${parameters}/${environment}/releases/${app.name}`),
            ],
        },
    ];
}

/** What the scripts around an ECS or CodeDeploy action do. */
export function stepStatements(args: PipelineArgs, definitionKey: string): readonly Statement[] {
    const { released, cluster, delivery, app } = args;
    const { service: serviceArn, tasks } = ecsArns(args);
    const inCluster = { ArnEquals: { "ecs:cluster": [cluster.arn] } };
    return [
        {
            Sid: "ReadDefinition",
            Effect: "Allow",
            Action: ["s3:GetObject"],
            Resource: [pulumi.interpolate`${delivery.bucketArn}/${definitionKey}`],
        },
        {
            Sid: "KeepImage",
            Effect: "Allow",
            Action: ["ecr:BatchGetImage", "ecr:DescribeImages", "ecr:PutImage"],
            Resource: [released.repositoryArn],
        },
        {
            Sid: "Record",
            Effect: "Allow",
            Action: ["ssm:GetParameter", "ssm:PutParameter"],
            Resource: [released.arn],
        },
        { Sid: "LookAtService", Effect: "Allow", Action: ["ecs:DescribeServices"], Resource: [serviceArn] },
        {
            Sid: "LookAtTasks",
            Effect: "Allow",
            Action: ["ecs:DescribeTasks"],
            Resource: [tasks],
            Condition: inCluster,
        },
        {
            // ListTasks has container instances for a resource, which Fargate has not; the others support none.
            // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
            Sid: "FindTasks",
            Effect: "Allow",
            Action: ["ecs:ListTasks"],
            Resource: "*",
            Condition: inCluster,
        },
        DEFINITIONS,
        passStatement(args),
        ...invokeStatements(args),
        ...(app.deployer === "ecs"
            ? [
                  {
                      Sid: "Update",
                      Effect: "Allow" as const,
                      Action: ["ecs:UpdateService"],
                      Resource: [serviceArn],
                  },
              ]
            : codeDeployStatements(args)),
    ];
}

/** The migrations before a deployment, the smoke test after it. */
function invokeStatements({ service, partition, region, accountId }: PipelineArgs): readonly Statement[] {
    const functions = [
        ...(service.migration === undefined
            ? []
            : [
                  pulumi.interpolate`arn:${partition}:lambda:${region}:${accountId}:function:${service.migration.functionName}`,
              ]),
        ...(service.smokeFunctionArn === undefined ? [] : [service.smokeFunctionArn]),
    ];
    return functions.length === 0
        ? []
        : [{ Sid: "Invoke", Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: functions }];
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html */
export function ecsActionStatements(args: PipelineArgs): readonly Statement[] {
    const { service, definitions } = ecsArns(args);
    return [
        DEFINITIONS,
        {
            Sid: "TagDefinition",
            Effect: "Allow",
            Action: ["ecs:TagResource"],
            Resource: [definitions],
            Condition: { StringEquals: { "ecs:CreateAction": ["RegisterTaskDefinition"] } },
        },
        {
            Sid: "Update",
            Effect: "Allow",
            Action: ["ecs:DescribeServices", "ecs:UpdateService"],
            Resource: [service],
        },
        passStatement(args),
    ];
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html */
export function codeDeployActionStatements(args: PipelineArgs): readonly Statement[] {
    const { definitions } = ecsArns(args);
    return [
        ...codeDeployStatements(args),
        DEFINITIONS,
        {
            Sid: "TagDefinition",
            Effect: "Allow",
            Action: ["ecs:TagResource"],
            Resource: [definitions],
            Condition: { StringEquals: { "ecs:CreateAction": ["RegisterTaskDefinition"] } },
        },
        passStatement(args),
    ];
}

function codeDeployStatements({
    app,
    environment,
    service,
    partition,
    region,
    accountId,
}: PipelineArgs): readonly Statement[] {
    const { codeDeploy } = service;
    if (codeDeploy === undefined) {
        return [];
    }
    const all = `arn:${partition}:codedeploy:${region}:${accountId}`;
    return [
        {
            Sid: "Deploy",
            Effect: "Allow",
            Action: ["codedeploy:CreateDeployment", "codedeploy:GetDeployment"],
            Resource: [
                pulumi.interpolate`${all}:deploymentgroup:${codeDeploy.applicationName}/${codeDeploy.groupName}`,
            ],
        },
        {
            Sid: "HandRevisionOver",
            Effect: "Allow",
            Action: [
                "codedeploy:GetApplication",
                "codedeploy:GetApplicationRevision",
                "codedeploy:RegisterApplicationRevision",
            ],
            Resource: [pulumi.interpolate`${all}:application:${codeDeploy.applicationName}`],
        },
        {
            Sid: "ReadDeploymentConfig",
            Effect: "Allow",
            Action: ["codedeploy:GetDeploymentConfig"],
            Resource: [`${all}:deploymentconfig:${configurationOf(app, environment)}`],
        },
    ];
}

/** One of CodeDeploy's own, or the app's. */
function configurationOf(
    { name, deploy }: Pick<PipelineArgs["app"], "name" | "deploy">,
    environment: string,
): string {
    if (deploy.strategy !== "codeDeploy") {
        throw new Error(`CodeDeploy does not deploy ${name}.`);
    }
    return deploy.shift.kind === "named"
        ? deploy.shift.configuration
        : codeDeployStepsName(environment, name, deploy.shift);
}

/**
 * On every definition, as the references of both actions have it: whoever registers one still has to pass its roles.
 * https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html#edit-role-ecs
 */
const DEFINITIONS: Statement = {
    Sid: "Definitions",
    Effect: "Allow",
    Action: ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"],
    Resource: "*",
};

function passStatement({ service }: PipelineArgs): Statement {
    return {
        Sid: "PassTaskRoles",
        Effect: "Allow",
        Action: ["iam:PassRole"],
        Resource: service.taskRoleArns,
        Condition: {
            StringEquals: { "iam:PassedToService": ["ecs-tasks.amazonaws.com", "ecs.amazonaws.com"] },
        },
    };
}

function ecsArns({ partition, region, accountId, service, cluster, environment, app }: PipelineArgs) {
    const all = `arn:${partition}:ecs:${region}:${accountId}`;
    return {
        service: pulumi.interpolate`${all}:service/${cluster.name}/${service.serviceName}`,
        tasks: pulumi.interpolate`${all}:task/${cluster.name}/*`,
        definitions: `${all}:task-definition/${familyOf(environment, app.name)}:*`,
    };
}
