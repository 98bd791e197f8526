/** Checks a value against its schema and says what is wrong in sentences. */
import { z } from "zod";
import { nearest, oneOf } from "./nearest";
import type { Problem } from "./problem";
import { sentence, type Issue } from "./sentence";

export interface Checked<T> {
    /** The value, or what is left of it without the parts that are wrong; undefined where nothing is. */
    readonly value: T | undefined;
    readonly problems: readonly Problem[];
}

/**
 * Checks `value`, which stands at `path` in the stack file.
 *
 * The good parts of a bad value come back too, so that one run can also find what is wrong between them.
 */
export function check<S extends z.ZodType>(schema: S, value: unknown, path: string): Checked<z.output<S>> {
    const result = schema.safeParse(value);
    if (result.success) {
        return { value: result.data, problems: [] };
    }
    const { issues } = result.error;
    const meant = new Set(issues.flatMap((issue) => misspelt(issue, schema)));
    const long = new Set(issues.filter(isTooLong).map((issue) => issue.path.join(".")));
    const own = issues.filter(
        (issue) =>
            (issue.code !== "invalid_type" || !meant.has(issue.path.join("."))) &&
            (issue.code !== "invalid_format" || !long.has(issue.path.join("."))) &&
            !isUnsafe(issue),
    );
    return {
        value: rest(schema, value),
        problems: own.flatMap((issue) => explain(issue, schema, value, path)),
    };
}

/** What no whole number of this language may be is more than any setting of ours may be. */
function isUnsafe(issue: Issue): boolean {
    return issue.code === "too_big" && issue.maximum === Number.MAX_SAFE_INTEGER;
}

/** Of a text that is too long, nobody need hear what else it is not. */
function isTooLong(issue: Issue): boolean {
    return issue.code === "too_big" && issue.origin === "string";
}

/** The keys that were meant by unknown ones: they are not missing too. */
function misspelt(issue: Issue, schema: z.ZodType): readonly string[] {
    if (issue.code !== "unrecognized_keys") {
        return [];
    }
    const known = keysOf(schemaAt(schema, issue.path));
    return issue.keys.map((key) => [...issue.path, nearest(key, known) ?? ""].join("."));
}

/** What is left of a value without the parts that are wrong; a part that misses something goes as a whole. */
function rest<S extends z.ZodType>(schema: S, value: unknown): z.output<S> | undefined {
    const copy: unknown = structuredClone(value);
    for (let depth = 0; depth < MOST_LEVELS; depth++) {
        const result = schema.safeParse(copy);
        if (result.success) {
            return result.data;
        }
        const paths = result.error.issues.flatMap((issue) =>
            issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [issue.path],
        );
        // From the end, so that removing an item of a list leaves the places of those before it.
        for (const path of paths.reverse()) {
            remove(copy, path);
        }
    }
    return undefined;
}

/** A part that is still wrong without its wrong parts is removed by its parent in the next round. */
const MOST_LEVELS = 6;

function remove(root: unknown, path: readonly PropertyKey[]): void {
    const last = path.at(-1);
    const parent = valueAt(root, path.slice(0, -1));
    if (last === undefined || typeof parent !== "object" || parent === null) {
        return;
    }
    if (!Reflect.has(parent, last)) {
        remove(root, path.slice(0, -1));
    } else if (Array.isArray(parent)) {
        parent.splice(Number(last), 1);
    } else {
        Reflect.deleteProperty(parent, last);
    }
}

/** What to write instead of keys that somebody may well look for in a group, and that are not there for a reason. */
export const INSTEAD = z.registry<Readonly<Record<string, string>>, z.ZodObject>();

/** The reason against a key that nobody knows. */
export const UNKNOWN_KEY = "is not a setting; nobody would read it.";

function explain(issue: Issue, schema: z.ZodType, root: unknown, base: string): readonly Problem[] {
    const path = join(base, issue.path);
    const value = valueAt(root, issue.path);
    if (issue.code === "unrecognized_keys") {
        const group = schemaAt(schema, issue.path);
        const instead = group instanceof z.ZodObject ? INSTEAD.get(group) : undefined;
        return issue.keys.map((key) => ({
            path: join(path, [key]),
            value: valueAt(value, [key]),
            reason: UNKNOWN_KEY,
            fix: instead?.[key] ?? placeFor(key, group),
        }));
    }
    if (issue.code === "invalid_union") {
        return explainUnion(issue, schema, root, base);
    }
    const [reason, fix] = value === undefined ? missing(issue, schema) : sentence(issue, value);
    return [{ path, value, reason, fix }];
}

/** Matches no pattern, so that a text's schema says how the text is to be written. */
const NO_TEXT = "\u0000";

/** What the schema itself says of a wrong text is how to write the one that is missing. */
function missing(issue: Issue, schema: z.ZodType): readonly [string, string] {
    const [reason, fix] = sentence(issue, undefined);
    const target = schemaAt(schema, issue.path);
    const wrong = target instanceof z.ZodString ? target.safeParse(NO_TEXT).error?.issues : undefined;
    const told = wrong?.map(({ message }) => message.split("\n")[1]).find((text) => text !== undefined);
    return [reason, issue.code === "invalid_type" && told !== undefined ? told : fix];
}

