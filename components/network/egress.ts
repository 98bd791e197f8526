/** How tasks leave the VPC: one word of the stack file, and what follows from it. */
import { ANYWHERE } from "../../settings/cidr";
import type { AdoptedNetwork, Egress } from "../../settings/settings";

/** A network that was made knows its way out; of an adopted one only the owner knows it. */
export type WayOut = Egress | AdoptedNetwork["egress"];

/** What tasks may reach on the internet, one rule for each port and address family. */
export interface Outbound {
    /** Names the rule: `https`. */
    readonly name: string;
    readonly port: number;
    readonly description: string;
}

/**
 * Every port that the applications use in what they do for their users. Port 25 is missing because AWS blocks it.
 * DNS, the metadata of the task and the time need no rule: security groups do not filter them.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
 */
export const OUTBOUND: readonly Outbound[] = [
    { name: "https", port: 443, description: "Image, AWS services, sign-in, webhooks" },
    { name: "smtps", port: 465, description: "Mail over TLS" },
    { name: "submission", port: 587, description: "Mail with STARTTLS" },
];

/**
 * The address ranges that tasks may reach.
 *
 * A task gets an IPv6 address of its own in a subnet that has a range for it, unless the account says otherwise; were
 * it not allowed to use it, connections to every host with such an address would first have to time out.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html
 */
export function destinations(wayOut: WayOut, ipv6: boolean): readonly string[] {
    switch (wayOut) {
        case "publicIp":
        case "existing":
            return ipv6 ? [ANYWHERE.ipv4, ANYWHERE.ipv6] : [ANYWHERE.ipv4];
        case "natSingle":
        case "natPerAz":
        case "natRegional":
            return [ANYWHERE.ipv4];
        case "endpoints":
            return [];
    }
}

/** The gateway that spans all zones, in place of a zone's letter. */
export const REGIONAL = "regional";

/** Zone → the NAT gateway that its private subnet uses, named by the zone it is in; empty where there is none. */
export function natGateways(egress: Egress, zones: readonly string[]): ReadonlyMap<string, string> {
    switch (egress) {
        case "natSingle":
            return new Map(zones.map((zone) => [zone, zones[0] ?? zone]));
        case "natPerAz":
            return new Map(zones.map((zone) => [zone, zone]));
        case "natRegional":
            return new Map(zones.map((zone) => [zone, REGIONAL]));
        case "publicIp":
        case "endpoints":
            return new Map();
    }
}
