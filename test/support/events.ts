/**
 * Whether an event matches a pattern, as EventBridge decides it, for what the program's patterns use: values, prefixes,
 * wildcards, and alternatives.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import type { Json } from "../../plan/graph";

type Fields = Readonly<Record<string, Json>>;

export function matches(pattern: Json, event: Json): boolean {
    return Object.entries(pattern as Fields).every(([key, wanted]) =>
        key === "$or"
            ? (wanted as readonly Json[]).some((one) => matches(one, event))
            : holds(wanted, (event as Fields | null)?.[key]),
    );
}

function holds(wanted: Json, found: Json | undefined): boolean {
    if (!Array.isArray(wanted)) {
        return found !== undefined && matches(wanted, found);
    }
    // Of a list in an event, one is enough.
    const values = Array.isArray(found) ? (found as readonly Json[]) : [found];
    return values.some((value) => (wanted as readonly Json[]).some((one) => isLike(one, value)));
}

function isLike(wanted: Json, value: Json | undefined): boolean {
    if (typeof wanted === "string") {
        return value === wanted;
    }
    const { prefix, wildcard, ...others } = wanted as Fields;
    const [unknown] = Object.keys(others);
    if (unknown !== undefined) {
        throw new Error(`not known here: ${unknown}`);
    }
    return (
        typeof value === "string" &&
        (typeof prefix === "string" ? value.startsWith(prefix) : wildcardOf(wildcard).test(value))
    );
}

function wildcardOf(wildcard: Json | undefined): RegExp {
    const parts = (wildcard as string).split("*");
    return new RegExp(
        `^${parts.map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`,
        "s",
    );
}
