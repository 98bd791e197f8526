/** The picture in a report: drawn, and told in tables for whoever cannot see it. */
import type { Cost } from "../cost/cost";
import { dollars } from "../cost/describe";
import type { Node, Picture } from "../picture/model";
import { svg } from "../picture/svg";
import { type Content, folded, h, raw, table } from "./element";
import { count } from "../describe";
import { shortType } from "./facts";
import { stackOf } from "./stack";

export async function pictureSection(picture: Picture, cost: Cost): Promise<Content> {
    const drawing = await svg(picture, { badge: (node) => badge(node, cost) });
    return [
        ...warnings(picture),
        h("div", { class: "wide" }, figure(picture, drawing)),
        stackOf(picture, (node) => badge(node, cost)),
        folded(["Flows ", muted(count(picture.flows.length, "flow"))], flows(picture)),
        folded(["Not in the picture ", muted(count(picture.leftOut.length, "type"))], leftOut(picture)),
    ];
}

/** The drawing, as wide as the screen allows. */
function figure({ title }: Picture, drawing: string): Content {
    const width = /\bwidth="([\d.]+)" height/.exec(drawing)?.[1] ?? "1000";
    const resized = drawing.replace(/ width="[\d.]+" height="[\d.]+">/, ">");
    return h(
        "figure",
        { class: "picture", tabindex: "0", style: `--picture:${width}px`, "aria-label": title },
        raw(resized),
    );
}

function muted(text: string): Content {
    return h("span", { class: "muted" }, text);
}

/** What a box and its parts cost. */
function badge({ urns }: Node, { lines }: Cost): string | undefined {
    const own = new Set(urns);
    const sum = lines.filter(({ urn }) => own.has(urn)).reduce((all, { monthly }) => all + monthly, 0);
    return sum < 0.005 ? undefined : dollars(sum);
}

function warnings({ notPlaced, notDrawn }: Picture): readonly Content[] {
    return [
        ...notPlaced.map((what) => `Not placed: ${what}.`),
        ...notDrawn.map(({ name, why }) => `The rule ${name} lets nothing through: ${why}.`),
    ].map((text) => h("p", { class: "alert" }, text));
}

function flows({ flows: all, nodes }: Picture): Content {
    const title = (id: string): string => {
        const node = nodes.find((one) => one.id === id);
        const name = node?.lines[0];
        return node === undefined
            ? id
            : node.kind === "service" || name === undefined || node.urns.length === 0
              ? [node.title, ...(node.urns.length === 0 ? node.lines : [])].join(" ")
              : `${node.title} (${name})`;
    };
    return table(
        [{ title: "From" }, { title: "To" }, { title: "Ports" }, { title: "What the rules say" }],
        all.map(({ from, to, via, ports, why }) => [
            title(from),
            via === undefined
                ? title(to)
                : `${title(to)}, through ${nodes.find(({ id }) => id === via)?.title ?? via}`,
            ports.join(", "),
            why.join("; "),
        ]),
    );
}

function leftOut(picture: Picture): Content {
    return table(
        [{ title: "Type" }, { title: "Number", kind: "number" }, { title: "Why it is no box" }],
        picture.leftOut.map(({ type, count, why }) => [h("code", {}, shortType(type)), String(count), why]),
    );
}
