// @ts-check
/**
 * Asks a new version what its preset and its stack file say, and compares the answers.
 *
 * Who invokes it decides what a wrong answer does. As a lifecycle hook of ECS it asks the new tasks, by the header that
 * leads there, before a visitor reaches them, and answers FAILED: ECS takes the deployment back. As a hook of CodeDeploy
 * it reports Failed, with the same effect. From the graph or a pipeline, after a deployment that left no such moment, it
 * puts the version before back and fails.
 *
 * Its role needs ecs:DescribeServices; for ECS also ecs:DescribeServiceRevisions; for the graph also that,
 * ecs:ListServiceDeployments, ecs:DescribeServiceDeployments and ecs:UpdateService on the service; for CodeDeploy
 * codedeploy:PutLifecycleEventHookExecutionStatus on the deployment group.
 */
import { client, lazily } from "../shared/aws.mjs";
import { messageOf, reportable } from "../shared/errors.mjs";
import { realClock, retry } from "../shared/retry.mjs";
import { askHttp, firstWrong } from "./ask.mjs";
import { readTarget } from "./request.mjs";
import { imagesOf, putBack, whatRuns } from "./service.mjs";

/** @typedef {import("./request.mjs").Event} Event */
/** @typedef {import("./request.mjs").Target} Target */
/** @typedef {import("../shared/aws.mjs").LambdaContext} LambdaContext */

/**
 * @typedef {object} CodeDeployClient
 * @property {(input: { deploymentId: string, lifecycleEventHookExecutionId: string, status: "Succeeded" | "Failed" }) => Promise<unknown>} putLifecycleEventHookExecutionStatus
 */

/**
 * @typedef {object} Clients
 * @property {import("./ask.mjs").Ask} ask
 * @property {import("./service.mjs").EcsClient} ecs
 * @property {CodeDeployClient} codeDeploy
 * @property {import("../shared/retry.mjs").Clock} clock
 * @property {(line: string) => void} log
 */

/** @typedef {{ hookStatus: "SUCCEEDED" | "FAILED" } | { ok: boolean, note?: string }} Answer */

/** Left for saying what was wrong: an invocation that Lambda cuts off says nothing but that. */
const MARGIN_MILLISECONDS = 15_000;

/** How long an answer may be wrong before it counts: a load balancer needs some seconds to learn of a task. */
const USUAL_PATIENCE_SECONDS = 60;

/**
 * @param {Clients} clients
 * @param {Target} target
 * @returns {(event: Event, context: LambdaContext) => Promise<Answer>}
 */
export function makeHandler(clients, target) {
    return async (event, context) => {
        try {
            const end = clients.clock.now() + context.getRemainingTimeInMillis() - MARGIN_MILLISECONDS;
            if (event.LifecycleEventHookExecutionId !== undefined) {
                return await forCodeDeploy(clients, target, event, end);
            }
            if (event.lifecycleStage !== undefined) {
                return await forEcs(clients, target, event, end);
            }
            return event.tf?.action === "delete"
                ? { ok: true, note: "a deletion leaves nothing to ask" }
                : await forGraph(clients, target, event, end);
        } catch (error) {
            throw reportable(error);
        }
    };
}

/**
 * @param {Clients} clients
 * @param {Target} target
 * @param {number} end
 * @param {{ header: boolean, patienceSeconds?: number | undefined }} how
 * @returns {Promise<string | undefined>} what is wrong
 */
function test({ ask, clock }, target, end, { header, patienceSeconds = USUAL_PATIENCE_SECONDS }) {
    const deadline = Math.min(end, clock.now() + patienceSeconds * 1000);
    return firstWrong({ ask, clock, deadline }, target, header);
}

/** @param {Clients} clients @param {Target} target @param {Event} event @param {number} end @returns {Promise<Answer>} */
async function forEcs(clients, target, event, end) {
    const why = await whyNot(clients, target, event, end);
    if (why !== undefined) {
        clients.log(JSON.stringify({ stage: event.lifecycleStage, note: why }));
        return { hookStatus: "SUCCEEDED" };
    }
    const wrong = await test(clients, target, end, { header: true });
    clients.log(JSON.stringify({ stage: event.lifecycleStage, wrong: wrong ?? null }));
    return { hookStatus: wrong === undefined ? "SUCCEEDED" : "FAILED" };
}

/**
 * Why nobody is asked; undefined: the new tasks are.
 *
 * @param {Clients} clients @param {Target} target @param {Event} event @param {number} end
 * @returns {Promise<string | undefined>}
 */
