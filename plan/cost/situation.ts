/** What a price needs to know beside the resource itself. */
import type { Resource } from "../graph";
import type { ItemKey } from "./items";
import type { Reading } from "./reading";
import type { Traffic } from "./traffic";

export interface Situation {
    readonly reading: Reading;
    readonly traffic: Traffic;
    /** Does something stay connected to this database cluster for as long as tasks run? */
    readonly awake: (clusterUrn: string) => boolean;
}

/** So much of an item in a month, and so much in a month without a visitor. */
export interface Use {
    readonly item: ItemKey;
    readonly quantity: number;
    readonly idle: number;
}

/** A part of the resource that AWS charges for and nobody here knows the price of. */
export interface Unpriced {
    readonly unpriced: string;
}

export type Charge = Use | Unpriced;

/** What AWS charges for one resource. */
export type Pricer = (resource: Resource, situation: Situation) => readonly Charge[];

/** As much without a visitor as with them. */
export function always(item: ItemKey, quantity: number): Use {
    return { item, quantity, idle: quantity };
}

/** Nothing without a visitor. */
export function whenUsed(item: ItemKey, quantity: number): Use {
    return { item, quantity, idle: 0 };
}
