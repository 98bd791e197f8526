/** docs/adding-a-preset.md, followed: its preset is compiled, linted, planned and tested as if it were in apps/. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Preset } from "../../apps/app";
import { catalogue } from "../../apps/catalogue";
import { ROOT } from "../../scripts/golden";
import { presetPage } from "../../settings/presetPages";
import { only } from "../support/graph";
import { containerIn, graphOf, secretsIn, stackFile, variablesIn } from "../support/planned";
import { problemsOf } from "../support/settings";
import { miniflux } from "./miniflux";

const page = readFileSync(join(ROOT, "docs", "adding-a-preset.md"), "utf8");
const blocks = [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language, text = ""]) => ({
    language,
    text,
}));

/** A file as it reads where the page puts it. */
function there(file: string): string {
    return readFileSync(join(__dirname, file), "utf8")
        .replaceAll('"../../apps/app"', '"./app"')
        .replaceAll('"../../settings/', '"../settings/');
}

describe("docs/adding-a-preset.md", () => {
    const presets = catalogue as Map<string, Preset>;

    before(() => {
        presets.set(miniflux.name, miniflux);
    });
    after(() => {
        presets.delete(miniflux.name);
    });

    it("has the preset that is tried here, and its test, to the letter", () => {
        const code = blocks.filter(({ language }) => language === "ts").map(({ text }) => text);
        assert.ok(code.includes(there("miniflux.ts")), "the preset differs");
        const tests = /^    \/\/ From here[^\n]*\n(.*)^    \/\/ To here/ms.exec(
            readFileSync(join(__dirname, "miniflux.test.ts"), "utf8"),
        )?.[1];
        assert.ok(tests !== undefined && code.some((text) => text.includes(tests)), "the test differs");
    });

    it("leads to a page of its own", () => {
        assert.match(presetPage(miniflux, undefined), /Aurora PostgreSQL; never pauses while a task runs/);
    });

    // From here the page shows them too.
    it("has exactly these variables, and these secrets", async () => {
        const graph = await graphOf("reader", "preset: miniflux\npollMinutes: 30");
        assert.deepEqual(variablesIn(graph, "reader"), {
            ADMIN_USERNAME: "admin",
            BASE_URL: "https://reader.example.com",
            CREATE_ADMIN: "1",
            HTTPS: "1",
            PGSSLMODE: "require",
            POLLING_FREQUENCY: "30",
            PORT: "8080",
        });
        assert.deepEqual(Object.keys(secretsIn(graph, "reader")), ["ADMIN_PASSWORD", "DATABASE_URL"]);
    });

    it("migrates before the service changes, and runs alone", async () => {
        const graph = await graphOf("reader", "preset: miniflux");
        const { inputs: service } = only(graph, "aws:ecs/service:Service");
        assert.equal(containerIn(graph, "reader").user, "65534:65534");
        assert.equal(service.deploymentMaximumPercent, 100);
        assert.ok(graph.resources.some(({ name }) => name === "reader-migration-run"));
    });

    it("refuses a path, and more tasks than one", () => {
        const said = problemsOf(stackFile("reader", "preset: miniflux\npath: /reader\nscale: { max: 2 }"));
        assert.deepEqual(
            said.map(({ path }) => path),
            ["selfhost:apps.reader.scale.max", "selfhost:apps.reader.path"],
        );
    });
    // To here.
});
