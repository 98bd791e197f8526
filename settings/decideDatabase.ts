/** Decides the databases: those that several apps share, and each app's own. */
import type { AppContext, SharedDatabases } from "./context";
import type { DatabaseNeed } from "../apps/app";
import type { RawDatabase, RawSharedDatabase } from "./databaseSchema";
import { firstName } from "./formerly";
import { nearest, oneOf } from "./nearest";
import type { Problem } from "./problem";
import type { ProfileDefaults } from "./profiles";
import type { RawEnvironment } from "./schema";
import type { AppDatabase, DatabaseCluster, Engine, Restore } from "./settings";

/**
 * Versions that have Serverless v2 with auto-pause and the Data API.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
const DEFAULT_VERSIONS: Readonly<Record<Engine, string>> = {
    "aurora-mysql": "8.0.mysql_aurora.3.10.5",
    "aurora-postgresql": "17.5",
};

export function decideShared(
    raw: RawEnvironment,
    given: unknown,
    defaults: ProfileDefaults,
): SharedDatabases {
    const databases = raw.databases ?? {};
    return {
        clusters: Object.keys(databases)
            .sort()
            .flatMap((name) => {
                const own = databases[name];
                return own === undefined
                    ? []
                    : [
                          decideCluster(
                              { name, formerly: [], shared: true, engine: own.engine },
                              own,
                              raw,
                              defaults,
                          ),
                      ];
            }),
        names: typeof given === "object" && given !== null ? Object.keys(given).sort() : [],
    };
}

export function decideDatabase(context: AppContext): {
    readonly settings: AppDatabase | undefined;
    readonly problems: readonly Problem[];
} {
    const { raw, preset, path } = context;
    if (preset.database === undefined) {
        const reason = `is set, but the preset \`${preset.name}\` uses no database.`;
        const refused: Problem = { path: `${path}.database`, value: raw.database, reason, fix: "Remove it." };
        return { settings: undefined, problems: raw.database === undefined ? [] : [refused] };
    }
    if (raw.database === undefined && !preset.database.required) {
        return { settings: undefined, problems: [] };
    }
    const { cluster, problems } =
        raw.database?.use === undefined
            ? ownCluster(context, preset.database.engines)
            : sharedCluster(context, raw.database, raw.database.use, preset.database.engines);
    return { settings: cluster && inCluster(context, cluster, preset.database), problems };
}

interface Found {
    readonly cluster: DatabaseCluster | undefined;
    readonly problems: readonly Problem[];
}

function inCluster({ raw, ...named }: AppContext, cluster: DatabaseCluster, need: DatabaseNeed): AppDatabase {
    return {
        cluster,
        credentialsGeneration: raw.database?.credentialsGeneration ?? 1,
        databaseName: firstName(named).replaceAll("-", "_"),
        createsDatabases: need.createsDatabases ?? false,
        variables: need.secrets,
    };
}

function ownCluster(context: AppContext, engines: readonly [Engine, ...Engine[]]): Found {
    const { name, formerly, raw, preset, path, environment, defaults } = context;
    const engine = raw.database?.engine ?? engines[0];
    const suits = engines.includes(engine);
    const reason = `is not a database that ${preset.title} runs on.`;
    const fix = `Write ${oneOf(engines.map((e) => `\`${e}\``))}, or remove it.`;
    return {
        cluster: decideCluster(
            { name, formerly, shared: false, engine },
            raw.database ?? {},
            environment,
            defaults,
        ),
        problems: suits ? [] : [{ path: `${path}.database.engine`, value: engine, reason, fix }],
    };
}

/** What an app may say of a database that it shares. */
const OF_THE_APP: readonly string[] = ["use", "credentialsGeneration"];

function sharedCluster(
    { preset, path, databases }: AppContext,
    raw: RawDatabase,
    use: string,
    engines: readonly Engine[],
): Found {
    const at = `${path}.database.use`;
    const problems: Problem[] = Object.entries(raw)
        .filter(([key]) => !OF_THE_APP.includes(key))
        .map(([key, value]) => ({
            path: `${path}.database.${key}`,
            value,
            reason: "belongs to the shared database, not to one of the apps that use it.",
            fix: `Write it below \`selfhost:databases.${use}\`, or remove it.`,
        }));
    const cluster = databases.clusters.find(({ name }) => name === use);
    if (cluster === undefined) {
        const known = databases.names.includes(use);
        return { cluster, problems: known ? problems : [...problems, unknown(at, use, databases, engines)] };
    }
    if (!engines.includes(cluster.engine)) {
        const reason = `is ${cluster.engine}, which ${preset.title} does not run on.`;
        const fix = `Share a database of ${oneOf(engines)}, or remove \`use\`: the app then has a cluster of its own.`;
        problems.push({ path: at, value: use, reason, fix });
    }
    return { cluster, problems };
}

