/** What it costs: bars by what it belongs to, and every line on demand. */
import type { Cost, Line } from "../cost/cost";
import { describePrices, dollars } from "../cost/describe";
import { type Content, folded, h, table } from "./element";
import { count } from "../describe";
import { type Facts, type SectionFacts, shortType } from "./facts";

export function costSection(cost: Cost, facts: Facts): Content {
    const most = Math.max(0.01, ...facts.sections.map(({ monthly }) => monthly));
    const dearest = [...facts.sections].sort((a, b) => b.monthly - a.monthly);
    return [
        h(
            "p",
            { class: "total" },
            h("b", {}, dollars(cost.monthly)),
            ` a month, ${dollars(cost.idleMonthly)} in a month without a visitor `,
            h("span", { class: "muted" }, `(${describePrices(cost)}, ${cost.traffic.name} traffic)`),
        ),
        ...cost.notPriced.map((type) => h("p", { class: "alert" }, `Not in that sum: ${shortType(type)}.`)),
        h(
            "div",
            { class: "bars" },
            dearest.map((section) => bar(section, most)),
        ),
        h(
            "p",
            { class: "muted key" },
            h("i", { class: "idle" }),
            " idle ",
            h("i", { class: "used" }),
            " with traffic",
        ),
        ...dearest
            .filter(({ lines }) => lines.length > 0)
            .map((section) =>
                folded(
                    [
                        section.name,
                        h(
                            "span",
                            { class: "muted" },
                            ` ${dollars(section.monthly)}, ${count(section.lines.length, "line")}`,
                        ),
                    ],
                    lineTable(section.lines, facts),
                ),
            ),
        folded(
            "What the figures assume",
            h(
                "ul",
                {},
                cost.assumptions.map((text) => h("li", {}, text)),
            ),
        ),
    ];
}

function bar({ name, monthly, idleMonthly }: SectionFacts, most: number): Content {
    const percent = (amount: number): string => `${((Math.max(0, amount) / most) * 100).toFixed(2)}%`;
    const idle = Math.min(idleMonthly, monthly);
    return h(
        "div",
        { class: "bar" },
        h("span", { class: "bar-name" }, name),
        h(
            "span",
            { class: "bar-track" },
            h("i", { class: "idle", style: `width:${percent(idle)}` }),
            h("i", { class: "used", style: `width:${percent(monthly - idle)}` }),
        ),
        h("span", { class: "bar-sum" }, dollars(monthly)),
        h("span", { class: "bar-idle muted" }, `${dollars(idleMonthly)} idle`),
    );
}

function lineTable(lines: readonly Line[], { nameOf }: Facts): Content {
    return table(
        [
            { title: "Resource" },
            { title: "Item" },
            { title: "Quantity", kind: "number" },
            { title: "Price", kind: "number" },
            { title: "A month", kind: "number" },
            { title: "Idle", kind: "number" },
        ],
        lines.map(({ urn, item, quantity, unit, unitPrice, monthly, idleMonthly }) => [
            nameOf(urn),
            item,
            `${number(quantity)} ${unit}`,
            `$${number(unitPrice)}`,
            dollars(monthly),
            dollars(idleMonthly),
        ]),
    );
}

/** Three digits that count. */
function number(value: number): string {
    return value >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}
