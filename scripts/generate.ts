/** Writes what is made from the code: `npm run generate`. A test fails while a file is stale. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { catalogue } from "../apps/catalogue";
import { costPage } from "../plan/cost/page";
import { planFile, type Plan } from "../plan/plan";
import { summary } from "../plan/summary";
import { policyPage } from "../policy/page";
import { configurationPage, jsonSchema } from "../settings/documents";
import { presetPage } from "../settings/presetPages";
import { PROFILES } from "../settings/settings";

const ROOT = join(__dirname, "..");

/** File → contents, relative to the project. */
export async function generated(): Promise<ReadonlyMap<string, string>> {
    return new Map([
        ["README.md", await readme()],
        ["docs/configuration.md", configurationPage()],
        ["docs/policy.md", policyPage()],
        ["docs/cost.md", costPage(await shippedPlans())],
        ...presetPages(),
        ["settings/stack.schema.json", `${JSON.stringify(jsonSchema(), null, 2)}\n`],
    ]);
}

/** What a preset's page says that nobody can derive is in a file beside the preset. */
function presetPages(): readonly (readonly [string, string])[] {
    return [...catalogue.values()].map((preset) => {
        const prose = join(ROOT, "apps", `${preset.name}.md`);
        const page = presetPage(preset, existsSync(prose) ? readFileSync(prose, "utf8") : undefined);
        return [`docs/presets/${preset.name}.md`, page] as const;
    });
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
        mkdirSync(dirname(join(ROOT, file)), { recursive: true });
        writeFileSync(join(ROOT, file), contents);
        console.log(`wrote ${file}`);
    }
}

if (require.main === module) {
    void main();
}
