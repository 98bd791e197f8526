/**
 * Writes plan/prices/<region>.json anew from AWS's price list: `npm run prices -- us-east-1 eu-west-1`. Needs the internet,
 * no AWS account. Items that are on a web page only keep the price they have; those are named.
 */
import { writeFileSync } from "node:fs";
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
import { FALLBACK, type PriceFile, priceFilePath, readPriceFile } from "../plan/cost/prices";

async function get(url: string): Promise<Response> {
    const response = await fetch(url);
    if (!response.ok) {
        throw new Error(`${url} answered ${response.status}`);
    }
    return response;
}

async function offerOf(name: string, region: string): Promise<Refreshed> {
    const { body } = await get(offerUrl(name, region));
    if (body === null) {
        throw new Error(`${offerUrl(name, region)} answered nothing`);
    }
    const input = Readable.fromWeb(body);
    const wanted = ITEM_KEYS.flatMap((key) => ITEMS[key].listing ?? []).filter(({ offer }) => offer === name);
    return quotesOf(name, region, await readOffer(createInterface({ input }), wanted));
}

/** Returns what could not be found. */
async function refresh(region: string): Promise<readonly string[]> {
    const before: PriceFile = readPriceFile(region) ?? { region, currency: "USD", prices: {} };
    const today = new Date().toISOString().slice(0, 10);
    const found = [spotQuotes(await (await get(SPOT_LIST)).text(), region, today)];
    for (const name of OFFERS) {
        found.push(await offerOf(name, region));
    }
    const after = refreshed(before, found);
    writeFileSync(priceFilePath(region), `${JSON.stringify(after, null, 4)}\n`);
    for (const key of ITEM_KEYS) {
        const [old, now] = [before.prices[key], after.prices[key]];
        if (now !== undefined && old?.usd !== now.usd) {
            console.log(`${region} ${key}: ${String(old?.usd ?? "unknown")} → ${String(now.usd)}`);
        } else if (now !== undefined && ITEMS[key].listing === undefined && now.source !== SPOT_LIST) {
            console.log(`${region} ${key}: ${String(now.usd)} kept from ${now.asOf}; look at ${now.source}`);
        }
    }
    return found.flatMap(({ problems }) => problems);
}

async function main(regions: readonly string[]): Promise<void> {
    for (const region of regions.length === 0 ? [FALLBACK] : regions) {
        const problems = await refresh(region);
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