function unknown(path: string, use: string, { names }: SharedDatabases, engines: readonly Engine[]): Problem {
    const near = nearest(use, names) ?? names[0];
    const fix =
        near === undefined
            ? `Write \`selfhost:databases: { ${use}: { engine: ${engines[0] ?? ""} } }\`, or remove it.`
            : `Write \`${near}\`, or add \`${use}\` to \`selfhost:databases\`.`;
    return { path, value: use, reason: "is not a shared database.", fix };
}

function decideCluster(
    identity: Pick<DatabaseCluster, "name" | "formerly" | "shared" | "engine">,
    raw: Omit<RawSharedDatabase, "engine">,
    environment: RawEnvironment,
    defaults: ProfileDefaults,
): DatabaseCluster {
    const { engine } = identity;
    const base = defaults.app.database;
    const version = raw.version ?? DEFAULT_VERSIONS[engine];
    const minCapacity = raw.minCapacity ?? Math.min(base.minCapacity, raw.maxCapacity ?? Infinity);
    return {
        ...identity,
        version,
        family: familyOf(engine, version),
        minCapacity,
        maxCapacity: raw.maxCapacity ?? Math.max(base.maxCapacity, minCapacity),
        pauseAfterSeconds: minCapacity === 0 ? (raw.pauseAfter ?? base.pauseAfter) : undefined,
        instances: raw.instances ?? base.instances,
        backupRetentionDays: raw.backupRetentionDays ?? base.backupRetentionDays,
        deletionProtection: raw.deletionProtection ?? base.deletionProtection,
        finalSnapshot: raw.finalSnapshot ?? base.finalSnapshot,
        performanceInsights: raw.insights ?? base.insights,
        logExports: [...(raw.logExports ?? base.logExports[engine])].sort(),
        logRetentionDays: environment.logs?.retentionDays ?? defaults.logs.retentionDays,
        restore: raw.restore === undefined ? undefined : decideRestore(raw.restore),
    };
}

function decideRestore(raw: NonNullable<RawSharedDatabase["restore"]>): Restore {
    return {
        generation: raw.generation,
        keepPrevious: raw.keepPrevious ?? true,
        from:
            raw.snapshot === undefined
                ? { kind: "pointInTime", cluster: raw.cluster ?? "", time: raw.time ?? "latest" }
                : { kind: "snapshot", identifier: raw.snapshot },
    };
}

/** The parameter group family of a version: `8.0.mysql_aurora.3.10.5` → `aurora-mysql8.0`, `17.5` → `aurora-postgresql17`. */
export function familyOf(engine: Engine, version: string): string {
    const parts = version.split(".");
    return engine === "aurora-mysql"
        ? `aurora-mysql${parts.slice(0, 2).join(".")}`
        : `aurora-postgresql${parts[0] ?? ""}`;
}

/** The oldest minor versions that pause at 0 ACU, by major version. Same source as above. */
const PAUSE_FLOORS: Readonly<Record<string, number>> = { "13": 15, "14": 12, "15": 7, "16": 3 };

/**
 * The oldest minor versions that have the Data API for Serverless v2, by major version.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.Aurora_Fea_Regions_DB-eng.Feature.Data_API.html
 */
const DATA_API_FLOORS: Readonly<Record<string, number>> = { "13": 11, "14": 8, "15": 3, "16": 1 };

/** Whether a version can pause at 0 ACU. */
export function canPause(engine: Engine, version: string): boolean {
    return reaches(engine, version, 8, PAUSE_FLOORS);
}

/** Whether a version answers the calls by which the apps' databases and users are made. */
export function hasDataApi(engine: Engine, version: string): boolean {
    return reaches(engine, version, 7, DATA_API_FLOORS);
}

/** `mysql`: the oldest minor version of Aurora MySQL 3. */
function reaches(
    engine: Engine,
    version: string,
    mysql: number,
    floors: Readonly<Record<string, number>>,
): boolean {
    if (engine === "aurora-mysql") {
        const [, major, minor] = /mysql_aurora\.(\d+)\.(\d+)/.exec(version) ?? [];
        return major === undefined
            ? Number.parseFloat(version) >= 8.4
            : Number(major) > 3 || (Number(major) === 3 && Number(minor) >= mysql);
    }
    const [major = "", minor = "0"] = version.split(".");
    return Number(major) >= 17 || Number(minor) >= (floors[major] ?? Infinity);
}
