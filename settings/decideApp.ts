/** Decides everything about one app: what the stack file says, else its preset, else the profile. */
import type { AppContext } from "./context";
import { priorityOf } from "./priority";
import type { KnownApp } from "../apps/app";
import { decideDatabase } from "./decideDatabase";
import { decideDeploy } from "./decideDeploy";
import { firstName } from "./formerly";
import { decideImage } from "./image";
import { decideDeployer, decidePipeline, releasedImage } from "./decidePipeline";
import { decideSecrets } from "./decideSecrets";
import { sortedEntries } from "./order";
import type { Problem } from "./problem";
import type { ProfileDefaults } from "./profiles";
import { decideReaches } from "./reaches";
import type { RawApp, RawCapacity } from "./appSchema";
import type {
    AppSettings,
    Capacity,
    Health,
    Route,
    Scale,
    Schedule,
    SecretFile,
    StorageSettings,
} from "./settings";

export function decideApp(context: AppContext): {
    readonly app: AppSettings;
    readonly problems: readonly Problem[];
} {
    const { name, path, preset, raw, defaults, environment } = context;
    const database = decideDatabase(context);
    const { image, problems: imageProblems } =
        raw.pipeline === undefined
            ? decideImage(raw.image, preset, `${path}.image`)
            : { image: releasedImage(raw.pipeline), problems: [] };
    const { secrets, problems: secretProblems } = decideSecrets(context);
    const size = preset.task[context.profile];
    const health = decideHealth(context, database.settings?.cluster.minCapacity === 0);
    const scale = decideScale(context);
    const route = decideRoute(context);
    const app: AppSettings = {
        name,
        formerly: context.formerly,
        preset,
        options: context.options,
        route,
        health,
        task: {
            cpu: raw.task?.cpu ?? size.cpu,
            memory: raw.task?.memory ?? size.memory,
            architecture: raw.task?.architecture ?? "ARM64",
        },
        scale,
        capacity: decideCapacity(raw.capacity ?? environment.cluster?.capacity, defaults),
        deploy: decideDeploy(context, { route, health, scale }),
        deployer: decideDeployer(context),
        image,
        pipeline: decidePipeline(context),
        database: database.settings,
        storage: decideStorage(context),
        env: raw.env ?? {},
        ...decideReaches(name, raw, environment),
        secrets,
        secretFiles: decideFiles(raw, preset, secrets),
        entryPoint: raw.entryPoint,
        command: raw.command,
        permissions: raw.permissions ?? [],
        exec: raw.exec ?? (defaults.app.exec && !preset.readonlyRootFilesystem),
        logRetentionDays:
            raw.logs?.retentionDays ?? environment.logs?.retentionDays ?? defaults.logs.retentionDays,
    };
    return { app, problems: [...database.problems, ...imageProblems, ...secretProblems] };
}

function decideFiles(
    { files }: RawApp,
    preset: KnownApp,
    secrets: AppSettings["secrets"],
): readonly SecretFile[] {
    const own = secrets.flatMap(({ name }): [string, string][] => {
        const file = preset.secrets[name]?.file;
        return file === undefined ? [] : [[name, file]];
    });
    return sortedEntries({ ...Object.fromEntries(own), ...files }).map(([secret, file]) => ({
        secret,
        file,
    }));
}

function decideRoute({ raw, environment, stack, ...named }: AppContext): Route {
    const { domain } = environment;
    const name = firstName(named);
    const label = raw.host ?? name;
    const host = domain === undefined ? undefined : label === "@" ? domain : `${label}.${domain}`;
    const path = raw.path ?? "/";
    const url = host === undefined ? undefined : `https://${host}${path === "/" ? "" : path}`;
    return { host, path, url, priority: raw.priority ?? priorityOf({ host, path, name, stack }) };
}

function decideHealth({ raw, preset }: AppContext, pauses: boolean): Health {
    const quiet = pauses ? preset.healthWithoutDatabase : undefined;
    return {
        path: raw.health?.path ?? quiet ?? preset.health.path,
        matcher: raw.health?.matcher ?? preset.health.matcher,
        intervalSeconds: raw.health?.interval ?? preset.health.intervalSeconds,
        timeoutSeconds: raw.health?.timeout ?? preset.health.timeoutSeconds,
        healthyThreshold: raw.health?.healthyThreshold ?? preset.health.healthyThreshold,
        unhealthyThreshold: raw.health?.unhealthyThreshold ?? preset.health.unhealthyThreshold,
    };
}

function decideScale({ raw, preset, defaults }: AppContext): Scale {
    const given = raw.scale ?? {};
    const usual = preset.manyTasks ? defaults.app.scale : { min: 1, max: 1 };
    const min = given.min ?? Math.min(usual.min, given.max ?? Infinity);
    const max = given.max ?? Math.max(usual.max, min);
    const anyTarget = given.cpuPercent ?? given.memoryPercent ?? given.requestsPerTask;
    return {
        min,
        max,
        cpuPercent: given.cpuPercent ?? (max > min && anyTarget === undefined ? 60 : undefined),
        memoryPercent: given.memoryPercent,
        requestsPerTask: given.requestsPerTask,
        scaleOutCooldownSeconds: given.scaleOutCooldown ?? defaults.app.scale.scaleOutCooldown,
        scaleInCooldownSeconds: given.scaleInCooldown ?? defaults.app.scale.scaleInCooldown,
        schedule: given.schedule === undefined ? undefined : decideSchedule(given.schedule),
    };
}

function decideSchedule(raw: {
    days: string;
    start: string;
    stop: string;
    timezone?: string | undefined;
}): Schedule {
    return { days: raw.days, start: raw.start, stop: raw.stop, timezone: raw.timezone ?? "UTC" };
}

/** Fargate and Fargate Spot; one without a share is left out, and `base` counts on demand. */
export function decideCapacity(raw: RawCapacity | undefined, defaults: ProfileDefaults): readonly Capacity[] {
    const { base, onDemand, spot } = { ...defaults.cluster.capacity, ...raw };
    const all: readonly Capacity[] = [
        { provider: "FARGATE", base: base ?? 0, weight: onDemand ?? 0 },
        { provider: "FARGATE_SPOT", base: 0, weight: spot ?? 0 },
    ];
    return all.filter((one) => one.base > 0 || one.weight > 0);
}

function decideStorage({ raw, preset, defaults }: AppContext): StorageSettings {
    const days = raw.storage?.keepOldVersionsDays ?? defaults.app.storage.keepOldVersionsDays;
    return {
        bucket: preset.bucket ? { keepOldVersionsDays: days } : undefined,
        volumes: preset.volumes.map(({ name, containerPath, uid, gid }) => ({
            name,
            containerPath,
            uid,
            gid,
        })),
        volumeBackups: raw.storage?.backups ?? defaults.app.storage.backups,
    };
}
