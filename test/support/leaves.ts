/** Every setting that a schema knows, each with a few values and what must stand beside it to be of the right form. */
import fc from "fast-check";
import { z } from "zod";
import { textsMatching } from "./arbitrary";

/** One setting: its path, and the whole group that it is in, once for each of its values. */
export interface Leaf {
    readonly path: string;
    readonly fragments: readonly unknown[];
}

/** Values that are better than what follows from a schema's form, by path. */
export type Values = (path: string) => readonly unknown[] | undefined;

/** The settings of a group; `path` is the group's own. */
export function leavesOf(schema: z.ZodType, values: Values, path = ""): readonly Leaf[] {
    const given = values(path);
    if (given !== undefined) {
        return [{ path, fragments: given }];
    }
    if (schema instanceof z.ZodOptional) {
        return leavesOf(schema.unwrap() as z.ZodType, values, path);
    }
    if (schema instanceof z.ZodObject) {
        return fieldsOf(schema).flatMap(([key, field]) => {
            const beside = required(schema, values, path, key);
            return leavesOf(field, values, below(path, key)).map((leaf) => ({
                ...leaf,
                fragments: leaf.fragments.map((fragment) => ({ ...beside, [key]: fragment })),
            }));
        });
    }
    if (schema instanceof z.ZodUnion && !isWords(schema)) {
        return (schema.options as z.ZodType[]).flatMap((option) => leavesOf(option, values, path));
    }
    if (schema instanceof z.ZodRecord) {
        const key = String(first(schema.keyType as z.ZodType, values, `${path}.<key>`));
        return inside(schema.valueType as z.ZodType, values, `${path}.*`, (value) => ({ [key]: value }));
    }
    if (schema instanceof z.ZodArray) {
        const element = schema.element as z.ZodType;
        return inside(element, values, `${path}[]`, (value) => [value]);
    }
    return [{ path, fragments: scalarsOf(schema) }];
}

function inside(
    schema: z.ZodType,
    values: Values,
    path: string,
    wrap: (value: unknown) => unknown,
): readonly Leaf[] {
    return leavesOf(schema, values, path).map((leaf) => ({ ...leaf, fragments: leaf.fragments.map(wrap) }));
}

/** What a group may not be without, beside one of its fields. */
function required(schema: z.ZodObject, values: Values, path: string, but?: string): Record<string, unknown> {
    return Object.fromEntries(
        fieldsOf(schema)
            .filter(([key, field]) => key !== but && !(field instanceof z.ZodOptional))
            .map(([key, field]) => [key, first(field, values, below(path, key))]),
    );
}

function first(schema: z.ZodType, values: Values, path: string): unknown {
    const given = values(path);
    if (given !== undefined) {
        return given[0];
    }
    if (schema instanceof z.ZodObject) {
        return required(schema, values, path);
    }
    return leavesOf(schema, values, path)[0]?.fragments[0];
}

function fieldsOf(schema: z.ZodObject): readonly (readonly [string, z.ZodType])[] {
    return Object.entries(schema.shape) as [string, z.ZodType][];
}

function below(path: string, key: string): string {
    return path === "" ? key : `${path}.${key}`;
}

function isWords(schema: z.ZodUnion): boolean {
    return schema.options.every((option) => option instanceof z.ZodLiteral);
}

function scalarsOf(schema: z.ZodType): readonly unknown[] {
    if (schema instanceof z.ZodEnum) {
        return schema.options;
    }
    if (schema instanceof z.ZodLiteral) {
        return [...schema.values];
    }
    if (schema instanceof z.ZodUnion) {
        const words = (schema.options as z.ZodType[]).flatMap(scalarsOf);
        return [words[0], words[Math.floor(words.length / 2)], words.at(-1)];
    }
    if (schema instanceof z.ZodBoolean) {
        return [true, false];
    }
    if (schema instanceof z.ZodNumber) {
        return numbersOf(schema);
    }
    if (schema instanceof z.ZodString || schema instanceof z.ZodEmail || schema instanceof z.ZodGUID) {
        return textsOf(schema);
    }
    throw new Error(`no values for a ${schema.type}: teach test/support/leaves.ts`);
}

function numbersOf(schema: z.ZodNumber): readonly number[] {
    const least = Math.max(schema.minValue ?? 0, 0);
    const most = Math.min(schema.maxValue ?? least + 97, least + 97);
    const middle = Math.floor((least + most) / 2);
    return [...new Set([middle, least, most])];
}

/** The same in every run. */
const SEED = 7;

function textsOf(schema: z.ZodType): readonly string[] {
    const { pattern } = z.toJSONSchema(schema, { io: "input" });
    return pattern === undefined
        ? ["first", "second"]
        : fc.sample(textsMatching(pattern), { seed: SEED, numRuns: 2 });
}
