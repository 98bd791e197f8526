// @ts-check
/**
 * Runs an app's migrations as a task of its own, before the service starts tasks of the same image.
 *
 * Invoked with the scope `CRUD` and the image as a trigger, so that a new image is a new invocation: one that fails is
 * not in the state and runs again with the next `up`, which an update that fails would not. A change of anything else
 * is an update, and runs nothing. Its role needs ecs:RunTask (the task definition's family, with the condition
 * ecs:cluster), iam:PassRole (the task's two roles, to ecs-tasks.amazonaws.com), ecs:TagResource (tasks, with the
 * condition ecs:CreateAction RunTask), ecs:DescribeTasks, ecs:DescribeTaskDefinition, which supports no resource, and
 * for snapshots rds:CreateDBClusterSnapshot (cluster and snapshots), rds:AddTagsToResource,
 * rds:DescribeDBClusterSnapshots and rds:DeleteDBClusterSnapshot (snapshots with the tag selfhost:migration).
 */
import { client, lazily } from "../shared/aws.mjs";
import { reportable } from "../shared/errors.mjs";
import { realClock } from "../shared/retry.mjs";
import { readRequest } from "./request.mjs";
import { ensureSnapshot } from "./snapshot.mjs";
import { runOnce } from "./task.mjs";

/** @typedef {import("./request.mjs").Event} Event */
/** @typedef {import("../shared/aws.mjs").LambdaContext} LambdaContext */

/**
 * @typedef {object} Clients
 * @property {import("./task.mjs").EcsClient} ecs
 * @property {import("./snapshot.mjs").RdsClient} rds
 * @property {import("../shared/retry.mjs").Clock} clock
 * @property {(line: string) => void} log
 */

/** @typedef {{ ok: true, ran: boolean, image: string, task?: string, snapshot?: string, note?: string }} Answer */

/** Left for saying what is still running: an invocation that Lambda cuts off says nothing but that. */
const MARGIN_MILLISECONDS = 15_000;

/**
 * @param {Clients} clients
 * @returns {(event: Event, context: LambdaContext) => Promise<Answer>}
 */
export function makeHandler(clients) {
    return async (event, context) => {
        try {
            const reason = whyNot(event);
            if (reason !== undefined) {
                clients.log(JSON.stringify({ ran: false, note: reason }));
                return { ok: true, ran: false, image: event.image, note: reason };
            }
            const request = readRequest(event);
            const remaining = context.getRemainingTimeInMillis() - MARGIN_MILLISECONDS;
            const deadline = clients.clock.now() + Math.min(remaining, request.deadlineSeconds * 1000);
            const job = { ...clients, request, deadline };
            const snapshot =
                request.snapshot === undefined
                    ? {}
                    : { snapshot: await ensureSnapshot(job, request.snapshot) };
            const answer = { ran: true, image: request.image, ...snapshot, ...(await runOnce(job)) };
            clients.log(JSON.stringify(answer));
            return { ok: true, ...answer };
        } catch (error) {
            throw reportable(error);
        }
    };
}

/**
 * Why there is nothing to run; undefined: there is.
 *
 * @param {Event} event
 * @returns {string | undefined}
 */
function whyNot({ tf, image, standIn, releasedElsewhere }) {
    if (standIn === true) {
        return "the image only stands in for the first release, and has no migrations";
    }
    if (tf?.action === "delete") {
        return "a deletion undoes no migration";
    }
    if (tf?.action === "update" && releasedElsewhere === true) {
        return "who released the image has run its migrations";
    }
    if (tf?.action === "update" && tf.prev_input?.["image"] === image) {
        return "the image is the same: its migrations have run";
    }
    return undefined;
}

export const handler = lazily(async () =>
    makeHandler({
        ecs: await client("ecs", "ECS"),
        rds: await client("rds", "RDS"),
        clock: realClock,
        log: console.log,
    }),
);
