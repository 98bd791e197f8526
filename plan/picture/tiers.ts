/** Tiers: the subnets of a network by what they are for, the ones nearest to the internet first. */
import { routesOf } from "../../policy/flows";
import { compare } from "../../settings/order";
import type { Item, View } from "../../policy/view";
import type { Place, Subnet } from "./model";
import { componentsOf, distinct, rawTexts, textAt } from "./read";

export interface Tiers {
    /** In reading order. */
    readonly places: readonly Place[];
    /** The tier of a subnet: by its URN, or by its id where it is not of this stack. */
    readonly tierOf: ReadonlyMap<string, string>;
    readonly zoneOf: ReadonlyMap<string, string>;
}

interface Found {
    readonly place: Place;
    readonly keys: readonly string[];
    readonly rank: number;
}

/** Where each type names the subnets that it is in, and how far from the internet such a thing belongs. */
export const SUBNETS_OF: Readonly<Record<string, { readonly path: string; readonly rank: number }>> = {
    "aws:lb/loadBalancer:LoadBalancer": { path: "subnets", rank: 0 },
    "aws:ec2/natGateway:NatGateway": { path: "subnetId", rank: 0 },
    "aws:ec2/instance:Instance": { path: "subnetId", rank: 0 },
    "aws:ec2/networkInterface:NetworkInterface": { path: "subnetId", rank: 0 },
    "aws:autoscaling/group:Group": { path: "vpcZoneIdentifiers", rank: 0 },
    "aws:ecs/service:Service": { path: "networkConfiguration.subnets", rank: 1 },
    "aws:lambda/function:Function": { path: "vpcConfig.subnetIds", rank: 1 },
    "aws:ec2/vpcEndpoint:VpcEndpoint": { path: "subnetIds", rank: 1 },
    "aws:rds/subnetGroup:SubnetGroup": { path: "subnetIds", rank: 2 },
    "aws:efs/mountTarget:MountTarget": { path: "subnetId", rank: 2 },
};

export function findTiers(view: View): Tiers {
    const own = ownTiers(view);
    const found = [...own, ...adoptedTiers(view)].sort(
        (a, b) => a.rank - b.rank || compare(addressOf(a.place), addressOf(b.place)),
    );
    return {
        places: found.map(({ place }) => place),
        tierOf: new Map(
            found.flatMap(({ place, keys }) => keys.map((key): [string, string] => [key, place.id])),
        ),
        zoneOf: new Map(view.all("aws:ec2/subnet:Subnet").map((item) => [item.urn, zoneOf(item)])),
    };
}

/** The default routes of a subnet: what takes packets for any IPv4 address, and for any IPv6 address. */
export function defaultRoutes(view: View, subnet: Item): readonly Item[] {
    return (routesOf(view, subnet)?.routes ?? []).filter(
        (route) =>
            textAt(route, "destinationCidrBlock") === "0.0.0.0/0" ||
            textAt(route, "destinationIpv6CidrBlock") === "::/0",
    );
}

/** Where a route sends its packets. */
export function targetOf(route: Item): Item | undefined {
    const paths = ["gatewayId", "natGatewayId", "networkInterfaceId", "egressOnlyGatewayId", "vpcEndpointId"];
    return paths.map((path) => route.ref(path)).find((target) => target !== undefined);
}

function ownTiers(view: View): readonly Found[] {
    const groups = new Map<string, Item[]>();
    for (const subnet of view.all("aws:ec2/subnet:Subnet")) {
        const name = tierName(view, subnet);
        groups.set(name, [...(groups.get(name) ?? []), subnet]);
    }
    return [...groups].map(([name, subnets]) => ({
        place: {
            id: `tier-${name}`,
            kind: "tier",
            title: `${name.charAt(0).toUpperCase()}${name.slice(1)} subnets`,
            wayOut: wayOut(view, subnets),
            subnets: subnets.map(describe).sort((a, b) => compare(a.zone, b.zone)),
        },
        keys: subnets.map(({ urn }) => urn),
        rank: rankOf(view, subnets),
    }));
}

