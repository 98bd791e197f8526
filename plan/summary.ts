/** The plan as a terminal shows it: what a reviewer wants to know, in under a screen. */
import { RULES } from "../policy/rules";
import { describeCost } from "./cost/describe";
import { count } from "./describe";
import type { Plan } from "./plan";
import { type Section, sectionsOf } from "./sections";
import { cut, type Line, PLAIN, rendered, type Screen, wrapped } from "./terminal";

/** How much is said; of several, the first that fits the screen is shown. */
interface Fullness {
    /** Everything that was decided about a part, or as much as one line holds. */
    readonly words: "all" | "one line";
    /** Whether each step before `pulumi up` says what it is for. */
    readonly reasons: boolean;
}

const FULLNESS: readonly Fullness[] = [
    { words: "all", reasons: true },
    { words: "all", reasons: false },
    { words: "one line", reasons: false },
];

/** What is shown of each list where not even the shortest form of all of it fits. */
const FEW = { violations: 7, notes: 5, pending: 8, sections: 10 };

export function summary(plan: Plan, screen: Screen = PLAIN): string {
    const shapes = FULLNESS.map((fullness) => partsOf(plan, screen.width, fullness));
    const fitting = shapes.find((parts) => linesOf(parts).length <= screen.height);
    const lines = linesOf(fitting ?? few(shapes.at(-1) ?? [], screen.height));
    return `${lines.map((line) => rendered(line, screen)).join("\n")}\n`;
}

/** One of the lists that a summary consists of; each item is one or more lines. */
interface Part {
    readonly kind: "header" | "sections" | "totals" | "violations" | "notes" | "pending";
    readonly title: readonly Line[];
    readonly items: readonly (readonly Line[])[];
}

const EMPTY: Line = { text: "" };

function partsOf(plan: Plan, width: number, { words, reasons }: Fullness): readonly Part[] {
    const { notes, pending } = plan;
    const steps = pending.map(({ what, command }, index) => [
        ...continued(command, width - 5).map((text, i) => ({
            text: `${i === 0 ? `  ${index + 1}  ` : "       "}${text}`,
        })),
        ...(reasons
            ? wrapped(what, width, "     ", "     ").map((text) => ({ text, all: "dim" as const }))
            : []),
    ]);
    return [
        { kind: "header", title: [header(plan, width), EMPTY], items: [] },
        { kind: "sections", title: [], items: rows(sectionsOf(plan), width, words) },
        { kind: "totals", title: [EMPTY, ...totals(plan, width)], items: [] },
        { kind: "violations", title: [], items: violations(plan, width) },
        {
            kind: "notes",
            title: [],
            items: together(notes).map((note) => marked("!", "yellow", note, width)),
        },
        {
            kind: "pending",
            title: steps.length === 0 ? [] : [EMPTY, { text: "Before `pulumi up`", all: "bold" }],
            items: steps,
        },
    ];
}

function linesOf(parts: readonly Part[]): readonly Line[] {
    return parts.flatMap(({ title, items }) => [...title, ...items.flat()]);
}

/** As much as fits, the parts of the environment last in line: `--tree` shows them too. */
function few(parts: readonly Part[], height: number): readonly Part[] {
    const short = parts.map((part) => (part.kind === "sections" ? part : most(part, limitOf(part))));
    const rest = linesOf(short.filter(({ kind }) => kind !== "sections")).length;
    return short.map((part) =>
        part.kind === "sections" ? most(part, Math.max(FEW.sections, height - rest)) : part,
    );
}

function limitOf({ kind }: Part): number {
    return kind === "violations" || kind === "notes" || kind === "pending" ? FEW[kind] : Infinity;
}

const MORE: Line = { text: "  … and more: `--html FILE` and `--json` have everything", all: "dim" };

function most(part: Part, limit: number): Part {
    if (part.items.flat().length <= limit) {
        return part;
    }
    const kept: (readonly Line[])[] = [];
    for (const item of part.items) {
        if (kept.flat().length + item.length >= limit) {
            break;
        }
        kept.push(item);
    }
    return { ...part, items: [...kept, [MORE]] };
}

