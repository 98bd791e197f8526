// @ts-check
import { nameOf } from "../shared/errors.mjs";
import { chunks, everyPage } from "../shared/pages.mjs";
import { retry } from "../shared/retry.mjs";

/** @typedef {import("./request.mjs").Request} Request */
/** @typedef {{ taskArn?: string, taskDefinitionArn?: string, lastStatus?: string, desiredStatus?: string }} Task */
/** @typedef {{ secrets?: readonly { valueFrom: string | undefined }[], logConfiguration?: { secretOptions?: readonly { valueFrom: string | undefined }[] } }} Container */
/** @typedef {{ serviceName?: string, status?: string, taskDefinition?: string, deployments?: readonly { taskDefinition?: string }[], taskSets?: readonly { taskDefinition?: string }[] }} Service */

/**
 * @typedef {object} EcsClient
 * @property {(input: { cluster: string, family: string, desiredStatus: "RUNNING" | "STOPPED", nextToken?: string }) => Promise<{ taskArns?: readonly string[], nextToken?: string }>} listTasks
 * @property {(input: { cluster: string, tasks: string[] }) => Promise<{ tasks?: readonly Task[] }>} describeTasks
 * @property {(input: { cluster: string, nextToken?: string }) => Promise<{ serviceArns?: readonly string[], nextToken?: string }>} listServices
 * @property {(input: { cluster: string, services: string[] }) => Promise<{ services?: readonly Service[] }>} describeServices
 * @property {(input: { taskDefinition: string }) => Promise<{ taskDefinition?: { containerDefinitions?: readonly Container[] } }>} describeTaskDefinition
 */

/** One task or service, and the task definition through which it reads the secret. */
/** @typedef {{ what: string, taskDefinition: string, stopping: boolean }} User */

/** Longer than the two minutes that a stopping container gets at most, with the load balancer's drain before it. */
const DRAIN_SECONDS = 300;

/**
 * Returns when nothing of the family reads the secret any more: no task, not even one that is still stopping, and no
 * service, which may be scaled to zero and start tasks again. Waits for tasks that are stopping.
 *
 * @param {{ ecs: EcsClient, request: Request, clock: import("../shared/retry.mjs").Clock, deadline: number }} what
 */
export async function assertUnused({ ecs, request, clock, deadline }) {
    const last = Math.min(clock.now() + DRAIN_SECONDS * 1000, deadline);
    /** @type {<Answer>(call: () => Promise<Answer>) => Promise<Answer>} */
    const call = (operation) => retry(operation, { clock, deadline });
    for (;;) {
        const users = await usersOf(ecs, request, call);
        if (users.length === 0) {
            return;
        }
        if (!users.every(({ stopping }) => stopping) || clock.now() + 10_000 > last) {
            throw new Error(stillUsed(users, request));
        }
        await clock.sleep(10_000);
    }
}

/**
 * @param {EcsClient} ecs
 * @param {Request} request
 * @param {<Answer>(call: () => Promise<Answer>) => Promise<Answer>} call
 * @returns {Promise<User[]>}
 */
async function usersOf(ecs, request, call) {
    /** @type {User[]} */
    let candidates;
    try {
        candidates = [...(await tasks(ecs, request, call)), ...(await services(ecs, request, call))];
    } catch (error) {
        if (nameOf(error) === "ClusterNotFoundException") {
            return [];
        }
        throw error;
    }
    const definitions = [...new Set(candidates.map(({ taskDefinition }) => taskDefinition))].sort();
    /** @type {Set<string>} */
    const readers = new Set();
    for (const definition of definitions) {
        const { taskDefinition } = await call(() =>
            ecs.describeTaskDefinition({ taskDefinition: definition }),
        );
        if (
            (taskDefinition?.containerDefinitions ?? []).some((container) =>
                reads(container, request.secretArn),
            )
        ) {
            readers.add(definition);
        }
    }
    return candidates.filter(({ taskDefinition }) => readers.has(taskDefinition));
}

