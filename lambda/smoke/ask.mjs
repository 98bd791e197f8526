// @ts-check
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { messageOf } from "../shared/errors.mjs";

/** @typedef {import("./request.mjs").Target} Target */
/** @typedef {import("./request.mjs").Test} Test */

/**
 * @typedef {object} Question
 * @property {"https" | "http"} protocol
 * @property {string} address
 * @property {number} [port] default: the protocol's
 * @property {string} host
 * @property {string} path
 * @property {Readonly<Record<string, string>>} headers
 */

/** @typedef {{ status: number, text: string }} Reply */
/** @typedef {(question: Question) => Promise<Reply>} Ask */

/** Of an answer, more is not looked at. */
const MOST_CHARACTERS = 1_000_000;

const TIMEOUT_MILLISECONDS = 15_000;

const PAUSE_MILLISECONDS = 5_000;

/**
 * What is wrong with the first answer that stays wrong until the deadline; undefined: all are right.
 *
 * @param {{ ask: Ask, clock: import("../shared/retry.mjs").Clock, deadline: number }} with_
 * @param {Target} target
 * @param {boolean} withHeader
 * @returns {Promise<string | undefined>}
 */
export async function firstWrong({ ask, clock, deadline }, target, withHeader) {
    const { protocol, address, host = address, header } = target;
    const headers = withHeader ? { [header.name]: header.value } : {};
    for (const test of target.tests) {
        for (;;) {
            const wrong = await ask({ protocol, address, host, path: test.path, headers }).then(
                (reply) => whatIsWrong(test, reply),
                (error) => `did not answer: ${messageOf(error)}`,
            );
            if (wrong === undefined) {
                break;
            }
            if (clock.now() + PAUSE_MILLISECONDS > deadline) {
                return `${protocol}://${host}${test.path} ${wrong}`;
            }
            await clock.sleep(PAUSE_MILLISECONDS);
        }
    }
    return undefined;
}

/**
 * @param {Test} test
 * @param {Reply} reply
 * @returns {string | undefined}
 */
function whatIsWrong({ status, contains }, reply) {
    if (reply.status !== status) {
        return `answered ${reply.status} and not ${status}`;
    }
    return contains === undefined || reply.text.includes(contains)
        ? undefined
        : `answered without ${JSON.stringify(contains)}`;
}

/**
 * Asks the load balancer in the app's name; its certificate must be for that name. A redirect is an answer like any other.
 *
 * @type {Ask}
 */
export function askHttp({ protocol, address, port, host, path, headers }) {
    const request = protocol === "https" ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
        const asked = request(
            {
                host: address,
                ...(port === undefined ? {} : { port }),
                path,
                headers: { ...headers, host, "user-agent": "selfhost-smoke" },
                timeout: TIMEOUT_MILLISECONDS,
                agent: false,
                ...(protocol === "https" ? { servername: host } : {}),
            },
            (answer) => {
                let text = "";
                answer.setEncoding("utf8");
                answer.on("data", (/** @type {string} */ part) => {
                    if (text.length < MOST_CHARACTERS) {
                        text += part;
                    }
                });
                answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
                answer.on("error", reject);
            },
        );
        asked.on("timeout", () => asked.destroy(new Error(`no answer in ${TIMEOUT_MILLISECONDS / 1000} s`)));
        asked.on("error", reject);
        asked.end();
    });
}
