/** What a terminal can show: its width, its height for a first look, and whether it has colours. */

export interface Screen {
    /** Columns. */
    readonly width: number;
    /** Lines that fit without scrolling. */
    readonly height: number;
    readonly colour: boolean;
}

/** A file, a pipe, or a page of documentation. */
export const PLAIN: Screen = { width: 100, height: 40, colour: false };

const NARROWEST = 60;

/** Colours only where somebody looks and has not declined them: https://no-color.org */
export function screenOf(
    stream: { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined },
    environment: Readonly<Record<string, string | undefined>>,
): Screen {
    if (stream.isTTY !== true) {
        return PLAIN;
    }
    // Some terminals do not know, and say 0.
    const columns = stream.columns === undefined || stream.columns === 0 ? PLAIN.width : stream.columns;
    const width = Math.min(PLAIN.width, Math.max(NARROWEST, columns));
    const declined = (environment.NO_COLOR ?? "") !== "" || environment.TERM === "dumb";
    return { ...PLAIN, width, colour: !declined };
}

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], yellow: [33, 39], cyan: [36, 39] } as const;

export type Style = keyof typeof CODES;

/** A line, with how its first characters or all of them look where there are colours. */
export interface Line {
    readonly text: string;
    readonly lead?: number;
    readonly style?: Style;
    readonly all?: Style;
}

/** The line as the screen shows it; without what a terminal would act on in texts that others wrote. */
export function rendered({ text, lead = 0, style, all }: Line, { colour }: Screen): string {
    const plain = text.replace(/[\p{Cc}\u2028\u2029]/gu, " ");
    if (!colour) {
        return plain;
    }
    if (all !== undefined) {
        return painted(plain, all);
    }
    return style === undefined ? plain : `${painted(plain.slice(0, lead), style)}${plain.slice(lead)}`;
}

/** The text in a colour or weight, which is as wide as without it. */
function painted(text: string, style: Style): string {
    const [on, off] = CODES[style];
    return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** Words in as many lines as the width needs, the later ones indented; a word that is longer than a line stays whole. */
export function wrapped(text: string, width: number, lead: string, indent: string): readonly string[] {
    const lines: string[] = [];
    let line = lead;
    let started = false;
    for (const word of text.split(" ")) {
        if (started && line.length + 1 + word.length > width) {
            lines.push(line);
            line = indent;
            started = false;
        }
        line += started ? ` ${word}` : word;
        started = true;
    }
    return [...lines, line];
}

/** At most as wide. */
export function cut(text: string, width: number): string {
    return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
