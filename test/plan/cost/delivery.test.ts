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

    for (const [type, size, monthly] of [
        ["LINUX_CONTAINER", "SMALL", 0.12], // 24 minutes at $0.005
        ["LINUX_CONTAINER", "MEDIUM", 0.24], // at $0.01
        ["LINUX_CONTAINER", "LARGE", 0.48], // at $0.02
    ] as const) {
        it(`of a build on ${type} ${size} is known`, () => {
            const environment = { type, computeType: `BUILD_GENERAL1_${size}` };
            const known = costOf({ environment }, PROJECT);
            assert.deepEqual([known.monthly, known.notPriced], [monthly, []]);
        });
    }

    for (const size of ["MEDIUM", "LARGE"]) {
        it(`of a build on ARM_CONTAINER ${size} is not known, and says so`, () => {
            const environment = { type: "ARM_CONTAINER", computeType: `BUILD_GENERAL1_${size}` };
            const { monthly, notPriced } = costOf({ environment }, PROJECT);
            assert.deepEqual(
                [monthly, notPriced],
                [0, [`${PROJECT} (ARM_CONTAINER BUILD_GENERAL1_${size})`]],
            );
        });
    }

    it("of what pipelines hand on is that of so much for each run, not that of an application's bucket", () => {
        const bucket = resource("aws:s3/bucket:Bucket", "artifacts", { bucket: "artifacts" });
        const pipeline = resource(PIPELINE, "one", {
            pipelineType: "V2",
            stages: [],
            artifactStores: [{ location: "artifacts" }],
        });
        const { lines } = cost(graph(bucket, pipeline), {
            prices: loadPrices("us-east-1"),
            traffic: TRAFFIC.normal,
            awake: () => false,
        });
        assert.deepEqual(
            lines.map(({ item, quantity }) => [item, quantity]),
            [["S3 storage", 0.4]],
        );
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
