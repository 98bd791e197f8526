/** What a terminal shows of a plan: under a screen of any width, in colours only where they are wanted, nothing but facts. */
import assert from "node:assert/strict";
import type { Json } from "../../plan/graph";
import { json } from "../../plan/json";
import type { Plan } from "../../plan/plan";
import { summary } from "../../plan/summary";
import { PLAIN, screenOf } from "../../plan/terminal";
import { numbersIn, numbersOf } from "../support/numbers";
import { STACKS } from "../support/policies";
import { planText, stackFile } from "../support/planned";
import { planned } from "../support/stacks";
import { nastyPlan, planOfSites } from "./report/plans";

const ESCAPE = String.fromCharCode(27);
const COLOURS = new RegExp(`${ESCAPE}\\[\\d+m`, "g");

function linesOf(text: string): readonly string[] {
    assert.ok(text.endsWith("\n"));
    return text.slice(0, -1).split("\n");
}

const wide = (text: string): number => Array.from(text).length;

async function everyPlan(check: (plan: Plan, file: string) => void): Promise<void> {
    for (const file of STACKS) {
        check(await planned(file), file);
    }
}

describe("the summary of a plan", () => {
    it("of every stack file is at most 40 lines of 100 columns", async () => {
        await everyPlan((plan, file) => {
            const lines = linesOf(summary(plan));
            assert.ok(lines.length <= 40, `${file}: ${lines.length} lines`);
            assert.deepEqual(
                lines.filter((line) => wide(line) > 100),
                [],
            );
        });
    });

    it("of forty apps is no longer, says that there is more, and what all of them cost", async () => {
        const plan = await planOfSites(40);
        const text = summary(plan);
        assert.ok(linesOf(text).length <= 40);
        assert.match(text, /… and more: /);
        assert.ok(text.includes(`$${plan.cost.monthly.toFixed(2)} a month`));
        assert.match(text, /pulumi stack init/);
    });

    it("names the stack as its backend does", async () => {
        const token = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:pulumi";
        const state = `selfhost:delivery: { state: { pulumiCloud: { organization: acme, token: "${token}" } } }`;
        const inCloud = await planText(stackFile("docs", "preset: site", state), "dev");
        const steps = inCloud.pending.map(({ what, command }) => `${what}: ${command}`);
        assert.match(steps[0] ?? "", /Pulumi Cloud: npm run bootstrap/);
        assert.match(steps[1] ?? "", /pulumi stack init acme\/dev /);
    });

    it("shows of everything something, where everything is too long", async () => {
        const plan = await planOfSites(40);
        const violation = {
            policy: "rule",
            level: "mandatory",
            urn: "urn",
            message: "something is open",
        } as const;
        const many: Plan = {
            ...plan,
            policy: { ...plan.policy, violations: Array.from({ length: 30 }, () => violation) },
            notes: Array.from({ length: 30 }, (_, i) => `note ${i}`),
            pending: Array.from({ length: 30 }, (_, i) => ({ what: "why", command: `step ${i}` })),
        };
        const text = summary(many);
        assert.ok(linesOf(text).length <= 40, String(linesOf(text).length));
        for (const part of ["network ", "x something is open", "! note 0", "step 0", "30 violated"]) {
            assert.ok(text.includes(part), part);
        }
    });

    it("says below what is violated how to mend it", async () => {
        const plan = await planOfSites(1);
        const violation = {
            policy: "container-not-root",
            level: "mandatory",
            urn: "urn",
            message: "runs as root",
        } as const;
        const text = summary({ ...plan, policy: { ...plan.policy, violations: [violation] } });
        assert.match(text, /x runs as root \(container-not-root, mandatory\)\n {4}→ Set `user` /);
    });

    it("names the folders that `up` would not find", async () => {
        const plan = await planText(stackFile("site", "folder: ../nowhere/public"), "dev");
        assert.match(
            summary(plan),
            /! `pulumi up` builds folders that are not here: \.\.\/nowhere\/public \(site\)\./,
        );
        assert.ok(!summary(await planned("Pulumi.dev.yaml")).includes("folders"));
    });

    it("has no number that is not in the JSON", async () => {
        await everyPlan((plan, file) => {
            const known = new Set(numbersIn(JSON.parse(JSON.stringify(json(plan))) as Json));
            const steps = plan.pending.map((_, index) => String(index + 1));
            const strange = numbersOf(summary(plan)).filter((one) => !known.has(one) && !steps.includes(one));
            assert.deepEqual(strange, [], file);
        });
    });

    it("says in the JSON what it counts: parts, resources, violations and waivers", async () => {
        const plan = await planned("Pulumi.prod.yaml");
        const { summary: said } = json(plan) as { summary: Readonly<Record<string, unknown>> };
        assert.equal(said.apps, 1);
        assert.equal(said.waived, plan.policy.waived.length);
        assert.match(summary(plan), new RegExp(`  ${String(said.resources)} resources · `));
    });

    it("is as wide as a narrow terminal, but for what somebody copies", async () => {
        await everyPlan((plan, file) => {
            const commands = plan.pending.map(({ command }) => command);
            const long = linesOf(summary(plan, { ...PLAIN, width: 60 })).filter(
                (line) =>
                    wide(line) > 60 &&
                    !commands.some((command) => command.includes(line.replace(/^\s*(\d+ )?\s*/, ""))),
            );
            assert.deepEqual(long, [], file);
        });
    });

    it("is the same text in colours and without", async () => {
        await everyPlan((plan) => {
            const coloured = summary(plan, { ...PLAIN, colour: true });
            assert.notEqual(coloured, summary(plan));
            assert.equal(coloured.replaceAll(COLOURS, ""), summary(plan));
        });
    });

    it("hands nothing to the terminal that it would act on", async () => {
        const plan = await nastyPlan();
        const text = summary({ ...plan, notes: [`${ESCAPE}]0;title${ESCAPE}[2J\r gone`] });
        assert.doesNotMatch(text, /(?!\n)\p{Cc}/u);
        assert.match(text, /gone/);
    });
});

describe("the screen", () => {
    const terminal = { isTTY: true, columns: 80 };

    it("has colours where somebody looks", () => {
        assert.deepEqual(screenOf(terminal, {}), { width: 80, height: 40, colour: true });
    });

    it("has none in a pipe, under NO_COLOR, or where the terminal is dumb", () => {
        assert.deepEqual(screenOf({ isTTY: undefined, columns: 300 }, {}), PLAIN);
        assert.equal(screenOf(terminal, { NO_COLOR: "1" }).colour, false);
        assert.equal(screenOf(terminal, { NO_COLOR: "" }).colour, true);
        assert.equal(screenOf(terminal, { TERM: "dumb" }).colour, false);
    });

    it("is never wider than a page, nor narrower than words need", () => {
        const width = (columns: number | undefined) => screenOf({ isTTY: true, columns }, {}).width;
        assert.deepEqual([20, 60, 80, 300, 0, undefined].map(width), [60, 60, 80, 100, 100, 100]);
    });
});
