/** docs/cost.md: what the shipped stacks cost, what the original cost, and what all of it rests on. */
import type { Plan } from "../plan";
import { groups, ownersOf } from "../sections";
import { staysConnected } from "./awake";
import { type Cost, cost } from "./cost";
import { costOfGroups, describePrices, dollars } from "./describe";
import { ITEM_KEYS, ITEMS } from "./items";
import { type Original, ORIGINALS, without } from "./originals";
import { FALLBACK, loadPrices, type PriceFile, readPriceFile } from "./prices";
import { FREE } from "./table";
import { describeTraffic, TRAFFIC, TRAFFIC_WORDS, type Traffic } from "./traffic";

export type Level = keyof typeof TRAFFIC;
const LEVELS: readonly Level[] = ["light", "normal", "heavy"];

/** Regions that have a file of their own prices. */
const REGIONS = [FALLBACK, "eu-west-1"];

/** A stack at the prices that everything is compared at, not those of its own region. */
export function costOfPlan({ graph, settings }: Plan, traffic: Traffic = TRAFFIC.normal): Cost {
    const awake = staysConnected(graph, settings.apps);
    return cost(graph, { prices: loadPrices(FALLBACK), traffic, awake });
}

/** An original; `network` says whether what its network needs is part of it. */
export function costOfOriginal(
    original: Original,
    network: boolean,
    traffic: Traffic = TRAFFIC.normal,
): Cost {
    const graph = network ? original.graph : without(original.graph, original.borrowedNetwork);
    return cost(graph, { prices: loadPrices(FALLBACK), traffic, awake: () => original.awake });
}

/** @param plans the shipped stacks, the smallest first; `examples` stand beside the originals */
export function costPage(plans: readonly Plan[], examples: readonly Plan[]): string {
    return [
        "# What it costs",
        "",
        `Computed from the plans, at list prices of ${FALLBACK}, in US dollars a month. Nobody has been billed for any of it yet.`,
        "*Idle* is a month without a visitor, with schedules and pauses in force. `npm run plan -- <stack>` prices your own",
        "stack in its own region; `--traffic heavy,requests=2000000` changes what it assumes, and `--json` has every line.",
        "",
        ...overview(plans),
        "",
        ...ORIGINALS.flatMap((original) => comparison(original, [...plans, ...examples])),
        ...team(examples),
        "## Where it goes",
        "",
        ...plans.flatMap(whereItGoes),
        "## What is assumed",
        "",
        "For each application and month:",
        "",
        ...trafficTable(),
        "",
        ...(plans[0] === undefined ? [] : assumptions(costOfPlan(plans[0]))),
        "## Prices",
        "",
        "Read in public records of AWS's price list and pricing pages, each with its source and date; `npm run prices -- <region>`",
        "replaces those that the price list has with what it says that day. Where a region has none, that of",
        `${FALLBACK} stands in, and the plan says so.`,
        "",
        ...prices(),
        "",
        "Free, according to AWS:",
        "",
        ...freeTypes(),
        "",
    ].join("\n");
}

function overview(plans: readonly Plan[]): readonly string[] {
    const row = (name: string, of: (traffic: Traffic) => Cost): readonly string[] => [
        name,
        dollars(of(TRAFFIC.normal).idleMonthly),
        ...LEVELS.map((level) => dollars(of(TRAFFIC[level]).monthly)),
    ];
    const ours = plans.map((plan) => row(plan.settings.environment, (traffic) => costOfPlan(plan, traffic)));
    const theirs = ORIGINALS.map((original) =>
        row(`original: ${original.name}`, (traffic) => costOfOriginal(original, true, traffic)),
    );
    return table(["", "idle, with normal data", ...LEVELS], [...ours, ...theirs]);
}

function comparison(original: Original, plans: readonly Plan[]): readonly string[] {
    const whole = costOfOriginal(original, true).idleMonthly;
    const alone = costOfOriginal(original, false).idleMonthly;
    const borrowed = whole > alone;
    const shares = oursOf(original, plans).map((plan) => {
        const idle = costOfPlan(plan).idleMonthly;
        const other = borrowed ? ` (${percent(idle / alone)})` : "";
        return `${plan.settings.environment} ${percent(idle / whole)}${other}`;
    });
    const brackets = borrowed
        ? `, and in brackets of the original without the ${dollars(whole - alone)} that its way out of the network costs`
        : "";
    return [
        `## ${original.name}, the original`,
        "",
        `Idle, in parts of the original${brackets}: ${shares.join(", ")}.`,
        "",
        "Assumed of it:",
        "",
        ...original.assumptions.map((text) => `- ${text}`),
        "",
    ];
}

/** The plans that do the work of an original. */
function oursOf({ ours }: Original, plans: readonly Plan[]): readonly Plan[] {
    return ours.map((name) => planNamed(name, plans));
}

function planNamed(name: string, plans: readonly Plan[]): Plan {
    const plan = plans.find(({ settings }) => settings.environment === name);
    if (plan === undefined) {
        throw new Error(`There is no plan of ${name} to compare.`);
    }
    return plan;
}

