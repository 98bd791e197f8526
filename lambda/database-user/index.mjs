// @ts-check
/**
 * Makes the database and the user of one app through the RDS Data API, and drops the user when nothing uses it.
 *
 * Invoked with the scope `CRUD`. Its role needs, on the app's own resources:
 * rds-data:ExecuteStatement and rds:DescribeDBClusters (the cluster; rds:EnableHttpEndpoint too where it was restored), secretsmanager:GetSecretValue (the master's and
 * the user's secret), secretsmanager:PutSecretValue (the user's), ecs:ListTasks and ecs:ListServices (with the
 * condition ecs:cluster), ecs:DescribeTasks and ecs:DescribeServices (the ECS cluster's), and
 * ecs:DescribeTaskDefinition, which supports no resource.
 */
import { client, lazily } from "../shared/aws.mjs";
import { messageOf, nameOf, reportable } from "../shared/errors.mjs";
import { realClock, retry } from "../shared/retry.mjs";
import { isClosed, session } from "./data.mjs";
import { ensureMysql, removeMysql } from "./mysql.mjs";
import { ensurePostgresql, removePostgresql } from "./postgresql.mjs";
import { claimOf, readRequest } from "./request.mjs";
import { ensurePassword } from "./secret.mjs";
import { assertUnused } from "./usage.mjs";

/** @typedef {import("./request.mjs").Request} Request */
/** @typedef {import("./request.mjs").Event} Event */
/** @typedef {import("../shared/aws.mjs").LambdaContext} LambdaContext */

/**
 * @typedef {object} RdsClient
 * @property {(input: { DBClusterIdentifier: string }) => Promise<{ DBClusters?: readonly { Status?: string }[] }>} describeDBClusters
 * @property {(input: { ResourceArn: string }) => Promise<unknown>} enableHttpEndpoint
 */

/**
 * @typedef {object} Clients
 * @property {import("./data.mjs").DataClient} data
 * @property {RdsClient} rds
 * @property {import("./secret.mjs").SecretsClient} secrets
 * @property {import("./usage.mjs").EcsClient} ecs
 * @property {import("../shared/retry.mjs").Clock} clock
 * @property {(line: string) => void} log
 */

/** @typedef {{ ok: true, user: string, database: string, note?: string }} Answer */

/** How long the Data API may take to answer after it was turned on. */
const OPENING_SECONDS = 300;

/** Left for the answer: an invocation that Lambda cuts off says nothing but that. */
const MARGIN_MILLISECONDS = 10_000;

/**
 * @param {Clients} clients
 * @returns {(event: Event, context: LambdaContext) => Promise<Answer>}
 */
export function makeHandler(clients) {
    return async (event, context) => {
        /** @type {Set<string>} */
        const hidden = new Set();
        try {
            const request = readRequest(event);
            const deadline = clients.clock.now() + context.getRemainingTimeInMillis() - MARGIN_MILLISECONDS;
            const job = { ...clients, request, deadline, claim: claimOf(request, context.functionName) };
            const note =
                event.tf?.action === "delete"
                    ? await remove(job)
                    : await ensure(job, (text) => hidden.add(text));
            const answer = {
                user: request.user,
                database: request.database,
                ...(note === undefined ? {} : { note }),
            };
            clients.log(JSON.stringify({ action: event.tf?.action ?? "create", ...answer }));
            return { ok: true, ...answer };
        } catch (error) {
            throw reportable(error, hidden);
        }
    };
}

/** @typedef {Clients & { request: Request, deadline: number, claim: string }} Job */

/**
 * @param {Job} job
 * @param {(text: string) => void} hide
 * @returns {Promise<undefined>}
 */
async function ensure(job, hide) {
    const password = await ensurePassword(job, hide);
    const what = { session: session(job), request: job.request, claim: job.claim, password };
    const work = () =>
        job.request.engine === "aurora-mysql" ? ensureMysql(what) : ensurePostgresql({ ...what, hide });
    try {
        await work();
    } catch (error) {
        if (!isClosed(error)) {
            throw error;
        }
        await openDataApi(job, error);
        await retry(work, { ...job, patience: (again) => (isClosed(again) ? OPENING_SECONDS : undefined) });
    }
    return undefined;
}

/**
 * RDS restores a cluster without its Data API, and only an operation of its own turns that on.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_EnableHttpEndpoint.html
 *
 * @param {Job} job
 * @param {unknown} reason
 */
async function openDataApi({ rds, request, clock, deadline, log }, reason) {
    try {
        await retry(() => rds.enableHttpEndpoint({ ResourceArn: request.clusterArn }), { clock, deadline });
        log(JSON.stringify({ dataApi: "turned on", cluster: request.clusterArn }));
    } catch (error) {
        throw new Error(
            `${nameOf(reason)}: ${messageOf(reason)}; turning the Data API on failed, ${nameOf(error)}: ${messageOf(error)}`,
        );
    }
}

/**
 * @param {Job} job
 * @returns {Promise<string | undefined>}
 */
async function remove(job) {
    await assertUnused(job);
    const what = { session: session(job), request: job.request, claim: job.claim };
    try {
        return await (job.request.engine === "aurora-mysql" ? removeMysql(what) : removePostgresql(what));
    } catch (error) {
        const reason = await whyGone(job);
        if (reason === undefined) {
            throw error;
        }
        return `nothing to drop: ${reason}`;
    }
}

/**
 * Why no statement can reach the cluster, and none needs to; undefined: it is there.
 *
 * @param {Job} job
 * @returns {Promise<string | undefined>}
 */
async function whyGone({ rds, request, clock, deadline }) {
    try {
        const { DBClusters = [] } = await retry(
            () => rds.describeDBClusters({ DBClusterIdentifier: request.clusterArn }),
            { clock, deadline },
        );
        const status = DBClusters[0]?.Status ?? "not found";
        return ["not found", "deleting", "stopping", "stopped"].includes(status)
            ? `the cluster is ${status}`
            : undefined;
    } catch (error) {
        // The service says DBClusterNotFoundFault; the SDK for JavaScript has had both names.
        return /^DBClusterNotFound/.test(nameOf(error)) ? "the cluster is not found" : undefined;
    }
}

export const handler = lazily(async () =>
    makeHandler({
        data: await client("rds-data", "RDSData"),
        rds: await client("rds", "RDS"),
        secrets: await client("secrets-manager", "SecretsManager"),
        ecs: await client("ecs", "ECS"),
        clock: realClock,
        log: console.log,
    }),
);
