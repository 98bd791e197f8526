/** The report for a pull request: Markdown within the size of a comment on GitHub. */
import { describePrices, dollars } from "../cost/describe";
import { mermaid } from "../picture/mermaid";
import { pictureOf } from "../picture/picture";
import { count } from "../describe";
import type { Plan } from "../plan";
import { isReal } from "../sections";
import { type Facts, factsOf, shortType } from "./facts";

/** Mermaid draws no text that is longer: https://mermaid.js.org/config/schema-docs/config.html#maxtextsize */
const MERMAID = 50_000;

interface Part {
    /** What is said in its place where there is no room. */
    readonly name: string;
    readonly text: string;
}

/** @param limit characters that there is room for */
export function markdown(plan: Plan, limit: number): string {
    const facts = factsOf(plan);
    const head = heading(plan, facts);
    return fitted(head, partsOf(plan, facts), limit);
}

/** What matters most comes first; what does not fit is named. */
function fitted(head: string, parts: readonly Part[], limit: number): string {
    const note = (left: readonly string[]): string =>
        left.length === 0
            ? ""
            : `\n> Left out, for want of room: ${left.join(", ")}. \`npm run plan -- <stack> --html report.html\` has everything.\n`;
    const reserve = note(parts.map(({ name }) => name)).length;
    let text = head;
    const left: string[] = [];
    for (const part of parts) {
        const room = limit - text.length - reserve;
        if (part.text.length + 1 <= room) {
            text += `\n${part.text}`;
        } else {
            left.push(part.name);
        }
    }
    const whole = `${text}${note(left)}`;
    return whole.length <= limit ? whole : `${cutAt(whole, limit - 2)}…\n`;
}

/** Never in the middle of a character. */
function cutAt(text: string, length: number): string {
    return text.slice(0, Math.max(0, length)).replace(/[\uD800-\uDBFF]$/, "");
}

function heading(plan: Plan, facts: Facts): string {
    const { cost, policy, pending } = plan;
    const violated =
        facts.mandatory === 0
            ? "nothing mandatory violated"
            : `**${count(facts.mandatory, "mandatory violation")}**`;
    const words = [
        `**${count(facts.resources, "resource")}**`,
        `**${dollars(cost.monthly)} a month**, ${dollars(cost.idleMonthly)} idle`,
        `policy: ${violated}, ${facts.advisory} advisory, ${policy.waived.length} waived`,
        ...(pending.length === 0 ? [] : [`${count(pending.length, "step")} before \`pulumi up\``]),
    ];
    return [`### ${plain(facts.title)}`, "", words.join(" · "), ""].join("\n");
}

function partsOf(plan: Plan, facts: Facts): readonly Part[] {
    const { cost, notes, pending } = plan;
    const picture = mermaid(pictureOf(plan.graph));
    return [
        { name: "policy violations", text: violations(facts) },
        { name: "summary", text: summary(facts) },
        { name: "steps before `pulumi up`", text: steps(pending) },
        { name: "notes", text: list("Notes", notes) },
        {
            name: "picture",
            text: picture.length > MERMAID ? "" : details("Picture", `\`\`\`mermaid\n${picture}\`\`\``),
        },
        { name: "waivers", text: waivers(facts) },
        { name: "cost by line", text: details(`Cost: ${describePrices(cost)}`, costTable(facts)) },
        { name: "resources", text: details("Resources by type", typeTable(plan)) },
    ].filter(({ text }) => text !== "");
}

function summary({ sections }: Facts): string {
    return tableOf(
        ["", "resources", "a month", "idle", ""],
        [false, true, true, true, false],
        sections.map(({ name, resources, monthly, idleMonthly, words }) => [
            `**${plain(name)}**`,
            String(resources.length),
            dollars(monthly),
            dollars(idleMonthly),
            words.map(plain).join("<br>"),
        ]),
    );
}

