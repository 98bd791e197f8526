import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "../../apps/catalogue";
import { KEEP_ALIVE_OPTION } from "../../apps/node";
import { itExplains } from "../support/mistakes";
import { containerIn, graphOf, secretsIn, stackFile, variablesIn } from "../support/planned";
import { jsonIn, named, ofType, only } from "../support/graph";
import { problemsOf, settingsOf } from "../support/settings";

const SQLITE = "preset: ghost\nsqlite: true";
const MAIL = "env: { mail__transport: SMTP, mail__options__host: mail.example.com }";

const DATABASE_VARIABLES = [
    "database__connection__database",
    "database__connection__host",
    "database__connection__password",
    "database__connection__port",
    "database__connection__ssl",
    "database__connection__user",
];

function notesOf(lines: string): string {
    return settingsOf(stackFile("blog", lines)).notes.join("\n");
}

describe("preset ghost", () => {
    it("is in the catalogue", () => {
        assert.equal(catalogue.get("ghost")?.title, "Ghost");
    });

    describe("with Aurora MySQL", () => {
        it("has exactly these variables", async () => {
            const graph = await graphOf("blog", `preset: ghost\n${MAIL}`);
            const cluster = named(graph, "blog-database-1").urn;
            assert.deepEqual(variablesIn(graph, "blog"), {
                NODE_ENV: "production",
                NODE_OPTIONS: `--max-old-space-size=768 ${KEEP_ALIVE_OPTION}`,
                database__client: "mysql",
                database__connection__database: "blog",
                database__connection__host: `\${${cluster}.endpoint}`,
                database__connection__port: "3306",
                database__connection__ssl: "Amazon RDS",
                logging__transports: '["stdout"]',
                mail__options__host: "mail.example.com",
                mail__transport: "SMTP",
                server__shutdownTimeout: "85000",
                url: "https://blog.example.com",
            });
        });

        it("signs in as a user of its own", async () => {
            const graph = await graphOf("blog", `preset: ghost\n${MAIL}`);
            const secret = named(graph, "blog-database-user-1-1-secret").urn;
            assert.deepEqual(secretsIn(graph, "blog"), {
                database__connection__password: `\${${secret}.arn}:password::`,
                database__connection__user: `\${${secret}.arn}:username::`,
            });
        });

        it("brings the authorities of regions that Ghost's MySQL client does not know, and verifies", async () => {
            const graph = await graphOf("blog", "preset: ghost", "dev", "aws:region: mx-central-1");
            const ssl = jsonIn(variablesIn(graph, "blog").database__connection__ssl) as Record<
                string,
                unknown
            >;
            assert.equal(ssl.rejectUnauthorized, true);
            assert.match(String(ssl.ca), /^-----BEGIN CERTIFICATE-----\n/);
        });
    });

    describe("with SQLite", () => {
        it("has its database on the content volume, and no Aurora", async () => {
            const graph = await graphOf("blog", SQLITE);
            const { environment, secrets } = containerIn(graph, "blog");
            const ofDatabase = environment.filter(({ name }) => /^(database__|SELFHOST_)/.test(name));
            assert.deepEqual(ofDatabase, [
                { name: "SELFHOST_ONE_WRITER", value: "true" },
                { name: "database__client", value: "sqlite3" },
                { name: "database__connection__filename", value: "/var/lib/ghost/content/data/ghost.db" },
            ]);
            assert.deepEqual(secrets, []);
            assert.deepEqual(ofType(graph, "aws:rds/cluster:Cluster"), []);
        });

        it("says what that is worth", () => {
            assert.match(notesOf(SQLITE), /SQLite on a network file system/);
            assert.doesNotMatch(notesOf("preset: ghost"), /SQLite/);
        });
    });

    it("keeps content on EFS, at the path and for the user of the original design", async () => {
        const graph = await graphOf("blog", SQLITE);
        const point = only(graph, "aws:efs/accessPoint:AccessPoint");
        assert.deepEqual(point.inputs.posixUser, { gid: 1000, uid: 1000 });
        assert.deepEqual(point.inputs.rootDirectory, {
            creationInfo: { ownerGid: 1000, ownerUid: 1000, permissions: "0755" },
            path: "/ghost-data",
        });
        const { mountPoints, user } = containerIn(graph, "blog");
        assert.deepEqual(mountPoints, [
            { sourceVolume: "ghost-data", containerPath: "/var/lib/ghost/content", readOnly: false },
        ]);
        assert.equal(user, "1000:1000");
    });

    it("is asked for its health where it does not redirect, below its own path", async () => {
        const check = async (lines: string) =>
            named(await graphOf("blog", lines), "blog-a").inputs.healthCheck as Record<string, unknown>;
        const { path, matcher } = await check(SQLITE);
        assert.deepEqual([path, matcher], ["/ghost/.well-known/jwks.json", "200"]);
        assert.equal((await check(`${SQLITE}\npath: /news`)).path, "/news/ghost/.well-known/jwks.json");
    });

    it("asks for no code by mail where there is no mail server, and says so", async () => {
        const without = variablesIn(await graphOf("blog", SQLITE), "blog");
        const withMail = variablesIn(await graphOf("blog", `preset: ghost\n${MAIL}`), "blog");
        assert.equal(without.security__staffDeviceVerification, "false");
        assert.equal(withMail.security__staffDeviceVerification, undefined);
        assert.match(notesOf(SQLITE), /no `mail__transport`/);
        assert.doesNotMatch(notesOf(`preset: ghost\n${MAIL}`), /mail__transport/);
    });

    it("asks nobody on the internet where there is none", async () => {
        const graph = await graphOf("blog", SQLITE, "dev", "selfhost:network: { egress: endpoints }");
        const { privacy__useGravatar, privacy__useIndexNow } = variablesIn(graph, "blog");
        assert.deepEqual([privacy__useGravatar, privacy__useIndexNow], ["false", "false"]);
    });

    describe("runs one task", () => {
        it("in every profile, without anything being said", () => {
            for (const stack of ["dev", "staging", "prod"]) {
                const [app] = settingsOf(stackFile("blog", "preset: ghost"), { stack }).apps;
                assert.deepEqual([app?.scale.min, app?.scale.max, app?.scale.cpuPercent], [1, 1, undefined]);
            }
        });

        it("and stops it before the next one starts, which ECS never does by itself", async () => {
            const { inputs } = named(await graphOf("blog", "preset: ghost"), "blog-service");
            assert.equal(inputs.deploymentMinimumHealthyPercent, 0);
            assert.equal(inputs.deploymentMaximumPercent, 100);
            assert.equal(inputs.availabilityZoneRebalancing, "DISABLED");
        });

        it("and with `overlap: brief` a second one for as long as a deployment takes, which is said", async () => {
            const lines = "preset: ghost\ndeploy: { overlap: brief }";
            const { inputs } = named(await graphOf("blog", lines), "blog-service");
            assert.equal(inputs.deploymentMinimumHealthyPercent, 100);
            assert.equal(inputs.deploymentMaximumPercent, 200);
            assert.equal(inputs.availabilityZoneRebalancing, "DISABLED");
            assert.match(notesOf(lines), /two tasks write while a deployment lasts/);
            assert.doesNotMatch(notesOf("preset: ghost"), /overlap/);
        });

        it("and gives one that migrates ten minutes, as one that is killed leaves a lock", async () => {
            const { inputs } = named(await graphOf("blog", "preset: ghost"), "blog-service");
            assert.ok(Number(inputs.healthCheckGracePeriodSeconds) >= 600);
        });
    });

    it("has a page that says what a brief overlap may cost", () => {
        const page = readFileSync(join(__dirname, "../../docs/presets/ghost.md"), "utf8");
        assert.match(page, /`deploy: \{ overlap: brief \}` closes the gap/);
    });

    it("reserves everything that says where the database is", () => {
        const reserved = catalogue.get("ghost")?.reserved ?? [];
        assert.deepEqual(
            DATABASE_VARIABLES.filter((name) => !reserved.includes(name)),
            [],
        );
    });

    it("wants its keys as secrets, in Ghost's own spelling too", () => {
        for (const name of ["mail__options__auth__pass", "bulkEmail__mailgun__apiKey"]) {
            const problems = problemsOf(stackFile("blog", `${SQLITE}\nenv: { ${name}: x }`));
            assert.deepEqual(
                problems.map(({ path, reason }) => [path, reason.includes("looks like a secret")]),
                [[`selfhost:apps.blog.env.${name}`, true]],
            );
        }
    });
});