/** The originals whose applications are all in one environment of ours. */
const TOGETHER = ["bookstack", "backstage"];

function team(examples: readonly Plan[]): readonly string[] {
    const { idleMonthly } = costOfPlan(planNamed("team", examples));
    const originals = ORIGINALS.filter(({ preset }) => TOGETHER.includes(preset));
    const theirs = originals.map((original) => costOfOriginal(original, true).idleMonthly);
    const sum = theirs.reduce((all, one) => all + one, 0);
    return [
        "## Eight applications in one environment",
        "",
        `[team.yaml](../examples/team.yaml) idles at ${dollars(idleMonthly)}: eight applications of all presets behind one load balancer, with two`,
        `shared databases that pause, tasks on Fargate Spot in office hours, and no NAT. The originals of BookStack and Backstage`,
        `alone idle at ${dollars(sum)} together (${theirs.map(dollars).join(" and ")}).`,
        "",
    ];
}

/** README's table: what each profile costs, and each original beside what does its work here. */
export function costTable(plans: readonly Plan[], examples: readonly Plan[]): string {
    const all = [...plans, ...examples];
    const ours = (plan: Plan): readonly string[] => {
        const { monthly, idleMonthly } = costOfPlan(plan);
        return [dollars(idleMonthly), dollars(monthly)];
    };
    const rows = ORIGINALS.flatMap((original) => {
        const { monthly, idleMonthly } = costOfOriginal(original, true);
        return [
            [`**${original.name}**, the original`, dollars(idleMonthly), dollars(monthly)],
            ...oursOf(original, all).map((plan) => [labelOf(plan), ...ours(plan)]),
        ];
    });
    const team = ["**Eight applications**, here: team, profile dev", ...ours(planNamed("team", examples))];
    return table(["", "without a visitor", "normal traffic"], [...rows, team]).join("\n");
}

/** An example is as safe as its profile, whatever the original was. */
function labelOf({ settings: { environment, profile } }: Plan): string {
    return `here: ${environment}${environment === profile ? "" : `, profile ${profile}`}`;
}

function percent(share: number): string {
    return `${Math.round(share * 100)} %`;
}

function whereItGoes(plan: Plan): readonly string[] {
    const all = costOfPlan(plan);
    const parts = costOfGroups(all, groups(plan.graph, ownersOf(plan.settings)));
    const dear = byItem(all).slice(0, 5);
    const rows = parts
        .filter(({ monthly }) => monthly > 0)
        .map(({ name, monthly, idleMonthly }) => [name, dollars(monthly), dollars(idleMonthly)]);
    return [
        `### ${plan.settings.environment} (${describePrices(all)})`,
        "",
        ...table(["", "normal", "idle"], rows),
        "",
        `Most of it: ${dear.map(([item, monthly]) => `${item} ${dollars(monthly)}`).join(", ")}.`,
        ...(all.notPriced.length === 0 ? [] : ["", `Not priced: ${all.notPriced.join(", ")}.`]),
        "",
    ];
}

/** What each item costs in all, the dearest first. */
function byItem({ lines }: Cost): readonly (readonly [string, number])[] {
    const sums = new Map<string, number>();
    for (const { item, monthly } of lines) {
        sums.set(item, (sums.get(item) ?? 0) + monthly);
    }
    return [...sums].sort(([, a], [, b]) => b - a);
}

function assumptions({ assumptions: said, traffic }: Cost): readonly string[] {
    const general = said.filter((text) => !describeTraffic(traffic).includes(text));
    return ["For everything:", "", ...general.map((text) => `- ${text}`), ""];
}

function trafficTable(): readonly string[] {
    const rows = Object.entries(TRAFFIC_WORDS).map(([key, words]) => [
        `\`${key}\``,
        words,
        ...LEVELS.map((level) => TRAFFIC[level][key as keyof typeof TRAFFIC_WORDS].toLocaleString("en")),
    ]);
    return table(["", "", ...LEVELS], rows);
}

function prices(): readonly string[] {
    const files = REGIONS.map(readPriceFile).filter((file) => file !== undefined);
    const rows = ITEM_KEYS.map((key) => [
        ITEMS[key].name,
        ITEMS[key].unit,
        ...files.map((file) => priceCell(file, key)),
    ]);
    return table(["", "per", ...files.map(({ region }) => region)], rows);
}

function priceCell({ prices: known }: PriceFile, key: (typeof ITEM_KEYS)[number]): string {
    const quote = known[key];
    return quote === undefined ? "–" : `[$${String(quote.usd)}](${quote.source}) ${quote.asOf}`;
}

function freeTypes(): readonly string[] {
    const bySource = new Map<string, string[]>();
    for (const [type, { source }] of Object.entries(FREE)) {
        bySource.set(source, [...(bySource.get(source) ?? []), type.replace(/^\w+:(\w+)[^:]*:/, "$1/")]);
    }
    return [...bySource].map(([source, types]) => `- ${types.join(", ")}: <${source}>`);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
    return [line(head), line(head.map((name) => (name === "" ? "---" : "---:"))), ...rows.map(line)];
}