/** `network-private-a` in the component `network` and the zone `eu-west-1a` is of the tier `private`. */
function tierName(view: View, subnet: Item): string {
    const zone = zoneOf(subnet);
    const [component] = componentsOf(view, subnet);
    const prefix = component === undefined ? "" : `${component.name}-`;
    const name = subnet.name.startsWith(prefix) ? subnet.name.slice(prefix.length) : subnet.name;
    const ends = [zone, zone.slice(-1)].filter((end) => end !== "").map((end) => `-${end}`);
    const end = ends.find((one) => name.endsWith(one));
    return end === undefined || end.length === name.length ? name : name.slice(0, -end.length);
}

function zoneOf(subnet: Item): string {
    return textAt(subnet, "availabilityZone") ?? "";
}

function describe(subnet: Item): Subnet {
    return { name: subnet.name, zone: zoneOf(subnet), cidr: textAt(subnet, "cidrBlock") ?? "" };
}

function wayOut(view: View, subnets: readonly Item[]): string {
    const targets = subnets.flatMap((subnet) =>
        defaultRoutes(view, subnet).map((route) => WAYS[targetOf(route)?.type ?? ""] ?? "another network"),
    );
    return targets.length === 0 ? "no way out" : `way out: ${[...distinct(targets)].sort().join(", ")}`;
}

const WAYS: Readonly<Record<string, string>> = {
    "aws:ec2/internetGateway:InternetGateway": "internet gateway",
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": "IPv6 only",
    "aws:ec2/natGateway:NatGateway": "NAT gateway",
    "aws:ec2/networkInterface:NetworkInterface": "NAT instance",
    "aws:ec2/instance:Instance": "NAT instance",
};

/** By the routes where they lead somewhere, else by what is in the subnets. */
function rankOf(view: View, subnets: readonly Item[]): number {
    const targets = subnets.flatMap((subnet) =>
        defaultRoutes(view, subnet).map((route) => targetOf(route)?.type),
    );
    if (targets.includes("aws:ec2/internetGateway:InternetGateway")) {
        return 0;
    }
    if (targets.length > 0) {
        return 1;
    }
    const ranks = users(view).flatMap(({ item, path, rank }) =>
        item.refs(path).some((subnet) => subnets.includes(subnet)) ? [rank] : [],
    );
    return Math.min(2, ...ranks);
}

function users(view: View): readonly { item: Item; path: string; rank: number }[] {
    return Object.entries(SUBNETS_OF).flatMap(([type, where]) =>
        view.all(type).map((item) => ({ item, ...where })),
    );
}

/** Subnets that somebody else made: those that are used together are a tier. */
function adoptedTiers(view: View): readonly Found[] {
    const sets: { keys: string[]; rank: number }[] = [];
    for (const { item, path, rank } of users(view)) {
        const ids = rawTexts(item, path).filter((text) => item.refs(path).length === 0 && text !== "");
        const same = sets.find(({ keys }) => keys.some((key) => ids.includes(key)));
        if (same !== undefined) {
            same.keys = [...distinct([...same.keys, ...ids])];
            same.rank = Math.min(same.rank, rank);
        } else if (ids.length > 0) {
            sets.push({ keys: [...ids], rank });
        }
    }
    return sets.map(({ keys, rank }, index) => ({
        place: {
            id: `tier-existing-${index + 1}`,
            kind: "tier",
            title: "Existing subnets",
            wayOut: undefined,
            subnets: keys.map((name) => ({ name, zone: "", cidr: name })),
        },
        keys,
        rank,
    }));
}

/** A text that sorts as the first address of a tier does. */
function addressOf({ subnets }: Place): string {
    const [first] = subnets.map(({ cidr }) =>
        cidr
            .split(/[./]/)
            .map((part) => part.padStart(3, "0"))
            .join("."),
    );
    return first ?? "";
}
