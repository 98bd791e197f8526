/** The cost of the shipped stacks, as the plan shows it. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { staysConnected } from "../../../plan/cost/awake";
import { cost } from "../../../plan/cost/cost";
import { costOfGroups } from "../../../plan/cost/describe";
import { ORIGINALS } from "../../../plan/cost/originals";
import { costOfOriginal, costOfPlan } from "../../../plan/cost/page";
import { loadPrices } from "../../../plan/cost/prices";
import { FREE, isOutsideAws, PRICED } from "../../../plan/cost/table";
import { TRAFFIC, TRAFFIC_WORDS, type Traffic } from "../../../plan/cost/traffic";
import { json } from "../../../plan/json";
import type { Plan } from "../../../plan/plan";
import { groups, ownersOf } from "../../../plan/sections";
import { summary } from "../../../plan/summary";
import { stackFiles } from "../../../scripts/golden";
import { planned } from "../../support/stacks";

/** A gateway endpoint, an alias of a load balancer, a cluster without Container Insights, a policy that is no tracking. */
const MAY_BE_FREE: ReadonlySet<string> = new Set([
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    "aws:route53/record:Record",
    "aws:ecs/cluster:Cluster",
]);

const STACKS = ["dev", "staging", "prod"];

/** What no source has a price of. */
const NOT_PRICED: Readonly<Record<string, readonly string[]>> = {
    "examples/backstagetest.yaml": ["aws:codebuild/project:Project (ARM_CONTAINER BUILD_GENERAL1_MEDIUM)"],
};

/** Any traffic, up to ten times the heavy one. */
const anyTraffic: fc.Arbitrary<Traffic> = fc
    .record(
        Object.fromEntries(
            Object.keys(TRAFFIC_WORDS).map((key) => [
                key,
                fc.double({
                    min: 0,
                    max: key === "load" ? 1 : 10 * TRAFFIC.heavy[key as keyof typeof TRAFFIC_WORDS],
                    noNaN: true,
                }),
            ]),
        ) as Record<keyof typeof TRAFFIC_WORDS, fc.Arbitrary<number>>,
    )
    .map((numbers) => ({ ...numbers, name: "any" }));

