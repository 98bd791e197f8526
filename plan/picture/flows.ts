/** Who may talk to whom: what both ends' security groups let through, as the standalone rules have it. */
import { type Flow as Allowed, flowsOf, isEverybody, membersOf, type Peer } from "../../policy/flows";
import type { Item, View } from "../../policy/view";
import type { Flow, Node, NotDrawn } from "./model";
import type { Layout } from "./nodes";
import { distinct, known, textAt } from "./read";
import { KIND_TITLES } from "./table";
import { defaultRoutes, targetOf, type Tiers } from "./tiers";

export interface Flows {
    readonly flows: readonly Flow[];
    /** The internet, and other ends that are not of this stack. */
    readonly outside: readonly Node[];
    readonly notDrawn: readonly NotDrawn[];
}

const RULES = [
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];

export function findFlows(view: View, layout: Layout, tiers: Tiers): Flows {
    return new Finder(view, layout, tiers).find();
}

/** One end of a flow: the boxes that are in a group, or something outside. */
interface End {
    readonly nodes: readonly Node[];
    readonly missing: string | undefined;
}

interface Passage {
    readonly via: string | undefined;
    readonly open: boolean;
}

class Finder {
    private readonly flows = new Map<string, Flow>();
    private readonly outside = new Map<string, Node>();
    private readonly drawn = new Set<string>();
    private readonly reasons = new Map<string, string>();
    private readonly allowed: readonly Allowed[];

    constructor(
        private readonly view: View,
        private readonly layout: Layout,
        private readonly tiers: Tiers,
    ) {
        this.allowed = view.all(...RULES).flatMap((item) => known(() => flowsOf(item)) ?? []);
    }

    find(): Flows {
        const incoming = this.allowed.filter(({ direction }) => direction === "in");
        const outgoing = this.allowed.filter(({ direction }) => direction === "out");
        for (const rule of incoming) {
            this.enter(rule, outgoing);
        }
        for (const rule of outgoing) {
            this.leave(rule, incoming);
        }
        return {
            flows: [...this.flows.values()],
            outside: [...this.outside.values()],
            notDrawn: this.allowed
                .filter(({ item }) => !this.drawn.has(item.urn))
                .map(({ item: { urn, name } }) => ({ urn, name, why: this.reasons.get(urn) ?? "" })),
        };
    }

    /** What comes in from a group of this stack needs that group's leave too; whatever is outside decides for itself. */
    private enter(rule: Allowed, outgoing: readonly Allowed[]): void {
        const own = this.inGroup(rule.group);
        if (rule.peer.kind !== "group" || this.view.find(rule.peer.group) === undefined) {
            this.connect(rule, [rule], { nodes: [this.endOf(rule.peer)], missing: undefined }, own);
            return;
        }
        const peer = rule.peer.group;
        const counterparts = outgoing.filter(
            (other) =>
                other.group === peer &&
                (other.peer.kind === "group" ? other.peer.group === rule.group : isEverybody(other.peer)) &&
                overlap(rule, other),
        );
        const from = this.inGroup(peer);
        if (counterparts.length === 0 && from.missing === undefined) {
            this.reasons.set(rule.item.urn, "nothing lets it out on the other side");
            return;
        }
        this.connect(rule, [rule, ...counterparts], from, own);
    }

    /** What goes out to a group of this stack was connected from its other side already. */
    private leave(rule: Allowed, incoming: readonly Allowed[]): void {
        const own = this.inGroup(rule.group);
        if (rule.peer.kind !== "group" || this.view.find(rule.peer.group) === undefined) {
            const end = this.endOf(rule.peer);
            if (end.kind === "internet") {
                this.connectToInternet(rule, own);
            } else {
                this.connect(rule, [rule], own, { nodes: [end], missing: undefined });
            }
            return;
        }
        const peer = rule.peer.group;
        const answered = incoming.some(
            (other) =>
                other.group === peer &&
                other.peer.kind === "group" &&
                other.peer.group === rule.group &&
                overlap(rule, other),
        );
        const { missing } = this.inGroup(peer);
        if (!answered && missing === undefined && own.missing === undefined) {
            this.reasons.set(rule.item.urn, "nothing lets it in on the other side");
        } else if (!this.drawn.has(rule.item.urn)) {
            this.reasons.set(rule.item.urn, own.missing ?? missing ?? "");
        }
    }

    private connectToInternet(rule: Allowed, own: End): void {
        const internet = this.endOf(rule.peer);
        const open = own.nodes.flatMap((node) => {
            const passage = this.passage(node, rule.peer);
            return passage.open ? [{ node, via: passage.via }] : [];
        });
        for (const { node, via } of open) {
            this.add(node, internet, via, rule, [rule]);
        }
        if (open.length === 0) {
            this.reasons.set(rule.item.urn, own.missing ?? "no route leads there");
        }
    }

    private connect(rule: Allowed, rules: readonly Allowed[], from: End, to: End): void {
        for (const source of from.nodes) {
            for (const target of to.nodes) {
                this.add(source, target, undefined, rule, rules);
            }
        }
        const missing = from.missing ?? to.missing;
        if (missing !== undefined) {
            for (const { item } of rules) {
                this.reasons.set(item.urn, missing);
            }
        }
    }

