/**
 * How long a deployment may take, derived from what the preset knows of its application.
 *
 * A task that joins: provisioning, then at most the grace period. A task that leaves: the load balancer stops sending
 * requests and waits for the open ones, then ECS sends the stop signal and waits again.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html
 */
import type { Facts } from "../apps/app";
import type { Deploy } from "./deploy";
import type { Health, Scale } from "./settings";

/** Seconds that Fargate needs for a network interface and the image, before the container's first instruction. */
const PROVISION_SECONDS = 60;

/** Seconds for the scheduler itself. */
const MARGIN_SECONDS = 180;

/**
 * What ECS takes at most beyond an alarm's own periods, in minutes.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
 */
const WATCH_MINUTES = 5;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html (stopTimeout) */
const LONGEST_STOP_SECONDS = 120;

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupAttribute.html */
const LONGEST_DEREGISTRATION_SECONDS = 3600;

export type Times = Pick<
    Deploy,
    "gracePeriodSeconds" | "deregistrationSeconds" | "stopTimeoutSeconds" | "steadyStateMinutes"
>;

export interface TimesInput {
    readonly times: Facts["times"];
    readonly health: Health;
    readonly scale: Pick<Scale, "min" | "max">;
    readonly minimumHealthyPercent: number;
    readonly maximumPercent: number;
    /** Whether alarms watch it: ECS then waits for them before it calls a rolling deployment a success. */
    readonly watched?: boolean;
    /** Where requests move from all old tasks to as many new ones, and not batch by batch: for how long that goes on. */
    readonly shift?: ShiftTimes | undefined;
    /** What the stack file says itself; the rest is derived from it. */
    readonly given?: { readonly [K in keyof Times]?: Times[K] | undefined };
}

export interface ShiftTimes {
    /** Minutes from the first request that a new task gets until they get all. */
    readonly shiftMinutes: number;
    /** Minutes that the old tasks stay after that. */
    readonly bakeMinutes: number;
    /** Seconds that tests of the new tasks may take. */
    readonly testSeconds: number;
}

/** Minutes of a shift in equal steps: the first step comes at once, and the last one leaves nothing to wait for. */
export function linearMinutes({ percent, bakeMinutes }: { percent: number; bakeMinutes: number }): number {
    return Math.ceil(100 / percent) * bakeMinutes;
}

/** How long a task may be unhealthy: longer than one takes to start, at most a day, which is as far as an alarm looks back. */
export function unhealthyMinutes(gracePeriodSeconds: number): number {
    return Math.min(Math.ceil(gracePeriodSeconds / 60) + 1, 1440);
}

/** What the stack file leaves open about times. */
export function decideTimes(input: TimesInput): Times {
    const { times, health, given } = input;
    const checks = health.healthyThreshold * health.intervalSeconds + health.timeoutSeconds;
    const chosen = {
        gracePeriodSeconds: given?.gracePeriodSeconds ?? times.startSeconds + checks,
        deregistrationSeconds:
            given?.deregistrationSeconds ??
            Math.min(times.deregistrationSeconds, LONGEST_DEREGISTRATION_SECONDS),
        stopTimeoutSeconds: given?.stopTimeoutSeconds ?? Math.min(times.stopSeconds, LONGEST_STOP_SECONDS),
    };
    return {
        ...chosen,
        steadyStateMinutes: given?.steadyStateMinutes ?? steadyStateMinutes({ ...input, ...chosen }),
    };
}

/** How many tasks a rolling deployment of `count` tasks can replace at once; 0: it can never move. */
export function batchOf(count: number, minimumHealthyPercent: number, maximumPercent: number): number {
    // The upper limit is rounded down and the lower one up:
    // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
    const most = Math.floor((count * maximumPercent) / 100);
    const fewest = Math.ceil((count * minimumHealthyPercent) / 100);
    return Math.min(count, Math.max(0, most - fewest));
}

/** The smallest number of tasks at which a rolling deployment can never move; undefined where there is none. */
export function stuckAt(
    scale: Pick<Scale, "min" | "max">,
    minimumHealthyPercent: number,
    maximumPercent: number,
): number | undefined {
    return counts(scale).find((count) => batchOf(count, minimumHealthyPercent, maximumPercent) === 0);
}

/** Minutes that deleting the service may take: its tasks leave like any others, all at once. */
export function deleteMinutes(deploy: Pick<Deploy, "deregistrationSeconds" | "stopTimeoutSeconds">): number {
    return Math.ceil((deploy.deregistrationSeconds + deploy.stopTimeoutSeconds + MARGIN_SECONDS) / 60) + 5;
}

/** Long enough for a good deployment to finish, and for a bad one to be found out and rolled back. */
function steadyStateMinutes(input: Chosen): number {
    if (input.shift !== undefined) {
        return shiftedMinutes(input, input.shift);
    }
    const seconds = counts(input.scale).map((count) =>
        Math.max(goodSeconds(input, count), badSeconds(input, count)),
    );
    const watch = input.watched === true ? unhealthyMinutes(input.gracePeriodSeconds) + WATCH_MINUTES : 0;
    return Math.ceil((Math.max(...seconds) + MARGIN_SECONDS) / 60) + watch;
}

type Chosen = TimesInput & Omit<Times, "steadyStateMinutes">;

function joinSeconds(input: Chosen): number {
    return PROVISION_SECONDS + input.gracePeriodSeconds;
}

function leaveSeconds(input: Chosen): number {
    return input.deregistrationSeconds + input.stopTimeoutSeconds;
}

/**
 * As many new tasks as there are old ones start at once, are tested, and take over; then the old ones leave. What an alarm
 * takes back went on for less: requests return at once, and only the new tasks have to leave.
 */
function shiftedMinutes(input: Chosen, { shiftMinutes, bakeMinutes, testSeconds }: ShiftTimes): number {
    const seconds = joinSeconds(input) + testSeconds + leaveSeconds(input) + MARGIN_SECONDS;
    return Math.ceil(seconds / 60) + shiftMinutes + bakeMinutes;
}

/** Each round starts a batch, waits until it is healthy, and lets as many old tasks go. */
function goodSeconds(input: Chosen, count: number): number {
    const rounds = Math.ceil(count / movableBatch(input, count));
    return rounds * (joinSeconds(input) + leaveSeconds(input));
}

/**
 * The circuit breaker gives up after half as many failed tasks as are wanted, but after 3 at least and 200 at most;
 * a failed task is known once its checks have failed after the grace period. Then the old revision is restored.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
function badSeconds(input: Chosen, count: number): number {
    const failures = Math.min(Math.max(Math.ceil(count / 2), 3), 200);
    const tries = Math.ceil(failures / movableBatch(input, count));
    const verdict = joinSeconds(input) + input.health.unhealthyThreshold * input.health.intervalSeconds;
    return tries * verdict + joinSeconds(input) + leaveSeconds(input);
}

/** A deployment that can never move is a problem of the settings; here it only must not divide by zero. */
function movableBatch(input: Chosen, count: number): number {
    return Math.max(1, batchOf(count, input.minimumHealthyPercent, input.maximumPercent));
}

function counts({ min, max }: Pick<Scale, "min" | "max">): readonly number[] {
    return Array.from({ length: Math.max(0, max - min) + 1 }, (_, i) => Math.max(1, min + i));
}
