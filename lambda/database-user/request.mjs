// @ts-check
import { createHash } from "node:crypto";
import { refuse } from "../shared/errors.mjs";

/**
 * One user of one database, in a cluster that has the Data API.
 *
 * @typedef {object} Request
 * @property {string} clusterArn
 * @property {string} adminSecretArn the master user's secret
 * @property {"aurora-mysql" | "aurora-postgresql"} engine
 * @property {string} database
 * @property {string} user
 * @property {string} secretArn where the user's password is kept
 * @property {string} host the cluster's endpoint
 * @property {number} port
 * @property {string} cluster the ECS cluster whose tasks read the secret
 * @property {string} family the family of their task definitions
 * @property {boolean} [createDatabaseRole] PostgreSQL: whether the user may make further databases; default false
 */

/** @typedef {Request & { tf?: import("../shared/aws.mjs").Lifecycle }} Event */

const ARN = /^arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:[0-9]*:[A-Za-z0-9:/_+=.@!-]+$/;

/** The only characters that ever reach a statement as a name; the databases' own limits are wider. */
const NAME = /^[a-z][a-z0-9_]*$/;

/** Names that belong to the engine or to AWS. */
export const RESERVED =
    /^(mysql|sys|information_schema|performance_schema|root|admin|master|public|none|user|postgres|template[01]|current_[a-z]+|session_[a-z]+|rdsadmin|rdsproxyadmin|rdsrepladmin|rdstopmgr|rds_.*|aws_.*|pg_.*|mysql_.*)$/;

/** @type {Readonly<Record<Request["engine"], { user: number, database: number }>>} */
const LIMITS = {
    // https://dev.mysql.com/doc/refman/8.0/en/identifier-length.html and user-names.html
    "aurora-mysql": { user: 32, database: 64 },
    // 63 bytes, from which the database's name leaves room for `_owner`.
    // https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS
    "aurora-postgresql": { user: 63, database: 57 },
};

/** @type {Readonly<Record<string, { test: (value: unknown) => boolean, says: string }>>} */
const FIELDS = {
    clusterArn: { test: matches(ARN), says: "the ARN of an Aurora cluster" },
    adminSecretArn: { test: matches(ARN), says: "the ARN of the master user's secret" },
    secretArn: { test: matches(ARN), says: "the ARN of the user's secret" },
    host: { test: matches(/^[a-z0-9][a-z0-9.-]*$/), says: "a host name in lower case" },
    port: {
        test: (value) => Number.isInteger(value) && Number(value) > 0 && Number(value) < 65536,
        says: "a port number",
    },
    cluster: { test: matches(/^[A-Za-z0-9][A-Za-z0-9_-]*$/), says: "the name of an ECS cluster" },
    family: { test: matches(/^[A-Za-z0-9][A-Za-z0-9_-]*$/), says: "a task definition family" },
    createDatabaseRole: {
        test: (value) => value === undefined || typeof value === "boolean",
        says: "true, false or absent",
    },
};

/** @param {RegExp} pattern @returns {(value: unknown) => boolean} */
function matches(pattern) {
    return (value) => typeof value === "string" && pattern.test(value);
}

/**
 * The event, or an error that lists everything that is wrong with it.
 *
 * @param {Event} event
 * @returns {Request}
 */
export function readRequest({ tf: _, ...request }) {
    const problems = Object.entries(FIELDS)
        .filter(([field, { test }]) => !test(Reflect.get(request, field)))
        .map(([field, { says }]) => `\`${field}\` must be ${says} (got ${show(request, field)})`);
    const limits = Object.hasOwn(LIMITS, request.engine) ? LIMITS[request.engine] : undefined;
    if (limits === undefined) {
        problems.push(
            `\`engine\` must be aurora-mysql or aurora-postgresql (got ${show(request, "engine")})`,
        );
    } else {
        problems.push(...nameProblems(request, "database", limits), ...nameProblems(request, "user", limits));
    }
    if (request.user === ownerOf(request.database)) {
        problems.push(`\`user\` must not be ${request.user}, the role that owns the database`);
    }
    if (request.engine === "aurora-mysql" && request.createDatabaseRole === true) {
        problems.push("`createDatabaseRole` is for aurora-postgresql alone");
    }
    refuse("database-user", problems);
    return request;
}

/**
 * @param {Request} request
 * @param {"database" | "user"} field
 * @param {{ user: number, database: number }} limits
 * @returns {string[]}
 */
function nameProblems(request, field, limits) {
    const name = request[field];
    if (typeof name !== "string" || !NAME.test(name) || name.length > limits[field]) {
        return [
            `\`${field}\` must be up to ${limits[field]} of a-z, 0-9 and _, first a letter (got ${show(request, field)})`,
        ];
    }
    return RESERVED.test(name) ? [`\`${field}\` must not be ${name}, which the engine or AWS reserves`] : [];
}

/** @param {Request} request @param {string} field */
function show(request, field) {
    return JSON.stringify(Reflect.get(request, field)) ?? "nothing";
}

/**
 * PostgreSQL: the role that owns the database and everything in it, whichever generation's user made it.
 *
 * @param {string} database
 */
export function ownerOf(database) {
    return `${database}_owner`;
}

/**
 * Who answers for the user: another invocation that ensures the same user later takes over, and then the deletion of
 * the one before must not drop it. The engine creates a replacement before it deletes what it replaces.
 *
 * @param {Request} request
 * @param {string} functionName
 * @returns {string}
 */
export function claimOf(request, functionName) {
    const fields = Object.entries(request).sort(([a], [b]) => (a < b ? -1 : 1));
    return createHash("sha256")
        .update(JSON.stringify([functionName, fields]))
        .digest("hex")
        .slice(0, 32);
}
