/** Decides an app's database. */
import type { AppContext } from "./decideApp";
import { oneOf } from "./nearest";
import type { Problem } from "./problem";
import type { RawApp } from "./schema";
import type { DatabaseSettings, Engine, Restore } from "./settings";

/**
 * Versions that have Serverless v2 with auto-pause and the Data API.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 */
const DEFAULT_VERSIONS: Readonly<Record<Engine, string>> = {
    "aurora-mysql": "8.0.mysql_aurora.3.10.5",
    "aurora-postgresql": "17.5",
};

export function decideDatabase(context: AppContext): {
    readonly settings: DatabaseSettings | undefined;
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
    const engine = raw.database?.engine ?? preset.database.engines[0];
    const problems: Problem[] = [];
    if (!preset.database.engines.includes(engine)) {
        problems.push({
            path: `${path}.database.engine`,
            value: engine,
            reason: `is not a database that ${preset.title} runs on.`,
            fix: `Write ${oneOf(preset.database.engines.map((e) => `\`${e}\``))}, or remove it.`,
        });
    }
    return { settings: settle(context, engine, raw.database ?? {}, preset.database.secrets), problems };
}

function settle(
    { name, defaults, environment }: AppContext,
    engine: Engine,
    raw: NonNullable<RawApp["database"]>,
    variables: DatabaseSettings["variables"],
): DatabaseSettings {
    const base = defaults.app.database;
    const version = raw.version ?? DEFAULT_VERSIONS[engine];
    const minCapacity = raw.minCapacity ?? Math.min(base.minCapacity, raw.maxCapacity ?? Infinity);
    return {
        engine,
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
        credentialsGeneration: raw.credentialsGeneration ?? 1,
        databaseName: name.replaceAll("-", "_"),
        variables,
        restore: raw.restore === undefined ? undefined : decideRestore(raw.restore),
    };
}

type RawRestore = NonNullable<NonNullable<RawApp["database"]>["restore"]>;

function decideRestore(raw: RawRestore): Restore {
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

/** Whether a version can pause at 0 ACU. */
export function canPause(engine: Engine, version: string): boolean {
    if (engine === "aurora-mysql") {
        const [, major, minor] = /mysql_aurora\.(\d+)\.(\d+)/.exec(version) ?? [];
        return major === undefined
            ? Number.parseFloat(version) >= 8.4
            : Number(major) > 3 || Number(minor) >= 8;
    }
    const [major = "", minor = "0"] = version.split(".");
    return Number(major) >= 17 || Number(minor) >= (PAUSE_FLOORS[major] ?? Infinity);
}
