/** Decides how an environment is delivered. */
import type { Decided } from "./context";
import type {
    Approval,
    Connection,
    DeliverySettings,
    Drift,
    GitProvider,
    InfrastructurePipeline,
    OtherEnvironment,
} from "./delivery";
import { GIT_PROVIDERS } from "./delivery";
import type { RawApproval, RawDelivery } from "./deliverySchema";
import { firstName } from "./formerly";
import { distinct, sortedBy } from "./order";
import { gitSourcesOf } from "./pipeline";
import type { ProfileDefaults } from "./profiles";
import type { AppSettings } from "./settings";

/** https://docs.aws.amazon.com/codebuild/latest/userguide/limits.html */
const LONGEST_BUILD_MINUTES = 480;

/** Minutes for the network, a database, a certificate and two images. */
const UP_MINUTES = 60;

/** Undefined where nothing is delivered: the stack file says nothing, and no app has a pipeline. */
export function decideDelivery(decided: Decided): DeliverySettings | undefined {
    const { raw, stack, region, defaults, apps } = decided;
    if (raw.delivery === undefined && apps.every(({ pipeline }) => pipeline === undefined)) {
        return undefined;
    }
    const given = raw.delivery ?? {};
    const cloud = given.state?.pulumiCloud;
    return {
        appliedBy: given.appliedBy ?? "hand",
        connections: connectionsOf(given, apps),
        state: cloud === undefined ? { kind: "bootstrap" } : { kind: "pulumiCloud", tokenArn: cloud.token },
        stack: cloud === undefined ? stack : `${cloud.organization}/${stack}`,
        builds: buildsOf(apps),
        contexts: contextsOf(apps),
        timeoutMinutes: timeoutOf(apps),
        pipeline: pipelineOf(given, defaults),
        drift: driftOf(given),
        promotesTo: byEnvironment(
            (given.promotesTo ?? []).map((other) => otherEnvironment(other, raw.account, region)),
        ),
        goesOnTo: stagesOf(apps),
        receivesFrom: originsOf(apps),
        notifications: {
            emails: [...(given.notifications?.emails ?? [])].sort(),
            slack: given.notifications?.slack ?? [],
            teams: given.notifications?.teams ?? [],
        },
        logRetentionDays: raw.logs?.retentionDays ?? defaults.logs.retentionDays,
    };
}

/** Each once, by environment. */
function originsOf(apps: readonly AppSettings[]): readonly OtherEnvironment[] {
    const all = apps.flatMap(({ pipeline }) =>
        pipeline?.source.kind === "promotion" ? [pipeline.source.from] : [],
    );
    const once = new Map(
        all.map((other) => [`${other.environment} ${other.account ?? ""} ${other.region}`, other]),
    );
    return byEnvironment(once.values());
}

function byEnvironment(others: Iterable<OtherEnvironment>): readonly OtherEnvironment[] {
    return sortedBy(others, ({ environment }) => environment);
}

function stagesOf(apps: readonly AppSettings[]): readonly string[] {
    const all = apps.flatMap(({ pipeline }) => pipeline?.stages.map(({ environment }) => environment) ?? []);
    return distinct(all);
}

function connectionsOf(given: RawDelivery, apps: readonly AppSettings[]): readonly Connection[] {
    const needed = new Set<GitProvider>();
    if (given.pipeline !== undefined) {
        needed.add(given.pipeline.provider ?? "github");
    }
    for (const { pipeline } of apps) {
        for (const { provider } of gitSourcesOf(pipeline)) {
            needed.add(provider);
        }
    }
    return GIT_PROVIDERS.filter((provider) => needed.has(provider)).map((provider) => ({
        provider,
        arn: given.connections?.[provider],
    }));
}

/** One processor for all builds of an environment: an image that needs the other one is emulated. */
function buildsOf(apps: readonly AppSettings[]): DeliverySettings["builds"] {
    const built = apps.filter(({ image }) => image.kind === "build");
    const architectures = new Set(built.map(({ task }) => task.architecture));
    return {
        apps: built.map(firstName).sort(),
        architecture: architectures.has("X86_64") && architectures.size === 1 ? "X86_64" : "ARM64",
    };
}

/** The folders below the project that images are built from; what is elsewhere cannot travel with the program. */
function contextsOf(apps: readonly AppSettings[]): readonly string[] {
    const folders = apps.flatMap(({ image }) => (image.kind === "build" ? [image.context] : []));
    return distinct(folders).filter((folder) => !/^(\.\.|\/)/.test(folder));
}

/** Its own work, and that of another that it waits for. */
function timeoutOf(apps: readonly AppSettings[]): number {
    const steady = Math.max(0, ...apps.map(({ deploy }) => deploy.steadyStateMinutes));
    return Math.min(LONGEST_BUILD_MINUTES, 2 * (UP_MINUTES + steady));
}

function pipelineOf(
    { pipeline }: RawDelivery,
    defaults: ProfileDefaults,
): InfrastructurePipeline | undefined {
    if (pipeline === undefined) {
        return undefined;
    }
    const usual = Array.from({ length: defaults.delivery.approvals }, () => ({}));
    return {
        provider: pipeline.provider ?? "github",
        repository: pipeline.repository,
        branch: pipeline.branch ?? "main",
        approvals: (pipeline.approvals ?? usual).map(approvalOf),
    };
}

/** Also an app's pipeline's. */
export function approvalOf(raw: RawApproval): Approval {
    return { emails: [...(raw.emails ?? [])].sort(), approvers: [...(raw.approvers ?? [])].sort() };
}

function driftOf({ pipeline }: RawDelivery): Drift | undefined {
    const drift = pipeline?.drift;
    if (drift === undefined) {
        return undefined;
    }
    const [days = "", time = ""] = drift.schedule.split(" ");
    const [hours = "", minutes = ""] = time.split(":");
    return {
        cron: `cron(${Number(minutes)} ${Number(hours)} ? * ${days} *)`,
        timezone: drift.timezone ?? "UTC",
        apply: drift.apply ?? false,
    };
}

/** Default region: this environment's, as its account, which is only said where it is another one. */
export function otherEnvironment(
    raw: {
        readonly environment: string;
        readonly account?: string | undefined;
        readonly region?: string | undefined;
    },
    account: string | undefined,
    region: string,
): OtherEnvironment {
    return {
        environment: raw.environment,
        account: raw.account === account ? undefined : raw.account,
        region: raw.region ?? region,
    };
}
