/** Any application that speaks HTTP in a container: Node, Python, PHP, Go… docker/web is one to start from. */
import { interpolate } from "@pulumi/pulumi";
import { z } from "zod";
import type { AppSettings } from "../settings/settings";
import { text, variableName } from "../settings/values";
import type { CardParts, Entry, Facts, Preset, PresetOptions, PresetProblem, Surroundings } from "./app";
import { authorityLimits, databaseAuthorities } from "./authorities";
import { heapOption, KEEP_ALIVE_OPTION, trustOption } from "./node";

const userId = z
    .string()
    .regex(
        /^\d{1,5}(:\d{1,5})?$/,
        'is not the number of a user.\nWrite it in quotes, like `"1000"` or `"1000:1000"`.',
    );

const variables = {
    host: "DB_HOST",
    port: "DB_PORT",
    name: "DB_NAME",
    user: "DB_USER",
    password: "DB_PASSWORD",
    url: "DATABASE_URL",
    authorities: "DB_CA",
} as const;

type Variables = Readonly<Record<keyof typeof variables, string>>;

function variable(what: keyof typeof variables, meaning: string) {
    return variableName.describe(`${meaning} Default: \`${variables[what]}\`.`).optional();
}

const options = z.object({
    port: z.int().min(1).max(65535).describe("Port that the container listens on. Default: 3000.").optional(),
    runtime: z
        .enum(["node"])
        .describe(
            "`node` (18.19 and later) gets what it lacks through `NODE_OPTIONS`: connections that the load balancer closes first, a " +
                "heap of the task's size, and, from 22.19 and 24.5 on, trust in the database's authorities. Default: none of these.",
        )
        .optional(),
    nodeOptions: text
        .describe("More for `NODE_OPTIONS`, with `runtime: node`: `--enable-source-maps`.")
        .optional(),
    bucket: z
        .boolean()
        .describe("A private S3 bucket, which arrives as `S3_BUCKET`. Default: false.")
        .optional(),
    databaseVariables: z
        .strictObject({
            host: variable("host", "The cluster's host name."),
            port: variable("port", "Its port."),
            name: variable("name", "The app's database."),
            user: variable("user", "The app's user."),
            password: variable("password", "Its password."),
            url: variable("url", "All of these as an URL."),
            authorities: variable(
                "authorities",
                "The authorities, as PEM text, that the server's certificate is to be checked with.",
            ),
        })
        .describe("Names of the variables that describe the database, where it has one (`database: {}`).")
        .optional(),
    migrate: z
        .array(text)
        .min(1)
        .describe(
            "Command that brings the database up to date, run in a task of its own for each new image before the service changes: " +
                "`[npm, run, migrate]`. Default: none.",
        )
        .optional(),
    generatedSecrets: z
        .array(variableName)
        .min(1)
        .describe("Secrets that are made once and kept, such as `[SESSION_SECRET]`. Default: none.")
        .optional(),
    user: userId
        .describe(
            'User and group that the container starts as: `"1000:1000"`. Default: that of docker/web; of an image of your own, the image\'s.',
        )
        .optional(),
    readonlyRootFilesystem: z
        .boolean()
        .describe(
            "Nothing in the container can be written to but `/dev/shm`. Default: true for docker/web, false for an image of your own.",
        )
        .optional(),
    initProcess: z
        .boolean()
        .describe(
            "An init process passes signals on and reaps children; false for images that have their own. Default: true.",
        )
        .optional(),
});

type Options = z.infer<typeof options>;

/** As whom docker/web runs, which writes nothing. */
const SAMPLE_USER = "1000:1000";

export const web: Preset = {
    name: "web",
    title: "Any web application",
    options,
    secrets: {},
    reserved: [
        "APP_URL",
        "AWS_REGION",
        "DATABASE_URL",
        "DB_CA",
        "DB_HOST",
        "DB_NAME",
        "DB_PASSWORD",
        "DB_PORT",
        "DB_USER",
        "PORT",
        "PUBLIC_URL",
        "S3_BUCKET",
    ],
    facts,
};

function facts(given: PresetOptions, entry: Entry): Facts & CardParts {
    const own = optionsOf(given);
    const names = variablesOf(own);
    // What docker/web has, and what any health check should be: an answer for the task, which does not ask the database.
    const health = entry.healthPath ?? "/health";
    return {
        port: own.port ?? 3000,
        health: {
            path: health,
            matcher: "200",
            intervalSeconds: 15,
            timeoutSeconds: 5,
            healthyThreshold: 2,
            unhealthyThreshold: 3,
        },
        healthWithoutDatabase: health,
        keepsDatabaseAwake: false,
        times: { startSeconds: 45, deregistrationSeconds: 30, stopSeconds: 30 },
        task: {
            dev: { cpu: 256, memory: 512 },
            staging: { cpu: 256, memory: 512 },
            prod: { cpu: 512, memory: 1024 },
        },
        initProcess: own.initProcess ?? true,
        // Of an image of somebody's own, only the stack file knows.
        user: own.user ?? (entry.ownImage ? undefined : SAMPLE_USER),
        readonlyRootFilesystem: own.readonlyRootFilesystem ?? !entry.ownImage,
        manyTasks: true,
        briefOverlap: true,
        database: {
            engines: ["aurora-postgresql", "aurora-mysql"],
            required: false,
            secrets: { [names.user]: "username", [names.password]: "password", [names.url]: "url" },
        },
        bucket: own.bucket ?? false,
        volumes: [],
        context: "web",
        buildArgs: {},
        migrate: own.migrate,
        // A visitor reaches what is below the app's own path alone.
        smoke: entry.path === "/" ? [{ path: health, status: 200, contains: undefined }] : [],
        limits,
        notes,
        environment,
        secrets: Object.fromEntries(
            (own.generatedSecrets ?? []).map((name) => [
                name,
                { description: name, when: "generate" as const },
            ]),
        ),
        reserved: [
            "APP_URL",
            "AWS_REGION",
            "PORT",
            "PUBLIC_URL",
            ...(own.bucket === true ? ["S3_BUCKET"] : []),
            ...(entry.database ? Object.values(names) : []),
        ],
    };
}

