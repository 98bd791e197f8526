/** Reading AWS's price list: rows of Ireland's lists of September 2026, with those beside them that must not be taken. */
import assert from "node:assert/strict";
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as prettier from "prettier";
import { ITEM_KEYS, ITEMS } from "../../../plan/cost/items";
import {
    OFFERS,
    offerUrl,
    quotesOf,
    readOffer,
    refreshed,
    SPOT_LIST,
    spotQuotes,
} from "../../../plan/cost/offer";
import type { Refreshed } from "../../../plan/cost/offer";
import { parsePriceFile, priceFilePath, readPriceFile } from "../../../plan/cost/prices";
import { type Outside, refresh } from "../../../scripts/prices";

const REGION = "eu-west-1";

interface Row {
    readonly sku: string;
    readonly usage: string;
    readonly price: string;
    readonly operation?: string;
    readonly term?: string;
    readonly from?: string;
    readonly engine?: string;
    readonly description?: string;
}

/** A list as AWS writes it: five lines about it, the columns, the rows. */
function list(offer: string, version: string, rows: readonly Row[]): readonly string[] {
    const day = `${version.slice(0, 4)}-${version.slice(4, 6)}-${version.slice(6, 8)}`;
    return [
        `"FormatVersion","v1.0"`,
        `"Disclaimer","This pricing list is for informational purposes only. All prices are subject to the additional terms"`,
        `"Publication Date","${day}T12:44:25Z"`,
        `"Version","${version}"`,
        `"OfferCode","${offer}"`,
        `"SKU","TermType","PriceDescription","StartingRange","EndingRange","Unit","PricePerUnit","Currency","Database Engine","usageType","operation","Region Code"`,
        ...rows.map(({ sku, usage, price, operation, term, from, engine, description }) =>
            [
                sku,
                term ?? "OnDemand",
                description ?? "a price, of something",
                from ?? "0",
                "Inf",
                "Hrs",
                price,
                "USD",
                engine ?? "",
                usage,
                operation ?? "",
                REGION,
            ]
                .map((cell) => `"${cell.replaceAll('"', '""')}"`)
                .join(","),
        ),
    ];
}

async function quotes(offer: string, version: string, rows: readonly Row[]): Promise<Refreshed> {
    const wanted = ITEM_KEYS.flatMap((key) => ITEMS[key].listing ?? []).filter((one) => one.offer === offer);
    return quotesOf(offer, REGION, await readOffer(list(offer, version, rows), wanted));
}

const ECS: readonly Row[] = [
    { sku: "K4EXFQ5YFQCP98EN", usage: "EU-Fargate-vCPU-Hours:perCPU", price: "0.0404800000" },
    { sku: "UP5ETC3QSW2QZGEY", usage: "EU-Fargate-GB-Hours", price: "0.0044450000" },
    { sku: "KXC9CEUQGJQPNZPY", usage: "EU-Fargate-ARM-vCPU-Hours:perCPU", price: "0.0323800000" },
    { sku: "MGJ5EB5GSHR8QZDF", usage: "EU-Fargate-ARM-GB-Hours", price: "0.0035600000" },
    { sku: "WINDOWS", usage: "EU-Fargate-Windows-GB-Hours", price: "0.0100000000" },
    { sku: "DISK", usage: "EU-Fargate-EphemeralStorage-GB-Hours", price: "0.0001220000" },
];
const APPLICATION = "LoadBalancing:Application";
const ELB: readonly Row[] = [
    { sku: "T29JAP5UEZ7HXAM7", usage: "EU-LoadBalancerUsage", price: "0.0252000000", operation: APPLICATION },
    { sku: "YE8QE7GMG9794PDX", usage: "EU-LCUUsage", price: "0.0080000000", operation: APPLICATION },
    { sku: "CLASSIC", usage: "EU-LoadBalancerUsage", price: "0.0280000000", operation: "LoadBalancing" },
    { sku: "OUTPOST", usage: "EU-Outposts-LCUUsage", price: "0.0000000000", operation: APPLICATION },
    { sku: "RESERVED", usage: "EU-ReservedLCUUsage", price: "0.0080000000", operation: APPLICATION },
    { sku: "TRUST", usage: "EU-TS-LoadBalancerUsage", price: "0.0056000000", operation: APPLICATION },
];

