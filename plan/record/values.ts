/** From the engine's wire format to the plan's JSON. */
import { createHash } from "node:crypto";
import * as path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Json } from "../graph";

export type JsonObject = Readonly<Record<string, Json>>;

export interface Translated {
    readonly value: JsonObject;
    /** Paths of the values that nobody knows in a plan, for example `tags.Name` or `subnets[0]`. */
    readonly unknown: readonly string[];
}

const { specialSigKey, specialSecretSig, specialAssetSig, specialArchiveSig, unknownValue } = pulumi.runtime;

const PROJECT_FOLDER = path.resolve(__dirname, "..", "..");

/** What stands for a secret; its value is never kept. */
const SECRET = "[secret]";

export function isObject(value: Json | undefined): value is JsonObject {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Marks a value as secret for the SDK. */
export function secret(value: Json): JsonObject {
    return isObject(value) && value[specialSigKey] === specialSecretSig
        ? value
        : { [specialSigKey]: specialSecretSig, value };
}

/** Secrets become `[secret]`, assets a description; whatever needs no change is shared, not copied. */
export function translate(wire: JsonObject): Translated {
    const value = plain(wire);
    return {
        // Only an envelope around everything would be anything else, and no request has one.
        value: isObject(value) ? value : {},
        unknown: holdsUnknown(wire) ? unknownPaths(wire, "") : [],
    };
}

/** The texts in secret configuration values, those inside JSON too. */
export function secretTexts(values: readonly string[]): readonly string[] {
    const texts = values.flatMap((value) => [value, ...textsIn(parsed(value))]);
    return texts.filter((text) => text !== "");
}

/** Hides every text that is a secret or, where that cannot be chance, holds one. */
export function redact(object: JsonObject, secrets: readonly string[]): JsonObject {
    return Object.fromEntries(Object.entries(object).map(([key, item]) => [key, redacted(item, secrets)]));
}

function redacted(value: Json, secrets: readonly string[]): Json {
    if (typeof value === "string") {
        const told = secrets.some((text) => value === text || (text.length >= 6 && value.includes(text)));
        return told ? SECRET : value;
    }
    if (Array.isArray(value)) {
        return (value as readonly Json[]).map((item) => redacted(item, secrets));
    }
    return isObject(value) ? redact(value, secrets) : value;
}

function parsed(text: string): Json {
    try {
        return JSON.parse(text) as Json;
    } catch {
        return null;
    }
}

function textsIn(value: Json): readonly string[] {
    if (typeof value !== "object" || value === null) {
        return typeof value === "string" ? [value] : [];
    }
    return Object.values(value).flatMap(textsIn);
}

function plain(value: Json): Json {
    if (typeof value !== "object" || value === null) {
        return value;
    }
    if (Array.isArray(value)) {
        return plainItems(value);
    }
    return plainObject(value as JsonObject);
}

function plainItems(items: readonly Json[]): Json {
    let copy: Json[] | undefined;
    for (const [index, item] of items.entries()) {
        const changed = plain(item);
        if (changed !== item) {
            copy ??= [...items];
            copy[index] = changed;
        }
    }
    return copy ?? items;
}

function plainObject(object: JsonObject): Json {
    const signature = object[specialSigKey];
    if (signature !== undefined) {
        return envelope(object, signature);
    }
    let copy: Record<string, Json> | undefined;
    for (const key of Object.keys(object)) {
        const item = object[key] ?? null;
        const changed = plain(item);
        if (changed !== item) {
            copy ??= { ...object };
            copy[key] = changed;
        }
    }
    return copy ?? object;
}

function envelope(object: JsonObject, signature: Json): Json {
    if (signature === specialSecretSig) {
        return SECRET;
    }
    if (signature === specialAssetSig || signature === specialArchiveSig) {
        return describeAsset(object);
    }
    throw new Error(`the plan does not understand a value with the signature ${JSON.stringify(signature)}`);
}

/** Paths relative to the project and a hash in place of a text: the same on every machine. */
function describeAsset(object: JsonObject): Json {
    const kind = object[specialSigKey] === specialAssetSig ? "file" : "archive";
    if (typeof object.path === "string") {
        return { asset: kind, path: relativePath(object.path) };
    }
    if (typeof object.uri === "string") {
        return { asset: `remote${kind === "file" ? "File" : "Archive"}`, uri: object.uri };
    }
    if (typeof object.text === "string") {
        return { asset: "text", hash: createHash("sha256").update(object.text).digest("hex") };
    }
    return { asset: "assets", assets: plain(object.assets ?? {}) };
}

function relativePath(given: string): string {
    const relative = path.relative(PROJECT_FOLDER, path.resolve(PROJECT_FOLDER, given));
    return relative.split(path.sep).join("/");
}

function holdsUnknown(value: Json): boolean {
    if (typeof value !== "object" || value === null) {
        return value === unknownValue;
    }
    const items: readonly Json[] = Array.isArray(value) ? value : Object.values(value);
    return items.some(holdsUnknown);
}

function unknownPaths(value: Json, at: string): string[] {
    if (typeof value !== "object" || value === null) {
        return value === unknownValue ? [at] : [];
    }
    if (Array.isArray(value)) {
        return (value as readonly Json[]).flatMap((item, index) => unknownPaths(item, `${at}[${index}]`));
    }
    const object = value as JsonObject;
    if (object[specialSigKey] === specialSecretSig) {
        return unknownPaths(object.value ?? null, at);
    }
    return Object.entries(object).flatMap(([key, item]) =>
        unknownPaths(item, at === "" ? key : `${at}.${key}`),
    );
}
