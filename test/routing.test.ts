/** Which app answers which URL, by the planned rules of one listener. */
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Graph, Resource } from "../plan/graph";
import { LoadBalancer, matches } from "./support/alb";
import { differing, recordText, stackOf } from "./support/program";
import { remembered } from "./support/recorded";

/** Eight apps: three on a host that they share, one of them below another; and five on hosts of their own. */
const APPS: Readonly<Record<string, string>> = {
    blog: "{ preset: ghost, host: www }",
    "chess-club": "{ preset: site, host: people, path: /chess }",
    coffeefans: "{ preset: site, host: people, path: /coffeefans }",
    landing: '{ preset: site, host: "@" }',
    people: "{ preset: web, host: people }",
    portal: "{ preset: backstage, image: { build: { context: docker/from } } }",
    roasters: "{ preset: site, host: people, path: /coffeefans/roasters }",
    wiki: "{ preset: bookstack, path: /docs, admin: { email: a@example.com } }",
};

const NAMES = Object.keys(APPS);

function textOf(names: readonly string[]): string {
    const entries = names.map((name) => `  ${name}: ${APPS[name] ?? ""}`);
    return stackOf(["selfhost:domain: example.com", "selfhost:apps:", ...entries].join("\n"));
}

const graphOf = remembered((names: readonly string[]): Promise<Graph> => recordText(textOf(names), "prod"));

/** URL → the app that answers; undefined: the listener itself, with 404. */
const TABLE: readonly (readonly [string, string | undefined])[] = [
    ["https://www.example.com/", "blog"],
    ["https://www.example.com/ghost/#/signin", "blog"],
    ["https://WWW.Example.COM/a-post/", "blog"],
    ["https://example.com", "landing"],
    ["https://example.com/anything?at=all", "landing"],
    ["https://people.example.com", "people"],
    ["https://people.example.com/", "people"],
    ["https://people.example.com/health", "people"],
    ["https://people.example.com/coffee", "people"],
    ["https://people.example.com/coffeefansclub", "people"],
    ["https://people.example.com/coffeefans-2/", "people"],
    ["https://people.example.com/CoffeeFans/", "people"],
    ["https://people.example.com/a/coffeefans/", "people"],
    ["https://people.example.com/?next=/coffeefans/", "people"],
    ["https://people.example.com/coffeefans", "coffeefans"],
    ["https://people.example.com/coffeefans?a=b", "coffeefans"],
    ["https://people.example.com/coffeefans/", "coffeefans"],
    ["https://people.example.com/coffeefans/beans/arabica.html", "coffeefans"],
    ["https://people.example.com/coffeefans/.htaccess", "coffeefans"],
    ["https://people.example.com/coffeefans/roastersguild", "coffeefans"],
    ["https://people.example.com/coffeefans/roasters", "roasters"],
    ["https://people.example.com/coffeefans/roasters/", "roasters"],
    ["https://people.example.com/coffeefans/roasters/2027/jan", "roasters"],
    ["https://people.example.com/chess", "chess-club"],
    ["https://people.example.com/chess/openings/", "chess-club"],
    ["https://people.example.com/chess/coffeefans/", "chess-club"],
    ["https://portal.example.com/catalog", "portal"],
    ["https://portal.example.com/docs", "portal"],
    ["https://wiki.example.com/docs", "wiki"],
    ["https://wiki.example.com/docs/books/one", "wiki"],
    ["https://wiki.example.com/", undefined],
    ["https://wiki.example.com/documents", undefined],
    ["https://nobody.example.com/", undefined],
    ["https://www.example.com.evil.org/", undefined],
    ["https://203.0.113.7/", undefined],
];

describe("eight apps behind one load balancer", () => {
    for (const [url, app] of TABLE) {
        it(`${url} is answered by ${app ?? "nobody"}`, async () => {
            assert.equal(new LoadBalancer(await graphOf(NAMES)).answer(url), app);
        });
    }

    it("are one listener with one rule each, and nothing answers by default", async () => {
        const graph = await graphOf(NAMES);
        const listeners = graph.resources.filter(({ type }) => type === "aws:lb/listener:Listener");
        const rules = graph.resources.filter(({ type }) => type === "aws:lb/listenerRule:ListenerRule");
        assert.equal(rules.length, NAMES.length);
        assert.equal(new Set(rules.map(({ inputs }) => inputs.listenerArn)).size, 1);
        const defaults = listeners.map(({ inputs }) => JSON.stringify(inputs.defaultActions));
        assert.deepEqual(
            defaults.filter((actions) => !/"(fixed-response|redirect)"/.test(actions)),
            [],
        );
    });

    it("change nothing of one another when some come, go or change places in the stack file", async () => {
        const gone = ["coffeefans", "portal"];
        const stay = NAMES.filter((name) => !gone.includes(name));
        const fewer = await graphOf([...stay].reverse());
        const all = await graphOf(NAMES);
        const ofThose = ({ name }: Resource) =>
            stay.some((app) => name === app || name.startsWith(`${app}-`));
        assert.deepEqual(differing(fewer, all).filter(ofThose), []);
        assert.equal(fewer.resources.filter(ofThose).length, all.resources.filter(ofThose).length);
    });
});

describe("the model of a load balancer", () => {
    it("knows wildcards as AWS does", () => {
        for (const [pattern, text, expected] of [
            ["/a/*", "/a/", true],
            ["/a/*", "/a/b/c", true],
            ["/a/*", "/a", false],
            ["/a?c", "/abc", true],
            ["/a?c", "/ac", false],
            ["/a.c", "/abc", false],
            ["*.example.com", "a.b.example.com", true],
            ["*.example.com", "example.com", false],
        ] as const) {
            assert.equal(matches(pattern, text), expected, `${pattern} ${text}`);
        }
    });

    it("takes a pattern without wildcards literally", () => {
        fc.assert(
            fc.property(fc.webPath(), fc.webPath(), (pattern, text) => {
                fc.pre(!/[*?]/.test(pattern));
                assert.equal(matches(pattern, text), pattern === text);
            }),
        );
    });
});