describe("AWS's price list", () => {
    it("has each price with the version and the day of its list", async () => {
        const { quotes: found, problems } = await quotes("AmazonECS", "20260911124425", ECS);
        assert.deepEqual(problems, []);
        assert.deepEqual(found["fargate.armVcpu"], {
            usd: 0.03238,
            source: "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonECS/20260911124425/eu-west-1/index.json",
            asOf: "2026-09-11",
        });
        // The same that the recorded file says.
        const recorded = readPriceFile(REGION)?.prices;
        for (const key of [
            "fargate.vcpu",
            "fargate.memory",
            "fargate.armVcpu",
            "fargate.armMemory",
        ] as const) {
            assert.deepEqual(found[key], recorded?.[key]);
        }
    });

    it("is not misled by load balancers of other kinds", async () => {
        const { quotes: found, problems } = await quotes("AWSELB", "20260911124544", ELB);
        assert.deepEqual(problems, []);
        assert.deepEqual([found["alb.hour"]?.usd, found["alb.lcu"]?.usd], [0.0252, 0.008]);
    });

    it("tells a regional NAT gateway from the others", async () => {
        const { quotes: found } = await quotes("AmazonEC2", "20260925174521", [
            { sku: "A", usage: "EU-NatGateway-Hours", price: "0.048" },
            { sku: "B", usage: "EU-NatGateway-Bytes", price: "0.048" },
            { sku: "C", usage: "EU-RegionalNatGateway-Hours", price: "0.049" },
            { sku: "D", usage: "EU-NatGateway-Prvd-Gbps", price: "1.164" },
        ]);
        assert.deepEqual([found["nat.hour"]?.usd, found["natRegional.hour"]?.usd], [0.048, 0.049]);
    });

    it("reads usage types of the oldest region, which have nothing before them", async () => {
        const { quotes: found } = await quotes("AmazonEC2", "20260925174521", [
            { sku: "A", usage: "NatGateway-Hours", price: "0.045" },
            { sku: "B", usage: "USE1-NatGateway-Bytes", price: "0.045" },
            { sku: "C", usage: "RegionalNatGateway-Hours", price: "0.045" },
        ]);
        assert.deepEqual([found["nat.hour"]?.usd, found["nat.gb"]?.usd], [0.045, 0.045]);
    });

    it("prices by the million what AWS prices by one, and takes the first tier that costs anything", async () => {
        const { quotes: found } = await quotes("AWSLambda", "20261001184746", [
            { sku: "FREE", usage: "EU-Request", price: "0.0000000000", from: "0" },
            { sku: "B5V2RNHAWGVJBZD3", usage: "EU-Request", price: "0.0000002000" },
            { sku: "TIME", usage: "EU-Lambda-GB-Second", price: "0.0000150000", from: "6000000000" },
            { sku: "TIME", usage: "EU-Lambda-GB-Second", price: "0.0000166667", from: "0" },
            { sku: "ARM", usage: "EU-Lambda-GB-Second-ARM", price: "0.0000133334" },
        ]);
        assert.deepEqual(
            [found["lambda.request"]?.usd, found["lambda.time"]?.usd, found["lambda.armTime"]?.usd],
            [0.2, 0.0000166667, 0.0000133334],
        );
    });

    it("leaves reservations and other engines alone", async () => {
        const mysql = { engine: "Aurora MySQL" };
        const { quotes: found } = await quotes("AmazonRDS", "20260806022930", [
            { sku: "A", usage: "EU-Aurora:ServerlessV2Usage", price: "0.09", ...mysql, term: "Reserved" },
            { sku: "A", usage: "EU-Aurora:ServerlessV2Usage", price: "0.14", ...mysql },
            { sku: "B", usage: "EU-Aurora:ServerlessV2Usage", price: "0.15", engine: "Aurora PostgreSQL" },
            { sku: "C", usage: "EU-Aurora:ServerlessV2IOOptimizedUsage", price: "0.18", ...mysql },
        ]);
        assert.equal(found["aurora.acu"]?.usd, 0.14);
    });

    it("says what is missing, and what has two prices; both keep what is recorded", async () => {
        const { quotes: found, problems } = await quotes("AWSELB", "20260911124544", [
            ...ELB.slice(0, 1),
            { sku: "SECOND", usage: "EU-LoadBalancerUsage", price: "0.03", operation: APPLICATION },
        ]);
        assert.deepEqual(found, {});
        assert.deepEqual(problems, [
            "alb.hour: AWSELB in eu-west-1 has 2 prices of LoadBalancerUsage",
            "alb.lcu: AWSELB in eu-west-1 has 0 prices of LCUUsage",
        ]);
    });

    it("takes two products of one price for one", async () => {
        const { quotes: found } = await quotes("AmazonECR", "20260911124425", [
            { sku: "A", usage: "EU-TimedStorage-ByteHrs", price: "0.1000000000" },
            { sku: "B", usage: "EU-TimedStorage-ByteHrs", price: "0.1" },
        ]);
        assert.equal(found["ecr.storage"]?.usd, 0.1);
    });

    it("reads cells with commas and quotes in them", async () => {
        const description = 'a "price", of something';
        const { quotes: found } = await quotes("AmazonECR", "20260911124425", [
            { sku: "A", usage: "EU-TimedStorage-ByteHrs", price: "0.1", description },
        ]);
        assert.equal(found["ecr.storage"]?.usd, 0.1);
    });

    it("is fetched for every service that has an item", () => {
        assert.ok(OFFERS.length > 10 && OFFERS.includes("AmazonEC2"));
        assert.equal(
            offerUrl("AmazonECS", REGION),
            "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonECS/current/eu-west-1/index.csv",
        );
    });
});

