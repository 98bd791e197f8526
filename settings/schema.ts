/**
 * The form of a stack file: what may be written under `config:`, one description per field.
 *
 * From this one source come the check of a stack file, the JSON Schema for editors and docs/configuration.md.
 * What a missing field means stands in profiles.ts, or comes from the app's preset.
 */
import { z } from "zod";
import { capacity, logs } from "./appSchema";
import { databaseName, sharedDatabase } from "./databaseSchema";
import { delivery } from "./deliverySchema";
import { EGRESS_MODES, PROFILES } from "./settings";
import { anyCidr, arn, awsId, certificateName, cidr, day, domainName, sentence, text, whole } from "./values";

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