function header({ settings }: Plan, width: number): Line {
    const left = `selfhost · ${settings.environment} · ${settings.region}`;
    const urls = settings.apps.map(({ route }) => route.url ?? `http://<load balancer>${route.path}`);
    const url = urls.length === 1 ? (urls[0] ?? "") : count(urls.length, "app");
    const right = cut(url, Math.max(8, width - left.length - 2));
    return { text: `${left}${right.padStart(width - left.length)}`, lead: left.length, style: "bold" };
}

function rows(
    sections: readonly Section[],
    width: number,
    words: Fullness["words"],
): readonly (readonly Line[])[] {
    const column = Math.max(12, ...sections.map(({ name }) => name.length));
    return sections.map(({ name, resources, words: said }) => {
        const lead = `  ${name.padEnd(column)}${String(resources.length).padStart(6)}   `;
        const indent = " ".repeat(lead.length);
        const texts =
            words === "all"
                ? said.flatMap((text, i) => wrapped(text, width, i === 0 ? lead : indent, indent))
                : [cut(`${lead}${said.join(" · ")}`, width)];
        const [first = lead, ...more] = texts;
        return [
            { text: first.trimEnd(), lead: 2 + name.length, style: "cyan" },
            ...more.map((text) => ({ text })),
        ];
    });
}

/** What there is, what it costs and whether it may be: in as few lines as the width takes. */
function totals(plan: Plan, width: number): readonly Line[] {
    const { cost, policy } = plan;
    const resources = sectionsOf(plan).reduce((sum, { resources: { length } }) => sum + length, 0);
    const violated =
        policy.violations.length === 0 ? "nothing violated" : `${policy.violations.length} violated`;
    const words = [
        count(resources, "resource"),
        describeCost(cost),
        `${cost.traffic.name} traffic`,
        `policy: ${violated}, ${policy.waived.length} waived`,
    ];
    const lines: string[] = [];
    for (const text of words) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + text.length + 3 <= width) {
            lines[lines.length - 1] = `${last} · ${text}`;
        } else {
            lines.push(`  ${text}`);
        }
    }
    const missing = cost.notPriced.map((type) => type.replace(/^aws:[^:]*:/, "")).join(", ");
    return [
        ...lines.flatMap((line) => wrapped(line.trimStart(), width, "  ", "  ")).map((text) => ({ text })),
        // A sum is read as everything.
        ...(missing === "" ? [] : marked("!", "yellow", `Not in that sum: ${missing}.`, width)),
    ];
}

/** What is violated stops here: what it is about, the rule's name to look up or to waive, and what mends it. */
function violations({ policy }: Plan, width: number): readonly (readonly Line[])[] {
    return policy.violations.map(({ policy: name, level, message }) => {
        const mends = RULES.find((rule) => rule.name === name)?.remediation;
        return [
            ...marked("x", "red", `${message} (${name}, ${level})`, width),
            ...(mends === undefined
                ? []
                : wrapped(mends, width, "    → ", "      ").map((text) => ({ text }))),
        ];
    });
}

function marked(sign: string, style: "yellow" | "red", text: string, width: number): readonly Line[] {
    return wrapped(text, width, `  ${sign} `, "    ").map((line, index) =>
        index === 0 ? { text: line, lead: 3, style } : { text: line },
    );
}

const COMMAND = /^(?:pulumi|npm|aws) /;

/** A command is never cut, since somebody copies it; one that is too long goes on as a shell takes it. */
function continued(command: string, width: number): readonly string[] {
    const at = command.lastIndexOf(" --", width - 2);
    const quoted = (command.slice(0, Math.max(0, at)).match(/["']/g) ?? []).length % 2 === 1;
    return command.length <= width || !COMMAND.test(command) || at < 0 || quoted
        ? [command]
        : [`${command.slice(0, at)} \\`, ...continued(command.slice(at + 1), width - 2)];
}

/** What several apps have in common is said once: `blog, wiki: …` */
function together(notes: readonly string[]): readonly string[] {
    const names = new Map<string, string[]>();
    for (const note of notes) {
        const [, name, text] = /^([a-z][a-z0-9-]*): (.*)$/s.exec(note) ?? [undefined, undefined, note];
        names.set(text, [...(names.get(text) ?? []), ...(name === undefined ? [] : [name])]);
    }
    return [...names].map(([text, owners]) => (owners.length === 0 ? text : `${owners.join(", ")}: ${text}`));
}