/** Of the alternatives, speaks about the one the person most likely meant. */
function explainUnion(
    issue: Issue & { code: "invalid_union" },
    schema: z.ZodType,
    root: unknown,
    base: string,
): readonly Problem[] {
    const value = valueAt(root, issue.path);
    const target = schemaAt(schema, issue.path);
    const options = target instanceof z.ZodUnion ? (target.options as z.ZodType[]) : [];
    const literals = options.flatMap((option) => (option instanceof z.ZodLiteral ? [...option.values] : []));
    if (literals.length > 0 || options.length === 0) {
        const words = literals.map((literal) => String(literal));
        return [
            {
                path: join(base, issue.path),
                value,
                reason: "is not one of the values this takes.",
                fix: `Write ${oneOf(nearby(value, words))}.`,
            },
        ];
    }
    const best = options.map((option) => ({
        score: keysOf(option).filter((key) => valueAt(value, [key]) !== undefined).length,
        problems: check(option, value, join(base, issue.path)).problems,
    }));
    best.sort((a, b) => b.score - a.score || a.problems.length - b.problems.length);
    const keys = options.map(keysOf);
    const at = join(base, issue.path);
    return together(value, keys, at) ?? none(value, keys, at) ?? best[0]?.problems ?? [];
}

/** Nothing of what tells the alternatives apart; undefined: it is something else. */
function none(
    value: unknown,
    alternatives: readonly (readonly string[])[],
    path: string,
): readonly Problem[] | undefined {
    const given =
        typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
    const words = alternatives.flatMap(([first]) => (first === undefined ? [] : [`\`${first}:\``]));
    const isGroup = typeof value === "object" && value !== null;
    if (words.length < alternatives.length || words.length < 2 || given.length > 0 || value === undefined) {
        return undefined;
    }
    const reason = isGroup ? "says nothing." : "is not a group of settings.";
    return [{ path, value, reason, fix: `Write ${oneOf(words)} below it.` }];
}

/** Settings of two alternatives at once, each of which would do alone; undefined: it is something else. */
function together(
    value: unknown,
    alternatives: readonly (readonly string[])[],
    path: string,
): readonly Problem[] | undefined {
    const shared = (key: string) => alternatives.every((keys) => keys.includes(key));
    const given = alternatives.map((keys) =>
        keys.filter((key) => !shared(key) && valueAt(value, [key]) !== undefined),
    );
    const known = new Set(alternatives.flat());
    const keys = typeof value === "object" && value !== null ? Object.keys(value) : [];
    const [one = [], other = [], ...more] = given.filter((some) => some.length > 0);
    const clash = one.find((key) => !other.includes(key));
    const against = other.find((key) => !one.includes(key));
    if (
        clash === undefined ||
        against === undefined ||
        more.length > 0 ||
        keys.some((key) => !known.has(key))
    ) {
        return undefined;
    }
    const reason = `says \`${clash}\` and \`${against}\`, and can have one of them.`;
    return [{ path, value, reason, fix: `Remove \`${clash}\` or \`${against}\`.` }];
}

/** The values nearest to a wrong number, or all of them. */
function nearby(value: unknown, words: readonly string[]): readonly string[] {
    if (typeof value !== "number") {
        return words;
    }
    return [...words].sort((a, b) => Math.abs(Number(a) - value) - Math.abs(Number(b) - value)).slice(0, 3);
}

/** What to write instead of a key that the group of settings of `schema` does not have. */
export function placeFor(key: string, schema: unknown): string {
    return levelBelow(key, schema) ?? suggestion(key, keysOf(schema));
}

/** The one group below that has such a key: people forget the group. */
function levelBelow(key: string, schema: unknown): string | undefined {
    const [group, ...more] = keysOf(schema).filter((one) => groupKeys(step(schema, one)).includes(key));
    return group === undefined || more.length > 0
        ? undefined
        : `Write it inside \`${group}\`, like \`${group}: { ${key}: … }\`, or remove it.`;
}

function groupKeys(schema: unknown): readonly string[] {
    const inner = unwrap(schema);
    return inner instanceof z.ZodUnion ? inner.options.flatMap(groupKeys) : keysOf(inner);
}

/** "Did you mean …", or the keys there are. */
export function suggestion(key: string, known: readonly string[]): string {
    const near = nearest(key, known);
    return near === undefined
        ? `Remove it, or use one of: ${[...known].sort().join(", ")}.`
        : `Write \`${near}\`, or remove it.`;
}

function join(base: string, path: readonly PropertyKey[]): string {
    return path.reduce<string>(
        (text, part) =>
            typeof part === "number"
                ? `${text}[${part}]`
                : `${text}${text === "" || text.endsWith(":") ? "" : "."}${String(part)}`,
        base,
    );
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
    return path.reduce<unknown>(
        (value, part) => (typeof value === "object" && value !== null ? Reflect.get(value, part) : undefined),
        root,
    );
}

function unwrap(schema: unknown): unknown {
    return schema instanceof z.ZodOptional ? unwrap(schema.unwrap()) : schema;
}

function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): unknown {
    return unwrap(path.reduce<unknown>(step, schema));
}

function step(at: unknown, part: PropertyKey): unknown {
    const inner = unwrap(at);
    if (inner instanceof z.ZodObject) {
        return inner.shape[String(part)];
    }
    if (inner instanceof z.ZodRecord) {
        return inner.valueType;
    }
    return inner instanceof z.ZodArray ? inner.element : undefined;
}

function keysOf(schema: unknown): readonly string[] {
    const inner = unwrap(schema);
    return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}
