import assert from "node:assert/strict";
import { type Case, itExplains } from "../support/mistakes";
import { bookstacks } from "../support/program";
import { settingsOf } from "../support/settings";

const APPS = "selfhost:apps.one";

/** One app, and lines for the environment. */
function stack(databases: string, one: string): string {
    return [
        `selfhost:databases: ${databases}`,
        "selfhost:apps:",
        `  one: { preset: bookstack, admin: { email: a@example.com }, ${one} }`,
    ].join("\n");
}

const MYSQL = "{ shared: { engine: aurora-mysql } }";

const CASES: readonly Case[] = [
    {
        name: "a shared database that does not exist, with the nearest",
        config: `${stack(MYSQL, "database: { use: shard }")}\n  two: { preset: bookstack, admin: { email: a@example.com }, database: { use: shared } }`,
        path: `${APPS}.database.use`,
        says: /not a shared database/,
        fix: /Write `shared`/,
    },
    {
        name: "a shared database where there is none at all",
        config: "selfhost:apps:\n  one: { preset: bookstack, admin: { email: a@example.com }, database: { use: shared } }",
        path: `${APPS}.database.use`,
        says: /not a shared database/,
        fix: /selfhost:databases: \{ shared: \{ engine: aurora-mysql \} \}/,
    },
    {
        name: "a shared database of an engine that the app does not run on",
        config: stack("{ shared: { engine: aurora-postgresql } }", "database: { use: shared }"),
        path: `${APPS}.database.use`,
        says: /is aurora-postgresql, which BookStack does not run on/,
        fix: /aurora-mysql/,
    },
    {
        name: "a shared database without an engine",
        config: stack("{ shared: { minCapacity: 0.5 } }", "database: { use: shared }"),
        path: "selfhost:databases.shared.engine",
        says: /missing/,
        fix: /engine: aurora-mysql/,
    },
    {
        name: "a shared database of an engine that there is not",
        config: stack("{ shared: { engine: aurora-mysq } }", "database: { use: shared }"),
        path: "selfhost:databases.shared.engine",
        says: /not one of/,
        fix: /`aurora-mysql`/,
    },
    {
        name: "a shared database that nobody uses",
        config: stack(MYSQL, "host: wiki"),
        path: "selfhost:databases.shared",
        says: /used by no app/,
        fix: /use: shared/,
    },
    {
        name: "a size, said by one of the apps that share the database",
        config: stack(MYSQL, "database: { use: shared, maxCapacity: 4 }"),
        path: `${APPS}.database.maxCapacity`,
        says: /belongs to the shared database/,
        fix: /selfhost:databases\.shared/,
    },
    {
        name: "a restore, said by one of the apps that share the database",
        config: stack(MYSQL, "database: { use: shared, restore: { generation: 2, snapshot: a } }"),
        path: `${APPS}.database.restore`,
        says: /belongs to the shared database/,
        fix: /selfhost:databases\.shared/,
    },
    {
        name: "credentials, said of the shared database",
        config: stack(
            "{ shared: { engine: aurora-mysql, credentialsGeneration: 2 } }",
            "database: { use: shared }",
        ),
        path: "selfhost:databases.shared.credentialsGeneration",
        says: /not a setting/,
        fix: /Remove/,
    },
    {
        name: "a shared database with the name of an app",
        config: stack("{ one: { engine: aurora-mysql } }", "database: { use: one }"),
        path: "selfhost:databases.one",
        says: /parts of the app `one`/,
        fix: /another name/,
    },
    {
        name: "a shared database with the name of a part of every environment",
        config: stack("{ network: { engine: aurora-mysql } }", "database: { use: network }"),
        path: "selfhost:databases.network",
        says: /part of every environment/,
        fix: /my-network/,
    },
    {
        name: "a name that leaves functions no room for theirs",
        config: stack("{ our-shared-one: { engine: aurora-mysql } }", "database: { use: our-shared-one }"),
        path: "selfhost:databases.our-shared-one",
        says: /not a name for a shared database/,
        fix: /2 to 10/,
    },
    {
        name: "a shared database with fewer ACUs at most than at least",
        config: stack(
            "{ shared: { engine: aurora-mysql, minCapacity: 4, maxCapacity: 2 } }",
            "database: { use: shared }",
        ),
        path: "selfhost:databases.shared",
        says: /above its/,
        fix: /maxCapacity: 4/,
    },
    {
        name: "a shared database restored from nothing",
        config: stack(
            "{ shared: { engine: aurora-mysql, restore: { generation: 2 } } }",
            "database: { use: shared }",
        ),
        path: "selfhost:databases.shared.restore",
        says: /no backup/,
        fix: /snapshot/,
    },
];

