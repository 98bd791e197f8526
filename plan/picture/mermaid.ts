/** A picture as Mermaid text, which GitHub draws: https://mermaid.js.org/syntax/flowchart.html */
import { arrowsOf, type Arrows } from "./arrows";
import type { Node, Picture, Place } from "./model";
import { columnOf, inOrder, pointsLeft } from "./order";

export function mermaid(picture: Picture): string {
    const arrows = arrowsOf(picture);
    const ids = new Map(inOrder(picture).map(({ id }, index) => [id, `n${index}`]));
    const frame = (place: Place): readonly string[] => subgraph(place, picture, ids, arrows);
    const tiers = picture.places.filter(({ kind }) => kind === "tier").flatMap(frame);
    const vpc =
        picture.vpc === undefined || tiers.length === 0
            ? tiers
            : [`subgraph vpc["${quote(picture.vpc)}"]`, ...tiers.map((line) => `  ${line}`), "end"];
    const [before, after] = [
        picture.places.filter(({ kind }) => kind === "outside"),
        picture.places.filter(({ kind }) => kind === "region" || kind === "delivery"),
    ].map((places) => places.flatMap(frame));
    const body = [...(before ?? []), ...vpc, ...(after ?? []), ...links(picture, ids, arrows)];
    return ["flowchart LR", ...body.map((line) => `  ${line}`), ""].join("\n");
}

function subgraph(
    place: Place,
    picture: Picture,
    ids: ReadonlyMap<string, string>,
    arrows: Arrows,
): readonly string[] {
    const inside = inOrder(picture).filter((node) => node.place === place.id);
    // One line: GitHub draws boxes over a second.
    const zones = place.subnets.map(({ zone }) => zone.slice(-1)).filter((zone) => zone !== "");
    const title = [place.title, zones.join(" "), place.wayOut ?? ""].filter((word) => word !== "");
    const id = `p${columnOf(picture, place.id)}`;
    return [
        `subgraph ${id}["${quote(title.join(" · "))}"]`,
        ...inside.map((node) => `  ${ids.get(node.id) ?? ""}${shape(node, arrows)}`),
        ...(inside.length === 0 ? [`  ${id}empty["nothing here"]`] : []),
        "end",
    ];
}

function shape(node: Node, { shared }: Arrows): string {
    const lines = [...node.lines, shared.get(node.id) ?? ""].filter((line) => line !== "");
    const words = [`<b>${quote(node.title)}</b>`, ...lines.map(quote)].join("<br/>");
    const [before, after] = SHAPES[node.kind] ?? ["[", "]"];
    return `${before}"${words}"${after}`;
}

const SHAPES: Readonly<Partial<Record<Node["kind"], readonly [string, string]>>> = {
    internet: ["((", "))"],
    database: ["[(", ")]"],
    fileSystem: ["[(", ")]"],
    bucket: ["[(", ")]"],
};

function links(
    picture: Picture,
    ids: ReadonlyMap<string, string>,
    { arrows, outgoing }: Arrows,
): readonly string[] {
    return arrows.map(({ from, to, kind, label }) => {
        const ports = kind === "out" ? (outgoing.get(from) ?? []).join(", ") : label;
        if (pointsLeft(picture, { from, to })) {
            // An arrow against the reading order would turn the whole drawing round.
            const words = `|"${quote(`← ${ports}`.trim())}"|`;
            return `${ids.get(to) ?? ""} -.-${words} ${ids.get(from) ?? ""}`;
        }
        const words = ports === "" ? "" : `|"${quote(ports)}"|`;
        return `${ids.get(from) ?? ""} ${kind === "flow" ? "-->" : "-.->"}${words} ${ids.get(to) ?? ""}`;
    });
}

/** What could mean something to Mermaid, to HTML or to Markdown is written as its number. */
function quote(text: string): string {
    return text.replace(/[^\p{L}\p{N} .,:/_+–·×→←()…-]/gu, (character) => {
        const code = character.codePointAt(0) ?? 0x20;
        return code < 0x20 ? " " : `#${code};`;
    });
}
