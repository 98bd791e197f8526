import assert from "node:assert/strict";
import { pictureOf } from "../../../plan/picture/picture";
import { ACTION_MINUTES } from "../../../plan/cost/delivery";
import { cost } from "../../../plan/cost/cost";
import { loadPrices } from "../../../plan/cost/prices";
import { TRAFFIC } from "../../../plan/cost/traffic";
import { graph, resource } from "../../support/graphs";
import { planned } from "../../support/stacks";

const PROJECT = "aws:codebuild/project:Project";
const PIPELINE = "aws:codepipeline/pipeline:Pipeline";
const action = (category: string) => ({ category, name: category });

function costOf(inputs: Parameters<typeof resource>[2], type = PIPELINE) {
    return cost(graph(resource(type, "one", inputs)), {
        prices: loadPrices("us-east-1"),
        traffic: TRAFFIC.normal,
        awake: () => false,
    });
}

describe("the cost of delivery", () => {
    it("is the time of every action of a run, but for those that wait for a person", () => {
        const stages = [
            { name: "Source", actions: [action("Source")] },
            { name: "Agree", actions: [action("Approval")] },
            { name: "Build", actions: [action("Build"), action("Build")] },
        ];
        const { lines, monthly, idleMonthly, notPriced } = costOf({ pipelineType: "V2", stages });
        // Three actions of three minutes in each of eight runs: 72 minutes at $0.002.
        assert.equal(lines[0]?.quantity, 3 * ACTION_MINUTES * TRAFFIC.normal.deployments);
        assert.equal(monthly, 0.14);
        assert.equal(idleMonthly, 0);
        assert.deepEqual(notPriced, []);
    });

    it("of a pipeline of the first type is not known, and says so", () => {
        assert.deepEqual(costOf({ pipelineType: "V1", stages: [] }).notPriced, [`${PIPELINE} (V1)`]);
    });

    it("is the time of builds, where the machine's price is known", () => {
        const environment = { type: "ARM_CONTAINER", computeType: "BUILD_GENERAL1_SMALL" };
        const { monthly, idleMonthly, notPriced } = costOf({ environment }, PROJECT);
        // Eight builds of three minutes at $0.0034.
        assert.equal(monthly, 0.08);
        assert.equal(idleMonthly, 0);
        assert.deepEqual(notPriced, []);
        const gpu = { type: "LINUX_GPU_CONTAINER", computeType: "BUILD_GENERAL1_LARGE" };
        assert.deepEqual(costOf({ environment: gpu }, PROJECT).notPriced, [
            `${PROJECT} (LINUX_GPU_CONTAINER BUILD_GENERAL1_LARGE)`,
        ]);
    });

    it("is known in a plan with a pipeline, and the picture has a place for everything", async () => {
        const plan = await planned("examples/backstage.yaml");
        assert.ok(plan.cost.lines.some(({ item }) => item === "Pipeline actions"));
        assert.ok(plan.cost.lines.some(({ item }) => item === "Builds, ARM"));
        assert.deepEqual(plan.cost.notPriced, []);
        const { notPlaced, nodes } = pictureOf(plan.graph);
        assert.deepEqual(notPlaced, []);
        assert.ok(nodes.some(({ kind }) => kind === "delivery"));
    });
});
