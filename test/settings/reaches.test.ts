import assert from "node:assert/strict";
import fc from "fast-check";
import { serversFirst, urlVariable } from "../../settings/reaches";
import { type Case, itExplains } from "../support/mistakes";
import { bookstacks } from "../support/program";
import { problemsOf, settingsOf } from "../support/settings";

/** The apps of a stack file, as lines below `config:`. */
function apps(entries: Readonly<Record<string, string>>): string {
    return bookstacks(entries, []).split("\n").slice(2, -1).join("\n").replace(/^ {2}/gm, "");
}

const CASES: readonly Case[] = [
    {
        name: "an app that reaches one that there is not, with the nearest",
        config: apps({ one: "reaches: [tow]", two: "" }),
        path: "selfhost:apps.one.reaches",
        says: /does not have/,
        fix: /`two`/,
    },
    {
        name: "an app that reaches one far from any, with all of them",
        config: apps({ one: "reaches: [elephant]", three: "", two: "" }),
        path: "selfhost:apps.one.reaches",
        says: /does not have/,
        fix: /three or two/,
    },
    {
        name: "an app that reaches itself",
        config: apps({ one: "reaches: [one]" }),
        path: "selfhost:apps.one.reaches",
        says: /the app itself/,
        fix: /Remove `one`/,
    },
    {
        name: "apps that reach one another in a circle",
        config: apps({ one: "reaches: [two]", three: "reaches: [one]", two: "reaches: [three]" }),
        path: "selfhost:apps.one.reaches",
        says: /one reaches two, which reaches three, which reaches one again/,
        fix: /public address/,
    },
    {
        name: "a variable that is the address of an app",
        config: apps({ one: "reaches: [two], env: { TWO_URL: x }", two: "" }),
        path: "selfhost:apps.one.env.TWO_URL",
        says: /address of `two`/,
        fix: /Remove/,
    },
    {
        name: "a secret that is the address of an app",
        config: apps({ one: "reaches: [two], secrets: { TWO_URL: { ssm: /a/b } }", two: "" }),
        path: "selfhost:apps.one.secrets.TWO_URL",
        says: /address of `two`/,
        fix: /Remove/,
    },
    {
        name: "an app whose address would take a variable from the application",
        config: apps({ app: "", one: "reaches: [app]" }),
        path: "selfhost:apps.one.reaches",
        says: /`APP_URL`.*BookStack needs it/,
        fix: /another name/,
    },
];

const arbitraryApps = fc
    .uniqueArray(fc.stringMatching(/^[a-f]$/), { minLength: 1, maxLength: 6 })
    .chain((names) =>
        fc.tuple(
            ...names.map((name, i) =>
                fc.subarray(names.slice(0, i)).map((reaches) => ({ name, reaches: [...reaches].sort() })),
            ),
        ),
    )
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));

describe("apps that reach one another", () => {
    itExplains(CASES);

    it("are known on both sides", () => {
        const settings = settingsOf(bookstacks({ one: "reaches: [two, three]", three: "", two: "" }));
        assert.deepEqual(
            settings.apps.map(({ name, reaches, reached }) => [name, reaches, reached]),
            [
                ["one", ["three", "two"], false],
                ["three", [], true],
                ["two", [], true],
            ],
        );
        assert.equal(settings.cluster.namespace, "selfhost-dev");
        assert.equal(settingsOf(bookstacks({ one: "" })).cluster.namespace, undefined);
    });

    it("name two circles where there are two", () => {
        const text = bookstacks({
            a: "",
            b1: "reaches: [b2]",
            b2: "reaches: [b1]",
            c1: "reaches: [c2]",
            c2: "reaches: [c1]",
        });
        const circles = problemsOf(text).filter(({ reason }) => reason.includes("circle"));
        assert.deepEqual(
            circles.map(({ path }) => path),
            ["selfhost:apps.b1.reaches", "selfhost:apps.c1.reaches"],
        );
    });

    it("start behind those that they reach, and no app is lost", () => {
        fc.assert(
            fc.property(arbitraryApps, (all) => {
                const ordered = serversFirst(all).map(({ name }) => name);
                assert.deepEqual([...ordered].sort(), all.map(({ name }) => name).sort());
                for (const { name, reaches } of all) {
                    for (const server of reaches) {
                        assert.ok(
                            ordered.indexOf(server) < ordered.indexOf(name),
                            `${server} before ${name}`,
                        );
                    }
                }
            }),
        );
    });

    it("keep their order where nobody reaches anybody", () => {
        const all = ["c", "a", "b"].map((name) => ({ name, reaches: [] }));
        assert.deepEqual(serversFirst(all), all);
    });

    it("find the address in a variable that a shell can read", () => {
        assert.equal(urlVariable("shop-api-2"), "SHOP_API_2_URL");
    });

    it("are told of a server that sleeps, and of a small task beside a proxy", () => {
        const schedule = 'scale: { schedule: { days: MON-FRI, start: "07:00", stop: "20:00" } }';
        const { notes } = settingsOf(
            bookstacks({ one: "reaches: [two], task: { cpu: 256, memory: 1024 }", two: schedule }),
        );
        assert.ok(
            notes.some((note) => note.startsWith("one: reaches two, which has no tasks outside MON-FRI")),
        );
        assert.ok(notes.some((note) => note.startsWith("one: the proxy of Service Connect shares the 256")));
        assert.ok(!notes.some((note) => note.startsWith("two: the proxy")));
        const together = settingsOf(bookstacks({ one: `reaches: [two], ${schedule}`, two: schedule }));
        assert.ok(!together.notes.some((note) => note.startsWith("one: reaches")));
    });
});
