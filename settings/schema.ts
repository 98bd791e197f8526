/**
 * The form of a stack file: what may be written under `config:`, one description per field.
 *
 * From this one source come the check of a stack file, the JSON Schema for editors and docs/configuration.md.
 * What a missing field means stands in profiles.ts, or comes from the app's preset.
 */
import { z } from "zod";
import { EGRESS_MODES, PROFILES } from "./settings";
import {
    anyCidr,
    arn,
    awsId,
    cidr,
    domainName,
    percent,
    positive,
    retentionDays,
    text,
    timeOfDay,
    variableName,
} from "./values";

const count = z.int().min(0);
const subnets = z.array(awsId("subnet", "a subnet")).min(2);

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
        .array(z.string().regex(/^[a-z]$/, "is not the letter of a zone.\nWrite letters, like `[a, b, c]`."))
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
    flowLogs: z.enum(["none", "reject", "all"]).describe("Which connections VPC flow logs keep.").optional(),
    vpc: vpc.optional(),
});

export const edge = z.strictObject({
    allow: z
        .array(anyCidr)
        .min(1)
        .describe("Address ranges that may reach the load balancer. Default: everybody.")
        .optional(),
    accessLogDays: count.describe("Days that access logs are kept in S3; 0 writes none.").optional(),
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
    base: count.describe("Tasks that always run on demand, before the proportion counts.").optional(),
    onDemand: count.describe("Share of the tasks on Fargate.").optional(),
    spot: count
        .describe("Share of the tasks on Fargate Spot, which AWS may stop with two minutes' notice.")
        .optional(),
});

