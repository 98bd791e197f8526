import assert from "node:assert/strict";
import { databaseAuthorities } from "../../apps/authorities";
import { catalogue } from "../../apps/catalogue";
import { itExplains } from "../support/mistakes";
import { containerIn, graphOf, secretsIn, stackFile, variablesIn } from "../support/planned";
import { jsonIn, named, ofType } from "../support/graph";
import { problemsOf, settingsOf } from "../support/settings";

const IMAGE = "image: { build: { context: ../portal } }";
const PORTAL = `preset: backstage\n${IMAGE}`;
const SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:github-AbCdEf";

function notesOf(lines: string): string {
    return settingsOf(stackFile("portal", lines)).notes.join("\n");
}

/** What the function is asked that makes the app's user. */
async function userRequest(lines: string): Promise<Readonly<Record<string, unknown>>> {
    const graph = await graphOf("portal", lines);
    return jsonIn(named(graph, "portal-database-user-1-1").inputs.input) as Readonly<Record<string, unknown>>;
}

describe("preset backstage", () => {
    it("is in the catalogue", () => {
        assert.equal(catalogue.get("backstage")?.title, "Backstage");
    });

    it("has exactly these variables", async () => {
        const graph = await graphOf("portal", PORTAL);
        const cluster = named(graph, "portal-database-1").urn;
        assert.deepEqual(variablesIn(graph, "portal"), {
            APP_CONFIG_app_baseUrl: "https://portal.example.com",
            APP_CONFIG_auth_environment: "production",
            APP_CONFIG_backend_baseUrl: "https://portal.example.com",
            APP_CONFIG_backend_cors_origin: "https://portal.example.com",
            APP_CONFIG_backend_database_client: "pg",
            APP_CONFIG_backend_database_connection_database: "portal",
            APP_CONFIG_backend_database_connection_host: `\${${cluster}.endpoint}`,
            APP_CONFIG_backend_database_connection_port: "5432",
            APP_CONFIG_backend_database_connection_ssl_ca: databaseAuthorities("eu-west-1"),
            APP_CONFIG_backend_database_ensureExists: "false",
            APP_CONFIG_backend_database_ensureSchemaExists: "true",
            APP_CONFIG_backend_database_knexConfig_pool_max: "4",
            APP_CONFIG_backend_database_knexConfig_pool_min: "0",
            APP_CONFIG_backend_database_pluginDivisionMode: "schema",
            APP_CONFIG_backend_server_keepAliveTimeout: "4005000",
            APP_CONFIG_backend_trustProxy: "1",
            NODE_ENV: "production",
            NODE_OPTIONS: "--max-old-space-size=1536 --no-node-snapshot",
        });
    });

    it("signs in as a user of its own, and signs sessions with a secret that is generated and kept", async () => {
        const graph = await graphOf("portal", PORTAL, "prod");
        const user = named(graph, "portal-database-user-1-1-secret").urn;
        const session = named(graph, "portal-secrets-APP_CONFIG_auth_session_secret").urn;
        const version = named(graph, "portal-secrets-APP_CONFIG_auth_session_secret-version").urn;
        assert.deepEqual(secretsIn(graph, "portal"), {
            APP_CONFIG_auth_session_secret: `\${${session}.arn}:::\${${version}.versionId}`,
            APP_CONFIG_backend_database_connection_password: `\${${user}.arn}:password::`,
            APP_CONFIG_backend_database_connection_user: `\${${user}.arn}:username::`,
        });
        const value = named(graph, "portal-secrets-APP_CONFIG_auth_session_secret-value");
        assert.equal(value.options.protect, true);
    });

    it("keeps the task definition below the 64 KB that ECS takes", async () => {
        const graph = await graphOf("portal", PORTAL);
        const { containerDefinitions } = named(graph, "portal-definition").inputs;
        assert.ok(JSON.stringify(containerDefinitions).length < 32 * 1024);
    });

    describe("with a database for each plugin", () => {
        const lines = `${PORTAL}\ndivisionMode: database`;

        it("tells Backstage to make them, under the app's name", async () => {
            const all = variablesIn(await graphOf("portal", lines), "portal");
            const own = Object.entries(all).filter(([name]) =>
                /_database_(connection_database|ensure|plugin|prefix)/.test(name),
            );
            assert.deepEqual(Object.fromEntries(own), {
                APP_CONFIG_backend_database_pluginDivisionMode: "database",
                APP_CONFIG_backend_database_prefix: "portal_plugin_",
            });
        });

        it("lets its user make databases, which it may not otherwise", async () => {
            assert.equal((await userRequest(lines)).createDatabaseRole, true);
            assert.equal("createDatabaseRole" in (await userRequest(PORTAL)), false);
        });
    });

    describe("with TechDocs", () => {
        it("has a bucket, and pages that a build publishes", async () => {
            const graph = await graphOf("portal", `${PORTAL}\ntechdocs: external`);
            const all = variablesIn(graph, "portal");
            const own = Object.entries(all).filter(([name]) => name.startsWith("APP_CONFIG_techdocs"));
            const [bucket] = ofType(graph, "aws:s3/bucket:Bucket").filter(({ name }) =>
                name.startsWith("portal"),
            );
            assert.deepEqual(Object.fromEntries(own), {
                APP_CONFIG_techdocs_builder: "external",
                APP_CONFIG_techdocs_publisher_awsS3_bucketName: `\${${bucket?.urn ?? ""}.bucket}`,
                APP_CONFIG_techdocs_publisher_awsS3_region: "eu-west-1",
                APP_CONFIG_techdocs_publisher_type: "awsS3",
            });
        });

        it("makes them without Docker where Backstage does", async () => {
            const all = variablesIn(await graphOf("portal", `${PORTAL}\ntechdocs: local`), "portal");
            assert.equal(all.APP_CONFIG_techdocs_builder, "local");
            assert.equal(all.APP_CONFIG_techdocs_generator_runIn, "local");
        });

        it("has no bucket without", async () => {
            const buckets = ofType(await graphOf("portal", PORTAL), "aws:s3/bucket:Bucket");
            assert.deepEqual(
                buckets.filter(({ name }) => name.startsWith("portal")),
                [],
            );
        });
    });

    describe("with a provider to sign in with", () => {
        it("requires its client id and secret, pending in a plan and a problem in `up`", () => {
            const text = stackFile("portal", `${PORTAL}\nsignIn: [github, oidc]`);
            const names = [
                "AUTH_GITHUB_CLIENT_ID",
                "AUTH_GITHUB_CLIENT_SECRET",
                "AUTH_OIDC_CLIENT_ID",
                "AUTH_OIDC_CLIENT_SECRET",
            ];
            assert.deepEqual(
                settingsOf(text).pending.map(({ command }) => command),
                names.map((name) => `pulumi config set --secret selfhost:portal.${name} <value>`),
            );
            assert.deepEqual(
                problemsOf(text, { mode: "deploy" }).map(({ path }) => path),
                names.map((name) => `selfhost:portal.${name}`),
            );
            assert.deepEqual(settingsOf(stackFile("portal", PORTAL)).pending, []);
        });

        it("takes both from one secret's keys", async () => {
            const reference = (key: string) => `{ secretsManager: "${SECRET}", key: ${key} }`;
            const secrets = `secrets: { AUTH_GITHUB_CLIENT_ID: ${reference("id")}, AUTH_GITHUB_CLIENT_SECRET: ${reference("secret")} }`;
            const graph = await graphOf("portal", `${PORTAL}\nsignIn: [github]\n${secrets}`);
            const from = secretsIn(graph, "portal");
            assert.equal(from.AUTH_GITHUB_CLIENT_ID, `${SECRET}:id::`);
            assert.equal(from.AUTH_GITHUB_CLIENT_SECRET, `${SECRET}:secret::`);
        });

        it("says that nobody gets in without, and that everybody does where guests are let in", () => {
            const guests = "APP_CONFIG_auth_providers_guest_dangerouslyAllowOutsideDevelopment";
            assert.match(notesOf(PORTAL), /refuses guests in production/);
            assert.doesNotMatch(notesOf(`${PORTAL}\nsignIn: [oidc]`), /guests/);
            assert.match(
                notesOf(`${PORTAL}\nenv: { ${guests}: "true" }`),
                /everybody who can open it is signed in/,
            );
        });
    });

    it("reads a GitHub App's credentials from a file", async () => {
        const lines = `${PORTAL}\nsecrets: { GITHUB_APP: { secretsManager: "${SECRET}" } }\nfiles: { GITHUB_APP: github-app.yaml }`;
        const graph = await graphOf("portal", lines);
        assert.equal(secretsIn(graph, "portal").GITHUB_APP, undefined);
        const { command } = containerIn(graph, "portal", "secret-files");
        assert.match(JSON.stringify(command), /\$GITHUB_APP.*\/secrets\/github-app\.yaml/);
    });

    it("lets browsers stay on HTTP where there is no HTTPS", async () => {
        const graph = await graphOf("portal", PORTAL, "dev", "# no domain");
        assert.equal(
            variablesIn(graph, "portal").APP_CONFIG_backend_csp,
            '{"upgrade-insecure-requests":false}',
        );
    });

    it("is no root", async () => {
        assert.equal(containerIn(await graphOf("portal", PORTAL), "portal").user, "1000:1000");
    });

    it("runs several tasks in prod, which share the database", async () => {
        const { inputs } = named(await graphOf("portal", PORTAL, "prod"), "portal-service");
        assert.equal(inputs.desiredCount, 2);
        assert.equal(inputs.deploymentMinimumHealthyPercent, 100);
    });

    it("is asked whether it is ready, at the path of the new backend system", async () => {
        const { healthCheck } = named(await graphOf("portal", PORTAL), "portal-a").inputs;
        assert.equal((healthCheck as Record<string, unknown>).path, "/.backstage/health/v1/readiness");
    });
});

