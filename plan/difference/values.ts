/** Two values, and where they differ, in paths that a person can read. */
import { isDeepStrictEqual } from "node:util";
import type { Json } from "../graph";
import { isObject, type JsonObject } from "../record/values";

export interface ValueChange {
    readonly path: string;
    readonly before?: Json;
    readonly after?: Json;
    readonly rewritten?: true;
}

/** Whether two texts mean the same: references to a moved resource do. */
export type Same = (before: string, after: string) => boolean;

/** Properties that tell the elements of a list apart, the best first. */
const KEYS = ["Sid", "name", "key", "id", "containerName", "sourceVolume", "capacityProvider"];

/** What the other property of a pair is called. */
const VALUES = ["value", "valueFrom"];

/** Every difference between two objects of inputs. */
export function changesBetween(before: JsonObject, after: JsonObject, same: Same): readonly ValueChange[] {
    return keysOf(before, after).flatMap((key) => property(key, before[key], after[key], same));
}

/** Two values of one property: a list in another order has no element that differs, and is not the same. */
function property(
    path: string,
    before: Json | undefined,
    after: Json | undefined,
    same: Same,
): readonly ValueChange[] {
    const found = compare(path, before, after, same);
    if (found.length > 0 || before === undefined || after === undefined || equal(before, after, same)) {
        return found;
    }
    return [{ path, before, after, rewritten: true }];
}

function compare(
    path: string,
    before: Json | undefined,
    after: Json | undefined,
    same: Same,
): readonly ValueChange[] {
    if (before === undefined || after === undefined) {
        return before === after ? [] : [change(path, before, after)];
    }
    if (typeof before === "string" && typeof after === "string") {
        return same(before, after) ? [] : texts(path, before, after, same);
    }
    if (isArray(before) && isArray(after)) {
        return lists(path, before, after, same);
    }
    if (isObject(before) && isObject(after)) {
        return keysOf(before, after).flatMap((key) =>
            compare(`${path}.${key}`, before[key], after[key], same),
        );
    }
    return before === after ? [] : [change(path, before, after)];
}

/** Policies and container definitions are JSON in a text. */
function texts(path: string, before: string, after: string, same: Same): readonly ValueChange[] {
    const [parsedBefore, parsedAfter] = [document(before), document(after)];
    return parsedBefore === undefined || parsedAfter === undefined
        ? [change(path, before, after)]
        : compare(path, parsedBefore, parsedAfter, same);
}

