import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import renovate from "../../renovate.json";

const ROOT = path.join(__dirname, "../..");

function files(folder: string, name: RegExp): string[] {
    return readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
        .filter((file) => name.test(file))
        .map((file) => readFileSync(path.join(ROOT, folder, file), "utf8"));
}

describe("renovate", () => {
    const workflows = files(".github/workflows", /\.yml$/).join("\n");

    it("pins actions, packages and base images", () => {
        for (const preset of [
            "docker:pinDigests",
            "helpers:pinGitHubActionDigestsToSemver",
            ":pinAllExceptPeerDependencies",
        ]) {
            assert.ok(renovate.extends.includes(preset), preset);
        }
    });

    it("finds every version that a workflow writes outside `uses`", () => {
        const found = renovate.customManagers.flatMap(({ matchStrings }) =>
            matchStrings.flatMap((pattern) => [...workflows.matchAll(new RegExp(pattern, "g"))]),
        );
        const written = [...workflows.matchAll(/pulumi-version: |(?:==|@v)\d+\.\d+\.\d+$| cfn-lint==\d/gm)];
        assert.ok(written.length > 0);
        assert.equal(found.length, written.length);
    });

    it("can order the base images' tags", () => {
        const rule = renovate.packageRules.find(({ versioning }) => versioning !== undefined);
        const pattern = new RegExp((rule?.versioning ?? "").replace(/^regex:/, ""));
        const tags = files("docker", /Dockerfile$/).flatMap((text) =>
            [...text.matchAll(/^FROM ghcr\.io\/linuxserver\/\w+:([^@\s]+)/gm)].map((match) => match[1] ?? ""),
        );
        assert.ok(tags.length > 0);
        assert.deepEqual(
            tags.filter((tag) => !pattern.test(tag)),
            [],
        );
    });
});
