/** A picture as one SVG file that needs nothing else: no script, no font, no address to load from. */
import { ICONS } from "./icons";
import { type Card, type Drawing, layOut, type Line, pillWidth, type Point, SIZES } from "./layout";
import type { Picture } from "./model";
import { STYLE } from "./style";
import { escape, fit, widthOf } from "./text";

export interface Decoration {
    /** A few words for the corner of a box, such as what it costs; undefined for none. */
    readonly badge?: (node: Card["node"]) => string | undefined;
}

/** The picture, laid out and drawn. */
export async function svg(picture: Picture, decoration: Decoration = {}): Promise<string> {
    const drawing = await layOut(picture);
    const { width, height } = drawing;
    const total = height + LEGEND + (picture.notPlaced.length > 0 ? 20 : 0);
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" class="shp" role="img" aria-label="${escape(picture.title)}" viewBox="0 0 ${round(width)} ${round(total)}" width="${round(width)}" height="${round(total)}">`,
        `<title>${escape(picture.title)}</title>`,
        `<style>${STYLE}</style>`,
        markers(),
        `<rect class="shp-page" width="100%" height="100%"/>`,
        ...frames(drawing),
        ...drawing.lines.map(line),
        ...drawing.cards.map((card) => box(card, decoration.badge?.(card.node))),
        ...drawing.lines.map(pill),
        ...emptyNotes(drawing),
        legend(picture, drawing),
        "</svg>",
        "",
    ].join("\n");
}

const LEGEND = 30;

function markers(): string {
    const head = (kind: string): string =>
        `<marker id="shp-${kind}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto-start-reverse" markerUnits="userSpaceOnUse"><path class="shp-head-${kind}" d="M0 .8L7.5 4 0 7.2z"/></marker>`;
    return `<defs>${["flow", "out", "use"].map(head).join("")}</defs>`;
}

function frames({ columns, vpc }: Drawing): readonly string[] {
    const outer =
        vpc === undefined
            ? []
            : [
                  `<rect class="shp-vpc" x="${round(vpc.x)}" y="${round(vpc.y)}" width="${round(vpc.width)}" height="${round(vpc.height)}" rx="14"/>`,
                  `<text class="shp-vpc-title" x="${round(vpc.x + 16)}" y="${round(vpc.y + 22)}">${escape(vpc.title)}</text>`,
              ];
    return [...outer, ...columns.map(column)];
}

function column({ place, x, y, width, height }: Drawing["columns"][number]): string {
    const rows = place.subnets.map(({ zone, cidr, name }, index) => {
        const at = y + SIZES.columnHeader + index * SIZES.subnetLine;
        const letter = zone.slice(-1);
        return [
            `<g><title>${escape([name, zone, cidr].filter((word) => word !== "").join(" · "))}</title>`,
            ...(letter === "" ? [] : [chip(x + 16, at - 8, letter)]),
            `<text class="shp-small" x="${round(x + (letter === "" ? 16 : 36))}" y="${round(at + 3)}">${escape(fit(cidr, width - 52, SIZES.font))}</text></g>`,
        ].join("");
    });
    return [
        `<g class="shp-column shp-${place.kind}">`,
        `<rect class="shp-frame" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="10"/>`,
        `<text class="shp-column-title" x="${round(x + 16)}" y="${round(y + 20)}">${escape(fit(place.title, width - 32, 13, true))}</text>`,
        ...(place.wayOut === undefined
            ? []
            : [
                  `<text class="shp-small" x="${round(x + 16)}" y="${round(y + 35)}">${escape(fit(place.wayOut, width - 32, SIZES.font))}</text>`,
              ]),
        ...rows,
        "</g>",
    ].join("");
}

function chip(x: number, y: number, letter: string): string {
    return `<rect class="shp-chip" x="${round(x)}" y="${round(y)}" width="14" height="14" rx="4"/><text class="shp-chip-text" x="${round(x + 7)}" y="${round(y + 10.5)}">${escape(letter)}</text>`;
}

function line({ arrow, points }: Line): string {
    return `<g class="shp-line shp-${arrow.kind}"><title>${escape(arrow.title)}</title><path class="shp-reach" d="${rounded(points)}"/><path class="shp-stroke" d="${rounded(points)}" marker-end="url(#shp-${arrow.kind})"/></g>`;
}

/** Straight lines whose corners are round. */
function rounded(points: readonly Point[]): string {
    const [first] = points;
    const last = points.at(-1);
    if (first === undefined || last === undefined) {
        return "";
    }
    const corners = points.slice(1, -1).map((corner, index) => {
        const [before, after] = [points[index] ?? corner, points[index + 2] ?? corner];
        const radius = Math.min(7, distance(before, corner) / 2, distance(corner, after) / 2);
        const start = towards(corner, before, radius);
        const end = towards(corner, after, radius);
        return `L${pair(start)}Q${pair(corner)} ${pair(end)}`;
    });
    return `M${pair(first)}${corners.join("")}L${pair(last)}`;
}

function distance(a: Point, b: Point): number {
    return Math.hypot(a.x - b.x, a.y - b.y);
}

