/** What was decided, in a few words: the lines beside the counts of a plan. */
import type { AppSettings, Capacity, DatabaseCluster, Settings } from "../settings/settings";

const DOT = " · ";

export function describeNetwork({ network }: Settings): readonly string[] {
    if (network.kind === "adopt") {
        return [
            [
                network.vpcId,
                `${network.publicSubnetIds.length} public subnets`,
                `egress ${network.egress}`,
            ].join(DOT),
        ];
    }
    const zones = `zones ${network.zones.map((zone) => zone.letter).join(" ")}`;
    const endpoints =
        network.interfaceEndpoints.length > 0 ? [`endpoints ${network.interfaceEndpoints.join(" ")}`] : [];
    return [[network.cidr, zones, `egress ${network.egress}`].join(DOT), ...endpoints];
}

export function describeEdge({ edge }: Settings): readonly string[] {
    if (edge.kind === "adopt") {
        return [["an existing listener", edge.domain].join(DOT)];
    }
    const tls = edge.certificate.kind === "none" ? "plain HTTP" : describePolicy(edge.sslPolicy);
    const names =
        edge.domain === undefined
            ? "its own name"
            : edge.certificate.kind === "issued"
              ? `*.${edge.domain}`
              : edge.domain;
    return [
        ["one load balancer", tls, names, ...(edge.dns.kind === "elsewhere" ? ["DNS elsewhere"] : [])].join(
            DOT,
        ),
    ];
}

function describePolicy(policy: string): string {
    const versions = policy.includes("TLS13-1-3") ? "TLS 1.3" : "TLS 1.2/1.3";
    return policy.includes("-PQ-") ? `${versions} post-quantum` : versions;
}

export function describeCluster({ cluster }: Settings): readonly string[] {
    const name = cluster.kind === "adopt" ? [`existing ${cluster.name}`] : [];
    const connect = cluster.namespace === undefined ? [] : ["Service Connect"];
    return [[...name, describeCapacity(cluster.capacity), ...connect].join(DOT)];
}

function describeCapacity(capacity: readonly Capacity[]): string {
    const spot = capacity.find(({ provider }) => provider === "FARGATE_SPOT");
    const onDemand = capacity.find(({ provider }) => provider === "FARGATE");
    if (spot === undefined || onDemand === undefined) {
        return spot === undefined ? "Fargate" : "Fargate Spot";
    }
    const base = onDemand.base > 0 ? `${onDemand.base} on demand, then ` : "";
    return `${base}Fargate Spot ${spot.weight} : ${onDemand.weight} Fargate`;
}

export function describeApp(app: AppSettings): readonly string[] {
    const { task, scale, database, storage, deploy, reaches } = app;
    const size = `${task.architecture} ${task.cpu / 1024} vCPU ${task.memory / 1024} GB`;
    const tasks = scale.min === scale.max ? count(scale.min, "task") : `${scale.min}-${scale.max} tasks`;
    const { schedule } = scale;
    const hours =
        schedule === undefined
            ? []
            : [`${schedule.days} ${schedule.start}-${schedule.stop} ${schedule.timezone}`];
    const files = [
        ...(storage.bucket === undefined ? [] : ["files S3"]),
        ...(storage.volumes.length === 0 ? [] : [`${storage.volumes.map(({ name }) => name).join(" ")} EFS`]),
    ];
    return [
        [size, tasks, ...hours].join(DOT),
        [
            ...(database === undefined ? [] : [describeAppDatabase(database.cluster)]),
            ...files,
            deploy.strategy,
            ...(reaches.length === 0 ? [] : [`reaches ${reaches.join(" ")}`]),
        ].join(DOT),
    ];
}

function describeAppDatabase(cluster: DatabaseCluster): string {
    return cluster.shared ? `database in ${cluster.name}` : describeAurora(cluster);
}

/** A shared database, with the apps that have theirs in it. */
export function describeShared(cluster: DatabaseCluster, apps: readonly AppSettings[]): readonly string[] {
    const users = apps.filter(({ database }) => database?.cluster === cluster).map(({ name }) => name);
    return [[describeAurora(cluster), `shared by ${users.join(" ")}`].join(DOT)];
}

function describeAurora({
    engine,
    minCapacity,
    maxCapacity,
    pauseAfterSeconds,
    instances,
}: DatabaseCluster): string {
    const name = engine === "aurora-mysql" ? "Aurora MySQL" : "Aurora PostgreSQL";
    const pauses = pauseAfterSeconds === undefined ? "" : ", pauses";
    const many = instances > 1 ? ` × ${instances}` : "";
    return `${name} ${minCapacity}-${maxCapacity} ACU${many}${pauses}`;
}

export function count(number: number, noun: string): string {
    return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
