/** Writes what is made from the code: `npm run generate`. A test fails while a file is stale. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { catalogue } from "../apps/catalogue";
import { costPage, costTable } from "../plan/cost/page";
import { planFile, type Plan } from "../plan/plan";
import { summary } from "../plan/summary";
import { policyPage } from "../policy/page";
import { configurationPage, jsonSchema } from "../settings/documents";
import { presetPage } from "../settings/presetPages";
import { PROFILES } from "../settings/settings";

const ROOT = join(__dirname, "..");

/** Those that stand beside an original. */
const EXAMPLES = ["ghost", "backstage", "web", "sites", "team"].map((name) => `examples/${name}.yaml`);

/** File → contents, relative to the project. */
export async function generated(): Promise<ReadonlyMap<string, string>> {
    const stacks = await plansOf(PROFILES.map((name) => `Pulumi.${name}.yaml`));
    const examples = await plansOf(EXAMPLES);
    return new Map([
        ["README.md", readme(stacks, examples)],
        ["docs/configuration.md", configurationPage()],
        ["docs/policy.md", policyPage()],
        ["docs/cost.md", costPage(stacks, examples)],
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

/** README.md with the plan of the smallest stack as it is today, and what everything costs. */
function readme(stacks: readonly Plan[], examples: readonly Plan[]): string {
    const [dev] = stacks;
    const screen = dev === undefined ? "" : summary(dev).trimEnd();
    return readFileSync(join(ROOT, "README.md"), "utf8")
        .replace(
            /(```text\n)[\s\S]*?(\n```\n)/,
            (_, before: string, after: string) => before + screen + after,
        )
        .replace(
            /(<!-- costs -->\n)[\s\S]*?(\n<!-- \/costs -->)/,
            (_, before: string, after: string) =>
                `${before}\n<!-- prettier-ignore-start -->\n${costTable(stacks, examples)}\n<!-- prettier-ignore-end -->\n${after}`,
        );
}

/** One after the other: a recording has the process to itself. */
async function plansOf(files: readonly string[]): Promise<readonly Plan[]> {
    const plans: Plan[] = [];
    for (const file of files) {
        plans.push(await planFile(join(ROOT, file)));
    }
    return plans;
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
