/** The decided settings as rows: what was written and what was not. */
import { isSecretName, looksLikeSecret, looksRandom } from "../../policy/secretText";
import type { Settings } from "../../settings/settings";

export interface SettingRow {
    /** `task.cpu` */
    readonly path: string;
    readonly value: string;
}

export interface SettingGroup {
    readonly title: string;
    readonly rows: readonly SettingRow[];
}

export function settingGroups(settings: Settings): readonly SettingGroup[] {
    const { network, edge, cluster, databases, apps } = settings;
    const environment = Object.fromEntries(Object.entries(settings).filter(([key]) => !APART.includes(key)));
    return [
        { title: "Environment", rows: rowsOf(environment, "") },
        { title: "Network", rows: rowsOf(network, "") },
        { title: "Edge", rows: rowsOf(edge, "") },
        { title: "Cluster", rows: rowsOf(cluster, "") },
        ...databases.map((one) => ({ title: `Database ${one.name}`, rows: rowsOf(one, "") })),
        ...apps.map((app) => ({ title: `App ${app.name}`, rows: rowsOf(app, "") })),
    ];
}

/** Groups of their own, and what a report says elsewhere. */
const APART = ["network", "edge", "cluster", "databases", "apps", "notes", "pending"];

/** Every plain value, by its path; functions decide and are no values. */
function rowsOf(value: unknown, path: string): readonly SettingRow[] {
    if (isPlain(value)) {
        return [{ path, value: shown(path, String(value)) }];
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    const known = (value as { name?: unknown }).name;
    if (typeof known === "string" && NAMED.test(path)) {
        return [{ path, value: known }];
    }
    if (Array.isArray(value)) {
        return listRows(value, path);
    }
    return Object.entries(value).flatMap(([key, item]: [string, unknown]) => rowsOf(item, join(path, key)));
}

/** Things that are described elsewhere: the preset in its own page, a database in its own group. */
const NAMED = /^(preset|database\.cluster)$/;

function listRows(items: readonly unknown[], path: string): readonly SettingRow[] {
    const plain = items.filter(isPlain);
    if (plain.length === items.length) {
        const value = plain.map((item) => shown(path, String(item))).join(", ");
        return items.length === 0 ? [] : [{ path, value }];
    }
    return items.flatMap((item, index) => {
        const name =
            typeof item === "object" && item !== null ? (item as { name?: unknown }).name : undefined;
        return rowsOf(item, join(path, typeof name === "string" ? name : String(index + 1)));
    });
}

function isPlain(value: unknown): value is string | number | boolean {
    return ["string", "number", "boolean"].includes(typeof value);
}

function join(path: string, key: string): string {
    return path === "" ? key : `${path}.${key}`;
}

/** What looks like a secret is not repeated, whoever wrote it where everybody can read it. */
function shown(path: string, value: string): string {
    const [, variable] = /^env\.(.+)$/.exec(path) ?? [];
    const kind =
        looksLikeSecret(value) ??
        looksRandom(value) ??
        (variable !== undefined && isSecretName(variable, value) ? "a secret" : undefined);
    return kind === undefined ? value : `[hidden: it looks like ${kind}]`;
}
