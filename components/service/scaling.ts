/** Application Auto Scaling of one service. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Scale, Schedule } from "../../settings/settings";
import type { ServiceAttachment } from "./args";
import { autoscalingOwnsCount, startCron, stopCron } from "./schedule";

export interface ScalingArgs {
    readonly scale: Scale;
    readonly clusterName: pulumi.Input<string>;
    readonly serviceName: pulumi.Input<string>;
    readonly attachment: Pick<ServiceAttachment, "loadBalancerArnSuffix" | "targetGroupArnSuffixes">;
}

/** The dimension that is scaled, as every policy and action has to repeat it. */
type Dimension = Pick<aws.appautoscaling.Target, "serviceNamespace" | "resourceId" | "scalableDimension">;

export function scaleService(name: string, args: ScalingArgs, parent: pulumi.Resource): void {
    const { scale } = args;
    if (!autoscalingOwnsCount(scale)) {
        return;
    }
    const target = new aws.appautoscaling.Target(
        `${name}-scaling`,
        {
            serviceNamespace: "ecs",
            scalableDimension: "ecs:service:DesiredCount",
            resourceId: pulumi.interpolate`service/${args.clusterName}/${args.serviceName}`,
            minCapacity: scale.min,
            maxCapacity: scale.max,
        },
        // A scheduled action rewrites both limits. Setting them back would wake the service at night, so a changed limit
        // takes effect when the schedule next starts the service.
        // https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html
        { parent, ignoreChanges: scale.schedule === undefined ? [] : ["minCapacity", "maxCapacity"] },
    );
    if (scale.max > scale.min) {
        track(name, args, target, parent);
    }
    if (scale.schedule !== undefined) {
        keepHours(name, scale, scale.schedule, target, parent);
    }
}

/** One policy for each metric that has a target; with several, the one that wants most tasks wins. */
function track(name: string, args: ScalingArgs, target: Dimension, parent: pulumi.Resource): void {
    for (const { suffix, targetValue, metric } of metrics(args)) {
        new aws.appautoscaling.Policy(
            `${name}-${suffix}`,
            {
                ...dimensionOf(target),
                policyType: "TargetTrackingScaling",
                targetTrackingScalingPolicyConfiguration: {
                    targetValue,
                    ...metric,
                    disableScaleIn: false,
                    scaleInCooldown: args.scale.scaleInCooldownSeconds,
                    scaleOutCooldown: args.scale.scaleOutCooldownSeconds,
                },
            },
            { parent },
        );
    }
}

interface Metric {
    readonly suffix: string;
    readonly targetValue: number;
    readonly metric: Pick<
        aws.types.input.appautoscaling.PolicyTargetTrackingScalingPolicyConfiguration,
        "predefinedMetricSpecification" | "customizedMetricSpecification"
    >;
}

/** https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html */
function metrics({ scale, attachment }: ScalingArgs): readonly Metric[] {
    const { cpuPercent, memoryPercent, requestsPerTask } = scale;
    const predefined = (predefinedMetricType: string) => ({
        predefinedMetricSpecification: { predefinedMetricType },
    });
    return [
        ...(cpuPercent === undefined
            ? []
            : [
                  {
                      suffix: "cpu",
                      targetValue: cpuPercent,
                      metric: predefined("ECSServiceAverageCPUUtilization"),
                  },
              ]),
        ...(memoryPercent === undefined
            ? []
            : [
                  {
                      suffix: "memory",
                      targetValue: memoryPercent,
                      metric: predefined("ECSServiceAverageMemoryUtilization"),
                  },
              ]),
        ...(requestsPerTask === undefined
            ? []
            : [{ suffix: "requests", targetValue: requestsPerTask, metric: requestsOf(attachment) }]),
    ];
}

/**
 * The ready-made metric looks at one target group, and tasks change between two. Each group's requests for each of its
 * targets, added up, are the requests for each task, whichever group gets them, and while both do.
 */
function requestsOf(attachment: ScalingArgs["attachment"]): Metric["metric"] {
    const { loadBalancerArnSuffix, targetGroupArnSuffixes } = attachment;
    const [group, other] = targetGroupArnSuffixes;
    if (group !== undefined && other === undefined) {
        return {
            predefinedMetricSpecification: {
                predefinedMetricType: "ALBRequestCountPerTarget",
                resourceLabel: pulumi.interpolate`${loadBalancerArnSuffix}/${group}`,
            },
        };
    }
    const measured = targetGroupArnSuffixes.map((suffix, at) => ({
        id: `requests${at + 1}`,
        returnData: false,
        metricStat: {
            stat: "Sum",
            metric: {
                namespace: "AWS/ApplicationELB",
                metricName: "RequestCountPerTarget",
                dimensions: [
                    { name: "LoadBalancer", value: loadBalancerArnSuffix },
                    { name: "TargetGroup", value: suffix },
                ],
            },
        },
    }));
    const expression = measured.map(({ id }) => `FILL(${id}, 0)`).join(" + ");
    return {
        customizedMetricSpecification: {
            metrics: [{ id: "total", expression, returnData: true }, ...measured],
        },
    };
}

/** Office hours. A deployment outside of them is steady with no task at all and proves nothing. */
function keepHours(
    name: string,
    { min, max }: Scale,
    schedule: Schedule,
    target: Dimension,
    parent: pulumi.Resource,
): void {
    const action = (suffix: string, when: string, minCapacity: number, maxCapacity: number) =>
        new aws.appautoscaling.ScheduledAction(
            `${name}-${suffix}`,
            {
                ...dimensionOf(target),
                schedule: when,
                timezone: schedule.timezone,
                scalableTargetAction: { minCapacity, maxCapacity },
            },
            { parent },
        );
    action("start", startCron(schedule), min, max);
    action("stop", stopCron(schedule), 0, 0);
}

function dimensionOf({ serviceNamespace, resourceId, scalableDimension }: Dimension): Dimension {
    return { serviceNamespace, resourceId, scalableDimension };
}
