/** The stack files as they are: nothing mandatory is violated, in the plan and in what the engine tells a pack. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Graph } from "../../plan/graph";
import { planFile, type Plan } from "../../plan/plan";
import { graphOf } from "../../policy/engine";
import { evaluate, type Verdict } from "../../policy/evaluate";
import type { Rule } from "../../policy/rule";
import { RULES } from "../../policy/rules";
import { contextOf, waiversOf } from "../../policy/standing";
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

/** Hands what was verified to another account, which copies the image from here. */
const TWO_ACCOUNTS = `config:
  aws:region: eu-west-1
  selfhost:profile: staging
  selfhost:domain: acc.example.com
  selfhost:account: "210987654321"
  selfhost:delivery: { promotesTo: [{ environment: prod, account: "123456789012", region: eu-central-1 }] }
  selfhost:apps:
    docs: { preset: site, pipeline: { source: { gitlab: example/docs } } }
`;

/** A database restored beside the one before it, an image that ECR caches, and the sample with nothing said about it. */
const ODD = `config:
  aws:region: eu-west-1
  selfhost:profile: dev
  selfhost:domain: odd.example.com
  selfhost:apps:
    wiki:
      preset: bookstack
      admin: { email: admin@example.com }
      database: { restore: { snapshot: before-the-mistake, generation: 2 } }
    cached:
      preset: web
      image: { uri: "public.ecr.aws/nginx/nginx@sha256:${"a".repeat(64)}" }
      user: "101"
      readonlyRootFilesystem: true
    web: {}
`;

/** Everything about delivery at once, on both ends of a way between two accounts. */
const HERE = "123456789012";
const THERE = "210987654321";
const FROM_HERE = `config:
  aws:region: eu-west-1
  selfhost:profile: dev
  selfhost:account: "${HERE}"
  selfhost:domain: dev.example.com
  selfhost:delivery:
    appliedBy: codepipeline
    connections: { github: "arn:aws:codeconnections:eu-west-1:${HERE}:connection/11111111-2222-3333-4444-555555555555" }
    pipeline:
      repository: example/selfhost
      approvals: [{ emails: [a@example.com] }, { approvers: ["arn:aws:iam::${HERE}:role/lead"] }]
      drift: { schedule: "MON-FRI 06:00", apply: true }
    promotesTo: [{ environment: staging, account: "${THERE}", region: eu-central-1 }]
    notifications: { emails: [ops@example.com], slack: [{ workspace: T07EA123LEP, channel: C07EZ1ABC23 }] }
  selfhost:apps:
    wiki:
      preset: bookstack
      admin: { email: admin@example.com }
    api:
      preset: web
      user: "1000:1000"
      readonlyRootFilesystem: true
      pipeline:
        source: { github: example/api, pullRequests: true }
        deploy: ecs
        integration: ["curl -f $URL"]
        notify: [dev@example.com]
`;
const TO_THERE = `config:
  aws:region: eu-central-1
  selfhost:profile: prod
  selfhost:account: "${THERE}"
  selfhost:domain: example.com
  selfhost:apps:
    wiki:
      preset: bookstack
      admin: { email: admin@example.com }
      pipeline:
        promoteFrom: { environment: dev, account: "${HERE}", region: eu-west-1 }
        approvals: [{ emails: [a@example.com] }]
`;

async function planOfText(text: string, stack = "look"): Promise<Plan> {
    const folder = mkdtempSync(join(tmpdir(), "selfhost-"));
    try {
        const path = join(folder, `Pulumi.${stack}.yaml`);
        writeFileSync(path, text);
        return await planFile(path);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** How a stack file's own waivers and the built-in ones judge a graph. */
type Judge = (graph: Graph, rules?: readonly Rule[]) => Verdict;

describe("policies of the stack files", () => {
    const plans = new Map<string, Plan>();

    before(async () => {
        for (const file of STACKS) {
            plans.set(file, await planned(file));
        }
        plans.set("no domain", await planOfText(NO_DOMAIN));
        plans.set("from one account", await planOfText(FROM_HERE, "dev"));
        plans.set("to another", await planOfText(TO_THERE, "staging"));
        plans.set("two accounts", await planOfText(TWO_ACCOUNTS));
        plans.set("odd", await planOfText(ODD));
    });

    function eachPlan(check: (plan: Plan, judge: Judge, label: string) => void): void {
        assert.ok(plans.size > STACKS.length);
        for (const [label, plan] of plans) {
            const [waivers, context] = [waiversOf(plan.settings), contextOf(plan.settings, TODAY)];
            check(plan, (graph, rules) => evaluate(graph, waivers, context, rules), label);
        }
    }

    it("violate nothing, and a plan decides every rule", () => {
        eachPlan(({ graph }, judge, label) => {
            const { violations, undecided } = judge(graph);
            assert.deepEqual({ label, violations }, { label, violations: [] });
            assert.deepEqual(undecided, []);
        });
    });

    it("are judged alike by the pack once they are deployed", () => {
        eachPlan(({ graph }, judge) => {
            const told = deployed(graph);
            assert.deepEqual(summary(judge(ofEngine(told))), summary(judge(graph)));
        });
    });

    it("are judged alike in the first preview, by the rules that say that they can", () => {
        eachPlan(({ graph }, judge) => {
            const can = RULES.filter(({ decidableInPreview }) => decidableInPreview === true);
            const engine = judge(ofEngine(firstPreview(graph)), can);
            assert.deepEqual(engine.undecided, []);
            assert.deepEqual(summary(engine), summary(judge(graph, can)));
        });
    });

    it("violate nothing in the first preview, where the other rules say that they cannot tell", () => {
        eachPlan(({ graph }, judge, label) => {
            const { violations, undecided } = judge(ofEngine(firstPreview(graph)));
            assert.deepEqual({ label, violations }, { label, violations: [] });
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
        eachPlan(({ graph }, judge) => {
            for (const { policy, reason } of judge(graph).waived) {
                used.add(`${policy}: ${reason}`);
            }
        });
        const spare = BUILT_IN.map(({ rule, reason }) => `${rule}: ${reason}`).filter(
            (one) => !used.has(one),
        );
        assert.deepEqual(spare, []);
    });
});

function ofEngine({ resources, inputs }: Told): Graph {
    return graphOf(resources, inputs);
}

function summary({ violations, waived }: Verdict): readonly string[] {
    return [...violations, ...waived].map(({ policy, urn }) => `${policy} ${urn}`).sort();
}
