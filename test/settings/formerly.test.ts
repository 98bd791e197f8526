/** What may be said of an app's former names, and what follows from them. */
import assert from "node:assert/strict";
import { firstName } from "../../settings/formerly";
import { type Case, itExplains } from "../support/mistakes";
import { bookstacks } from "../support/program";
import { problemsOf, settingsOf } from "../support/settings";

/** The apps of a stack file, as lines below `config:`. */
function apps(entries: Readonly<Record<string, string>>): string {
    return bookstacks(entries, []).split("\n").slice(2, -1).join("\n").replace(/^ {2}/gm, "");
}

const TWO = { one: "", two: "" };

const CASES: readonly Case[] = [
    {
        name: "an app that was called what it is called",
        config: apps({ ...TWO, one: "formerly: one" }),
        path: "selfhost:apps.one.formerly",
        says: /called now/,
        fix: /before/,
    },
    {
        name: "an app that was called what another app is called",
        config: apps({ ...TWO, one: "formerly: two" }),
        path: "selfhost:apps.one.formerly",
        says: /name of another app, and `one` keeps in AWS/,
        fix: /`two` is taken as long as `one` says/,
    },
    {
        name: "two apps that say that they had the same name",
        config: apps({ one: "formerly: older", three: "", two: "formerly: [first, older]" }),
        path: "selfhost:apps.two.formerly",
        says: /former name of `one` too/,
        fix: /Remove it/,
    },
    {
        name: "a name that is there twice",
        config: apps({ ...TWO, one: "formerly: [old, older, old]" }),
        path: "selfhost:apps.one.formerly",
        says: /twice/,
        fix: /oldest first/,
    },
    {
        name: "a name that no app can have",
        config: apps({ ...TWO, one: "formerly: Old_One" }),
        path: "selfhost:apps.one.formerly",
        says: /not a name for an app/,
        fix: /lower-case/,
    },
    {
        name: "a name that every environment has a part of",
        config: apps({ ...TWO, one: "formerly: network" }),
        path: "selfhost:apps.one.formerly",
        says: /part of every environment/,
        fix: /really had/,
    },
    {
        name: "the name of a shared database",
        config: `selfhost:databases: { common: { engine: aurora-mysql } }\n${apps({ one: "formerly: common", two: "database: { use: common }" })}`,
        path: "selfhost:apps.one.formerly",
        says: /shared database `common`/,
        fix: /really had/,
    },
    {
        name: "a secret under the name that its app had, with the key to write",
        config: `selfhost:old.APP_KEY: { secure: v1:a:b }\n${apps({ ...TWO, one: "formerly: [older, old]" })}`,
        path: "selfhost:old.APP_KEY",
        says: /for `old`, which is called `one` now/,
        fix: /Write `selfhost:one\.APP_KEY` in its place, before the same encrypted value/,
    },
];

describe("former names", () => {
    describe("that cannot be", () => {
        itExplains(CASES);
    });

    it("cannot be swapped: each name is the other's, in AWS as well", () => {
        const problems = problemsOf(bookstacks({ one: "formerly: two", two: "formerly: one" }));
        assert.deepEqual(
            problems.map(({ path }) => path),
            ["selfhost:apps.one.formerly", "selfhost:apps.two.formerly"],
        );
    });

    const text = (name: string, lines: string): string => bookstacks({ [name]: lines, other: "" });

    it("decide what the name decided: preset, host, priority, database, test header", () => {
        const [before] = settingsOf(text("bookstack", "")).apps;
        const lines = text("handbook", "formerly: [bookstack, wiki]").replace("preset: bookstack, ", "");
        const [after] = settingsOf(lines).apps;
        assert.ok(before && after);
        assert.equal(after.preset.name, "bookstack");
        assert.deepEqual(after.route, before.route);
        assert.deepEqual(after.deploy, before.deploy);
        assert.equal(after.database?.databaseName, before.database?.databaseName);
        assert.deepEqual([after.name, firstName(after)], ["handbook", "bookstack"]);
    });

    it("are said in the plan, with the line that has to stay", () => {
        const { notes } = settingsOf(text("handbook", "formerly: wiki"));
        assert.ok(
            notes.some((note) => /^handbook: was wiki, .*`formerly` stays in the stack file/.test(note)),
        );
    });

    it("never lead to a new key for old data", () => {
        const [pending] = settingsOf(text("handbook", "formerly: [first, wiki]")).pending.filter(
            ({ command }) => command.includes("handbook"),
        );
        assert.equal(
            pending?.command,
            'pulumi config set --secret selfhost:handbook.APP_KEY "<what selfhost:wiki.APP_KEY was>"',
        );
        const problems = problemsOf(text("handbook", "formerly: wiki"), { mode: "deploy" });
        const [missing] = problems.filter(({ path }) => path === "selfhost:handbook.APP_KEY");
        assert.match(missing?.fix ?? "", /<what selfhost:wiki\.APP_KEY was>/);
        assert.doesNotMatch(JSON.stringify(missing), /app-key/);
    });

    it("stay in the variable by which another app finds this one", () => {
        const problems = problemsOf(
            bookstacks({ one: "reaches: [two], env: { OLD_URL: x, TWO_URL: z }", two: "formerly: old" }),
        );
        assert.deepEqual(
            problems.map(({ path }) => path),
            ["selfhost:apps.one.env.OLD_URL"],
        );
    });

    it("are those of a pipeline, too: none may have the environment's own", () => {
        const problems = problemsOf(
            bookstacks({ one: "formerly: infrastructure, pipeline: { source: { github: a/b } }" }),
        );
        assert.match(JSON.stringify(problems), /the name of the environment's own/);
    });
});
