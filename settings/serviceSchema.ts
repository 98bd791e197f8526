/** The form of how an app's tasks run in a stack file: how many, when they are well, and how they are replaced. */
import { z } from "zod";
import { percent, positive, text, timeOfDay } from "./values";

const count = z.int().min(0);

const schedule = z
    .strictObject({
        days: z
            .string()
            .regex(
                /^(MON|TUE|WED|THU|FRI|SAT|SUN)([-,](MON|TUE|WED|THU|FRI|SAT|SUN))*$/,
                "is not a list of days.\nWrite it like `MON-FRI` or `MON,WED`.",
            )
            .describe("Days on which the app runs."),
        start: timeOfDay.describe("When the first task starts."),
        stop: timeOfDay.describe("When the last task stops."),
        timezone: text.describe("IANA time zone. Default: `UTC`.").optional(),
    })
    .describe(
        "Office hours: no task at all outside of them. A database with `minCapacity: 0` pauses meanwhile.",
    );

/** A tenth of the default quota of tasks in a service. */
const taskCount = z.int().min(1).max(500);

export const scale = z.strictObject({
    min: taskCount.describe("Fewest tasks.").optional(),
    max: taskCount.describe("Most tasks.").optional(),
    cpuPercent: percent
        .describe("Add tasks above this average CPU use. Default: 60 where `max` exceeds `min`.")
        .optional(),
    memoryPercent: percent.describe("Add tasks above this average memory use.").optional(),
    requestsPerTask: positive.describe("Add tasks above this many requests a minute for each.").optional(),
    scaleOutCooldown: count.describe("Seconds between two additions.").optional(),
    scaleInCooldown: count.describe("Seconds between two removals.").optional(),
    schedule: schedule.optional(),
});

export const health = z.strictObject({
    path: z
        .string()
        .regex(/^\//, "does not start with `/`.\nWrite it like `/status`.")
        .describe("Path that answers `matcher` when the app is well.")
        .optional(),
    matcher: z
        .string()
        .regex(
            /^[2-4]\d\d([-,][2-4]\d\d)*$/,
            'is not a list of HTTP status codes.\nWrite it in quotes, like `"200"` or `"200-299"`.',
        )
        .describe("Status codes that mean well.")
        .optional(),
    interval: z.int().min(5).max(300).describe("Seconds between two checks.").optional(),
    timeout: z.int().min(2).max(120).describe("Seconds until a check has failed.").optional(),
    healthyThreshold: z.int().min(2).max(10).describe("Good checks until a task gets requests.").optional(),
    unhealthyThreshold: z.int().min(2).max(10).describe("Failed checks until a task is replaced.").optional(),
    gracePeriod: count
        .describe("Seconds after a task's start in which failed checks do not count.")
        .optional(),
});

export const deploy = z.strictObject({
    strategy: z.enum(["rolling"]).describe("How ECS replaces tasks.").optional(),
    overlap: z
        .enum(["brief"])
        .describe(
            "`brief`: where only one task may run, accept that old and new run together while a deployment lasts. " +
                "Default: the old task stops first, and nobody answers until the new one is ready.",
        )
        .optional(),
    minimumHealthyPercent: z
        .int()
        .min(0)
        .max(100)
        .describe("Healthy tasks during a deployment, in percent.")
        .optional(),
    maximumPercent: z
        .int()
        .min(100)
        .max(400)
        .describe("Running tasks during a deployment, in percent.")
        .optional(),
    deregistrationDelay: z
        .int()
        .min(0)
        .max(3600)
        .describe("Seconds in which a leaving task finishes its requests.")
        .optional(),
    stopTimeout: z.int().min(2).max(120).describe("Seconds between SIGTERM and SIGKILL.").optional(),
    steadyStateTimeout: z
        .int()
        .min(5)
        .max(600)
        .describe("Minutes that `pulumi up` waits for the deployment.")
        .optional(),
    zoneRebalancing: z.boolean().describe("Let ECS move tasks when zones are out of balance.").optional(),
});
