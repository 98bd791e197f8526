/** Whoever runs an earlier version and updates keeps the data: what holds it is neither renamed nor replaced unsaid. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parsePlan } from "../plan/difference/read";
import type { PlanDocument, PlannedResource } from "../plan/difference/model";
import { planFile } from "../plan/plan";
import { ROOT } from "../scripts/golden";
import { kept, VERSIONS } from "../scripts/version";
import { planText } from "./support/planned";
import { renamedText } from "./support/renaming";
import { planned } from "./support/stacks";
import { lossesBetween, migrationsIn, undocumented } from "./support/versions";

const CLUSTER = "aws:rds/cluster:Cluster";

function versions(): readonly string[] {
    return existsSync(VERSIONS) ? readdirSync(VERSIONS).sort() : [];
}

function migrationsFrom(version: string) {
    const page = join(ROOT, "docs", "migrations", `${version}.md`);
    return existsSync(page) ? migrationsIn(readFileSync(page, "utf8")) : [];
}

for (const version of versions()) {
    const folder = join(VERSIONS, version);
    describe(`version ${version}`, () => {
        for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml"))) {
            it(`${file}: its data stays where it is, or docs/migrations/${version}.md says how it moves`, async () => {
                const recorded = join(folder, file.replace(/\.yaml$/, ".json"));
                const before = parsePlan(readFileSync(recorded, "utf8"), recorded);
                const { graph } = await planFile(join(folder, file));
                assert.deepEqual(undocumented(lossesBetween(before, graph), migrationsFrom(version)), []);
            });
        }
    });
}

/** The plan of dev with each resource as `change` makes it. */
function made(plan: PlanDocument, change: (resource: PlannedResource) => PlannedResource): PlanDocument {
    return { ...plan, resources: plan.resources.map(change) };
}

describe("an earlier version", () => {
    let now: PlanDocument;

    before(async () => {
        const { graph } = await planned("Pulumi.dev.yaml");
        now = { ...graph, resources: graph.resources };
    });

    it("is kept as what holds data and cannot change in place, in few bytes", () => {
        const { resources } = kept(now);
        const types = resources.map(({ type }) => type);
        for (const type of [CLUSTER, "aws:efs/fileSystem:FileSystem", "aws:s3/bucket:Bucket"]) {
            assert.ok(types.includes(type), type);
        }
        assert.ok(!types.includes("aws:ecs/service:Service"));
        assert.ok(JSON.stringify(resources).length < JSON.stringify(now.resources).length / 5);
    });

    it("that is the same loses nothing", () => {
        assert.deepEqual(lossesBetween(kept(now), now), []);
    });

    it("whose database had another name would lose it, whatever a page says, unless an alias carries it", () => {
        const rename = (resource: PlannedResource): PlannedResource =>
            resource.type === CLUSTER
                ? { ...resource, name: "former", urn: resource.urn.replace(/[^:]*$/, "former") }
                : resource;
        const before = made(kept(now), rename);
        const lost = lossesBetween(before, now);
        assert.deepEqual(lost, [{ change: "removed", type: CLUSTER, name: "former" }]);
        const renamed = migrationsIn(
            `\`\`\`yaml\n- { change: renamed, type: "${CLUSTER}", name: former }\n\`\`\``,
        );
        assert.deepEqual(undocumented(lost, renamed), lost);
        const carried = made(now, (resource) =>
            resource.type === CLUSTER
                ? { ...resource, options: { ...resource.options, aliases: [{ name: "former" }] } }
                : resource,
        );
        const moved = lossesBetween(before, carried);
        assert.deepEqual(moved, [{ change: "renamed", type: CLUSTER, name: "former" }]);
        assert.deepEqual(undocumented(moved, []), moved, "a page must say it all the same");
        assert.deepEqual(undocumented(moved, renamed), []);
    });

    it("whose app was renamed loses nothing: aliases carry all of it, which a page has to say", async () => {
        const names = { bookstack: "handbook" };
        const text = renamedText(readFileSync(join(ROOT, "Pulumi.dev.yaml"), "utf8"), names);
        const { graph } = await planText(text, "dev");
        const before = kept(now);
        const moved = lossesBetween(before, graph);
        assert.deepEqual(
            moved,
            before.resources
                .filter(({ urn }) => /\bbookstack\b/.test(urn))
                .map(({ type, name }) => ({ change: "renamed", type, name })),
        );
        assert.ok(moved.some(({ type }) => type === CLUSTER));
        const lines = [...new Set(moved.map(({ type }) => type))].map(
            (type) => `- { change: renamed, type: "${type}", name: "bookstack-*" }`,
        );
        const page = ["```yaml", ...lines, "```"].join("\n");
        assert.deepEqual(undocumented(moved, migrationsIn(page)), []);
        const without = renamedText(
            readFileSync(join(ROOT, "Pulumi.dev.yaml"), "utf8"),
            names,
            () => undefined,
        );
        const preset = without.replace("    handbook:\n", "    handbook:\n      preset: bookstack\n");
        const { graph: other } = await planText(preset, "dev");
        assert.ok(lossesBetween(before, other).every(({ change }) => change === "removed"));
    });

    it("whose database had another engine would lose it, unless a migration is documented", () => {
        const before = made(kept(now), (resource) =>
            resource.type === CLUSTER
                ? { ...resource, inputs: { ...resource.inputs, engine: "aurora-postgresql" } }
                : resource,
        );
        const lost = lossesBetween(before, now).filter(({ type }) => type === CLUSTER);
        assert.deepEqual(lost, [{ change: "replaced", type: CLUSTER, name: "bookstack-database-1" }]);
        const page = `# From 0.0.1\n\n\`\`\`yaml\n- { change: replaced, type: "${CLUSTER}", name: "*-database-*" }\n\`\`\`\n`;
        assert.deepEqual(undocumented(lost, migrationsIn(page)), []);
        assert.deepEqual(undocumented(lost, []), lost);
    });

    it("that is set up otherwise in what changes in place loses nothing", () => {
        const before = made(kept(now), (resource) => ({
            ...resource,
            inputs: { ...resource.inputs, backupRetentionPeriod: 30, tags: { owner: "me" } },
        }));
        assert.deepEqual(
            lossesBetween(before, now).filter(({ type }) => !type.startsWith("random:")),
            [],
        );
    });
});
