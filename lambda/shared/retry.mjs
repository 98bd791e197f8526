// @ts-check
import { nameOf } from "./errors.mjs";

/**
 * Time, so that tests need not wait for it.
 *
 * @typedef {object} Clock
 * @property {() => number} now milliseconds
 * @property {(milliseconds: number) => Promise<void>} sleep
 */

/** @type {Clock} */
export const realClock = {
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

const SECOND = 1000;

/** How long a permission that was just attached may take to work. */
const PROPAGATION_SECONDS = 30;

/** How long a service may be busy, throttled or broken. */
const OUTAGE_SECONDS = 60;

/**
 * How long an error is worth another try, in seconds; undefined: not at all.
 *
 * @typedef {(error: unknown) => number | undefined} Patience
 */

/**
 * IAM is eventually consistent, and the graph invokes a handler as soon as its policy is attached.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_general.html#troubleshoot_general_eventual-consistency
 *
 * @type {Patience}
 */
export function usualPatience(error) {
    const name = nameOf(error);
    if (/^(AccessDenied|Forbidden|UnauthorizedOperation)/.test(name)) {
        return PROPAGATION_SECONDS;
    }
    if (
        /^(Throttl|TooManyRequests|RequestLimitExceeded|ServerException|InternalServer|InternalService|ServiceUnavailable|TimeoutError$)/.test(
            name,
        )
    ) {
        return OUTAGE_SECONDS;
    }
    return undefined;
}

/**
 * Calls until it works, the error is worth no other try, or there is no time for one; waits 1, 2, 4, 8, 10, 10 … seconds.
 *
 * @template Answer
 * @param {() => Promise<Answer>} call
 * @param {{ clock: Clock, deadline: number, patience?: Patience }} how `deadline` in milliseconds of the clock
 * @returns {Promise<Answer>}
 */
export async function retry(call, { clock, deadline, patience = usualPatience }) {
    const started = clock.now();
    for (let wait = SECOND; ; wait = Math.min(wait * 2, 10 * SECOND)) {
        try {
            return await call();
        } catch (error) {
            const seconds = patience(error);
            const last = Math.min(started + (seconds ?? 0) * SECOND, deadline);
            if (seconds === undefined || clock.now() + wait > last) {
                throw error;
            }
            await clock.sleep(wait);
        }
    }
}