export const cluster = z.strictObject({
    existing: text.describe("Name of an ECS cluster to run in, instead of a new one.").optional(),
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

const schedule = z
    .strictObject({
        days: z
            .string()
            .regex(
                /^(MON|TUE|WED|THU|FRI|SAT|SUN)([-,](MON|TUE|WED|THU|FRI|SAT|SUN))*$/,
                "is not a list of days.\nWrite it like `MON-FRI` or `MON,WED`.",
            )
            .describe("Days on which the app runs."),
        start: timeOfDay.describe("When the first task starts."),
        stop: timeOfDay.describe("When the last task stops."),
        timezone: text.describe("IANA time zone. Default: `UTC`.").optional(),
    })
    .describe(
        "Office hours: no task at all outside of them. A database with `minCapacity: 0` pauses meanwhile.",
    );

/** A tenth of the default quota of tasks in a service. */
const taskCount = z.int().min(1).max(500);

const scale = z.strictObject({
    min: taskCount.describe("Fewest tasks.").optional(),
    max: taskCount.describe("Most tasks.").optional(),
    cpuPercent: percent
        .describe("Add tasks above this average CPU use. Default: 60 where `max` exceeds `min`.")
        .optional(),
    memoryPercent: percent.describe("Add tasks above this average memory use.").optional(),
    requestsPerTask: positive.describe("Add tasks above this many requests a minute for each.").optional(),
    scaleOutCooldown: count.describe("Seconds between two additions.").optional(),
    scaleInCooldown: count.describe("Seconds between two removals.").optional(),
    schedule: schedule.optional(),
});

const health = z.strictObject({
    path: z
        .string()
        .regex(/^\//, "does not start with `/`.\nWrite it like `/status`.")
        .describe("Path that answers `matcher` when the app is well.")
        .optional(),
    matcher: z
        .string()
        .regex(
            /^[2-4]\d\d([-,][2-4]\d\d)*$/,
            'is not a list of HTTP status codes.\nWrite it in quotes, like `"200"` or `"200-299"`.',
        )
        .describe("Status codes that mean well.")
        .optional(),
    interval: z.int().min(5).max(300).describe("Seconds between two checks.").optional(),
    timeout: z.int().min(2).max(120).describe("Seconds until a check has failed.").optional(),
    healthyThreshold: z.int().min(2).max(10).describe("Good checks until a task gets requests.").optional(),
    unhealthyThreshold: z.int().min(2).max(10).describe("Failed checks until a task is replaced.").optional(),
    gracePeriod: count
        .describe("Seconds after a task's start in which failed checks do not count.")
        .optional(),
});

const deploy = z.strictObject({
    strategy: z.enum(["rolling"]).describe("How ECS replaces tasks.").optional(),
    minimumHealthyPercent: z
        .int()
        .min(0)
        .max(100)
        .describe("Healthy tasks during a deployment, in percent.")
        .optional(),
    maximumPercent: z
        .int()
        .min(100)
        .max(400)
        .describe("Running tasks during a deployment, in percent.")
        .optional(),
    deregistrationDelay: z
        .int()
        .min(0)
        .max(3600)
        .describe("Seconds in which a leaving task finishes its requests.")
        .optional(),
    stopTimeout: z.int().min(2).max(120).describe("Seconds between SIGTERM and SIGKILL.").optional(),
    steadyStateTimeout: z
        .int()
        .min(5)
        .max(600)
        .describe("Minutes that `pulumi up` waits for the deployment.")
        .optional(),
    zoneRebalancing: z.boolean().describe("Let ECS move tasks when zones are out of balance.").optional(),
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

const restore = z
    .strictObject({
        generation: z.int().min(2).describe("Number of the new cluster; raise it for each restore."),
        keepPrevious: z
            .boolean()
            .describe("Keep the cluster of the generation before, so that one can go back. Default: true.")
            .optional(),
        snapshot: text.describe("Identifier or ARN of a cluster snapshot.").optional(),
        cluster: text.describe("Identifier of the cluster to restore to a point in time.").optional(),
        time: text
            .describe('UTC time in quotes, like `"2027-06-30T12:00:00Z"`, or `latest`. Default: `latest`.')
            .optional(),
    })
    .describe("Fill a new cluster from a backup and move the app to it. The cluster before it is kept.");

const acu = z.number().min(0).max(256).multipleOf(0.5);

const database = z.strictObject({
    engine: z
        .enum(["aurora-mysql", "aurora-postgresql"])
        .describe("Database engine. Default: the preset's.")
        .optional(),
    version: text.describe("Engine version. Default: one that has everything this program uses.").optional(),
    minCapacity: acu.describe("Fewest ACUs; 0 pauses the database when nobody is connected.").optional(),
    maxCapacity: acu.min(1).describe("Most ACUs.").optional(),
    pauseAfter: z
        .int()
        .min(300)
        .max(86400)
        .describe("Seconds without a connection until it pauses.")
        .optional(),
    instances: z
        .int()
        .min(1)
        .max(3)
        .describe("Instances in different zones; the second takes over when the first fails.")
        .optional(),
    backupRetentionDays: z
        .int()
        .min(1)
        .max(35)
        .describe("Days to which the database can be restored.")
        .optional(),
    deletionProtection: z.boolean().describe("Refuse to delete the cluster.").optional(),
    finalSnapshot: z.boolean().describe("Take a snapshot when the cluster is deleted.").optional(),
    insights: z.boolean().describe("Performance Insights, kept for seven days.").optional(),
    logExports: z.array(text).describe("Database logs to send to CloudWatch.").optional(),
    credentialsGeneration: positive
        .describe(
            "Raise it to rotate: a new user and secret, the old ones dropped when no task uses them. Default: 1.",
        )
        .optional(),
    restore: restore.optional(),
});

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
                    /^[a-z0-9-]+:(?!\*$)[A-Za-z]+\*?$/,
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
        .describe("What kind of application this is. Default: the app's name, where it is a preset's.")
        .optional(),
    host: z
        .string()
        .regex(
            /^(@|[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9-]+)*)$/,
            "is not a host name.\nWrite one label, like `wiki`, or `@` for the domain itself.",
        )
        .describe("The app answers at `<host>.<domain>`; `@` is the domain itself. Default: the app's name.")
        .optional(),
    path: z
        .string()
        .regex(
            /^\/([\w.-]+(\/[\w.-]+)*)?$/,
            "is not a path.\nWrite it like `/docs`, without a slash at the end.",
        )
        .describe("The app answers below this path. Default: `/`.")
        .optional(),
    priority: z
        .int()
        .min(1)
        .max(50000)
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
    database: database.optional(),
    storage: storage.optional(),
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
        .enum(["route53", "elsewhere"])
        .describe("`elsewhere`: the zone is not in Route 53, and the plan prints the records to make.")
        .optional(),
    certificate: arn("acm", "certificate/")
        .describe("A certificate that exists, instead of a new one.")
        .optional(),
    network: network.optional(),
    edge: edge.optional(),
    cluster: cluster.optional(),
    logs: logs.describe("CloudWatch log groups, where an app does not say otherwise.").optional(),
    apps: z.record(z.string(), z.unknown()).describe("The applications, by name.").optional(),
});

export type RawEnvironment = z.infer<typeof environment>;
export type RawApp = z.infer<typeof app>;
export type RawCapacity = z.infer<typeof capacity>;
export type RawImage = z.infer<typeof image>;
export type RawReference = z.infer<typeof reference>;
