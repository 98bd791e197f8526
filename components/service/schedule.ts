/** Who decides how many tasks run, and when. */
import type { Scale, Schedule } from "../../settings/settings";

/** Does something else than `desiredCount` decide how many tasks run? */
export function autoscalingOwnsCount(scale: Pick<Scale, "min" | "max" | "schedule">): boolean {
    return scale.max > scale.min || scale.schedule !== undefined;
}

/** When tasks start: on the schedule's days. */
export function startCron({ days, start }: Schedule): string {
    return cron(days, start);
}

/**
 * When the last task stops: every day. A schedule across midnight ends on a day that it does not name, and a service that
 * somebody woke on a Sunday goes back to sleep.
 */
export function stopCron({ stop }: Schedule): string {
    return cron("*", stop);
}

/**
 * Of the two fields for days one must be `?`:
 * https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-using-cron-expressions.html
 */
function cron(days: string, time: string): string {
    const [hour, minute] = time.split(":").map(Number);
    return `cron(${minute ?? 0} ${hour ?? 0} ? * ${days} *)`;
}
