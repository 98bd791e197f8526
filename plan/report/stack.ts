/** The picture for a narrow screen: the same places and boxes below each other, with their arrows in words. */
import { ICONS } from "../picture/icons";
import type { Node, Picture, Place } from "../picture/model";
import { inOrder } from "../picture/order";
import { type Content, h, raw } from "./element";

/** @param badge a few words for a box, such as what it costs */
export function stackOf(picture: Picture, badge: (node: Node) => string | undefined): Content {
    const nodes = inOrder(picture);
    return h(
        "div",
        { class: "stack" },
        picture.vpc === undefined ? [] : h("p", { class: "muted" }, picture.vpc),
        picture.places.map((place) =>
            h(
                "div",
                { class: "place" },
                h("h3", {}, place.title),
                h("p", { class: "muted" }, about(place)),
                nodes
                    .filter((node) => node.place === place.id)
                    .map((node) => card(node, picture, badge(node))),
            ),
        ),
    );
}

function about({ wayOut, subnets }: Place): string {
    const ranges = subnets.map(({ zone, cidr }) => `${zone.slice(-1)} ${cidr}`.trim());
    return [wayOut ?? "", ...ranges].filter((word) => word !== "").join(" · ");
}

function card(node: Node, picture: Picture, price: string | undefined): Content {
    return h(
        "div",
        { class: "card" },
        raw(
            `<svg class="shp" viewBox="0 0 20 20" aria-hidden="true"><g class="shp-${node.kind}"><g class="shp-icon">${ICONS[node.kind]}</g></g></svg>`,
        ),
        h(
            "div",
            {},
            h("b", {}, node.title),
            node.zones.length === 0 ? [] : h("span", { class: "muted" }, ` ${node.zones.join(" ")}`),
            node.lines.map((line) => h("div", { class: "muted" }, line)),
            arrows(node, picture).map((line) => h("div", { class: "flow" }, line)),
        ),
        h("span", { class: "price" }, price ?? ""),
    );
}

/** What arrives and what leaves, each once however many boxes are at its other end. */
function arrows({ id }: Node, { flows, uses, nodes }: Picture): readonly string[] {
    const title = (other: string): string => {
        const node = nodes.find((one) => one.id === other);
        return node === undefined
            ? other
            : node.urns.length === 0
              ? [node.title, ...node.lines].join(" ")
              : node.title;
    };
    const lines = [
        ...flows
            .filter(({ to }) => to === id)
            .map(({ from, ports }) => ({ words: `← ${ports.join(", ")} from`, other: title(from) })),
        ...flows
            .filter(({ from }) => from === id)
            .map(({ to, ports }) => ({ words: `→ ${ports.join(", ")} to`, other: title(to) })),
        ...flows
            .filter(({ via }) => via === id)
            .map(({ from, to, ports }) => ({
                words: `↔ ${ports.join(", ")} to ${title(to)} from`,
                other: title(from),
            })),
        ...uses
            .filter(({ from }) => from === id)
            .map(({ to, what }) => ({ words: `⇢ ${what}:`, other: title(to) })),
    ];
    const byWords = new Map<string, string[]>();
    for (const { words, other } of lines) {
        const others = byWords.get(words) ?? [];
        byWords.set(words, others.includes(other) ? others : [...others, other]);
    }
    return [...byWords].map(([words, others]) => `${words} ${others.join(", ")}`);
}
