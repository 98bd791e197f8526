/** docs/designs.md names settings, examples and pages; they must exist. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, stackFiles } from "../scripts/golden";

const page = readFileSync(join(ROOT, "docs", "designs.md"), "utf8");

interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: Schema | boolean;
    readonly anyOf?: readonly Schema[];
    readonly oneOf?: readonly Schema[];
}

const { properties = {} } = JSON.parse(
    readFileSync(join(ROOT, "settings", "stack.schema.json"), "utf8"),
) as Schema;

/** Every setting below a schema, as a path. */
function pathsOf(schema: Schema): ReadonlySet<string> {
    const own = Object.entries(schema.properties ?? {}).flatMap(([key, below]) => [
        key,
        ...[...pathsOf(below)].map((path) => `${key}.${path}`),
    ]);
    const others = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap((one) => [...pathsOf(one)]);
    return new Set([...own, ...others]);
}

const environment = pathsOf(properties.config ?? {});
const apps = properties.config?.properties?.["selfhost:apps"]?.additionalProperties;
const app = pathsOf(typeof apps === "object" ? apps : {});

/** Settings in the page: `selfhost:network.egress` of the environment, `.scale.min` of an app. */
const named = [...page.matchAll(/`((?:selfhost:|\.)[a-z][\w.]*)`/gi)]
    .map(([, path = ""]) => path)
    .filter((path) => path !== ".htaccess");

describe("docs/designs.md", () => {
    it("names settings that exist", () => {
        assert.ok(named.length > 80, String(named.length));
        const unknown = named.filter((path) =>
            path.startsWith(".") ? !app.has(path.slice(1)) : !environment.has(path),
        );
        assert.deepEqual(unknown, []);
    });

    it("has every example, and leads nowhere that does not exist", () => {
        const links = [...page.matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map(([, target = ""]) => target);
        for (const link of links.filter((target) => !/^https?:/.test(target))) {
            assert.ok(existsSync(join(ROOT, "docs", link)), link);
        }
        const examples = stackFiles().filter((file) => file.startsWith("examples/"));
        assert.deepEqual(
            examples.filter((file) => !page.includes(`../${file}`)),
            [],
        );
    });

    it("says of each design how to move in", () => {
        const designs = page.split(/^## /m).filter((part) => /^\| original /m.test(part));
        assert.equal(designs.length, 6);
        assert.deepEqual(
            designs
                .slice(1)
                .filter((part) => !part.includes("**Moving in**") && !part.includes("**Moving in.**")),
            [],
        );
    });
});
