/** What goes wrong, told through the environment: each fault once per folder of the cloud, so that a second run gets further. */
import { setTimeout as wait } from "node:timers/promises";
import type { Cloud } from "./cloud";

/** As JSON in `STANDIN_FAULTS`. */
export interface Faults {
    readonly fail?: readonly Fault[];
    /** Creations that take their time; the first whose URN matches counts. */
    readonly slow?: readonly Slow[];
}

export const METHODS = ["create", "update", "delete"] as const;

/**
 * `refused`: nothing happened. `half`: it happened, and AWS's provider says that it is not as it should be, as with a
 * service that does not get steady. `unanswered`: it happened, and nobody was told.
 */
export const WAYS = ["refused", "half", "unanswered"] as const;

export interface Fault {
    readonly method: (typeof METHODS)[number];
    /** Of a resource whose URN matches, the first call fails; without it, the first of each type. */
    readonly urn?: string;
    readonly way: (typeof WAYS)[number];
}

export interface Slow {
    readonly urn: string;
    readonly milliseconds: number;
    /** Whether the resource exists before or after that time: a killed run leaves it behind, or does not. */
    readonly effect: "before" | "after";
}

export function readFaults(environment: NodeJS.ProcessEnv): Faults {
    return JSON.parse(environment.STANDIN_FAULTS ?? "{}") as Faults;
}

/** How this call is to fail; undefined: it is not. */
export function scheduled(
    faults: Faults,
    method: Fault["method"],
    urn: string,
    cloud: Cloud,
): Fault["way"] | undefined {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const fault = faults.fail?.find(
        (one) =>
            one.method === method &&
            (one.urn === undefined || new RegExp(one.urn).test(urn)) &&
            cloud.once(`${method} ${one.urn ?? type}`),
    );
    return fault?.way;
}

/** What a call that fails as scheduled is answered with. */
export function failure(method: Fault["method"], urn: string): Error {
    return new Error(`the stand-in fails as scheduled: ${method} of ${urn}`);
}

/** The same of a resource that exists all the same: the engine then keeps it, and does it once more. */
export function halfDone(method: Fault["method"], urn: string, id: string, properties: object): Error {
    const error = failure(method, urn);
    return Object.assign(error, { id, properties, reasons: [error.message] });
}

/** Runs `effect` before or after the wait that the schedule gives to this resource, or at once. */
export async function withDelay(faults: Faults, urn: string, effect: () => void): Promise<void> {
    const slow = faults.slow?.find((one) => new RegExp(one.urn).test(urn));
    if (slow === undefined) {
        effect();
        return;
    }
    if (slow.effect === "before") {
        effect();
    }
    await wait(slow.milliseconds);
    if (slow.effect === "after") {
        effect();
    }
}
