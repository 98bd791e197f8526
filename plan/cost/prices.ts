/** Prices: what each item costs in a region, who says so, and when it was true. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isItemKey, ITEM_KEYS, type ItemKey, ITEMS } from "./items";

/** One price, as a file holds it. */
export interface Quote {
    readonly usd: number;
    /** The page or list of AWS that has it. */
    readonly source: string;
    /** The day on which it was so, or the month where only that is known: `2026-09-11`, `2026-06`. */
    readonly asOf: string;
}

/** A file of `plan/prices/`. */
export interface PriceFile {
    readonly region: string;
    readonly currency: "USD";
    readonly prices: Readonly<Partial<Record<ItemKey, Quote>>>;
}

export interface Price extends Quote {
    readonly region: string;
}

/** A price for every item: the region's own where it is known, otherwise that of `FALLBACK`. */
export interface Prices {
    /** The region that is priced. */
    readonly region: string;
    readonly currency: "USD";
    readonly items: Readonly<Record<ItemKey, Price>>;
}

/** The region of which every price is known. */
export const FALLBACK = "us-east-1";

const FOLDER = join(__dirname, "..", "prices");

/** The prices of a region, from its file and the fallback's. */
export function loadPrices(region: string): Prices {
    const fallback = readPriceFile(FALLBACK);
    if (fallback === undefined) {
        throw new Error(`There are no prices of ${FALLBACK}, which stand in for every other region.`);
    }
    return pricesFor(region, fallback, readPriceFile(region));
}

export function priceFilePath(region: string): string {
    return join(FOLDER, `${region}.json`);
}

export function readPriceFile(region: string): PriceFile | undefined {
    const path = priceFilePath(region);
    return existsSync(path) ? parsePriceFile(readFileSync(path, "utf8")) : undefined;
}

/** Throws where the file names an item that nobody charges for, or a price without its source and date. */
export function parsePriceFile(text: string): PriceFile {
    const file = JSON.parse(text) as PriceFile;
    for (const [key, quote] of Object.entries(file.prices)) {
        if (!isItemKey(key)) {
            throw new Error(`Prices of ${file.region}: there is no item ${key}.`);
        }
        if (
            !(quote.usd >= 0) ||
            !quote.source.startsWith("https://") ||
            !/^\d{4}-\d{2}(-\d{2})?$/.test(quote.asOf)
        ) {
            throw new Error(`Prices of ${file.region}: ${key} needs usd, a source and when it was so.`);
        }
    }
    return file;
}

export function pricesFor(region: string, fallback: PriceFile, own?: PriceFile): Prices {
    const items = ITEM_KEYS.map((key): [ItemKey, Price] => [key, priceOf(key, region, fallback, own)]);
    return { region, currency: "USD", items: Object.fromEntries(items) as Record<ItemKey, Price> };
}

function priceOf(key: ItemKey, region: string, fallback: PriceFile, own?: PriceFile): Price {
    const known = own?.prices[key];
    if (known !== undefined) {
        return { ...known, region };
    }
    const borrowed = fallback.prices[key];
    if (borrowed === undefined) {
        throw new Error(`${fallback.region} has no price of ${key}, so no region has one.`);
    }
    return { ...borrowed, region: ITEMS[key].global === true ? region : fallback.region };
}