/** The object or list that a text is the JSON of. */
export function document(text: string): Json | undefined {
    if (!/^\s*[[{]/.test(text)) {
        return undefined;
    }
    try {
        return JSON.parse(text) as Json;
    } catch {
        return undefined;
    }
}

function lists(
    path: string,
    before: readonly Json[],
    after: readonly Json[],
    same: Same,
): readonly ValueChange[] {
    const key = KEYS.find((candidate) => isKey(candidate, before) && isKey(candidate, after));
    if (key !== undefined) {
        return keyed(path, key, before.filter(isObject), after.filter(isObject), same);
    }
    const [first, ...more] = before;
    const [second, ...others] = after;
    if (more.length === 0 && others.length === 0 && first !== undefined && second !== undefined) {
        return compare(path, first, second, same);
    }
    if ([...before, ...after].some((element) => typeof element === "object" && element !== null)) {
        return indexed(path, before, after, same);
    }
    return scalars(path, before, after, same);
}

function isKey(key: string, list: readonly Json[]): boolean {
    const found = list.map((element) => (isObject(element) ? element[key] : undefined));
    return found.every((value) => typeof value === "string") && new Set(found).size === found.length;
}

/** Environment variables, parameters and secrets: pairs of a name and a value. */
function keyed(
    path: string,
    key: string,
    before: readonly JsonObject[],
    after: readonly JsonObject[],
    same: Same,
): readonly ValueChange[] {
    const [olds, news] = [before, after].map(
        (list) => new Map(list.map((element) => [keyOf(element, key), element])),
    ) as [Map<string, JsonObject>, Map<string, JsonObject>];
    const value = pairOf(key, [...before, ...after]);
    return [...new Set([...olds.keys(), ...news.keys()])].flatMap((name) => {
        const [old, next] = [olds.get(name), news.get(name)];
        return value === undefined
            ? compare(`${path}[${name}]`, old, next, same)
            : compare(`${path}.${name}`, old?.[value], next?.[value], same);
    });
}

function keyOf(element: JsonObject, key: string): string {
    const value = element[key];
    return typeof value === "string" ? value : "";
}

/** What the other property is called, where every element has a name and a value and nothing else. */
function pairOf(key: string, elements: readonly JsonObject[]): string | undefined {
    return VALUES.find((value) =>
        elements.every((element) => Object.keys(element).length === 2 && key in element && value in element),
    );
}

function indexed(
    path: string,
    before: readonly Json[],
    after: readonly Json[],
    same: Same,
): readonly ValueChange[] {
    const [olds, news] = [unmatched(before, after, same), unmatched(after, before, flipped(same))];
    if (olds.length === news.length) {
        return olds.flatMap((old, index) => {
            const next = news[index] ?? null;
            return compare(at(path, after.indexOf(next), after.length), old, next, same);
        });
    }
    return [
        ...olds.map((old) => change(`${path}[]`, old, undefined)),
        ...news.map((next) => change(`${path}[]`, undefined, next)),
    ];
}

function at(path: string, index: number, length: number): string {
    return length === 1 ? path : `${path}[${index}]`;
}

/** Sets, nearly always: subnets, security groups, actions. */
function scalars(
    path: string,
    before: readonly Json[],
    after: readonly Json[],
    same: Same,
): readonly ValueChange[] {
    return [
        ...unmatched(before, after, same).map((old) => change(`${path}[]`, old, undefined)),
        ...unmatched(after, before, flipped(same)).map((next) => change(`${path}[]`, undefined, next)),
    ];
}

function unmatched(list: readonly Json[], other: readonly Json[], same: Same): readonly Json[] {
    const left = [...other];
    return list.filter((element) => {
        const index = left.findIndex((candidate) => equal(element, candidate, same));
        if (index >= 0) {
            left.splice(index, 1);
        }
        return index < 0;
    });
}

function flipped(same: Same): Same {
    return (before, after) => same(after, before);
}

/** Equal to the letter, but for texts that mean the same. */
export function equal(before: Json, after: Json, same: Same): boolean {
    if (typeof before === "string" && typeof after === "string") {
        return same(before, after);
    }
    if (isArray(before) && isArray(after)) {
        return (
            before.length === after.length &&
            before.every((element, index) => equal(element, after[index] ?? null, same))
        );
    }
    if (isObject(before) && isObject(after)) {
        const keys = Object.keys(before);
        return (
            keys.length === Object.keys(after).length &&
            keys.every((key) => {
                const [old, next] = [before[key], after[key]];
                return old !== undefined && next !== undefined && equal(old, next, same);
            })
        );
    }
    return isDeepStrictEqual(before, after);
}

/** Texts in a value, with their paths; those in JSON in a text have their own. */
export function textsIn(
    path: string,
    value: Json,
): readonly { readonly path: string; readonly text: string }[] {
    if (typeof value === "string") {
        const parsed = document(value);
        return parsed === undefined ? [{ path, text: value }] : textsIn(path, parsed);
    }
    if (isArray(value)) {
        const key = KEYS.find((candidate) => isKey(candidate, value));
        const pair = key === undefined ? undefined : pairOf(key, value.filter(isObject));
        return value.flatMap((element, index) => {
            if (key === undefined || !isObject(element)) {
                return textsIn(
                    typeof element === "object" ? at(path, index, value.length) : `${path}[]`,
                    element,
                );
            }
            const name = keyOf(element, key);
            return pair === undefined
                ? textsIn(`${path}[${name}]`, element)
                : textsIn(`${path}.${name}`, element[pair] ?? null);
        });
    }
    return isObject(value)
        ? Object.entries(value).flatMap(([key, item]) => textsIn(`${path}.${key}`, item))
        : [];
}

function change(path: string, before: Json | undefined, after: Json | undefined): ValueChange {
    return { path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}

function keysOf(before: JsonObject, after: JsonObject): readonly string[] {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
}

function isArray(value: Json): value is readonly Json[] {
    return Array.isArray(value);
}