const DOMAIN = "selfhost:domain: example.com";

describe("shared databases in a stack file", () => {
    itExplains(CASES);

    it("are one cluster with the profile's defaults, and a database for each app that uses it", () => {
        const text = bookstacks(
            {
                one: "database: { use: shared }",
                "two-b": "database: { use: shared, credentialsGeneration: 3 }",
            },
            [DOMAIN, "selfhost:databases: { shared: { engine: aurora-mysql, maxCapacity: 4 } }"],
        );
        const { apps, databases } = settingsOf(text, { stack: "prod" });
        const [cluster, ...more] = databases;
        assert.deepEqual(more, []);
        assert.deepEqual(
            [cluster?.name, cluster?.shared, cluster?.minCapacity, cluster?.maxCapacity, cluster?.instances],
            ["shared", true, 0.5, 4, 2],
        );
        for (const app of apps) {
            assert.equal(app.database?.cluster, cluster);
        }
        assert.deepEqual(
            apps.map(({ database }) => [database?.databaseName, database?.credentialsGeneration]),
            [
                ["one", 1],
                ["two_b", 3],
            ],
        );
    });

    it("stand beside the apps' own clusters, which are called like the apps", () => {
        const text = bookstacks({ zoo: "database: { use: shared }", alone: "" }, [
            DOMAIN,
            "selfhost:databases: { shared: { engine: aurora-mysql } }",
        ]);
        assert.deepEqual(
            settingsOf(text).databases.map(({ name, shared }) => [name, shared]),
            [
                ["alone", false],
                ["shared", true],
            ],
        );
    });
});

describe("who keeps a shared database awake", () => {
    const notesOf = (apps: Readonly<Record<string, string>>, minCapacity: number): readonly string[] =>
        settingsOf(
            bookstacks(apps, [
                DOMAIN,
                `selfhost:databases: { shared: { engine: aurora-mysql, minCapacity: ${minCapacity} } }`,
            ]),
        ).notes;
    const QUIET = "database: { use: shared }";
    const CHECKED = "database: { use: shared }, health: { path: /status }";

    it("is said with the reason, and what it costs", () => {
        const notes = notesOf({ one: CHECKED, two: QUIET }, 0);
        const note = notes.find((text) => text.startsWith("shared:"));
        assert.match(note ?? "", /never pauses \(about \$44 a month.*\/status of one asks it/);
        assert.doesNotMatch(note ?? "", /of two/);
        // The other's quiet check gains nothing any more.
        assert.ok(notes.some((text) => /^two: .*would check more at no cost/.test(text)));
    });

    it("is an application that holds connections, whatever its health check asks", () => {
        const blog = "blog: { preset: ghost, database: { use: shared } }";
        const text = bookstacks({ wiki: QUIET, wiki2: CHECKED }, [
            DOMAIN,
            "selfhost:databases: { shared: { engine: aurora-mysql, minCapacity: 0 } }",
        ]).replace("  selfhost:apps:\n", `  selfhost:apps:\n    ${blog}\n`);
        const note = settingsOf(text).notes.find((one) => one.startsWith("shared:"));
        assert.match(
            note ?? "",
            /because blog holds connections to it, and the health check \/status of wiki2/,
        );
        assert.match(note ?? "", /a database of their own/);
    });

    it("is nobody where every health check lets it pause, or stops in time", () => {
        const schedule = 'scale: { schedule: { days: MON-FRI, start: "07:00", stop: "20:00" } }';
        for (const apps of [{ one: QUIET }, { one: `${CHECKED}, ${schedule}`, two: QUIET }]) {
            assert.deepEqual(
                notesOf(apps, 0).filter((text) => text.startsWith("shared:")),
                [],
            );
        }
    });

    it("is no question where it never pauses", () => {
        assert.deepEqual(
            notesOf({ one: CHECKED }, 0.5).filter((text) => text.includes("pause")),
            [],
        );
    });
});
