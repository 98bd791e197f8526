/** What every rule tells about itself. */
import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { RULES } from "../../policy/rules";
import { T } from "../../policy/types";

describe("every rule", () => {
    for (const {
        name,
        control,
        level,
        waivable,
        description,
        remediation,
        url,
        decidableInPreview,
    } of RULES) {
        it(`${name} has a name, a level, sentences and a source`, () => {
            assert.ok(["mandatory", "advisory"].includes(level));
            assert.ok(["never", "cost", "operations", "application"].includes(waivable));
            assert.match(name, /^[a-z]+(-[a-z]+)+$/);
            assert.match(description, /^[A-Z][^\n]*\.$/);
            assert.match(remediation, /^[A-Z][^\n]*\.$/);
            assert.match(url, /^https:\/\/(docs\.aws\.amazon\.com|www\.pulumi\.com)\//);
            assert.ok(decidableInPreview === true || decidableInPreview.length > 20);
            for (const id of control) {
                assert.match(id, /^([A-Z][A-Za-z0-9]+\.\d+|CKV2?_AWS_\d+|AVD-AWS-\d{4})$/);
            }
        });
    }

    it("has a name of its own", () => {
        assert.equal(new Set(RULES.map(({ name }) => name)).size, RULES.length);
    });
});

describe("types of resources", () => {
    it("are those of the SDK", () => {
        const known = new Set<string>();
        const collect = (module: object): void => {
            for (const member of Object.values(module) as unknown[]) {
                if (
                    typeof member === "function" &&
                    "__pulumiType" in member &&
                    typeof member.__pulumiType === "string"
                ) {
                    known.add(member.__pulumiType);
                }
            }
        };
        const modules = new Set(
            Object.values(T).flatMap((type) => /^aws:([a-z0-9]+)\//.exec(type)?.slice(1) ?? []),
        );
        for (const module of modules) {
            const found = Reflect.get(aws, module) as object | undefined;
            assert.ok(found, `@pulumi/aws has no module ${module}`);
            collect(found);
        }
        assert.deepEqual(
            Object.values(T).filter((type) => type.startsWith("aws:") && !known.has(type)),
            [],
        );
    });
});
