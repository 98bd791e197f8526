/** What is wrong with a single value, and what to write instead, in sentences. */
import type { z } from "zod";
import { nearest, oneOf } from "./nearest";

export type Issue = z.core.$ZodIssue;

const TYPES: Readonly<Record<string, string>> = {
    string: "text",
    number: "a number",
    int: "a whole number",
    boolean: "true or false",
    object: "a group of settings",
    record: "a group of settings",
    array: "a list",
};

/** Reason and fix for one issue of a single value. */
export function sentence(issue: Issue, value: unknown): readonly [string, string] {
    const [reason, fix] = issue.message.split("\n");
    if (fix !== undefined && reason !== undefined && (issue.code !== "invalid_type" || value === undefined)) {
        return [reason, fix];
    }
    if (issue.code === "invalid_type") {
        return wrongType(issue.expected, value);
    }
    if (issue.code === "invalid_value") {
        const words = issue.values.map((v) => String(v));
        const near = typeof value === "string" ? nearest(value, words) : undefined;
        return [
            "is not one of the values this takes.",
            `Write ${near === undefined ? oneOf(words) : `\`${near}\`, or one of ${words.join(", ")}`}.`,
        ];
    }
    if (issue.code === "too_small" || issue.code === "too_big") {
        return wrongSize(issue);
    }
    if (issue.code === "not_multiple_of") {
        return [`is not a multiple of ${issue.divisor}.`, `Write a multiple of ${issue.divisor}.`];
    }
    if (issue.code === "invalid_key") {
        const inner = issue.issues[0]?.message.split("\n");
        return [inner?.[0] ?? "is not a name this takes.", inner?.[1] ?? "Write another name."];
    }
    return [reason ?? issue.message, fix ?? "Write it as docs/configuration.md says."];
}

/** Reason and fix for a value of another kind. */
function wrongType(expected: string, value: unknown): readonly [string, string] {
    const wanted = TYPES[expected] ?? expected;
    if (value === undefined) {
        return ["is missing.", `Write ${wanted}.`];
    }
    const reason = value === "" ? "is empty." : `is not ${wanted}.`;
    if (expected === "string" && (typeof value === "number" || typeof value === "boolean")) {
        return [reason, `Put it in quotes: "${String(value)}".`];
    }
    if (/^(number|int)$/.test(expected) && typeof value === "string" && /^\d+(\.\d+)?$/.test(value)) {
        return [reason, `Write it without quotes: ${value}.`];
    }
    if (expected === "array" && typeof value === "string" && value !== "") {
        return [reason, `Write a list, like \`[${value.split(/[\s,]+/).join(", ")}]\`.`];
    }
    if (wanted === TYPES.object) {
        const list = Array.isArray(value) ? ", names and colons instead of dashes" : "";
        return [
            reason,
            `Write a group of settings, like \`name: …\` on lines of its own${list}, or remove it.`,
        ];
    }
    return [reason, `Write ${wanted}.`];
}

const UNITS: Readonly<Record<string, string>> = { string: " characters", array: " entries" };

/** Reason and fix for a number, a text or a list outside of its bounds. */
function wrongSize(issue: Issue & { code: "too_small" | "too_big" }): readonly [string, string] {
    const small = issue.code === "too_small";
    const bound = String(small ? issue.minimum : issue.maximum);
    const what = UNITS[issue.origin] ?? "";
    if (small && what !== "" && bound === "1") {
        return ["is empty.", "Write something there, or remove it."];
    }
    const reason = small
        ? `is too ${what === "" ? "small" : "short"}: the least is ${bound}${what}.`
        : `is too ${what === "" ? "large" : "long"}: the most is ${bound}${what}.`;
    return [reason, `Write ${bound}${what} or ${small ? "more" : "less"}.`];
}
