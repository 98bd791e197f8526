/** BookStack, in the image of LinuxServer with a thin layer of ours (docker/bookstack). */
import { interpolate, output } from "@pulumi/pulumi";
import { z } from "zod";
import type { AppSettings } from "../settings/settings";
import { text } from "../settings/values";
import type { Facts, Preset, PresetProblem, Surroundings } from "./app";

const options = z.object({
    admin: z
        .strictObject(
            {
                email: z
                    .email({
                        error: "is not an e-mail address.\nWrite the address that the first administrator signs in with.",
                    })
                    .describe("E-mail address of the first administrator."),
                name: text.describe("Name of the first administrator. Default: `Admin`.").optional(),
                externalId: text
                    .describe(
                        "The administrator's id at the sign-in provider, where `AUTH_METHOD` is not `standard`.",
                    )
                    .optional(),
            },
            {
                error: "is missing: without it, BookStack starts with the password that everybody knows.\nWrite `admin: { email: you@example.com }`.",
            },
        )
        .describe(
            "The first administrator, in place of `admin@admin.com`. The password is generated and kept in Secrets Manager.",
        ),
});

/** Where docker/bookstack puts Amazon's certificate authorities. */
const DATABASE_CA = "/usr/local/share/selfhost/rds-ca.pem";

/** Concurrent PHP requests that 2 GB carry; the image's own default is 5. */
const PHP_CHILDREN_PER_2_GB = 15;

/** Path of a file that nginx serves by itself: it says nothing about PHP or the database. */
const STATIC_FILE = "/icon.png";

const FACTS: Facts = {
    port: 80,
    health: {
        // 500 when the database, the cache or the sessions fail; `/` redirects to the login.
        // https://github.com/BookStackApp/BookStack/blob/development/app/Settings/StatusController.php
        path: "/status",
        matcher: "200",
        intervalSeconds: 30,
        timeoutSeconds: 10,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
    },
    healthWithoutDatabase: STATIC_FILE,
    // PHP connects when a request comes, and the queue's worker does not run where the database may pause.
    keepsDatabaseAwake: false,
    // 20-40 s as a rule; the first start runs some 150 migrations, and waits up to 30 s for the database.
    times: { startSeconds: 180, deregistrationSeconds: 30, stopSeconds: 30 },
    task: {
        dev: { cpu: 512, memory: 1024 },
        staging: { cpu: 512, memory: 1024 },
        prod: { cpu: 1024, memory: 2048 },
    },
    // s6-overlay insists on being PID 1: https://github.com/just-containers/s6-overlay/issues/535
    initProcess: false,
    // The image starts as root, changes the owner of its folders, and then drops to user 911.
    user: undefined,
    readonlyRootFilesystem: false,
    manyTasks: true,
    briefOverlap: true,
    database: {
        engines: ["aurora-mysql"],
        required: true,
        secrets: { DB_USERNAME: "username", DB_PASSWORD: "password" },
    },
    bucket: true,
    // Pictures: browsers would read them from S3 directly, which a private bucket refuses. The image's own user is 911.
    volumes: [
        { name: "images", containerPath: "/config/www/images", uid: 911, gid: 911 },
        { name: "uploads", containerPath: "/config/www/uploads", uid: 911, gid: 911 },
    ],
    context: "bookstack",
    buildArgs: {},
    // After the image's own start-up has prepared its folders; the container ends with the command's status.
    migrate: ["/command/with-contenv", "php", "/app/www/artisan", "migrate", "--force"],
    // What it says of its parts: {"database":true,"cache":true,"session":true}
    smoke: [{ path: "/status", status: 200, contains: '"database":true' }],
    limits,
    environment,
};

export const bookstack: Preset = {
    name: "bookstack",
    title: "BookStack",
    options,
    secrets: {
        APP_KEY: {
            description: "Encrypts sessions and second factors; keep it as long as the data",
            when: "require",
            form: {
                pattern: /^base64:[A-Za-z0-9+/]{43}=$/,
                says: "`base64:` and 32 bytes in base64",
                command: '"$(npm run -s app-key)"',
            },
        },
        BOOKSTACK_ADMIN_PASSWORD: { description: "Password of the first administrator", when: "generate" },
        MAIL_USERNAME: { description: "User name at the mail server", when: "optional" },
        MAIL_PASSWORD: { description: "Password at the mail server", when: "optional" },
        OIDC_CLIENT_SECRET: { description: "Client secret at the OpenID Connect provider", when: "optional" },
        SAML2_SP_x509_KEY: { description: "Private key of the SAML service provider", when: "optional" },
        LDAP_PASS: { description: "Password for the LDAP directory", when: "optional" },
    },
    reserved: [
        "APP_URL",
        "APP_PROXIES",
        "BOOKSTACK_ADMIN_EMAIL",
        "BOOKSTACK_ADMIN_EXTERNAL_ID",
        "BOOKSTACK_ADMIN_NAME",
        "DB_CONNECTION",
        "DB_DATABASE",
        "DB_HOST",
        "DB_PORT",
        "DB_USERNAME",
        "DB_PASSWORD",
        // Downloads and runs code at every start.
        "DOCKER_MODS",
        "MYSQL_ATTR_SSL_CA",
        // A failed start must end the task instead of serving with the default administrator.
        "S6_BEHAVIOUR_IF_STAGE2_FAILS",
        "S6_STAGE2_HOOK",
        "SELFHOST_ROOT",
        "STORAGE_ATTACHMENT_TYPE",
        "STORAGE_S3_BUCKET",
        "STORAGE_S3_ENDPOINT",
        "STORAGE_S3_KEY",
        "STORAGE_S3_REGION",
        "STORAGE_S3_SECRET",
        "STORAGE_TYPE",
    ],
    facts: () => FACTS,
};