/** Of options that have problems, none: nothing comes of them but those problems. */
function optionsOf(given: PresetOptions): Options {
    const checked = options.safeParse(given);
    return checked.success ? checked.data : {};
}

function variablesOf({ databaseVariables: given }: Options): Variables {
    return {
        host: given?.host ?? variables.host,
        port: given?.port ?? variables.port,
        name: given?.name ?? variables.name,
        user: given?.user ?? variables.user,
        password: given?.password ?? variables.password,
        url: given?.url ?? variables.url,
        authorities: given?.authorities ?? variables.authorities,
    };
}

function environment(app: AppSettings, around: Surroundings): ReturnType<Facts["environment"]> {
    const own = optionsOf(app.options);
    return {
        APP_URL: around.url,
        AWS_REGION: around.region,
        HOST: "0.0.0.0",
        // Frameworks for Node show stack traces and skip caches without it; nothing else reads it.
        NODE_ENV: "production",
        PORT: String(app.preset.port),
        PUBLIC_URL: around.url,
        ...(around.bucket === undefined ? {} : { S3_BUCKET: around.bucket }),
        ...databaseEnvironment(app, around, variablesOf(own)),
        ...(own.runtime === "node" ? { NODE_OPTIONS: nodeOptions(app, own) } : {}),
    };
}

function databaseEnvironment(
    app: AppSettings,
    { database, region }: Surroundings,
    names: Variables,
): ReturnType<Facts["environment"]> {
    if (database === undefined) {
        return {};
    }
    return {
        // As text, since an image that is not ours has no place where a file of ours could be.
        [names.authorities]: databaseAuthorities(region),
        [names.host]: database.host,
        [names.name]: database.name,
        [names.port]: interpolate`${database.port}`,
        // What libpq and most drivers read: no connection without TLS. `verify-full` wants the authorities in a file.
        // https://www.postgresql.org/docs/current/libpq-envars.html
        ...(app.database?.cluster.engine === "aurora-postgresql" ? { PGSSLMODE: "require" } : {}),
    };
}

function nodeOptions({ task, database }: AppSettings, own: Options): string {
    return [
        KEEP_ALIVE_OPTION,
        ...(database === undefined ? [] : [trustOption(variablesOf(own).authorities)]),
        heapOption(task.memory),
        ...(own.nodeOptions === undefined ? [] : [own.nodeOptions]),
    ].join(" ");
}

function notes({ database, health }: AppSettings): readonly string[] {
    return database?.cluster.minCapacity === 0
        ? [
              `the database pauses while nobody is connected to it: ${health.path} must not ask it, and a pool has to close idle connections.`,
          ]
        : [];
}

function limits(app: AppSettings, partition: string, region: string): readonly PresetProblem[] {
    const own = optionsOf(app.options);
    const problems: PresetProblem[] =
        app.database === undefined ? [] : [...authorityLimits("web", partition, region)];
    if (own.databaseVariables !== undefined && app.database === undefined) {
        problems.push({
            path: "databaseVariables",
            value: own.databaseVariables,
            reason: "names variables of a database, and the app has none.",
            fix: "Write `database: {}` too, or remove it.",
        });
    }
    return [...problems, ...nodeProblems(app, own), ...sharedNames(own)];
}

function nodeProblems(app: AppSettings, own: Options): readonly PresetProblem[] {
    if (own.runtime === "node" && app.env.NODE_OPTIONS !== undefined) {
        const value = app.env.NODE_OPTIONS;
        const reason = "would replace what `runtime: node` sets.";
        return [
            { path: "env.NODE_OPTIONS", value, reason, fix: `Write \`nodeOptions: "${value}"\` instead.` },
        ];
    }
    if (own.runtime !== "node" && own.nodeOptions !== undefined) {
        const reason = "is read with `runtime: node` only.";
        return [
            {
                path: "nodeOptions",
                value: own.nodeOptions,
                reason,
                fix: "Write `runtime: node` too, or remove it.",
            },
        ];
    }
    return [];
}

/** What an app has whether or not it has a database. */
const ALWAYS: readonly string[] = [
    "APP_URL",
    "AWS_REGION",
    "HOST",
    "NODE_ENV",
    "NODE_OPTIONS",
    "PORT",
    "PUBLIC_URL",
];

/** Two values cannot have one name. */
function sharedNames(own: Options): readonly PresetProblem[] {
    const names = Object.entries(variablesOf(own));
    return names
        .filter(
            ([, name], at) => ALWAYS.includes(name) || names.findIndex(([, other]) => other === name) < at,
        )
        .map(([key, value]) => ({
            path: `databaseVariables.${key}`,
            value,
            reason: "is the name of another variable too.",
            fix: "Write different names.",
        }));
}
