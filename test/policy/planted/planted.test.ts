/** Mistakes that people make, one by one in the graphs of stacks as they are: each is found, by the rules that it is named with and no others. */
import assert from "node:assert/strict";
import type { Graph } from "../../../plan/graph";
import { type Context, evaluate, type Violation } from "../../../policy/evaluate";
import { RULES } from "../../../policy/rules";
import { contextOf } from "../../../policy/standing";
import { BUILT_IN } from "../../../policy/waivers";
import { planned } from "../../support/stacks";
import { APPLICATION } from "./application";
import { ATTACKS } from "./attacks";
import type { Plantings } from "./changes";
import { CODE_DEPLOY, PIPELINE, STRATEGIES, TOLD } from "./delivery";
import { PERMISSIONS } from "./permissions";

const PLANTED: Readonly<Record<string, Plantings>> = {
    "Pulumi.prod.yaml": { ...APPLICATION, ...PERMISSIONS, ...ATTACKS },
    "examples/web.yaml": PIPELINE,
    "examples/backstage.yaml": TOLD,
    "examples/ghostcodedeploy.yaml": CODE_DEPLOY,
    "examples/strategies.yaml": STRATEGIES,
};

for (const [file, plantings] of Object.entries(PLANTED)) {
    describe(`mistakes in the graph of ${file}`, () => {
        let graph: Graph;
        let context: Context;
        let old: readonly string[];

        const judge = (resources: Graph["resources"]): readonly Violation[] =>
            evaluate({ ...graph, resources }, BUILT_IN, context).violations;
        const key = ({ policy, urn, message }: Violation): string => `${policy} ${urn} ${message}`;

        before(async () => {
            const plan = await planned(file);
            graph = plan.graph;
            context = contextOf(plan.settings, "2026-11-21");
            old = judge(graph.resources).map(key);
        });

        for (const [label, [change, ...rules]] of Object.entries(plantings)) {
            it(`${label}: ${rules.join(", ")}`, () => {
                const found = judge(change(graph)).filter((violation) => !old.includes(key(violation)));
                const policies = [...new Set(found.map(({ policy }) => policy))].sort();
                assert.deepEqual(policies, [...rules].sort(), JSON.stringify(found));
            });
        }
    });
}

describe("planted mistakes", () => {
    it("are of a hundred kinds, and found by half of the rules", () => {
        const all = Object.values(PLANTED).flatMap((plantings) => Object.values(plantings));
        const named = new Set(all.flatMap(([, ...rules]) => rules));
        assert.ok(all.length >= 100, String(all.length));
        assert.ok(named.size * 2 >= RULES.length, String(named.size));
        const unknown = [...named].filter((rule) => RULES.every(({ name }) => name !== rule));
        assert.deepEqual(unknown, []);
    });
});
