/** Every rule has graphs in which it holds and graphs in which it does not, and says exactly what is wrong. */
import assert from "node:assert/strict";
import type { Resource } from "../../plan/graph";
import type { Finding } from "../../policy/finding";
import type { Rule } from "../../policy/rule";
import { RULES } from "../../policy/rules";
import { View } from "../../policy/view";
import { graph } from "../support/graphs";
import { CASES } from "./cases";
import { NAMED_ACCOUNT } from "./cases/cases";

function findings(rule: Rule, resources: readonly Resource[]): readonly Finding[] {
    return rule.check(new View(graph(...resources), [NAMED_ACCOUNT]));
}

function said(all: readonly Finding[]): readonly string[] {
    return [...new Set(all.map(({ message }) => message))];
}

describe("policy rules", () => {
    it("all have a graph in which they hold and one in which they do not, and no other rule has", () => {
        const complete = Object.entries(CASES).filter(
            ([, { holds, fails }]) => Object.keys(holds).length > 0 && Object.keys(fails).length > 0,
        );
        assert.deepEqual(complete.map(([name]) => name).sort(), RULES.map(({ name }) => name).sort());
    });

    for (const rule of RULES) {
        describe(rule.name, () => {
            for (const [label, resources] of Object.entries(CASES[rule.name]?.holds ?? {})) {
                it(`holds: ${label}`, () => {
                    assert.deepEqual(said(findings(rule, resources)), []);
                });
            }
            for (const [label, [resources, ...messages]] of Object.entries(CASES[rule.name]?.fails ?? {})) {
                it(`does not hold: ${label}`, () => {
                    const found = findings(rule, resources);
                    assert.deepEqual(said(found), messages);
                    assert.ok(
                        found.every(({ undecided }) => !undecided),
                        "it must be decided",
                    );
                    const urns = resources.map(({ urn }) => urn);
                    assert.ok(
                        found.every(({ urn }) => urns.includes(urn)),
                        "it must name a resource of the graph",
                    );
                });
            }
        });
    }
});
