/** What is said of a scalar that YAML changes, of an app without a preset, and of the stack's own name. */
import assert from "node:assert/strict";
import { parseStackFile } from "../../settings/stackFile";
import { SettingsError } from "../../settings/problem";
import { itExplains, type Case } from "../support/mistakes";
import { problemsOf } from "../support/settings";

const HEAD = "config:\n  aws:region: eu-west-1\n";

function paths(text: string, stack = "dev"): readonly string[] {
    const problems = problemsOf(`${HEAD}${text}`, { stack });
    return problems.map(({ path }) => path).sort();
}

/** What stands where a number, a word or a time belongs, and what to write there. */
const SCALARS: readonly Case[] = [
    {
        name: "a word for a boolean",
        config: "selfhost:network: { ipv6: yes }",
        path: "selfhost:network.ipv6",
        says: /not true or false/,
        fix: /true or false/,
    },
    {
        name: "a time without quotes",
        app: 'scale: { schedule: { days: MON, start: 7:00, stop: "09:00" } }',
        path: "selfhost:apps.bookstack.scale.schedule.start",
        says: /not a time of day/,
        fix: /"07:30"/,
    },
    {
        name: "a number with a zero at its end",
        app: "database: { minCapacity: 0.50 }",
        path: "selfhost:apps.bookstack.database.minCapacity",
        says: /without its last zero/,
        fix: /or a number in its usual form/,
    },
    {
        name: "a number that is too large for anything",
        app: "scale: { max: 99999999999999999999 }",
        path: "selfhost:apps.bookstack.scale.max",
        says: /too large/,
        fix: /or less/,
    },
    {
        name: "a version that lost its last zero",
        app: "database: { version: 17.50 }",
        path: "selfhost:apps.bookstack.database.version",
        says: /without its last zero/,
        fix: /"17\.50"/,
    },
];

describe("problems of scalars, presets and names", () => {
    itExplains(SCALARS);

    it("an app without a preset has its other problems too", () => {
        const found = paths(
            "  selfhost:domain: example.com\n  selfhost:apps: { api: { host: A, exec: 5, port: 1 } }\n",
        );
        assert.deepEqual(found, [
            "selfhost:apps.api.exec",
            "selfhost:apps.api.host",
            "selfhost:apps.api.preset",
        ]);
    });

    it("a preset that is nearly one is named, and one that is missing is asked for", () => {
        const [near] = problemsOf(
            `${HEAD}  selfhost:domain: example.com\n  selfhost:apps: { api: { preset: wep } }\n`,
        );
        assert.match(near?.fix ?? "", /^Write `web`/);
        const [none] = problemsOf(`${HEAD}  selfhost:domain: example.com\n  selfhost:apps: { api: {} }\n`);
        assert.match(none?.fix ?? "", /^Write .*bookstack/);
    });

    it("a file that is no YAML is an error of the file, not of the program", () => {
        for (const text of [
            "config: [",
            "config:\n\ta: b\n",
            "config: { a: *b }\n",
            "config:\n  a: 1\n  a: 2\n",
        ]) {
            assert.throws(() => parseStackFile(text, "Pulumi.dev.yaml", "selfhost"), SettingsError);
        }
    });

    it("a stack whose name ECS could not take is refused", () => {
        const text = "  selfhost:profile: dev\n  selfhost:apps: { docs: { preset: site } }\n";
        for (const stack of ["a.b", "-x", "my stack"]) {
            assert.deepEqual(paths(text, stack), ["stack"], stack);
        }
        for (const stack of ["pr-42", "My_Team", "1"]) {
            assert.deepEqual(paths(text, stack), [], stack);
        }
    });
});
