/** Where `pulumi` runs for an environment: one CodeBuild project, for its own pipeline and for those of its apps. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { DeliverySettings } from "../../settings/delivery";
import { sortedBy } from "../../settings/order";
import { type DeliveryArgs, type Options, pipelineRoleArn, promotesTo } from "./args";

/** Minutes that a build waits for a machine. */
export const QUEUED_MINUTES = 60;

/** With Docker only where images are built. https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-available.html */
export function machine({ builds }: Pick<DeliverySettings, "builds">): {
    readonly type: string;
    readonly computeType: string;
    readonly image: string;
} {
    return builds.architecture === "ARM64"
        ? {
              type: "ARM_CONTAINER",
              computeType: "BUILD_GENERAL1_SMALL",
              image: "aws/codebuild/amazonlinux-aarch64-standard:3.0",
          }
        : {
              type: "LINUX_CONTAINER",
              computeType: "BUILD_GENERAL1_MEDIUM",
              image: "aws/codebuild/amazonlinux-x86_64-standard:5.0",
          };
}

export function createDeployProject(
    name: string,
    args: DeliveryArgs,
    bucket: pulumi.Output<string>,
    opts: Options,
): aws.codebuild.Project {
    const { environment, settings } = args;
    const logGroup = new aws.cloudwatch.LogGroup(
        `${name}-log`,
        { name: `/selfhost/${environment}/delivery/deploy`, retentionInDays: settings.logRetentionDays },
        opts,
    );
    return new aws.codebuild.Project(
        name,
        {
            // Its ARN is in the trust of the role, which was there before it.
            name: `selfhost-${environment}-deploy`,
            description: `Runs Pulumi for ${environment}`,
            serviceRole: pipelineRoleArn(args.partition, args.accountId, environment, args.region),
            buildTimeout: settings.timeoutMinutes,
            queuedTimeout: QUEUED_MINUTES,
            source: { type: "CODEPIPELINE", buildspec: "delivery/buildspec.yml" },
            artifacts: { type: "CODEPIPELINE" },
            // A preview builds, and the `up` after it once more: the second time from the layers of the first.
            // https://docs.aws.amazon.com/codebuild/latest/userguide/caching-local.html
            cache:
                settings.builds.apps.length > 0
                    ? { type: "LOCAL", modes: ["LOCAL_DOCKER_LAYER_CACHE"] }
                    : { type: "NO_CACHE" },
            environment: {
                ...machine(settings),
                imagePullCredentialsType: "CODEBUILD",
                privilegedMode: settings.builds.apps.length > 0,
                // Also for what another environment's pipeline releases here, which does not know who comes next.
                environmentVariables: variables(
                    args,
                    bucket,
                    settings.promotesTo.length === 0 ? {} : { PROMOTES_TO: promotesTo(args) },
                ),
            },
            logsConfig: {
                cloudwatchLogs: { status: "ENABLED", groupName: logGroup.name },
                s3Logs: { status: "DISABLED" },
            },
        },
        opts,
    );
}

export interface Variable {
    readonly name: string;
    readonly type: "PLAINTEXT" | "SECRETS_MANAGER";
    readonly value: pulumi.Input<string>;
}

/** What the scripts in delivery/ know of the environment, and what is `own` to them; never a secret, only where one is. */
export function variables(
    { environment, region, accountId, settings }: DeliveryArgs,
    bucket: pulumi.Output<string>,
    own: Readonly<Record<string, pulumi.Input<string>>> = {},
): Variable[] {
    const state = settings.state;
    const plain = {
        DELIVERY_BUCKET: bucket,
        ENVIRONMENT: environment,
        STACK: settings.stack,
        ...(state.kind === "bootstrap"
            ? { PULUMI_BACKEND_URL: `s3://selfhost-state-${accountId}-${region}?region=${region}` }
            : {}),
        ...own,
    };
    const secrets: Variable[] =
        state.kind === "pulumiCloud"
            ? [{ name: "PULUMI_ACCESS_TOKEN", type: "SECRETS_MANAGER", value: state.tokenArn }]
            : [];
    const texts = Object.entries(plain).map(([name, value]): Variable => ({
        name,
        type: "PLAINTEXT",
        value,
    }));
    return sortedBy([...texts, ...secrets], ({ name }) => name);
}
