/** The report as HTML: one file that needs nothing else, says what the plan says, and is no program whatever it says. */
import assert from "node:assert/strict";
import { json } from "../../../plan/json";
import { html } from "../../../plan/report/page";
import { type Element, elements, parseMarkup, textOf } from "../../support/markup";
import { remembered } from "../../support/recorded";
import { planned } from "../../support/stacks";
import { NASTY, nastyPlan, planOfSites } from "./plans";

const prod = remembered(async () => html(await planned("Pulumi.prod.yaml")));
const nasty = remembered(async () => html(await nastyPlan()));

function all(within: Element): readonly Element[] {
    return within.children.flatMap((child) => (typeof child === "string" ? [] : [child, ...all(child)]));
}

/** Content of these is phrasing content: https://html.spec.whatwg.org/multipage/grouping-content.html#the-p-element */
const PHRASING_ONLY = ["p", "h1", "h2", "h3", "span", "b", "small", "code", "pre", "a", "summary", "title"];
const BLOCKS = [
    "p",
    "div",
    "table",
    "ul",
    "ol",
    "li",
    "details",
    "section",
    "figure",
    "h1",
    "h2",
    "h3",
    "pre",
];

describe("the report in HTML", () => {
    it("is well-formed, with every element where HTML takes it", async () => {
        for (const text of [await prod(), await nasty()]) {
            assert.ok(text.startsWith("<!doctype html>\n<html lang="));
            const page = parseMarkup(text);
            const found = all(page);
            for (const element of found.filter(({ name }) => PHRASING_ONLY.includes(name))) {
                const blocks = all(element).filter(({ name }) => BLOCKS.includes(name));
                // A heading may stand in a summary.
                const allowed = element.name === "summary" ? ["h1", "h2", "h3"] : [];
                const wrong = blocks.filter(({ name }) => !allowed.includes(name)).map(({ name }) => name);
                assert.deepEqual(wrong, [], `in ${element.name}`);
            }
            for (const { children } of elements(page, "details")) {
                assert.ok(typeof children[0] !== "string" && children[0]?.name === "summary");
            }
            for (const { children } of [...elements(page, "ul"), ...elements(page, "ol")]) {
                assert.ok(children.every((child) => typeof child !== "string" && child.name === "li"));
            }
            for (const row of elements(page, "tr")) {
                assert.ok(
                    row.children.length > 0 && !row.children.some((child) => typeof child === "string"),
                );
            }
            assert.equal(
                elements(page, "title").filter(({ attributes }) => !("class" in attributes)).length > 0,
                true,
            );
        }
    });

    it("gives an id once, and leads to those that there are", async () => {
        const found = all(parseMarkup(await prod()));
        const ids = found.flatMap(({ attributes }) => (attributes.id === undefined ? [] : [attributes.id]));
        assert.equal(new Set(ids).size, ids.length);
        const links = elements(parseMarkup(await prod()), "a").map(({ attributes }) => attributes.href ?? "");
        assert.ok(links.length >= 6);
        assert.deepEqual(
            links.filter((link) => !ids.includes(link.replace(/^#/, ""))),
            [],
        );
    });

    it("loads nothing, and runs nothing", async () => {
        for (const text of [await prod(), await nasty()]) {
            const found = all(parseMarkup(text));
            const names = new Set(found.map(({ name }) => name));
            for (const name of [
                "script",
                "link",
                "img",
                "image",
                "iframe",
                "object",
                "embed",
                "base",
                "use",
                "form",
            ]) {
                assert.ok(!names.has(name), name);
            }
            for (const { name, attributes } of found) {
                for (const [key, value] of Object.entries(attributes)) {
                    assert.doesNotMatch(key, /^(on|src|action|poster|srcset|ping)/, `${key} of ${name}`);
                    assert.ok(!key.endsWith("href") || value.startsWith("#"), `${key} of ${name}: ${value}`);
                }
            }
            const styles = elements(parseMarkup(text), "style").map(textOf).join("\n");
            assert.doesNotMatch(styles, /@import|https?:|\/\//);
            const targets = [...styles.matchAll(/url\(([^)]*)\)/g)].map(([, target = ""]) => target);
            assert.deepEqual(
                targets.filter((target) => !target.startsWith("#")),
                [],
            );
        }
    });

    it("shows what a stack file says as text, whatever it says", async () => {
        const text = await nasty();
        assert.ok(!text.includes("<script"));
        assert.ok(!text.includes("<img"));
        const shown = textOf(parseMarkup(text));
        // Variable, reason of a waiver, two notes, a step and its command.
        assert.ok(shown.split("<script>alert(1)</script>").length - 1 >= 5);
    });

    it("says everything that is violated, and hides what looks like a secret", async () => {
        const shown = textOf(parseMarkup(await nasty()));
        assert.match(shown, /waiver-unused/);
        assert.match(shown, /no-secret-value-in-plain-text/);
        assert.ok(!shown.includes("AKIAIOSFODNN7EXAMPLE"));
        assert.match(shown, /\[hidden: it looks like/);
    });

    it("has a section for each thing that a reviewer asks, and the plan's own figures", async () => {
        const plan = await planned("Pulumi.prod.yaml");
        const page = parseMarkup(await prod());
        const titles = elements(page, "h2").map(textOf);
        assert.deepEqual(titles, [
            "Summary",
            "Picture",
            "Cost",
            "Policy",
            "Before pulumi up",
            "Resources",
            "Settings",
        ]);
        const shown = textOf(page);
        const { cost } = json(plan) as {
            cost: { monthly: number; groups: { name: string; monthly: number }[] };
        };
        for (const amount of [cost.monthly, ...cost.groups.map(({ monthly }) => monthly)]) {
            assert.ok(shown.includes(`$${amount.toFixed(2)}`), String(amount));
        }
        for (const { name } of plan.graph.resources) {
            assert.ok(shown.includes(name), name);
        }
        for (const { command } of plan.pending) {
            assert.ok(shown.includes(command), command);
        }
    });

    it("has its colours in the dark too, a form for phones and one for paper", async () => {
        const [first] = elements(parseMarkup(await prod()), "style").map(textOf);
        const [, light = ""] = /:root\{(--[^}]*)\}/.exec(first ?? "") ?? [];
        const [, dark = ""] = /prefers-color-scheme:dark\)\{:root\{(--[^}]*)\}/.exec(first ?? "") ?? [];
        const names = (values: string) => values.split(";").map((one) => one.split(":")[0]);
        assert.deepEqual(names(dark), names(light));
        assert.notEqual(dark, light);
        assert.match(first ?? "", /@media \(max-width:700px\)/);
        assert.match(first ?? "", /@media print/);
    });

    it("of many apps begins with what it says, not with a screen of addresses", async () => {
        const head = (text: string): string => /<header>[\s\S]*?<\/header>/.exec(text)?.[0] ?? "";
        const many = head(await html(await planOfSites(5)));
        assert.match(many, /<details><summary>5 addresses<\/summary>/);
        assert.equal(many.split("<code>").length - 1, 5);
        const one = head(await html(await planned("Pulumi.prod.yaml")));
        assert.doesNotMatch(one, /<details>/);
        assert.match(one, /<code>https:\/\/wiki\.example\.com<\/code>/);
    });

    it("names no text of a stack file in its style", async () => {
        assert.ok(NASTY.includes("</style>"));
        const styles = elements(parseMarkup(await nasty()), "style")
            .map(textOf)
            .join("");
        assert.ok(!styles.includes("alert(1)"));
    });
});
