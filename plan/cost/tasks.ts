/** How many hours the tasks of a service run in a month: from its schedule, its bounds and where they run. */
import type { Json, Resource } from "../graph";
import { HOURS, listAt, numberAt, property, type Reading, textAt } from "./reading";
import { type Action, type Bounds, type Span, timesAWeek, weekOf } from "./schedule";
import type { Traffic } from "./traffic";

/** Hours of tasks in a month, by what they cost. */
export interface TaskHours {
    readonly onDemand: number;
    readonly spot: number;
}

export interface Running {
    readonly hours: TaskHours;
    /** Without a visitor: never more than the smallest number of tasks. */
    readonly idle: TaskHours;
    /** Hours of the month in which at least one task may run. */
    readonly up: number;
    /** Hours of those in which somebody uses it. */
    readonly inUse: number;
    /** How often a month the schedule starts tasks. */
    readonly starts: number;
}

const WEEKS = HOURS / 168;
const NOTHING: TaskHours = { onDemand: 0, spot: 0 };

export function runningTasks(service: Resource, reading: Reading, traffic: Traffic): Running {
    const { spans, starts } = spansOf(service, reading);
    const up = sum(spans.filter(({ max }) => max > 0).map(({ hours }) => hours));
    const inUse = Math.min(traffic.hoursInUse, up);
    const share = up === 0 ? 0 : inUse / up;
    const strategies = strategiesOf(service);
    const idle = spans.map(({ hours, min }) => times(split(min, strategies), hours));
    const hours = spans.map(({ hours: span, min, max }) => {
        const quiet = times(split(min, strategies), span * (1 - share));
        const busy = times(split(min + traffic.load * (max - min), strategies), span * share);
        return add(quiet, busy);
    });
    return { hours: hours.reduce(add, NOTHING), idle: idle.reduce(add, NOTHING), up, inUse, starts };
}

export function total({ onDemand, spot }: TaskHours): number {
    return onDemand + spot;
}

/** A month in spans of constant bounds. */
function spansOf(
    service: Resource,
    reading: Reading,
): { readonly spans: readonly Span[]; readonly starts: number } {
    const [target] = reading.referring(service, "resourceId", "aws:appautoscaling/target:Target");
    const desired = numberAt(service, "desiredCount") ?? 1;
    const bounds: Bounds = {
        min: (target && numberAt(target, "minCapacity")) ?? desired,
        max: (target && numberAt(target, "maxCapacity")) ?? desired,
    };
    const actions = target === undefined ? [] : actionsOn(target, service, reading);
    // A schedule that cannot be read must not make anything cheaper.
    const week = weekOf(actions, bounds) ?? [{ ...bounds, hours: 168 }];
    const starting = actions.filter(({ max }) => max > 0).map(({ schedule }) => timesAWeek(schedule));
    return {
        spans: week.map((span) => ({ ...span, hours: span.hours * WEEKS })),
        starts: sum(starting) * WEEKS,
    };
}

/** A scheduled action refers to the service, or to the target that stands for it. */
function actionsOn(target: Resource, service: Resource, reading: Reading): readonly Action[] {
    const type = "aws:appautoscaling/scheduledAction:ScheduledAction";
    const found = [service, target].flatMap((to) => reading.referring(to, "resourceId", type));
    return [...new Set(found)].map((action) => ({
        schedule: textAt(action, "schedule") ?? "",
        min: numberAt(action, "scalableTargetAction.minCapacity") ?? 0,
        max: numberAt(action, "scalableTargetAction.maxCapacity") ?? 0,
    }));
}

interface Strategy {
    readonly spot: boolean;
    readonly base: number;
    readonly weight: number;
}

/** Without a strategy a service runs on demand. */
function strategiesOf(service: Resource): readonly Strategy[] {
    const listed = listAt(service, "capacityProviderStrategies").map((strategy) => ({
        spot: property(strategy, "capacityProvider") === "FARGATE_SPOT",
        base: amount(property(strategy, "base")),
        weight: amount(property(strategy, "weight")),
    }));
    return listed.length === 0 ? [{ spot: false, base: 0, weight: 1 }] : listed;
}

function amount(value: Json | undefined): number {
    return typeof value === "number" ? value : 0;
}

/**
 * Tasks by provider: the base first, the rest in proportion to the weights.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
 */
function split(tasks: number, strategies: readonly Strategy[]): TaskHours {
    const weights = sum(strategies.map(({ weight }) => weight));
    let left = tasks;
    const based = strategies.map(({ base }) => {
        const taken = Math.min(base, left);
        left -= taken;
        return taken;
    });
    const counts = strategies.map(({ spot, weight }, i) => {
        const count = (based[i] ?? 0) + (weights === 0 ? 0 : (left * weight) / weights);
        return spot ? { onDemand: 0, spot: count } : { onDemand: count, spot: 0 };
    });
    // Weights that are all zero place nothing beyond the base; a bill is better overestimated.
    return counts.reduce(add, { onDemand: weights === 0 ? left : 0, spot: 0 });
}

function add(a: TaskHours, b: TaskHours): TaskHours {
    return { onDemand: a.onDemand + b.onDemand, spot: a.spot + b.spot };
}

function times({ onDemand, spot }: TaskHours, factor: number): TaskHours {
    return { onDemand: onDemand * factor, spot: spot * factor };
}

function sum(numbers: readonly number[]): number {
    return numbers.reduce((all, number) => all + number, 0);
}
