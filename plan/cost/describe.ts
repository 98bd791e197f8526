/** A cost in words: one line for a summary, and by what it belongs to. */
import type { Group } from "../sections";
import type { Cost } from "./cost";

/** `$38.20 a month, $27.90 idle (us-east-1 prices of 2026-09)` */
export function describeCost(cost: Cost): string {
    return `${dollars(cost.monthly)} a month, ${dollars(cost.idleMonthly)} idle (${describePrices(cost)})`;
}

/** Whose prices, of when, and how many of them are another region's. */
export function describePrices({ region, pricesAsOf, borrowed }: Cost): string {
    const own = `${region} prices of ${pricesAsOf}`;
    if (borrowed === undefined) {
        return own;
    }
    return borrowed.region === region
        ? `${own}, none known of ${borrowed.for}`
        : `${own}, ${borrowed.items.length} of ${borrowed.region}`;
}

export function dollars(amount: number): string {
    return `$${amount.toFixed(2)}`;
}

export interface GroupCost {
    readonly name: string;
    readonly monthly: number;
    readonly idleMonthly: number;
}

/** The cost of each group of resources: the environment's components, then each app. */
export function costOfGroups(cost: Cost, groups: readonly Group[]): readonly GroupCost[] {
    return groups.map(({ name, resources }) => {
        const urns = new Set(resources.map(({ urn }) => urn));
        const lines = cost.lines.filter(({ urn }) => urns.has(urn));
        return {
            name,
            monthly: cents(lines.map(({ monthly }) => monthly)),
            idleMonthly: cents(lines.map(({ idleMonthly }) => idleMonthly)),
        };
    });
}

function cents(amounts: readonly number[]): number {
    return Math.round(amounts.reduce((all, amount) => all + amount, 0) * 100) / 100;
}
