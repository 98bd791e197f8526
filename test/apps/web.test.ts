import assert from "node:assert/strict";
import { databaseAuthorities } from "../../apps/authorities";
import { catalogue } from "../../apps/catalogue";
import { KEEP_ALIVE_OPTION, trustOption } from "../../apps/node";
import { containerIn, graphOf, secretsIn, stackFile, variablesIn } from "../support/planned";
import { jsonIn, named, ofType, only } from "../support/graph";
import { problemsOf, settingsOf } from "../support/settings";

const WEB = "preset: web";
const DATABASE = `${WEB}\ndatabase: {}`;

/** What is said of a stack file with these lines: path, reason, fix. */
function said(lines: string, config?: string): readonly string[] {
    return problemsOf(stackFile("shop", lines, config)).map(
        ({ path, reason, fix }) => `${path} ${reason} ${fix}`,
    );
}

describe("preset web", () => {
    it("is in the catalogue", () => {
        assert.equal(catalogue.get("web")?.title, "Any web application");
    });

    it("has exactly these variables, and no secrets, unless more is said", async () => {
        const graph = await graphOf("shop", WEB);
        assert.deepEqual(variablesIn(graph, "shop"), {
            APP_URL: "https://shop.example.com",
            AWS_REGION: "eu-west-1",
            HOST: "0.0.0.0",
            NODE_ENV: "production",
            PORT: "3000",
            PUBLIC_URL: "https://shop.example.com",
        });
        assert.deepEqual(secretsIn(graph, "shop"), {});
    });

    it("listens on the port that is said, and tells the container and the load balancer", async () => {
        const graph = await graphOf("shop", `${WEB}\nport: 8000`);
        assert.equal(variablesIn(graph, "shop").PORT, "8000");
        assert.deepEqual(containerIn(graph, "shop").portMappings, [
            { containerPort: 8000, hostPort: 8000, protocol: "tcp" },
        ]);
        assert.equal(named(graph, "shop-requests-in").inputs.toPort, 8000);
    });

    it("has neither database nor bucket, and makes neither, unless the stack file wants them", async () => {
        const graph = await graphOf("shop", WEB);
        assert.deepEqual(ofType(graph, "aws:rds/cluster:Cluster"), []);
        assert.deepEqual(ofType(graph, "aws:s3/bucket:Bucket"), []);
        const bucket = await graphOf("shop", `${WEB}\nbucket: true`);
        assert.equal(
            variablesIn(bucket, "shop").S3_BUCKET,
            `\${${only(bucket, "aws:s3/bucket:Bucket").urn}.bucket}`,
        );
    });

    it("knows its database by name, as a user of its own, with what its certificate is checked with", async () => {
        const graph = await graphOf("shop", DATABASE);
        const cluster = named(graph, "shop-database-1");
        const { DB_CA, DB_HOST, DB_NAME, DB_PORT, PGSSLMODE } = variablesIn(graph, "shop");
        assert.equal(cluster.inputs.engine, "aurora-postgresql");
        assert.deepEqual(
            { DB_CA, DB_HOST, DB_NAME, DB_PORT, PGSSLMODE },
            {
                DB_CA: databaseAuthorities("eu-west-1"),
                DB_HOST: `\${${cluster.urn}.endpoint}`,
                DB_NAME: "shop",
                DB_PORT: "5432",
                PGSSLMODE: "require",
            },
        );
        const secret = named(graph, "shop-database-user-1-1-secret").urn;
        assert.deepEqual(secretsIn(graph, "shop"), {
            DATABASE_URL: `\${${secret}.arn}:url::`,
            DB_PASSWORD: `\${${secret}.arn}:password::`,
            DB_USER: `\${${secret}.arn}:username::`,
        });
    });

    it("runs on MySQL too, whose clients read nothing of PostgreSQL's", async () => {
        const graph = await graphOf("shop", `${WEB}\ndatabase: { engine: aurora-mysql }`);
        const { DB_PORT, PGSSLMODE } = variablesIn(graph, "shop");
        assert.deepEqual([DB_PORT, PGSSLMODE], ["3306", undefined]);
    });

    it("calls what describes the database as the application does", async () => {
        const names =
            "databaseVariables: { host: PGHOST, user: PGUSER, password: PGPASSWORD, url: DSN, authorities: CA }";
        const graph = await graphOf("shop", `${DATABASE}\n${names}`);
        const { PGHOST, CA, DB_HOST, DB_NAME } = variablesIn(graph, "shop");
        assert.ok(PGHOST !== undefined && CA !== undefined && DB_HOST === undefined && DB_NAME === "shop");
        assert.deepEqual(Object.keys(secretsIn(graph, "shop")), ["DSN", "PGPASSWORD", "PGUSER"]);
    });

    it("gives Node.js what it lacks, and only to those who say that they run it", async () => {
        const graph = await graphOf("shop", `${DATABASE}\nruntime: node\nnodeOptions: --enable-source-maps`);
        assert.equal(
            variablesIn(graph, "shop").NODE_OPTIONS,
            [
                KEEP_ALIVE_OPTION,
                trustOption("DB_CA"),
                "--max-old-space-size=384",
                "--enable-source-maps",
            ].join(" "),
        );
        assert.equal(variablesIn(await graphOf("shop", DATABASE), "shop").NODE_OPTIONS, undefined);
    });

    it("makes the secrets that are to be made, once", async () => {
        const graph = await graphOf("shop", `${WEB}\ngeneratedSecrets: [SESSION_SECRET]`, "prod");
        assert.deepEqual(Object.keys(secretsIn(graph, "shop")), ["SESSION_SECRET"]);
        const value = named(graph, "shop-secrets-SESSION_SECRET-value");
        assert.deepEqual([value.inputs.length, value.options.protect], [40, true]);
    });

    it("takes a generated secret from elsewhere where the stack file says so", () => {
        const reference = "secrets: { SESSION_SECRET: { ssm: /shop/session } }";
        const { apps } = settingsOf(
            stackFile("shop", `${WEB}\ngeneratedSecrets: [SESSION_SECRET]\n${reference}`),
        );
        assert.deepEqual(
            apps[0]?.secrets.map(({ name, source }) => [name, source.kind]),
            [["SESSION_SECRET", "ssm"]],
        );
    });

    it("migrates in a task of its own before the service changes, with its own command", async () => {
        const graph = await graphOf("shop", `${DATABASE}\nmigrate: [npm, run, migrate]`);
        const run = named(graph, "shop-migration-run");
        assert.deepEqual((jsonIn(run.inputs.input) as { command: unknown }).command, [
            "npm",
            "run",
            "migrate",
        ]);
        assert.ok(named(graph, "shop-service").dependencies.includes(run.urn));
        assert.ok(!(await graphOf("shop", DATABASE)).resources.some(({ name }) => name === "shop-migration"));
    });

    it("starts as who is said, in a container that cannot be written to, with or without an init process", async () => {
        const usual = containerIn(await graphOf("shop", WEB), "shop");
        assert.deepEqual(
            [usual.user, usual.readonlyRootFilesystem, usual.linuxParameters],
            ["1000:1000", true, { initProcessEnabled: true }],
        );
        const foreign = containerIn(
            await graphOf("shop", `${WEB}\nimage: { build: { context: docker/from } }`),
            "shop",
        );
        assert.deepEqual([foreign.user, foreign.readonlyRootFilesystem], [undefined, false]);
        const lines = 'user: "1000:1000"\nreadonlyRootFilesystem: true\ninitProcess: false';
        const graph = await graphOf("shop", `${WEB}\n${lines}`);
        const own = containerIn(graph, "shop");
        assert.deepEqual(
            [own.user, own.readonlyRootFilesystem, own.linuxParameters],
            ["1000:1000", true, { initProcessEnabled: false }],
        );
        assert.equal(named(graph, "shop-service").inputs.enableExecuteCommand, false);
    });

    it("is built from docker/web, or from a Dockerfile anywhere in a repository", async () => {
        const of = async (lines: string) => {
            const { context, dockerfile, args } = only(await graphOf("shop", lines), "awsx:ecr:Image").inputs;
            return { context, dockerfile, args };
        };
        assert.deepEqual(await of(WEB), {
            context: "docker/web",
            dockerfile: "docker/web/Dockerfile",
            args: {},
        });
        assert.deepEqual(await of(`${WEB}\nimage: { build: { context: backend } }`), {
            context: "backend",
            dockerfile: "backend/Dockerfile",
            args: {},
        });
        const monorepo =
            'image: { build: { context: .., dockerfile: backend/Dockerfile, args: { V: "1" } } }';
        assert.deepEqual(await of(`${WEB}\n${monorepo}`), {
            context: "..",
            dockerfile: "../backend/Dockerfile",
            args: { V: "1" },
        });
    });

    it("is checked where the stack file says, and lets the database pause either way", () => {
        const { apps, notes } = settingsOf(stackFile("shop", `${DATABASE}\nhealth: { path: /up }`));
        assert.equal(apps[0]?.health.path, "/up");
        assert.equal(apps[0].database?.cluster.minCapacity, 0);
        assert.deepEqual(notes, [
            "shop: the database pauses while nobody is connected to it: /up must not ask it, and a pool has to close idle connections.",
        ]);
    });

    it("leaves the names of a database to an app that has none of ours", () => {
        const lines = `${WEB}\nenv: { DB_HOST: db.example.org }\nsecrets: { DB_PASSWORD: { ssm: /shop/db } }`;
        assert.deepEqual(said(lines), []);
    });

    for (const [what, lines, pattern] of [
        ["variables that it sets itself", `${WEB}\nenv: { PORT: "80" }`, /env\.PORT is set by this program/],
        [
            "secrets that it makes itself",
            `${DATABASE}\nsecrets: { DB_PASSWORD: { ssm: /db } }`,
            /secrets\.DB_PASSWORD is set by/,
        ],
        ["a port that is none", `${WEB}\nport: 70000`, /shop\.port is too large/],
        ["the name of a user", `${WEB}\nuser: node`, /shop\.user is not the number of a user.*"1000:1000"/],
        ["another runtime", `${WEB}\nruntime: ruby`, /shop\.runtime is not one of/],
        [
            "NODE_OPTIONS beside `runtime: node`",
            `${WEB}\nruntime: node\nenv: { NODE_OPTIONS: --inspect }`,
            /would replace.*nodeOptions: "--inspect"/,
        ],
        [
            "nodeOptions without Node.js",
            `${WEB}\nnodeOptions: --inspect`,
            /nodeOptions is read with `runtime: node` only/,
        ],
        [
            "names for a database that is not there",
            `${WEB}\ndatabaseVariables: { host: PGHOST }`,
            /has none.*database: \{\}/,
        ],
        [
            "one name for two things",
            `${DATABASE}\ndatabaseVariables: { host: X, name: X }`,
            /databaseVariables\.name is the name of another/,
        ],
        [
            "a name that is taken",
            `${DATABASE}\ndatabaseVariables: { host: HOST }`,
            /databaseVariables\.host is the name of another/,
        ],
        [
            "a shell in a container that cannot be written to",
            `${WEB}\nreadonlyRootFilesystem: true\nexec: true`,
            /shop\.exec wants a container that can write/,
        ],
    ] as const) {
        it(`refuses ${what}`, () => {
            const all = said(lines);
            assert.equal(all.length, 1, all.join("\n"));
            assert.match(all[0] ?? "", pattern);
        });
    }

    it("refuses a database where its certificate could not be checked", () => {
        assert.match(said(DATABASE, "aws:region: cn-north-1").join("\n"), /commercial regions only/);
        assert.deepEqual(said(WEB, "aws:region: cn-north-1"), []);
    });
});
