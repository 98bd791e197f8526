/** Values on the wire: secrets in envelopes, unknowns as a text that nobody else uses. */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { Json } from "../../../plan/graph";
import { isObject, type JsonObject } from "../../../plan/record/values";

const { specialSigKey, specialSecretSig, unknownValue } = pulumi.runtime;

export const UNKNOWN: string = unknownValue;

/** The value without the envelopes of its secrets. */
export function open(value: Json): Json {
    if (Array.isArray(value)) {
        return (value as readonly Json[]).map(open);
    }
    if (!isObject(value)) {
        return value;
    }
    if (value[specialSigKey] === specialSecretSig) {
        return open(value.value ?? null);
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, open(item)]));
}

export function text(value: Json | undefined): string | undefined {
    const opened = open(value ?? null);
    return typeof opened === "string" && opened !== UNKNOWN ? opened : undefined;
}

/** Top-level properties that differ; an unknown differs from everything. */
export function changedProperties(olds: JsonObject, news: JsonObject): readonly string[] {
    const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
    return names.filter((name) => {
        const [before, after] = [canonical(olds[name] ?? null), canonical(news[name] ?? null)];
        return before !== after || after.includes(UNKNOWN);
    });
}

/** Equal values give equal texts; what is null or absent is the same. */
export function canonical(value: Json): string {
    return JSON.stringify(open(value), (_key, item: Json) => {
        if (!isObject(item)) {
            return item;
        }
        const kept = Object.keys(item).filter((key) => item[key] !== null);
        return Object.fromEntries(kept.sort().map((key) => [key, item[key]]));
    });
}

export function hash(value: string, length: number): string {
    return createHash("sha256").update(value).digest("hex").slice(0, length);
}
