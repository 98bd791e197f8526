/**
 * The alarms that take a deployment back. Each looks at both target groups, because the tasks of a new version are in the
 * one that the old version's are not in, and whichever does worse counts: a canary's errors are few among all requests.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { AlarmThresholds } from "../../settings/deploy";
import type { ServiceAttachment } from "./args";

type Query = aws.types.input.cloudwatch.MetricAlarmMetricQuery;

export interface AlarmsArgs {
    readonly app: string;
    readonly thresholds: AlarmThresholds;
    readonly attachment: Pick<ServiceAttachment, "loadBalancerArnSuffix" | "targetGroupArnSuffixes">;
}

/** Seconds that a value stands for. */
const PERIOD = 60;

interface Alarm {
    readonly suffix: string;
    readonly description: string;
    /** Of the worst group, from the metrics named below with the group's number behind. */
    readonly expression: (group: number) => string;
    /** Name → metric and statistic. */
    readonly metrics: Readonly<Record<string, readonly [metric: string, stat: string]>>;
    readonly threshold: number;
    readonly comparison: "GreaterThanThreshold" | "GreaterThanOrEqualToThreshold";
    /** Of that many minutes … */
    readonly minutes: number;
    /** … so many must be bad. */
    readonly badMinutes: number;
}

/** The alarms of a service, to be named by whoever deploys it. */
export function createAlarms(
    name: string,
    args: AlarmsArgs,
    parent: pulumi.Resource,
): readonly aws.cloudwatch.MetricAlarm[] {
    return alarmsFor(args).map(
        (alarm) =>
            new aws.cloudwatch.MetricAlarm(
                `${name}-${alarm.suffix}`,
                {
                    alarmDescription: alarm.description,
                    comparisonOperator: alarm.comparison,
                    threshold: alarm.threshold,
                    evaluationPeriods: alarm.minutes,
                    datapointsToAlarm: alarm.badMinutes,
                    // No requests, no answers: that is nobody's fault.
                    treatMissingData: "notBreaching",
                    actionsEnabled: true,
                    metricQueries: queriesOf(alarm, args.attachment),
                },
                { parent },
            ),
    );
}

/** What is watched, and from when on it is bad. */
function alarmsFor({ app, thresholds }: Pick<AlarmsArgs, "app" | "thresholds">): readonly Alarm[] {
    const { errorPercent, minimumRequests, latencySeconds, unhealthyMinutes } = thresholds;
    const requests = ["RequestCount", "Sum"] as const;
    return [
        {
            suffix: "errors",
            description: `More than ${errorPercent} % of the answers of ${app} are errors (5xx)`,
            expression: (group) =>
                `IF(FILL(requests${group}, 0) >= ${minimumRequests}, 100 * FILL(errors${group}, 0) / requests${group}, 0)`,
            metrics: { errors: ["HTTPCode_Target_5XX_Count", "Sum"], requests },
            threshold: errorPercent,
            comparison: "GreaterThanThreshold",
            minutes: 3,
            badMinutes: 2,
        },
        {
            suffix: "latency",
            description: `One in twenty answers of ${app} takes longer than ${latencySeconds} s`,
            expression: (group) =>
                `IF(FILL(requests${group}, 0) >= ${minimumRequests}, FILL(latency${group}, 0), 0)`,
            metrics: { latency: ["TargetResponseTime", "p95"], requests },
            threshold: latencySeconds,
            comparison: "GreaterThanThreshold",
            minutes: 5,
            badMinutes: 4,
        },
        {
            suffix: "unhealthy",
            description: `A task of ${app} is unhealthy for longer than one takes to start`,
            expression: (group) => `FILL(unhealthy${group}, 0)`,
            metrics: { unhealthy: ["UnHealthyHostCount", "Maximum"] },
            threshold: 1,
            comparison: "GreaterThanOrEqualToThreshold",
            minutes: unhealthyMinutes,
            badMinutes: unhealthyMinutes,
        },
    ];
}

function queriesOf({ suffix, expression, metrics }: Alarm, attachment: AlarmsArgs["attachment"]): Query[] {
    const groups = attachment.targetGroupArnSuffixes;
    const perGroup = groups.map((_, at) => expression(at + 1));
    const [only = ""] = perGroup;
    const worst: Query = {
        id: suffix,
        expression: perGroup.length === 1 ? only : `MAX([${perGroup.join(", ")}])`,
        label: suffix,
        returnData: true,
    };
    const measured = groups.flatMap((group, at) =>
        Object.entries(metrics).map(([name, [metricName, stat]]): Query => ({
            id: `${name}${at + 1}`,
            returnData: false,
            metric: {
                namespace: "AWS/ApplicationELB",
                metricName,
                dimensions: { LoadBalancer: attachment.loadBalancerArnSuffix, TargetGroup: group },
                period: PERIOD,
                stat,
            },
        })),
    );
    return [worst, ...measured];
}