async function whyNot(clients, target, event, end) {
    if (target.tests.length === 0) {
        return "there are no tests";
    }
    if (await isStandIn(clients, target, event, end)) {
        return "the image only stands in for the first release";
    }
    const service = event.executionDetails?.serviceArn ?? event.resourceArn;
    return service !== undefined && (await isAsleep(clients, service, end))
        ? "no task is wanted now, so there is none to ask"
        : undefined;
}

/**
 * Of the very revision that is being deployed: whoever releases, nobody has to tell the function before.
 *
 * @param {Clients} clients @param {Target} target @param {Event} event @param {number} end
 */
async function isStandIn({ ecs, clock }, { standInImage }, { executionDetails }, end) {
    const revision = executionDetails?.targetServiceRevisionArn;
    return (
        standInImage !== undefined &&
        revision !== undefined &&
        (await imagesOf({ ecs, clock, deadline: end }, revision)).includes(standInImage)
    );
}

/**
 * A service that is scheduled to have no tasks has none that could answer.
 *
 * @param {Clients} clients @param {string} service ARN @param {number} end
 */
async function isAsleep({ ecs, clock }, service, end) {
    // arn:aws:ecs:<region>:<account>:service/<cluster>/<name>
    const [, cluster = "", name = ""] = /:service\/([^/]+)\/([^/]+)$/.exec(service) ?? [];
    return (
        cluster !== "" &&
        (await whatRuns({ ecs, clock, deadline: end }, { cluster, name })).desiredCount === 0
    );
}

/** @param {Clients} clients @param {Target} target @param {Event} event @param {number} end @returns {Promise<Answer>} */
async function forCodeDeploy(clients, target, event, end) {
    const wrong = await test(clients, target, end, { header: false }).catch(messageOf);
    const status = wrong === undefined ? "Succeeded" : "Failed";
    clients.log(JSON.stringify({ deployment: event.DeploymentId, wrong: wrong ?? null }));
    await retry(
        () =>
            clients.codeDeploy.putLifecycleEventHookExecutionStatus({
                deploymentId: event.DeploymentId ?? "",
                lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId ?? "",
                status,
            }),
        { clock: clients.clock, deadline: end + MARGIN_MILLISECONDS / 2 },
    );
    return { ok: wrong === undefined, ...(wrong === undefined ? {} : { note: wrong }) };
}

/** @param {Clients} clients @param {Target} target @param {Event} event @param {number} end @returns {Promise<Answer>} */
async function forGraph(clients, target, event, end) {
    if (event.standIn === true) {
        return { ok: true, note: "the image only stands in for the first release" };
    }
    if (event.first === true && event.tf?.action === "update") {
        return { ok: true, note: "the first tasks have answered before" };
    }
    const { service, taskDefinition } = event;
    const around = { ecs: clients.ecs, clock: clients.clock, deadline: end };
    if (service !== undefined) {
        const running = await whatRuns(around, service);
        if (running.desiredCount === 0) {
            return { ok: true, note: "no task is wanted now, so there is none to ask" };
        }
        if (taskDefinition !== undefined && running.taskDefinition !== taskDefinition) {
            throw new Error(
                `${service.name} runs ${lastPart(running.taskDefinition)} and not ${lastPart(taskDefinition)}: ` +
                    "that one was taken back. Repair it and run `pulumi up --refresh`.",
            );
        }
    }
    const wrong = await test(clients, target, end, {
        header: false,
        patienceSeconds: event.patienceSeconds,
    });
    clients.log(JSON.stringify({ taskDefinition, wrong: wrong ?? null }));
    if (wrong === undefined) {
        return { ok: true };
    }
    const back =
        service === undefined || event.putBack !== true
            ? undefined
            : await putBack(around, service, taskDefinition);
    const outcome =
        back === undefined
            ? "The new version keeps running: there is no other to put back."
            : `${service?.name ?? ""} goes back to ${lastPart(back)}. Repair the new version and run \`pulumi up --refresh\`.`;
    throw new Error(`${wrong}. ${outcome}`);
}

/** @param {string | undefined} arn */
function lastPart(arn) {
    return arn?.split("/").at(-1) ?? "nothing";
}

export const handler = lazily(async () =>
    makeHandler(
        {
            ask: askHttp,
            ecs: await client("ecs", "ECS"),
            codeDeploy: await client("codedeploy", "CodeDeploy"),
            clock: realClock,
            log: console.log,
        },
        readTarget(process.env.SMOKE),
    ),
);
