/** Small graphs to price: one thing at a time. */
import { type Cost, cost, type CostOptions, type Line } from "../../../plan/cost/cost";
import { graphOf } from "../../../plan/cost/originals";
import type { Recorded } from "../../../plan/cost/recorded";
import { loadPrices } from "../../../plan/cost/prices";
import { SERVICE, TASK_DEFINITION } from "../../../plan/cost/reading";
import { TRAFFIC, type Traffic } from "../../../plan/cost/traffic";
import type { Json } from "../../../plan/graph";

/** Nobody, and nothing stored. */
export const NOBODY: Traffic = {
    name: "nobody",
    requests: 0,
    answerKb: 0,
    hoursInUse: 0,
    load: 0,
    databaseGb: 0,
    databaseIoPerRequest: 0,
    bucketGb: 0,
    objectsPerRequest: 0,
    volumeGb: 0,
    volumeKbPerRequest: 0,
    imagesGb: 0,
    logKbPerRequest: 0,
    outboundGb: 0,
    deployments: 0,
};

export function priced(recorded: readonly Recorded[], options: Partial<CostOptions> = {}): Cost {
    return cost(graphOf("test", recorded), {
        prices: loadPrices("us-east-1"),
        traffic: TRAFFIC.normal,
        awake: () => true,
        ...options,
    });
}

/** The line of an item; a test that asks for one that is not there fails. */
export function lineOf(costs: Cost, item: string): Line {
    const found = costs.lines.find((line) => line.item === item);
    if (found === undefined) {
        throw new Error(`no line of ${item}; there is ${costs.lines.map((line) => line.item).join(", ")}`);
    }
    return found;
}

export interface Service {
    readonly cpu?: string;
    readonly memory?: string;
    readonly architecture?: "ARM64" | "X86_64";
    readonly strategies?: Json;
    readonly min?: number;
    readonly max?: number;
    readonly publicIp?: boolean;
    readonly disk?: number;
    /** `cron(…)` → tasks, or the fewest and the most */
    readonly actions?: Readonly<Record<string, number | readonly [number, number]>>;
    readonly refers?: Recorded["refers"];
}

/** A service, its task definition and what scales it. */
export function service(given: Service = {}): readonly Recorded[] {
    const { min = 1, max = min } = given;
    const actions = Object.entries(given.actions ?? {}).map(([schedule, tasks], i): Recorded => {
        const [minCapacity, maxCapacity] = typeof tasks === "number" ? [tasks, tasks] : tasks;
        return {
            type: "aws:appautoscaling/scheduledAction:ScheduledAction",
            name: `action-${i}`,
            inputs: { schedule, scalableTargetAction: { minCapacity, maxCapacity } },
            refers: { resourceId: ["service"] },
        };
    });
    return [
        {
            type: TASK_DEFINITION,
            name: "task",
            inputs: {
                cpu: given.cpu ?? "1024",
                memory: given.memory ?? "2048",
                runtimePlatform: { cpuArchitecture: given.architecture ?? "ARM64" },
                ephemeralStorage: { sizeInGib: given.disk ?? 20 },
                containerDefinitions: JSON.stringify([{ name: "one" }]),
            },
        },
        {
            type: SERVICE,
            name: "service",
            inputs: {
                desiredCount: min,
                networkConfiguration: { assignPublicIp: given.publicIp ?? false },
                capacityProviderStrategies: given.strategies ?? [],
            },
            refers: { taskDefinition: ["task"], ...given.refers },
        },
        {
            type: "aws:appautoscaling/target:Target",
            name: "target",
            inputs: { minCapacity: min, maxCapacity: max },
            refers: { resourceId: ["service"] },
        },
        ...actions,
    ];
}
