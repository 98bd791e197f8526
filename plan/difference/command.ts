/** `npm run plan -- <stack> --against <git ref | plan.json | stack> [--fail-on …]` */
import { join } from "node:path";
import { json } from "../json";
import { type Plan, stackFilePath } from "../plan";
import { earlier } from "./against";
import { difference } from "./difference";
import { failures, type Gate, parseGates } from "./gates";
import type { Difference } from "./model";
import { ComparisonError } from "./problem";
import { readPlan } from "./read";

const ROOT = join(__dirname, "..", "..");

export interface Options {
    readonly against: string;
    /** The stack or file on the command line. */
    readonly target: string;
    readonly gates: readonly Gate[];
    /** Plans another stack file in the same way. */
    readonly planOf: (stackFile: string) => Promise<Plan>;
    /** Options that the earlier plan is made with, too. */
    readonly passedOn: readonly string[];
}

export interface Comparison {
    readonly difference: Difference;
    /** Why the command fails, by `--fail-on`. */
    readonly failures: readonly string[];
}

/** Compares a plan with what the command line names. Throws ComparisonError. */
export async function compare(plan: Plan, options: Options): Promise<Comparison> {
    const after = readPlan(json(plan), options.target);
    const { document, label, changedFiles } = await earlier(options.against, {
        root: ROOT,
        stackFile: stackFilePath(options.target),
        after,
        passedOn: options.passedOn,
        stackFileOf: otherStackFile,
        planOf: async (file) => readPlan(json(await options.planOf(file)), file),
    });
    const found = difference(document, after, { label, changedFiles });
    return { difference: found, failures: failures(options.gates, found) };
}

/** The gates of a command line. Throws ComparisonError where there is nothing that they could be about. */
export function readGates(failOn: string | undefined, against: string | undefined): readonly Gate[] {
    if (failOn === undefined) {
        return [];
    }
    if (against === undefined) {
        throw new ComparisonError("--fail-on needs --against: it is about what changes.");
    }
    return parseGates(failOn);
}

function otherStackFile(word: string): string | undefined {
    try {
        return stackFilePath(word);
    } catch {
        return undefined;
    }
}
