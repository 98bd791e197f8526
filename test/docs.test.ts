/** Pages lead somewhere, and the list of decisions is whole. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { planText } from "./support/planned";

const ROOT = join(__dirname, "..");
const FOLDERS = [".", "bootstrap", "docs", "docs/adr", "docs/presets", "docs/runbooks"];
const DECISIONS = join(ROOT, "docs/adr");

const pages = FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
        .filter((name) => name.endsWith(".md"))
        .map((name) => join(ROOT, folder, name)),
);

describe("pages", () => {
    it("link to files that exist", () => {
        const targets = pages.flatMap((page) =>
            [...readFileSync(page, "utf8").matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
                .map(([, target = ""]) => target)
                .filter((target) => !/^[a-z]+:/.test(target))
                .map((target) => ({ page, target })),
        );
        assert.ok(targets.length > 50);
        assert.deepEqual(
            targets.filter(({ page, target }) => !existsSync(join(dirname(page), target))),
            [],
        );
    });

    it("list every decision under its own title", () => {
        const titles = readdirSync(DECISIONS)
            .filter((name) => /^\d{4}-/.test(name))
            .sort()
            .map((name) => {
                const [, number = "", title = ""] =
                    /^# (\d+)\. (.+)/.exec(readFileSync(join(DECISIONS, name), "utf8")) ?? [];
                return `${number} ${name} ${title}`;
            });
        const rows = [
            ...readFileSync(join(DECISIONS, "README.md"), "utf8").matchAll(
                /^\| \[(\d+)\]\(([^)]+)\) +\| (.+?) +\|$/gm,
            ),
        ].map(([, number = "", name = "", title = ""]) => `${number} ${name} ${title}`);
        assert.deepEqual(rows, titles);
    });
});

describe("the stack file that docs/configuration.md begins with", () => {
    it("is right, violates nothing, and puts two sites below one host", async () => {
        const page = readFileSync(join(ROOT, "docs/configuration.md"), "utf8");
        const example = /```yaml\n(.*?)```/s.exec(page)?.[1] ?? "";
        const { policy, settings } = await planText(example, "mine");
        assert.deepEqual(policy.violations, []);
        assert.deepEqual(
            settings.apps.map(({ route }) => route.url),
            [
                "https://api.example.org",
                "https://blog.example.org",
                "https://people.example.org/coffeefans",
                "https://people.example.org/teafans",
            ],
        );
    });
});
