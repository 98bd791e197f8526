/**
 * From a stack file to Settings: the only way in, and the only place that refuses.
 *
 * Nothing is registered before `load` has returned. What is wrong comes as one error that lists every problem.
 */
import type { Decided, SharedDatabases } from "./context";
import type { z } from "zod";
import type { Entry, Preset } from "../apps/app";
import { catalogue } from "../apps/catalogue";
import { check, suggestion, UNKNOWN_KEY } from "./check";
import { inspectSecret, readConfig, type ConfigEntries } from "./config";
import { decideCluster, decideEdge, decideNetwork, partitionOf } from "./decide";
import { decideApp } from "./decideApp";
import { decideDelivery } from "./decideDelivery";
import { decideShared } from "./decideDatabase";
import { ENVIRONMENT_PARTS, firstName, formerNames, ownFormerNames } from "./formerly";
import { type AppSecretKey, sortKeys, type SortedKeys } from "./keys";
import { nearest, oneOf } from "./nearest";
import { environmentNotes, environmentPending } from "./notes";
import { sortedBy } from "./order";
import { SettingsError, type Problem } from "./problem";
import { PROFILE_DEFAULTS } from "./profiles";
import { regionProblem } from "./region";
import { appRules, environmentRules, secretRules } from "./rules";
import { app as appSchema, type RawApp } from "./appSchema";
import { environment, type RawEnvironment } from "./schema";
import { PROFILES, type AppSettings, type DatabaseCluster, type Profile, type Settings } from "./settings";
import { appName } from "./values";

/** `deploy`: secrets are there and must be right; `plan`: only ciphertext is, and what is missing is said. */
export type Mode = "deploy" | "plan";

export interface Settled {
    /** Decided as far as the good parts go; only to be used where there are no problems. */
    readonly settings: Settings | undefined;
    readonly problems: readonly Problem[];
}

/** Reads the configuration of the running program. Throws SettingsError, which lists every problem. */
export function load(mode: Mode): Settings {
    const config = readConfig();
    const { settings, problems } = settle(config, mode, inspectSecret);
    if (settings === undefined || problems.length > 0) {
        throw new SettingsError(config.file, problems);
    }
    return settings;
}

/** The same without Pulumi: `inspect` shows the value of a config secret, and is called in deploy mode only. */
export function settle(config: ConfigEntries, mode: Mode, inspect: (key: string) => string): Settled {
    const keys = sortKeys(config);
    const checked = check(environment, keys.settings, "selfhost:");
    const found: Problem[] = [...keys.problems, ...checked.problems];
    const raw = withDomain(checked.value ?? {}, found);
    const wrongRegion = regionProblem(keys.region);
    found.push(...(wrongRegion === undefined ? [] : [wrongRegion]));
    // What rules would say of a region that is none follows from that.
    const region = wrongRegion === undefined ? (keys.region ?? "") : "";
    const { profile, problems: profileProblems } = decideProfile(raw, config.stack, found);
    const defaults = PROFILE_DEFAULTS[profile];
    const databases = decideShared(raw, keys.settings.databases, defaults);
    const apps = settleApps({ raw, config, keys, region, profile, databases });
    found.push(...stackProblems(config.stack), ...profileProblems, ...apps.problems);
    const decided: Decided = {
        refused: new Set(found.map(({ path }) => path)),
        stack: config.stack,
        region,
        raw,
        defaults,
        databases,
        apps: apps.apps,
        awsProfile: config.values.get("aws:profile"),
    };
    found.push(...databases.names.flatMap((name) => takenName(name, `selfhost:databases.${name}`)));
    found.push(
        ...environmentRules(decided, profile),
        ...apps.apps.flatMap((app) => appRules(app, decided, profile)),
    );
    found.push(...apps.apps.flatMap((app) => secretRules(app, mode, inspect)));
    const problems = unique(found.filter((problem) => !JSON.stringify(problem).includes(STAND_IN)));
    return { settings: problems.length > 0 ? undefined : assemble(decided, profile), problems };
}

/** No domain of anybody's. https://www.rfc-editor.org/rfc/rfc6761#section-6.4 */
const STAND_IN = "refused.invalid";

/**
 * A domain that was refused, or whose key is misspelt, is not one that is missing: rules see another, and what they say
 * of that is left out.
 */