const app = (lines: string) =>
    `selfhost:apps: { portal: { preset: backstage, image: { build: { context: ../portal } }, ${lines} } }`;
const at = (path: string) => `selfhost:apps.portal.${path}`;

describe("preset backstage refuses", () => {
    itExplains([
        {
            name: "to have no image",
            config: "selfhost:apps: { portal: { preset: backstage } }",
            path: at("image.build.context"),
            says: /has no image of its own/,
            fix: /context: <folder>/,
        },
        {
            name: "MySQL",
            config: app("database: { engine: aurora-mysql }"),
            path: at("database.engine"),
            says: /not a database that Backstage runs on/,
            fix: /aurora-postgresql/,
        },
        {
            name: "a division that there is not",
            config: app("divisionMode: table"),
            path: at("divisionMode"),
            says: /not one of the values/,
            fix: /schema/,
        },
        {
            name: "a place below a path",
            config: app("path: /portal"),
            path: at("path"),
            says: /answers below `\/api`/,
            fix: /host/,
        },
        {
            name: "a group of keys of which the program sets one",
            config: app('env: { APP_CONFIG_backend_database_knexConfig: \'{"pool":{"max":9}}\' }'),
            path: at("env.APP_CONFIG_backend_database_knexConfig"),
            says: /would not start/,
            fix: /each key of the group/,
        },
        {
            name: "a group of keys of which the stack file sets one",
            config: app("env: { APP_CONFIG_catalog: '{}', APP_CONFIG_catalog_readonly: 'true' }"),
            path: at("env.APP_CONFIG_catalog"),
            says: /`APP_CONFIG_catalog_readonly` sets one/,
            fix: /each key of the group/,
        },
        {
            name: "keys that Backstage cannot read",
            config: app("env: { APP_CONFIG_organization__name: Example }"),
            path: at("env.APP_CONFIG_organization__name"),
            says: /not a key that Backstage can read/,
            fix: /APP_CONFIG_organization_name/,
        },
        {
            name: "empty keys",
            config: app("env: { APP_CONFIG_organization_name: '' }"),
            path: at("env.APP_CONFIG_organization_name"),
            says: /ignores empty variables/,
            fix: /Remove it/,
        },
        {
            name: "variables that the program sets",
            config: app("env: { APP_CONFIG_backend_database_pluginDivisionMode: database }"),
            path: at("env.APP_CONFIG_backend_database_pluginDivisionMode"),
            says: /set by this program/,
            fix: /Remove it/,
        },
        {
            name: "a client secret in plain text",
            config: app("env: { AUTH_GITHUB_CLIENT_SECRET: x }"),
            path: at("env.AUTH_GITHUB_CLIENT_SECRET"),
            says: /looks like a secret/,
            fix: /config set --secret/,
        },
        {
            name: "regions whose authorities it cannot verify",
            config: `aws:region: us-gov-west-1\n${app("")}`,
            path: at("preset"),
            says: /commercial regions only/,
            fix: /commercial region/,
        },
        {
            name: "an overlap that it always has",
            config: app("deploy: { overlap: brief }"),
            path: at("deploy.overlap"),
            says: /always may run several/,
            fix: /Remove it/,
        },
    ]);
});
