/** What goes wrong, told through the environment: each fault once per folder of the cloud, so that a second run gets further. */
import { setTimeout as wait } from "node:timers/promises";
import type { Cloud } from "./cloud";

/** As JSON in `STANDIN_FAULTS`. */
export interface Faults {
    /** The first creation of a resource whose URN matches fails. */
    readonly failCreate?: string;
    /** So does the first update. */
    readonly failUpdate?: string;
    /** Creations that take their time; the first whose URN matches counts. */
    readonly slow?: readonly Slow[];
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

/** Throws where the schedule says so. */
export function failWhereScheduled(
    faults: Faults,
    method: "create" | "update",
    urn: string,
    cloud: Cloud,
): void {
    const pattern = method === "create" ? faults.failCreate : faults.failUpdate;
    if (pattern !== undefined && new RegExp(pattern).test(urn) && cloud.once(`${method} ${pattern}`)) {
        throw new Error(`the stand-in fails as scheduled: ${method} of ${urn}`);
    }
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
