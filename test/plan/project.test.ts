/** The project's name is what `pulumi new` was told, and the plan's is the engine's. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { projectName } from "../../settings/project";
import { ROOT } from "../../scripts/golden";
import { settle } from "../../settings/load";
import { parseStackFile } from "../../settings/stackFile";

describe("the project's name", () => {
    it("is read from Pulumi.yaml", () => {
        const folder = mkdtempSync(join(tmpdir(), "project-"));
        try {
            writeFileSync(join(folder, "Pulumi.yaml"), "name: team-wiki\nruntime: nodejs\n");
            assert.equal(projectName(folder), "team-wiki");
            assert.equal(projectName(), "selfhost");
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("in front of a key is refused with the prefix to write", () => {
        const { entries } = parseStackFile(
            "config:\n  domain: example.com\n",
            "Pulumi.dev.yaml",
            "team-wiki",
        );
        const { problems } = settle(entries, "plan", () => "");
        const [found] = problems.filter(({ path }) => path === "team-wiki:domain");
        assert.match(found?.fix ?? "", /`selfhost:domain`/);
    });

    it("and what else `pulumi new` asks for leave nothing of the examples' domain behind", () => {
        const template: unknown = parse(readFileSync(join(ROOT, "Pulumi.yaml"), "utf8"));
        const asked = JSON.stringify(template);
        const { entries } = parseStackFile(
            readFileSync(join(ROOT, "Pulumi.dev.yaml"), "utf8"),
            "Pulumi.dev.yaml",
            "selfhost",
        );
        const ofThem = [...entries.values].filter(
            ([key, value]) => key !== "selfhost:apps" && value.includes("example.com"),
        );
        assert.ok(ofThem.length > 0);
        for (const [key] of ofThem) {
            assert.ok(asked.includes(`"${key}"`), `${key} is not asked for`);
        }
    });
});
