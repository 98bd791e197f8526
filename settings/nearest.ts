import { closest, distance } from "fastest-levenshtein";

/** The known word a person most likely meant, or undefined where none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
    if (known.length === 0) {
        return undefined;
    }
    const best = closest(
        word.toLowerCase(),
        known.map((k) => k.toLowerCase()),
    );
    const match = known.find((k) => k.toLowerCase() === best);
    return distance(word.toLowerCase(), best) <= Math.max(2, Math.floor(word.length / 3)) ? match : undefined;
}

/** "a, b or c" */
export function oneOf(words: readonly (string | number)[]): string {
    return words.length < 2
        ? words.join("")
        : `${words.slice(0, -1).join(", ")} or ${words[words.length - 1] ?? ""}`;
}
