/**
 * Writes plan/prices/<region>.json anew from AWS's price list: `npm run prices -- us-east-1 eu-west-1`. Needs the internet,
 * no AWS account. Items that are on a web page only keep the price they have; those are named.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { ITEM_KEYS, ITEMS } from "../plan/cost/items";
import {
    OFFERS,
    offerUrl,
    quotesOf,
    readOffer,
    type Refreshed,
    refreshed,
    SPOT_LIST,
    spotQuotes,
} from "../plan/cost/offer";
import { FALLBACK, parsePriceFile, type PriceFile, priceFilePath } from "../plan/cost/prices";

/** What the command is given by the world. */
export interface Outside {
    readonly fetch: (url: string) => Promise<Response>;
    /** The file of a region. */
    readonly pathOf: (region: string) => string;
    /** `2026-09-28` */
    readonly today: string;
    readonly say: (line: string) => void;
}

async function get(url: string, { fetch }: Outside): Promise<Response> {
    const response = await fetch(url);
    if (!response.ok) {
        throw new Error(`${url} answered ${response.status}`);
    }
    return response;
}

async function offerOf(name: string, region: string, outside: Outside): Promise<Refreshed> {
    const { body } = await get(offerUrl(name, region), outside);
    if (body === null) {
        throw new Error(`${offerUrl(name, region)} answered nothing`);
    }
    const input = Readable.fromWeb(body);
    const wanted = ITEM_KEYS.flatMap((key) => ITEMS[key].listing ?? []).filter(({ offer }) => offer === name);
    return quotesOf(name, region, await readOffer(createInterface({ input }), wanted));
}

/** Returns what could not be found. Writes when everything has been read, or nothing. */
export async function refresh(region: string, outside: Outside): Promise<readonly string[]> {
    const path = outside.pathOf(region);
    const before: PriceFile = existsSync(path)
        ? parsePriceFile(readFileSync(path, "utf8"))
        : { region, currency: "USD", prices: {} };
    const spot = await get(SPOT_LIST, outside);
    const found = [spotQuotes(await spot.text(), region, outside.today)];
    for (const name of OFFERS) {
        found.push(await offerOf(name, region, outside));
    }
    const after = refreshed(before, found);
    // As Prettier writes it.
    writeFileSync(path, `${JSON.stringify(after, null, 2)}\n`);
    for (const key of ITEM_KEYS) {
        const [old, now] = [before.prices[key], after.prices[key]];
        if (now !== undefined && old?.usd !== now.usd) {
            outside.say(`${region} ${key}: ${String(old?.usd ?? "unknown")} → ${String(now.usd)}`);
        } else if (now !== undefined && ITEMS[key].listing === undefined && now.source !== SPOT_LIST) {
            outside.say(`${region} ${key}: ${String(now.usd)} kept from ${now.asOf}; look at ${now.source}`);
        }
    }
    return found.flatMap(({ problems }) => problems);
}

async function main(regions: readonly string[]): Promise<void> {
    for (const region of regions.length === 0 ? [FALLBACK] : regions) {
        const problems = await refresh(region, {
            fetch,
            pathOf: priceFilePath,
            today: new Date().toISOString().slice(0, 10),
            say: (line) => {
                console.log(line);
            },
        });
        problems.forEach((problem) => {
            console.error(problem);
        });
        process.exitCode = problems.length > 0 ? 1 : process.exitCode;
    }
}

if (require.main === module) {
    main(process.argv.slice(2)).catch((error: unknown) => {
        const { message, cause } = error instanceof Error ? error : new Error(String(error));
        console.error(cause instanceof Error ? `${message}: ${cause.message}` : message);
        process.exitCode = 1;
    });
}
