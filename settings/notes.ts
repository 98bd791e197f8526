/** What is allowed but worth saying, and what a person still has to do. */
import { isPrivate, PRIVATE_RANGES } from "./addresses";
import { missingCommand } from "./appRules";
import { deliveryPending } from "./deliveryNotes";
import { firstName } from "./formerly";
import type { AppSettings, DatabaseCluster, Pending, Schedule, Settings } from "./settings";

type Unsaid = Omit<Settings, "notes" | "pending">;

export function environmentNotes(settings: Unsaid): readonly string[] {
    const { network, edge } = settings;
    const notes: string[] = [];
    if (edge.kind === "create" && edge.certificate.kind === "none") {
        notes.push(
            "No domain: the app answers over plain HTTP, passwords included. For trying things out only.",
        );
    }
    if (network.kind === "create" && network.egress === "endpoints") {
        notes.push(
            "No internet: mail by SMTP, sign-in with a provider elsewhere, webhooks and avatars from outside do not work.",
        );
    }
    if (network.kind === "create" && !isPrivate(network.cidr)) {
        notes.push(
            `${network.cidr} has addresses of others on the internet, which tasks cannot reach from inside it; private are ${PRIVATE_RANGES.join(", ")}.`,
        );
    }
    if (network.kind === "create" && network.egress === "natSingle") {
        notes.push(
            `One NAT gateway: when zone ${network.zones[0]?.letter ?? ""} fails, tasks in the others lose the internet.`,
        );
    }
    return [
        ...notes,
        ...settings.databases.flatMap((cluster) => sharedNotes(cluster, settings.apps)),
        ...settings.apps.flatMap((app) => appNotes(app, settings.apps)),
    ];
}

/** 0.5 ACU, the least that a running Aurora Serverless v2 instance takes, at $0.12 an hour in us-east-1 for 730 hours. */
const LEAST_AWAKE = "about $44 a month at 0.5 ACU";

/** Why an app's database, of its own or shared, never pauses; undefined where it lets it. */
function wakes({ name, preset, health, scale }: AppSettings): string | undefined {
    if (scale.schedule !== undefined) {
        return undefined;
    }
    if (preset.keepsDatabaseAwake) {
        return `${name} holds connections to it`;
    }
    return isQuiet({ preset, health }) ? undefined : `the health check ${health.path} of ${name} asks it`;
}

function isQuiet({ preset, health }: Pick<AppSettings, "preset" | "health">): boolean {
    return health.path === preset.healthWithoutDatabase;
}

function sharedNotes(cluster: DatabaseCluster, apps: readonly AppSettings[]): readonly string[] {
    const why = cluster.shared ? wakers(cluster, apps) : [];
    const theirs = why.length === 1 ? "its" : "their";
    return why.length === 0
        ? []
        : [
              `${cluster.name}: never pauses (${LEAST_AWAKE}), because ${listed(why)}. A schedule or a database of ${theirs} own would let it pause.`,
          ];
}

/** Why a cluster that may pause never does, in words for each app. */
function wakers(cluster: DatabaseCluster, apps: readonly AppSettings[]): readonly string[] {
    return cluster.minCapacity > 0
        ? []
        : apps.filter(({ database }) => database?.cluster === cluster).flatMap((app) => wakes(app) ?? []);
}

function appNotes(app: AppSettings, apps: readonly AppSettings[]): readonly string[] {
    const notes = [...pauseNotes(app, apps), ...reachNotes(app, apps)];
    if (app.scale.schedule !== undefined) {
        notes.push(
            `${app.name}: no tasks outside ${hoursOf(app.scale.schedule)}; an \`up\` then proves nothing about the app.`,
        );
    }
    notes.push(...deployerNotes(app));
    if (app.formerly.length > 0) {
        notes.push(
            `${app.name}: was ${firstName(app)}, and AWS goes on calling it that; \`formerly\` stays in the stack file (docs/runbooks/rename.md).`,
        );
    }
    const own = app.preset.notes?.(app) ?? [];
    return [...notes, ...own.map((note) => `${app.name}: ${note}`)];
}

