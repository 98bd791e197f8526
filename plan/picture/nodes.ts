/** The boxes of a picture, and which resource is part of which. */
import type { Item, View } from "../../policy/view";
import { describeNode } from "./facts";
import type { Node } from "./model";
import { componentsOf, distinct, known, textAt } from "./read";
import { type Kind, type Row, rowOf } from "./table";
import { SUBNETS_OF, type Tiers } from "./tiers";

export interface Layout {
    readonly nodes: readonly Node[];
    /** The box that a resource is, or is part of. */
    readonly ownerOf: (item: Item) => Node | undefined;
}

interface Box {
    readonly id: string;
    readonly kind: Kind;
    readonly items: Item[];
}

export function findNodes(view: View, tiers: Tiers): Layout {
    const boxes = findBoxes(view);
    const owners = new Owners(view, boxes);
    const parts = new Map<string, Item[]>(boxes.map(({ id }) => [id, []]));
    for (const item of view.items) {
        const box = owners.of(item);
        if (box !== undefined) {
            parts.get(box.id)?.push(item);
        }
    }
    const nodes = new Map(
        boxes.map((box): [string, Node] => {
            const items = parts.get(box.id) ?? [];
            return [box.id, nodeOf(view, box, items, tiers)];
        }),
    );
    return {
        nodes: [...nodes.values()],
        ownerOf: (item) => nodes.get(owners.of(item)?.id ?? ""),
    };
}

function findBoxes(view: View): readonly Box[] {
    const boxes = new Map<string, Box>();
    for (const item of view.items) {
        const row = rowOf(item.type);
        if (row?.as === "node") {
            const id = boxId(item, row);
            const box = boxes.get(id) ?? { id, kind: row.kind, items: [] };
            box.items.push(item);
            boxes.set(id, box);
        }
    }
    return [...boxes.values()];
}

function boxId(item: Item, row: Row & { as: "node" }): string {
    if (row.group === undefined) {
        return `${row.kind}-${item.name}`;
    }
    const group = row.group === "all" ? "all" : (textAt(item, row.group) ?? "all");
    return `${row.kind}-${group}`;
}

/** Which box a resource belongs to. */
class Owners {
    private readonly boxes = new Map<string, Box>();
    private readonly found = new Map<string, Box | undefined>();
    private readonly byComponent = new Map<string, Set<Box>>();
    private users: ReadonlyMap<string, readonly Item[]> | undefined;

    constructor(
        private readonly view: View,
        boxes: readonly Box[],
    ) {
        for (const box of boxes) {
            for (const item of box.items) {
                this.boxes.set(item.urn, box);
                for (const component of componentsOf(view, item)) {
                    const there = this.byComponent.get(component.urn) ?? new Set();
                    this.byComponent.set(component.urn, there.add(box));
                }
            }
        }
    }

    of(item: Item): Box | undefined {
        if (!this.found.has(item.urn)) {
            this.found.set(item.urn, this.find(item, new Set()));
        }
        return this.found.get(item.urn);
    }

    /** `asked` are those that wait for this answer: parts may refer to each other. */
    private find(item: Item, asked: ReadonlySet<Item>): Box | undefined {
        const own = this.boxes.get(item.urn) ?? this.found.get(item.urn);
        const row = rowOf(item.type);
        if (own !== undefined || row?.as !== "part") {
            return own;
        }
        const waiting = new Set([...asked, item]);
        const first = (items: readonly Item[]): Box | undefined => {
            for (const other of items.filter((one) => !waiting.has(one))) {
                const box = this.find(other, waiting);
                if (box !== undefined) {
                    return box;
                }
            }
            return undefined;
        };
        return (
            first(row.of.flatMap((path) => this.leadsTo(item, path))) ??
            first(this.usersOf(item).filter(({ type }) => row.by === undefined || type === row.by)) ??
            this.inComponent(item)
        );
    }

    /** What a property refers to, or names. */
    private leadsTo(item: Item, path: string): readonly Item[] {
        const refs = known(() => item.refs(path)) ?? [];
        const name = textAt(item, path);
        return refs.length > 0 || name === undefined
            ? refs
            : this.view.items.filter((other) => textAt(other, "name") === name && other !== item);
    }

    /** Boxes and parts that refer to a resource. */
    private usersOf(item: Item): readonly Item[] {
        this.users ??= usersIn(this.view);
        return this.users.get(item.urn) ?? [];
    }

    /** The innermost component that has boxes decides; of several boxes, none is meant more than the others. */
    private inComponent(item: Item): Box | undefined {
        for (const component of componentsOf(this.view, item)) {
            const there = [...(this.byComponent.get(component.urn) ?? [])];
            if (there.length > 0) {
                return there.length === 1 ? there[0] : undefined;
            }
        }
        return undefined;
    }
}

function usersIn(view: View): ReadonlyMap<string, readonly Item[]> {
    const users = new Map<string, Item[]>();
    for (const user of view.items.filter(({ type }) => ["node", "part"].includes(rowOf(type)?.as ?? ""))) {
        for (const { urn } of user.refs("").filter((used) => used !== user)) {
            const there = users.get(urn) ?? [];
            there.push(user);
            users.set(urn, there);
        }
    }
    return users;
}

function nodeOf(view: View, box: Box, parts: readonly Item[], tiers: Tiers): Node {
    const subnets = parts.flatMap((item) => subnetsOf(item));
    const tier = subnets.map((key) => tiers.tierOf.get(key)).find((id) => id !== undefined);
    const zones = subnets.map((key) => (tiers.zoneOf.get(key) ?? "").slice(-1)).filter((zone) => zone !== "");
    return {
        id: box.id,
        kind: box.kind,
        ...describeNode(view, box.kind, box.items, parts),
        place: tier ?? placeWithoutSubnets(box.kind, tiers),
        zones: [...distinct(zones)].sort(),
        urns: parts.map(({ urn }) => urn),
    };
}

/** Subnets that a resource is in: URNs, or ids of what is not of this stack. */
function subnetsOf(item: Item): readonly string[] {
    const where = SUBNETS_OF[item.type];
    if (where === undefined) {
        return [];
    }
    const own = known(() => item.refs(where.path, "aws:ec2/subnet:Subnet")) ?? [];
    const value = known(() => item.at(where.path));
    const texts = Array.isArray(value) ? (value as readonly unknown[]) : [value];
    return own.length > 0 ? own.map(({ urn }) => urn) : texts.filter((text) => typeof text === "string");
}

/** Where a box stands that is in no subnet: a regional NAT gateway is at the edge of the network all the same. */
function placeWithoutSubnets(kind: Kind, tiers: Tiers): string {
    if (kind === "gateway" || kind === "loadBalancer") {
        return tiers.places[0]?.id ?? "region";
    }
    return ELSEWHERE[kind] ?? "region";
}

const ELSEWHERE: Readonly<Partial<Record<Kind, string>>> = { cdn: "outside", delivery: "delivery" };
