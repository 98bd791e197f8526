/** Where everything of a picture stands: columns for places, boxes and arrows as the ELK library lays them out. */
import type { ElkExtendedEdge, ElkNode, ElkPoint, ElkPort } from "elkjs/lib/elk-api";
import { type Arrow, type Arrows, arrowsOf } from "./arrows";
import type { Node, Picture, Place } from "./model";
import { columnOf, inOrder, pointsLeft } from "./order";
import { widthOf } from "./text";

export interface Point {
    readonly x: number;
    readonly y: number;
}

export interface Frame {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
}

export interface Card extends Frame {
    readonly node: Node;
    readonly lines: readonly string[];
    /** Ports to the internet. */
    readonly outgoing: readonly string[];
}

export interface Line {
    readonly arrow: Arrow;
    /** From where it begins to where its head is. */
    readonly points: readonly Point[];
    /** Where its label stands; undefined where another line with the same end has it. */
    readonly label: { readonly text: string; readonly at: Point } | undefined;
}

export interface Drawing {
    readonly width: number;
    readonly height: number;
    readonly cards: readonly Card[];
    readonly lines: readonly Line[];
    readonly columns: readonly (Frame & { readonly place: Place })[];
    /** Around the columns that are tiers. */
    readonly vpc: (Frame & { readonly title: string }) | undefined;
}

/** Pixels. */
export const SIZES = {
    cardWidth: 214,
    /** Of what is outside, which says little. */
    narrowWidth: 128,
    cardTop: 30,
    line: 16,
    cardBottom: 9,
    columnPadding: 16,
    columnHeader: 56,
    subnetLine: 16,
    vpcHeader: 34,
    margin: 24,
    font: 11.5,
    pillFont: 10.5,
} as const;

const DRAWINGS = new WeakMap<Picture, Promise<Drawing>>();

/** Lays a picture out; the same picture always in the same way, and once. */
export function layOut(picture: Picture): Promise<Drawing> {
    const known = DRAWINGS.get(picture) ?? draw(picture);
    DRAWINGS.set(picture, known);
    return known;
}

async function draw(picture: Picture): Promise<Drawing> {
    const elk = await import("elkjs/lib/elk.bundled.js");
    const arrows = arrowsOf(picture);
    const cards = new Map(picture.nodes.map((node) => [node.id, cardOf(node, arrows)]));
    const result = await new elk.default.default().layout(graphOf(picture, arrows, cards));
    return drawingOf(picture, arrows, cards, result);
}

type Sized = Omit<Card, "x" | "y">;

function cardOf(node: Node, { outgoing, shared }: Arrows): Sized {
    const note = shared.get(node.id);
    const lines = note === undefined ? node.lines : [...node.lines, note];
    const ports = outgoing.get(node.id) ?? [];
    const rows = lines.length + (ports.length > 0 ? 1 : 0);
    return {
        node,
        lines,
        outgoing: ports,
        width: node.kind === "internet" ? SIZES.narrowWidth : SIZES.cardWidth,
        height: SIZES.cardTop + rows * SIZES.line + SIZES.cardBottom,
    };
}

const OPTIONS: Readonly<Record<string, string>> = {
    "elk.algorithm": "layered",
    "elk.direction": "RIGHT",
    "elk.edgeRouting": "ORTHOGONAL",
    "elk.randomSeed": "1",
    "elk.separateConnectedComponents": "false",
    "elk.partitioning.activate": "true",
    "elk.spacing.nodeNode": "16",
    "elk.spacing.edgeEdge": "10",
    "elk.spacing.edgeNode": "12",
    "elk.layered.spacing.nodeNodeBetweenLayers": "72",
    "elk.layered.spacing.edgeNodeBetweenLayers": "24",
    "elk.layered.thoroughness": "1",
    "elk.layered.spacing.edgeEdgeBetweenLayers": "10",
    "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
    "elk.layered.crossingMinimization.forceNodeModelOrder": "true",
    "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
    "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
};

/** Arrows of one kind leave and enter a box at one point of each side. */
const PORTS = ["in", "back", "out", "use"] as const;
type Port = (typeof PORTS)[number];

function graphOf(picture: Picture, arrows: Arrows, cards: ReadonlyMap<string, Sized>): ElkNode {
    const edges = edgesOf(picture, arrows);
    const used = new Set(edges.flatMap(({ sources, targets }) => [...sources, ...targets]));
    const labels = labelsOf(edges, arrows);
    const boxes = inOrder(picture).map(({ id, place }): ElkNode => {
        const { width, height } = cards.get(id) ?? { width: 0, height: 0 };
        return {
            id,
            width,
            height,
            ports: PORTS.filter((port) => used.has(`${id}#${port}`)).map((port) =>
                portOf(id, port, labels.get(`${id}#${port}`) ?? ""),
            ),
            layoutOptions: {
                "elk.partitioning.partition": String(columnOf(picture, place)),
                "elk.portConstraints": "FIXED_SIDE",
                "elk.portLabels.placement": "OUTSIDE",
                // The room for labels is on the left.
                "elk.alignment": "RIGHT",
                "elk.portAlignment.default": "CENTER",
            },
        };
    });
    const empty = picture.places
        .filter(({ id }) => !picture.nodes.some(({ place }) => place === id))
        .map(({ id }): ElkNode => ({
            id: emptyId(id),
            width: SIZES.narrowWidth,
            height: SIZES.cardTop,
            layoutOptions: { "elk.partitioning.partition": String(columnOf(picture, id)) },
        }));
    return { id: "picture", layoutOptions: OPTIONS, children: [...boxes, ...empty], edges };
}

