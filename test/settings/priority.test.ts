import assert from "node:assert/strict";
import fc from "fast-check";
import {
    collisions,
    freePriority,
    priorityOf,
    shadows,
    testPriorityOf,
    type Routed,
} from "../../settings/priority";

const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
const name = label;
const host = fc.option(
    label.map((text) => `${text}.example.com`),
    { nil: undefined },
);
const path = fc.array(label, { maxLength: 5 }).map((segments) => `/${segments.join("/")}`);
const stack = fc.constantFrom("dev", "staging", "prod", "pr-1", "pr-4711");
const routed = fc.record({ name, host, path });
const ranked = (route: Routed, of: string) => ({ ...route, priority: priorityOf({ ...route, stack: of }) });

describe("priorities of listener rules", () => {
    it("are ones that a load balancer has", () => {
        fc.assert(
            fc.property(routed, stack, (route, of) => {
                const { priority } = ranked(route, of);
                assert.ok(Number.isInteger(priority) && priority >= 1 && priority <= 50_000);
            }),
        );
    });

    it("stay the same for every other app when one is added or removed", () => {
        fc.assert(
            fc.property(fc.array(routed), routed, stack, (apps, added, of) => {
                const before = apps.map((app) => ranked(app, of));
                const after = [added, ...apps].map((app) => ranked(app, of)).slice(1);
                assert.deepEqual(after, before);
            }),
        );
    });

    it("let a path win over the path above it on the same host", () => {
        const short = fc.array(label, { maxLength: 2 });
        fc.assert(
            fc.property(name, name, host, short, label, stack, (one, other, on, segments, last, of) => {
                const above = ranked({ name: one, host: on, path: `/${segments.join("/")}` }, of);
                const below = ranked(
                    { name: other, host: on, path: `/${[...segments, last].join("/")}` },
                    of,
                );
                assert.ok(below.priority < above.priority);
            }),
        );
    });

    it("let an app with a host win over one that takes every host", () => {
        fc.assert(
            fc.property(routed, routed, (one, other) => {
                const exact = ranked({ ...one, host: "wiki.example.com" }, "dev");
                const open = ranked({ ...other, host: undefined }, "dev");
                assert.ok(exact.priority < open.priority);
            }),
        );
    });

    it("put the catch-all behind everything else", () => {
        fc.assert(
            fc.property(name, routed, (one, other) => {
                fc.pre(other.host !== undefined || other.path !== "/");
                const all = ranked({ name: one, host: undefined, path: "/" }, "dev");
                assert.ok(ranked(other, "dev").priority < all.priority);
            }),
        );
    });

    it("put a rule for tests before every other, at a place that depends on its own app alone", () => {
        fc.assert(
            fc.property(routed, routed, stack, (one, other, of) => {
                const test = testPriorityOf({ ...one, stack: of });
                assert.ok(test >= 1 && test <= 5_000);
                assert.ok(test < ranked(other, of).priority);
            }),
        );
        const places = ["wiki.example.com", "blog.example.com"].map((host) =>
            testPriorityOf({ name: "app", host, path: "/", stack: "dev" }),
        );
        assert.equal(new Set(places).size, 2);
    });

    it("keep a band for pull requests that no other environment uses", () => {
        fc.assert(
            fc.property(routed, routed, (own, pull) => {
                assert.ok(ranked(pull, "pr-42").priority <= 10_000);
                assert.ok(ranked(own, "dev").priority > 10_000);
                assert.ok(ranked(own, "pr-dev").priority > 10_000);
            }),
        );
    });

    it("spread apps over the band of their kind", () => {
        const all = Array.from(
            { length: 200 },
            (_, index) =>
                ranked({ name: `app${index}`, host: `h${index}.example.com`, path: "/" }, "dev").priority,
        );
        assert.ok(new Set(all).size > 190);
        assert.ok(Math.max(...all) - Math.min(...all) > 8_000);
    });
});

describe("rules that get in one another's way", () => {
    const wiki = { name: "wiki", host: "a.example.com", path: "/", priority: 7 };

    it("are found where two have one priority", () => {
        const docs = { name: "docs", host: "b.example.com", path: "/docs", priority: 7 };
        const blog = { name: "blog", host: "b.example.com", path: "/", priority: 8 };
        assert.deepEqual(collisions([wiki, docs, blog]), [[wiki, docs]]);
        assert.deepEqual(collisions([wiki, blog]), []);
    });

    it("are found where the one asked first takes all that the other would", () => {
        const docs = { name: "docs", host: "a.example.com", path: "/docs", priority: 8 };
        assert.deepEqual(shadows([docs, wiki]), [[wiki, docs]]);
        assert.deepEqual(shadows([wiki, { ...docs, priority: 6 }]), []);
        assert.deepEqual(shadows([wiki, { ...docs, host: "b.example.com" }]), []);
        const open = { name: "open", host: undefined, path: "/doc", priority: 1 };
        assert.deepEqual(shadows([open, docs]), []);
        assert.deepEqual(shadows([{ ...open, path: "/docs" }, docs]).length, 1);
    });

    it("do not come from computed priorities, up to three segments", () => {
        const short = fc.array(label, { maxLength: 3 }).map((segments) => `/${segments.join("/")}`);
        const apps = fc.uniqueArray(fc.record({ name, host, path: short }), {
            selector: ({ host: on, path: at }) => `${on ?? ""}${at}`,
        });
        fc.assert(
            fc.property(apps, stack, (routes, of) => {
                fc.pre(!of.startsWith("pr-") || routes.every((route) => route.host !== undefined));
                assert.deepEqual(shadows(routes.map((route) => ranked(route, of))), []);
            }),
        );
    });

    it("are settled by a free priority of the same band", () => {
        assert.equal(freePriority(20_000, [20_000, 20_001, 20_003]), 20_002);
        assert.equal(freePriority(50_000, [50_000]), 49_001);
        assert.equal(
            freePriority(
                5_500,
                Array.from({ length: 500 }, (_, index) => index + 5_001),
            ),
            undefined,
        );
    });
});
