/** Sorts the keys of a stack file: settings, secrets of apps, and those that nobody would read. */
import { NAMESPACE, type ConfigEntries } from "./config";
import { check, placeFor, UNKNOWN_KEY } from "./check";
import { sortedBy } from "./order";
import type { Problem } from "./problem";
import { environment } from "./schema";
import { variableName } from "./values";

export interface SortedKeys {
    /** Setting → value, below `selfhost:`. */
    readonly settings: Readonly<Record<string, unknown>>;
    readonly region: string | undefined;
    /** Full keys of config secrets that belong to an app: `selfhost:bookstack.APP_KEY`. */
    readonly appSecrets: readonly AppSecretKey[];
    readonly problems: readonly Problem[];
}

export interface AppSecretKey {
    readonly key: string;
    readonly app: string;
    readonly name: string;
}

/** Settings that hold a text; every other one holds a group, which the engine hands over as JSON. */
const TEXTS: ReadonlySet<string> = new Set(["profile", "account", "domain", "zone", "dns", "certificate"]);
const SETTINGS = Object.keys(environment.shape);

/** What the program's own AWS provider takes from the configuration. */
const AWS_KEYS = ["region", "profile"] as const;

export function sortKeys(config: ConfigEntries): SortedKeys {
    const problems: Problem[] = [];
    const settings: Record<string, unknown> = {};
    const appSecrets: AppSecretKey[] = [];
    for (const key of new Set([...config.values.keys(), ...config.secrets])) {
        const secret = config.secrets.has(key);
        const [namespace = "", rest = ""] = splitKey(key);
        const [app = "", name] = rest.split(/\.(.*)/s);
        if (namespace !== NAMESPACE) {
            problems.push(...strangeNamespace(config, namespace, rest, secret));
        } else if (name !== undefined) {
            problems.push(...plainSecret(config, key, app, name, secret), ...strangeName(key, name));
            appSecrets.push({ key, app, name });
        } else if (SETTINGS.includes(rest)) {
            problems.push(...(secret ? [secretGroup(key)] : []));
            settings[rest] = TEXTS.has(rest) ? config.values.get(key) : parse(config.values.get(key));
        } else {
            problems.push({
                path: key,
                value: secret ? undefined : parse(config.values.get(key)),
                reason: UNKNOWN_KEY,
                fix: placeFor(rest, environment),
            });
        }
    }
    const region = config.values.get("aws:region");
    return { settings, region, appSecrets: sortedBy(appSecrets, ({ key }) => key), problems };
}

function splitKey(key: string): readonly string[] {
    const colon = key.indexOf(":");
    return [key.slice(0, colon), key.slice(colon + 1)];
}

/** A group of settings arrives as JSON; a scalar where a group belongs is left for the schema to refuse. */
function parse(value: string | undefined): unknown {
    if (value === undefined || !/^\s*[[{]/.test(value)) {
        return value;
    }
    try {
        return JSON.parse(value);
    } catch {
        return value;
    }
}

function strangeNamespace(
    config: ConfigEntries,
    namespace: string,
    rest: string,
    secret: boolean,
): readonly Problem[] {
    const known = namespace === "pulumi" || (namespace === "aws" && AWS_KEYS.some((key) => key === rest));
    if (known) {
        return [];
    }
    const path = `${namespace}:${rest}`;
    const value = secret ? undefined : config.values.get(path);
    if (namespace === "aws") {
        const fix = `Remove it; \`aws:region\` and \`aws:profile\` are read, everything else comes from the environment.`;
        return [{ path, value, reason: "is not passed on: this program makes its own AWS provider.", fix }];
    }
    const own = namespace === config.project;
    const reason = own
        ? "stands under the project's name; this program reads `selfhost:` only."
        : "is read by nobody.";
    const meant = own || SETTINGS.includes(rest);
    return [{ path, value, reason, fix: meant ? `Write \`${NAMESPACE}:${rest}\`.` : "Remove it." }];
}

function plainSecret(
    config: ConfigEntries,
    key: string,
    app: string,
    name: string,
    secret: boolean,
): readonly Problem[] {
    return secret
        ? []
        : [
              {
                  path: key,
                  value: undefined,
                  reason: "is a secret in plain text.",
                  fix: `Run \`pulumi config set --secret ${NAMESPACE}:${app}.${name} …\`, with a new value: this one has been written down.`,
              },
          ];
}

/** The rest of the key becomes a variable. */
function strangeName(key: string, name: string): readonly Problem[] {
    return check(variableName, name, key).problems.map((problem) => ({ ...problem, value: undefined }));
}

/**
 * A secret inside a group comes out of the SDK in the clear and would stay so in the state. `inside` is where, which only the
 * file shows: the engine says no more than that there is one.
 */
export function secretGroup(key: string, inside: readonly string[] = []): Problem {
    const app = key === `${NAMESPACE}:apps` ? inside[0] : undefined;
    const name = inside.at(-1);
    const to =
        app === undefined || name === undefined || inside.length < 2 ? "<app>.<NAME>" : `${app}.${name}`;
    return {
        path: key,
        value: undefined,
        reason: `holds a secret inside a group of settings${inside.length === 0 ? "" : `, at \`${inside.join(".")}\``}, where it would end up in the state in plain text.`,
        fix: `Take it out, and set it by itself: \`pulumi config set --secret ${NAMESPACE}:${to} …\`.`,
    };
}
