/** Who may talk to whom: the rules of security groups, wherever they are written, and the routes of subnets. */
import type { Json } from "../plan/graph";
import { isObject, list, number, text } from "./json";
import type { Finding } from "./finding";
import { T } from "./types";
import type { Item, Said, View } from "./view";

/** The other end of a flow. */
export type Peer =
    | { readonly kind: "group"; readonly group: string }
    | { readonly kind: "range"; readonly range: string }
    | { readonly kind: "list"; readonly list: string };

export interface Flow {
    /** The resource that the rule is written in. */
    readonly item: Item;
    readonly direction: "in" | "out";
    /** URN of the security group that the rule belongs to; its id where it is not of this stack. */
    readonly group: string;
    readonly protocol: string;
    readonly from: number | undefined;
    readonly to: number | undefined;
    readonly peer: Peer;
    /** Written inside of the group, or of a rule that may hold several ranges. */
    readonly inline: boolean;
}

const EVERYBODY = ["0.0.0.0/0", "::/0"];

/** The types of resources that rules of security groups are written in. */
const FLOW_TYPES = [
    T.ingressRule,
    T.egressRule,
    T.securityGroupRule,
    T.securityGroup,
    T.defaultSecurityGroup,
];

/** The flows that one resource allows. */
export function flowsOf(item: Item): readonly Flow[] {
    switch (item.type) {
        case T.ingressRule:
            return standalone(item, "in");
        case T.egressRule:
            return standalone(item, "out");
        case T.securityGroupRule:
            return legacy(item);
        default:
            return inline(item);
    }
}

/** What a check says about each flow, in the name of the resource that the flow is written in. */
export function eachFlow(
    view: View,
    direction: Flow["direction"],
    check: (flow: Flow) => readonly Said[],
): readonly Finding[] {
    return view.each(FLOW_TYPES, (item) =>
        flowsOf(item)
            .filter((flow) => flow.direction === direction)
            .flatMap(check),
    );
}

function standalone(item: Item, direction: Flow["direction"]): readonly Flow[] {
    const range = rawText(item.at("cidrIpv4")) ?? rawText(item.at("cidrIpv6"));
    const prefixList = rawText(item.at("prefixListId"));
    const peer: Peer =
        range !== undefined
            ? { kind: "range", range }
            : prefixList !== undefined
              ? { kind: "list", list: prefixList }
              : { kind: "group", group: groupAt(item, "referencedSecurityGroupId") };
    return [
        {
            ...portsOf(item.resource.inputs, "ipProtocol"),
            item,
            direction,
            group: groupAt(item, "securityGroupId"),
            peer,
            inline: false,
        },
    ];
}

function legacy(item: Item): readonly Flow[] {
    const direction = item.text("type") === "egress" ? "out" : "in";
    const own = groupAt(item, "securityGroupId");
    const source: readonly Peer[] =
        item.flag("self") === true
            ? [{ kind: "group", group: own }]
            : item.lacks("sourceSecurityGroupId")
              ? []
              : [{ kind: "group", group: groupAt(item, "sourceSecurityGroupId") }];
    return [...peersIn(item.resource.inputs), ...source].map((peer) => ({
        ...portsOf(item.resource.inputs, "protocol"),
        item,
        direction,
        group: own,
        peer,
        inline: false,
    }));
}

function inline(item: Item): readonly Flow[] {
    return (["ingress", "egress"] as const).flatMap((property) =>
        list(item.at(property)).flatMap((rule) =>
            [
                ...peersIn(rule),
                ...list(rule, "securityGroups").map((group): Peer => ({
                    kind: "group",
                    group: groupIn(item, group),
                })),
                ...(isObject(rule) && rule.self === true
                    ? [{ kind: "group" as const, group: item.urn }]
                    : []),
            ].map((peer) => ({
                ...portsOf(rule, "protocol"),
                item,
                direction: property === "ingress" ? ("in" as const) : ("out" as const),
                group: item.urn,
                peer,
                inline: true,
            })),
        ),
    );
}

function peersIn(rule: Json): readonly Peer[] {
    return [
        ...[...list(rule, "cidrBlocks"), ...list(rule, "ipv6CidrBlocks")].map((range): Peer => ({
            kind: "range",
            range: words(range),
        })),
        ...list(rule, "prefixListIds").map((id): Peer => ({ kind: "list", list: words(id) })),
    ];
}

