/** Delivery as it is decided: who applies an environment, who is told, and from whom to whom releases go. */

export const APPLIERS = ["hand", "github", "codepipeline"] as const;
export type Applier = (typeof APPLIERS)[number];

export const GIT_PROVIDERS = ["github", "gitlab", "bitbucket"] as const;
export type GitProvider = (typeof GIT_PROVIDERS)[number];

export interface DeliverySettings {
    readonly appliedBy: Applier;
    /** Every connection that a pipeline uses, by provider. */
    readonly connections: readonly Connection[];
    readonly state: StateBackend;
    /** Pulumi's name of the stack, with its organization where there is one. */
    readonly stack: string;
    /** The apps whose image is built here, by the names in AWS, and on which processor all builds of the environment run. */
    readonly builds: { readonly apps: readonly string[]; readonly architecture: "ARM64" | "X86_64" };
    /** Folders inside the project, outside of `docker/`, that images are built from. */
    readonly contexts: readonly string[];
    /** How long a build may take, with the waiting for others. */
    readonly timeoutMinutes: number;
    readonly pipeline: InfrastructurePipeline | undefined;
    readonly drift: Drift | undefined;
    readonly promotesTo: readonly OtherEnvironment[];
    /** The environments that pipelines of this one go on to, sorted; of the same account and region. */
    readonly goesOnTo: readonly string[];
    /** The environments whose releases arrive here. */
    readonly receivesFrom: readonly OtherEnvironment[];
    readonly notifications: Notifications;
    readonly logRetentionDays: number;
}

/** `arn` is undefined where the connection is made here, and a person has to accept it. */
export interface Connection {
    readonly provider: GitProvider;
    readonly arn: string | undefined;
}

export type StateBackend =
    /** The bucket of the bootstrap. */
    { readonly kind: "bootstrap" } | { readonly kind: "pulumiCloud"; readonly tokenArn: string };

/** Another environment; `account` is undefined where it is in the same one. */
export interface OtherEnvironment {
    readonly environment: string;
    readonly account: string | undefined;
    readonly region: string;
}

export interface Approval {
    /** Sorted. */
    readonly emails: readonly string[];
    /** Roles that may answer, sorted; empty: whoever may. */
    readonly approvers: readonly string[];
}

export interface InfrastructurePipeline {
    readonly provider: GitProvider;
    readonly repository: string;
    readonly branch: string;
    /** In sequence. */
    readonly approvals: readonly Approval[];
}

export interface Drift {
    /** Of EventBridge Scheduler: `cron(0 6 ? * MON-FRI *)`. */
    readonly cron: string;
    readonly timezone: string;
    readonly apply: boolean;
}

export interface Notifications {
    readonly emails: readonly string[];
    readonly slack: readonly { readonly workspace: string; readonly channel: string }[];
    readonly teams: readonly { readonly tenant: string; readonly team: string; readonly channel: string }[];
}

/** Deterministic, because the environment before writes to it and cannot ask. */
export function bucketName(environment: string, account: string, region: string): string {
    return `selfhost-delivery-${environment}-${account}-${region}`;
}

/** What the bootstrap calls the role of an environment's builds. */
export function pipelineRoleName(environment: string, region: string): string {
    return `selfhost-${environment}-pipeline-${region}`;
}

/** What the bootstrap calls the role of an environment's infrastructure pipeline. */
export function infrastructureRoleName(environment: string, region: string): string {
    return `selfhost-${environment}-infrastructure-${region}`;
}
