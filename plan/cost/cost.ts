/** What a month of a graph costs, and a month without a visitor. */
import type { Graph, Resource } from "../graph";
import { ACTION_MINUTES } from "./delivery";
import { type ItemKey, ITEMS } from "./items";
import type { Prices } from "./prices";
import { Reading } from "./reading";
import type { Charge, Situation, Use } from "./situation";
import { FREE, isOutsideAws, PRICED } from "./table";
import { describeTraffic, type Traffic } from "./traffic";

export interface Line {
    readonly urn: string;
    readonly item: string;
    readonly quantity: number;
    readonly unit: string;
    readonly unitPrice: number;
    readonly monthly: number;
    readonly idleMonthly: number;
}

export interface Cost {
    readonly currency: "USD";
    /** The oldest of the prices that were used: `2026-09`. */
    readonly pricesAsOf: string;
    /** The region whose prices they are. */
    readonly region: string;
    readonly monthly: number;
    /** In a month without a visitor, with schedules and pauses in force. */
    readonly idleMonthly: number;
    readonly lines: readonly Line[];
    /** Types, and parts of them in brackets, whose cost nobody here knows. */
    readonly notPriced: readonly string[];
    /** Items whose price is another region's, since this one's is not known. */
    readonly borrowed: Borrowed | undefined;
    readonly traffic: Traffic;
    readonly assumptions: readonly string[];
}

export interface Borrowed {
    /** Whose prices are not known. */
    readonly for: string;
    /** Whose are taken instead. */
    readonly region: string;
    readonly items: readonly string[];
}

export interface CostOptions {
    readonly prices: Prices;
    readonly traffic: Traffic;
    /** Does something stay connected to this database cluster for as long as tasks run? */
    readonly awake: (clusterUrn: string) => boolean;
}

export function cost(graph: Graph, options: CostOptions): Cost {
    const { prices, traffic, awake } = options;
    const situation: Situation = { reading: new Reading(graph), traffic, awake };
    const charged = graph.resources.filter(isCharged).map((resource) => ({
        resource,
        charges: chargesOf(resource, situation),
    }));
    const used = charged.flatMap(({ resource: { urn }, charges }) =>
        charges.filter(isUse).map((use) => ({ urn, use })),
    );
    const lines = used.filter(({ use }) => use.quantity > 0).map(({ urn, use }) => line(urn, use, prices));
    const keys = [...new Set(used.filter(({ use }) => use.quantity > 0).map(({ use }) => use.item))];
    return {
        currency: prices.currency,
        pricesAsOf: oldest(keys, prices),
        ...priceRegion(keys, prices),
        monthly: cents(lines.map(({ monthly }) => monthly)),
        idleMonthly: cents(lines.map(({ idleMonthly }) => idleMonthly)),
        lines,
        notPriced: notPriced(charged),
        traffic,
        assumptions: [...describeTraffic(traffic), ...LEFT_OUT],
    };
}

/** What every figure leaves out. */
const LEFT_OUT = [
    "a month of 730 hours, at list prices: no free tier, no savings plan, no tax, no support",
    "left out as cents: requests to KMS and Secrets Manager, data between zones, the second set of tasks during a deployment, a key's later rotations, what Container Insights writes to logs, messages of topics, events and schedules",
    `a pipeline runs once for each deployment, and each of its actions takes ${ACTION_MINUTES} minutes, but for approvals`,
];

function isCharged({ custom, remote, type }: Resource): boolean {
    return (custom || remote) && !isOutsideAws(type);
}

function chargesOf(resource: Resource, situation: Situation): readonly Charge[] {
    const pricer = PRICED[resource.type];
    if (pricer !== undefined) {
        return pricer(resource, situation);
    }
    const free = FREE[resource.type];
    return free === undefined || free.when?.(resource) === false ? [{ unpriced: "" }] : [];
}

function isUse(charge: Charge): charge is Use {
    return "item" in charge;
}

function line(urn: string, { item, quantity, idle }: Use, prices: Prices): Line {
    const { usd } = prices.items[item];
    const { name, unit } = ITEMS[item];
    return {
        urn,
        item: name,
        quantity: rounded(quantity),
        unit,
        unitPrice: usd,
        monthly: rounded(quantity * usd),
        idleMonthly: rounded(idle * usd),
    };
}

/** Enough digits for a price by the million. */
function rounded(number: number): number {
    return Math.round(number * 1e6) / 1e6;
}

function cents(amounts: readonly number[]): number {
    return Math.round(amounts.reduce((all, amount) => all + amount, 0) * 100) / 100;
}

function oldest(keys: readonly ItemKey[], prices: Prices): string {
    const months = keys.map((key) => prices.items[key].asOf.slice(0, 7));
    return months.sort()[0] ?? "";
}

/** The region of most prices used, and what had to come from another. */
function priceRegion(keys: readonly ItemKey[], prices: Prices): Pick<Cost, "region" | "borrowed"> {
    const others = keys.filter((key) => prices.items[key].region !== prices.region);
    const [first] = others;
    if (first === undefined) {
        return { region: prices.region, borrowed: undefined };
    }
    const { region } = prices.items[first];
    const none = others.length === keys.filter((key) => ITEMS[key].global !== true).length;
    return {
        region: none ? region : prices.region,
        borrowed: { for: prices.region, region, items: others.map((key) => ITEMS[key].name) },
    };
}

interface Charged {
    readonly resource: Resource;
    readonly charges: readonly Charge[];
}

function notPriced(charged: readonly Charged[]): readonly string[] {
    const names = charged.flatMap(({ resource: { type }, charges }) =>
        charges.flatMap((charge) =>
            isUse(charge) ? [] : [charge.unpriced === "" ? type : `${type} (${charge.unpriced})`],
        ),
    );
    return [...new Set(names)].sort();
}