    private add(
        from: Node,
        to: Node,
        via: string | undefined,
        rule: Allowed,
        rules: readonly Allowed[],
    ): void {
        const key = `${from.id}\n${to.id}`;
        const before = this.flows.get(key);
        const why = textAt(rule.item, "description") ?? rule.item.name;
        for (const { item } of rules) {
            this.drawn.add(item.urn);
        }
        this.flows.set(key, {
            from: from.id,
            to: to.id,
            via: before?.via ?? via,
            ports: sortPorts([...(before?.ports ?? []), ...portsOf(rule, rules)]),
            why: distinct([...(before?.why ?? []), why]),
            rules: distinct([...(before?.rules ?? []), ...rules.map(({ item }) => item.urn)]),
        });
    }

    private inGroup(group: string): End {
        const item = this.view.find(group);
        if (item === undefined) {
            return { nodes: [this.outsider(group, "Security group", group)], missing: undefined };
        }
        const nodes = distinct(
            membersOf(this.view, item)
                .map((member) => this.layout.ownerOf(member))
                .filter((node) => node !== undefined),
        );
        return { nodes, missing: nodes.length === 0 ? `nothing is in ${item.name}` : undefined };
    }

    private endOf(peer: Peer): Node {
        switch (peer.kind) {
            case "group":
                return this.outsider(peer.group, "Security group", peer.group);
            case "range":
                return isEverybody(peer)
                    ? this.outsider("internet", KIND_TITLES.internet, "")
                    : this.outsider(peer.range, "Addresses", peer.range);
            case "list": {
                const [, urn = ""] = /^\$\{(.*)\.[^.]*\}$/.exec(peer.list) ?? [];
                const item = this.view.find(urn);
                const node = item && this.layout.ownerOf(item);
                return node ?? this.outsider(peer.list, "Prefix list", peer.list);
            }
        }
    }

    private outsider(key: string, title: string, line: string): Node {
        const known = this.outside.get(key);
        if (known !== undefined) {
            return known;
        }
        const node: Node = {
            id: key === "internet" ? key : `outside-${key}`,
            kind: key === "internet" ? "internet" : "outside",
            title,
            lines: line === "" ? [] : [line],
            place: "outside",
            zones: [],
            urns: [],
        };
        this.outside.set(key, node);
        return node;
    }

    /** How packets for any address leave the subnets of a box: through another box, directly, or not at all. */
    private passage(node: Node, peer: Peer): Passage {
        const subnets = this.view
            .all("aws:ec2/subnet:Subnet")
            .filter(({ urn }) => this.tiers.tierOf.get(urn) === node.place);
        if (subnets.length === 0) {
            // Somebody else's subnets, whose routes nobody knows here.
            return { via: undefined, open: true };
        }
        const property =
            peer.kind === "range" && peer.range.includes(":")
                ? "destinationIpv6CidrBlock"
                : "destinationCidrBlock";
        const targets = subnets
            .flatMap((subnet) => defaultRoutes(this.view, subnet))
            .filter((route) => textAt(route, property) !== undefined)
            .map((route) => targetOf(route));
        const gateway = targets.map((target) => this.owner(target)).find((owner) => owner !== undefined);
        return { via: gateway?.id, open: targets.length > 0 };
    }

    private owner(target: Item | undefined): Node | undefined {
        return target === undefined ? undefined : this.layout.ownerOf(target);
    }
}

function overlap(a: Allowed, b: Allowed): boolean {
    if (a.protocol === "-1" || b.protocol === "-1") {
        return true;
    }
    return (
        a.protocol === b.protocol &&
        (a.from === undefined ||
            b.from === undefined ||
            (a.from <= (b.to ?? b.from) && b.from <= (a.to ?? a.from)))
    );
}

/** The ports that both sides allow. */
function portsOf(rule: Allowed, rules: readonly Allowed[]): readonly string[] {
    const others = rules.filter((other) => other !== rule);
    return others.length === 0
        ? [portText(rule)]
        : others.map((other) => portText(rule.protocol === "-1" ? other : narrower(rule, other)));
}

function narrower(a: Allowed, b: Allowed): Pick<Allowed, "protocol" | "from" | "to"> {
    if (b.protocol === "-1" || a.from === undefined || b.from === undefined) {
        return a;
    }
    return {
        protocol: a.protocol,
        from: Math.max(a.from, b.from),
        to: Math.min(a.to ?? a.from, b.to ?? b.from),
    };
}

/** `443`, `udp 53`, `8000-8010`, `everything` */
function portText({ protocol, from, to }: Pick<Allowed, "protocol" | "from" | "to">): string {
    if (protocol === "-1") {
        return "everything";
    }
    const ports = from === undefined ? "all ports" : from === to ? String(from) : `${from}-${to ?? from}`;
    return protocol === "tcp" ? ports : `${protocol} ${ports}`;
}

function sortPorts(ports: readonly string[]): readonly string[] {
    const number = (port: string): number => Number(/\d+/.exec(port)?.[0] ?? 0);
    return [...distinct(ports)].sort((a, b) => number(a) - number(b) || (a < b ? -1 : 1));
}
