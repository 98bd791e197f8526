/** The difference for programs: with what the terminal counts in it. */
import type { Difference } from "./model";
import { rows } from "./rows";

export function differenceJson(difference: Difference): Record<string, unknown> {
    const { added, removed, replaced, changed, moved, guards, dataLoss, policy } = difference;
    return {
        ...difference,
        counts: {
            added: added.length,
            removed: removed.length,
            replaced: replaced.length,
            changed: changed.length,
            moved: moved.length,
            guards: guards.length,
            withData: dataLoss.filter(({ outcome }) => outcome !== "kept").length,
            ...(policy === undefined
                ? {}
                : { violated: policy.after, new: policy.added.length, resolved: policy.resolved.length }),
        },
        /** What is said of each, many of a kind that say the same in one. */
        rows: rows(difference, Infinity),
    };
}
