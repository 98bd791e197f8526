/** The policy pack and the plan judge a stack alike: as it is, once it exists, and with a mistake in its file. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../policy/rules";
import { stackName } from "../../settings/stackFile";
import { ALL, createStack, engineSuite, planOf, ROOT } from "./support/engine";
import type { EngineStack } from "./support/stack";

/** Each with a mistake in the settings of one of its apps, and the rule that finds it. */
const MISTAKES: Readonly<Record<string, readonly [app: string, key: string, value: object, rule: string]>> = {
    "Pulumi.prod.yaml": [
        "bookstack",
        "database",
        { deletionProtection: false },
        "database-deletion-protection",
    ],
    "examples/backstage.yaml": ["backstage", "database", { backupRetentionDays: 3 }, "database-backups"],
    "examples/sites.yaml": [
        "coffeefans",
        "pipeline",
        { integration: ["curl --user me:hunter2 $URL"] },
        "no-secret-in-build",
    ],
    "examples/web.yaml": [
        "api",
        "pipeline",
        { integration: ["curl --user me:hunter2 $URL"] },
        "no-secret-in-build",
    ],
};

const WITH_PACK = ["--policy-pack", "policy", "--color", "never"];

/** Names of the policies of a level that an operation reported. */
function reported(output: string, level: "mandatory" | "advisory"): readonly string[] {
    const names = [...output.matchAll(new RegExp(`\\[${level}\\] +([a-z0-9-]+)`, "g"))];
    return [...new Set(names.map(([, name = ""]) => name))].sort();
}

async function planned(stack: EngineStack): Promise<readonly string[]> {
    const { violations, undecided } = (await planOf(stack)).policy;
    assert.deepEqual(undecided, []);
    return [...new Set(violations.map(({ policy }) => policy))].sort();
}

for (const [file, [app, key, value, rule]] of ALL ? Object.entries(MISTAKES) : []) {
    engineSuite(`verdicts about ${file}`, (project) => {
        let stack: EngineStack;
        const text = readFileSync(join(ROOT, file), "utf8");

        it("are the plan's in a first preview, which leaves open only what rules say that it cannot tell", async () => {
            stack = await createStack(project(), stackName(file), { file: text });
            const { code, output } = await stack.cli("preview", ...WITH_PACK);
            assert.equal(code, 0, output);
            assert.deepEqual(reported(output, "mandatory"), await planned(stack));
            assert.deepEqual(reported(output, "advisory"), ["undecided-in-preview"]);
            const open = [...output.matchAll(/the plan\s+does:\s+([a-z0-9-]+(?:,\s+[a-z0-9-]+)*)/g)].flatMap(
                ([, names = ""]) => names.split(/,\s+/),
            );
            const later = RULES.filter(({ decidableInPreview }) => decidableInPreview !== true);
            assert.ok(open.length > 0, output);
            assert.deepEqual(
                open.filter((name) => later.every((one) => one.name !== name)),
                [],
            );
        });

        it("are the plan's once everything exists", async () => {
            const { code, output } = await stack.cli("up", "--yes", "--skip-preview", ...WITH_PACK);
            assert.equal(code, 0, output);
            assert.deepEqual([...reported(output, "mandatory"), ...reported(output, "advisory")], []);
        });

        it(`are the plan's of a mistake: ${rule}`, async () => {
            stack.edit(({ apps }) => {
                const settings = apps[app] ?? {};
                const old = settings[key];
                settings[key] = { ...(typeof old === "object" ? old : {}), ...value };
            });
            assert.deepEqual(await planned(stack), [rule]);
            const { code, output } = await stack.cli("preview", ...WITH_PACK);
            assert.notEqual(code, 0, output);
            assert.deepEqual(reported(output, "mandatory"), [rule]);
        });
    });
}
