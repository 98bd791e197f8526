/** Writes what is made from the code: `npm run generate`. A test fails while a file is stale. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { costPage } from "../plan/cost/page";
import { planFile, type Plan } from "../plan/plan";
import { summary } from "../plan/summary";
import { configurationPage, jsonSchema } from "../settings/documents";
import { PROFILES } from "../settings/settings";

const ROOT = join(__dirname, "..");

/** File → contents, relative to the project. */
export async function generated(): Promise<ReadonlyMap<string, string>> {
    return new Map([
        ["README.md", await readme()],
        ["docs/configuration.md", configurationPage()],
        ["docs/cost.md", costPage(await shippedPlans())],
        ["settings/stack.schema.json", `${JSON.stringify(jsonSchema(), null, 2)}\n`],
    ]);
}

/** README.md with the plan of dev as it is today. */
async function readme(): Promise<string> {
    const text = readFileSync(join(ROOT, "README.md"), "utf8");
    const plan = summary(await planFile(join(ROOT, "Pulumi.dev.yaml")));
    return text.replace(
        /(```text\n)[\s\S]*?(\n```\n)/,
        (_, before: string, after: string) => before + plan.trimEnd() + after,
    );
}

/** The plans of the stacks that are shipped, the smallest first. */
function shippedPlans(): Promise<readonly Plan[]> {
    return Promise.all(PROFILES.map((name) => planFile(join(ROOT, `Pulumi.${name}.yaml`))));
}

async function main(): Promise<void> {
    for (const [file, contents] of await generated()) {
        writeFileSync(join(ROOT, file), contents);
        console.log(`wrote ${file}`);
    }
}

if (require.main === module) {
    void main();
}
