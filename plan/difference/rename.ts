/** Recognises the same resources under another name, which the engine would remove and make anew. */
import { isDeepStrictEqual } from "node:util";
import { mapTexts } from "./match";
import type { PlannedResource, Rename } from "./model";

/** Of the resources with the old word in their name, or the new one, so many have to look the same under the other. */
const MOST = 0.75;

/** One resource of each list, and the word in which their names differ. */
interface Candidate {
    readonly from: string;
    readonly to: string;
    readonly pairs: readonly (readonly [PlannedResource, PlannedResource])[];
}

export function renames(
    removed: readonly PlannedResource[],
    added: readonly PlannedResource[],
): readonly Rename[] {
    const words = new Map<string, readonly [string, string]>();
    for (const [old, next] of sameTypes(removed, added)) {
        const word = replacedWord(old.name, next.name);
        if (word !== undefined) {
            words.set(word.join("\n"), word);
        }
    }
    const candidates = [...words.values()].map(([from, to]) => candidate(from, to, removed, added));
    const taken = new Set<string>();
    const found: Rename[] = [];
    for (const { from, to, pairs } of candidates.sort(bySize)) {
        const free = pairs.filter(([old, next]) => !taken.has(old.urn) && !taken.has(next.urn));
        const named = (list: readonly PlannedResource[], word: string): number =>
            list.filter(({ name, urn }) => !taken.has(urn) && hasWord(name, word)).length;
        if (free.length > 0 && free.length >= MOST * Math.max(named(removed, from), named(added, to))) {
            free.forEach(([old, next]) => taken.add(old.urn).add(next.urn));
            found.push({
                from,
                to,
                resources: free.map(([old, next]) => ({ type: next.type, from: old.urn, to: next.urn })),
            });
        }
    }
    return [...found, ...reparented(removed, added, taken)];
}

/** The larger first; of the same size, in an order that is the same the other way round. */
function bySize(a: Candidate, b: Candidate): number {
    const words = ({ from, to }: Candidate): string => [from, to].sort().join("\n");
    return b.pairs.length - a.pairs.length || (words(a) < words(b) ? -1 : 1);
}

function sameTypes(
    removed: readonly PlannedResource[],
    added: readonly PlannedResource[],
): readonly (readonly [PlannedResource, PlannedResource])[] {
    return removed.flatMap((old) =>
        added.filter(({ type }) => type === old.type).map((next) => [old, next] as const),
    );
}

/** The one part between hyphens, or run of parts, in which two names differ. */
export function replacedWord(from: string, to: string): readonly [string, string] | undefined {
    const [olds, news] = [from.split("-"), to.split("-")];
    const shorter = Math.min(olds.length, news.length);
    let start = 0;
    while (start < shorter && olds[start] === news[start]) {
        start += 1;
    }
    let end = 0;
    while (end < shorter - start && olds[olds.length - 1 - end] === news[news.length - 1 - end]) {
        end += 1;
    }
    const [old, next] = [olds.slice(start, olds.length - end), news.slice(start, news.length - end)];
    return old.length === 0 || next.length === 0 ? undefined : [old.join("-"), next.join("-")];
}

function candidate(
    from: string,
    to: string,
    removed: readonly PlannedResource[],
    added: readonly PlannedResource[],
): Candidate {
    const hide = placeholder([from, to]);
    const pairs = removed
        .filter(({ name }) => hasWord(name, from))
        .flatMap((old) => {
            const next = added.find(
                (other) =>
                    other.type === old.type &&
                    hide(old.name) === hide(other.name) &&
                    looksSame(old, other, hide),
            );
            return next === undefined ? [] : [[old, next] as const];
        });
    return { from, to, pairs };
}

function looksSame(old: PlannedResource, next: PlannedResource, hide: (text: string) => string): boolean {
    return isDeepStrictEqual(mapTexts(old.inputs, hide), mapTexts(next.inputs, hide));
}

/** The same name and inputs below another component. */
function reparented(
    removed: readonly PlannedResource[],
    added: readonly PlannedResource[],
    taken: ReadonlySet<string>,
): readonly Rename[] {
    return removed
        .filter(({ urn }) => !taken.has(urn))
        .flatMap((old) => {
            const next = added.find(
                (other) =>
                    other.type === old.type &&
                    other.name === old.name &&
                    !taken.has(other.urn) &&
                    looksSame(old, other, withoutParents),
            );
            return next === undefined
                ? []
                : [
                      {
                          from: old.urn,
                          to: next.urn,
                          resources: [{ type: old.type, from: old.urn, to: next.urn }],
                      },
                  ];
        });
}

/** References without the components that the resource is below. */
function withoutParents(text: string): string {
    return text.replaceAll(/(urn:pulumi:[^:]*::[^:]*::)(?:[^:}]|:(?!:))*\$/g, "$1");
}

function placeholder(words: readonly string[]): (text: string) => string {
    const escaped = words.map((word) => word.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${escaped.join("|")})(?![A-Za-z0-9])`, "g");
    return (text) => text.replaceAll(pattern, "\u0000");
}

function hasWord(name: string, word: string): boolean {
    return `-${name}-`.includes(`-${word}-`);
}
