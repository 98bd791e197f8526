/** What a picture of a plan consists of, before anyone draws it: what there is, where it is, and who may talk to whom. */
import type { Kind } from "./table";

export interface Subnet {
    readonly name: string;
    /** `eu-west-1a`; empty where nobody knows it. */
    readonly zone: string;
    readonly cidr: string;
}

/** A column of the picture: outside, a tier of subnets, AWS services that are in no subnet, delivery. */
export interface Place {
    readonly id: string;
    readonly kind: "outside" | "tier" | "region" | "delivery";
    readonly title: string;
    /** Where its routes lead, for tiers. */
    readonly wayOut: string | undefined;
    readonly subnets: readonly Subnet[];
}

export interface Node {
    readonly id: string;
    readonly kind: Kind;
    readonly title: string;
    readonly lines: readonly string[];
    /** Id of its place. */
    readonly place: string;
    /** Letters of the zones it is in, where it is in subnets. */
    readonly zones: readonly string[];
    /** What it consists of; empty for what is not in this stack. */
    readonly urns: readonly string[];
}

/** What the security groups let through. */
export interface Flow {
    readonly from: string;
    readonly to: string;
    /** The node that it passes on its way to the internet. */
    readonly via: string | undefined;
    /** `443`, `udp 53`, `8000-8010`, `everything` */
    readonly ports: readonly string[];
    /** The rules' descriptions. */
    readonly why: readonly string[];
    /** URNs of the rules that allow it. */
    readonly rules: readonly string[];
}

/** What is used through AWS's API, by IAM's leave. */
export interface Use {
    readonly from: string;
    readonly to: string;
    readonly what: string;
}

/** A rule that lets nothing through, and why. */
export interface NotDrawn {
    readonly urn: string;
    readonly name: string;
    readonly why: string;
}

export interface Picture {
    readonly title: string;
    readonly caption: readonly string[];
    readonly vpc: string | undefined;
    /** In reading order. */
    readonly places: readonly Place[];
    readonly nodes: readonly Node[];
    readonly flows: readonly Flow[];
    readonly uses: readonly Use[];
    /** Rules that let nothing through. */
    readonly notDrawn: readonly NotDrawn[];
    /** Types that have no row in the table, and parts that belong to nothing. */
    readonly notPlaced: readonly string[];
    /** Types that are left out on purpose, with the reason. */
    readonly leftOut: readonly { readonly type: string; readonly count: number; readonly why: string }[];
}
