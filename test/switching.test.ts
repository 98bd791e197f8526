/** From one strategy to another on a living service: what docs/strategies.md says of each pair. */
import assert from "node:assert/strict";
import { difference } from "../plan/difference/difference";
import type { Difference, PlanDocument } from "../plan/difference/model";
import { readPlan } from "../plan/difference/read";
import { json } from "../plan/json";
import { STRATEGIES, type Strategy } from "../settings/settings";
import { remembered } from "./support/recorded";
import { planText, stackFile } from "./support/planned";

const planOf = remembered(async (strategy: Strategy): Promise<PlanDocument> => {
    const lines = `preset: web\nscale: { min: 2, max: 4 }\ndeploy: { strategy: ${strategy} }`;
    const plan = await planText(stackFile("shop", lines), "staging");
    return readPlan(json(plan), strategy);
});

async function switched(from: Strategy, to: Strategy): Promise<Difference> {
    return difference(await planOf(from), await planOf(to), { label: from });
}

const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).sort();
const native = STRATEGIES.filter((strategy) => strategy !== "codeDeploy");
const pairs = native.flatMap((from) => native.filter((to) => to !== from).map((to) => [from, to] as const));

describe("changing the strategy of a living service", () => {
    for (const [from, to] of pairs) {
        it(`is done in place, from ${from} to ${to}, with the target groups and the rule as they are`, async () => {
            const found = await switched(from, to);
            assert.deepEqual(names(found.replaced), []);
            assert.ok(names(found.changed).includes("shop-service"));
            assert.ok(!names(found.changed).some((name) => /^shop-(a|b|rule)$/.test(name)));
            assert.deepEqual(found.dataLoss, []);
            assert.equal(names(found.added).includes("shop-test"), from === "rolling");
            assert.equal(names(found.removed).includes("shop-test"), to === "rolling");
        });
    }

    it("to CodeDeploy and back makes another service on another load balancer, and moves the name", async () => {
        for (const strategy of native) {
            const there = await switched(strategy, "codeDeploy");
            const back = await switched("codeDeploy", strategy);
            // Not a change of the living one, which is deleted when everything else is done.
            for (const [found, old, fresh] of [
                [there, "shop-service", "shop-codedeploy"],
                [back, "shop-codedeploy", "shop-service"],
            ] as const) {
                assert.ok(names(found.added).includes(fresh) && names(found.removed).includes(old));
                assert.ok(names(found.changed).includes("edge-shop.example.com-a"));
                // The load balancer that visitors still come through keeps its way to the old tasks.
                const moved = [...names(found.replaced), ...names(found.changed)];
                assert.ok(!moved.some((name) => name.includes("requests")), moved.join());
                assert.deepEqual(found.dataLoss, []);
            }
            assert.ok(names(there.added).includes("shop-c1") && names(there.removed).includes("shop-a"));
        }
    });
});
