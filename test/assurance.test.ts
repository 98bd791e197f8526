/** docs/assurance.md names tests; they must exist. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const TESTS = __dirname;

function sources(folder: string): readonly string[] {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".test.ts"))
        .map((file) => readFileSync(join(folder, file), "utf8"));
}

describe("docs/assurance.md", () => {
    const page = readFileSync(join(TESTS, "..", "docs", "assurance.md"), "utf8");
    const [promises = "", account = ""] = page.split("## What only an AWS account proves");
    const titles = [...promises.matchAll(/"([^"]+)"/g)].map(([, title = ""]) => title);

    it("names a test for every promise", () => {
        const rows = promises
            .split("\n")
            .filter((line) => line.startsWith("| ") && !/^\| (promise|-)/.test(line));
        assert.ok(rows.length > 10);
        for (const row of rows) {
            assert.match(row, /"[^"]+"/, row);
        }
    });

    it("has every page that the README promises something of", () => {
        const readme = readFileSync(join(TESTS, "..", "README.md"), "utf8");
        const pages = [...readme.matchAll(/\]\((?:docs\/)?([\w./-]+\.md)\)/g)].map(([, link = ""]) => link);
        assert.ok(pages.length > 10);
        assert.deepEqual(
            pages.filter((link) => link !== "assurance.md" && !promises.includes(`${link})`)),
            [],
        );
    });

    it("says of everything that only an account proves which command shows it, and what to look for", () => {
        const rows = account.split("\n").filter((line) => /^\| (?!what |-)/.test(line));
        assert.ok(rows.length > 25);
        for (const row of rows) {
            const [, what = "", command = "", look = ""] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
            assert.ok(what !== "" && command !== "" && look !== "", row);
        }
    });

    it("names only tests that exist", () => {
        const all = sources(TESTS).join("\n");
        assert.deepEqual(
            titles.filter((title) => !all.includes(title)),
            [],
        );
    });
});
