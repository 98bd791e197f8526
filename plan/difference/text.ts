/** The difference as a terminal shows it: under a screen. */
import { isEmpty } from "./difference";
import type { Difference } from "./model";
import { type Row, rows, UNDECIDED } from "./rows";
import { costText, count, lossText, SIGNS } from "./words";

const WIDTH = 100;
const LINES = 40;
/** Characters of one value. */
const VALUE = 40;
/** Lines of one resource. */
const DETAILS = 4;

export function differenceText(difference: Difference): string {
    const top = [header(difference), "", ...head(difference)];
    const shown = rows(difference, VALUE);
    const legend = shown.some(({ sign }) => sign === UNDECIDED)
        ? [`  ${UNDECIDED} only \`pulumi preview\` can tell whether it changes in place`]
        : [];
    const room = LINES - top.length - legend.length - 4;
    const body = fitted(shown, Math.max(3, room));
    return [...top, ...(body.length > 0 ? ["", ...body] : []), ...legend, ""].join("\n");
}

function header({ after, before }: Difference): string {
    const left = `selfhost · ${after.stack} · ${after.region}`;
    const right = `against ${before.label}`;
    return `${left}${" ".repeat(Math.max(2, WIDTH - left.length - right.length))}${right}`;
}

function head(difference: Difference): readonly string[] {
    const { cost, policy, dataLoss, warnings } = difference;
    return [
        `  ${isEmpty(difference) ? "No resource differs" : counts(difference)}`,
        ...(cost === undefined ? [] : [`  ${costText(cost)}`]),
        ...(policy === undefined ? [] : [`  ${policyText(policy)}`]),
        ...short(
            dataLoss.map((loss) => `  ! ${lossText(loss)}`),
            8,
            "more with data",
        ),
        ...warnings.map((warning) => `  ! ${warning}`),
    ].flatMap((line) => wrapped(line));
}

function counts(difference: Difference): string {
    const { added, removed, replaced, changed, moved, sameStack, before, after } = difference;
    const words: readonly (readonly [string, number, string])[] = [
        [SIGNS.added, added.length, sameStack ? "added" : `only in ${after.stack}`],
        [SIGNS.removed, removed.length, sameStack ? "removed" : `only in ${before.stack}`],
        [SIGNS.replaced, replaced.length, "replaced"],
        [SIGNS.changed, changed.length, sameStack ? "changed" : "differ"],
        ["→", moved.length, "moved"],
    ];
    const said = words.filter(([, number]) => number > 0);
    return said.length === 0
        ? "Only safeguards differ"
        : said.map(([sign, number, word]) => `${sign} ${number} ${word}`).join("   ");
}

function policyText({ added, resolved, after }: NonNullable<Difference["policy"]>): string {
    const names = [...new Set(added.map(({ policy }) => policy))].join(", ");
    return `policy: ${count(after, "violation")}, ${added.length} new${names === "" ? "" : ` (${names})`}, ${resolved.length} resolved`;
}

function short(lines: readonly string[], most: number, rest: string): readonly string[] {
    return lines.length <= most ? lines : [...lines.slice(0, most), `  ! ${lines.length - most} ${rest}`];
}

/** As many rows as there is room for. */
function fitted(all: readonly Row[], room: number): readonly string[] {
    const lines: string[] = [];
    for (const [index, row] of all.entries()) {
        const next = rowLines(row);
        if (lines.length + next.length > room) {
            return [...lines, `  … ${all.length - index} more: --json has everything`];
        }
        lines.push(...next);
    }
    return lines;
}

function rowLines({ sign, subject, details }: Row): readonly string[] {
    const lead = `  ${sign.padEnd(2)} ${cut(subject, WIDTH - 5)}`;
    const [first, ...more] = details;
    if (first === undefined) {
        return [lead];
    }
    const oneLine = `${lead}  ${first}`;
    const fits = more.length === 0 && oneLine.length <= WIDTH;
    const shown = details.slice(0, DETAILS).map((detail) => cut(`       ${detail}`, WIDTH));
    const left = details.length - DETAILS;
    return fits ? [oneLine] : [lead, ...shown, ...(left > 0 ? [`       … ${left} more`] : [])];
}

function cut(text: string, width: number): string {
    return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** Continues below the text, not below its sign. */
function wrapped(line: string): readonly string[] {
    const indent = " ".repeat(/^\s*(?:! )?/.exec(line)?.[0].length ?? 0);
    const lines: string[] = [];
    let current = "";
    for (const word of line.split(/(?<=\S) /)) {
        if (current !== "" && current.length + 1 + word.length > WIDTH) {
            lines.push(current);
            current = `${indent}${word}`;
        } else {
            current = current === "" ? word : `${current} ${word}`;
        }
    }
    return [...lines, current];
}
