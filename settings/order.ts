/** One order for whatever is registered, printed or compared: by code units, whatever the machine's language. */

/** For `sort`. */
export function compare(a: string, b: string): number {
    if (a === b) {
        return 0;
    }
    return a < b ? -1 : 1;
}

/** By a text of each. */
export function sortedBy<T>(items: Iterable<T>, textOf: (item: T) => string): T[] {
    return [...items].sort((a, b) => compare(textOf(a), textOf(b)));
}

/** The entries of a record, by key. */
export function sortedEntries<T>(record: Readonly<Record<string, T>>): [string, T][] {
    return sortedBy(Object.entries(record), ([key]) => key);
}

/** Each text once. */
export function distinct(texts: Iterable<string>): string[] {
    return [...new Set(texts)].sort(compare);
}