function environment(app: AppSettings, around: Surroundings): ReturnType<Facts["environment"]> {
    const { database, bucket } = around;
    if (database === undefined || bucket === undefined) {
        throw new Error("BookStack is registered without its database or bucket: index.ts must pass both.");
    }
    const admin = options.parse(app.options).admin;
    return {
        APP_URL: around.url,
        // Without it, audit log and login throttling see the load balancer instead of the visitor.
        APP_PROXIES: output([...around.proxyCidrs]).apply((cidrs) => cidrs.join(",")),
        BOOKSTACK_ADMIN_EMAIL: admin.email,
        BOOKSTACK_ADMIN_NAME: admin.name ?? "Admin",
        ...(admin.externalId === undefined ? {} : { BOOKSTACK_ADMIN_EXTERNAL_ID: admin.externalId }),
        DB_DATABASE: database.name,
        DB_HOST: database.host,
        DB_PORT: interpolate`${database.port}`,
        // The one switch that makes PHP's MySQL client use and verify TLS.
        MYSQL_ATTR_SSL_CA: DATABASE_CA,
        // Several tasks share what one would keep in files.
        SESSION_DRIVER: "database",
        CACHE_DRIVER: "database",
        // A queue makes the image poll the database every three seconds, so one that may pause does without.
        ...(app.database?.cluster.minCapacity === 0 ? {} : { QUEUE_CONNECTION: "database" }),
        SELFHOST_PHP_CHILDREN: String(
            Math.max(5, Math.floor((app.task.memory / 2048) * PHP_CHILDREN_PER_2_GB)),
        ),
        STORAGE_TYPE: "s3",
        STORAGE_ATTACHMENT_TYPE: "s3",
        STORAGE_IMAGE_TYPE: "local_secure",
        STORAGE_S3_BUCKET: bucket,
        STORAGE_S3_REGION: around.region,
        // The word `null` makes the AWS SDK use the task role; unset, BookStack sends the literal keys "your-key" and "your-secret".
        // https://github.com/BookStackApp/BookStack/pull/6121
        STORAGE_S3_KEY: "null",
        STORAGE_S3_SECRET: "null",
        // Gravatar would be asked from the server, and hang.
        ...(around.internet ? {} : { DISABLE_EXTERNAL_SERVICES: "true" }),
    };
}

const SHARED_DRIVERS: Readonly<Record<string, readonly string[]>> = {
    SESSION_DRIVER: ["cookie", "database", "memcached", "redis"],
    CACHE_DRIVER: ["database", "memcached", "redis"],
};

function limits(app: AppSettings, partition: string): readonly PresetProblem[] {
    const problems: PresetProblem[] = [];
    if (partition !== "aws") {
        problems.push({
            path: "preset",
            value: "bookstack",
            reason: "verifies the database's certificate with authorities of AWS's commercial regions only.",
            fix: "Use a commercial region, or an image of your own with the region's authorities.",
        });
    }
    for (const [name, shared] of Object.entries(SHARED_DRIVERS)) {
        const value = app.env[name];
        if (value !== undefined && !shared.includes(value) && app.scale.max > 1) {
            const [what, so] =
                name === "SESSION_DRIVER"
                    ? ["sessions", "visitors would be signed out at random"]
                    : ["the cache", "they would not know of one another's changes"];
            const reason = `keeps ${what} inside each task, and up to ${app.scale.max} tasks run: ${so}.`;
            problems.push({
                path: `env.${name}`,
                value,
                reason,
                fix: "Write `database`, or `scale: { min: 1, max: 1 }`.",
            });
        }
    }
    const imageType = app.env.STORAGE_IMAGE_TYPE;
    if (imageType !== undefined && !imageType.startsWith("local_secure")) {
        problems.push({
            path: "env.STORAGE_IMAGE_TYPE",
            value: imageType,
            reason:
                imageType === "s3"
                    ? "makes browsers read pictures from the bucket, which is private."
                    : "lets everybody read pictures who knows their address.",
            fix: "Write `local_secure` or `local_secure_restricted`.",
        });
    }
    for (const [name, value] of Object.entries(app.env)) {
        if (value === "") {
            // https://github.com/just-containers/s6-overlay/issues/627
            problems.push({
                path: `env.${name}`,
                value,
                reason: "is empty, and the image drops empty variables.",
                fix: "Write `(empty)` for an empty text, or `null`.",
            });
        }
    }
    if (app.env.APP_DEBUG === "true") {
        problems.push({
            path: "env.APP_DEBUG",
            value: "true",
            reason: "shows secrets to every visitor who meets an error.",
            fix: "Remove it.",
        });
    }
    return problems;
}
