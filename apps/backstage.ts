/** Backstage, in an image that its team builds from a repository of its own. */
import { interpolate } from "@pulumi/pulumi";
import { z } from "zod";
import type { AppSettings } from "../settings/settings";
import type { Facts, Preset, PresetOptions, PresetProblem, Surroundings } from "./app";
import { authorityLimits, databaseAuthorities } from "./authorities";
import { heapOption, KEEP_ALIVE_MILLISECONDS } from "./node";

const options = z.object({
    divisionMode: z
        .enum(["schema", "database"])
        .describe(
            "How plugins keep apart: `schema`, in schemas of one database; `database`, in databases of their own, which " +
                "Backstage makes by itself. Choose once: after a change, every plugin starts empty. Default: `schema`.",
        )
        .optional(),
    signIn: z
        .array(z.enum(["github", "oidc"]))
        .describe("Providers that people sign in with, whose client id and secret are then required.")
        .optional(),
    techdocs: z
        .enum(["external", "local"])
        .describe(
            "Keep TechDocs in a bucket. `external`: a build publishes the pages there; `local`: Backstage makes them, with " +
                "`mkdocs` in its image. Default: neither, and no bucket.",
        )
        .optional(),
});

type Provider = "github" | "oidc";

/** What the settings were checked to be; of a stack file with problems, only the good part. */
interface Options {
    readonly divisionMode: "schema" | "database";
    readonly signIn: readonly Provider[];
    readonly techdocs: "external" | "local" | undefined;
}

function read(given: PresetOptions): Options {
    const { divisionMode = "schema", signIn = [], techdocs } = options.parse(given);
    return { divisionMode, signIn, techdocs };
}

/** Connections of one plugin of one task; there are some fifteen plugins, and the default of 10 would add up. */
const CONNECTIONS_PER_PLUGIN = 4;

const FACTS: Facts = {
    port: 7007,
    health: {
        // 503 before the start-up is through and while it stops. New backend system, release 1.29 and later.
        // https://backstage.io/docs/backend-system/core-services/root-health
        path: "/.backstage/health/v1/readiness",
        matcher: "200",
        intervalSeconds: 15,
        timeoutSeconds: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
    },
    healthWithoutDatabase: undefined,
    keepsDatabaseAwake: true,
    // 20-60 s as a rule; the first start makes every plugin's tables.
    times: { startSeconds: 180, deregistrationSeconds: 30, stopSeconds: 60 },
    task: {
        dev: { cpu: 512, memory: 2048 },
        staging: { cpu: 512, memory: 2048 },
        prod: { cpu: 1024, memory: 2048 },
    },
    initProcess: true,
    // What `node` is in the images of Node.js, and so in those of Backstage's template and documentation.
    user: "1000:1000",
    readonlyRootFilesystem: false,
    // Several instances share a database: https://backstage.io/docs/deployment/scaling
    manyTasks: true,
    briefOverlap: true,
    database: {
        engines: ["aurora-postgresql"],
        required: true,
        secrets: {
            APP_CONFIG_backend_database_connection_user: "username",
            APP_CONFIG_backend_database_connection_password: "password",
        },
    },
    bucket: false,
    volumes: [],
    context: undefined,
    buildArgs: {},
    // Each plugin migrates when it starts, in a transaction that makes a second task wait.
    migrate: undefined,
    smoke: [{ path: "/.backstage/health/v1/readiness", status: 200, contains: '"ok"' }],
    limits,
    notes,
    environment,
};

const SECRETS: Preset["secrets"] = {
    APP_CONFIG_auth_session_secret: {
        description: "Signs the sessions of people who sign in",
        when: "generate",
    },
    AUTH_GITHUB_CLIENT_ID: { description: "Client id of the GitHub OAuth app", when: "optional" },
    AUTH_GITHUB_CLIENT_SECRET: { description: "Client secret of the GitHub OAuth app", when: "optional" },
    AUTH_OIDC_CLIENT_ID: { description: "Client id at the OpenID Connect provider", when: "optional" },
    AUTH_OIDC_CLIENT_SECRET: {
        description: "Client secret at the OpenID Connect provider",
        when: "optional",
    },
    GITHUB_TOKEN: { description: "Token with which Backstage reads repositories", when: "optional" },
};

