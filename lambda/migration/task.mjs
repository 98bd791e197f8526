// @ts-check
import { messageOf, nameOf } from "../shared/errors.mjs";
import { retry, usualPatience } from "../shared/retry.mjs";
import { hash, lastPart } from "./request.mjs";

/** @typedef {import("./request.mjs").Request} Request */
/** @typedef {{ name?: string, exitCode?: number, reason?: string }} Container */
/** @typedef {{ taskArn?: string, lastStatus?: string, createdAt?: Date, stopCode?: string, stoppedReason?: string, containers?: readonly Container[] }} Task */
/** @typedef {{ arn?: string, reason?: string, detail?: string }} Failure */

/**
 * @typedef {object} EcsClient
 * @property {(input: RunTaskInput) => Promise<{ tasks?: readonly Task[], failures?: readonly Failure[] }>} runTask
 * @property {(input: { cluster: string, tasks: string[] }) => Promise<{ tasks?: readonly Task[], failures?: readonly Failure[] }>} describeTasks
 * @property {(input: { taskDefinition: string }) => Promise<{ taskDefinition?: { containerDefinitions?: readonly { name?: string, logConfiguration?: { options?: Readonly<Record<string, string>> } }[] } }>} describeTaskDefinition
 */

/** @typedef {ReturnType<typeof runTaskInput> & { clientToken: string }} RunTaskInput */

/**
 * @typedef {object} Job
 * @property {EcsClient} ecs
 * @property {Request} request
 * @property {import("../shared/retry.mjs").Clock} clock
 * @property {number} deadline
 * @property {(line: string) => void} log
 */

/** How far ECS's clock and Lambda's may be apart, in milliseconds. */
const SKEW = 60_000;

/** How often a task that never started, for want of capacity, is started again. */
const STARTS = 4;

/** A role that was just made, a busy service. */
const START_SECONDS = 120;

const POLL_MILLISECONDS = 5_000;

/**
 * Runs the task to its end, once: an invocation that is repeated, because an answer was lost, finds the task of the
 * first one, by the client token that both derive from the same request. A task that failed before this invocation
 * began is the reason for it, so the next token, which both derive from that task, starts another.
 *
 * A token counts as long as the task is known, at most a day.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html
 *
 * @param {Job} job
 * @returns {Promise<{ task: string, note?: string }>}
 */
export async function runOnce(job) {
    const began = job.clock.now();
    /** @type {string[]} */
    const before = [];
    let starts = 0;
    for (;;) {
        const started = await start(job, before);
        const arn = started.taskArn ?? "";
        const isOld = (started.createdAt?.getTime() ?? began) < began - SKEW;
        const task = await untilStopped(job, arn, isOld);
        if (task !== undefined && exitCodeOf(task, job.request.container) === 0) {
            return {
                task: arn,
                ...(isOld ? { note: "this task had been started by an invocation before" } : {}),
            };
        }
        const failed = task === undefined || task.wasRunning === false;
        if (isOld && failed) {
            job.log(JSON.stringify({ failedBefore: arn }));
        } else if (task !== undefined && neverStarted(task) && ++starts < STARTS) {
            job.log(JSON.stringify({ neverStarted: arn, because: task.stoppedReason }));
            await job.clock.sleep(starts * 15_000);
        } else {
            throw new Error(await whyFailed(job, task, arn));
        }
        before.push(arn);
    }
}

/**
 * @param {Request} request
 */
function runTaskInput(request) {
    const { cluster, taskDefinition, container, command, subnets, securityGroups, capacityProvider } =
        request;
    return {
        cluster,
        taskDefinition,
        count: 1,
        ...(capacityProvider === undefined
            ? { launchType: /** @type {const} */ ("FARGATE") }
            : { capacityProviderStrategy: [{ capacityProvider, weight: 1, base: 0 }] }),
        platformVersion: "LATEST",
        startedBy: "selfhost-migration",
        enableECSManagedTags: true,
        propagateTags: /** @type {const} */ ("TASK_DEFINITION"),
        networkConfiguration: {
            awsvpcConfiguration: {
                subnets: [...subnets],
                securityGroups: [...securityGroups],
                assignPublicIp: request.assignPublicIp
                    ? /** @type {const} */ ("ENABLED")
                    : /** @type {const} */ ("DISABLED"),
            },
        },
        overrides: { containerOverrides: [{ name: container, command: [...command] }] },
    };
}

/**
 * @param {Job} job
 * @param {readonly string[]} before the tasks of this request that failed
 * @returns {Promise<Task>}
 */
