/** Looks for secrets where nobody may read them: in every byte that a stack leaves on disk or prints. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Json } from "../../plan/graph";
import { isObject } from "../../plan/record/values";
import { open } from "./provider/json";

/** Shorter texts are found everywhere. */
const SHORTEST = 8;

const { specialSigKey, specialSecretSig } = pulumi.runtime;

/** Every text inside an envelope of a state that was exported with its secrets. */
export function secretsIn(value: Json): readonly string[] {
    if (Array.isArray(value)) {
        return (value as readonly Json[]).flatMap(secretsIn);
    }
    if (!isObject(value)) {
        return [];
    }
    if (value[specialSigKey] === specialSecretSig) {
        const { plaintext } = value;
        return typeof plaintext === "string" ? textsIn(JSON.parse(plaintext) as Json) : textsIn(open(value));
    }
    return Object.values(value).flatMap(secretsIn);
}

function textsIn(value: Json): readonly string[] {
    if (typeof value === "string") {
        return value.length < SHORTEST ? [] : [value];
    }
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** A secret as itself, in JSON, in JSON within JSON, in a URL, in hexadecimal digits, in base64 at any place of a text. */
export function spellings(secret: string): readonly string[] {
    const json = JSON.stringify(secret).slice(1, -1);
    const bytes = Buffer.from(secret);
    const base64 = [0, 1, 2].map((shift) => {
        // Without the characters that the neighbours have a part in.
        const text = Buffer.concat([Buffer.alloc(shift), bytes])
            .toString("base64")
            .replace(/=+$/, "");
        return text.slice(shift === 0 ? 0 : shift + 1, -1);
    });
    return [
        ...new Set([
            secret,
            json,
            JSON.stringify(json).slice(1, -1),
            encodeURIComponent(secret),
            bytes.toString("hex"),
            ...base64,
        ]),
    ];
}

/** `<where>: <how it is spelt>` for each secret that is found. */
export function leaks(secrets: readonly string[], places: ReadonlyMap<string, string>): readonly string[] {
    const all = [...new Set(secrets)].flatMap((secret, index) =>
        spellings(secret).map((spelling) => ({ spelling, name: `secret ${index}` })),
    );
    return [...places].flatMap(([place, text]) =>
        all.filter(({ spelling }) => text.includes(spelling)).map(({ name }) => `${place}: ${name}`),
    );
}

/** All files below a folder, by path. */
export function filesOf(folder: string): ReadonlyMap<string, string> {
    const found = new Map<string, string>();
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
        if (entry.isFile()) {
            const path = join(entry.parentPath, entry.name);
            found.set(path, readFileSync(path, "latin1"));
        }
    }
    return found;
}
