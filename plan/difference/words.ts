/** The words that the terminal's and the pull request's difference share. */
import type { Json } from "../graph";
import { mapTexts } from "./match";
import type { Change, CostDifference, DataLoss, Entry, PropertyChange } from "./model";
import { readable } from "./references";

export const SIGNS = { added: "+", removed: "-", replaced: "±", changed: "~" } as const;

/** `Vpc` for `aws:ec2/vpc:Vpc`. */
export function kind({ type }: Pick<Entry, "type">): string {
    return type.startsWith("pulumi:providers:") ? "Provider" : type.slice(type.lastIndexOf(":") + 1);
}

/** `bookstack-service` for its URN. */
export function nameIn(urn: string): string {
    return urn.slice(urn.lastIndexOf("::") + 2);
}

/** `cidrBlock: 10.30.0.0/16 → 10.40.0.0/16` */
function describe(change: PropertyChange, limit: number): string {
    const { path, before, after, contents, rewritten } = change;
    if (contents !== undefined) {
        return `${path}: ${contents} has other contents`;
    }
    if (rewritten) {
        return `${path}: the same in another order or spelling`;
    }
    return `${path}: ${value(before, limit)} → ${value(after, limit)}`;
}

/** A value in one line of so many characters. */
export function value(json: Json | undefined, limit: number): string {
    if (json === undefined) {
        return "(none)";
    }
    const plain = mapTexts(json, readable);
    const text = typeof plain === "string" ? plain : JSON.stringify(plain);
    const line = text.replaceAll(/\s+/g, " ");
    return line.length > limit ? `${line.slice(0, Math.max(1, limit - 1))}…` : line === "" ? '""' : line;
}

/**
 * What changes in a resource, a text for each property: its own changes before what follows from others, which goes
 * without saying where the resource is replaced anyway.
 */
export function details(changes: readonly PropertyChange[], limit = Infinity): readonly string[] {
    const own = changes.filter(({ because }) => because === undefined);
    const shown = own.some(({ replaces }) => replaces)
        ? own
        : [...own, ...changes.filter(({ because }) => because)];
    const sorted = [...shown].sort((a, b) => rank(a) - rank(b));
    return [...new Set(sorted.map((change) => text(change, sorted, limit)))];
}

function text(change: PropertyChange, changes: readonly PropertyChange[], limit: number): string {
    if (change.because !== undefined) {
        return replacedText(change.path, changes);
    }
    return isElement(change) ? elements(change, changes, limit) : describe(change, limit);
}

/** `subnets: network-private-a, network-private-b are replaced` */
function replacedText(path: string, changes: readonly PropertyChange[]): string {
    const causes = changes.flatMap(({ path: other, because }) =>
        other === path && because !== undefined ? [nameIn(because)] : [],
    );
    return `${path.replace(/\[\]$/, "")}: ${causes.join(", ")} ${causes.length === 1 ? "is" : "are"} replaced`;
}

function rank({ because, replaces }: PropertyChange): number {
    return (because === undefined ? 0 : 2) + (replaces ? 0 : 1);
}

/** Of a list: it has the element or has it not. */
function isElement({ path, because }: PropertyChange): boolean {
    return path.endsWith("[]") && because === undefined;
}

/** `subnets: - network-private-a.id, + network-public-a.id` for all elements of the same list. */
function elements({ path }: PropertyChange, changes: readonly PropertyChange[], limit: number): string {
    const same = changes.filter((change) => change.path === path && isElement(change));
    const texts = same.map(({ before, after }) =>
        before === undefined ? `+ ${value(after, limit)}` : `- ${value(before, limit)}`,
    );
    return `${path.slice(0, -2)}: ${texts.join(", ")}`;
}

/** Whether everything about it follows from the replacement of another resource. */
export function follows({ properties }: Change): boolean {
    return properties.every(({ because }) => because !== undefined);
}

export function lossText({ name, holds, how, outcome, said }: DataLoss): string {
    const verdict = { lost: "lost", recoverable: "gone, but", refused: "", kept: "" }[outcome];
    return [`${name} is ${how}, and with it ${holds}`, [verdict, said.join("; ")].filter(Boolean).join(" ")]
        .filter(Boolean)
        .join(": ");
}

export function money(amount: number, currency: string): string {
    const figure = amount.toFixed(2);
    return currency === "USD" ? `$${figure}` : `${figure} ${currency}`;
}

/** `$120.10 → $131.20 a month (+$11.10), idle $60.00 → $60.00` */
export function costText({ currency, monthly, idleMonthly }: CostDifference): string {
    const { before, after, change } = monthly;
    const sign = change < 0 ? "-" : "+";
    const idle = `idle ${money(idleMonthly.before, currency)} → ${money(idleMonthly.after, currency)}`;
    return `${money(before, currency)} → ${money(after, currency)} a month (${sign}${money(Math.abs(change), currency)}), ${idle}`;
}

export function count(number: number, noun: string): string {
    return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
