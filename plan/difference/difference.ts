/** What changes between two plans: a pure function of both, which stored plans are enough for. */
import { cost, policy } from "./figures";
import { holder, loss, mayBeReplaced } from "./data";
import { asIn, isThing, match, type Matched, type Pair } from "./match";
import type {
    Change,
    DataLoss,
    Difference,
    Entry,
    Guard,
    Move,
    PlanDocument,
    PlannedResource,
} from "./model";
import { propertyChanges } from "./properties";
import { renames } from "./rename";
import { warnings } from "./warnings";

export interface Compared {
    /** What the earlier plan is called in what people read. Default: its stack. */
    readonly label?: string;
    /** Files that differ between the two, relative to the project: a plan holds their names alone. */
    readonly changedFiles?: readonly string[];
}

export function difference(
    earlier: PlanDocument,
    after: PlanDocument,
    { label, changedFiles = [] }: Compared = {},
): Difference {
    const sameStack = earlier.stack === after.stack;
    const before = asIn(earlier, after);
    const matched = match(before, after);
    const { pairs, added, removed } = matched;
    const changes = propertyChanges(pairs, {
        words: sameStack ? [] : [earlier.stack, after.stack],
        replacing: sameStack,
        resources: after.resources,
        changedFiles,
    });
    const replaced = changes.filter(isReplaced);
    const changed = changes.filter((change) => !isReplaced(change));
    const moves = movesOf(before, matched, replaced);
    const followed = following(before, moves);
    return {
        project: after.project,
        before: { stack: earlier.stack, region: earlier.region, label: label ?? earlier.stack },
        after: { stack: after.stack, region: after.region, label: after.stack },
        sameStack,
        added: added.map(entry),
        removed: removed.map(entry),
        replaced,
        changed,
        moved: moves,
        renamed: sameStack ? renames(removed, added) : [],
        guards: pairs.flatMap(guards),
        dataLoss: sameStack ? losses(before, after, matched, replaced) : [],
        warnings: sameStack ? [...warnings(before, after, changes), ...mayBeReplaced(changed)] : [],
        ...cost(followed, after),
        ...policy(followed, after),
    };
}

/** A plan of a stack that does not exist yet. */
export function nothing({ project, stack, region }: PlanDocument): PlanDocument {
    return { project, stack, region, resources: [] };
}

export function isEmpty({ added, removed, replaced, changed, moved, guards }: Difference): boolean {
    return [added, removed, replaced, changed, moved, guards].every(({ length }) => length === 0);
}

function entry({ urn, type, name }: PlannedResource): Entry {
    return { urn, type, name };
}

function isReplaced({ properties }: Change): boolean {
    return properties.some(({ replaces }) => replaces);
}

/** What has an alias; and what of it holds data that stays. */
function movesOf(before: PlanDocument, { pairs }: Matched, replaced: readonly Change[]): readonly Move[] {
    const holds = holder(before.resources.filter(isThing));
    const gone = new Set(replaced.map(({ urn }) => urn));
    return pairs
        .filter((pair) => pair.before.urn !== pair.after.urn)
        .map(({ before: old, after: { type, urn } }) => {
            const what = gone.has(urn) ? undefined : holds(old);
            return { type, from: old.urn, to: urn, ...(what === undefined ? {} : { holds: what }) };
        });
}

/** The plan whose figures have the names that their resources have now. */
function following(document: PlanDocument, moves: readonly Move[]): PlanDocument {
    const now = new Map(moves.map(({ from, to }) => [from, to]));
    const follow = <Item extends { readonly urn: string }>(item: Item): Item => ({
        ...item,
        urn: now.get(item.urn) ?? item.urn,
    });
    const { cost: costs, policy: found } = document;
    return {
        ...document,
        cost: costs && { ...costs, lines: costs.lines.map(follow) },
        policy: found && { violations: found.violations.map(follow) },
    };
}

function guards({ before, after }: Pair): readonly Guard[] {
    return (["protect", "retainOnDelete"] as const).flatMap((option) => {
        const [old, next] = [before.options[option] === true, after.options[option] === true];
        return old === next ? [] : [{ ...entry(after), option, set: next }];
    });
}

function losses(
    before: PlanDocument,
    after: PlanDocument,
    { pairs, removed }: Matched,
    replaced: readonly Change[],
): readonly DataLoss[] {
    const holds = holder(before.resources.filter(isThing));
    const urns = new Set(replaced.map(({ urn }) => urn));
    const elsewhere = before.region !== after.region;
    const going = [
        ...removed.map((resource) => [resource, "removed"] as const),
        ...pairs
            .filter((pair) => urns.has(pair.after.urn) || elsewhere)
            .map((pair) => [pair.before, elsewhere ? "left behind" : "replaced"] as const),
    ];
    return going.flatMap(([resource, how]) => {
        const what = holds(resource);
        return what === undefined ? [] : [loss(resource, what, how)];
    });
}
