/** Edits that somebody makes to the stack file of prod, and what a reviewer is told of them. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { difference, isEmpty } from "../../../plan/difference/difference";
import { differenceJson } from "../../../plan/difference/json";
import { differenceMarkdown } from "../../../plan/difference/markdown";
import type { Difference, PlanDocument } from "../../../plan/difference/model";
import { parsePlan, readPlan } from "../../../plan/difference/read";
import { differenceText } from "../../../plan/difference/text";
import type { Json } from "../../../plan/graph";
import { json } from "../../../plan/json";
import { PLAIN } from "../../../plan/terminal";
import { ROOT, stackFiles } from "../../../scripts/golden";
import { numbersIn, numbersOf } from "../../support/numbers";
import { planText } from "../../support/planned";
import { planned } from "../../support/stacks";

const FILE = "Pulumi.prod.yaml";
const TEXT = readFileSync(path.join(ROOT, FILE), "utf8");
const DOMAIN = "  selfhost:domain: example.com\n";

async function before(): Promise<PlanDocument> {
    return readPlan(json(await planned(FILE)), FILE);
}

/** The difference that an edit of the text makes. */
async function edited(from: string, to: string): Promise<Difference> {
    assert.ok(TEXT.includes(from), `prod's file has no ${from}`);
    const plan = await planText(TEXT.replace(from, to), "prod");
    return difference(await before(), readPlan(json(plan), "edited"), { label: "main" });
}

function names(list: readonly { readonly name: string }[]): readonly string[] {
    return list.map(({ name }) => name).sort();
}

/** What a resource's own change is: not what follows from others. */
function causes({ replaced, changed }: Difference): Readonly<Record<string, readonly string[]>> {
    const own = [...replaced, ...changed].map(({ name, properties }): [string, string[]] => [
        name,
        properties.filter(({ because }) => because === undefined).map((change) => change.path),
    ]);
    return Object.fromEntries(own.filter(([, paths]) => paths.length > 0));
}

const EDITS: Readonly<
    Record<"language" | "size" | "version" | "cidr" | "egress" | "name" | "data", readonly [string, string]>
> = {
    language: ["      env:\n", "      env:\n        APP_LANG: de\n"],
    size: ["      scale: {", "      task: { cpu: 2048, memory: 4096 }\n      scale: {"],
    version: ["database: {", "database: { version: 8.0.mysql_aurora.3.10.4,"],
    cidr: [DOMAIN, `${DOMAIN}  selfhost:network: { cidr: 10.40.0.0/16 }\n`],
    egress: [DOMAIN, `${DOMAIN}  selfhost:network: { egress: publicIp }\n`],
    name: ["    bookstack:\n", "    handbook:\n      preset: bookstack\n"],
    data: ["database: {", "database: { deletionProtection: false,"],
};

const made = new Map<keyof typeof EDITS, Promise<Difference>>();

function edit(name: keyof typeof EDITS): Promise<Difference> {
    const known = made.get(name) ?? edited(...EDITS[name]);
    made.set(name, known);
    return known;
}

