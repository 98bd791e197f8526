/**
 * What the hand-made set-ups consist of, as far as it is charged for: resources with the inputs that a price depends on.
 * What their descriptions leave open is decided in their favour.
 */
import type { Json } from "../graph";
import { SERVICE, TASK_DEFINITION } from "./reading";

/** A resource as far as its price is concerned. */
export interface Recorded {
    readonly type: string;
    readonly name: string;
    readonly inputs: Readonly<Record<string, Json>>;
    /** Property → names of the resources that it refers to. */
    readonly refers?: Readonly<Record<string, readonly string[]>>;
}

interface Task {
    readonly name: string;
    readonly cpu: number;
    readonly memory: number;
    readonly architecture: "ARM64" | "X86_64";
    readonly count: number;
    readonly publicAddress: boolean;
    /** What its containers read or mount. */
    readonly uses: readonly string[];
    /** Behind a load balancer of its own, or one that exists. */
    readonly loadBalancer: string | undefined;
}

/** A service with its task definition and its log. */
function service(task: Task): readonly Recorded[] {
    const { name, cpu, memory, architecture, count, publicAddress, uses, loadBalancer } = task;
    const logConfiguration = { logDriver: "awslogs", options: { "awslogs-group": name } };
    return [
        {
            type: TASK_DEFINITION,
            name: `${name}-task`,
            inputs: {
                cpu: String(cpu),
                memory: String(memory),
                runtimePlatform: { cpuArchitecture: architecture, operatingSystemFamily: "LINUX" },
                containerDefinitions: JSON.stringify([{ name, logConfiguration }]),
            },
            refers: { containerDefinitions: uses },
        },
        {
            type: SERVICE,
            name,
            inputs: {
                desiredCount: count,
                launchType: "FARGATE",
                networkConfiguration: { assignPublicIp: publicAddress },
                loadBalancers: [{ containerPort: 80 }],
            },
            refers: {
                taskDefinition: [`${name}-task`],
                ...(loadBalancer === undefined ? {} : { loadBalancers: [loadBalancer] }),
            },
        },
        { type: "aws:cloudwatch/logGroup:LogGroup", name: `${name}-log`, inputs: { name } },
    ];
}

/** Internet-facing, in two zones. */
const LOAD_BALANCER: Recorded = {
    type: "aws:lb/loadBalancer:LoadBalancer",
    name: "alb",
    inputs: {
        loadBalancerType: "application",
        internal: false,
        ipAddressType: "ipv4",
        subnets: ["public-a", "public-b"],
    },
};

const NAT: readonly Recorded[] = [
    {
        type: "aws:ec2/natGateway:NatGateway",
        name: "nat",
        inputs: { availabilityMode: "zonal", connectivityType: "public" },
    },
    { type: "aws:ec2/eip:Eip", name: "nat-address", inputs: {} },
];

/** What {@link NAT} is called, for a comparison without it. */
export const NAT_NAMES: readonly string[] = NAT.map(({ name }) => name);

/** Aurora Serverless v2 with one writer, 0.5 to 2 ACU, and a secret for its user. */
function aurora(engine: "aurora-mysql" | "aurora-postgresql"): readonly Recorded[] {
    return [
        {
            type: "aws:rds/cluster:Cluster",
            name: "database",
            inputs: {
                engine,
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
    ];
}

function cluster(containerInsights: "enabled" | "disabled"): Recorded {
    const settings = [{ name: "containerInsights", value: containerInsights }];
    return { type: "aws:ecs/cluster:Cluster", name: "cluster", inputs: { settings } };
}

const NAME: Recorded = {
    type: "aws:route53/record:Record",
    name: "name",
    inputs: { aliases: [{ name: "alb" }] },
};

const REPOSITORY: Recorded = { type: "aws:ecr/repository:Repository", name: "repository", inputs: {} };

export const BOOKSTACK: readonly Recorded[] = [
    LOAD_BALANCER,
    cluster("disabled"),
    ...service({
        name: "bookstack",
        cpu: 1024,
        memory: 2048,
        architecture: "ARM64",
        count: 1,
        publicAddress: false,
        uses: ["database"],
        loadBalancer: "alb",
    }),
    ...aurora("aurora-mysql"),
    { type: "aws:s3/bucket:Bucket", name: "attachments", inputs: {} },
    NAME,
    { type: "aws:ssm/parameter:Parameter", name: "app-key", inputs: { type: "SecureString" } },
    ...NAT,
];

export const GHOST: readonly Recorded[] = [
    LOAD_BALANCER,
    cluster("enabled"),
    ...service({
        name: "ghost",
        cpu: 256,
        memory: 512,
        architecture: "X86_64",
        count: 2,
        publicAddress: true,
        uses: ["content"],
        loadBalancer: "alb",
    }),
    { type: "aws:efs/fileSystem:FileSystem", name: "content", inputs: { encrypted: true } },
    REPOSITORY,
];

export const BACKSTAGE: readonly Recorded[] = [
    LOAD_BALANCER,
    cluster("disabled"),
    ...service({
        name: "backstage",
        cpu: 512,
        memory: 2048,
        architecture: "X86_64",
        count: 1,
        publicAddress: false,
        uses: ["database"],
        loadBalancer: "alb",
    }),
    ...aurora("aurora-postgresql"),
    ...["github-auth", "github-app"].map((name): Recorded => ({
        type: "aws:secretsmanager/secret:Secret",
        name,
        inputs: {},
    })),
    NAME,
    REPOSITORY,
    ...NAT,
];

export const NODE: readonly Recorded[] = [
    LOAD_BALANCER,
    cluster("disabled"),
    ...service({
        name: "api",
        cpu: 256,
        memory: 512,
        architecture: "ARM64",
        count: 1,
        publicAddress: true,
        uses: [],
        loadBalancer: "alb",
    }),
    NAME,
    REPOSITORY,
    // The token that its build signs in to GitHub with.
    { type: "aws:secretsmanager/secret:Secret", name: "github-token", inputs: {} },
];

export const SITES: readonly Recorded[] = ["coffeefans", "chess"].flatMap((name) => [
    ...service({
        name,
        cpu: 256,
        memory: 512,
        architecture: "X86_64",
        count: 1,
        publicAddress: false,
        uses: [],
        loadBalancer: undefined,
    }),
    { ...REPOSITORY, name: `${name}-repository` },
]);