function withDomain(raw: RawEnvironment, found: readonly Problem[]): RawEnvironment {
    const keys = Object.keys(environment.shape);
    const wrong = found.some(
        ({ path, reason }) =>
            path === "selfhost:domain" ||
            (reason === UNKNOWN_KEY && nearest(path.replace("selfhost:", ""), keys) === "domain"),
    );
    return wrong && raw.domain === undefined ? { ...raw, domain: STAND_IN } : raw;
}

/** It is part of names that ECS, IAM and CloudWatch have to take. */
function stackProblems(stack: string): readonly Problem[] {
    const reason = "is in the names of clusters, roles and log groups, which take less than Pulumi does.";
    const fix = "Name the stack with letters, digits, `-` and `_`, a letter or a digit first.";
    return /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(stack) ? [] : [{ path: "stack", value: stack, reason, fix }];
}

/** Two rules may find the same. */
function unique(problems: readonly Problem[]): readonly Problem[] {
    return problems.filter(
        (problem, i) =>
            problems.findIndex((other) => other.path === problem.path && other.reason === problem.reason) ===
            i,
    );
}

function assemble(decided: Decided, profile: Profile): Settings {
    const { raw, stack, region, defaults, apps } = decided;
    const network = decideNetwork(decided);
    const settings = {
        environment: stack,
        profile,
        region,
        partition: partitionOf(region),
        account: raw.account,
        tags: raw.tags ?? {},
        awsProfile: decided.awsProfile,
        internet: network.egress !== "endpoints",
        disposable: defaults.disposable,
        network,
        edge: decideEdge(decided),
        cluster: decideCluster(decided),
        databases: allDatabases(decided),
        apps,
        delivery: decideDelivery(decided),
        waivers: (raw.waivers ?? []).map(({ until, ...waiver }) => ({ ...waiver, until })),
    };
    return { ...settings, notes: environmentNotes(settings), pending: environmentPending(settings) };
}

/** The shared ones and the apps' own, by name. */
function allDatabases({ apps, databases }: Decided): readonly DatabaseCluster[] {
    const own = apps.flatMap(({ database }) =>
        database === undefined || database.cluster.shared ? [] : [database.cluster],
    );
    return sortedBy([...databases.clusters, ...own], ({ name }) => name);
}

function decideProfile(
    raw: RawEnvironment,
    stack: string,
    found: readonly Problem[],
): { profile: Profile; problems: readonly Problem[] } {
    const named = PROFILES.find((profile) => profile === stack);
    const profile = raw.profile ?? named;
    if (profile !== undefined || found.some(({ path }) => path === "selfhost:profile")) {
        return { profile: profile ?? "dev", problems: [] };
    }
    const reason = `is missing, and the stack's name, \`${stack}\`, is not a profile's.`;
    return {
        profile: "dev",
        problems: [
            {
                path: "selfhost:profile",
                value: undefined,
                reason,
                fix: `Write one of ${PROFILES.join(", ")}.`,
            },
        ],
    };
}

/** What every app of the stack file is settled with. */
interface Around {
    readonly raw: RawEnvironment;
    readonly config: ConfigEntries;
    readonly keys: SortedKeys;
    readonly region: string;
    readonly profile: Profile;
    readonly databases: SharedDatabases;
}

function settleApps(around: Around): { apps: readonly AppSettings[]; problems: readonly Problem[] } {
    const { raw, keys } = around;
    const apps = raw.apps ?? {};
    const names = Object.keys(apps).sort();
    const settled = names.map((name) => settleApp(name, apps[name] ?? {}, around));
    const problems = settled.flatMap((one) => one.problems);
    if (names.length === 0 && (keys.settings.apps === undefined || raw.apps !== undefined)) {
        problems.push({
            path: "selfhost:apps",
            value: raw.apps,
            reason: "names no application.",
            fix: "Write at least one, like `bookstack: { … }`.",
        });
    }
    const strays = keys.appSecrets.filter(({ app }) => !names.includes(app));
    problems.push(...strays.map((stray) => straySecret(stray, apps)));
    return { apps: settled.flatMap((one) => (one.app === undefined ? [] : [one.app])), problems };
}

