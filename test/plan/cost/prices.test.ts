import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { ITEM_KEYS, ITEMS } from "../../../plan/cost/items";
import {
    loadPrices,
    parsePriceFile,
    priceFilePath,
    pricesFor,
    type PriceFile,
} from "../../../plan/cost/prices";
import { FREE, PRICED } from "../../../plan/cost/table";

const FILES = readdirSync(dirname(priceFilePath("us-east-1")));

describe("price files", () => {
    for (const name of FILES) {
        const text = readFileSync(priceFilePath(name.replace(/\.json$/, "")), "utf8");
        const file = parsePriceFile(text);

        it(`${name}: every price has a page of AWS and a date`, () => {
            const hosts = [
                "aws.amazon.com",
                "pricing.us-east-1.amazonaws.com",
                "dftu77xade0tc.cloudfront.net",
            ];
            for (const [key, { source, asOf, usd }] of Object.entries(file.prices)) {
                assert.ok(hosts.includes(new URL(source).host), `${key}: ${source}`);
                assert.ok(asOf >= "2025-10" && asOf < "2100", `${key}: ${asOf}`);
                assert.ok(usd > 0, key);
            }
        });

        it(`${name}: is named after its region, and a version of a list is that region's`, () => {
            assert.equal(`${file.region}.json`, name);
            for (const [key, { source }] of Object.entries(file.prices)) {
                const region = /\/(?:\d{14}|current)\/([a-z0-9-]+)\/index/.exec(source)?.[1];
                assert.ok(region === undefined || region === file.region, `${key}: ${source}`);
            }
        });

        it(`${name}: a list's version and the date are the same day`, () => {
            for (const [key, { source, asOf }] of Object.entries(file.prices)) {
                const day = /\/(\d{4})(\d{2})(\d{2})\d{6}\//.exec(source)?.slice(1).join("-");
                // What an older list still said on a later day is as good.
                assert.ok(day === undefined || asOf >= day, `${key}: ${source} on ${asOf}`);
            }
        });

        it(`${name}: items are in the catalogue's order`, () => {
            const keys = Object.keys(file.prices);
            assert.deepEqual(
                keys,
                ITEM_KEYS.filter((key) => keys.includes(key)),
            );
        });
    }

    it("us-east-1 has every item", () => {
        for (const key of ITEM_KEYS) {
            assert.equal(loadPrices("us-east-1").items[key].region, "us-east-1", key);
        }
    });

    it("another region has its own prices, and us-east-1's where it has none", () => {
        const { items } = loadPrices("eu-west-1");
        assert.deepEqual([items["nat.hour"].usd, items["nat.hour"].region], [0.048, "eu-west-1"]);
        assert.equal(items["efs.read"].region, "us-east-1");
        // One price for the world is everybody's own.
        assert.equal(items["dashboard.month"].region, "eu-west-1");
    });

    it("a region without a file is priced with us-east-1", () => {
        const { region, items } = loadPrices("ap-south-1");
        assert.equal(region, "ap-south-1");
        assert.equal(items["alb.hour"].region, "us-east-1");
    });

    const wrong: readonly [string, unknown, RegExp][] = [
        [
            "an unknown item",
            { "nat.day": { usd: 1, source: "https://a", asOf: "2026-01" } },
            /no item nat.day/,
        ],
        ["no source", { "nat.hour": { usd: 1, source: "", asOf: "2026-01" } }, /needs usd, a source/],
        ["no date", { "nat.hour": { usd: 1, source: "https://a", asOf: "today" } }, /needs usd, a source/],
        ["no number", { "nat.hour": { usd: "1?", source: "https://a", asOf: "2026-01" } }, /needs usd/],
    ];
    for (const [name, prices, message] of wrong) {
        it(`refuses ${name}`, () => {
            const text = JSON.stringify({ region: "r", currency: "USD", prices });
            assert.throws(() => parsePriceFile(text), message);
        });
    }

    it("refuses a fallback that lacks an item", () => {
        const empty: PriceFile = { region: "us-east-1", currency: "USD", prices: {} };
        assert.throws(() => pricesFor("eu-west-1", empty), /no region has one/);
    });
});

describe("tables of what is priced and what is free", () => {
    it("do not overlap", () => {
        assert.deepEqual(
            Object.keys(PRICED).filter((type) => type in FREE),
            [],
        );
    });

    it("name a page of AWS for everything that is free", () => {
        for (const [type, { source }] of Object.entries(FREE)) {
            assert.match(source, /^https:\/\/(docs\.)?aws\.amazon\.com\//, type);
        }
    });

    it("have an item for every line in the price list's words", () => {
        for (const key of ITEM_KEYS) {
            assert.ok(ITEMS[key].name !== "" && ITEMS[key].unit !== "", key);
        }
        assert.equal(new Set(ITEM_KEYS.map((key) => ITEMS[key].name)).size, ITEM_KEYS.length);
    });
});
