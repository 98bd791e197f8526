/**
 * The hand-made set-ups that this program replaces, as far as they are charged for: recorded as graphs, so that the same
 * prices and the same traffic apply. What their descriptions leave open is decided in their favour and said.
 */
import type { Graph, Json, Resource } from "../graph";
import { SERVICE, TASK_DEFINITION } from "./reading";

export interface Original {
    /** The preset that took its place. */
    readonly preset: string;
    readonly name: string;
    /** Does a health check or a pool keep its database awake? */
    readonly awake: boolean;
    readonly assumptions: readonly string[];
    readonly graph: Graph;
    /** What the description takes from an existing network, and needs all the same. */
    readonly borrowedNetwork: readonly string[];
}

/** A resource as far as its price is concerned. */
export interface Recorded {
    readonly type: string;
    readonly name: string;
    readonly inputs: Readonly<Record<string, Json>>;
    /** Property → names of the resources that it refers to. */
    readonly refers?: Readonly<Record<string, readonly string[]>>;
}

const BOOKSTACK: readonly Recorded[] = [
    {
        type: "aws:lb/loadBalancer:LoadBalancer",
        name: "alb",
        inputs: {
            loadBalancerType: "application",
            internal: false,
            ipAddressType: "ipv4",
            subnets: ["public-a", "public-b"],
        },
    },
    { type: "aws:ecs/cluster:Cluster", name: "cluster", inputs: { settings: [] } },
    {
        type: TASK_DEFINITION,
        name: "task",
        inputs: {
            cpu: "1024",
            memory: "2048",
            runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
            containerDefinitions: JSON.stringify([
                {
                    name: "bookstack",
                    logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "bookstack" } },
                },
            ]),
        },
        refers: { containerDefinitions: ["database"] },
    },
    {
        type: SERVICE,
        name: "service",
        inputs: {
            desiredCount: 1,
            launchType: "FARGATE",
            networkConfiguration: { assignPublicIp: false },
            loadBalancers: [{ containerPort: 80 }],
        },
        refers: { cluster: ["cluster"], loadBalancers: ["alb"], taskDefinition: ["task"] },
    },
    { type: "aws:cloudwatch/logGroup:LogGroup", name: "log", inputs: { name: "bookstack" } },
    {
        type: "aws:rds/cluster:Cluster",
        name: "database",
        inputs: {
            engine: "aurora-mysql",
            backupRetentionPeriod: 1,
            serverlessv2ScalingConfiguration: { minCapacity: 0.5, maxCapacity: 2 },
        },
    },
    {
        type: "aws:rds/clusterInstance:ClusterInstance",
        name: "writer",
        inputs: { instanceClass: "db.serverless", promotionTier: 0 },
        refers: { clusterIdentifier: ["database"] },
    },
    { type: "aws:secretsmanager/secret:Secret", name: "database-password", inputs: {} },
    { type: "aws:s3/bucket:Bucket", name: "attachments", inputs: {} },
    { type: "aws:route53/record:Record", name: "name", inputs: { aliases: [{ name: "alb" }] } },
    { type: "aws:ssm/parameter:Parameter", name: "app-key", inputs: { type: "SecureString" } },
    {
        type: "aws:ec2/natGateway:NatGateway",
        name: "nat",
        inputs: { availabilityMode: "zonal", connectivityType: "public" },
    },
    { type: "aws:ec2/eip:Eip", name: "nat-address", inputs: {} },
];

const PLAIN: Resource["options"] = {
    protect: false,
    retainOnDelete: false,
    deleteBeforeReplace: false,
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    deletedWith: undefined,
    provider: undefined,
    customTimeouts: undefined,
};

export const ORIGINALS: readonly Original[] = [
    {
        preset: "bookstack",
        name: "BookStack on ECS",
        awake: true,
        assumptions: [
            "one task of 1 vCPU and 2 GB, ARM64, on demand, around the clock",
            "Aurora Serverless v2 with one writer at its construct's defaults, 0.5 to 2 ACU, which never pauses",
            "one secret for the database, the application's key in a free parameter, attachments in S3, logs that never expire",
            "tasks in isolated subnets fetch their image from ghcr.io, which no VPC endpoint reaches: one NAT gateway is the cheapest that works (six interface endpoints in two zones would be dearer still, and would not do)",
            "its delivery pipeline is left out, and so is the hosted zone",
        ],
        graph: graphOf("bookstack-original", BOOKSTACK),
        borrowedNetwork: ["nat", "nat-address"],
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
        options: PLAIN,
    };
}
