/** Records the golden graphs anew: `npm run golden`. Tests compare with them and never write them. */
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonResource } from "../plan/json";
import { planFile } from "../plan/plan";
import { stackName } from "../settings/stackFile";

export const ROOT = join(__dirname, "..");

/** The stack files that have a golden graph, relative to the project. */
export function stackFiles(): readonly string[] {
    const stacks = readdirSync(ROOT).filter((name) => /^Pulumi\.[\w-]+\.yaml$/.test(name));
    const examples = readdirSync(join(ROOT, "examples")).filter((name) => name.endsWith(".yaml"));
    return [...stacks.sort(), ...examples.sort().map((name) => `examples/${name}`)];
}

export function goldenPath(stackFile: string): string {
    return join(ROOT, "test", "golden", `${stackName(stackFile)}.json`);
}

/** URN → registration, as it is kept. */
export type Golden = Readonly<Record<string, unknown>>;

export async function recordGolden(stackFile: string): Promise<Golden> {
    const { graph } = await planFile(join(ROOT, stackFile));
    const entries = graph.resources.map((resource): [string, unknown] => [
        resource.urn,
        jsonResource(resource),
    ]);
    // Through JSON, since that is what the file holds: what is undefined is not there.
    return JSON.parse(JSON.stringify(Object.fromEntries(entries))) as Golden;
}

async function main(): Promise<void> {
    mkdirSync(join(ROOT, "test", "golden"), { recursive: true });
    for (const file of stackFiles()) {
        writeFileSync(goldenPath(file), `${JSON.stringify(await recordGolden(file), null, 1)}\n`);
        console.log(`wrote ${goldenPath(file)}`);
    }
}

if (require.main === module) {
    void main();
}
