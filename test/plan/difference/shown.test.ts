import assert from "node:assert/strict";
import fc from "fast-check";
import { difference } from "../../../plan/difference/difference";
import { differenceMarkdown } from "../../../plan/difference/markdown";
import type { PlannedResource } from "../../../plan/difference/model";
import { readPlan, parsePlan } from "../../../plan/difference/read";
import { differenceText } from "../../../plan/difference/text";
import type { Json } from "../../../plan/graph";
import { PLAIN } from "../../../plan/terminal";
import { BUCKET, output, plan, resource, SUBNET, VPC } from "./support";

const ESCAPE = String.fromCharCode(27);
const COLOURS = new RegExp(`${ESCAPE}\\[\\d+m`, "g");

function text(before: readonly PlannedResource[], after: readonly PlannedResource[]): string {
    return differenceText(difference(plan(before), plan(after), { label: "main (a1b2c3d)" }));
}

const many = (from: number, to: number, type = BUCKET): readonly PlannedResource[] =>
    Array.from({ length: to - from }, (_, index) => resource(type, `files-${from + index}`));

describe("difference: in a terminal", () => {
    it("says of which stack, against what, and that there is none", () => {
        const [header = "", , nothing] = text([], []).split("\n");
        assert.match(header, /^selfhost · dev · eu-west-1 +against main \(a1b2c3d\)$/);
        assert.equal(header.length, 100);
        assert.equal(nothing, "  No resource differs");
    });

    it("puts many of a kind that say the same in one line", () => {
        assert.match(
            text([], many(0, 5)),
            /\n {2}\+ {2}5 Buckets: files-0, files-1, files-2, files-3, files-4\n/,
        );
        assert.match(text([], many(0, 2)), /\n {2}\+ {2}files-0 \(Bucket\)\n {2}\+ {2}files-1 \(Bucket\)\n/);
    });

    it("says that something else has to be replaced, and what that is", () => {
        const stack = (cidrBlock: string): readonly PlannedResource[] => {
            const vpc = resource(VPC, "vpc", { cidrBlock });
            return [vpc, resource(SUBNET, "subnet", { vpcId: output(vpc, "id") })];
        };
        assert.match(
            text(stack("a"), stack("b")),
            /± {2}vpc \(Vpc\) {2}cidrBlock: a → b\n {2}± {2}subnet \(Subnet\) {2}vpcId: vpc is replaced\n/,
        );
    });

    it("leaves to the preview what only that can tell", () => {
        const topic = (fifoTopic: boolean): PlannedResource =>
            resource("aws:sns/topic:Topic", "topic", { fifoTopic });
        const shown = text([topic(false)], [topic(true)]);
        assert.match(shown, /~\? topic \(Topic\) {2}fifoTopic: false → true/);
        assert.match(shown, /only `pulumi preview` can tell whether it changes in place/);
    });

    it("stays under a screen, whatever changes", () => {
        const types = fc.constantFrom(BUCKET, VPC, SUBNET, "aws:sns/topic:Topic", "aws:rds/cluster:Cluster");
        const value = fc.oneof(fc.string({ maxLength: 300 }), fc.array(fc.string(), { maxLength: 40 }));
        const plans = fc
            .uniqueArray(
                fc.record({
                    type: types,
                    name: fc.string({ minLength: 1, maxLength: 120 }),
                    inputs: fc.dictionary(
                        fc.constantFrom("cidrBlock", "tags", "engine", "other"),
                        value as fc.Arbitrary<Json>,
                    ),
                }),
                { maxLength: 60, selector: ({ type, name }) => `${type} ${name}` },
            )
            .map((list) => list.map(({ type, name, inputs }) => resource(type, name, inputs)));
        fc.assert(
            fc.property(plans, plans, (before, after) => {
                const found = difference(plan(before), plan(after));
                for (const screen of [PLAIN, { width: 60, height: 40, colour: true }]) {
                    const lines = differenceText(found, screen).split("\n");
                    assert.ok(lines.length <= 40, `${lines.length} lines`);
                }
            }),
            { numRuns: 50 },
        );
    });

    it("stays under a screen, however much is lost and warned of", () => {
        const found = difference(plan(many(0, 60, "aws:rds/cluster:Cluster")), plan([]));
        const warned = { ...found, warnings: Array.from({ length: 60 }, (_, i) => `warning ${i}`) };
        const shown = differenceText(warned);
        assert.ok(shown.split("\n").length <= 40);
        for (const part of ["- 60 removed", "52 more with data", "warning 0", "52 more\n", "60 Clusters"]) {
            assert.ok(shown.includes(part), part);
        }
    });

    it("is the same text in colours and without, and hands nothing to the terminal that it would act on", () => {
        const evil = `${ESCAPE}]0;title${ESCAPE}[2J\r gone`;
        const found = difference(plan([]), plan([resource(BUCKET, evil), resource(VPC, "vpc")]), {
            label: evil,
        });
        const coloured = differenceText(found, { ...PLAIN, colour: true });
        assert.notEqual(coloured, differenceText(found));
        assert.equal(coloured.replaceAll(COLOURS, ""), differenceText(found));
        assert.doesNotMatch(differenceText(found), /(?!\n)\p{Cc}/u);
    });
});

describe("difference: in a comment", () => {
    it("quotes whatever a stack file says so that it stays quoted", () => {
        const before = [resource(BUCKET, "files", { tags: "a" })];
        const evil = "```\n</details> @everyone <img src=x> ````";
        const after = [resource(BUCKET, "files", { tags: evil }), resource(BUCKET, "`@everyone`")];
        const markdown = differenceMarkdown(
            difference(plan(before), plan(after), { label: "`main`\n# Title" }),
        );
        const [title = ""] = markdown.split("\n");
        assert.equal(title, "### Difference of `dev` against ` main  # Title`");
        const outside = markdown.replaceAll(/^(`{3,})diff\n[\s\S]*?\n\1$/gm, "");
        assert.doesNotMatch(outside, /everyone|<img/);
        assert.match(outside, /\*\*1\*\* added · \*\*1\*\* changed/);
    });

    it("folds what is long, and cuts what is longer than GitHub takes", () => {
        const values = (value: string): readonly PlannedResource[] =>
            Array.from({ length: 400 }, (_, index) =>
                resource(BUCKET, `files-${index}`, { tags: `${value}${index}` }),
            );
        const markdown = differenceMarkdown(difference(plan(values("a")), plan(values("b"))), 10_000);
        assert.match(markdown, /<details><summary>388 more lines<\/summary>/);
        assert.ok(markdown.length < 11_000, String(markdown.length));
    });
});

describe("difference: a plan that somebody kept", () => {
    it("is refused where it is none, with what is wrong", () => {
        assert.throws(() => parsePlan("{", "old.json"), /old\.json is no JSON/);
        assert.throws(() => readPlan({ project: "a" }, "old.json"), /old\.json is no plan's JSON: stack: /);
        assert.throws(
            () => readPlan({ ...plan([]), resources: [{ urn: "x" }] }, "old.json"),
            /old\.json is no plan's JSON: resources\.0\.urn: /,
        );
    });

    it("may be older than options, cost and policy", () => {
        const { urn, type, name, inputs } = resource(BUCKET, "files");
        const kept = readPlan(
            { project: "selfhost", stack: "dev", region: "x", resources: [{ urn, type, name, inputs }] },
            "",
        );
        assert.deepEqual(difference(kept, kept).added, []);
    });
});
