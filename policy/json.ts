/** Reading the values of a graph: any of them may be missing, or known only after the deployment. */
import type { Json } from "../plan/graph";

export type JsonObject = Readonly<Record<string, Json>>;

/** A value that nobody knows yet: whoever asks for it cannot decide. */
export class Undecided extends Error {
    /** @param what path of the value: `networkConfiguration.subnets` */
    constructor(readonly what: string) {
        super(`${what} is not known before the deployment`);
    }
}

/** Stands for a value that depends on more than one resource, or on none that is known. */
export const UNKNOWN = "${?}";

/** A secret, in a plan; also where a secret is only part of a longer text. */
export const SECRET = "[secret]";

const REFERENCE = /\$\{[^{}]*\}/g;
const ONLY_REFERENCE = /^\$\{[^{}]*\}$/;

export function isObject(value: Json | undefined): value is JsonObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
    return Array.isArray(value);
}

/** Is all of the value still to come? */
export function isUnknown(value: Json | undefined): boolean {
    return (
        typeof value === "string" && (ONLY_REFERENCE.test(value) || value === SECRET || value === "[unknown]")
    );
}

/** The references in a text, without `${` and `}`. */
export function referencesIn(text: string): readonly string[] {
    return [...text.matchAll(REFERENCE)].map(([reference]) => reference.slice(2, -1));
}

/** The value at a path of property names and places in lists, or undefined. Throws Undecided where the way there is not known. */
export function at(value: Json | undefined, path: string): Json | undefined {
    let found: Json | undefined = value;
    for (const name of path === "" ? [] : path.split(".")) {
        if (isUnknown(found)) {
            throw new Undecided(path);
        }
        found = isObject(found) ? found[name] : isList(found) ? found[Number(name)] : undefined;
    }
    return found ?? undefined;
}

/** The text at a path; undefined where there is none. Throws Undecided where it is not known. */
export function text(value: Json | undefined, path = ""): string | undefined {
    const found = known(value, path);
    return typeof found === "string" ? found : undefined;
}

export function flag(value: Json | undefined, path = ""): boolean | undefined {
    const found = known(value, path);
    return typeof found === "boolean" ? found : undefined;
}

export function number(value: Json | undefined, path = ""): number | undefined {
    const found = known(value, path);
    return typeof found === "number" ? found : undefined;
}

/** The items at a path; a single value is a list of one, none an empty list. */
export function list(value: Json | undefined, path = ""): readonly Json[] {
    const found = known(value, path);
    return found === undefined ? [] : isList(found) ? found : [found];
}

/** The texts of a list, also of one that is only one text. */
export function texts(value: Json | undefined, path = ""): readonly string[] {
    return list(value, path).filter((item) => typeof item === "string");
}

function known(value: Json | undefined, path: string): Json | undefined {
    const found = at(value, path);
    if (isUnknown(found)) {
        throw new Undecided(path);
    }
    return found;
}

/** The text that a property is, also where it is nothing but a reference; empty where there is none. */
export function rawText(value: Json | undefined, name: string): string {
    const found = isObject(value) ? value[name] : undefined;
    return typeof found === "string" ? found : "";
}

/** Every text in a value, however deep, with its path. */
export function allTexts(value: Json | undefined, path = ""): readonly { path: string; text: string }[] {
    if (typeof value === "string") {
        return [{ path, text: value }];
    }
    if (typeof value !== "object" || value === null) {
        return [];
    }
    return Object.entries(value).flatMap(([name, item]: [string, Json]) =>
        allTexts(item, path === "" ? name : `${path}.${name}`),
    );
}

/**
 * JSON in a text, whose values may hold references. A reference that stands for a number or for a whole object has no
 * quotation marks around it and gets some. Throws Undecided where the text is not known, undefined where it is no JSON.
 */
export function parse(text: string, what: string): Json | undefined {
    if (isUnknown(text)) {
        throw new Undecided(what);
    }
    return attempt(text) ?? attempt(quoteBareReferences(text));
}

function attempt(text: string): Json | undefined {
    try {
        return JSON.parse(text) as Json;
    } catch {
        return undefined;
    }
}

/** Strings are kept whole, what is outside of them is quoted where it is a reference. */
function quoteBareReferences(text: string): string {
    return text.replace(/"(?:[^"\\]|\\.)*"|\$\{[^{}]*\}/g, (token) =>
        token.startsWith('"') ? token : `"${token}"`,
    );
}
