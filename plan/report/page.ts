/** The report as one file of HTML: no script, nothing to load, for screens of any width, in the dark, and on paper. */
import { pictureOf } from "../picture/picture";
import { costSection } from "./cost";
import { type Content, folded, h, type Html, prose, raw, table } from "./element";
import { count } from "../describe";
import type { Plan } from "../plan";
import { type Facts, factsOf } from "./facts";
import { pictureSection } from "./picture";
import { policySection } from "./policy";
import { resourceSection } from "./resources";
import { settingGroups } from "./settings";
import { STYLE } from "./style";
import { describePrices, dollars } from "../cost/describe";

export async function html(plan: Plan): Promise<string> {
    const facts = factsOf(plan);
    const sections: readonly Section[] = [
        { id: "summary", title: "Summary", body: summarySection(plan, facts) },
        { id: "picture", title: "Picture", body: await pictureSection(pictureOf(plan.graph), plan.cost) },
        { id: "cost", title: "Cost", body: costSection(plan.cost, facts) },
        { id: "policy", title: "Policy", body: policySection(facts) },
        ...(plan.pending.length === 0
            ? []
            : [{ id: "pending", title: "Before pulumi up", body: pendingSection(plan) }]),
        ...(plan.notes.length === 0 ? [] : [{ id: "notes", title: "Notes", body: notesSection(plan) }]),
        { id: "resources", title: "Resources", body: resourceSection(plan) },
        { id: "settings", title: "Settings", body: settingsSection(plan) },
    ];
    const page = h(
        "html",
        { lang: "en" },
        head(facts.title),
        h(
            "body",
            {},
            header(plan, facts),
            h(
                "nav",
                {},
                sections.map(({ id, title }) => h("a", { href: `#${id}` }, title)),
            ),
            h("main", {}, sections.map(section)),
            h("footer", {}, "A plan: computed without AWS. Nothing has been deployed by it."),
        ),
    );
    return `<!doctype html>\n${page.text}\n`;
}

interface Section {
    readonly id: string;
    readonly title: string;
    readonly body: Content;
}

function section({ id, title, body }: Section): Html {
    return h("section", { id }, h("h2", {}, title), body);
}

function head(title: string): Html {
    return h(
        "head",
        {},
        h("meta", { charset: "utf-8" }),
        h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
        h("meta", { name: "color-scheme", content: "light dark" }),
        h("meta", { name: "referrer", content: "no-referrer" }),
        h("title", {}, title),
        h("style", {}, raw(STYLE)),
    );
}

/** As many addresses as a phone shows beside a title. */
const FEW_URLS = 4;

function header({ settings, graph }: Plan, { title }: Facts): Html {
    const urls = settings.apps.flatMap(({ route }) => (route.url === undefined ? [] : [route.url]));
    const list = h(
        "p",
        { class: "urls" },
        urls.map((url) => h("code", {}, url)),
    );
    return h(
        "header",
        {},
        h("h1", {}, title),
        h(
            "p",
            { class: "muted" },
            `profile ${settings.profile} · ${graph.resources.length} registrations · ${count(settings.apps.length, "app")}`,
        ),
        urls.length > FEW_URLS ? folded(`${urls.length} addresses`, list) : list,
    );
}

function summarySection(plan: Plan, facts: Facts): Content {
    const { cost, policy, pending } = plan;
    const violated = facts.mandatory + facts.advisory;
    const tiles: readonly (readonly [string, string, string, string?])[] = [
        [dollars(cost.monthly), "a month", `${dollars(cost.idleMonthly)} idle`],
        [String(facts.resources), "resources", count(facts.sections.length, "group")],
        [
            violated === 0 ? "none" : String(violated),
            "policies violated",
            `${facts.mandatory} mandatory · ${policy.waived.length} waived`,
            facts.mandatory > 0 ? "bad" : violated > 0 ? "warn" : "good",
        ],
        [
            pending.length === 0 ? "nothing" : String(pending.length),
            "to do first",
            pending.length === 0 ? "ready for pulumi up" : "before pulumi up",
            pending.length === 0 ? "good" : "warn",
        ],
    ];
    return [
        h(
            "div",
            { class: "tiles" },
            tiles.map(([value, what, more, mood]) =>
                h(
                    "div",
                    { class: mood === undefined ? "tile" : `tile ${mood}` },
                    h("b", {}, value),
                    h("span", {}, what),
                    h("small", {}, more),
                ),
            ),
        ),
        h(
            "div",
            { class: "parts" },
            facts.sections.map(({ name, resources, words, monthly }) =>
                h(
                    "div",
                    { class: "part" },
                    h("h3", {}, name),
                    words.map((line) => h("p", {}, line)),
                    h(
                        "p",
                        { class: "muted" },
                        `${count(resources.length, "resource")} · ${dollars(monthly)} a month`,
                    ),
                ),
            ),
        ),
        h("p", { class: "muted" }, `${describePrices(cost)}, ${cost.traffic.name} traffic`),
    ];
}

function pendingSection({ pending }: Plan): Content {
    return h(
        "ol",
        { class: "steps" },
        pending.map(({ what, command }) => h("li", {}, prose(what), h("pre", {}, command))),
    );
}

function notesSection({ notes }: Plan): Content {
    return h(
        "ul",
        { class: "notes" },
        notes.map((note) => h("li", {}, prose(note))),
    );
}

function settingsSection({ settings }: Plan): Content {
    return settingGroups(settings).map(({ title, rows }) =>
        h(
            "details",
            {},
            h("summary", {}, title, h("span", { class: "muted" }, ` ${count(rows.length, "value")}`)),
            table(
                [{ title: "Setting" }, { title: "Value" }],
                rows.map(({ path, value }) => [h("code", {}, path), value]),
            ),
        ),
    );
}
