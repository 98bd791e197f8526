/** The report for a pull request: within what GitHub takes, and text wherever a stack file is quoted. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { difference } from "../../../plan/difference/difference";
import { readPlan } from "../../../plan/difference/read";
import { json } from "../../../plan/json";
import { markdownOf } from "../../../plan/drawn";
import { markdown } from "../../../plan/report/markdown";
import { planned } from "../../support/stacks";
import { nastyPlan, planOfSites } from "./plans";

/** https://docs.github.com/en/rest/issues/comments: a body has at most so many characters. */
const COMMENT = 65_536;

/** What is outside of fenced blocks and code spans, where Markdown and HTML mean something. */
function live(text: string): string {
    return text.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1$/gm, "").replace(/(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, "");
}

describe("the report in Markdown", () => {
    it("leads with what it costs, what is violated and what is to be done", async () => {
        const text = markdownOf(await planned("Pulumi.prod.yaml"));
        const [title, , line] = text.split("\n");
        assert.equal(title, "### selfhost · prod · eu-west-1");
        assert.match(
            line ?? "",
            /^\*\*\d+ resources\*\* · \*\*\$\d+\.\d\d a month\*\*, \$\d+\.\d\d idle · policy: nothing mandatory violated, 0 advisory, \d+ waived · 3 steps before/,
        );
        assert.match(text, /^```mermaid\nflowchart LR$/m);
        assert.match(text, /^\| \*\*bookstack\*\* \| \d+ \| \$/m);
    });

    it("says what is violated before anything else", async () => {
        const text = markdownOf(await nastyPlan());
        assert.match(text, /\*\*\d+ mandatory violations?\*\*/);
        assert.ok(text.indexOf("no-secret-value-in-plain-text") < text.indexOf("| **"));
    });

    it("for forty apps stays within what GitHub takes", async () => {
        const text = markdownOf(await planOfSites(40));
        assert.ok(text.length <= COMMENT, String(text.length));
        assert.match(text, /\| \*\*club-40\*\* \|/);
    });

    it("for forty apps that all change and violate something new stays within it, difference and all", async () => {
        const plan = await planOfSites(40);
        const now = readPlan(json(plan), "now");
        const urns = now.resources.map(({ urn }) => urn);
        const long = (i: number): string => `${String(i)} ${"is not what it was ".repeat(20)}`;
        const before = {
            ...now,
            resources: now.resources.map((one, i) => ({
                ...one,
                inputs: { ...one.inputs, tags: { Name: long(i) } },
            })),
        };
        const violations = urns.map((urn, i) => ({
            policy: "rule",
            level: "mandatory",
            urn,
            message: long(i),
        }));
        const found = difference(before, { ...now, policy: { violations } }, { label: "main (a1b2c3d)" });
        assert.ok(found.changed.length + found.replaced.length > 500);
        assert.ok((found.policy?.added.length ?? 0) > 500);
        const text = markdownOf(plan, found);
        // The workflow says under it which commit and run it is of.
        assert.ok(text.length <= COMMENT - 500, String(text.length));
        assert.match(text, /^### Difference of/);
        assert.match(text, /\| \*\*club-40\*\* \|/);
    });

    it("names what there was no room for", async () => {
        const text = markdown(await planned("Pulumi.prod.yaml"), 4_000);
        assert.match(text, /\n> Left out, for want of room: .*waivers, cost by line, resources/);
    });

    it("is never longer than there is room for", async () => {
        const plan = await planned("Pulumi.prod.yaml");
        const whole = markdown(plan, COMMENT).length;
        fc.assert(
            fc.property(fc.integer({ min: 200, max: whole + 10 }), (limit) => {
                assert.ok(markdown(plan, limit).length <= limit);
            }),
            { numRuns: 40 },
        );
        assert.equal(markdown(plan, whole + 1_000).length, whole);
    });

    it("quotes what a stack file says as text: no element, no link, no mention, no reference", async () => {
        const outside = live(markdownOf(await nastyPlan()));
        assert.doesNotMatch(outside, /<(?!\/?(?:details|summary|br)>)/);
        assert.doesNotMatch(outside, /(?<!&)[@#](?=everyone|1)/);
        assert.doesNotMatch(outside, /https?:\/\//);
    });

    it("has tables whose rows all have as many cells", async () => {
        for (const plan of [await planned("Pulumi.prod.yaml"), await nastyPlan()]) {
            const lines = markdownOf(plan).split("\n");
            let cells = 0;
            for (const [index, line] of lines.entries()) {
                if (line.startsWith("|")) {
                    const count = line.replaceAll("\\|", "").split("|").length;
                    cells = lines[index - 1]?.startsWith("|") === true ? cells : count;
                    assert.equal(count, cells, line);
                }
            }
        }
    });
});