function violations({ violations: found }: Facts): string {
    return found.length === 0
        ? ""
        : [
              "#### Policy",
              "",
              ...found.flatMap(({ policy, level, messages, rule }) => [
                  `- **${plain(level)}** ${code(policy)}${rule === undefined ? "" : `: ${plain(rule.remediation)}`}`,
                  ...messages.map((message) => `  - ${plain(message)}`),
              ]),
              "",
          ].join("\n");
}

function waivers({ waivers: all }: Facts): string {
    return all.length === 0
        ? ""
        : details(
              count(all.length, "waiver"),
              tableOf(
                  ["rule", "reason", "resources", "until"],
                  [false, false, false, false],
                  all.map(({ policy, reason, resources, until }) => [
                      code(policy),
                      plain(reason),
                      plain(resources.join(", ")),
                      plain(until ?? "for good"),
                  ]),
              ),
          );
}

function steps(pending: Plan["pending"]): string {
    return pending.length === 0
        ? ""
        : [
              "#### Before `pulumi up`",
              "",
              ...pending.map(
                  ({ what, command }, index) => `${index + 1}. ${plain(what)}<br>${code(command)}`,
              ),
              "",
          ].join("\n");
}

function list(title: string, items: readonly string[]): string {
    return items.length === 0
        ? ""
        : [`#### ${title}`, "", ...items.map((item) => `- ${plain(item)}`), ""].join("\n");
}

function costTable({ sections, nameOf }: Facts): string {
    const lines = sections.flatMap((section) => section.lines);
    return tableOf(
        ["resource", "item", "quantity", "a month"],
        [false, false, true, true],
        lines.map(({ urn, item, quantity, unit, monthly }) => [
            plain(nameOf(urn)),
            plain(item),
            plain(`${Number(quantity.toPrecision(3))} ${unit}`),
            dollars(monthly),
        ]),
    );
}

function typeTable({ graph }: Plan): string {
    const counts = new Map<string, number>();
    for (const { type } of graph.resources.filter(isReal)) {
        counts.set(type, (counts.get(type) ?? 0) + 1);
    }
    const rows = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
    return tableOf(
        ["type", "number"],
        [false, true],
        rows.map(([type, number]) => [code(shortType(type)), String(number)]),
    );
}

function tableOf(
    titles: readonly string[],
    numbers: readonly boolean[],
    rows: readonly (readonly string[])[],
): string {
    const line = (cells: readonly string[]): string =>
        `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
    const rule = numbers.map((isNumber) => (isNumber ? "---:" : "---"));
    return `${[line(titles), line(rule), ...rows.map(line)].join("\n")}\n`;
}

function details(title: string, body: string): string {
    return `<details><summary>${plain(title)}</summary>\n\n${body}\n\n</details>\n`;
}

/** A sentence, in which only what stands between backticks means anything to GitHub. */
function plain(text: string): string {
    const parts = oneLine(text).split("`");
    const paired = parts.length % 2 === 1;
    return parts
        .map((part, index) => (index % 2 === 1 && paired ? code(part) : escaped(part)))
        .join(paired ? "" : "&#96;");
}

/**
 * Text that is no markup, no HTML and no link, and, since GitHub looks for mentions and for numbers of issues in what it
 * has drawn, none of those.
 */
function escaped(text: string): string {
    return text.replace(/[\\*_{}[\]<>()!|~$&]|(?<=:)\/(?=\/)|(?<=\bwww)\.|[@#](?=\w)/g, (found) =>
        found === "@" || found === "#" ? `${found}&#8203;` : `&#${found.charCodeAt(0)};`,
    );
}

/** As it is typed: the fence is longer than any in the text. */
function code(text: string): string {
    const line = oneLine(text);
    if (line.trim() === "") {
        return line;
    }
    const longest = Math.max(0, ...(line.match(/`+/g) ?? []).map((ticks) => ticks.length));
    const fence = "`".repeat(longest + 1);
    const space = longest > 0 ? " " : "";
    return `${fence}${space}${line}${space}${fence}`;
}

function oneLine(text: string): string {
    return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, " ");
}