describe("cost of the stacks", () => {
    const plans = new Map<string, Plan>();
    const planOf = (name: string): Plan => {
        const plan = plans.get(name);
        assert.ok(plan);
        return plan;
    };

    before(async () => {
        for (const name of STACKS) {
            plans.set(name, await planned(`Pulumi.${name}.yaml`));
        }
    });

    for (const name of STACKS) {
        describe(name, () => {
            it("costs what its lines cost", () => {
                const { lines, monthly, idleMonthly } = planOf(name).cost;
                const sum = (amounts: readonly number[]): number => amounts.reduce((a, b) => a + b, 0);
                assert.ok(Math.abs(sum(lines.map((line) => line.monthly)) - monthly) <= 0.005);
                assert.ok(Math.abs(sum(lines.map((line) => line.idleMonthly)) - idleMonthly) <= 0.005);
            });

            it("costs what its groups cost, to the cent of each", () => {
                const { graph, settings, cost: all } = planOf(name);
                const parts = costOfGroups(all, groups(graph, ownersOf(settings)));
                const sum = parts.reduce((total, { monthly }) => total + monthly, 0);
                assert.ok(Math.abs(sum - all.monthly) <= 0.005 * (parts.length + 1));
            });

            it("is never dearer without a visitor, whatever the traffic", () => {
                const { graph, settings } = planOf(name);
                const prices = loadPrices(settings.region);
                const connected = staysConnected(graph, settings.apps);
                fc.assert(
                    fc.property(anyTraffic, fc.boolean(), (traffic, all) => {
                        const awake = all ? () => true : connected;
                        const { lines } = cost(graph, { prices, traffic, awake });
                        for (const { item, monthly, idleMonthly } of lines) {
                            assert.ok(idleMonthly <= monthly + 1e-6, `${item}: ${idleMonthly} > ${monthly}`);
                        }
                    }),
                    { numRuns: 25 },
                );
            });

            it("is the same in the JSON and the summary", () => {
                const plan = planOf(name);
                const { monthly, idleMonthly } = plan.cost;
                const written = json(plan).cost as Record<string, unknown>;
                assert.equal(written.monthly, monthly);
                assert.equal((written.lines as unknown[]).length, plan.cost.lines.length);
                assert.ok(Array.isArray(written.groups));
                const words = `$${monthly.toFixed(2)} a month, $${idleMonthly.toFixed(2)} idle`;
                assert.ok(summary(plan).includes(words));
            });
        });
    }

    for (const file of stackFiles()) {
        it(`${file}: prices every resource, or says that it does not, and why the rest costs nothing`, async () => {
            const { cost: said, graph } = await planned(file);
            assert.deepEqual(said.notPriced, NOT_PRICED[file] ?? []);
            const charged = new Set(said.lines.map(({ urn }) => urn));
            const silent = graph.resources.filter(
                ({ urn, type, custom }) =>
                    custom &&
                    !isOutsideAws(type) &&
                    !charged.has(urn) &&
                    FREE[type] === undefined &&
                    !said.notPriced.some((text) => text.startsWith(type)),
            );
            // Of these, some cost nothing as they are set up.
            assert.deepEqual(
                silent.map(({ type }) => type).filter((type) => PRICED[type] === undefined),
                [],
            );
            assert.deepEqual(
                [...new Set(silent.map(({ type }) => type))].filter((type) => !MAY_BE_FREE.has(type)),
                [],
            );
        });
    }

    it("dev pauses its database, staging and prod do not", () => {
        const idle = (name: string): number =>
            planOf(name)
                .cost.lines.filter(({ unit }) => unit === "ACU-hour")
                .reduce((all, { idleMonthly }) => all + idleMonthly, 0);
        assert.ok(idle("dev") < 1, String(idle("dev")));
        assert.ok(idle("staging") > 40 && idle("prod") > 80);
    });

    it("dev stays awake in office hours where its health check asks the database", () => {
        const { graph, settings } = planOf("dev");
        const asking = settings.apps.map((app) => ({ ...app, health: { ...app.health, path: "/status" } }));
        const prices = loadPrices("us-east-1");
        const of = (apps: typeof settings.apps): number =>
            cost(graph, { prices, traffic: TRAFFIC.normal, awake: staysConnected(graph, apps) }).idleMonthly;
        // 282.44 hours instead of 2.17, at 0.5 ACU and 0.12: 16.95 instead of 0.13
        assert.equal((of(asking) - of(settings.apps)).toFixed(2), "16.82");
    });

    it("dev idle at us-east-1's prices, by hand", () => {
        const idle =
            730 * 0.0225 + // load balancer                                        16.425
            2 * 730 * 0.005 + // its addresses in two zones                          7.300
            282.440476 * 0.2 * (0.5 * 0.03238 + 0.00356) + // a fifth on demand       1.116
            282.440476 * 0.8 * (0.5 * 0.01030969 + 0.00113349) + // the rest Spot     1.421
            282.440476 * 0.005 + // the task's address                              1.412
            21.72619 * 0.1 * 0.5 * 0.12 + // the database, woken by each start       0.130
            5 * 0.1 + // its storage                                               0.500
            5 * 0.3 +
            20 * 0.023 +
            2 * 0.1 + // EFS, S3, ECR                         2.160
            4 * 0.4 +
            1; // secrets with that of the master user, a key             2.600
        // Logs and the certificate's record are cents.
        assert.ok(Math.abs(costOfPlan(planOf("dev")).idleMonthly - idle) < 0.1, String(idle));
    });

    it("prod's dearest at us-east-1's prices, by hand", () => {
        const { lines } = costOfPlan(planOf("prod"));
        const sum = (item: string): string =>
            lines
                .filter((line) => line.item === item)
                .reduce((all, { monthly }) => all + monthly, 0)
                .toFixed(2);
        // Two instances: 530 h × 0.5 + 200 h × (0.5 + 0.2 × 7.5) = 665 ACU-hours each
        assert.equal(sum("Aurora Serverless v2"), (2 * 665 * 0.12).toFixed(2)); // 159.60
        // 530 h × 2 + 200 h × (2 + 0.2 × 4) = 1620 hours of 1 vCPU and 2 GB
        assert.equal(sum("Fargate vCPU, ARM"), (1620 * 0.03238).toFixed(2)); // 52.46
        assert.equal(sum("Fargate memory, ARM"), (3240 * 0.00356).toFixed(2)); // 11.53
        // A gateway in each of three zones, or one for all of them, which costs as much.
        const nat = Number(sum("NAT gateway")) + Number(sum("Regional NAT gateway, each zone"));
        assert.equal(nat, 98.55); // 3 × 730 × 0.045
    });
});

