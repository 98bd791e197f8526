/**
 * The form of a stack file: what may be written under `config:`, one description per field.
 *
 * From this one source come the check of a stack file, the JSON Schema for editors and docs/configuration.md.
 * What a missing field means stands in profiles.ts, or comes from the app's preset.
 */
import { z } from "zod";
import { database, databaseName, sharedDatabase } from "./databaseSchema";
import { delivery } from "./deliverySchema";
import { pipeline } from "./pipelineSchema";
import { deploy, health, scale } from "./serviceSchema";
import { EGRESS_MODES, PROFILES } from "./settings";
import { PRIORITIES } from "./priority";
import {
    anyCidr,
    appName,
    arn,
    awsId,
    certificateName,
    cidr,
    day,
    domainName,
    positive,
    retentionDays,
    sentence,
    text,
    variableName,
    whole,
} from "./values";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html */
const weight = z.int().min(0).max(1000);
const subnets = z
    .array(awsId("subnet", "a subnet"))
    .min(2)
    .refine(
        (ids) => new Set(ids).size === ids.length,
        "names a subnet twice.\nName subnets in different zones.",
    );

const vpc = z
    .strictObject({
        id: awsId("vpc", "a VPC").describe("The VPC."),
        publicSubnets: subnets.describe(
            "Subnets with a route to an internet gateway, for the load balancer; two zones or more.",
        ),
        privateSubnets: subnets
            .describe("Subnets for the tasks; they must reach ECR, by NAT or by endpoints.")
            .optional(),
        dataSubnets: subnets.describe("Subnets for databases and file systems."),
    })
    .describe(
        "Run in a VPC that exists, instead of a new one. It is never edited: only security groups are added.",
    );

export const network = z.strictObject({
    cidr: cidr.describe("Address range of the VPC, /16 to /23.").optional(),
    zones: z
        .array(
            z
                .string()
                .regex(
                    /^[a-f]$/,
                    "is not the letter of a zone.\nWrite letters from a to f, like `[a, b, c]`.",
                ),
        )
        .min(2)
        .max(3)
        .describe("Letters of two or three availability zones; a zone added at the end moves nothing.")
        .optional(),
    egress: z
        .enum(EGRESS_MODES)
        .describe(
            "How tasks reach the internet. `publicIp`: tasks have public addresses and no NAT; `natSingle`: one NAT gateway; " +
                "`natPerAz`: one per zone; `natRegional`: one that spans the zones; `endpoints`: not at all, only AWS services.",
        )
        .optional(),
    ipv6: z
        .boolean()
        .describe(
            "Visitors reach the load balancer over IPv6 too; nothing behind it changes. Default: false.",
        )
        .optional(),
    flowLogs: z.enum(["none", "reject", "all"]).describe("Which connections VPC flow logs keep.").optional(),
    vpc: vpc.optional(),
});

export const edge = z.strictObject({
    allow: z
        .array(anyCidr)
        .min(1)
        .describe("Address ranges that may reach the load balancer. Default: everybody.")
        .optional(),
    accessLogDays: whole.describe("Days that access logs are kept in S3; 0 writes none.").optional(),
    deletionProtection: z.boolean().describe("Refuse to delete the load balancer.").optional(),
    idleTimeout: z
        .int()
        .min(1)
        .max(4000)
        .describe("Seconds after which an idle connection is closed.")
        .optional(),
    sslPolicy: z
        .string()
        .regex(
            /^ELBSecurityPolicy-TLS13-1-[23]-/,
            "is not a current TLS policy.\nUse one that starts with `ELBSecurityPolicy-TLS13-1-2-Res-` or `ELBSecurityPolicy-TLS13-1-3-`.",
        )
        .describe("TLS policy of the HTTPS listener.")
        .optional(),
    listener: z
        .strictObject({
            arn: arn("elasticloadbalancing", "listener/app/").describe("The HTTPS listener."),
            securityGroup: awsId("sg", "a security group").describe(
                "A security group of its load balancer; a rule that lets it reach the tasks is added.",
            ),
        })
        .describe("Use the HTTPS listener of a load balancer that exists; only rules are added to it.")
        .optional(),
});

const capacity = z.strictObject({
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

export const cluster = z.strictObject({
    existing: z
        .string()
        .regex(
            /^[A-Za-z0-9][A-Za-z0-9_-]{0,254}$/,
            "is not the name of a cluster.\nWrite its name without the rest of its ARN, like `main`.",
        )
        .describe("Name of an ECS cluster to run in, instead of a new one.")
        .optional(),
    insights: z
        .enum(["disabled", "enabled", "enhanced"])
        .describe("CloudWatch Container Insights.")
        .optional(),
    capacity: capacity
        .describe("Fargate and Fargate Spot, for every app that does not say otherwise.")
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

const waiver = z.strictObject({
    rule: text.describe("Name of the policy, as the plan prints it: `tasks-without-public-address`."),
    resource: text.describe(
        "Logical name of the resource, as `--tree` shows it; `*` stands for any text: `api-*`.",
    ),
    reason: sentence.describe("Why that is right here."),
    until: day
        .describe(
            "The last day on which it counts; after that the policy is violated again. Default: for good.",
        )
        .optional(),
});

/** The keys under `config:` that start with `selfhost:`, all but the apps. */
export const environment = z.strictObject({
    profile: z
        .enum(PROFILES)
        .describe("The defaults to start from. Default: the stack's name, where it is a profile's.")
        .optional(),
    account: z
        .string()
        .regex(
            /^\d{12}$/,
            'is not an account number.\nWrite its twelve digits in quotes, like `"012345678901"`.',
        )
        .describe("The only AWS account that this stack may touch.")
        .optional(),
    tags: z
        .record(z.string().min(1).max(128), z.string().max(256))
        .describe("Tags for every resource: owner, product, cost centre.")
        .optional(),
    domain: domainName
        .describe(
            "Domain of the environment. Default: none; one app answers over HTTP at the load balancer's own name.",
        )
        .optional(),
    zone: text
        .describe("Route 53 hosted zone, by name or id, that the domain is in. Default: the domain.")
        .optional(),
    dns: z
        .enum(["route53", "elsewhere", "existing"])
        .describe(
            "`elsewhere`: the zone is not in Route 53, and the plan prints the records to make; `existing`: the names lead to the " +
                "adopted listener's load balancer already.",
        )
        .optional(),
    certificate: arn("acm", "certificate/")
        .describe("A certificate that exists, instead of a new one.")
        .optional(),
    certificateNames: z
        .array(certificateName)
        .min(1)
        .describe(
            'Further names of the new certificate, beside the domain and `*.<domain>`, for hosts of two labels: `["*.team.example.com"]`.',
        )
        .optional(),
    network: network.optional(),
    edge: edge.optional(),
    cluster: cluster.optional(),
    logs: logs.describe("CloudWatch log groups, where an app does not say otherwise.").optional(),
    waivers: z
        .array(waiver)
        .describe(
            "Policies that this environment does without, each with a reason for the reader of next year.",
        )
        .optional(),
    databases: z
        .record(databaseName, sharedDatabase)
        .describe("Databases that several apps share, by name; an app says `database: { use: <name> }`.")
        .optional(),
    delivery: delivery.describe("How the environment and its releases are delivered.").optional(),
    apps: z.record(z.string(), z.unknown()).describe("The applications, by name.").optional(),
});

export type RawEnvironment = z.infer<typeof environment>;
export type RawApp = z.infer<typeof app>;
export type RawCapacity = z.infer<typeof capacity>;
export type RawImage = z.infer<typeof image>;
export type RawReference = z.infer<typeof reference>;
