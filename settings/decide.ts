/** Decides everything about the environment that its apps share. */
import type { Decided } from "./context";
import { allocate, ANYWHERE } from "./cidr";
import { decideCapacity } from "./decideApp";
import { interfaceEndpoints } from "./endpoints";
import { distinct } from "./order";
import type { RawEnvironment } from "./schema";
import type { Certificate, ClusterSettings, Dns, EdgeSettings, NetworkSettings } from "./settings";

export function decideNetwork({ raw, region, defaults, apps }: Decided): NetworkSettings {
    const given = raw.network ?? {};
    if (given.vpc !== undefined) {
        return {
            kind: "adopt",
            vpcId: given.vpc.id,
            publicSubnetIds: given.vpc.publicSubnets,
            privateSubnetIds: given.vpc.privateSubnets ?? [],
            dataSubnetIds: given.vpc.dataSubnets,
            egress: given.vpc.privateSubnets === undefined ? "publicIp" : "existing",
        };
    }
    const cidr = given.cidr ?? defaults.network.cidr;
    const letters = given.zones ?? defaults.network.zones;
    const egress = given.egress ?? defaults.network.egress;
    return {
        kind: "create",
        cidr,
        zones: allocate(cidr, letters).map((zone) => ({
            letter: zone.letter,
            name: `${region}${zone.letter}`,
            publicCidr: zone.public,
            privateCidr: zone.private,
            dataCidr: zone.data,
        })),
        egress,
        ipv6: given.ipv6 ?? false,
        interfaceEndpoints: egress === "endpoints" ? interfaceEndpoints(apps) : [],
        flowLogs: given.flowLogs ?? defaults.network.flowLogs,
        logRetentionDays: raw.logs?.retentionDays ?? defaults.logs.retentionDays,
    };
}

/** Everybody: the load balancer is the one door that is open. */
const EVERYBODY = { ipv4: [ANYWHERE.ipv4], both: [ANYWHERE.ipv4, ANYWHERE.ipv6] } as const;

export function decideEdge({ raw, defaults }: Decided): EdgeSettings {
    const given = raw.edge ?? {};
    const dns = decideDns(raw);
    if (given.listener !== undefined) {
        return {
            kind: "adopt",
            domain: raw.domain ?? "",
            dns,
            listenerArn: given.listener.arn,
            securityGroupId: given.listener.securityGroup,
        };
    }
    const days = given.accessLogDays ?? defaults.edge.accessLogDays;
    return {
        kind: "create",
        domain: raw.domain,
        dns,
        certificate: decideCertificate(raw),
        sslPolicy: given.sslPolicy ?? defaults.edge.sslPolicy,
        allowedCidrs: [
            ...(given.allow ?? (raw.network?.ipv6 === true ? EVERYBODY.both : EVERYBODY.ipv4)),
        ].sort(),
        accessLogDays: days === 0 ? undefined : days,
        deletionProtection: given.deletionProtection ?? defaults.edge.deletionProtection,
        idleTimeoutSeconds: given.idleTimeout ?? defaults.edge.idleTimeout,
    };
}

/** Ids of hosted zones start with a Z and have no dot. */
export function isZoneId(zone: string): boolean {
    return /^Z[A-Z0-9]+$/.test(zone);
}

function decideDns(raw: RawEnvironment): Dns {
    if (raw.domain === undefined) {
        return { kind: "none" };
    }
    if (raw.dns === "elsewhere" || raw.dns === "existing") {
        return { kind: raw.dns };
    }
    const zone = raw.zone ?? raw.domain;
    return { kind: "route53", zone: isZoneId(zone) ? { id: zone } : { name: zone } };
}

function decideCertificate(raw: RawEnvironment): Certificate {
    if (raw.domain === undefined) {
        return { kind: "none" };
    }
    if (raw.certificate !== undefined) {
        return { kind: "existing", arn: raw.certificate };
    }
    const alternativeNames = distinct([`*.${raw.domain}`, ...(raw.certificateNames ?? [])]);
    return { kind: "issued", domain: raw.domain, alternativeNames };
}

export function decideCluster({ raw, stack, defaults, apps }: Decided): ClusterSettings {
    const capacity = decideCapacity(raw.cluster?.capacity, defaults);
    const namespace = apps.some(({ reaches }) => reaches.length > 0) ? `selfhost-${stack}` : undefined;
    if (raw.cluster?.existing !== undefined) {
        return { kind: "adopt", name: raw.cluster.existing, capacity, namespace };
    }
    return {
        kind: "create",
        name: `selfhost-${stack}`,
        containerInsights: raw.cluster?.insights ?? defaults.cluster.insights,
        capacity,
        execLogDays: apps.some((app) => app.exec)
            ? (raw.logs?.retentionDays ?? defaults.logs.retentionDays)
            : undefined,
        namespace,
    };
}

/** The second word of every ARN in a region. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
export function partitionOf(region: string): string {
    if (region.startsWith("cn-")) {
        return "aws-cn";
    }
    return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
