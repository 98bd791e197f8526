/**
 * Settings: everything that is decided about one environment, before any resource is registered.
 *
 * A component reads this and decides nothing. There is no optional field that a component would have to default:
 * what may be absent says so with a `kind` or with `undefined`.
 */
import type { AppSettings, DatabaseCluster } from "./appSettings";
import type { DeliverySettings } from "./delivery";

export type * from "./appSettings";

export {
    DEPLOYERS,
    STRATEGIES,
    type Deploy,
    type DeployAlarms,
    type Deployer,
    type SmokeTest,
    type Strategy,
} from "./deploy";

export const PROFILES = ["dev", "staging", "prod"] as const;
export type Profile = (typeof PROFILES)[number];

export const EGRESS_MODES = ["publicIp", "natSingle", "natPerAz", "natRegional", "endpoints"] as const;
export type Egress = (typeof EGRESS_MODES)[number];

export type Architecture = "ARM64" | "X86_64";

/** What a person still has to do before `pulumi up` works. */
export interface Pending {
    readonly what: string;
    /** A command, a link, or the text of a DNS record. */
    readonly command: string;
}

export interface Settings {
    /** The stack's name: `dev`, `staging`, `prod`, `pr-42`. */
    readonly environment: string;
    readonly profile: Profile;
    readonly region: string;
    /** `aws`, `aws-cn` or `aws-us-gov`: the second word of every ARN in the region. */
    readonly partition: string;
    /** The only account this stack may touch, when pinned. */
    readonly account: string | undefined;
    readonly tags: Readonly<Record<string, string>>;
    /** Profile of the AWS command line's configuration, when one is named. */
    readonly awsProfile: string | undefined;
    /** Whether tasks reach the internet. */
    readonly internet: boolean;
    /** May the environment be thrown away, with its data (profile dev)? */
    readonly disposable: boolean;
    readonly network: NetworkSettings;
    readonly edge: EdgeSettings;
    readonly cluster: ClusterSettings;
    /** Every database cluster, of one app or shared, by name. */
    readonly databases: readonly DatabaseCluster[];
    /** By name. */
    readonly apps: readonly AppSettings[];
    /** Undefined where nothing is delivered by AWS. */
    readonly delivery: DeliverySettings | undefined;
    /** Policies that this environment does without. */
    readonly waivers: readonly UserWaiver[];
    /** Allowed, but said. */
    readonly notes: readonly string[];
    readonly pending: readonly Pending[];
}

/** A policy that somebody decided not to follow for a resource. */
export interface UserWaiver {
    /** Name of a rule: `bucket-access-logs`. */
    readonly rule: string;
    /** Logical name of a resource; `*` stands for any text. */
    readonly resource: string;
    /** For the reader of next year. */
    readonly reason: string;
    /** The last day on which it counts, such as `2027-06-30`; undefined: for good. */
    readonly until: string | undefined;
}

// ---------------------------------------------------------------------------------------------- network

export type NetworkSettings = CreatedNetwork | AdoptedNetwork;

export interface Zone {
    /** The zone's letter, which names its subnets: `a`. */
    readonly letter: string;
    /** The zone's full name: `eu-west-1a`. */
    readonly name: string;
    readonly publicCidr: string;
    readonly privateCidr: string;
    readonly dataCidr: string;
}

export interface CreatedNetwork {
    readonly kind: "create";
    readonly cidr: string;
    readonly zones: readonly Zone[];
    readonly egress: Egress;
    /** Visitors reach the load balancer over IPv6 too; what is behind it speaks IPv4. */
    readonly ipv6: boolean;
    /** Service names of the interface endpoints, such as `ecr.api`; empty unless egress is `endpoints`. */
    readonly interfaceEndpoints: readonly string[];
    readonly flowLogs: "none" | "reject" | "all";
    readonly logRetentionDays: number;
}

export interface AdoptedNetwork {
    readonly kind: "adopt";
    readonly vpcId: string;
    readonly publicSubnetIds: readonly string[];
    readonly privateSubnetIds: readonly string[];
    readonly dataSubnetIds: readonly string[];
    /** `publicIp`: tasks in the public subnets; `existing`: in the private ones, whose routes are the owner's business. */
    readonly egress: "publicIp" | "existing";
}

// ---------------------------------------------------------------------------------------------- edge

export type EdgeSettings = CreatedEdge | AdoptedEdge;

/** Where the environment's names live. */
export type Dns =
    | { readonly kind: "none" }
    | { readonly kind: "route53"; readonly zone: { readonly id: string } | { readonly name: string } }
    | { readonly kind: "elsewhere" }
    /** They lead to the adopted load balancer without us. */
    | { readonly kind: "existing" };

export type Certificate =
    | { readonly kind: "none" }
    | { readonly kind: "existing"; readonly arn: string }
    | { readonly kind: "issued"; readonly domain: string; readonly alternativeNames: readonly string[] };

export interface CreatedEdge {
    readonly kind: "create";
    readonly domain: string | undefined;
    readonly dns: Dns;
    readonly certificate: Certificate;
    readonly sslPolicy: string;
    /** Who may reach the load balancer. */
    readonly allowedCidrs: readonly string[];
    /** Days that access logs are kept; undefined: none are written. */
    readonly accessLogDays: number | undefined;
    readonly deletionProtection: boolean;
    readonly idleTimeoutSeconds: number;
}

export interface AdoptedEdge {
    readonly kind: "adopt";
    readonly domain: string;
    readonly dns: Dns;
    readonly listenerArn: string;
    /** The security group of the load balancer that owns the listener. */
    readonly securityGroupId: string;
}

// ---------------------------------------------------------------------------------------------- cluster

export type ClusterSettings = CreatedCluster | AdoptedCluster;

/** How many of the tasks run on which Fargate: `base` first, then in proportion to `weight`. */
export interface Capacity {
    readonly provider: "FARGATE" | "FARGATE_SPOT";
    readonly base: number;
    readonly weight: number;
}

export interface CreatedCluster {
    readonly kind: "create";
    readonly name: string;
    readonly containerInsights: "disabled" | "enabled" | "enhanced";
    readonly capacity: readonly Capacity[];
    /** Audit log of ECS Exec sessions; undefined: no app of the environment allows them. */
    readonly execLogDays: number | undefined;
    /** Of Service Connect, where apps find one another; undefined: none reaches another. */
    readonly namespace: string | undefined;
}

export interface AdoptedCluster {
    readonly kind: "adopt";
    readonly name: string;
    readonly capacity: readonly Capacity[];
    /** Of Service Connect, where apps find one another; undefined: none reaches another. */
    readonly namespace: string | undefined;
}
