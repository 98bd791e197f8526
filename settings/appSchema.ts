/** The form of an app in a stack file, one description per field; a preset adds its own. */
import { z } from "zod";
import { database } from "./databaseSchema";
import { pipeline } from "./pipelineSchema";
import { PRIORITIES } from "./priority";
import { deploy, health, scale } from "./serviceSchema";
import { arn, positive, retentionDays, text, variableName, appName } from "./values";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html */
const weight = z.int().min(0).max(1000);

/** Shares of Fargate and Fargate Spot. */
export const capacity = z.strictObject({
    base: z
        .int()
        .min(0)
        .max(100_000)
        .describe("Tasks that always run on demand, before the proportion counts.")
        .optional(),
    onDemand: weight.describe("Share of the tasks on Fargate.").optional(),
    spot: weight
        .describe("Share of the tasks on Fargate Spot, which AWS may stop with two minutes' notice.")
        .optional(),
});

export const logs = z.strictObject({
    retentionDays: retentionDays.optional(),
});

const digested = z
    .string()
    .regex(
        /^[a-z0-9.-]+\.[a-z]+(:\d+)?\/[\w./-]+(:[\w.-]+)?@sha256:[0-9a-f]{64}$/,
        "does not name a registry and a digest.\nWrite it like `public.ecr.aws/docker/library/httpd@sha256:…`: a tag may change under a running service.",
    );

const image = z.union([
    z
        .strictObject({
            build: z.strictObject({
                context: text.describe("Folder that `pulumi up` builds, relative to the project.").optional(),
                dockerfile: text
                    .describe("Dockerfile, relative to the context. Default: `Dockerfile`.")
                    .optional(),
                args: z
                    .record(variableName, z.string())
                    .describe("Build arguments; never secrets.")
                    .optional(),
            }),
        })
        .describe("`pulumi up` builds the image and pushes it to ECR."),
    z
        .strictObject({
            uri: digested.describe(
                "A fixed image with its digest; one of another registry comes through ECR's cache.",
            ),
            credential: arn("secretsmanager", "secret:ecr-pullthroughcache/")
                .describe("Secret with the registry's user name and access token, where it wants one.")
                .optional(),
        })
        .describe("A fixed image."),
]);

const storage = z.strictObject({
    keepOldVersionsDays: positive
        .describe("Days until an overwritten or deleted object is gone for good.")
        .optional(),
    backups: z.boolean().describe("Back the file system up every day with AWS Backup.").optional(),
});

const kmsKey = arn("kms", "key/")
    .describe("Key that encrypts it, where it is not the AWS managed one.")
    .optional();

const reference = z.union([
    z.strictObject({
        ssm: z
            .string()
            .regex(
                /^\/[\w./-]+$/,
                "is not the name of a parameter.\nWrite its full name, like `/mail/password`.",
            )
            .describe("Name of an SSM parameter."),
        kmsKey,
    }),
    z.strictObject({
        secretsManager: arn("secretsmanager", "secret:").describe("ARN of a secret."),
        key: text.describe("Key in its JSON value.").optional(),
        kmsKey,
    }),
]);

const permission = z.strictObject({
    actions: z
        .array(
            z
                .string()
                .regex(
                    /^[a-z0-9-]+:[A-Za-z]+\*?$/,
                    "is not an action, or is every action of a service.\nWrite the ones it needs, like `s3:GetObject`.",
                ),
        )
        .min(1)
        .describe("Actions: `s3:GetObject`."),
    resources: z
        .array(
            z
                .string()
                .regex(
                    /^arn:/,
                    "is not an ARN.\nWrite what the actions are for, like `arn:aws:s3:::a-bucket/*`.",
                ),
        )
        .min(1)
        .describe("ARNs of what they are for."),
});

/** What every app may say; a preset adds its own fields. */
export const app = z.strictObject({
    preset: text
        .describe(
            "What kind of application this is. Default: the app's name, or its first, where it is a preset's.",
        )
        .optional(),
    formerly: z
        .union([appName, z.array(appName).min(1)])
        .describe(
            "The name that the app had before, or names, the oldest first: it keeps all that it had under them, and in AWS " +
                "the oldest name (docs/runbooks/rename.md). Default: none.",
        )
        .optional(),
    host: z
        .string()
        .regex(
            /^(@|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*)$/,
            "is not a host name.\nWrite one label, like `wiki`, or `@` for the domain itself.",
        )
        .describe(
            "The app answers at `<host>.<domain>`; `@` is the domain itself. Default: the app's name, or its first.",
        )
        .optional(),
    path: z
        .string()
        .regex(
            /^\/((?!\.\.?(\/|$))[\w.-]+(\/(?!\.\.?(\/|$))[\w.-]+)*)?$/,
            "is not a path.\nWrite it like `/docs`, without a slash at the end.",
        )
        .describe("The app answers below this path. Default: `/`.")
        .optional(),
    priority: z
        .int()
        .min(PRIORITIES.first)
        .max(PRIORITIES.last)
        .describe("Priority of the load balancer's rule; only to settle a collision.")
        .optional(),
    task: z
        .strictObject({
            cpu: positive.describe("CPU units; 1024 are one vCPU.").optional(),
            memory: positive.describe("MiB.").optional(),
            architecture: z.enum(["ARM64", "X86_64"]).describe("Processor. Default: `ARM64`.").optional(),
        })
        .optional(),
    scale: scale.optional(),
    capacity: capacity
        .describe("Fargate and Fargate Spot, where this app differs from the cluster.")
        .optional(),
    health: health.optional(),
    deploy: deploy.optional(),
    image: image
        .describe(
            "Where the image comes from. Default: the preset's folder below docker/, built by `pulumi up`.",
        )
        .optional(),
    pipeline: pipeline.optional(),
    database: database.optional(),
    storage: storage.optional(),
    reaches: z
        .array(text)
        .describe(
            "Apps of this environment that it calls directly, through Service Connect; each arrives as a variable, " +
                "`shop` as `SHOP_URL`. AWS recommends 256 more CPU units for the proxy that both sides run. Migrations do not find them. Default: none.",
        )
        .optional(),
    env: z.record(variableName, z.string()).describe("Environment variables; never secrets.").optional(),
    secrets: z
        .record(variableName, reference)
        .describe("Environment variables whose values stay in SSM or Secrets Manager.")
        .optional(),
    files: z
        .record(
            z.string(),
            z
                .string()
                .regex(
                    /^[\w][\w.-]*$/,
                    "is not the name of a file.\nWrite a name without slashes, like `github-app.pem`.",
                )
                .describe("Name of the file."),
        )
        .describe(
            "Secrets that arrive as files in `/secrets`, by the name of the secret, instead of as variables.",
        )
        .optional(),
    command: z
        .array(z.string())
        .min(1)
        .describe("Command of the container. Default: the image's.")
        .optional(),
    entryPoint: z
        .array(z.string())
        .min(1)
        .describe("Entry point of the container. Default: the image's.")
        .optional(),
    permissions: z
        .array(permission)
        .describe("What the app may do in AWS, beside what its bucket and volumes need.")
        .optional(),
    exec: z.boolean().describe("Allow ECS Exec, a shell in a running task.").optional(),
    logs: logs.optional(),
});

export type RawApp = z.infer<typeof app>;
export type RawCapacity = z.infer<typeof capacity>;
export type RawImage = z.infer<typeof image>;
export type RawReference = z.infer<typeof reference>;