const SPOT_TEXT = JSON.stringify({
    prices: [
        ["vCPU-Hours", "0.01224056", REGION],
        ["GB-Hours", "0.0013441", REGION],
        ["ARM-vCPU-Hours", "0.00979124", REGION],
        ["ARM-GB-Hours", "0.00107649", REGION],
        ["vCPU-Hours", "0.01288871", "us-east-1"],
    ].map(([unit, USD, region]) => ({ unit, price: { USD }, attributes: { "aws:region": region } })),
});

describe("the list of Fargate Spot", () => {
    it("has the region's prices of that day", () => {
        const { quotes: found, problems } = spotQuotes(SPOT_TEXT, REGION, "2026-09-28");
        assert.deepEqual(problems, []);
        assert.deepEqual(found["fargate.armSpotVcpu"], readPriceFile(REGION)?.prices["fargate.armSpotVcpu"]);
    });

    it("says which it lacks", () => {
        assert.equal(spotQuotes(SPOT_TEXT, "us-east-1", "2026-09-28").problems.length, 3);
    });
});

describe("a refreshed price file", () => {
    it("has what was found, keeps the rest, and can be read again", async () => {
        const file = readPriceFile(REGION);
        assert.ok(file);
        const found = await quotes("AWSELB", "20271231000000", [
            { ...ELB[0], price: "0.03" } as Row,
            { ...ELB[1], price: "0.008" } as Row,
        ]);
        const after = parsePriceFile(JSON.stringify(refreshed(file, [found])));
        assert.deepEqual(
            [after.prices["alb.hour"]?.usd, after.prices["alb.hour"]?.asOf],
            [0.03, "2027-12-31"],
        );
        assert.deepEqual(after.prices["nat.hour"], file.prices["nat.hour"]);
        assert.deepEqual(Object.keys(after.prices), Object.keys(file.prices));
    });
});

describe("npm run prices, with recorded answers in AWS's place", () => {
    let folder = "";
    const asked: string[] = [];
    const said: string[] = [];

    const outside = (given: Partial<Outside> = {}): Outside => ({
        fetch: (url) => {
            asked.push(url);
            const offer = /\/aws\/(\w+)\/current\//.exec(url)?.[1] ?? "";
            const rows =
                { AmazonECS: ECS, AWSELB: ELB.map((row) => ({ ...row, price: "0.03" })) }[offer] ?? [];
            const body = url === SPOT_LIST ? SPOT_TEXT : list(offer, "20271231000000", rows).join("\n");
            return Promise.resolve(new Response(body));
        },
        pathOf: (region) => path.join(folder, `${region}.json`),
        today: "2027-12-31",
        say: (line) => said.push(line),
        ...given,
    });

    const written = (): string => readFileSync(path.join(folder, `${REGION}.json`), "utf8");

    before(() => {
        folder = mkdtempSync(path.join(tmpdir(), "selfhost-prices-"));
        copyFileSync(priceFilePath(REGION), path.join(folder, `${REGION}.json`));
    });

    after(() => {
        rmSync(folder, { recursive: true });
    });

    it("writes nothing where a list does not come", async () => {
        const kept = written();
        const fetch = (url: string): Promise<Response> =>
            url.includes("AmazonVPC")
                ? Promise.resolve(new Response("", { status: 503 }))
                : outside().fetch(url);
        await assert.rejects(refresh(REGION, outside({ fetch })), /AmazonVPC.* answered 503/);
        assert.equal(written(), kept);
    });

    it("asks for each list once, and writes what it read, in the form that the file has", async () => {
        asked.length = 0;
        const kept = parsePriceFile(written());
        const problems = await refresh(REGION, outside());
        assert.deepEqual(asked, [SPOT_LIST, ...OFFERS.map((offer) => offerUrl(offer, REGION))]);
        const text = written();
        const after = parsePriceFile(text);
        assert.deepEqual(
            [
                after.prices["alb.hour"]?.usd,
                after.prices["alb.hour"]?.asOf,
                after.prices["fargate.armSpotVcpu"]?.asOf,
            ],
            [0.03, "2027-12-31", "2027-12-31"],
        );
        assert.deepEqual(after.prices["nat.hour"], kept.prices["nat.hour"]);
        assert.ok(
            problems.some((problem) => problem.startsWith("nat.hour: AmazonEC2 in eu-west-1 has 0 prices")),
        );
        assert.ok(said.some((line) => line.endsWith("alb.hour: 0.0252 → 0.03")));
        assert.equal(text, await prettier.format(text, { parser: "json", tabWidth: 2, printWidth: 110 }));
    });

    it("makes the file of a region that has none, from what there is", async () => {
        await refresh("ap-south-1", outside());
        const { region, prices } = parsePriceFile(readFileSync(path.join(folder, "ap-south-1.json"), "utf8"));
        assert.deepEqual([region, prices["fargate.spotVcpu"]], ["ap-south-1", undefined]);
        assert.ok(prices["alb.hour"] !== undefined);
    });
});
