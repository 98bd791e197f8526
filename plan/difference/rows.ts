/** A difference as rows, the most telling first; many of a kind that say the same share one. */
import type { Change, Difference, Entry, Move } from "./model";
import { replacedWord } from "./rename";
import { count, details, follows, kind, nameIn, SIGNS } from "./words";

export interface Row {
    readonly sign: string;
    /** One or more names, with what they are. */
    readonly subject: string;
    /** What about it, the most important first. */
    readonly details: readonly string[];
}

interface Single {
    readonly sign: string;
    readonly name: string;
    readonly kind: string;
    readonly details: readonly string[];
    /** What rows have in common that share one; default: their details. */
    readonly common?: readonly string[];
}

/** So many rows that say the same are one. */
const MANY = 3;

/** Changed, and only a preview can tell whether in place. */
export const UNDECIDED = "~?";

/** `limit`: characters of a single value. */
export function rows(difference: Difference, limit: number): readonly Row[] {
    const { replaced, changed, removed, added } = difference;
    const renamed = new Set(
        difference.renamed.flatMap(({ resources }) => resources.flatMap(({ from, to }) => [from, to])),
    );
    const isOther = ({ urn }: Entry): boolean => !renamed.has(urn);
    const [own, consequences] = split([...replaced, ...changed], (change) => !follows(change));
    const causes = causesIn(consequences);
    return [
        ...folded(
            [...own]
                .sort((a, b) => (causes.get(b.urn) ?? 0) - (causes.get(a.urn) ?? 0))
                .map((change) => changeRow(change, difference, limit)),
        ),
        ...moveRows(difference),
        ...renameRows(difference),
        ...folded(removed.filter(isOther).map((entry) => plainRow(SIGNS.removed, entry))),
        ...folded(added.filter(isOther).map((entry) => plainRow(SIGNS.added, entry))),
        ...guardRows(difference),
        ...folded(consequences.map((change) => consequenceRow(change, difference, limit))),
    ];
}

function split<Item>(
    items: readonly Item[],
    isFirst: (item: Item) => boolean,
): readonly [readonly Item[], readonly Item[]] {
    return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}

/** How much follows from each replaced resource. */
function causesIn(changes: readonly Change[]): ReadonlyMap<string, number> {
    const causes = new Map<string, number>();
    for (const { because } of changes.flatMap(({ properties }) => properties)) {
        if (because !== undefined) {
            causes.set(because, (causes.get(because) ?? 0) + 1);
        }
    }
    return causes;
}

function changeRow(change: Change, { replaced, sameStack }: Difference, limit: number): Single {
    const sign = replaced.includes(change)
        ? SIGNS.replaced
        : change.decided || !sameStack
          ? SIGNS.changed
          : UNDECIDED;
    return { sign, name: change.name, kind: kind(change), details: details(change.properties, limit) };
}

/** Many of a kind that follow from others in the same way share a row, whichever those others are. */
function consequenceRow(change: Change, difference: Difference, limit: number): Single {
    const paths = [...new Set(change.properties.map(({ path }) => path.replace(/\[.*/, "")))];
    return {
        ...changeRow(change, difference, limit),
        common: [`${paths.join(", ")}: what it refers to is replaced`],
    };
}

function plainRow(sign: string, entry: Entry): Single {
    return { sign, name: entry.name, kind: kind(entry), details: [] };
}

/** Rows in their order; those with the same sign, kind and details are together where the first of them is. */
function folded(singles: readonly Single[]): readonly Row[] {
    const groups = new Map<string, Single[]>();
    for (const single of singles) {
        const key = JSON.stringify([single.sign, single.kind, single.common ?? single.details]);
        groups.set(key, [...(groups.get(key) ?? []), single]);
    }
    return [...groups.values()].flatMap((group) => {
        const [first] = group;
        if (first === undefined) {
            return [];
        }
        const { sign, details, common } = first;
        const names = group.map(({ name }) => name).join(", ");
        return group.length < MANY
            ? group.map((single) => ({
                  sign,
                  subject: `${single.name} (${single.kind})`,
                  details: single.details,
              }))
            : [
                  {
                      sign,
                      subject: `${count(group.length, first.kind)}: ${names}`,
                      details: alike(group) ? details : (common ?? details),
                  },
              ];
    });
}

function alike(group: readonly Single[]): boolean {
    return new Set(group.map(({ details }) => JSON.stringify(details))).size === 1;
}

/** Those whose names differ in the same word share a row, also where it stands in them twice. */
function moveRows({ moved }: Difference): readonly Row[] {
    const words = new Map(
        moved.flatMap(({ from, to }) => {
            const word = replacedWord(nameIn(from), nameIn(to));
            return word === undefined ? [] : [[word.join(" → "), word] as const];
        }),
    );
    const groups = [...words]
        .map(([text, word]) => ({ text, moves: moved.filter((move) => isRenamed(move, word)) }))
        .sort((a, b) => b.moves.length - a.moves.length);
    const taken = new Set<Move>();
    const shared = groups.flatMap(({ text, moves }) => {
        const free = moves.filter((move) => !taken.has(move));
        if (free.length < MANY) {
            return [];
        }
        free.forEach((move) => taken.add(move));
        return [moveGroup(text, free)];
    });
    return [...shared, ...moved.filter((move) => !taken.has(move)).map(moveRow)];
}

function isRenamed({ from, to }: Move, [old, next]: readonly [string, string]): boolean {
    return `-${nameIn(from)}-`.replaceAll(`-${old}-`, `-${next}-`) === `-${nameIn(to)}-`;
}

function moveRow({ type, from, to }: Move): Row {
    return {
        sign: "→",
        subject: `${nameIn(from)} → ${nameIn(to)} (${kind({ type })})`,
        details: ["renamed, by an alias: that alone does nothing in AWS"],
    };
}

function moveGroup(word: string, moves: readonly Move[]): Row {
    const kept = [...new Set(moves.flatMap(({ holds }) => holds ?? []))].join(", ");
    return {
        sign: "→",
        subject: word,
        details: [
            `${count(moves.length, "resource")} renamed, by aliases: that alone does nothing in AWS`,
            ...(kept === "" ? [] : [`with all that is in them: ${kept}`]),
        ],
    };
}

function renameRows({ renamed }: Difference): readonly Row[] {
    return renamed.map(({ from, to, resources }) => {
        const [first] = resources;
        const isPlace = from.startsWith("urn:");
        const what = isPlace && first !== undefined ? `${nameIn(from)} (${kind(first)})` : `${from} → ${to}`;
        const said = isPlace ? "another parent" : "another name";
        return {
            sign: "-+",
            subject: what,
            details: [
                `${said} without an alias: ${count(resources.length, "resource")} removed and made anew`,
                ...(isPlace ? [] : [`an app keeps what it has with \`formerly: ${from}\``]),
            ],
        };
    });
}

function guardRows({ guards }: Difference): readonly Row[] {
    return guards.map(({ name, type, option, set }) => ({
        sign: set ? SIGNS.changed : "!",
        subject: `${name} (${kind({ type })})`,
        details: [guardText(option, set)],
    }));
}

function guardText(option: "protect" | "retainOnDelete", set: boolean): string {
    return option === "protect"
        ? `protection against deletion ${set ? "set" : "lifted"}`
        : set
          ? "stays in AWS when it is deleted here"
          : "is deleted in AWS when it is deleted here";
}
