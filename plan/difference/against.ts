/** What `--against` names: a plan's JSON, another stack or stack file, or a git ref, in this order. */
import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { commitOf, type Earlier, planAt, type Wanted } from "./git";
import type { PlanDocument } from "./model";
import { ComparisonError } from "./problem";
import { parsePlan } from "./read";

export interface Other extends Wanted {
    /** Path of the stack file that a word means; undefined where it means none. */
    readonly stackFileOf: (word: string) => string | undefined;
    readonly planOf: (stackFile: string) => Promise<PlanDocument>;
}

/** Throws, and says what could be written, where it names none of them. */
export async function earlier(against: string, wanted: Other): Promise<Earlier> {
    if (against.endsWith(".json") && existsSync(against)) {
        const document = parsePlan(readFileSync(against, "utf8"), against);
        return { document, label: basename(against), changedFiles: [] };
    }
    const file = wanted.stackFileOf(against);
    if (file !== undefined) {
        return { document: await wanted.planOf(file), label: against, changedFiles: [] };
    }
    const commit = await commitOf(against, wanted.root);
    if (commit === undefined) {
        throw new ComparisonError(
            `--against ${against}: there is no such plan.json, stack, stack file or git ref. A branch with a stack's name is refs/heads/${against}.`,
        );
    }
    return planAt({ ref: against, commit }, wanted);
}
