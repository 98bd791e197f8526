/** The form of how an app's tasks run in a stack file: how many, when they are well, and how they are replaced. */
import { z } from "zod";
import { CODE_DEPLOY_CONFIGURATIONS, STRATEGIES } from "./deploy";
import { PRIORITIES } from "./priority";
import { days, percent, positive, text, timeOfDay, urlPath, whole } from "./values";

const schedule = z
    .strictObject({
        days: days.describe("Days on which the app runs."),
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
    scaleOutCooldown: whole.describe("Seconds between two additions.").optional(),
    scaleInCooldown: whole.describe("Seconds between two removals.").optional(),
    schedule: schedule.optional(),
});

export const health = z.strictObject({
    path: urlPath.describe("Path that answers `matcher` when the app is well.").optional(),
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
    gracePeriod: whole
        .describe("Seconds after a task's start in which failed checks do not count.")
        .optional(),
});

const minutes = (most: number) => z.int().min(0).max(most);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinearConfiguration.html: three percent at least. */
const step = (what: string, fewest: number) =>
    z.strictObject({
        percent: z.int().min(fewest).max(99).describe(`Requests that ${what}, in percent.`),
        bake: minutes(1440).describe("Minutes until the next step."),
    });

const alarms = z
    .strictObject({
        enabled: z
            .boolean()
            .describe(
                "Whether they take a deployment back. Default: true in staging and prod and for every strategy but `rolling`; false for " +
                    "an app with a schedule.",
            )
            .optional(),
        errorPercent: z
            .int()
            .min(1)
            .max(100)
            .describe("Answers 5xx, in percent of the requests to the old or to the new tasks. Default: 5.")
            .optional(),
        minimumRequests: z
            .int()
            .min(1)
            .max(100000)
            .describe("Requests in a minute below which errors and slowness prove nothing. Default: 20.")
            .optional(),
        latency: z
            .number()
            .min(0.05)
            .max(300)
            .describe("Seconds that 95 % of the answers may take at most. Default: 5; 1 for sites.")
            .optional(),
    })
    .describe(
        "CloudWatch alarms that take a deployment back: answers 5xx, slow answers, unhealthy tasks. To write this group is to have them.",
    );

const smoke = z.strictObject({
    path: z
        .string()
        .regex(/^\//, "does not start with `/`.\nWrite it like `/login`.")
        .describe("Path that is asked, below the app's own."),
    status: z.int().min(100).max(599).describe("Status of the answer. Default: 200.").optional(),
    contains: text.describe("Text that the answer contains.").optional(),
});

export const deploy = z.strictObject({
    strategy: z
        .enum(STRATEGIES)
        .describe(
            "How ECS replaces tasks (docs/strategies.md). `rolling`: batch by batch; `blueGreen`: all requests at once from the old " +
                "tasks to as many new ones; `canary`: a share of the requests first; `linear`: share by share; `codeDeploy`: CodeDeploy " +
                "does it, on a load balancer of the app's own. Default: `rolling`.",
        )
        .optional(),
    bakeTime: minutes(1440)
        .describe(
            "`blueGreen`, `canary` and `linear`: minutes that the old tasks stay, to go back to at once, when all requests go to the new ones. " +
                "Default: 5; 0 where only one task may run.",
        )
        .optional(),
    canary: step("go to the new tasks first", 1)
        .describe(
            "`canary`, and `codeDeploy` in place of `configuration`: the share that tries the new version, and how long. Default for `canary`: 10 % for 5 minutes.",
        )
        .optional(),
    linear: step("move to the new tasks in one step", 3)
        .describe(
            "`linear`, and `codeDeploy` in place of `configuration`: the size of a step, and the time between two. Default for `linear`: 20 % every 3 minutes.",
        )
        .optional(),
    testHeader: z
        .string()
        .regex(
            /^[A-Za-z0-9._-]{1,64}$/,
            "is not a value for the header.\nUse letters, digits, `.`, `_` and `-`.",
        )
        .describe(
            "`blueGreen`, `canary` and `linear`: a request with the header `x-selfhost-test` of this value reaches the new tasks before " +
                "anybody else's does. Default: the app's name.",
        )
        .optional(),
    testPriority: z
        .int()
        .min(PRIORITIES.first)
        .max(PRIORITIES.last)
        .describe("Priority of the rule that looks at the header; only to settle a collision.")
        .optional(),
    configuration: z
        .enum(CODE_DEPLOY_CONFIGURATIONS)
        .describe("`codeDeploy`: how requests move. Default: `CodeDeployDefault.ECSAllAtOnce`.")
        .optional(),
    terminationWait: minutes(2880)
        .describe(
            "`codeDeploy`: minutes that the old tasks stay, to go back to. Default: 5; 0 where only one task may run.",
        )
        .optional(),
    alarms: alarms.optional(),
    smoke: z
        .array(smoke)
        .max(10)
        .describe(
            "What is asked of the new version: before visitors reach it where the strategy can, otherwise right after. An answer that is " +
                "not as written here takes the deployment back. Each has a `path` below the app's own, and may have a `status` (200) and a " +
                "text that it `contains`; `[]` asks nothing. Default: the preset's, in staging and prod and for every strategy but `rolling`.",
        )
        .optional(),
    overlap: z
        .enum(["brief"])
        .describe(
            "`brief`: where only one task may run, accept that old and new run together while a deployment lasts; every strategy but `rolling` needs it there. " +
                "Default: the old task stops first, and nobody answers until the new one is ready.",
        )
        .optional(),
    minimumHealthyPercent: z
        .int()
        .min(0)
        .max(100)
        .describe("`rolling`: healthy tasks during a deployment, in percent.")
        .optional(),
    maximumPercent: z
        .int()
        .min(100)
        .max(400)
        .describe("`rolling`: running tasks during a deployment, in percent.")
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
        .max(2880)
        .describe("Minutes that `pulumi up` waits for the deployment. Default: what the strategy may take.")
        .optional(),
    zoneRebalancing: z.boolean().describe("Let ECS move tasks when zones are out of balance.").optional(),
});
