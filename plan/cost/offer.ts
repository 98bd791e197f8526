/**
 * AWS's price list, as it comes: one table for each service and region, with a row for each tier of each price.
 * https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
 */
import { type Item, type ItemKey, ITEM_KEYS, ITEMS, type Listing } from "./items";
import type { PriceFile, Quote } from "./prices";

const LIST = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws";

/** The list that the page of Fargate's prices shows those of Spot from: https://aws.amazon.com/fargate/pricing/ */
export const SPOT_LIST = "https://dftu77xade0tc.cloudfront.net/fargate-spot-prices.json";

/** The services whose lists are read. */
export const OFFERS: readonly string[] = [
    ...new Set(ITEM_KEYS.flatMap((key) => ITEMS[key].listing?.offer ?? [])),
].sort();

/** As a table rather than JSON: that of EC2 has hundreds of megabytes, and a table can be read line by line. */
export function offerUrl(offer: string, region: string): string {
    return `${LIST}/${offer}/current/${region}/index.csv`;
}

export interface Offer {
    /** `20260911124425` */
    readonly version: string;
    /** `2026-09-11` */
    readonly published: string;
    /** The rows of prices on demand that an item asks for, by the names of the columns. */
    readonly rows: readonly Row[];
}

/** Column → value; names without spaces and in lower case, since services write them differently. */
export type Row = Readonly<Record<string, string>>;

/** Reads one table; keeps what `wanted` asks for. */
export async function readOffer(
    lines: AsyncIterable<string> | Iterable<string>,
    wanted: readonly Listing[],
): Promise<Offer> {
    const about = new Map<string, string>();
    let columns: readonly string[] | undefined;
    const rows: Row[] = [];
    for await (const line of lines) {
        const cells = cellsOf(line);
        if (columns === undefined) {
            about.set(cells[0] ?? "", cells[1] ?? "");
            columns = cells[0] === "SKU" ? cells.map(columnName) : undefined;
            continue;
        }
        const row = Object.fromEntries(columns.map((column, i) => [column, cells[i] ?? ""]));
        if (row.termtype === "OnDemand" && wanted.some((listing) => isListed(row, listing))) {
            rows.push(row);
        }
    }
    return {
        version: about.get("Version") ?? "",
        published: (about.get("Publication Date") ?? "").slice(0, 10),
        rows,
    };
}

function columnName(text: string): string {
    return text.replaceAll(" ", "").toLowerCase();
}

/** The cells of a line: in quotes, where a doubled quote is one. */
function cellsOf(line: string): readonly string[] {
    return [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell = ""]) => cell.replaceAll('""', '"'));
}

/** `EU-` and `EUC1-` stand before a usage type; the oldest region mostly has nothing there. */
const REGION = /^([A-Z]{2,3}[A-Z0-9]*|[a-z]{2}(-[a-z]+)+-\d)-/;

function isListed(row: Row, { usage, where = {} }: Listing): boolean {
    const type = row.usagetype ?? "";
    return (
        (type === usage || type.replace(REGION, "") === usage) &&
        Object.entries(where).every(([column, value]) => row[columnName(column)] === value)
    );
}

export interface Refreshed {
    readonly quotes: Readonly<Partial<Record<ItemKey, Quote>>>;
    /** Items that the list does not have, or has several prices for. */
    readonly problems: readonly string[];
}

/** The prices of an offer's items. */
export function quotesOf(name: string, region: string, offer: Offer): Refreshed {
    const quotes: Partial<Record<ItemKey, Quote>> = {};
    const problems: string[] = [];
    for (const key of ITEM_KEYS) {
        const item = ITEMS[key];
        if (item.listing?.offer !== name) {
            continue;
        }
        const found = amountsOf(item, item.listing, offer.rows);
        const [usd] = found;
        if (usd === undefined || found.length > 1) {
            problems.push(`${key}: ${name} in ${region} has ${found.length} prices of ${item.listing.usage}`);
            continue;
        }
        const source = `${LIST}/${name}/${offer.version}/${region}/index.json`;
        quotes[key] = { usd, source, asOf: offer.published };
    }
    return { quotes, problems };
}

/** The different prices of an item, each of the first tier that costs anything. */
function amountsOf(item: Item, listing: Listing, rows: readonly Row[]): readonly number[] {
    const tiers = new Map<string, readonly Row[]>();
    for (const row of rows.filter((one) => isListed(one, listing) && Number(one.priceperunit) > 0)) {
        const sku = row.sku ?? "";
        tiers.set(sku, [...(tiers.get(sku) ?? []), row]);
    }
    const first = [...tiers.values()].map((list) =>
        list.reduce((a, b) => (Number(b.startingrange) < Number(a.startingrange) ? b : a)),
    );
    // A price by the million is multiplied; what that adds in the sixteenth digit is not a price.
    const amounts = first.map((row) => Number((Number(row.priceperunit) * (item.per ?? 1)).toPrecision(12)));
    return [...new Set(amounts)];
}

const SPOT: Readonly<Partial<Record<string, ItemKey>>> = {
    "vCPU-Hours": "fargate.spotVcpu",
    "GB-Hours": "fargate.spotMemory",
    "ARM-vCPU-Hours": "fargate.armSpotVcpu",
    "ARM-GB-Hours": "fargate.armSpotMemory",
};

interface SpotList {
    readonly prices?: readonly {
        readonly unit?: string;
        readonly price?: { readonly USD?: string };
        readonly attributes?: Readonly<Record<string, string>>;
    }[];
}

/** Fargate Spot's prices in a region; they move, so the day matters. */
export function spotQuotes(text: string, region: string, asOf: string): Refreshed {
    const { prices = [] } = JSON.parse(text) as SpotList;
    const quotes: Partial<Record<ItemKey, Quote>> = {};
    for (const { unit, price, attributes } of prices) {
        const key = SPOT[unit ?? ""];
        if (key !== undefined && attributes?.["aws:region"] === region) {
            quotes[key] = { usd: Number(price?.USD), source: SPOT_LIST, asOf };
        }
    }
    const missing = Object.values(SPOT).filter((key) => key !== undefined && quotes[key] === undefined);
    return {
        quotes,
        problems: missing.map((key) => `${String(key)}: the list of Fargate Spot has no ${region}`),
    };
}

/** A price file with what was found in place of what it held; items in the catalogue's order. */
export function refreshed(file: PriceFile, found: readonly Refreshed[]): PriceFile {
    const all = Object.assign({}, file.prices, ...found.map(({ quotes }) => quotes)) as PriceFile["prices"];
    const sorted = ITEM_KEYS.flatMap((key) => (all[key] === undefined ? [] : [[key, all[key]] as const]));
    return { ...file, prices: Object.fromEntries(sorted) };
}
