// @ts-check
import { messageOf, nameOf } from "../shared/errors.mjs";
import { retry, usualPatience } from "../shared/retry.mjs";

/** @typedef {import("./request.mjs").Request} Request */
/** @typedef {{ isNull?: boolean, stringValue?: string, longValue?: number, booleanValue?: boolean }} Field */
/** @typedef {string | number | boolean | null} Value */

/**
 * @typedef {object} StatementInput
 * @property {string} resourceArn
 * @property {string} secretArn
 * @property {string} sql
 * @property {string} [database]
 * @property {{ name: string, value: { stringValue: string } }[]} [parameters]
 * @property {boolean} [continueAfterTimeout]
 */

/**
 * @typedef {object} DataClient
 * @property {(input: StatementInput) => Promise<{ records?: readonly (readonly Field[])[] }>} executeStatement
 */

/**
 * @typedef {object} Session
 * @property {(sql: string, database?: string) => Promise<void>} run a statement that changes something
 * @property {(sql: string, parameters?: Readonly<Record<string, string>>) => Promise<Value[][]>} ask a question
 */

/** A paused cluster takes about 15 seconds to resume, and longer after a day's pause. */
const RESUME_SECONDS = 120;

/**
 * What the Data API answers while a paused instance resumes or a failover is under way, by name or, where the name is
 * only BadRequestException, in words.
 * https://docs.aws.amazon.com/rdsdataservice/latest/APIReference/API_ExecuteStatement.html#API_ExecuteStatement_Errors
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html
 *
 * @type {import("../shared/retry.mjs").Patience}
 */
function resumePatience(error) {
    const waking =
        /^(DatabaseResuming|DatabaseUnavailable)/.test(nameOf(error)) ||
        /communications link failure|is resuming|resuming after|starting up|connection refused/i.test(
            messageOf(error),
        );
    return waking ? RESUME_SECONDS : usualPatience(error);
}

/**
 * Whether the cluster's Data API is off.
 *
 * @param {unknown} error
 */
export function isClosed(error) {
    return (
        nameOf(error) === "HttpEndpointNotEnabledException" ||
        /HttpEndpoint is not enabled/i.test(messageOf(error))
    );
}

/**
 * The master user's session with a cluster. Statements commit one by one: MySQL's DDL does so anyway, and PostgreSQL's
 * CREATE DATABASE is not allowed in a transaction.
 *
 * @param {{ data: DataClient, request: Request, clock: import("../shared/retry.mjs").Clock, deadline: number }} what
 * @returns {Session}
 */
export function session({ data, request, clock, deadline }) {
    // PostgreSQL wants a database to connect to; this one is in every cluster.
    const fallback = request.engine === "aurora-postgresql" ? { database: "postgres" } : {};
    const cluster = { resourceArn: request.clusterArn, secretArn: request.adminSecretArn };

    /** @param {Omit<StatementInput, "resourceArn" | "secretArn">} statement */
    const execute = (statement) =>
        retry(() => data.executeStatement({ ...cluster, ...fallback, ...statement }), {
            clock,
            deadline,
            patience: resumePatience,
        });

    return {
        run: async (sql, database) => {
            // DDL that the 45 seconds of a call cut off would leave half done.
            await execute({
                sql,
                continueAfterTimeout: true,
                ...(database === undefined ? {} : { database }),
            });
        },
        ask: async (sql, parameters = {}) => {
            const { records = [] } = await execute({
                sql,
                parameters: Object.entries(parameters).map(([name, stringValue]) => ({
                    name,
                    value: { stringValue },
                })),
            });
            return records.map((row) => row.map(valueOf));
        },
    };
}

/** @param {Field} field @returns {Value} */
function valueOf(field) {
    return field.stringValue ?? field.longValue ?? field.booleanValue ?? null;
}

/**
 * Runs a statement that has no IF NOT EXISTS; that it is there already, from a run that was cut off or from one at the
 * same time, is as good.
 *
 * @param {Promise<void>} statement
 */
export async function unlessThere(statement) {
    try {
        await statement;
    } catch (error) {
        if (!/already exists|SQLState: (42710|42P04)/i.test(messageOf(error))) {
            throw error;
        }
    }
}

/**
 * Stops before a statement that would change or drop the user that runs it.
 *
 * @param {Value | undefined} master
 * @param {Request} request
 */
export function refuseMaster(master, { user }) {
    if (master === user) {
        throw new Error(
            `${user} is the cluster's master user, which no application may use. Choose another name.`,
        );
    }
}