describe("cost beside the originals", () => {
    const [bookstack] = ORIGINALS;
    assert.ok(bookstack);

    it("prices every resource of an original", () => {
        for (const original of ORIGINALS) {
            assert.deepEqual(costOfOriginal(original, true).notPriced, [], original.name);
        }
    });

    it("BookStack's, by hand", () => {
        const idle =
            730 * 0.0225 + // load balancer                     16.4250
            2 * 730 * 0.005 + // its addresses                   7.3000
            730 * (0.03238 + 2 * 0.00356) + // one task         28.8350
            730 * 0.5 * 0.12 + // the database                  43.8000
            5 * 0.1 +
            20 * 0.023 +
            0.4 + // data, a secret       1.3600
            730 * (0.045 + 0.005); // the way out                36.5000
        // Its log, 730 × 0.2 MB at 0.50 and what is kept of it, is 9 cents; the gateway's data 1.
        assert.ok(Math.abs(costOfOriginal(bookstack, true).idleMonthly - idle) < 0.12);
        assert.ok(Math.abs(costOfOriginal(bookstack, false).idleMonthly - (idle - 36.5)) < 0.12);
    });

    it("Ghost's, by hand", () => {
        const ghost = ORIGINALS.find(({ preset }) => preset === "ghost");
        assert.ok(ghost);
        const { lines } = costOfOriginal(ghost, true);
        const of = (item: string): number =>
            lines.filter((line) => line.item === item).reduce((all, line) => all + line.idleMonthly, 0);
        // Two tasks of a quarter vCPU and half a GB, each with an address, beside the load balancer's two.
        assert.ok(Math.abs(of("Fargate vCPU") - 730 * 2 * 0.25 * 0.04048) < 0.01);
        assert.ok(Math.abs(of("Fargate memory") - 730 * 2 * 0.5 * 0.004445) < 0.01);
        assert.ok(Math.abs(of("Public IPv4 address") - 730 * 4 * 0.005) < 0.01);
        assert.ok(Math.abs(of("Application Load Balancer") - 730 * 0.0225) < 0.01);
    });

    it("eight applications idle below the originals of BookStack and Backstage together", async () => {
        const team = costOfPlan(await planned("examples/team.yaml")).idleMonthly;
        const [book, stage] = ["bookstack", "backstage"].map((preset) => {
            const original = ORIGINALS.find((one) => one.preset === preset);
            assert.ok(original);
            return costOfOriginal(original, true).idleMonthly;
        });
        assert.ok(book !== undefined && stage !== undefined);
        assert.ok(team < book + stage, `${team} and ${book} + ${stage}`);
    });

    it("dev idles at a third of BookStack's or less", async () => {
        const dev = costOfPlan(await planned("Pulumi.dev.yaml"));
        const share = dev.idleMonthly / costOfOriginal(bookstack, true).idleMonthly;
        assert.ok(share <= 1 / 3, `${(share * 100).toFixed(1)} %`);
    });
});
