/** Numbers, as somebody reads them in a text and as a program finds them in JSON. */
import type { Json } from "../../plan/graph";

/** Every number in a value, in its texts too, and how many there are of what is in lists. */
export function numbersIn(value: Json): readonly string[] {
    if (Array.isArray(value)) {
        return [String(value.length), ...value.flatMap(numbersIn)];
    }
    if (typeof value === "object" && value !== null) {
        return Object.values(value as Readonly<Record<string, Json>>).flatMap(numbersIn);
    }
    return typeof value === "number"
        ? [String(value), value.toFixed(2), Math.abs(value).toFixed(2)]
        : numbersOf(String(value));
}

/** Amounts, addresses, times and sizes. */
export function numbersOf(text: string): readonly string[] {
    return text.match(/\d+(?:\.\d+)*/g) ?? [];
}
