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
    return isTypingError(word.toLowerCase(), best) ? match : undefined;
}

/** Of a short word, two letters are half: unless they only changed places, another word was meant. */
function isTypingError(word: string, known: string): boolean {
    const letters = (text: string) => Array.from(text).sort().join("");
    const most = word.length <= 4 && letters(word) !== letters(known) ? 1 : 2;
    return distance(word, known) <= Math.max(most, Math.floor(word.length / 3));
}

/** "a, b or c" */
export function oneOf(words: readonly (string | number)[]): string {
    return words.length < 2
        ? words.join("")
        : `${words.slice(0, -1).join(", ")} or ${words[words.length - 1] ?? ""}`;
}