/** A changed setting does not reach the tasks by itself where something else than `up` deploys. */
function deployerNotes({ name, deployer }: AppSettings): readonly string[] {
    switch (deployer) {
        case "pulumi":
            return [];
        case "ecs":
            return [
                `${name}: \`up\` makes revisions, and the pipeline's next release brings them to the tasks, be it the same digest once more (docs/delivery.md).`,
            ];
        case "codedeploy":
            return [
                `${name}: \`up\` makes revisions, and CodeDeploy brings them to the tasks (docs/strategies.md); its own load balancer costs about $24 a month in two zones, $28 in three.`,
            ];
    }
}

function sameHours(one: Schedule, other: Schedule | undefined): boolean {
    return other !== undefined && hoursOf(one) === hoursOf(other);
}

function hoursOf({ days, start, stop, timezone }: Schedule): string {
    return `${days} ${start}-${stop} (${timezone})`;
}

function pauseNotes(app: AppSettings, apps: readonly AppSettings[]): string[] {
    const { name, database, preset, health } = app;
    if (database?.cluster.minCapacity !== 0) {
        return [];
    }
    const { cluster } = database;
    const notes: string[] = [];
    if (!cluster.shared && wakes(app) !== undefined) {
        const why = preset.keepsDatabaseAwake
            ? "it holds connections to the database, which never pauses"
            : `the health check ${health.path} asks the database, so it never pauses`;
        notes.push(`${name}: ${why} (${LEAST_AWAKE}). A schedule would let it.`);
    }
    if (isQuiet(app) && preset.health.path !== health.path) {
        const check = `\`health: { path: ${preset.health.path} }\``;
        const awake = wakers(cluster, apps).length > 0;
        const rest = awake
            ? `; as the database never pauses, ${check} would check more at no cost.`
            : `, so that it can pause; ${check} checks more.`;
        notes.push(`${name}: the health check is ${health.path}, which works without the database${rest}`);
    }
    return notes;
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html */
const PROXY_CPU = 256;

function reachNotes(app: AppSettings, apps: readonly AppSettings[]): readonly string[] {
    const { name, task, reaches, reached } = app;
    const small = (reaches.length > 0 || reached) && task.cpu <= PROXY_CPU;
    const servers = apps.filter((other) => reaches.includes(other.name));
    return [
        ...(small
            ? [
                  `${name}: the proxy of Service Connect shares the ${task.cpu} CPU units of each task; AWS recommends ${PROXY_CPU} more for it.`,
              ]
            : []),
        ...servers.flatMap((other) =>
            other.scale.schedule === undefined || sameHours(other.scale.schedule, app.scale.schedule)
                ? []
                : [
                      `${name}: reaches ${other.name}, which has no tasks outside ${hoursOf(other.scale.schedule)}.`,
                  ],
        ),
    ];
}

function listed(parts: readonly string[]): string {
    return parts.length < 2
        ? parts.join("")
        : `${parts.slice(0, -1).join(", ")}, and ${parts[parts.length - 1] ?? ""}`;
}

export function environmentPending(settings: Unsaid): readonly Pending[] {
    const { apps, delivery, environment, region } = settings;
    return [
        ...apps.flatMap(missingSecrets),
        ...recordsElsewhere(settings),
        ...deliveryPending(delivery, environment, region),
    ];
}

function missingSecrets(app: AppSettings): readonly Pending[] {
    return app.secrets.flatMap(({ name, source }) =>
        source.kind === "missing"
            ? [
                  {
                      what: app.preset.secrets[name]?.description ?? name,
                      command: missingCommand(app, source.key, app.preset.secrets[name]?.form?.command),
                  },
              ]
            : [],
    );
}

/** The records to make where the zone is not in Route 53. */
function recordsElsewhere({ edge, apps }: Unsaid): readonly Pending[] {
    if (edge.dns.kind !== "elsewhere") {
        return [];
    }
    const targets = new Map(
        apps.flatMap(({ name, route, deploy }): [string, string][] =>
            route.host === undefined
                ? []
                : [
                      [
                          route.host,
                          deploy.strategy === "codeDeploy" ? `apps.${name}.loadBalancer` : "loadBalancer",
                      ],
                  ],
        ),
    );
    return [...targets].sort().map(([host, target]) => {
        const kind = host === edge.domain ? "ALIAS" : "CNAME";
        return {
            what: `DNS record at your provider, after the first \`up\``,
            command: `${host} ${kind} <output ${target}>`,
        };
    });
}
