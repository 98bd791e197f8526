/** A stack file is read as the CLI reads it, or refused; test/engine/yaml.test.ts asks the CLI about the same values. */
import assert from "node:assert/strict";
import { parseStackFile } from "../../settings/stackFile";
import { AMBIGUOUS, PLAIN, withValue } from "../support/scalars";

function read(text: string) {
    return parseStackFile(text, "Pulumi.dev.yaml", "selfhost");
}

describe("a value of a stack file", () => {
    for (const [value, text] of Object.entries(PLAIN)) {
        it(`${JSON.stringify(value)} is taken as it is`, () => {
            const { problems, entries } = read(withValue(value));
            assert.deepEqual(problems, []);
            assert.equal(entries.values.get("selfhost:value"), text);
        });
    }

    for (const value of AMBIGUOUS) {
        it(`${JSON.stringify(value)} is refused, with where it is and what to write`, () => {
            const { problems } = read(withValue(value));
            assert.ok(problems.length > 0, "it is taken");
            for (const { path, reason, fix } of problems) {
                assert.match(path, /^selfhost:value/);
                assert.match(reason, /\.$/);
                assert.match(fix, /^Write /);
            }
        });
    }

    it("is refused once for each place that an alias puts it", () => {
        const { problems } = read(withValue("{ a: &x 3.10, b: *x }"));
        assert.deepEqual(
            problems.map(({ path }) => path),
            ["selfhost:value.a", "selfhost:value.b"],
        );
    });
});

describe("a stack file", () => {
    it("is told the key below `config:` that settings at its top have there", () => {
        const { problems } = read("aws:region: eu-west-1\nselfhost:domain: example.com\nprofile: dev\n");
        const keys = ["aws:region", "selfhost:domain", "selfhost:profile"];
        assert.deepEqual(
            problems.flatMap(({ fix }) => /as `(.*)`\.$/.exec(fix)?.[1] ?? []),
            keys,
        );
    });

    it("whose alias stands for itself, or for nothing, is no YAML", () => {
        assert.throws(() => read(withValue("&x [*x]")), /is not YAML/);
        assert.throws(() => read(withValue("*x")), /is not YAML/);
    });

    it("with a key twice, or with two documents, is no YAML", () => {
        assert.throws(() => read(withValue("{ k: 1, k: 2 }")), /is not YAML/);
        assert.throws(() => read(`${withValue("1")}---\nconfig: {}\n`), /more than one stack file/);
    });

    it("without a group where one belongs says so, and how it is written", () => {
        for (const [text, path] of [
            ["- config\n", "the file"],
            ["config: hello\n", "config"],
            ["config: []\n", "config"],
        ] as const) {
            const { problems } = read(text);
            assert.deepEqual(
                problems.map((problem) => problem.path),
                [path],
                text,
            );
            assert.match(problems[0]?.fix ?? "", /`config:`/);
        }
        assert.deepEqual(read("").problems, []);
        assert.deepEqual(read("config:\n").problems, []);
    });

    it("that takes its configuration from Pulumi ESC is refused", () => {
        const { problems } = read(`environment: [prod]\n${withValue("1")}`);
        assert.deepEqual(
            problems.map(({ path }) => path),
            ["environment"],
        );
        assert.match(problems[0]?.reason ?? "", /Pulumi ESC, which a plan on a laptop cannot see/);
    });
});