/** Protocol `-1` is all of them, with all ports. */
function portsOf(rule: Json, property: string): Pick<Flow, "protocol" | "from" | "to"> {
    const protocol = text(rule, property) ?? "-1";
    return protocol === "-1"
        ? { protocol, from: undefined, to: undefined }
        : { protocol, from: number(rule, "fromPort"), to: number(rule, "toPort") };
}

function groupAt(item: Item, path: string): string {
    return item.ref(path, T.securityGroup, T.defaultSecurityGroup)?.urn ?? rawText(item.at(path)) ?? "";
}

function groupIn(item: Item, value: Json): string {
    const group = item
        .refs("ingress", T.securityGroup)
        .find(({ urn }) => typeof value === "string" && value.includes(urn));
    return group?.urn ?? words(value);
}

function rawText(value: Json | undefined): string | undefined {
    return typeof value === "string" ? value : undefined;
}

function words(value: Json): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}

export function isEverybody(peer: Peer): boolean {
    return peer.kind === "range" && EVERYBODY.includes(peer.range);
}

/** Does a flow include a TCP or UDP port? */
export function includes({ protocol, from, to }: Flow, port: number): boolean {
    return protocol === "-1" || (from !== undefined && to !== undefined && from <= port && port <= to);
}

/** `tcp 443`, `udp 1000-2000`, `everything` */
export function portText({ protocol, from, to }: Flow): string {
    if (protocol === "-1") {
        return "everything";
    }
    return from === undefined || to === undefined
        ? protocol
        : `${protocol} ${from === to ? from : `${from}-${to}`}`;
}

/** Where each type of resource names its security groups. */
const GROUPS_OF: Readonly<Record<string, string>> = {
    [T.service]: "networkConfiguration.securityGroups",
    [T.taskSet]: "networkConfiguration.securityGroups",
    [T.loadBalancer]: "securityGroups",
    [T.databaseCluster]: "vpcSecurityGroupIds",
    [T.mountTarget]: "securityGroups",
    [T.endpoint]: "securityGroupIds",
    [T.lambda]: "vpcConfig.securityGroupIds",
    [T.instance]: "vpcSecurityGroupIds",
    [T.launchTemplate]: "networkInterfaces",
    [T.networkInterface]: "securityGroups",
};

/** The security groups that a resource is in. */
export function groupsOf(item: Item): readonly Item[] {
    const path = GROUPS_OF[item.type];
    return path === undefined ? [] : item.refs(path, T.securityGroup);
}

/** The resources that are in a security group. */
export function membersOf(view: View, group: Item): readonly Item[] {
    return view.users(group, ...Object.keys(GROUPS_OF)).filter((item) => groupsOf(item).includes(group));
}

/** The route table of a subnet, and its routes; undefined where the program does not say. */
export function routesOf(
    view: View,
    subnet: Item,
): { readonly table: Item; readonly routes: readonly Item[] } | undefined {
    const table = view
        .users(subnet, T.routeTableAssociation)
        .map((association) => association.ref("routeTableId", T.routeTable))
        .find((found) => found !== undefined);
    return (
        table && {
            table,
            routes: view.users(table, T.route).filter((route) => route.refersTo("routeTableId", table)),
        }
    );
}

/** What leads out of the VPC through a table: its routes, also those that are written inside of it. */
export function waysOut(view: View, subnet: Item): readonly string[] {
    const found = routesOf(view, subnet);
    if (found === undefined) {
        return [];
    }
    const inside = list(found.table.at("routes")).map(
        (_, index) => `${found.table.name} (route ${index + 1})`,
    );
    return [...found.routes.map(({ name }) => name), ...inside];
}

/** Does a route of the subnet lead to every address, through the given type of gateway where one is named? */
export function leadsToTheInternet(view: View, subnet: Item, ...through: readonly string[]): boolean {
    const routes = routesOf(view, subnet)?.routes ?? [];
    return routes.some((route) => {
        const everywhere = ["destinationCidrBlock", "destinationIpv6CidrBlock"].some((path) =>
            EVERYBODY.includes(rawText(route.at(path)) ?? ""),
        );
        return everywhere && (through.length === 0 || through.some((path) => !route.lacks(path)));
    });
}