const app = (lines: string) => `selfhost:apps: { blog: { preset: ghost, ${lines} } }`;
const at = (path: string) => `selfhost:apps.blog.${path}`;

describe("preset ghost refuses", () => {
    itExplains([
        {
            name: "two tasks",
            config: app("scale: { min: 2 }"),
            path: at("scale.max"),
            says: /only one task may run/,
            fix: /min: 1, max: 1/,
        },
        {
            name: "deployments that overlap by their percentages",
            config: app("deploy: { minimumHealthyPercent: 100, maximumPercent: 200 }"),
            path: at("deploy"),
            says: /two tasks of Ghost run at once/,
            fix: /`overlap: brief`, which accepts what docs\/presets\/ghost\.md says/,
        },
        {
            name: "deployments that overlap with SQLite",
            config: app("sqlite: true, deploy: { overlap: brief }"),
            path: at("deploy.overlap"),
            says: /damages its data/,
            fix: /Remove it/,
        },
        {
            name: "percentages that overlap with SQLite, without offering what it would refuse",
            config: app("sqlite: true, deploy: { maximumPercent: 200 }"),
            path: at("deploy"),
            says: /two tasks of Ghost run at once/,
            fix: /^Write `minimumHealthyPercent: 0` and `maximumPercent: 100`\.$/,
        },
        {
            name: "an overlap that percentages take back",
            config: app("deploy: { overlap: brief, minimumHealthyPercent: 0, maximumPercent: 100 }"),
            path: at("deploy.overlap"),
            says: /no effect/,
            fix: /Remove/,
        },
        {
            name: "an overlap of more than two tasks",
            config: app("deploy: { overlap: brief, maximumPercent: 300 }"),
            path: at("deploy.overlap"),
            says: /lets more run/,
            fix: /Remove/,
        },
        {
            name: "tasks that move between zones, also with a brief overlap",
            config: app("deploy: { overlap: brief, zoneRebalancing: true }"),
            path: at("deploy.zoneRebalancing"),
            says: /second task at any time/,
            fix: /Remove it/,
        },
        {
            name: "an overlap for an application that may always run several tasks",
            app: "deploy: { overlap: brief }",
            path: "selfhost:apps.bookstack.deploy.overlap",
            says: /BookStack always may run several/,
            fix: /Remove it/,
        },
        {
            name: "a database beside SQLite",
            config: app("sqlite: true, database: { minCapacity: 1 }"),
            path: at("database"),
            says: /uses no database/,
            fix: /Remove it/,
        },
        {
            name: "PostgreSQL",
            config: app("database: { engine: aurora-postgresql }"),
            path: at("database.engine"),
            says: /not a database that Ghost runs on/,
            fix: /aurora-mysql/,
        },
        {
            name: "a second address for the administration",
            config: app("env: { admin__url: 'https://admin.example.com' }"),
            path: at("env.admin__url"),
            says: /an app has one/,
            fix: /Remove it/,
        },
        {
            name: "mail that a task delivers itself",
            config: app("env: { mail__transport: Direct }"),
            path: at("env.mail__transport"),
            says: /AWS blocks port 25/,
            fix: /SMTP/,
        },
        {
            name: "mail by a server that has no name",
            config: app("env: { mail__transport: SMTP }"),
            path: at("env.mail__transport"),
            says: /names no server/,
            fix: /mail__options__host/,
        },
        {
            name: "codes by mail without mail",
            config: app("env: { security__staffDeviceVerification: 'true' }"),
            path: at("env.security__staffDeviceVerification"),
            says: /nobody could sign in/,
            fix: /mail__transport: SMTP/,
        },
        {
            name: "regions whose authorities it cannot verify",
            config: `aws:region: cn-north-1\n${app("")}`,
            path: at("preset"),
            says: /commercial regions only/,
            fix: /commercial region/,
        },
        {
            name: "variables that the program sets",
            config: app("env: { url: 'https://example.com' }"),
            path: at("env.url"),
            says: /set by this program/,
            fix: /Remove it/,
        },
    ]);
});
