/** From one strategy to another on a living service: what docs/strategies.md says of each pair. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { difference } from "../plan/difference/difference";
import type { Difference, PlanDocument } from "../plan/difference/model";
import { readPlan } from "../plan/difference/read";
import { json } from "../plan/json";
import { STRATEGIES, type Strategy } from "../settings/settings";
import { remembered } from "./support/recorded";
import { planText, stackFile } from "./support/planned";

/** Other times of the same strategy. */
const OTHER: Readonly<Record<Strategy, string>> = {
    rolling: "minimumHealthyPercent: 50, maximumPercent: 150",
    blueGreen: "bakeTime: 47",
    canary: "canary: { percent: 47, bake: 47 }",
    linear: "linear: { percent: 47, bake: 47 }",
    codeDeploy: "canary: { percent: 47, bake: 47 }",
};

const planOf = remembered(async (strategy: Strategy, more = ""): Promise<PlanDocument> => {
    const deploy = [`strategy: ${strategy}`, ...(more === "" ? [] : [more])].join(", ");
    const plan = await planText(
        stackFile("shop", `preset: web\nscale: { min: 2, max: 4 }\ndeploy: { ${deploy} }`),
        "staging",
    );
    return readPlan(json(plan), strategy);
});

async function switched(from: Strategy, to: Strategy): Promise<Difference> {
    const after = await planOf(to, from === to ? OTHER[to] : "");
    return difference(await planOf(from), after, { label: from });
}

const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).sort();

const serviceOf = (strategy: Strategy): string =>
    strategy === "codeDeploy" ? "shop-codedeploy" : "shop-service";

/** What becomes of the service, and which of the numbered paragraphs says what visitors see. */
interface Cell {
    readonly service: string;
    readonly visitors: string;
}

const DOCS = readFileSync(join(__dirname, "..", "docs", "strategies.md"), "utf8");

/** The table of the page, by `from to`. */
function cells(): ReadonlyMap<string, Cell> {
    const rows = DOCS.split("\n").map((line) =>
        line.split("|").map((cell) => cell.trim().replaceAll("`", "")),
    );
    const start = rows.findIndex(([, first]) => first === "from, to");
    const to = rows[start]?.slice(2, -1) ?? [];
    return new Map(
        rows.slice(start + 2, start + 2 + to.length).flatMap(([, from = "", ...all]) =>
            to.map((one, at) => {
                const [, service = "", visitors = ""] = /^(.+), (\d)$/.exec(all[at] ?? "") ?? [];
                return [`${from} ${one}`, { service, visitors }] as const;
            }),
        ),
    );
}

function visitorsOf(from: Strategy, to: Strategy): string {
    if (from === to) {
        return "1";
    }
    if (to === "codeDeploy" || from === "codeDeploy") {
        return to === "codeDeploy" ? "5" : "6";
    }
    return from === "rolling" ? "2" : to === "rolling" ? "4" : "3";
}

const pairs = STRATEGIES.flatMap((from) => STRATEGIES.map((to) => [from, to] as const));

describe("changing the strategy of a living service", () => {
    it("is described for every pair, and what visitors see for each kind of change", () => {
        const known = cells();
        assert.deepEqual([...known.keys()].sort(), pairs.map(([from, to]) => `${from} ${to}`).sort());
        for (const number of new Set([...known.values()].map(({ visitors }) => visitors))) {
            assert.match(DOCS, new RegExp(`^${number}\\. `, "m"), `nothing is said under ${number}`);
        }
    });

    for (const [from, to] of pairs) {
        it(`is what the page says: from ${from} to ${to}`, async () => {
            const said = cells().get(`${from} ${to}`);
            const found = await switched(from, to);
            const [old, fresh] = [serviceOf(from), serviceOf(to)];
            assert.deepEqual(said, {
                service: old === fresh ? "in place" : "replaced",
                visitors: visitorsOf(from, to),
            });
            assert.deepEqual(found.dataLoss, []);
            assert.ok(
                !names(found.replaced).includes(old),
                "the service itself is never replaced by its own name",
            );
            if (from === "codeDeploy" && to === "codeDeploy") {
                assert.deepEqual(names(found.added), ["shop-deploy-steps"]);
            }
            if (old === fresh) {
                const changed = names(found.changed);
                assert.ok(
                    changed.some((name) => name === old || name === "shop-deploy-group"),
                    changed.join(),
                );
                // Target groups and the rule are as they were: what is in them goes on.
                assert.ok(!changed.some((name) => /^shop-(a|b|c1|c2|rule)$/.test(name)) || from === to);
                const isTested = (strategy: Strategy) => strategy !== "rolling" && strategy !== "codeDeploy";
                assert.equal(names(found.added).includes("shop-test"), !isTested(from) && isTested(to));
                assert.equal(names(found.removed).includes("shop-test"), isTested(from) && !isTested(to));
                return;
            }
            // Another service on another load balancer, and the name leads there.
            assert.ok(names(found.added).includes(fresh) && names(found.removed).includes(old));
            assert.ok(names(found.changed).includes("edge-shop.example.com-a"));
            // The load balancer that visitors still come through keeps its way to the old tasks.
            const moved = [...names(found.replaced), ...names(found.changed)];
            assert.ok(!moved.some((name) => name.includes("requests")), moved.join());
            if (to === "codeDeploy") {
                assert.ok(names(found.added).includes("shop-c1") && names(found.removed).includes("shop-a"));
            }
        });
    }
});
