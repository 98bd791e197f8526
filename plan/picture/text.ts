/** Text in a picture that nobody has drawn yet: how wide it is, where it must end, and what must be escaped. */

const NARROW = " .,:;'|!ijlItfr()[]-·";
const WIDE = "mwMW@%—…→";

/** Width in units of the font size, of the usual sans-serif fonts, rather too much than too little. */
function widthOfCharacter(character: string): number {
    if (NARROW.includes(character)) {
        return 0.34;
    }
    if (WIDE.includes(character)) {
        return 0.92;
    }
    if (/[A-Z]/.test(character)) {
        return 0.7;
    }
    // Scripts that are wider than Latin are as wide as high.
    return (character.codePointAt(0) ?? 0) < 0x2000 ? 0.575 : 1.05;
}

/** Pixels. */
export function widthOf(text: string, size: number, bold = false): number {
    const units = Array.from(text).reduce((sum, character) => sum + widthOfCharacter(character), 0);
    return units * size * (bold ? 1.06 : 1);
}

/** Cut in the middle, since names begin with the app and end with what they are. */
export function fit(text: string, width: number, size: number, bold = false): string {
    if (widthOf(text, size, bold) <= width) {
        return text;
    }
    const characters = Array.from(text);
    for (let keep = characters.length - 1; keep > 2; keep -= 1) {
        const head = Math.ceil(keep * 0.6);
        const shorter = `${characters.slice(0, head).join("")}…${characters.slice(characters.length - (keep - head)).join("")}`;
        if (widthOf(shorter, size, bold) <= width) {
            return shorter;
        }
    }
    return "…";
}

/** For text and attribute values of HTML, SVG and XML; characters that XML has no way to write are left out. */
export function escape(text: string): string {
    return text
        .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&#39;");
}
