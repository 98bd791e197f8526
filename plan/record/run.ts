/** Runs a program until every registration is answered, something failed, or nothing moves any more. */
import { setImmediate as nextTurn, setTimeout as wait } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";
import type { Failures } from "./failures";
import type { Monitor } from "./monitor";

/** The SDK's own, which its type declarations leave out. */
const promises = debuggable as unknown as {
    debuggablePromise: (promise: Promise<unknown>, context?: unknown) => Promise<unknown>;
    readonly leakedPromises: () => readonly [unknown, string];
};

const errors: { prepareStackTrace?: ((error: Error, frames: NodeJS.CallSite[]) => unknown) | undefined } =
    Error;

/** The program as the language host would run it: it returns the stack's outputs. */
export type Program = () => Promise<Record<string, unknown> | undefined>;

/** Milliseconds without a request after which a program that already failed is not waited for. */
const QUIET = 200;

/** Milliseconds between two looks at a silent program; two silences in a row end it, as one may be a slow import. */
const PATIENCE = 5000;

export async function runToEnd(program: Program, monitor: Monitor, failures: Failures): Promise<void> {
    const stopListening = listen(failures);
    const restoreTraces = skipNamelessTraces();
    const { stuck, stop } = watch(monitor, failures);
    try {
        await Promise.race([runProgram(program, failures), failures.first.then(() => quiet(monitor)), stuck]);
    } finally {
        stop();
        restoreTraces();
        // Node reports a rejection that nobody handles only when the turn is over.
        await nextTurn();
        stopListening();
    }
}

async function runProgram(program: Program, failures: Failures): Promise<void> {
    try {
        await pulumi.runtime.runInPulumiStack(async () => {
            try {
                return await program();
            } catch (error) {
                failures.add(error);
                throw error;
            }
        });
    } catch (error) {
        failures.add(error);
    }
    await pulumi.runtime.disconnect();
}

async function quiet(monitor: Monitor): Promise<void> {
    let seen: number;
    do {
        seen = monitor.requests;
        await wait(QUIET);
    } while (seen !== monitor.requests);
}

/**
 * An error in an `apply` reaches nobody but the process, as with the engine, whose language host listens there too.
 * Whoever listened before (a test runner) must not hear what belongs to this run.
 */
function listen(failures: Failures): () => void {
    const others = process.rawListeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
    const hear = (reason: unknown): void => {
        failures.add(reason);
    };
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", hear);
    return () => {
        process.off("unhandledRejection", hear);
        for (const other of others) {
            process.on("unhandledRejection", other);
        }
    };
}

/**
 * The SDK takes a stack trace, by an error without a message, at every promise and resource, for reports that a plan
 * never prints. Collecting it at promises costs a third of a recording, and translating it to TypeScript's lines
 * several times more than everything else. Errors with a message, the program's own, keep theirs.
 */
function skipNamelessTraces(): () => void {
    const traced = promises.debuggablePromise;
    promises.debuggablePromise = (promise, context) => {
        const limit = Error.stackTraceLimit;
        Error.stackTraceLimit = 0;
        try {
            return traced(promise, context);
        } finally {
            Error.stackTraceLimit = limit;
        }
    };
    const original = errors.prepareStackTrace;
    if (original !== undefined) {
        errors.prepareStackTrace = (error, frames) =>
            error.message === "" ? "Error" : original(error, frames);
    }
    return () => {
        promises.debuggablePromise = traced;
        errors.prepareStackTrace = original;
    };
}

interface Watch {
    /** Kept when nothing moves any more, never otherwise. */
    readonly stuck: Promise<void>;
    readonly stop: () => void;
}

/** A program that waits for what never comes ends with an error that names what waits. */
function watch(monitor: Monitor, failures: Failures): Watch {
    let end = (): void => undefined;
    const stuck = new Promise<void>((resolve) => {
        end = () => {
            failures.add(
                new Error(
                    `the program waits for something that never comes\n${promises.leakedPromises()[1]}`,
                ),
            );
            resolve();
        };
    });
    let seen = -1;
    let silent = 0;
    const timer = setInterval(() => {
        silent = seen === monitor.requests ? silent + 1 : 0;
        seen = monitor.requests;
        if (silent === 2) {
            end();
        }
    }, PATIENCE);
    timer.unref();
    // Node has nothing left to do.
    process.once("beforeExit", end);
    return {
        stuck,
        stop: () => {
            clearInterval(timer);
            process.off("beforeExit", end);
        },
    };
}