/**
 * `valueFrom` is the secret's ARN, alone or with a JSON key, a label and a version behind it.
 *
 * @param {Container} container
 * @param {string} secretArn
 */
function reads({ secrets = [], logConfiguration }, secretArn) {
    return [...secrets, ...(logConfiguration?.secretOptions ?? [])].some(
        ({ valueFrom = "" }) => valueFrom === secretArn || valueFrom.startsWith(`${secretArn}:`),
    );
}

/**
 * A task that drains behind the load balancer is listed as STOPPED, the status it is to have, and still serves.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
 *
 * @param {EcsClient} ecs
 * @param {Request} request
 * @param {<Answer>(call: () => Promise<Answer>) => Promise<Answer>} call
 * @returns {Promise<User[]>}
 */
async function tasks(ecs, { cluster, family }, call) {
    /** @type {User[]} */
    const found = [];
    for (const desiredStatus of /** @type {const} */ (["RUNNING", "STOPPED"])) {
        const arns = await everyPage(
            (nextToken) =>
                call(() =>
                    ecs.listTasks({
                        cluster,
                        family,
                        desiredStatus,
                        ...(nextToken === undefined ? {} : { nextToken }),
                    }),
                ),
            (page) => ({ items: page.taskArns, next: page.nextToken }),
        );
        for (const some of chunks(arns, 100)) {
            const described = await call(() => ecs.describeTasks({ cluster, tasks: some }));
            found.push(
                ...(described.tasks ?? [])
                    .filter(({ lastStatus }) => lastStatus !== "STOPPED")
                    .map(({ taskArn = "", taskDefinitionArn = "" }) => ({
                        what: `task ${lastPart(taskArn)}`,
                        taskDefinition: taskDefinitionArn,
                        stopping: desiredStatus === "STOPPED",
                    })),
            );
        }
    }
    return found;
}

/**
 * @param {EcsClient} ecs
 * @param {Request} request
 * @param {<Answer>(call: () => Promise<Answer>) => Promise<Answer>} call
 * @returns {Promise<User[]>}
 */
async function services(ecs, { cluster, family }, call) {
    const arns = await everyPage(
        (nextToken) =>
            call(() => ecs.listServices({ cluster, ...(nextToken === undefined ? {} : { nextToken }) })),
        (page) => ({ items: page.serviceArns, next: page.nextToken }),
    );
    /** @type {User[]} */
    const found = [];
    for (const some of chunks(arns, 10)) {
        const described = await call(() => ecs.describeServices({ cluster, services: some }));
        for (const service of (described.services ?? []).filter(({ status }) => status === "ACTIVE")) {
            const definitions = [
                service.taskDefinition,
                ...(service.deployments ?? []).map((deployment) => deployment.taskDefinition),
                ...(service.taskSets ?? []).map((taskSet) => taskSet.taskDefinition),
            ];
            found.push(
                ...[...new Set(definitions)]
                    .filter((definition) => definition !== undefined)
                    .filter((definition) => lastPart(definition).startsWith(`${family}:`))
                    .map((taskDefinition) => ({
                        what: `service ${service.serviceName ?? ""}`,
                        taskDefinition,
                        stopping: false,
                    })),
            );
        }
    }
    return found;
}

/** @param {string} arn */
function lastPart(arn) {
    return arn.slice(arn.lastIndexOf("/") + 1);
}

/** @param {readonly User[]} users @param {Request} request */
function stillUsed(users, { user, cluster }) {
    const list = users.map(({ what, taskDefinition }) => `${lastPart(taskDefinition)} (${what})`);
    return (
        `The database user ${user} stays, because its password is still read by ${list.join(", ")}. ` +
        `Deploy or stop what uses it in the cluster ${cluster} (a release that was rolled back? a task started by ` +
        "hand?), then run `pulumi up` again."
    );
}
