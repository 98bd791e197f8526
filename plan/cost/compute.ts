/** Fargate, what tasks send and receive, Container Insights, and the few functions. */
import type { Json, Resource } from "../graph";
import type { ItemKey } from "./items";
import { at, HOURS, listAt, numberAt, property, SERVICE, TASK_DEFINITION, textAt } from "./reading";
import { always, type Charge, type Pricer, type Situation, type Use, whenUsed } from "./situation";
import { type Running, runningTasks, total } from "./tasks";

/** Kilobytes in a gigabyte, and megabytes in one. */
const KB = 1_000_000;

/** GB of the disk that every task has for nothing: https://aws.amazon.com/fargate/pricing/ */
const FREE_DISK_GB = 20;

/** https://aws.amazon.com/fargate/pricing/ */
export const service: Pricer = (resource, { reading, traffic }) => {
    const definition = reading.referred(resource, "taskDefinition", TASK_DEFINITION);
    const launchType = textAt(resource, "launchType") ?? "FARGATE";
    if (definition === undefined || launchType !== "FARGATE") {
        return [{ unpriced: definition === undefined ? "its task definition is elsewhere" : launchType }];
    }
    const running = runningTasks(resource, reading, traffic);
    const hours = total(running.hours);
    const idle = total(running.idle);
    const disk = Math.max(0, (numberAt(definition, "ephemeralStorage.sizeInGib") ?? 0) - FREE_DISK_GB);
    const address = at(resource, "networkConfiguration.assignPublicIp") === true ? 1 : 0;
    const answers = isPublic(resource) ? (traffic.requests * traffic.answerKb) / KB : 0;
    return [
        ...compute(definition, running),
        { item: "fargate.storage", quantity: disk * hours, idle: disk * idle },
        { item: "ipv4.hour", quantity: address * hours, idle: address * idle },
        whenUsed("transfer.out", answers),
    ];
};

const FARGATE: Readonly<Record<"x86" | "arm", Readonly<Record<"onDemand" | "spot", [ItemKey, ItemKey]>>>> = {
    x86: {
        onDemand: ["fargate.vcpu", "fargate.memory"],
        spot: ["fargate.spotVcpu", "fargate.spotMemory"],
    },
    arm: {
        onDemand: ["fargate.armVcpu", "fargate.armMemory"],
        spot: ["fargate.armSpotVcpu", "fargate.armSpotMemory"],
    },
};

function compute(definition: Resource, { hours, idle }: Running): readonly Use[] {
    const arm = textAt(definition, "runtimePlatform.cpuArchitecture") === "ARM64";
    const vcpu = (numberAt(definition, "cpu") ?? 0) / 1024;
    const gigabytes = (numberAt(definition, "memory") ?? 0) / 1024;
    return (["onDemand", "spot"] as const).flatMap((kind) => {
        const [cpu, memory] = FARGATE[arm ? "arm" : "x86"][kind];
        return [
            { item: cpu, quantity: vcpu * hours[kind], idle: vcpu * idle[kind] },
            { item: memory, quantity: gigabytes * hours[kind], idle: gigabytes * idle[kind] },
        ];
    });
}

export function isPublic(resource: Resource): boolean {
    return listAt(resource, "loadBalancers").length > 0;
}

/** Metrics that Container Insights makes, at each level. */
interface Levels {
    readonly item: ItemKey;
    readonly cluster: number;
    /** Of a service and of its task definition. */
    readonly service: number;
    readonly task: number;
    readonly container: number;
}

const INSIGHTS: Readonly<Record<string, Levels>> = {
    // Those of a service without volumes of its own on Fargate, counted in
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
    enabled: { item: "metrics.custom", cluster: 12, service: 15 + 10, task: 0, container: 0 },
    // The example for Amazon ECS on https://aws.amazon.com/cloudwatch/pricing/
    enhanced: { item: "metrics.enhanced", cluster: 29, service: 31 + 26, task: 26, container: 26 },
};

/** Only while there are tasks to measure, and by the hour. */
export const cluster: Pricer = (resource, situation) => {
    const setting = listAt(resource, "settings").find((one) => property(one, "name") === "containerInsights");
    const value = property(setting, "value");
    const levels = typeof value === "string" ? INSIGHTS[value] : undefined;
    if (levels === undefined) {
        return [];
    }
    const services = situation.reading.referring(resource, "cluster", SERVICE);
    const measured = services.map((one) => measure(one, situation, levels));
    const longest = Math.max(0, ...measured.map(({ up }) => up));
    const metrics = (part: "metricHours" | "idleMetricHours"): number =>
        (levels.cluster * longest + measured.reduce((all, one) => all + one[part], 0)) / HOURS;
    return [{ item: levels.item, quantity: metrics("metricHours"), idle: metrics("idleMetricHours") }];
};

function measure(
    one: Resource,
    { reading, traffic }: Situation,
    { service: each, task, container }: Levels,
): { readonly up: number; readonly metricHours: number; readonly idleMetricHours: number } {
    const { up, hours, idle } = runningTasks(one, reading, traffic);
    const definition = reading.referred(one, "taskDefinition", TASK_DEFINITION);
    const perTask = task + container * (definition === undefined ? 1 : containersOf(definition).length);
    return {
        up,
        metricHours: each * up + perTask * total(hours),
        idleMetricHours: each * up + perTask * total(idle),
    };
}

/** The containers of a task definition, which holds them as one text. */
export function containersOf(definition: Resource): readonly Json[] {
    try {
        const parsed: unknown = JSON.parse(textAt(definition, "containerDefinitions") ?? "[]");
        return Array.isArray(parsed) ? (parsed as readonly Json[]) : [];
    } catch {
        return [];
    }
}

/** Seconds that a one-off job takes. */
const JOB_SECONDS = 60;

/** Functions run once a deployment: https://aws.amazon.com/lambda/pricing/ */
export const lambda: Pricer = (resource, { traffic }): readonly Charge[] => {
    const arm = listAt(resource, "architectures").includes("arm64");
    const gigabytes = (numberAt(resource, "memorySize") ?? 128) / 1024;
    return [
        whenUsed("lambda.request", traffic.deployments / 1_000_000),
        whenUsed(arm ? "lambda.armTime" : "lambda.time", traffic.deployments * JOB_SECONDS * gigabytes),
    ];
};

/** Images, compressed: https://aws.amazon.com/ecr/pricing/ */
export const repository: Pricer = (_resource, { traffic }) => [always("ecr.storage", traffic.imagesGb)];
