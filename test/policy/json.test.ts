/** Reading values that may hold references, or not be known at all. */
import assert from "node:assert/strict";
import type { Resource } from "../../plan/graph";
import { statementsOf } from "../../policy/document";
import { flag, isUnknown, list, number, parse, text, Undecided } from "../../policy/json";
import { RULES } from "../../policy/rules";
import { looksLikeSecret, looksRandom } from "../../policy/secretText";
import { View } from "../../policy/view";
import { graph, ref, resource } from "../support/graphs";

const REFERENCE = "${urn:pulumi:test::selfhost::a:b/c:D::name.arn}";

describe("values", () => {
    it("that are references alone, or secret, are not known; texts around a reference are", () => {
        assert.ok(isUnknown(REFERENCE) && isUnknown("[secret]") && isUnknown("${?}"));
        assert.ok(!isUnknown(`${REFERENCE}/*`) && !isUnknown("plain") && !isUnknown(undefined));
    });

    it("of another kind than the one that is asked for are none", () => {
        const value = { a: { b: "1", c: 2, d: true, e: ["x"] } };
        assert.equal(text(value, "a.b"), "1");
        assert.equal(number(value, "a.b"), undefined);
        assert.equal(number(value, "a.c"), 2);
        assert.equal(flag(value, "a.d"), true);
        assert.deepEqual(list(value, "a.e"), ["x"]);
        assert.deepEqual(list(value, "a.c"), [2]);
        assert.deepEqual(list(value, "a.z.y"), []);
    });

    it("that are not known stop whoever asks, with their path", () => {
        for (const read of [text, flag, number, list]) {
            assert.throws(
                () => read({ a: { b: REFERENCE } }, "a.b"),
                (error) => error instanceof Undecided && error.what === "a.b",
            );
            assert.throws(() => read({ a: REFERENCE }, "a.b"), Undecided);
        }
    });
});

describe("JSON with references", () => {
    it("is read with references in texts, and with those that stand for a whole value", () => {
        assert.deepEqual(parse(`{"a":"${REFERENCE}/*","b":${REFERENCE},"c":[1,${REFERENCE}]}`, "x"), {
            a: `${REFERENCE}/*`,
            b: REFERENCE,
            c: [1, REFERENCE],
        });
    });

    it("is undefined where it is none, and undecided where it is not known", () => {
        assert.equal(parse("{", "x"), undefined);
        assert.throws(() => parse(REFERENCE, "policy"), Undecided);
    });

    it("of a policy is the same whether its lists are written as lists or not", () => {
        const one = { Effect: "Allow", Action: "s3:GetObject", Resource: REFERENCE, Principal: "*" };
        const [loose] = statementsOf({ Statement: one });
        const [strict] = statementsOf({
            Statement: [{ ...one, Action: [one.Action], Resource: [one.Resource] }],
        });
        assert.deepEqual(loose, strict);
        assert.deepEqual([loose?.resources, loose?.principals], [[REFERENCE], [{ kind: "*", name: "*" }]]);
    });
});

describe("references", () => {
    it("are found although names and properties hold dots", () => {
        const record = resource("aws:route53/record:Record", "edge-wiki.example.com-a");
        const user = resource("x:y/z:Z", "user", {
            value: `before ${ref(record, "options[a.b].name")} after`,
        });
        const view = new View(graph(record, user));
        assert.deepEqual(
            view
                .find(user.urn)
                ?.refs("value")
                .map(({ name }) => name),
            ["edge-wiki.example.com-a"],
        );
        assert.deepEqual(
            view.users(view.all(record.type)[0] ?? assert.fail(), "x:y/z:Z").map(({ name }) => name),
            ["user"],
        );
    });

    it("of a value that is hidden are the property's dependencies, of the type that is asked for", () => {
        const [one, other] = [resource("a:b/c:C", "one"), resource("a:b/d:D", "other")];
        const user = resource(
            "x:y/z:Z",
            "user",
            { value: { deep: "${?}" } },
            { hidden: { value: [one, other] } },
        );
        const item = new View(graph(one, other, user)).find(user.urn);
        assert.ok(item);
        assert.deepEqual(
            item.refs("value.deep", "a:b/d:D").map(({ name }) => name),
            ["other"],
        );
        assert.equal(item.refs("value.deep").length, 2);
    });
});

describe("texts that look like secrets", () => {
    it("are known by the form that their issuer gave them", () => {
        assert.equal(looksLikeSecret(["ghp_", "a".repeat(36)].join("")), "a GitHub token");
        assert.equal(looksLikeSecret("postgres://user:hunter2@db/x"), "an address with a password");
        assert.equal(looksLikeSecret("https://example.com/path?x=1@2"), undefined);
        assert.equal(
            looksLikeSecret("arn:aws:secretsmanager:eu-west-1:123456789012:secret:a-AbCdEf"),
            undefined,
        );
    });

    it("are random where they are long and of all kinds, unlike digests, names and words", () => {
        assert.equal(
            looksRandom(["kJ8s", "Qw2Z", "x9Lp", "V4tR", "m7Nc", "B1yH", "d6Fg", "T3uE"].join("")),
            "a long random text",
        );
        assert.equal(looksRandom("0123456789abcdef".repeat(4)), undefined);
        assert.equal(looksRandom("ThisIsALongNameOfSomethingThatIsNoSecretAtAll1"), undefined);
    });
});

describe("graphs that were read from JSON", () => {
    it("may leave out options that say nothing, and outputs are looked at too", () => {
        const bare = { ...resource("aws:s3/bucket:Bucket", "bucket"), options: {} as Resource["options"] };
        const view = new View({ ...graph(bare), outputs: { url: "https://user:hunter2@example.com" } });
        assert.deepEqual(view.find(bare.urn)?.options.ignoreChanges, []);
        const said = RULES.flatMap((rule) => rule.check(view)).map(({ message }) => message);
        assert.ok(said.includes("bucket can be deleted or replaced by the next update"));
        assert.ok(
            said.includes("selfhost-test has an address with a password in the clear in `outputs.url`"),
        );
    });
});
