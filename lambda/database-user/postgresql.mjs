// @ts-check
import { createHash, createHmac, pbkdf2Sync, randomBytes } from "node:crypto";
import { refuseMaster, unlessThere } from "./data.mjs";
import { ownerOf } from "./request.mjs";

/** @typedef {import("./request.mjs").Request} Request */
/** @typedef {import("./data.mjs").Session} Session */

const CLAIM = "selfhost claim ";

/**
 * The database, the role that owns it, and a user whose sessions act as that role, so that whatever one generation's
 * user makes belongs to every later one's. The names were checked before: DDL takes no parameters.
 *
 * @param {{ session: Session, request: Request, password: string, claim: string, hide: (text: string) => void }} what
 */
export async function ensurePostgresql({ session, request, password, claim, hide }) {
    const { user } = request;
    const owner = ownerOf(request.database);
    await refuseMasterUser(session, request);
    await ensureOwner(session, request, owner);
    await ensureDatabase(session, request.database, owner);

    const verifier = scramVerifier(password);
    hide(verifier);
    const roles = await session.ask("SELECT 1 FROM pg_roles WHERE rolname = :role", { role: user });
    if (roles.length === 0) {
        await unlessThere(session.run(`CREATE ROLE "${user}" NOLOGIN`));
    }
    await session.run(`GRANT "${owner}" TO "${user}"`);
    await session.run(`ALTER ROLE "${user}" SET role = '${owner}'`);
    await session.run(`COMMENT ON ROLE "${user}" IS '${CLAIM}${claim}'`);
    // Last: nobody signs in as a user who does not act as the owner yet.
    await session.run(`ALTER ROLE "${user}" WITH LOGIN PASSWORD ${verifier}`);
}

/** @param {Session} session @param {Request} request @param {string} owner */
async function ensureOwner(session, { createDatabaseRole = false }, owner) {
    const roles = await session.ask("SELECT 1 FROM pg_roles WHERE rolname = :role", { role: owner });
    if (roles.length === 0) {
        await unlessThere(session.run(`CREATE ROLE "${owner}" NOLOGIN`));
    }
    // An attribute is never inherited: the role that sessions act as must have it.
    // https://www.postgresql.org/docs/current/role-membership.html
    await session.run(`ALTER ROLE "${owner}" WITH ${createDatabaseRole ? "CREATEDB" : "NOCREATEDB"}`);
    // The master user is no superuser in RDS: it can give a role a database only as a member of it.
    await session.run(`GRANT "${owner}" TO CURRENT_USER`);
}

/** @param {Session} session @param {string} database @param {string} owner */
async function ensureDatabase(session, database, owner) {
    const find = () =>
        session.ask(
            "SELECT CAST(pg_get_userbyid(datdba) AS text) FROM pg_database WHERE datname = :database",
            {
                database,
            },
        );
    if ((await find()).length === 0) {
        await unlessThere(session.run(`CREATE DATABASE "${database}" OWNER "${owner}"`));
    }
    if ((await find())[0]?.[0] !== owner) {
        await session.run(`ALTER DATABASE "${database}" OWNER TO "${owner}"`);
    }
    // Otherwise every other app's user could connect.
    await session.run(`REVOKE ALL ON DATABASE "${database}" FROM PUBLIC`);
}

/**
 * Drops the user, never a database or a table: what it owned goes to the owner first. Answers what a reader must know.
 *
 * @param {{ session: Session, request: Request, claim: string }} what
 * @returns {Promise<string | undefined>}
 */
export async function removePostgresql({ session, request, claim }) {
    const { user, database } = request;
    await refuseMasterUser(session, request);
    const rows = await session.ask(
        "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = :role",
        { role: user },
    );
    const row = rows[0];
    if (row === undefined) {
        return `the user ${user} was gone already`;
    }
    if (!isOurs(row[0], claim)) {
        return `the user ${user} stays: a later invocation has taken it over`;
    }
    const owner = ownerOf(database);
    await session.run(`ALTER ROLE "${user}" WITH NOLOGIN`);
    await session.run(`GRANT "${user}" TO CURRENT_USER`);
    // A session that is left could make a table between the two statements below, and the second would drop it.
    await session.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = :role", {
        role: user,
    });
    const owned = await session.ask(
        "SELECT CAST(datname AS text) FROM pg_database WHERE pg_get_userbyid(datdba) IN (:owner, :role) ORDER BY datname",
        { owner, role: user },
    );
    for (const name of owned.map(([datname]) => String(datname))) {
        // Nothing is the user's own after the first statement; the second takes back what it was granted.
        // https://www.postgresql.org/docs/current/role-removal.html
        await session.run(`REASSIGN OWNED BY "${user}" TO "${owner}"`, name);
        await session.run(`DROP OWNED BY "${user}"`, name);
    }
    await session.run(`DROP ROLE IF EXISTS "${user}"`);
    return undefined;
}

/** @param {Session} session @param {Request} request */
async function refuseMasterUser(session, request) {
    // The Data API answers common types alone: `name` is not one of them.
    const [row] = await session.ask("SELECT CAST(current_user AS text)");
    refuseMaster(row?.[0], request);
}

/** @param {import("./data.mjs").Value | undefined} comment @param {string} claim */
function isOurs(comment, claim) {
    return typeof comment !== "string" || !comment.startsWith(CLAIM) || comment === CLAIM + claim;
}

/**
 * A SQL literal of what the server keeps instead of the password, so that no statement, and no log of statements, has
 * the password in it. Its colons are escaped because the Data API's parameters start with one.
 * https://www.postgresql.org/docs/current/catalog-pg-authid.html
 *
 * @param {string} password
 * @param {Buffer} [salt]
 */
function scramVerifier(password, salt = randomBytes(16)) {
    const iterations = 4096;
    const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
    /** @param {string} key */
    const hmac = (key) => createHmac("sha256", salted).update(key).digest();
    const storedKey = createHash("sha256").update(hmac("Client Key")).digest("base64");
    const serverKey = hmac("Server Key").toString("base64");
    return `E'SCRAM-SHA-256$${iterations}\\x3A${salt.toString("base64")}$${storedKey}\\x3A${serverKey}'`;
}
