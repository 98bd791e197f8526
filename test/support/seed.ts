/** What is left to chance in tests: told when one fails, and the same again with the same number. */

/** Everything, not only what fits into the minute of `npm test`. */
export const ALL = process.env.SELFHOST_ALL === "1";

/** Processes that run tests inherit it from the one that started them. */
process.env.SELFHOST_SEED ??= String(Math.floor(Math.random() * 1_000_000));
export const SEED = Number(process.env.SELFHOST_SEED);

/** So many of a list, at places that the seed chooses; all of them with `SELFHOST_ALL=1`. */
export function share<Item>(items: readonly Item[], count: number): readonly Item[] {
    if (ALL || items.length <= count) {
        return items;
    }
    const step = items.length / count;
    const start = SEED % items.length;
    const places = Array.from({ length: count }, (_, i) => Math.floor(start + i * step) % items.length);
    return items.filter((_, i) => places.includes(i));
}
