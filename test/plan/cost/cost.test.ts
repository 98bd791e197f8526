import assert from "node:assert/strict";
import type { Recorded } from "../../../plan/cost/recorded";
import { describeCost } from "../../../plan/cost/describe";
import { loadPrices } from "../../../plan/cost/prices";
import { lineOf, NOBODY, priced, service } from "./fixture";

const UNKNOWN: Recorded = { type: "aws:redshift/cluster:Cluster", name: "warehouse", inputs: {} };
const SECRET: Recorded = { type: "aws:secretsmanager/secret:Secret", name: "secret", inputs: {} };
const DATABASE: Recorded = {
    type: "aws:rds/clusterInstance:ClusterInstance",
    name: "instance",
    inputs: { instanceClass: "db.r6g.large" },
    refers: { clusterIdentifier: ["cluster"] },
};

describe("cost", () => {
    it("lists a type that nobody has a price for, once", () => {
        const costs = priced([SECRET, UNKNOWN, { ...UNKNOWN, name: "second" }]);
        assert.deepEqual(costs.notPriced, ["aws:redshift/cluster:Cluster"]);
        assert.equal(costs.monthly, 0.4);
    });

    it("lists a size that nobody has a price for", () => {
        const cluster: Recorded = { type: "aws:rds/cluster:Cluster", name: "cluster", inputs: {} };
        assert.deepEqual(priced([cluster, DATABASE]).notPriced, [
            "aws:rds/clusterInstance:ClusterInstance (db.r6g.large)",
        ]);
    });

    it("lists a parameter that is not of the free tier, and takes the others as free", () => {
        const parameter = (tier: string): Recorded => ({
            type: "aws:ssm/parameter:Parameter",
            name: tier,
            inputs: { tier },
        });
        assert.deepEqual(priced([parameter("Standard")]).notPriced, []);
        assert.deepEqual(priced([parameter("Advanced")]).notPriced, ["aws:ssm/parameter:Parameter"]);
    });

    it("has nothing to say about what AWS never hears of", () => {
        const random = { type: "random:index/randomPassword:RandomPassword", name: "password", inputs: {} };
        assert.deepEqual(priced([random]).lines, []);
        assert.deepEqual(priced([random]).notPriced, []);
    });

    it("a line is its quantity at its price", () => {
        const costs = priced(service({ min: 3, max: 9 }));
        for (const { quantity, unitPrice, monthly } of costs.lines) {
            assert.ok(Math.abs(quantity * unitPrice - monthly) < 1e-6);
        }
    });

    it("carries what it assumes", () => {
        const { traffic, assumptions } = priced([SECRET], { traffic: NOBODY });
        assert.equal(traffic, NOBODY);
        assert.ok(assumptions.some((text) => text === "0 deployments"));
        assert.ok(assumptions.some((text) => text.includes("730 hours")));
    });
});

describe("whose prices", () => {
    const lambda: Recorded = {
        type: "aws:lambda/function:Function",
        name: "job",
        inputs: { architectures: ["arm64"] },
    };

    it("the region's own", () => {
        const costs = priced([SECRET], { prices: loadPrices("eu-west-1") });
        assert.equal(costs.borrowed, undefined);
        assert.equal(describeCost(costs), "$0.40 a month, $0.40 idle (eu-west-1 prices of 2026-09)");
    });

    it("the region's own, but for some", () => {
        const costs = priced([SECRET, lambda], { prices: loadPrices("eu-west-1") });
        assert.deepEqual(costs.borrowed, {
            for: "eu-west-1",
            region: "us-east-1",
            items: ["Lambda time, ARM"],
        });
        assert.equal(
            describeCost(costs),
            "$0.40 a month, $0.40 idle (eu-west-1 prices of 2026-07, 1 of us-east-1)",
        );
    });

    it("another region's, where none of its own are known", () => {
        const costs = priced([SECRET, lambda], { prices: loadPrices("ap-south-1") });
        assert.equal(costs.region, "us-east-1");
        assert.equal(costs.borrowed?.items.length, 3);
        assert.match(describeCost(costs), /\(us-east-1 prices of 2026-07, none known of ap-south-1\)$/);
    });

    it("as old as the oldest that is used", () => {
        assert.equal(priced([SECRET]).pricesAsOf, "2026-09");
        assert.equal(priced([SECRET, lambda]).pricesAsOf, "2026-07");
    });

    it("the region's price makes the difference", () => {
        const nat: Recorded = { type: "aws:ec2/natGateway:NatGateway", name: "nat", inputs: {} };
        const costs = priced([nat], { prices: loadPrices("eu-west-1"), traffic: NOBODY });
        assert.equal(lineOf(costs, "NAT gateway").monthly, 35.04); // 730 × 0.048
    });
});
