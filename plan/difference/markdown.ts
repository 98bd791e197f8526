/** The difference for a pull request. */
import { isEmpty } from "./difference";
import type { Difference } from "./model";
import { type Row, rows } from "./rows";
import { costText, lossText, SIGNS } from "./words";

/** Characters of one value. */
const VALUE = 80;
/** Rows outside of the folded part. */
const OPEN = 12;

/**
 * Markdown of at most so many characters. What the plans say is inside code blocks that it cannot end: whoever wrote the
 * stack file does not write in the comment.
 */
export function differenceMarkdown(difference: Difference, limit = 30_000): string {
    const { before, after } = difference;
    const title = `### Difference of ${code(after.stack)} against ${code(before.label)}`;
    if (isEmpty(difference) && difference.cost === undefined && difference.policy === undefined) {
        return `${title}\n\nNo resource differs.\n`;
    }
    const all = rows(difference, VALUE).flatMap(rowLines);
    const open = [...alarms(difference), ...all.slice(0, OPEN)];
    const rest = all.slice(OPEN);
    const parts = [
        title,
        counts(difference),
        ...(difference.cost === undefined ? [] : [costText(difference.cost)]),
        ...policyLines(difference),
        ...(open.length === 0 ? [] : [block(open, limit / 2)]),
        ...(rest.length === 0
            ? []
            : [
                  `<details><summary>${rest.length} more lines</summary>\n\n${block(rest, limit / 2)}\n\n</details>`,
              ]),
    ];
    return `${parts.join("\n\n")}\n`;
}

function counts(difference: Difference): string {
    const { added, removed, replaced, changed, moved, dataLoss } = difference;
    const numbers: readonly (readonly [number, string])[] = [
        [added.length, "added"],
        [removed.length, "removed"],
        [replaced.length, "replaced"],
        [changed.length, "changed"],
        [moved.length, "renamed"],
        [dataLoss.filter(({ outcome }) => outcome !== "kept").length, "with data at risk"],
    ];
    const said = numbers.filter(([number]) => number > 0).map(([number, word]) => `**${number}** ${word}`);
    return said.length === 0 ? "No resource is added, removed or changed." : said.join(" · ");
}

function policyLines({ policy }: Difference): readonly string[] {
    if (policy === undefined) {
        return [];
    }
    const { after, added, resolved } = policy;
    const said = `Policy: ${after} violated, ${added.length} new, ${resolved.length} resolved.`;
    const lines = added.map(({ policy: rule, level, message }) => `! ${rule} (${level}): ${message}`);
    return lines.length === 0 ? [said] : [said, block(lines, 8_000)];
}

function alarms({ dataLoss, warnings }: Difference): readonly string[] {
    return [...dataLoss.map(lossText), ...warnings].map((text) => `! ${text}`);
}

/** In GitHub's colours: green for what comes, red for what goes, orange for what is replaced. */
function rowLines({ sign, subject, details }: Row): readonly string[] {
    const colours: Readonly<Record<string, string>> = {
        [SIGNS.added]: "+",
        [SIGNS.removed]: "-",
        [SIGNS.replaced]: "! replaced",
        "-+": "! renamed",
        "!": "!",
    };
    const [first, ...more] = details;
    const lead = `${colours[sign] ?? ` ${sign}`} ${subject}`;
    return [
        more.length === 0 && first !== undefined ? `${lead}  ${first}` : lead,
        ...(more.length === 0 ? [] : details.map((detail) => `      ${detail}`)),
    ];
}

/** Fenced so that no line in it can end it. */
function block(lines: readonly string[], limit: number): string {
    const text = lines.map((line) => line.replaceAll(/[\p{Cc}\p{Cf}]/gu, " ")).join("\n");
    const cut = text.length > limit ? `${text.slice(0, limit)}\n… (\`--json\` has everything)` : text;
    const longest = Math.max(2, ...(cut.match(/`+/g) ?? []).map((ticks) => ticks.length));
    const fence = "`".repeat(longest + 1);
    return `${fence}diff\n${cut}\n${fence}`;
}

/** A code span of text without line breaks. */
function code(text: string): string {
    return `\`${text.replaceAll(/[`\p{Cc}\p{Cf}]/gu, " ")}\``;
}
