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

const CODES = { bold: [1, 22], dim: [2, 22], yellow: [33, 39], cyan: [36, 39] } as const;

/** The text in a colour or weight, which the same text without it would be as wide as. */
export function painted(text: string, style: keyof typeof CODES): string {
    const [on, off] = CODES[style];
    return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** Words of a line in as many lines as the width needs, the later ones indented. */
export function wrapped(
    text: string,
    width: number,
    lead: string,
    indent: string,
    end = "",
): readonly string[] {
    const lines: string[] = [];
    let line = lead;
    for (const word of text.split(" ")) {
        const started = line !== lead && line !== indent;
        if (started && line.length + 1 + word.length + end.length > width) {
            lines.push(`${line}${end}`);
            line = indent;
        }
        line += line === lead || line === indent ? word : ` ${word}`;
    }
    return [...lines, line];
}

/** At most as wide. */
export function cut(text: string, width: number): string {
    return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
