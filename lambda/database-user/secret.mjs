// @ts-check
import { createHash, randomInt } from "node:crypto";
import { nameOf } from "../shared/errors.mjs";
import { retry } from "../shared/retry.mjs";

/** @typedef {import("./request.mjs").Request} Request */

/**
 * @typedef {object} SecretsClient
 * @property {(input: { SecretId: string }) => Promise<{ SecretString?: string, VersionId?: string }>} getSecretValue
 * @property {(input: { SecretId: string, SecretString: string, ClientRequestToken: string }) => Promise<unknown>} putSecretValue
 */

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const DIGITS = "0123456789";

/** Of 62 characters each: about 285 bits. */
const LENGTH = 48;

/**
 * Letters and digits alone, first a letter, at least 40. Aurora forbids some characters, several applications parse
 * what they read (a number, `true`, quotes) and a URL would need escapes; and nothing in it can end a SQL literal.
 */
export const PASSWORD = /^[A-Za-z][A-Za-z0-9]{39,127}$/;

/** A password with an upper-case letter, a lower-case letter and a digit in it. */
export function newPassword() {
    for (;;) {
        const rest = Array.from({ length: LENGTH - 1 }, () => pick(LETTERS + DIGITS)).join("");
        const password = pick(LETTERS) + rest;
        if (/[A-Z]/.test(password) && /[a-z]/.test(password) && /[0-9]/.test(password)) {
            return password;
        }
    }
}

/** @param {string} characters */
function pick(characters) {
    return characters.charAt(randomInt(characters.length));
}

/**
 * The user's password: the one in the secret, or a new one that is in the secret before any database knows it, so that
 * a run that was cut off can be repeated.
 *
 * @param {{ secrets: SecretsClient, request: Request, clock: import("../shared/retry.mjs").Clock, deadline: number }} what
 * @param {(password: string) => void} hide told each password as soon as it is known
 * @returns {Promise<string>}
 */
export async function ensurePassword({ secrets, request, clock, deadline }, hide) {
    const current = await read();
    if (current === undefined) {
        return first();
    }
    const password = known(current.text);
    const wanted = contents(request, password);
    if (current.text !== wanted) {
        await put(wanted, tokenOf(request.secretArn, current.version, wanted.replaceAll(password, "")));
    }
    return password;

    /** @param {string} text */
    function known(text) {
        const found = passwordIn(text, request);
        hide(found);
        return found;
    }

    /** @returns {Promise<{ text: string, version: string } | undefined>} */
    async function read() {
        try {
            const { SecretString = "", VersionId = "" } = await retry(
                () => secrets.getSecretValue({ SecretId: request.secretArn }),
                { clock, deadline },
            );
            return { text: SecretString, version: VersionId };
        } catch (error) {
            // Also what a secret without any value says; without the secret itself, writing says so.
            if (nameOf(error) === "ResourceNotFoundException") {
                return undefined;
            }
            throw error;
        }
    }

    /** Two runs at once must not end with different passwords: the token lets only one of them write. */
    async function first() {
        const password = newPassword();
        hide(password);
        try {
            await put(contents(request, password), tokenOf(request.secretArn, "first"));
            return password;
        } catch (error) {
            const other = nameOf(error) === "ResourceExistsException" ? await read() : undefined;
            if (other === undefined) {
                throw error;
            }
            return known(other.text);
        }
    }

    /** @param {string} text @param {string} token */
    async function put(text, token) {
        await retry(
            () =>
                secrets.putSecretValue({
                    SecretId: request.secretArn,
                    SecretString: text,
                    ClientRequestToken: token,
                }),
            { clock, deadline },
        );
    }
}

/**
 * The keys that AWS's own tools look for, and the whole as an URL.
 * https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_secret_json_structure.html
 *
 * @param {Request} request
 * @param {string} password
 */
function contents(request, password) {
    const { engine, host, port, database, user } = request;
    const url = urlOf(request, password);
    return JSON.stringify({ username: user, password, host, port, dbname: database, engine, url });
}

const SCHEMES = { "aurora-mysql": "mysql", "aurora-postgresql": "postgresql" };

/**
 * Without parameters: what asks for TLS has another name in every driver, and several of them ignore their own
 * settings, such as the authorities, where the URL says anything about it.
 *
 * @param {Pick<Request, "engine" | "host" | "port" | "database" | "user">} request
 * @param {string} password
 */
export function urlOf({ engine, host, port, database, user }, password) {
    const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
    return `${SCHEMES[engine]}://${login}@${host}:${port}/${encodeURIComponent(database)}`;
}

/**
 * @param {string} text
 * @param {Request} request
 * @returns {string}
 */
function passwordIn(text, { secretArn, user }) {
    /** @type {unknown} */
    let value;
    try {
        value = JSON.parse(text);
    } catch {
        // What it holds must not be shown: nothing of the parser's message is.
    }
    const { username, password } = /** @type {{ username?: unknown, password?: unknown }} */ (value ?? {});
    if (username !== user || typeof password !== "string" || !PASSWORD.test(password)) {
        throw new Error(
            `The value of ${secretArn} is not one that this program wrote for the user ${user}. ` +
                "Raise the credentials generation for a fresh user and secret.",
        );
    }
    return password;
}

/**
 * The id that the new version gets, 32 to 64 characters.
 *
 * @param {...string} parts
 */
function tokenOf(...parts) {
    return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
