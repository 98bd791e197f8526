/** The stack files as they are: nothing mandatory is violated, in the plan and in what the engine tells a pack. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Graph } from "../../plan/graph";
import { planFile, type Plan } from "../../plan/plan";
import { graphOf } from "../../policy/engine";
import { type Context, evaluate, type Verdict } from "../../policy/evaluate";
import { RULES } from "../../policy/rules";
import { contextOf } from "../../policy/standing";
import { BUILT_IN } from "../../policy/waivers";
import { deployed, firstPreview, type Told } from "../support/engine";
import { STACKS } from "../support/policies";
import { planned } from "../support/stacks";

const TODAY = "2026-11-21";

/** Without a domain, which no stack file of ours does: the first look of somebody in a hurry. */
const NO_DOMAIN = `config:
  aws:region: eu-west-1
  selfhost:profile: dev
  selfhost:apps:
    bookstack:
      admin: { email: admin@example.com }
`;

/**
 * What presets and examples still do against a rule, until they comply or say why they do not in their own stack files.
 * Whoever makes one of these unnecessary removes it here.
 */
const OPEN: Readonly<Record<string, readonly string[]>> = {
    "examples/ghost.yaml": ["tasks-without-public-address"],
};

async function planOfText(text: string): Promise<Plan> {
    const folder = mkdtempSync(join(tmpdir(), "selfhost-"));
    try {
        const path = join(folder, "Pulumi.look.yaml");
        writeFileSync(path, text);
        return await planFile(path);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function judge(graph: Graph, context: Context): Verdict {
    return evaluate(graph, BUILT_IN, context);
}

describe("policies of the stack files", () => {
    const plans = new Map<string, Plan>();

    before(async () => {
        for (const file of STACKS) {
            plans.set(file, await planned(file));
        }
        plans.set("no domain", await planOfText(NO_DOMAIN));
    });

    function eachPlan(check: (plan: Plan, context: Context, label: string) => void): void {
        assert.ok(plans.size > STACKS.length);
        for (const [label, plan] of plans) {
            check(plan, contextOf(plan.settings, TODAY), label);
        }
    }

    it("violate nothing, and a plan decides every rule", () => {
        eachPlan(({ graph }, context, label) => {
            const { violations, undecided } = judge(graph, context);
            assert.deepEqual({ label, open: names(violations) }, { label, open: OPEN[label] ?? [] });
            assert.deepEqual(undecided, []);
        });
    });

    it("are judged alike by the pack once they are deployed", () => {
        eachPlan(({ graph }, context) => {
            const told = deployed(graph);
            assert.deepEqual(summary(judge(ofEngine(told), context)), summary(judge(graph, context)));
        });
    });

    it("are judged alike in the first preview, by the rules that say that they can", () => {
        eachPlan(({ graph }, context) => {
            const can = RULES.filter(({ decidableInPreview }) => decidableInPreview === true);
            const engine = evaluate(ofEngine(firstPreview(graph)), BUILT_IN, context, can);
            assert.deepEqual(engine.undecided, []);
            assert.deepEqual(summary(engine), summary(evaluate(graph, BUILT_IN, context, can)));
        });
    });

    it("violate nothing in the first preview, where the other rules say that they cannot tell", () => {
        eachPlan(({ graph }, context, label) => {
            const { violations, undecided } = judge(ofEngine(firstPreview(graph)), context);
            assert.deepEqual(
                names(violations).filter((name) => !(OPEN[label] ?? []).includes(name)),
                [],
            );
            const later = RULES.filter(({ decidableInPreview }) => decidableInPreview !== true).map(
                ({ name }) => name,
            );
            assert.ok(undecided.length > 0);
            assert.deepEqual(
                undecided.filter(({ policy, level }) => !later.includes(policy) || level !== "advisory"),
                [],
            );
        });
    });

    it("need every waiver that is built in", () => {
        const used = new Set<string>();
        eachPlan(({ graph }, context) => {
            for (const { policy, reason } of judge(graph, context).waived) {
                used.add(`${policy}: ${reason}`);
            }
        });
        const spare = BUILT_IN.map(({ rule, reason }) => `${rule}: ${reason}`).filter(
            (one) => !used.has(one),
        );
        assert.deepEqual(spare, []);
    });
});

function names(violations: Verdict["violations"]): readonly string[] {
    return [...new Set(violations.map(({ policy }) => policy))].sort();
}

function ofEngine({ resources, inputs }: Told): Graph {
    return graphOf(resources, inputs);
}

function summary({ violations, waived }: Verdict): readonly string[] {
    return [...violations, ...waived].map(({ policy, urn }) => `${policy} ${urn}`).sort();
}
