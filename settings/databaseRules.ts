/** What an app's database cannot be, each with the reason and what to write instead. */
import type { Context } from "./appRules";
import { canPause } from "./decideDatabase";
import { oneOf } from "./nearest";
import type { Problem } from "./problem";
import type { Engine } from "./settings";

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_LogAccess.Procedural.UploadtoCloudWatch.html */
const LOGS: Readonly<Record<Engine, readonly string[]>> = {
    "aurora-mysql": ["audit", "error", "general", "instance", "slowquery"],
    "aurora-postgresql": ["instance", "postgresql"],
};

const VERSIONS: Readonly<Record<Engine, { readonly pattern: RegExp; readonly example: string }>> = {
    "aurora-mysql": { pattern: /^8\.\d+\.mysql_aurora\.\d+\.\d+\.\d+$/, example: "8.0.mysql_aurora.3.10.5" },
    "aurora-postgresql": { pattern: /^\d+\.\d+$/, example: "17.5" },
};

export function databaseRules({ app, raw, path }: Context): readonly Problem[] {
    const { database } = app;
    if (database === undefined) {
        return [];
    }
    const problems: Problem[] = [];
    const { engine, version, minCapacity, maxCapacity } = database;
    if (minCapacity > maxCapacity) {
        const reason = "has a `minCapacity` above its `maxCapacity`.";
        problems.push({
            path: `${path}.database`,
            value: { minCapacity, maxCapacity },
            reason,
            fix: `Write \`maxCapacity: ${minCapacity}\` or more.`,
        });
    }
    if (minCapacity > 0 && raw.database?.pauseAfter !== undefined) {
        const reason = `has no effect: a database with ${minCapacity} ACU or more never pauses.`;
        problems.push({
            path: `${path}.database.pauseAfter`,
            value: raw.database.pauseAfter,
            reason,
            fix: "Write `minCapacity: 0`, or remove it.",
        });
    }
    if (!VERSIONS[engine].pattern.test(version)) {
        const fix = `Write it whole and in quotes, like \`"${VERSIONS[engine].example}"\`.`;
        problems.push({
            path: `${path}.database.version`,
            value: version,
            reason: `is not a version of ${engine}.`,
            fix,
        });
    } else if (minCapacity === 0 && !canPause(engine, version)) {
        const reason = `is 0, and ${engine} ${version} cannot pause.`;
        problems.push({
            path: `${path}.database.minCapacity`,
            value: 0,
            reason,
            fix: "Write 0.5, or remove `version`.",
        });
    }
    const known = LOGS[engine];
    for (const log of database.logExports.filter((name) => !known.includes(name))) {
        problems.push({
            path: `${path}.database.logExports`,
            value: log,
            reason: `is not a log of ${engine}.`,
            fix: `Write ${oneOf(known)}.`,
        });
    }
    return problems;
}

export function restoreRules({ raw, path }: Context): readonly Problem[] {
    const restore = raw.database?.restore;
    const at = `${path}.database.restore`;
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
    if (
        restore.time !== undefined &&
        restore.time !== "latest" &&
        !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(restore.time)
    ) {
        const fix = 'Write it in UTC and in quotes, like `"2027-06-30T12:00:00Z"`, or `latest`.';
        return [{ path: `${at}.time`, value: restore.time, reason: "is not a point in time.", fix }];
    }
    return [];
}
