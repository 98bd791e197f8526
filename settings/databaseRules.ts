/** What a database cannot be, each with the reason and what to write instead. */
import type { Context, Decided } from "./context";
import { canPause, hasDataApi } from "./decideDatabase";
import type { RawDatabase, RawSharedDatabase } from "./databaseSchema";
import { oneOf } from "./nearest";
import type { Problem } from "./problem";
import type { DatabaseCluster, Engine } from "./settings";
import { isMoment } from "./values";

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html */
const LOGS: Readonly<Record<Engine, readonly string[]>> = {
    "aurora-mysql": ["audit", "error", "general", "instance", "slowquery"],
    "aurora-postgresql": ["instance", "postgresql"],
};

const VERSIONS: Readonly<Record<Engine, { readonly pattern: RegExp; readonly example: string }>> = {
    "aurora-mysql": { pattern: /^8\.\d+\.mysql_aurora\.\d+\.\d+\.\d+$/, example: "8.0.mysql_aurora.3.10.5" },
    "aurora-postgresql": { pattern: /^\d+\.\d+$/, example: "17.5" },
};

/** Of an app's own; what it may not say of a shared one was refused when that was decided. */
export function databaseRules({ app, raw, path }: Context): readonly Problem[] {
    if (app.database === undefined) {
        return [];
    }
    const { cluster, databaseName } = app.database;
    const own = cluster.shared
        ? []
        : [
              ...clusterRules(cluster, raw.database ?? {}, `${path}.database`),
              ...restoreRules(raw.database?.restore, `${path}.database.restore`),
          ];
    return [...databaseNameRules(app.name, databaseName, path), ...own];
}

/** What the function that makes databases and users refuses (lambda/database-user), and some that no app can be called. */
export const RESERVED_DATABASES =
    /^(mysql|sys|information_schema|performance_schema|root|admin|master|public|none|user|postgres|template[01]|current_[a-z]+|session_[a-z]+|rdsadmin|rdsproxyadmin|rdsrepladmin|rdstopmgr|rds_.*|aws_.*|pg_.*|mysql_.*)$/;

function databaseNameRules(app: string, database: string, path: string): readonly Problem[] {
    const reason = `would have a database called \`${database}\`, a name that belongs to the engine or to AWS.`;
    const fix = `Write another name, like \`my-${app}\`.`;
    return RESERVED_DATABASES.test(database) ? [{ path, value: undefined, reason, fix }] : [];
}

export function sharedDatabaseRules({ raw, apps, databases }: Decided): readonly Problem[] {
    const used = new Set(Object.values(raw.apps ?? {}).map(useOf));
    const unused = databases.names.filter((name) => !used.has(name));
    const example = apps.find(({ preset }) => preset.database !== undefined)?.name ?? "<app>";
    return [
        ...unused.map((name) => ({
            path: `selfhost:databases.${name}`,
            value: undefined,
            reason: "is used by no app.",
            fix: `Write \`database: { use: ${name} }\` for an app, like \`${example}\`, or remove it.`,
        })),
        ...databases.names.flatMap((name) => nameRules(name, Object.keys(raw.apps ?? {}))),
        ...databases.clusters.flatMap((cluster) => {
            const path = `selfhost:databases.${cluster.name}`;
            const given: Partial<RawSharedDatabase> = raw.databases?.[cluster.name] ?? {};
            return [...clusterRules(cluster, given, path), ...restoreRules(given.restore, `${path}.restore`)];
        }),
    ];
}

/** The shared database that an app's part of the stack file names, well or badly written. */
function useOf(app: unknown): unknown {
    const database: unknown =
        typeof app === "object" && app !== null ? Reflect.get(app, "database") : undefined;
    return typeof database === "object" && database !== null ? Reflect.get(database, "use") : undefined;
}

/** A shared database's parts begin with its name, as an app's and those of its own database do. */
function nameRules(name: string, apps: readonly string[]): readonly Problem[] {
    const other = apps.find((app) => app === name || app === `${name}-database`);
    return other === undefined
        ? []
        : [
              {
                  path: `selfhost:databases.${name}`,
                  value: undefined,
                  reason: `has the name that parts of the app \`${other}\` have.`,
                  fix: "Write another name, like `shared`.",
              },
          ];
}

function clusterRules(
    { engine, version, minCapacity, maxCapacity, logExports }: DatabaseCluster,
    raw: Pick<RawDatabase, "pauseAfter">,
    path: string,
): readonly Problem[] {
    const problems: Problem[] = [];
    if (minCapacity > maxCapacity) {
        const reason = "has a `minCapacity` above its `maxCapacity`.";
        const fix = `Write \`maxCapacity: ${minCapacity}\` or more.`;
        problems.push({ path, value: { minCapacity, maxCapacity }, reason, fix });
    }
    if (minCapacity > 0 && raw.pauseAfter !== undefined) {
        const reason = `has no effect: a database with ${minCapacity} ACU or more never pauses.`;
        problems.push({
            path: `${path}.pauseAfter`,
            value: raw.pauseAfter,
            reason,
            fix: "Write `minCapacity: 0`, or remove it.",
        });
    }
    if (!VERSIONS[engine].pattern.test(version)) {
        const fix = `Write it whole and in quotes, like \`"${VERSIONS[engine].example}"\`.`;
        problems.push({
            path: `${path}.version`,
            value: version,
            reason: `is not a version of ${engine}.`,
            fix,
        });
    } else if (!hasDataApi(engine, version)) {
        problems.push({
            path: `${path}.version`,
            value: version,
            reason: `is a version of ${engine} without the Data API, which makes the apps' users.`,
            fix: `Write \`"${VERSIONS[engine].example}"\`, or remove it.`,
        });
    } else if (minCapacity === 0 && !canPause(engine, version)) {
        const reason = `is 0, and ${engine} ${version} cannot pause.`;
        problems.push({
            path: `${path}.minCapacity`,
            value: 0,
            reason,
            fix: "Write 0.5, or remove `version`.",
        });
    }
    const known = LOGS[engine];
    for (const log of logExports.filter((name) => !known.includes(name))) {
        problems.push({
            path: `${path}.logExports`,
            value: log,
            reason: `is not a log of ${engine}.`,
            fix: `Write ${oneOf(known)}.`,
        });
    }
    return problems;
}

function restoreRules(restore: RawDatabase["restore"], at: string): readonly Problem[] {
    if (restore === undefined) {
        return [];
    }
    if ((restore.snapshot === undefined) === (restore.cluster === undefined)) {
        const reason = restore.snapshot === undefined ? "names no backup." : "names two backups.";
        return [
            {
                path: at,
                value: restore,
                reason,
                fix: "Write either `snapshot:` or `cluster:` (with `time:`).",
            },
        ];
    }
    if (restore.time !== undefined && restore.snapshot !== undefined) {
        return [
            {
                path: `${at}.time`,
                value: restore.time,
                reason: "has no meaning for a snapshot.",
                fix: "Remove it.",
            },
        ];
    }
    if (restore.time !== undefined && restore.time !== "latest" && !isMoment(restore.time)) {
        const fix = 'Write it in UTC and in quotes, like `"2027-06-30T12:00:00Z"`, or `latest`.';
        return [{ path: `${at}.time`, value: restore.time, reason: "is not a point in time.", fix }];
    }
    return [];
}
