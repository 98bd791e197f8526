/** The picture of a plan before anyone draws it, read from its graph. */
import type { Graph } from "../graph";
import { View } from "../../policy/view";
import { findFlows } from "./flows";
import type { Node, Picture, Place } from "./model";
import { findNodes, type Layout } from "./nodes";
import { NO_THING, rowOf } from "./table";
import { findTiers } from "./tiers";
import { findUses } from "./uses";

const PICTURES = new WeakMap<Graph, Picture>();

/** A pure function of the graph, which all that show it share. */
export function pictureOf(graph: Graph): Picture {
    const known = PICTURES.get(graph) ?? readPicture(graph);
    PICTURES.set(graph, known);
    return known;
}

function readPicture(graph: Graph): Picture {
    const view = new View(graph);
    const tiers = findTiers(view);
    const layout = findNodes(view, tiers);
    const { flows, outside, notDrawn } = findFlows(view, layout, tiers);
    const nodes = [...outside, ...layout.nodes];
    return {
        title: `${graph.project} · ${graph.stack} · ${graph.region}`,
        caption: captionOf(view),
        vpc: vpcOf(view, tiers.places.length > 0),
        places: placesOf(tiers.places, nodes),
        nodes,
        flows,
        uses: findUses(view, layout),
        notDrawn,
        notPlaced: notPlaced(view, layout),
        leftOut: leftOut(view),
    };
}

const OUTSIDE: Place = { id: "outside", kind: "outside", title: "Outside", wayOut: undefined, subnets: [] };
const REGION: Place = {
    id: "region",
    kind: "region",
    title: "AWS, in no subnet",
    wayOut: undefined,
    subnets: [],
};
const DELIVERY: Place = {
    id: "delivery",
    kind: "delivery",
    title: "Delivery",
    wayOut: undefined,
    subnets: [],
};

/** Tiers are shown even when they are empty, since they are there; the other places only where something is in them. */
function placesOf(tiers: readonly Place[], nodes: readonly Node[]): readonly Place[] {
    const used = (place: Place): boolean => nodes.some((node) => node.place === place.id);
    return [OUTSIDE, ...tiers, REGION, DELIVERY].filter((place) => place.kind === "tier" || used(place));
}

function captionOf(view: View): readonly string[] {
    const clusters = view.all("aws:ecs/cluster:Cluster").map((item) => item.text("name") ?? item.name);
    return clusters.map((name) => `ECS cluster ${name}`);
}

function vpcOf(view: View, hasTiers: boolean): string | undefined {
    const [vpc] = view.all("aws:ec2/vpc:Vpc");
    if (vpc === undefined) {
        return hasTiers ? "Existing VPC" : undefined;
    }
    const ipv6 = vpc.flag("assignGeneratedIpv6CidrBlock") === true ? " and IPv6" : "";
    return `VPC ${vpc.text("cidrBlock") ?? vpc.name}${ipv6}`;
}

function notPlaced(view: View, layout: Layout): readonly string[] {
    const loose = view.items.flatMap((item) => {
        const row = rowOf(item.type);
        return row === undefined
            ? [item.type]
            : row.as === "part" && row.otherwise === undefined && layout.ownerOf(item) === undefined
              ? [`${item.type} ${item.name}, which is part of nothing`]
              : [];
    });
    return [...new Set(loose)].sort();
}

function leftOut(view: View): Picture["leftOut"] {
    const counts = new Map<string, { count: number; why: string }>();
    for (const { type } of view.items) {
        const row = rowOf(type);
        if (row?.as === "nowhere" && row !== NO_THING) {
            counts.set(type, { count: (counts.get(type)?.count ?? 0) + 1, why: row.why });
        }
    }
    return [...counts].map(([type, rest]) => ({ type, ...rest })).sort((a, b) => (a.type < b.type ? -1 : 1));
}
