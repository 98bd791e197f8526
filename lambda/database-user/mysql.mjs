// @ts-check
import { refuseMaster } from "./data.mjs";

/** @typedef {import("./request.mjs").Request} Request */
/** @typedef {import("./data.mjs").Session} Session */

const CLAIM = "selfhost claim ";

/**
 * The database and its user. The names and the password consist of letters, digits and `_` alone (they were checked
 * before), because DDL takes no parameters.
 *
 * @param {{ session: Session, request: Request, password: string, claim: string }} what
 */
export async function ensureMysql({ session, request, password, claim }) {
    const { database, user } = request;
    await refuseMasterUser(session, request);
    const login = `'${user}'@'%' IDENTIFIED BY '${password}' REQUIRE SSL`;
    await session.run(
        `CREATE DATABASE IF NOT EXISTS \`${database}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci`,
    );
    await session.run(`CREATE USER IF NOT EXISTS ${login}`);
    // The user may be there with another password, from a snapshot or a run that was cut off. No colon in the comment:
    // the Data API's parameters start with one.
    await session.run(`ALTER USER ${login} ACCOUNT UNLOCK COMMENT '${CLAIM}${claim}'`);
    // `_` stands for any character in the database's name of a grant.
    // https://dev.mysql.com/doc/refman/8.0/en/grant.html#grant-database-privileges
    const pattern = database.replaceAll("_", "\\_");
    await session.run(`GRANT ALL PRIVILEGES ON \`${pattern}\`.* TO '${user}'@'%'`);
}

/**
 * Drops the user, never a database or a table; answers what a reader must know, or nothing.
 *
 * @param {{ session: Session, request: Request, claim: string }} what
 * @returns {Promise<string | undefined>}
 */
export async function removeMysql({ session, request, claim }) {
    const { user } = request;
    await refuseMasterUser(session, request);
    const rows = await session.ask(
        "SELECT ATTRIBUTE FROM information_schema.USER_ATTRIBUTES WHERE USER = :user AND HOST = '%'",
        { user },
    );
    const row = rows[0];
    if (row === undefined) {
        return `the user ${user} was gone already`;
    }
    if (!isOurs(row[0], claim)) {
        return `the user ${user} stays: a later invocation has taken it over`;
    }
    if ((await countDefined(session, user)) > 0) {
        await session.run(`ALTER USER '${user}'@'%' ACCOUNT LOCK`);
        return `the user ${user} is locked, not dropped: views, triggers or routines run with its privileges`;
    }
    await session.run(`DROP USER IF EXISTS '${user}'@'%'`);
    return undefined;
}

/** @param {Session} session @param {Request} request */
async function refuseMasterUser(session, request) {
    const [row] = await session.ask("SELECT CURRENT_USER()");
    refuseMaster(String(row?.[0] ?? "").replace(/@[^@]*$/, ""), request);
}

/**
 * The comment of a user is the key `comment` of its attributes, a JSON text.
 * https://dev.mysql.com/doc/refman/8.0/en/create-user.html#create-user-comments-attributes
 *
 * @param {import("./data.mjs").Value | undefined} attributes
 * @param {string} claim
 */
function isOurs(attributes, claim) {
    if (typeof attributes !== "string") {
        return true;
    }
    const { comment } = /** @type {{ comment?: unknown }} */ (JSON.parse(attributes));
    return typeof comment !== "string" || !comment.startsWith(CLAIM) || comment === CLAIM + claim;
}

/**
 * How many stored objects would break with `The user specified as a definer does not exist`; a locked definer is fine.
 * https://dev.mysql.com/doc/refman/8.0/en/stored-objects-security.html#stored-objects-security-orphan-objects
 *
 * @param {Session} session
 * @param {string} user
 */
async function countDefined(session, user) {
    const tables = ["VIEWS", "TRIGGERS", "ROUTINES", "EVENTS"];
    const counts = tables.map(
        (table) => `(SELECT COUNT(*) FROM information_schema.${table} WHERE DEFINER = :definer)`,
    );
    const rows = await session.ask(`SELECT ${counts.join(" + ")}`, { definer: `${user}@%` });
    return Number(rows[0]?.[0] ?? 0);
}
