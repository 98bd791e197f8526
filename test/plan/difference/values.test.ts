import assert from "node:assert/strict";
import fc from "fast-check";
import { changesBetween, textsIn, type ValueChange } from "../../../plan/difference/values";
import type { Json } from "../../../plan/graph";

const exactly = (before: string, after: string): boolean => before === after;

function changes(before: Record<string, Json>, after: Record<string, Json>): readonly ValueChange[] {
    return changesBetween(before, after, exactly);
}

const containers = (value: string): string =>
    JSON.stringify([
        {
            name: "bookstack",
            environment: [
                { name: "APP_LANG", value },
                { name: "DB_PORT", value: "3306" },
            ],
        },
    ]);

const TABLE: readonly (readonly [
    string,
    Record<string, Json>,
    Record<string, Json>,
    readonly ValueChange[],
])[] = [
    [
        "a value",
        { cidr: "10.0.0.0/16" },
        { cidr: "10.1.0.0/16" },
        [{ path: "cidr", before: "10.0.0.0/16", after: "10.1.0.0/16" }],
    ],
    ["a value that comes", {}, { size: 1 }, [{ path: "size", after: 1 }]],
    ["a value that goes", { size: 1 }, {}, [{ path: "size", before: 1 }]],
    ["null, which is a value", { size: null }, {}, [{ path: "size", before: null }]],
    [
        "a value in an object",
        { tags: { Name: "a", team: "x" } },
        { tags: { Name: "b", team: "x" } },
        [{ path: "tags.Name", before: "a", after: "b" }],
    ],
    [
        "a container's variable, in a JSON text",
        { containerDefinitions: containers("en") },
        { containerDefinitions: containers("de") },
        [{ path: "containerDefinitions[bookstack].environment.APP_LANG", before: "en", after: "de" }],
    ],
    [
        "a statement of a policy, by its name",
        { policy: '{"Statement":[{"Sid":"Read","Action":["a"]},{"Sid":"Write","Action":["b"]}]}' },
        { policy: '{"Statement":[{"Sid":"Read","Action":["a","c"]},{"Sid":"Write","Action":["b"]}]}' },
        [{ path: "policy.Statement[Read].Action[]", after: "c" }],
    ],
    [
        "a set, by what it gained and lost",
        { subnets: ["a", "b", "c"] },
        { subnets: ["c", "a", "d"] },
        [
            { path: "subnets[]", before: "b" },
            { path: "subnets[]", after: "d" },
        ],
    ],
    [
        "the only element of a list, without its index",
        { actions: [{ type: "forward" }] },
        { actions: [{ type: "redirect" }] },
        [{ path: "actions.type", before: "forward", after: "redirect" }],
    ],
    [
        "elements without a name, by their place",
        { rules: [{ port: 80 }, { port: 443 }] },
        { rules: [{ port: 80 }, { port: 8443 }] },
        [{ path: "rules[1].port", before: 443, after: 8443 }],
    ],
    [
        "a text that looks like JSON and is none",
        { text: "{a" },
        { text: "{b" },
        [{ path: "text", before: "{a", after: "{b" }],
    ],
    [
        "another order",
        { list: ["a", "b"] },
        { list: ["b", "a"] },
        [{ path: "list", before: ["a", "b"], after: ["b", "a"], rewritten: true }],
    ],
    [
        "the same JSON in another spelling",
        { policy: '{"a":1,"b":2}' },
        { policy: '{"b": 2, "a": 1}' },
        [{ path: "policy", before: '{"a":1,"b":2}', after: '{"b": 2, "a": 1}', rewritten: true }],
    ],
    ["another type", { value: "1" }, { value: 1 }, [{ path: "value", before: "1", after: 1 }]],
];

const object = fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<Json>);

describe("difference: values", () => {
    for (const [what, before, after, expected] of TABLE) {
        it(`names ${what}`, () => {
            assert.deepEqual(changes(before, after), expected);
        });
    }

    it("names a container where there are several", () => {
        const two = (cpu: number): string =>
            JSON.stringify([
                { name: "app", cpu },
                { name: "sidecar", cpu: 1 },
            ]);
        assert.deepEqual(changes({ definitions: two(1) }, { definitions: two(2) }), [
            { path: "definitions[app].cpu", before: 1, after: 2 },
        ]);
    });

    it("takes texts for the same where it is told to", () => {
        const same = (before: string, after: string): boolean => before.toLowerCase() === after.toLowerCase();
        assert.deepEqual(changesBetween({ a: "X", b: ["Y"] }, { a: "x", b: ["y"] }, same), []);
    });

    it("finds nothing in what is equal, and something in what is not", () => {
        fc.assert(
            fc.property(object, object, (before, after) => {
                assert.deepEqual(changes(before, before), []);
                const equal = JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
                assert.equal(changes(before, after).length === 0, equal);
            }),
        );
    });

    it("says the same the other way round, but for the places in a list", () => {
        fc.assert(
            fc.property(object, object, (before, after) => {
                const back = changes(after, before).map(({ before: old, after: next, ...rest }) => ({
                    ...rest,
                    ...(next === undefined ? {} : { before: next }),
                    ...(old === undefined ? {} : { after: old }),
                }));
                const set = (list: readonly ValueChange[]): string[] =>
                    list
                        .map(({ path, ...rest }) =>
                            JSON.stringify(sorted({ ...rest, path: path.replaceAll(/\[\d+\]/g, "") })),
                        )
                        .sort();
                assert.deepEqual(set(back), set(changes(before, after)));
            }),
        );
    });

    it("gives every text the path that a change of it has", () => {
        assert.deepEqual(textsIn("containerDefinitions", containers("en")), [
            { path: "containerDefinitions[bookstack].name", text: "bookstack" },
            { path: "containerDefinitions[bookstack].environment.APP_LANG", text: "en" },
            { path: "containerDefinitions[bookstack].environment.DB_PORT", text: "3306" },
        ]);
        assert.deepEqual(textsIn("subnets", ["a", "b"]), [
            { path: "subnets[]", text: "a" },
            { path: "subnets[]", text: "b" },
        ]);
    });
});

function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    return typeof value === "object" && value !== null
        ? Object.fromEntries(
              Object.entries(value)
                  .sort(([a], [b]) => (a < b ? -1 : 1))
                  .map(([key, item]) => [key, sorted(item)]),
          )
        : value;
}