describe("difference: edits of prod", () => {
    it("another language: a revision, which the service and the migration run", async () => {
        const found = await edit("language");
        assert.deepEqual(causes(found), {
            "bookstack-definition": ["containerDefinitions[bookstack].environment.APP_LANG"],
        });
        assert.deepEqual(names(found.replaced), ["bookstack-definition", "bookstack-smoke-run"]);
        assert.deepEqual(names(found.changed), ["bookstack-migration-run", "bookstack-service"]);
        assert.deepEqual(found.dataLoss, []);
    });

    it("larger tasks: a revision, and what a month costs more", async () => {
        const found = await edit("size");
        assert.deepEqual(names(found.replaced), ["bookstack-definition", "bookstack-smoke-run"]);
        const paths = causes(found)["bookstack-definition"] ?? [];
        assert.ok(paths.includes("cpu") && paths.includes("memory"));
        assert.ok(found.cost && found.cost.monthly.change > 10);
    });

    it("another version of the database: in place", async () => {
        const found = await edit("version");
        assert.deepEqual(names(found.replaced), []);
        assert.deepEqual(causes(found), { "bookstack-database-1": ["engineVersion"] });
        assert.deepEqual(
            found.changed.map(({ decided }) => decided),
            [true],
        );
    });

    it("other addresses: the VPC and all that is in it, and that the data cannot follow", async () => {
        const found = await edit("cidr");
        const replaced = names(found.replaced);
        for (const name of [
            "network-vpc",
            "network-data-a",
            "network-public-c",
            "edge-alb-https-all",
            "bookstack-a",
        ]) {
            assert.ok(replaced.includes(name), `${name} is not replaced`);
        }
        for (const name of ["bookstack-database-1", "bookstack-storage-files", "edge-access-logs"]) {
            assert.ok(!replaced.includes(name), `${name} is replaced`);
        }
        assert.deepEqual([found.added, found.removed, found.dataLoss], [[], [], []]);
        assert.match(
            found.warnings.join(),
            /does not let a database's subnet group or a file system with mount targets/,
        );
        assert.ok(names(found.changed).includes("bookstack-rule"), "the rule's target groups are replaced");
    });

    it("another egress: what the tasks no longer need goes, and they move", async () => {
        const found = await edit("egress");
        assert.deepEqual(names(found.changed), ["bookstack-migration-run", "bookstack-service"]);
        assert.ok(found.removed.some(({ type }) => type === "aws:ec2/natGateway:NatGateway"));
        assert.deepEqual([found.added, found.replaced], [[], []]);
        assert.ok(found.cost && found.cost.monthly.change < 0);
    });

    it("another name for an app: everything goes and comes, recognised, with the data that it costs", async () => {
        const found = await edit("name");
        assert.deepEqual([found.replaced, found.changed], [[], []]);
        const [rename, ...others] = found.renamed;
        assert.deepEqual([rename?.from, rename?.to, others], ["bookstack", "handbook", []]);
        assert.ok(rename && rename.resources.length > 0.9 * found.removed.length);
        assert.deepEqual(found.dataLoss.map(({ name, how, outcome }) => [name, how, outcome]).sort(), [
            ["bookstack-database-1", "removed", "refused"],
            ["bookstack-image-release", "removed", "refused"],
            ["bookstack-image-repository", "removed", "refused"],
            ["bookstack-image-verified", "removed", "refused"],
            ["bookstack-secrets-BOOKSTACK_ADMIN_PASSWORD", "removed", "recoverable"],
            ["bookstack-secrets-BOOKSTACK_ADMIN_PASSWORD-value", "removed", "refused"],
            ["bookstack-storage-bucket", "removed", "refused"],
            ["bookstack-storage-files", "removed", "refused"],
        ]);
    });

    it("less protection: no resource goes, and it is said what changes", async () => {
        assert.deepEqual(causes(await edit("data")), { "bookstack-database-1": ["deletionProtection"] });
    });

    for (const file of stackFiles()) {
        it(`${file} does not differ from itself, nor from the plan that somebody kept of it`, async () => {
            const plan = await planned(file);
            assert.ok(isEmpty(difference(plan.graph, plan.graph)));
            const kept = parsePlan(JSON.stringify(json(plan)), file);
            const found = difference(kept, plan.graph);
            assert.ok(isEmpty(found), JSON.stringify(found));
        });
    }

    it("dev and prod differ in what they are, not in what they are called", async () => {
        const found = difference((await planned("Pulumi.dev.yaml")).graph, await before());
        assert.equal(found.sameStack, false);
        const named = found.changed.flatMap(({ properties }) => properties.map((change) => change.path));
        assert.ok(
            !named.includes("clusterIdentifier"),
            "dev-bookstack-1 and prod-bookstack-1 are the same name",
        );
        assert.ok(named.includes("deletionProtection"));
    });
});

describe("difference: as it is shown", () => {
    for (const name of Object.keys(EDITS) as (keyof typeof EDITS)[]) {
        it(`${name}: under a screen in a terminal, under GitHub's limit in a comment`, async () => {
            const found = await edit(name);
            for (const width of [60, 80, 100]) {
                const lines = differenceText(found, { ...PLAIN, width }).split("\n");
                assert.ok(lines.length <= 40, `${lines.length} lines`);
                assert.deepEqual(
                    lines.filter((line) => line.length > width && /\S\s+\S/.test(line)),
                    [],
                );
            }
            assert.ok(differenceMarkdown(found).length < 30_000);
            assert.ok(differenceMarkdown(found, 2_000).length < 3_000);
        });
    }

    for (const name of Object.keys(EDITS) as (keyof typeof EDITS)[]) {
        it(`${name}: no number in a terminal that is not in the JSON`, async () => {
            const found = await edit(name);
            const known = new Set(numbersIn(JSON.parse(JSON.stringify(differenceJson(found))) as Json));
            // What is left out, and the part of a value that is shown of a longer one.
            const whole = differenceText(found).replaceAll(/… \d+ more|\S*…/g, "");
            assert.deepEqual(
                numbersOf(whole).filter((one) => !known.has(one)),
                [],
            );
            assert.match(whole, /\d/);
        });
    }

    it("names what changes by a short path, with the value before and after", async () => {
        assert.match(
            differenceText(await edit("language")),
            /containerDefinitions\[bookstack\]\.environment\.APP_LANG: \(none\) → de/,
        );
        assert.match(
            differenceText(await edit("version")),
            /engineVersion: \S+ → 8\.0\.mysql_aurora\.3\.10\.4/,
        );
    });

    it("shows the cause first, and what loses data before anything else", async () => {
        const cidr = differenceText(await edit("cidr"));
        assert.ok(cidr.indexOf("network-vpc (Vpc)") < cidr.indexOf("network-data-a (Subnet)"));
        const name = differenceText(await edit("name"));
        assert.ok(name.indexOf("bookstack-database-1 is removed") < name.indexOf("bookstack → handbook"));
    });
});