export const backstage: Preset = {
    name: "backstage",
    title: "Backstage",
    options,
    secrets: SECRETS,
    reserved: [
        "APP_CONFIG_app_baseUrl",
        "APP_CONFIG_backend_baseUrl",
        "APP_CONFIG_backend_database_client",
        "APP_CONFIG_backend_database_connection_database",
        "APP_CONFIG_backend_database_connection_host",
        "APP_CONFIG_backend_database_connection_password",
        "APP_CONFIG_backend_database_connection_port",
        "APP_CONFIG_backend_database_connection_ssl_ca",
        "APP_CONFIG_backend_database_connection_user",
        "APP_CONFIG_backend_database_ensureExists",
        "APP_CONFIG_backend_database_ensureSchemaExists",
        "APP_CONFIG_backend_database_pluginDivisionMode",
        "APP_CONFIG_backend_database_prefix",
        "APP_CONFIG_techdocs_builder",
        "APP_CONFIG_techdocs_publisher_awsS3_bucketName",
        "APP_CONFIG_techdocs_publisher_awsS3_region",
        "APP_CONFIG_techdocs_publisher_type",
        "NODE_ENV",
    ],
    facts,
};

function facts(given: PresetOptions): ReturnType<Preset["facts"]> {
    const { divisionMode, signIn, techdocs } = read(given);
    const { database } = FACTS;
    const required = signIn.flatMap((provider) => [clientId(provider), clientSecret(provider)]);
    const secrets = Object.entries(SECRETS).map(([name, secret]): [string, (typeof SECRETS)[string]] => [
        name,
        required.includes(name) ? { ...secret, when: "require" } : secret,
    ]);
    return {
        ...FACTS,
        bucket: techdocs !== undefined,
        database: database && { ...database, createsDatabases: divisionMode === "database" },
        secrets: Object.fromEntries(secrets),
    };
}

function clientId(provider: Provider): string {
    return `AUTH_${provider.toUpperCase()}_CLIENT_ID`;
}

function clientSecret(provider: Provider): string {
    return `AUTH_${provider.toUpperCase()}_CLIENT_SECRET`;
}

function environment(app: AppSettings, around: Surroundings): ReturnType<Facts["environment"]> {
    const https = app.route.url?.startsWith("https:") === true;
    return {
        APP_CONFIG_app_baseUrl: around.url,
        APP_CONFIG_auth_environment: "production",
        APP_CONFIG_backend_baseUrl: around.url,
        APP_CONFIG_backend_cors_origin: around.url,
        // Otherwise browsers would ask for every script over HTTPS, and show an empty page.
        ...(https ? {} : { APP_CONFIG_backend_csp: '{"upgrade-insecure-requests":false}' }),
        APP_CONFIG_backend_server_keepAliveTimeout: String(KEEP_ALIVE_MILLISECONDS),
        // The load balancer is the one proxy in front, so the last address of X-Forwarded-For is the visitor's.
        APP_CONFIG_backend_trustProxy: "1",
        NODE_ENV: "production",
        // Older scaffolders refuse to start without the second; newer ones do not mind.
        // https://backstage.io/docs/features/software-templates/
        NODE_OPTIONS: `${heapOption(app.task.memory)} --no-node-snapshot`,
        ...databaseOf(app, around),
        ...techdocsOf(app, around),
    };
}

function databaseOf(app: AppSettings, { database, region }: Surroundings): ReturnType<Facts["environment"]> {
    if (database === undefined) {
        throw new Error("Backstage is registered without its database: index.ts must pass it.");
    }
    const { divisionMode } = read(app.options);
    return {
        APP_CONFIG_backend_database_client: "pg",
        APP_CONFIG_backend_database_connection_host: database.host,
        APP_CONFIG_backend_database_connection_port: interpolate`${database.port}`,
        // With the authorities, the client verifies the certificate and the host name.
        APP_CONFIG_backend_database_connection_ssl_ca: databaseAuthorities(region),
        APP_CONFIG_backend_database_knexConfig_pool_max: String(CONNECTIONS_PER_PLUGIN),
        APP_CONFIG_backend_database_knexConfig_pool_min: "0",
        APP_CONFIG_backend_database_pluginDivisionMode: divisionMode,
        ...(divisionMode === "schema"
            ? {
                  APP_CONFIG_backend_database_connection_database: database.name,
                  // The database is there, and its user may make no other.
                  APP_CONFIG_backend_database_ensureExists: "false",
                  APP_CONFIG_backend_database_ensureSchemaExists: "true",
              }
            : { APP_CONFIG_backend_database_prefix: `${database.name}_plugin_` }),
    };
}