async function start({ ecs, request, clock, deadline }, before) {
    const input = runTaskInput(request);
    const clientToken = hash([input, request.image, before]);
    return retry(
        async () => {
            const { tasks = [], failures = [] } = await ecs.runTask({ ...input, clientToken });
            const [task] = tasks;
            if (task?.taskArn !== undefined) {
                return task;
            }
            const reasons = failures.map(({ reason = "", detail = "" }) => `${reason} ${detail}`.trim());
            throw new Error(`ECS did not start the migration: ${reasons.join("; ") || "it gave no reason"}`);
        },
        { clock, deadline, patience: startPatience },
    );
}

/** @type {import("../shared/retry.mjs").Patience} */
function startPatience(error) {
    const transient =
        /capacity is (currently )?unavailable|insufficient capacity|RESOURCE:|try again|unable to assume the (service linked )?role/i.test(
            messageOf(error),
        ) && /^(Error|ClientException|InvalidParameterException)$/.test(nameOf(error));
    return transient ? START_SECONDS : usualPatience(error);
}

/**
 * The task when it has stopped; undefined: ECS knows nothing of it any more, an hour after it stopped.
 *
 * @param {Job} job
 * @param {string} arn
 * @param {boolean} isOld
 * @returns {Promise<(Task & { wasRunning: boolean }) | undefined>}
 */
async function untilStopped(job, arn, isOld) {
    const { ecs, request, clock, deadline } = job;
    let wasRunning = false;
    for (;;) {
        const { tasks = [] } = await retry(
            () => ecs.describeTasks({ cluster: request.cluster, tasks: [arn] }),
            {
                clock,
                deadline,
            },
        );
        const [task] = tasks;
        if (task?.lastStatus === "STOPPED") {
            return { ...task, wasRunning };
        }
        // What was just started may not be listed yet.
        if (task === undefined && isOld) {
            return undefined;
        }
        if (clock.now() + POLL_MILLISECONDS > deadline) {
            throw new Error(await stillRunning(job, arn));
        }
        wasRunning = true;
        await clock.sleep(POLL_MILLISECONDS);
    }
}

/** @param {Task} task @param {string} container */
function exitCodeOf({ containers = [] }, container) {
    return containers.find(({ name }) => name === container)?.exitCode;
}

/**
 * No container has run, so nothing can have happened twice.
 *
 * @param {Task} task
 */
function neverStarted({ stopCode, stoppedReason = "", containers = [] }) {
    return (
        stopCode === "TaskFailedToStart" &&
        containers.every(({ exitCode }) => exitCode === undefined) &&
        /capacity is unavailable|RESOURCE:|timeout waiting for network interface|internal error/i.test(
            stoppedReason,
        )
    );
}

/**
 * @param {Job} job
 * @param {Task | undefined} task
 * @param {string} arn
 */
async function whyFailed(job, task, arn) {
    const { container } = job.request;
    const found = task?.containers?.find(({ name }) => name === container);
    const status = found?.exitCode === undefined ? "did not exit by itself" : `exited with ${found.exitCode}`;
    const reasons = [task?.stoppedReason, found?.reason].filter(
        (reason) => reason !== undefined && reason !== "",
    );
    return (
        `The migration failed: ${container} ${status}${reasons.length === 0 ? "" : ` (${reasons.join("; ")})`}. ` +
        `The service was not changed. Task ${arn}; ${await logsOf(job, arn)}`
    );
}

/** @param {Job} job @param {string} arn */
async function stillRunning(job, arn) {
    const { cluster } = job.request;
    return (
        "The migration is still running, and there is no time left to wait for it; it goes on. " +
        `Look: aws ecs describe-tasks --cluster ${cluster} --tasks ${lastPart(arn)} (${arn}); ` +
        `${await logsOf(job, arn)}. ` +
        "When it has stopped, or before, run `pulumi up` again: it waits for this task and starts no other."
    );
}

/**
 * Where the container's output is: `<prefix>/<container>/<task>`.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
 *
 * @param {Job} job
 * @param {string} arn
 */
async function logsOf({ ecs, request }, arn) {
    try {
        const { taskDefinition } = await ecs.describeTaskDefinition({
            taskDefinition: request.taskDefinition,
        });
        const found = taskDefinition?.containerDefinitions?.find(({ name }) => name === request.container);
        const { "awslogs-group": group, "awslogs-stream-prefix": prefix } =
            found?.logConfiguration?.options ?? {};
        if (group !== undefined && prefix !== undefined) {
            const stream = `${prefix}/${request.container}/${lastPart(arn)}`;
            return `its log: aws logs tail ${group} --log-stream-names ${stream}`;
        }
    } catch {
        // The failure itself is what must be told.
    }
    return `its log stream ends with ${request.container}/${lastPart(arn)}`;
}
