/** What differs in each resource that both plans have, and what follows from it for those that refer to it. */
import type { Json } from "../graph";
import { isObject } from "../record/values";
import { mapTexts, type Pair } from "./match";
import type { Change, PlannedResource, PropertyChange } from "./model";
import { type Reference, referencesIn } from "./references";
import { replaces } from "./replacements";
import { changesBetween, type Same } from "./values";

export interface Circumstances {
    /** Words that mean the same: names of two stacks. */
    readonly words: readonly string[];
    /** False where nothing is deployed from one to the other. */
    readonly replacing: boolean;
    /** The later plan's. */
    readonly resources: readonly PlannedResource[];
    readonly changedFiles: readonly string[];
}

export function propertyChanges(given: readonly Pair[], circumstances: Circumstances): readonly Change[] {
    const pairs = withMoves(given);
    const same = sameTexts(circumstances.words);
    const found = new Map(
        pairs.map((pair) => [pair.after.urn, ownChanges(pair, same, circumstances)] as const),
    );
    if (circumstances.replacing) {
        cascade(pairs, found, circumstances.resources);
    }
    return pairs.flatMap(({ after: { urn, type, name, options } }) => {
        const properties = found.get(urn) ?? [];
        if (properties.length === 0) {
            return [];
        }
        const decided = properties.every((change) => verdict(change, { type, options }) !== undefined);
        return [{ urn, type, name, properties, decided }];
    });
}

/** A URN and what stands behind it: in a reference, and in the name of a look-up, which another has inside. */
const MENTION = /urn:pulumi:[^\s"',)}]+/g;

/** References to what only moved mean the same: before as after, it is called as it is called after. */
function withMoves(pairs: readonly Pair[]): readonly Pair[] {
    const moves = new Map(
        pairs.flatMap(({ before, after }) =>
            before.urn === after.urn ? [] : [[before.urn, after.urn] as const],
        ),
    );
    const move = (text: string): string => text.replaceAll(MENTION, (mention) => follow(mention, moves));
    return moves.size === 0
        ? pairs
        : pairs.map(({ before, after }) => ({
              before: { ...before, inputs: mapTexts(before.inputs, move) as PlannedResource["inputs"] },
              after,
          }));
}

/** `urn.property`, where both may hold dots. */
function follow(mention: string, moves: ReadonlyMap<string, string>): string {
    for (let dot = mention.lastIndexOf("."); dot > 0; dot = mention.lastIndexOf(".", dot - 1)) {
        const to = moves.get(mention.slice(0, dot));
        if (to !== undefined) {
            return to + mention.slice(dot);
        }
    }
    return mention;
}

/** The names of the two stacks that are compared mean the same. */
function sameTexts(words: readonly string[]): Same {
    if (words.length === 0) {
        return (before, after) => before === after;
    }
    const pattern = new RegExp(`(?<![A-Za-z0-9])(?:${words.join("|")})(?![A-Za-z0-9])`, "g");
    const hide = (text: string): string => text.replaceAll(pattern, "\u0000");
    return (before, after) => before === after || hide(before) === hide(after);
}

function ownChanges(
    { before, after }: Pair,
    same: Same,
    { replacing, changedFiles }: Circumstances,
): readonly PropertyChange[] {
    const { options } = after;
    const ignored = replacing ? (options.ignoreChanges ?? []) : [];
    const values = changesBetween(before.inputs, after.inputs, same)
        .filter(({ path }) => !isIgnored(path, ignored))
        .map((change) => ({
            ...change,
            replaces: replacing && verdict(change, after) === true,
        }));
    const contents = filesOf(after.inputs)
        .filter(({ file }) =>
            changedFiles.some((changed) => changed === file || changed.startsWith(`${file}/`)),
        )
        .map(({ path, file }) => ({ path, contents: file, replaces: false }));
    return [...values, ...contents];
}

/** Whether that change replaces the resource; undefined where only a preview can tell. */
function verdict(
    { path, before, after }: Pick<PropertyChange, "path" | "before" | "after">,
    { type, options }: Pick<PlannedResource, "type" | "options">,
): boolean | undefined {
    const had = (before ?? null) !== null;
    const has = (after ?? null) !== null;
    return replaces(type, path, { ...options, added: !had && has, removed: had && !has });
}

/** `*` stands for everything; a property for all that is in it. */
function isIgnored(path: string, ignored: readonly string[]): boolean {
    return ignored.some(
        (property) =>
            property === "*" ||
            path === property ||
            (/^[.[]/.test(path.slice(property.length)) && path.startsWith(property)),
    );
}

/** Files and folders that a plan names without their contents: code of a function, context of an image. */
function filesOf(
    inputs: PlannedResource["inputs"],
): readonly { readonly path: string; readonly file: string }[] {
    const context = typeof inputs.context === "string" ? [{ path: "context", file: inputs.context }] : [];
    return [...context, ...Object.entries(inputs).flatMap(([key, value]) => assetsIn(key, value))];
}

function assetsIn(path: string, value: Json): readonly { readonly path: string; readonly file: string }[] {
    if (!isObject(value)) {
        return [];
    }
    if (typeof value.asset === "string" && typeof value.path === "string") {
        return [{ path, file: value.path }];
    }
    return isObject(value.assets ?? null)
        ? Object.entries(value.assets as PlannedResource["inputs"]).flatMap(([name, asset]) =>
              assetsIn(`${path}[${name}]`, asset),
          )
        : [];
}

/** Outputs of a replaced resource are new, and so may be what refers to them. */
function cascade(
    pairs: readonly Pair[],
    found: Map<string, readonly PropertyChange[]>,
    resources: readonly PlannedResource[],
): void {
    const known = new Map(resources.map((resource) => [resource.urn, resource]));
    const references = new Map<string, { readonly from: PlannedResource; readonly reference: Reference }[]>();
    for (const { after } of pairs) {
        for (const reference of referencesIn(after, known)) {
            references.set(reference.urn, [
                ...(references.get(reference.urn) ?? []),
                { from: after, reference },
            ]);
        }
    }
    const isReplaced = (urn: string): boolean => found.get(urn)?.some((change) => change.replaces) === true;
    const waiting = [...found.keys()].filter(isReplaced);
    for (let urn = waiting.shift(); urn !== undefined; urn = waiting.shift()) {
        for (const { from, reference } of references.get(urn) ?? []) {
            const before = isReplaced(from.urn);
            found.set(from.urn, withConsequence(found.get(from.urn) ?? [], from, reference));
            if (!before && isReplaced(from.urn)) {
                waiting.push(from.urn);
            }
        }
    }
}

function withConsequence(
    changes: readonly PropertyChange[],
    { type, options }: PlannedResource,
    { path, urn, value }: Reference,
): readonly PropertyChange[] {
    const isKnown = changes.some(
        (change) => change.path === path && (change.because === undefined || change.because === urn),
    );
    if (isKnown || isIgnored(path, options.ignoreChanges ?? [])) {
        return changes;
    }
    const replacing = replaces(type, path, options) === true;
    return [...changes, { path, before: value, after: value, replaces: replacing, because: urn }];
}
