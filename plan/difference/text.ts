/** The difference as a terminal shows it: under a screen. */
import { cut, type Line, PLAIN, rendered, type Screen, type Style, wrapped } from "../terminal";
import { isEmpty } from "./difference";
import type { Difference } from "./model";
import { type Row, rows, UNDECIDED } from "./rows";
import { costText, count, lossText, SIGNS } from "./words";

/** Characters of one value. */
const VALUE = 40;
/** Lines of one resource. */
const DETAILS = 4;
/** Losses and warnings that are shown, of each. */
const ALARMS = 8;
/** Lines of what changes, however much is said above it. */
const LEAST = 3;

const EMPTY: Line = { text: "" };

/** The sign's colour: what is gone or has to be made anew is what somebody should stop at. */
const STYLES: Readonly<Record<string, Style>> = {
    [SIGNS.added]: "cyan",
    [SIGNS.removed]: "red",
    [SIGNS.replaced]: "red",
    [SIGNS.changed]: "yellow",
    [UNDECIDED]: "yellow",
    "-+": "red",
    "!": "red",
};

export function differenceText(difference: Difference, screen: Screen = PLAIN): string {
    const { width, height } = screen;
    const shown = rows(difference, VALUE);
    const legend = shown.some(({ sign }) => sign === UNDECIDED)
        ? words(`${UNDECIDED} only \`pulumi preview\` can tell whether it changes in place`, "  ", width)
        : [];
    // The body's empty line above it, and the prompt below.
    const room = height - 2 - legend.length;
    const top = fitted([header(difference, width), EMPTY, ...head(difference, width)], room - LEAST);
    const body = bodyOf(shown, room - top.length - 1, width);
    const lines = [...top, ...(body.length > 0 ? [EMPTY, ...body] : []), ...legend];
    return `${lines.map((line) => rendered(line, screen)).join("\n")}\n`;
}

function header({ after, before }: Difference, width: number): Line {
    const left = `selfhost · ${after.stack} · ${after.region}`;
    const right = cut(`against ${before.label}`, Math.max(8, width - left.length - 2));
    return { text: `${left}${right.padStart(width - left.length)}`, lead: left.length, style: "bold" };
}

function head(difference: Difference, width: number): readonly Line[] {
    const { cost, policy, dataLoss, warnings } = difference;
    return [
        ...words(isEmpty(difference) ? "No resource differs" : counts(difference), "  ", width),
        ...(cost === undefined ? [] : words(costText(cost), "  ", width)),
        ...(policy === undefined ? [] : words(policyText(policy), "  ", width)),
        ...alarms(dataLoss.map(lossText), "more with data", width),
        ...alarms(warnings, "more", width),
    ];
}

function counts(difference: Difference): string {
    const { added, removed, replaced, changed, moved, sameStack, before, after } = difference;
    const said: readonly (readonly [string, number, string])[] = [
        [SIGNS.added, added.length, sameStack ? "added" : `only in ${after.stack}`],
        [SIGNS.removed, removed.length, sameStack ? "removed" : `only in ${before.stack}`],
        [SIGNS.replaced, replaced.length, "replaced"],
        [SIGNS.changed, changed.length, sameStack ? "changed" : "differ"],
        ["→", moved.length, "renamed"],
    ];
    const some = said.filter(([, number]) => number > 0);
    return some.length === 0
        ? "Only safeguards differ"
        : some.map(([sign, number, word]) => `${sign} ${number} ${word}`).join(" · ");
}

function policyText({ added, resolved, after }: NonNullable<Difference["policy"]>): string {
    const names = [...new Set(added.map(({ policy }) => policy))].join(", ");
    return `policy: ${count(after, "violation")}, ${added.length} new${names === "" ? "" : ` (${names})`}, ${resolved.length} resolved`;
}

function alarms(texts: readonly string[], rest: string, width: number): readonly Line[] {
    const left = texts.length - ALARMS;
    const shown = left > 0 ? [...texts.slice(0, ALARMS), `${left} ${rest}`] : texts;
    return shown.flatMap((text) =>
        wrapped(text, width, "  ! ", "    ").map((line, index) =>
            index === 0 ? { text: line, lead: 3, style: "red" as const } : { text: line },
        ),
    );
}

function words(text: string, indent: string, width: number): readonly Line[] {
    return wrapped(text, width, indent, indent).map((line) => ({ text: line }));
}

const MORE: Line = { text: "  … and more: --json has everything", all: "dim" };

function fitted(lines: readonly Line[], room: number): readonly Line[] {
    return lines.length <= room ? lines : [...lines.slice(0, room - 1), MORE];
}

/** As many rows as there is room for. */
function bodyOf(all: readonly Row[], room: number, width: number): readonly Line[] {
    const lines: Line[] = [];
    for (const [index, row] of all.entries()) {
        const next = rowLines(row, width);
        const last = index === all.length - 1;
        if (lines.length + next.length > (last ? room : room - 1)) {
            return [...lines, { text: `  … ${all.length - index} more: --json has everything`, all: "dim" }];
        }
        lines.push(...next);
    }
    return lines;
}

function rowLines({ sign, subject, details }: Row, width: number): readonly Line[] {
    const style = STYLES[sign];
    const line = (text: string): Line => (style === undefined ? { text } : { text, lead: 4, style });
    const lead = `  ${sign.padEnd(2)} ${cut(subject, width - 5)}`;
    const [first, ...more] = details;
    if (first === undefined) {
        return [line(lead)];
    }
    const oneLine = `${lead}  ${first}`;
    if (more.length === 0 && oneLine.length <= width) {
        return [line(oneLine)];
    }
    const shown = details.slice(0, DETAILS).map((detail) => ({ text: cut(`       ${detail}`, width) }));
    const left = details.length - DETAILS;
    return [line(lead), ...shown, ...(left > 0 ? [{ text: `       … ${left} more` }] : [])];
}