/** A secret follows its app's name: the value is encrypted by itself, so a key that is written anew keeps it. */
function straySecret({ key, app, name }: AppSecretKey, apps: NonNullable<RawEnvironment["apps"]>): Problem {
    const names = Object.keys(apps).sort();
    const heir = names.find((one) => formerNames(apps[one]).includes(app));
    if (heir !== undefined) {
        const reason = `is for \`${app}\`, which is called \`${heir}\` now.`;
        const fix = `Write \`selfhost:${heir}.${name}\` in its place, before the same encrypted value.`;
        return { path: key, value: undefined, reason, fix };
    }
    const fix =
        names.length === 1
            ? `Write \`selfhost:${names[0] ?? ""}.${name}\`, or remove it.`
            : suggestion(app, names);
    return {
        path: key,
        value: undefined,
        reason: `is for an app \`${app}\` that the stack does not have.`,
        fix,
    };
}

function settleApp(
    name: string,
    value: unknown,
    { raw: environmentRaw, config, keys, region, profile, databases }: Around,
): { app?: AppSettings; problems: readonly Problem[] } {
    const path = `selfhost:apps.${name}`;
    const nameProblems = [...check(appName, name, path).problems, ...takenName(name, path)];
    const formerly = ownFormerNames(name, environmentRaw.apps ?? {});
    const first = firstName({ name, formerly });
    const wanted = presetName(value) ?? (catalogue.has(first) ? first : name);
    const preset = catalogue.get(wanted);
    if (preset === undefined) {
        // What every app may say can be judged all the same; which further settings it has, nobody knows.
        const others = check(appSchema, value, path).problems.filter(({ reason }) => reason !== UNKNOWN_KEY);
        return { problems: [...nameProblems, noPreset(name, value, path), ...others] };
    }
    const checked = check(schemaOf(preset), value, path);
    const optionNames = Object.keys(preset.options.shape);
    // What every app may say is all optional, so its good parts are usable without the preset's required ones.
    const raw = check(appSchema, without(value, optionNames), path).value ?? {};
    const options = Object.fromEntries(optionNames.map((key) => [key, checked.value?.[key]]));
    const result = decideApp({
        name,
        formerly,
        path,
        preset: { ...preset, ...preset.facts(options, entryOf(first, raw)) },
        options,
        raw,
        profile,
        defaults: PROFILE_DEFAULTS[profile],
        environment: environmentRaw,
        databases,
        stack: config.stack,
        region,
        secretKeys: keys.appSecrets.filter(({ app }) => app === name),
    });
    return { app: result.app, problems: [...nameProblems, ...checked.problems, ...result.problems] };
}

/** By preset: a schema is compiled when it is first used, which takes longer than any check. */
const schemas = new Map<Preset, z.ZodObject>();

/** What an app of this preset may say. */
function schemaOf(preset: Preset): z.ZodObject {
    const known = schemas.get(preset) ?? appSchema.extend(preset.options.shape);
    schemas.set(preset, known);
    return known;
}

function noPreset(name: string, value: unknown, path: string): Problem {
    const given = presetName(value);
    const presets = [...catalogue.keys()];
    const near = nearest(given ?? name, presets);
    return {
        path: `${path}.preset`,
        value: given,
        reason:
            given === undefined ? `is missing, and there is none called \`${name}\`.` : "is not a preset.",
        fix:
            near === undefined
                ? `Write ${oneOf(presets)}.`
                : `Write \`${near}\`, or ${oneOf(presets.filter((one) => one !== near))}.`,
    };
}

function entryOf(name: string, raw: RawApp): Entry {
    return {
        name,
        path: raw.path ?? "/",
        database: raw.database !== undefined,
        healthPath: raw.health?.path,
        ownImage: raw.image !== undefined || raw.pipeline !== undefined,
    };
}

function takenName(name: string, path: string): readonly Problem[] {
    const reason = "is the name of a part of every environment.";
    return ENVIRONMENT_PARTS.includes(name)
        ? [{ path, value: name, reason, fix: `Write another name, like \`my-${name}\`.` }]
        : [];
}

function without(value: unknown, names: readonly string[]): unknown {
    return typeof value === "object" && value !== null
        ? Object.fromEntries(Object.entries(value).filter(([key]) => !names.includes(key)))
        : value;
}

function presetName(value: unknown): string | undefined {
    const preset: unknown =
        typeof value === "object" && value !== null ? Reflect.get(value, "preset") : undefined;
    return typeof preset === "string" ? preset : undefined;
}
