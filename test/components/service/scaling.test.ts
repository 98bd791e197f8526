import { strict as assert } from "node:assert";
import type { Graph } from "../../../plan/graph";
import type { Schedule } from "../../../settings/settings";
import { ofType, only, reference } from "../../support/graph";
import { app } from "./fixture";
import { ATTACHMENT, recordService } from "./recording";

const HOURS: Schedule = { days: "MON-FRI", start: "07:00", stop: "20:00", timezone: "Europe/Berlin" };

const SERVICE = "aws:ecs/service:Service";
const TARGET = "aws:appautoscaling/target:Target";

describe("the number of tasks", () => {
    const scaled = (scale: Partial<ReturnType<typeof app>["scale"]>, groups?: readonly string[]) =>
        recordService({
            app: app({ scale: { ...app().scale, ...scale } }),
            ...(groups === undefined
                ? {}
                : { attachment: { ...ATTACHMENT, targetGroupArnSuffixes: groups, dependsOn: [] } }),
        });

    const requestsOf = (id: string, group: string) => ({
        id,
        returnData: false,
        metricStat: {
            stat: "Sum",
            metric: {
                namespace: "AWS/ApplicationELB",
                metricName: "RequestCountPerTarget",
                dimensions: [
                    { name: "LoadBalancer", value: "app/dev/1" },
                    { name: "TargetGroup", value: group },
                ],
            },
        },
    });

    it("is ignored in the service exactly where autoscaling owns it", async () => {
        const ignored = async (graph: Promise<Graph>) => only(await graph, SERVICE).options.ignoreChanges;
        assert.deepEqual(await ignored(scaled({ min: 2, max: 4 })), ["desiredCount"]);
        assert.deepEqual(await ignored(scaled({ min: 2, max: 2, schedule: HOURS })), ["desiredCount"]);
        assert.deepEqual(await ignored(scaled({ min: 2, max: 2 })), []);
        assert.equal(ofType(await scaled({ min: 2, max: 2 }), TARGET).length, 0);
    });

    it("follows each metric that has a target, with the cooldowns that were decided", async () => {
        const graph = await scaled({ cpuPercent: 60, memoryPercent: 75, requestsPerTask: 900 });
        const followed = ofType(graph, "aws:appautoscaling/policy:Policy").map(
            ({ inputs }) => inputs.targetTrackingScalingPolicyConfiguration,
        );
        const cooldowns = { disableScaleIn: false, scaleInCooldown: 300, scaleOutCooldown: 60 };
        assert.deepEqual(followed, [
            {
                ...cooldowns,
                predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
                targetValue: 60,
            },
            {
                ...cooldowns,
                predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageMemoryUtilization" },
                targetValue: 75,
            },
            {
                ...cooldowns,
                customizedMetricSpecification: {
                    metrics: [
                        {
                            id: "total",
                            expression: "FILL(requests1, 0) + FILL(requests2, 0)",
                            returnData: true,
                        },
                        requestsOf("requests1", "targetgroup/wiki-a/2"),
                        requestsOf("requests2", "targetgroup/wiki-b/3"),
                    ],
                },
                targetValue: 900,
            },
        ]);
    });

    it("follows the ready-made metric where tasks are always in the same group", async () => {
        const graph = await scaled({ requestsPerTask: 900 }, [ATTACHMENT.targetGroupArnSuffixes[0]]);
        const { inputs } = only(graph, "aws:appautoscaling/policy:Policy", "wiki-requests");
        assert.deepEqual(inputs.targetTrackingScalingPolicyConfiguration, {
            disableScaleIn: false,
            predefinedMetricSpecification: {
                predefinedMetricType: "ALBRequestCountPerTarget",
                resourceLabel: "app/dev/1/targetgroup/wiki-a/2",
            },
            scaleInCooldown: 300,
            scaleOutCooldown: 60,
            targetValue: 900,
        });
    });

    it("is between the limits that were decided, of this service in this cluster", async () => {
        const graph = await scaled({});
        const { inputs, options } = only(graph, TARGET);
        assert.deepEqual([inputs.minCapacity, inputs.maxCapacity], [2, 4]);
        assert.equal(inputs.resourceId, `service/dev/${reference(only(graph, SERVICE), "name")}`);
        assert.deepEqual(options.ignoreChanges, []);
    });

    it("goes to zero outside of office hours, and no `up` or refresh wakes it", async () => {
        const graph = await scaled({ min: 1, max: 3, schedule: HOURS });
        assert.deepEqual(only(graph, TARGET).options.ignoreChanges, ["minCapacity", "maxCapacity"]);
        const actions = ofType(graph, "aws:appautoscaling/scheduledAction:ScheduledAction").map(
            ({ inputs }) => [inputs.schedule, inputs.timezone, inputs.scalableTargetAction],
        );
        assert.deepEqual(actions, [
            ["cron(0 7 ? * MON-FRI *)", "Europe/Berlin", { maxCapacity: 3, minCapacity: 1 }],
            ["cron(0 20 ? * * *)", "Europe/Berlin", { maxCapacity: 0, minCapacity: 0 }],
        ]);
    });
});