function towards(from: Point, to: Point, length: number): Point {
    const whole = distance(from, to);
    const part = whole === 0 ? 0 : length / whole;
    return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}

function pair({ x, y }: Point): string {
    return `${round(x)} ${round(y)}`;
}

/** The label of an arrow, on its last straight part. */
function pill({ label, arrow }: Line): string {
    if (label === undefined) {
        return "";
    }
    const width = pillWidth(label.text);
    const x = label.at.x - 12 - width;
    const y = label.at.y - 8;
    return `<g class="shp-pill shp-${arrow.kind}"><rect x="${round(x)}" y="${round(y)}" width="${width}" height="16" rx="8"/><text x="${round(x + width / 2)}" y="${round(y + 11.7)}">${escape(label.text)}</text></g>`;
}

function box({ node, lines, outgoing, x, y, width, height }: Card, badge: string | undefined): string {
    const parts = node.urns.length;
    const about = [node.title, ...node.lines, parts === 0 ? "" : `${parts} resources`];
    const text = x + 38;
    const room = width - 38 - 12;
    const rows = lines.map(
        (words, index) =>
            `<text class="shp-text" x="${round(text)}" y="${rowAt(y, index)}">${escape(fit(words, room, SIZES.font))}</text>`,
    );
    const out =
        outgoing.length === 0
            ? ""
            : `<text class="shp-text shp-outgoing" x="${round(text)}" y="${rowAt(y, lines.length)}">${escape(fit(`→ internet ${outgoing.join(", ")}`, room, SIZES.font))}</text>`;
    const price =
        badge === undefined
            ? ""
            : `<text class="shp-badge" x="${round(x + width - 10)}" y="${round(y + 21)}">${escape(badge)}</text>`;
    const titleRoom = room - (badge === undefined ? 0 : widthOf(badge, SIZES.font, true) + 6);
    return [
        `<g class="shp-card shp-${node.kind}" data-node="${escape(node.id)}"><title>${escape(about.filter((one) => one !== "").join("\n"))}</title>`,
        `<rect class="shp-box" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="8"/>`,
        `<g class="shp-icon" transform="translate(${round(x + 10)} ${round(y + 9)})">${ICONS[node.kind]}</g>`,
        `<text class="shp-title" x="${round(text)}" y="${round(y + 21)}">${escape(fit(node.title, titleRoom, 13, true))}</text>`,
        node.zones.length === 0
            ? ""
            : `<text class="shp-zones" x="${round(x + 20)}" y="${round(y + 43)}">${escape(shortZones(node.zones))}</text>`,
        ...rows,
        out,
        price,
        "</g>",
    ].join("");
}

/** `a b c`; four and more are only counted. */
function shortZones(zones: readonly string[]): string {
    return zones.length > 3 ? `${zones[0] ?? ""}–${zones.at(-1) ?? ""}` : zones.join(" ");
}

function rowAt(y: number, index: number): string {
    return round(y + SIZES.cardTop + 9 + index * SIZES.line);
}

function emptyNotes({ columns, cards }: Drawing): readonly string[] {
    return columns
        .filter(({ place }) => !cards.some(({ node }) => node.place === place.id))
        .map(
            ({ x, y, width, height }) =>
                `<text class="shp-empty" x="${round(x + width / 2)}" y="${round(y + height / 2)}">nothing here</text>`,
        );
}

function legend(picture: Picture, { width, height, lines }: Drawing): string {
    const kinds = new Set(lines.map(({ arrow }) => arrow.kind));
    const words = (
        [
            ["flow", "allowed by security groups, with the port"],
            ["out", "to the internet"],
            ["use", "through AWS's API"],
        ] as const
    ).filter(([kind]) => kinds.has(kind));
    const items: string[] = [];
    let x = SIZES.margin;
    for (const [kind, text] of words) {
        items.push(
            `<g class="shp-line shp-${kind}"><path class="shp-stroke" d="M${x} ${round(height)}h30" marker-end="url(#shp-${kind})"/></g><text class="shp-small" x="${x + 38}" y="${round(height + 4)}">${escape(text)}</text>`,
        );
        x += 38 + Math.ceil(widthOf(text, SIZES.font)) + 26;
    }
    const note = fit(
        [picture.title, ...picture.caption].join(" · "),
        Math.max(80, width - x - SIZES.margin),
        SIZES.font,
    );
    items.push(
        `<text class="shp-small shp-end" x="${round(width - SIZES.margin)}" y="${round(height + 4)}">${escape(note)}</text>`,
    );
    if (picture.notPlaced.length > 0) {
        const missing = `not placed: ${picture.notPlaced.join(", ")}`;
        items.push(
            `<text class="shp-small shp-missing" x="${SIZES.margin}" y="${round(height + 24)}"><title>${escape(missing)}</title>${escape(fit(missing, width - 2 * SIZES.margin, SIZES.font))}</text>`,
        );
    }
    return items.join("");
}

function round(value: number): string {
    return String(Math.round(value * 10) / 10);
}