/** What stands where arrows end, by port: the labels of all that end there. */
function labelsOf(edges: readonly ElkExtendedEdge[], { arrows }: Arrows): ReadonlyMap<string, string> {
    const labels = new Map<string, readonly string[]>();
    for (const { id, targets } of edges) {
        const label = arrows[Number(id)]?.label ?? "";
        for (const port of label === "" ? [] : targets) {
            labels.set(port, [...new Set([...(labels.get(port) ?? []), label])]);
        }
    }
    return new Map([...labels].map(([port, texts]) => [port, texts.join(" / ")]));
}

/** Pixels. */
export function pillWidth(text: string): number {
    return Math.ceil(widthOf(text, SIZES.pillFont, true)) + 10;
}

function portOf(id: string, port: Port, label: string): ElkPort {
    return {
        id: `${id}#${port}`,
        width: 0,
        height: 0,
        // Room for the label, between the last bend and the head.
        labels: label === "" ? [] : [{ text: label, width: pillWidth(label) + 12, height: 16 }],
        layoutOptions: {
            "elk.port.side": port === "in" || port === "back" ? "WEST" : "EAST",
            "elk.port.index": String(PORTS.indexOf(port)),
        },
    };
}

function emptyId(place: string): string {
    return `empty#${place}`;
}

/** Edges always lead to the right; an arrow that points to the left is turned round for the layout. */
function edgesOf(picture: Picture, { arrows }: Arrows): ElkExtendedEdge[] {
    return arrows.map((arrow, index) => {
        const turned = pointsLeft(picture, arrow);
        const [left, right] = turned ? [arrow.to, arrow.from] : [arrow.from, arrow.to];
        return {
            id: String(index),
            sources: [`${left}#${arrow.kind === "flow" ? "out" : "use"}`],
            targets: [`${right}#${arrow.kind === "flow" ? "in" : "back"}`],
        };
    });
}

function drawingOf(
    picture: Picture,
    arrows: Arrows,
    sized: ReadonlyMap<string, Sized>,
    result: ElkNode,
): Drawing {
    const { margin, vpcHeader, columnPadding } = SIZES;
    const header = headerHeight(picture);
    const top = margin + vpcHeader + header;
    const left = margin + columnPadding * 2;
    const boxes = new Map(
        (result.children ?? []).map(({ id, x = 0, y = 0, width = 0, height = 0 }): [string, Frame] => [
            id,
            { x: x + left, y: y + top, width, height },
        ]),
    );
    const cards = picture.nodes.flatMap((node): Card[] => {
        const [box, card] = [boxes.get(node.id), sized.get(node.id)];
        return box === undefined || card === undefined ? [] : [{ ...card, ...box }];
    });
    const bottom = Math.max(0, ...[...boxes.values()].map(({ y, height }) => y + height)) + columnPadding;
    const columns = picture.places.map((place) => {
        const inside = picture.nodes.filter((node) => node.place === place.id).map(({ id }) => boxes.get(id));
        const frames = [...inside, boxes.get(emptyId(place.id))].filter((frame) => frame !== undefined);
        const start = Math.min(...frames.map(({ x }) => x)) - columnPadding;
        const end = Math.max(...frames.map(({ x, width }) => x + width)) + columnPadding;
        return { place, x: start, y: top - header, width: end - start, height: bottom - top + header };
    });
    const tiers = columns.filter(({ place }) => place.kind === "tier");
    const vpc = picture.vpc === undefined ? undefined : around(tiers, picture.vpc);
    const lines = linesOf(picture, arrows, result, { x: left, y: top });
    const all = [...columns, ...(vpc === undefined ? [] : [vpc])];
    const reached = lines.flatMap(({ points }) => points);
    return {
        width: Math.max(...all.map(({ x, width }) => x + width), ...reached.map(({ x }) => x + 8)) + margin,
        height:
            Math.max(...all.map(({ y, height }) => y + height), ...reached.map(({ y }) => y + 8)) + margin,
        cards,
        lines,
        columns,
        vpc,
    };
}

/** Room for the column with most subnets. */
function headerHeight({ places }: Picture): number {
    return (
        SIZES.columnHeader + Math.max(0, ...places.map(({ subnets }) => subnets.length)) * SIZES.subnetLine
    );
}

function around(tiers: readonly Frame[], title: string): Drawing["vpc"] {
    if (tiers.length === 0) {
        return undefined;
    }
    const { columnPadding: padding, vpcHeader } = SIZES;
    const x = Math.min(...tiers.map((frame) => frame.x)) - padding;
    const y = Math.min(...tiers.map((frame) => frame.y)) - vpcHeader;
    const right = Math.max(...tiers.map((frame) => frame.x + frame.width)) + padding;
    const bottom = Math.max(...tiers.map((frame) => frame.y + frame.height)) + padding;
    return { x, y, width: right - x, height: bottom - y, title };
}

function linesOf(picture: Picture, arrows: Arrows, { edges = [] }: ElkNode, offset: Point): readonly Line[] {
    const labels = new Map(labelsOf(edges, arrows));
    return edges.flatMap(({ id, sections = [], targets: [port = ""] }): Line[] => {
        const arrow = arrows.arrows[Number(id)];
        const [section] = sections;
        if (arrow === undefined || section === undefined) {
            return [];
        }
        const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint].map(
            ({ x, y }: ElkPoint): Point => ({ x: x + offset.x, y: y + offset.y }),
        );
        const end = points.at(-1) ?? offset;
        const text = labels.get(port);
        // One label for all that end in the same point.
        labels.delete(port);
        return [
            {
                arrow,
                points: pointsLeft(picture, arrow) ? points.reverse() : points,
                label: text === undefined ? undefined : { text, at: end },
            },
        ];
    });
}
