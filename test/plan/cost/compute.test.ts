import assert from "node:assert/strict";
import fc from "fast-check";
import { lineOf, NOBODY, priced, service, type Service } from "./fixture";

const quiet = { traffic: NOBODY };

function monthly(given: Service): number {
    return priced(service(given), quiet).monthly;
}

const SPOT_4_TO_1 = [
    { capacityProvider: "FARGATE", base: 0, weight: 1 },
    { capacityProvider: "FARGATE_SPOT", base: 0, weight: 4 },
];
const BASE_1_THEN_HALF = [
    { capacityProvider: "FARGATE", base: 1, weight: 1 },
    { capacityProvider: "FARGATE_SPOT", base: 0, weight: 1 },
];
const OFFICE = { "cron(0 7 ? * MON-FRI *)": 1, "cron(0 20 ? * * *)": 0 };

describe("cost of Fargate", () => {
    it("x86: 1 vCPU and 2 GB for 730 hours", () => {
        // 730 × 0.04048 = 29.5504; 730 × 2 × 0.004445 = 6.4897
        assert.equal(monthly({ architecture: "X86_64" }), 36.04);
    });

    it("ARM: a fifth less", () => {
        // 730 × 0.03238 = 23.6374; 730 × 2 × 0.00356 = 5.1976
        assert.equal(monthly({ architecture: "ARM64" }), 28.84); // 28.8350
        assert.ok(monthly({ architecture: "ARM64" }) < 0.81 * monthly({ architecture: "X86_64" }));
    });

    it("is linear in the number of tasks", () => {
        fc.assert(
            fc.property(fc.integer({ min: 1, max: 40 }), (tasks) => {
                const one = priced(service(), quiet);
                const many = priced(service({ min: tasks }), quiet);
                one.lines.forEach((line, i) => {
                    assert.ok(Math.abs((many.lines[i]?.monthly ?? 0) - tasks * line.monthly) < 1e-4);
                });
            }),
        );
    });

    it("Spot: four of five hours at Spot's price", () => {
        const { lines } = priced(service({ strategies: SPOT_4_TO_1 }), quiet);
        const hours = new Map(lines.map(({ item, quantity }) => [item, quantity]));
        assert.equal(hours.get("Fargate vCPU, ARM"), 146); // 730 × 1/5
        assert.equal(hours.get("Fargate Spot vCPU, ARM"), 584); // 730 × 4/5
        // 146 × (0.03238 + 2 × 0.00356) + 584 × (0.01030969 + 2 × 0.00113349) = 5.7670 + 7.3448
        assert.equal(monthly({ strategies: SPOT_4_TO_1 }), 13.11);
    });

    it("Spot: the base comes first", () => {
        const costs = priced(service({ strategies: BASE_1_THEN_HALF, min: 3 }), quiet);
        assert.equal(lineOf(costs, "Fargate vCPU, ARM").quantity, 2 * 730); // 1 + 2/2
        assert.equal(lineOf(costs, "Fargate Spot vCPU, ARM").quantity, 730); // 2/2
    });

    it("Spot: a base larger than the service leaves nothing for the weights", () => {
        const strategies = [
            { capacityProvider: "FARGATE", base: 5, weight: 0 },
            { capacityProvider: "FARGATE_SPOT", base: 0, weight: 1 },
        ];
        assert.deepEqual(
            priced(service({ strategies, min: 2 }), quiet).lines.map(({ item }) => item),
            ["Fargate vCPU, ARM", "Fargate memory, ARM"],
        );
    });

    it("office hours: 65 of 168 hours of the week", () => {
        // 730 × 65 / 168 = 282.440476 hours
        const costs = priced(service({ actions: OFFICE }), quiet);
        assert.equal(lineOf(costs, "Fargate vCPU, ARM").quantity, 282.440476);
    });

    it("a schedule that cannot be read saves nothing", () => {
        const costs = priced(service({ actions: { "rate(1 day)": 0 } }), quiet);
        assert.equal(lineOf(costs, "Fargate vCPU, ARM").quantity, 730);
    });

    it("between the bounds: only while somebody is there", () => {
        const traffic = { ...NOBODY, hoursInUse: 100, load: 0.5 };
        const costs = priced(service({ min: 2, max: 6 }), { traffic });
        // 630 h × 2 + 100 h × (2 + 0.5 × 4)
        assert.equal(lineOf(costs, "Fargate vCPU, ARM").quantity, 1660);
        assert.equal(lineOf(costs, "Fargate vCPU, ARM").idleMonthly, 1460 * 0.03238);
    });

    it("nobody is there at night", () => {
        const traffic = { ...NOBODY, hoursInUse: 730, load: 1 };
        const actions = { "cron(0 7 ? * MON-FRI *)": [1, 3] as const, "cron(0 20 ? * * *)": 0 };
        const costs = priced(service({ actions }), { traffic });
        assert.equal(lineOf(costs, "Fargate vCPU, ARM").quantity, 847.321429); // 3 × 282.440476
    });

    it("public addresses of tasks", () => {
        const costs = priced(service({ publicIp: true, min: 2 }), quiet);
        assert.equal(lineOf(costs, "Public IPv4 address").monthly, 7.3); // 2 × 730 × 0.005
    });

    it("the disk beyond 20 GB", () => {
        const costs = priced(service({ disk: 50 }), quiet);
        assert.equal(lineOf(costs, "Fargate storage beyond 20 GB").quantity, 30 * 730);
    });

    it("EC2 is not priced, and said", () => {
        const [task, running] = service();
        assert.ok(task && running);
        const onEc2 = { ...running, inputs: { ...running.inputs, launchType: "EC2" } };
        assert.deepEqual(priced([task, onEc2]).notPriced, ["aws:ecs/service:Service (EC2)"]);
    });
});

describe("cost of Container Insights", () => {
    const inCluster = (value: string, tasks: number) =>
        priced(
            [
                {
                    type: "aws:ecs/cluster:Cluster",
                    name: "cluster",
                    inputs: { settings: [{ name: "containerInsights", value }] },
                },
                ...service({ min: tasks, refers: { cluster: ["cluster"] } }),
            ],
            quiet,
        );

    it("enhanced: cluster, service, task definition, and each task and container", () => {
        // 29 + 31 + 26 + 2 × (26 + 26) = 190
        const line = lineOf(inCluster("enhanced", 2), "Container Insights metrics, enhanced");
        assert.equal(line.quantity, 190);
        assert.equal(line.monthly, 13.3); // 190 × 0.07
    });

    it("standard: as many metrics for any number of tasks", () => {
        // 12 + 15 + 10 = 37
        assert.equal(lineOf(inCluster("enabled", 2), "Container Insights metrics").quantity, 37);
        assert.equal(lineOf(inCluster("enabled", 9), "Container Insights metrics").monthly, 11.1); // 37 × 0.30
    });

    it("disabled: none", () => {
        assert.ok(inCluster("disabled", 2).lines.every(({ unit }) => unit !== "metric-month"));
    });
});
