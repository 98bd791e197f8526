/**
 * Keeps what matters of this version's graphs: `npm run version:record`, once, when a version is tagged.
 *
 * Of each stack file its text is kept, and of its graph what holds data, with the properties whose change would replace
 * it. test/versions.test.ts plans those texts with the program as it is then.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Json } from "../plan/graph";
import { holder } from "../plan/difference/data";
import type { PlanDocument, PlannedResource } from "../plan/difference/model";
import { replaces } from "../plan/difference/replacements";
import { planFile } from "../plan/plan";
import { ROOT, stackFiles } from "./golden";

export const VERSIONS = join(ROOT, "test", "versions");

/** What holds data, and what its irreplaceable properties refer to. */
export function kept({ project, stack, region, resources }: PlanDocument): PlanDocument {
    const holds = holder(resources);
    const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    const found = new Map<string, PlannedResource>();
    const keep = (resource: PlannedResource): void => {
        if (found.has(resource.urn)) {
            return;
        }
        const small = irreplaceable(resource);
        found.set(resource.urn, small);
        for (const urn of byUrn.keys()) {
            const referred = byUrn.get(urn);
            if (referred !== undefined && JSON.stringify(small.inputs).includes(`\${${urn}.`)) {
                keep(referred);
            }
        }
    };
    resources.filter((resource) => holds(resource) !== undefined).forEach(keep);
    return { project, stack, region, resources: [...found.values()] };
}

/** Without what may change in place. */
function irreplaceable(resource: PlannedResource): PlannedResource {
    const { urn, type, name, inputs, options } = resource;
    const properties = Object.entries(inputs).filter(
        ([property]) => replaces(type, property, options) !== false,
    );
    const { protect, replaceOnChanges, ignoreChanges } = options;
    const said = Object.entries({ protect, replaceOnChanges, ignoreChanges }).filter(
        ([, value]) => value === true || (Array.isArray(value) && value.length > 0),
    );
    return {
        urn,
        type,
        name,
        inputs: Object.fromEntries<Json>(properties),
        dependencies: [],
        options: Object.fromEntries(said),
    };
}

async function main(): Promise<void> {
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
    const folder = join(VERSIONS, version);
    mkdirSync(folder, { recursive: true });
    for (const file of stackFiles()) {
        const { graph } = await planFile(join(ROOT, file));
        const name = basename(file);
        writeFileSync(join(folder, name), readFileSync(join(ROOT, file), "utf8"));
        writeFileSync(
            join(folder, name.replace(/\.yaml$/, ".json")),
            `${JSON.stringify(kept(graph), null, 1)}\n`,
        );
    }
    console.log(`wrote ${folder}`);
}

if (require.main === module) {
    void main();
}
