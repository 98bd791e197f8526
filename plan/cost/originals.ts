/**
 * The hand-made set-ups that this program replaces, as graphs, so that the same prices and the same traffic apply. What
 * their descriptions leave open is decided in their favour and said.
 */
import { type Graph, NO_OPTIONS, type Resource } from "../graph";
import { BACKSTAGE, BOOKSTACK, GHOST, NAT_NAMES, NODE, type Recorded, SITES } from "./recorded";

export interface Original {
    /** The preset that took its place. */
    readonly preset: string;
    readonly name: string;
    /** The stacks and examples that do its work here. */
    readonly ours: readonly string[];
    /** Does a health check or a pool keep its database awake? */
    readonly awake: boolean;
    readonly assumptions: readonly string[];
    readonly graph: Graph;
    /** What the description takes from an existing network, and needs all the same. */
    readonly borrowedNetwork: readonly string[];
}

const OPEN_PIPELINE = "its delivery pipeline is left out, and so is the hosted zone";

const AURORA =
    "Aurora Serverless v2 with one writer at its construct's defaults, 0.5 to 2 ACU, which never pauses";

export const ORIGINALS: readonly Original[] = [
    {
        preset: "bookstack",
        name: "BookStack on ECS",
        ours: ["dev", "staging", "prod"],
        awake: true,
        assumptions: [
            "one task of 1 vCPU and 2 GB, ARM64, on demand, around the clock",
            AURORA,
            "one secret for the database, the application's key in a free parameter, attachments in S3, logs that never expire",
            "tasks in isolated subnets fetch their image from ghcr.io, which no VPC endpoint reaches: one NAT gateway is the cheapest that works (six interface endpoints in two zones would be dearer still, and would not do)",
            OPEN_PIPELINE,
        ],
        graph: graphOf("bookstack-original", BOOKSTACK),
        borrowedNetwork: NAT_NAMES,
    },
    {
        preset: "ghost",
        name: "Ghost on ECS",
        ours: ["ghost"],
        awake: true,
        assumptions: [
            "two tasks of 0.25 vCPU and 0.5 GB, x86, on demand, with public addresses, which write to one SQLite file",
            "content on EFS, no database server, Container Insights on",
            OPEN_PIPELINE,
        ],
        graph: graphOf("ghost-original", GHOST),
        borrowedNetwork: [],
    },
    {
        preset: "backstage",
        name: "Backstage on ECS",
        ours: ["backstage"],
        awake: true,
        assumptions: [
            "one of its stages, with one task of 0.5 vCPU and 2 GB, x86, on demand, around the clock: it names no size, and a portal does not start in much less",
            AURORA,
            "secrets for the database, for signing in with GitHub and for its GitHub App; one NAT gateway",
            OPEN_PIPELINE,
        ],
        graph: graphOf("backstage-original", BACKSTAGE),
        borrowedNetwork: NAT_NAMES,
    },
    {
        preset: "web",
        name: "Node application on ECS",
        ours: ["web"],
        awake: false,
        assumptions: [
            "one task of 0.25 vCPU and 0.5 GB, ARM64, on demand, with a public address: it names no size and no way out of its network",
            "no database, where our example has one",
            OPEN_PIPELINE,
        ],
        graph: graphOf("web-original", NODE),
        borrowedNetwork: [],
    },
    {
        preset: "site",
        name: "Community sites on ECS",
        ours: ["sites"],
        awake: false,
        assumptions: [
            "two sites of one task each, of 0.25 vCPU and 0.5 GB, x86, on demand; network, load balancer and cluster exist, as in our example",
            OPEN_PIPELINE,
        ],
        graph: graphOf("sites-original", SITES),
        borrowedNetwork: [],
    },
];

/** The graph without some of its resources. */
export function without(graph: Graph, names: readonly string[]): Graph {
    return { ...graph, resources: graph.resources.filter(({ name }) => !names.includes(name)) };
}

/** A graph of recorded resources. */
export function graphOf(stack: string, recorded: readonly Recorded[]): Graph {
    const urns = new Map(
        recorded.map(({ type, name }) => [name, `urn:pulumi:${stack}::recorded::${type}::${name}`]),
    );
    const urnOf = (name: string): string => urns.get(name) ?? name;
    return {
        project: "recorded",
        stack,
        region: "us-east-1",
        resources: recorded.map((one) => resourceOf(one, urnOf)),
        invokes: [],
        outputs: {},
    };
}

function resourceOf(
    { type, name, inputs, refers = {} }: Recorded,
    urnOf: (name: string) => string,
): Resource {
    const propertyDependencies = Object.fromEntries(
        Object.entries(refers).map(([property, names]) => [property, names.map(urnOf)]),
    );
    return {
        urn: urnOf(name),
        type,
        name,
        parent: undefined,
        custom: true,
        remote: false,
        inputs,
        dependencies: Object.values(propertyDependencies).flat(),
        propertyDependencies,
        options: NO_OPTIONS,
    };
}
