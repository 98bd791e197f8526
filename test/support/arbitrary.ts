/** Stack files that nobody thought of, made from the schema itself. */
import fc from "fast-check";
import { stringify } from "yaml";
import { z } from "zod";
import type { Preset } from "../../apps/app";
import { catalogue } from "../../apps/catalogue";
import { app } from "../../settings/appSchema";
import { environment } from "../../settings/schema";

/** Values that a schema takes; a whole number without bounds stays small enough to be read. */
export function valuesOf(schema: z.ZodType): fc.Arbitrary<unknown> {
    if (schema instanceof z.ZodOptional) {
        return valuesOf(schema.unwrap() as z.ZodType);
    }
    if (schema instanceof z.ZodObject) {
        return objectsOf(schema.shape);
    }
    if (schema instanceof z.ZodUnion) {
        return fc.oneof(...(schema.options as z.ZodType[]).map(valuesOf));
    }
    if (schema instanceof z.ZodRecord) {
        return fc.dictionary(namesOf(schema.keyType as z.ZodType), valuesOf(schema.valueType as z.ZodType), {
            maxKeys: 2,
        });
    }
    if (schema instanceof z.ZodArray) {
        return fc.array(valuesOf(schema.element as z.ZodType), { minLength: 1, maxLength: 3 });
    }
    return scalarsOf(schema);
}

function scalarsOf(schema: z.ZodType): fc.Arbitrary<unknown> {
    if (schema instanceof z.ZodEnum) {
        return fc.constantFrom(...schema.options);
    }
    if (schema instanceof z.ZodLiteral) {
        return fc.constantFrom(...schema.values);
    }
    if (schema instanceof z.ZodBoolean) {
        return fc.boolean();
    }
    if (schema instanceof z.ZodNumber) {
        const min = Math.max(schema.minValue ?? 0, 0);
        const max = Math.min(schema.maxValue ?? 5000, 5000);
        return isWhole(schema)
            ? fc.integer({ min, max })
            : fc.integer({ min: Math.ceil(min * 2), max: Math.floor(max * 2) }).map((half) => half / 2);
    }
    if (schema instanceof z.ZodEmail) {
        return fc.constantFrom("a@example.com", "first.last@wiki.example.org");
    }
    if (schema instanceof z.ZodGUID) {
        return fc.uuid();
    }
    if (schema instanceof z.ZodString) {
        return textsOf(schema);
    }
    throw new Error(`no values for a ${schema.type}: teach test/support/arbitrary.ts`);
}

function isWhole(schema: z.ZodNumber): boolean {
    return z.toJSONSchema(schema, { io: "input" }).type === "integer";
}

/** What a pattern rules out further on, with a group in it at the most; fast-check cannot make texts of it. */
const LOOK_AHEAD = /\(\?[!=](?:[^()]|\([^()]*\))*\)/g;

/** Texts of the schema's own pattern where it has one; words where it takes any. */
function textsOf(schema: z.ZodString): fc.Arbitrary<string> {
    const pattern = patternOf(schema);
    const texts =
        pattern === undefined
            ? fc.constantFrom("one", "two words", "latest", "shared")
            : textsMatching(pattern);
    return texts.filter((text) => text.length <= (schema.maxLength ?? 250));
}

/** By pattern: to take one apart is most of the work. */
const known = new Map<string, fc.Arbitrary<string>>();

/** Of what the rest of a pattern makes, what all of it takes. */
export function textsMatching(pattern: string): fc.Arbitrary<string> {
    const texts = known.get(pattern) ?? matching(pattern);
    known.set(pattern, texts);
    return texts;
}

function matching(pattern: string): fc.Arbitrary<string> {
    const simple = pattern.replaceAll(LOOK_AHEAD, "");
    const wanted = new RegExp(pattern);
    return fc.stringMatching(new RegExp(simple), { size: "small" }).filter((text) => wanted.test(text));
}

function patternOf(schema: z.ZodType): string | undefined {
    const { pattern } = z.toJSONSchema(schema, { io: "input" });
    return pattern;
}

function namesOf(schema: z.ZodType): fc.Arbitrary<string> {
    return schema instanceof z.ZodString && patternOf(schema) !== undefined
        ? textsOf(schema)
        : fc.constantFrom("one", "two", "APP_LANG");
}

function objectsOf(shape: Readonly<Record<string, unknown>>): fc.Arbitrary<Record<string, unknown>> {
    return someOf(shape, 1);
}

/** In the place of a field that is left out; nothing is made for it. */
const LEFT_OUT = Symbol("left out");

/** What is required, and of the other fields one in so many: what is said about one should not drown in the others. */
function someOf(
    shape: Readonly<Record<string, unknown>>,
    others: number,
): fc.Arbitrary<Record<string, unknown>> {
    const fields = Object.entries(shape) as [string, z.ZodType][];
    const values = fields.map(([key, field]): [string, fc.Arbitrary<unknown>] => {
        const value = valuesOf(field);
        return [
            key,
            field instanceof z.ZodOptional
                ? fc.oneof(
                      { weight: others, arbitrary: fc.constant(LEFT_OUT) },
                      { weight: 1, arbitrary: value },
                  )
                : value,
        ];
    });
    return fc
        .record(Object.fromEntries(values))
        .map((object) =>
            Object.fromEntries(Object.entries(object).filter(([, value]) => value !== LEFT_OUT)),
        );
}

/** One in so many of the settings that an app or an environment may have is said. */
const FEW = 9;

/** An app of any preset, with a few of the settings that it may have. */
function apps(): fc.Arbitrary<Record<string, unknown>> {
    const presets = [...catalogue.values()].map((preset) =>
        fc
            .tuple(someOf(app.omit({ preset: true }).shape, FEW), someOf(preset.options.shape, FEW))
            .map(([common, own]) => ({ ...imageOf(preset), ...common, ...own, preset: preset.name })),
    );
    return fc.dictionary(fc.constantFrom("wiki", "blog", "portal", "team-docs"), fc.oneof(...presets), {
        minKeys: 1,
        maxKeys: 3,
    });
}

/** What an application that brings no image of its own needs. */
function imageOf(preset: Preset): Record<string, unknown> {
    const { context } = preset.facts(
        {},
        {
            name: "wiki",
            path: "/",
            database: false,
            healthPath: undefined,
            ownImage: false,
        },
    );
    return context === undefined ? { image: { build: { context: "docker/from" } } } : {};
}

/** The text of a stack file whose every value has the form that the schema wants. */
export function stackFiles(): fc.Arbitrary<string> {
    return fc
        .record({
            shared: someOf(environment.omit({ apps: true }).shape, FEW),
            apps: apps(),
            domain: fc.boolean(),
        })
        .map(({ shared, apps: some, domain }) => {
            const settings = { ...(domain ? { domain: "example.com" } : {}), ...shared, apps: some };
            const config = {
                "aws:region": "eu-west-1",
                ...Object.fromEntries(
                    Object.entries(settings).map(([key, value]) => [`selfhost:${key}`, value]),
                ),
            };
            return stringify({ config }, { defaultStringType: "QUOTE_DOUBLE" });
        });
}