function techdocsOf(app: AppSettings, { bucket, region }: Surroundings): ReturnType<Facts["environment"]> {
    const { techdocs } = read(app.options);
    return techdocs === undefined || bucket === undefined
        ? {}
        : {
              APP_CONFIG_techdocs_builder: techdocs,
              // There is no Docker in a task.
              ...(techdocs === "local" ? { APP_CONFIG_techdocs_generator_runIn: "local" } : {}),
              APP_CONFIG_techdocs_publisher_awsS3_bucketName: bucket,
              APP_CONFIG_techdocs_publisher_awsS3_region: region,
              APP_CONFIG_techdocs_publisher_type: "awsS3",
          };
}

const GUESTS = "APP_CONFIG_auth_providers_guest_dangerouslyAllowOutsideDevelopment";

function notes(app: AppSettings): readonly string[] {
    if (app.env[GUESTS] === "true") {
        return [`\`${GUESTS}\`: everybody who can open it is signed in.`];
    }
    const { signIn } = read(app.options);
    const own = Object.keys(app.env).some((name) => name.startsWith("APP_CONFIG_auth_providers"));
    return signIn.length > 0 || own
        ? []
        : [
              "no `signIn`, and Backstage refuses guests in production: unless the image brings a provider, nobody gets in.",
          ];
}

function limits(app: AppSettings, partition: string, region: string): readonly PresetProblem[] {
    return [...routeLimits(app), ...authorityLimits("backstage", partition, region), ...configLimits(app)];
}

function routeLimits({ route }: AppSettings): readonly PresetProblem[] {
    return route.path === "/"
        ? []
        : [
              {
                  path: "path",
                  value: route.path,
                  reason: "hides the backend, which answers below `/api` whatever the address of the pages is.",
                  fix: "Remove it, and give Backstage a `host` of its own.",
              },
          ];
}

const PREFIX = "APP_CONFIG_";

/** https://github.com/backstage/backstage/blob/master/packages/config-loader/src/sources/EnvConfigSource.ts */
const KEY = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*(?:_[a-z][a-z0-9]*(?:-[a-z0-9]+)*)*$/i;

/** Mistakes in variables that make Backstage end at its start, or that it ignores. */
function configLimits(app: AppSettings): readonly PresetProblem[] {
    const own = Object.keys(environment(app, ANYWHERE));
    const secrets = app.secrets.map(({ name }) => name);
    const all = [...new Set([...own, ...Object.keys(app.env), ...secrets])].filter((name) =>
        name.startsWith(PREFIX),
    );
    return Object.entries(app.env).flatMap(([name, value]): readonly PresetProblem[] => {
        const path = `env.${name}`;
        if (!name.startsWith(PREFIX)) {
            return [];
        }
        if (!KEY.test(name.slice(PREFIX.length))) {
            const fix =
                "Write the keys of app-config.yaml with `_` between them, like `APP_CONFIG_organization_name`.";
            return [
                { path, value, reason: "is not a key that Backstage can read, and it would not start.", fix },
            ];
        }
        if (value === "") {
            const fix = "Remove it, or write what the key should be.";
            return [{ path, value, reason: "is empty, and Backstage ignores empty variables.", fix }];
        }
        const other = all.find((one) => one.startsWith(`${name}_`));
        const reason = `sets a group of keys of which \`${other ?? ""}\` sets one, and with both Backstage would not start.`;
        const fix = "Write each key of the group as a variable of its own.";
        return other === undefined ? [] : [{ path, value, reason, fix }];
    });
}

/** Which variables there are does not depend on where an app runs. */
const ANYWHERE: Surroundings = {
    region: "eu-west-1",
    url: "",
    proxyCidrs: [],
    database: { host: "", port: 0, name: "" },
    bucket: "",
    internet: true,
};
