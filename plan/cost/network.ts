/** What the network and the edge cost: load balancer, addresses, NAT, endpoints, flow logs, names, firewall. */
import type { Resource } from "../graph";
import { isPublic } from "./compute";
import { appLogGb, flowLogGb } from "./logs";
import { at, HOURS, listAt, numberAt, type Reading, SERVICE, textAt } from "./reading";
import { always, type Pricer, type Situation, type Use, whenUsed } from "./situation";

const MILLION = 1_000_000;

/**
 * One capacity unit for an hour: 25 new connections a second, or 1 GB.
 * https://aws.amazon.com/elasticloadbalancing/pricing/
 */
const CONNECTIONS_PER_LCU_HOUR = 25 * 3600;

/** Browsers ask several times over one connection. */
const REQUESTS_PER_CONNECTION = 5;

export const loadBalancer: Pricer = (resource, { reading, traffic }) => {
    if (textAt(resource, "loadBalancerType") !== "application") {
        return [{ unpriced: textAt(resource, "loadBalancerType") ?? "classic" }];
    }
    const services = reading.dependents(resource, SERVICE).filter(isPublic);
    const requests = services.length * traffic.requests;
    const gigabytes = (requests * traffic.answerKb) / MILLION;
    const connections = requests / REQUESTS_PER_CONNECTION / CONNECTIONS_PER_LCU_HOUR;
    return [
        always("alb.hour", HOURS),
        whenUsed("alb.lcu", Math.max(gigabytes, connections)),
        always("ipv4.hour", publicZones(resource) * HOURS),
    ];
};

/** One address for each subnet: https://aws.amazon.com/vpc/pricing/ (public IPv4 addresses) */
function publicZones(resource: Resource): number {
    const hidden =
        at(resource, "internal") === true ||
        textAt(resource, "ipAddressType") === "dualstack-without-public-ipv4";
    return hidden ? 0 : listAt(resource, "subnets").length;
}

export const address: Pricer = () => [always("ipv4.hour", HOURS)];

/**
 * A zonal gateway is charged once, and its address is a resource of its own. A regional one is charged for each zone that
 * has a network interface in it, and brings an address for each unless it is given some.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
 */
export const natGateway: Pricer = (resource, situation) => {
    const regional = textAt(resource, "availabilityMode") === "regional";
    const zones = regional ? zonesBehind(resource, situation.reading) : 1;
    const given = listAt(resource, "availabilityZoneAddresses").length > 0;
    return [
        always(regional ? "natRegional.hour" : "nat.hour", zones * HOURS),
        always("ipv4.hour", regional && !given ? zones * HOURS : 0),
        // The price list has the same price for the data of both kinds.
        { item: "nat.gb", ...natData(situation) },
    ];
};

/** The zones of the subnets whose routes lead to the gateway; at least one. */
function zonesBehind(gateway: Resource, reading: Reading): number {
    const tables = reading
        .referring(gateway, "natGatewayId", "aws:ec2/route:Route")
        .map((route) => reading.referred(route, "routeTableId", "aws:ec2/routeTable:RouteTable"));
    const subnets = reading
        .all("aws:ec2/routeTableAssociation:RouteTableAssociation")
        .filter((one) =>
            tables.includes(reading.referred(one, "routeTableId", "aws:ec2/routeTable:RouteTable")),
        )
        .map((one) => reading.referred(one, "subnetId", "aws:ec2/subnet:Subnet"));
    const zones = new Set(subnets.map((subnet) => subnet && textAt(subnet, "availabilityZone")));
    return Math.max(1, zones.size);
}

/** Tasks without an address of their own send their logs and everything else through the gateways, in equal parts. */
function natData({ reading, traffic }: Situation): Pick<Use, "quantity" | "idle"> {
    const gateways = reading.all("aws:ec2/natGateway:NatGateway").length;
    const hidden = reading
        .all(SERVICE)
        .filter((one) => at(one, "networkConfiguration.assignPublicIp") !== true);
    const logs = hidden.map((one) => appLogGb(one, reading, traffic));
    const all = (part: "quantity" | "idle"): number =>
        logs.reduce((gigabytes, log) => gigabytes + log[part], 0) / gateways;
    return { quantity: all("quantity") + (hidden.length * traffic.outboundGb) / gateways, idle: all("idle") };
}

/** https://aws.amazon.com/privatelink/pricing/; a gateway endpoint is free: https://aws.amazon.com/vpc/pricing/ */
export const endpoint: Pricer = (resource, { reading, traffic }) => {
    const type = textAt(resource, "vpcEndpointType") ?? "Gateway";
    if (type !== "Interface") {
        return type === "Gateway" ? [] : [{ unpriced: type }];
    }
    const logs = textAt(resource, "serviceName")?.endsWith(".logs") === true ? reading.all(SERVICE) : [];
    const written = logs.map((one) => appLogGb(one, reading, traffic));
    return [
        always("endpoint.hour", Math.max(1, listAt(resource, "subnetIds").length) * HOURS),
        {
            item: "endpoint.gb",
            quantity: written.reduce((all, { quantity }) => all + quantity, 0),
            idle: written.reduce((all, { idle }) => all + idle, 0),
        },
    ];
};

/** https://aws.amazon.com/cloudwatch/pricing/ (vended logs) */
export const flowLog: Pricer = (resource, situation) => {
    const destination = textAt(resource, "logDestinationType") ?? "elsewhere";
    return destination === "cloud-watch-logs"
        ? [{ item: "logs.vended", ...flowLogGb(resource, situation) }]
        : [{ unpriced: `to ${destination}` }];
};

/** Queries a month for a record that only a certificate authority asks for. */
const QUERIES = 1000;

/** An alias of a load balancer is free: https://aws.amazon.com/route53/pricing/ */
export const record: Pricer = (resource) =>
    listAt(resource, "aliases").length > 0 ? [] : [always("dns.query", QUERIES / MILLION)];

/** https://aws.amazon.com/waf/pricing/ */
export const webAcl: Pricer = (resource, { reading, traffic }) => [
    always("waf.acl", 1),
    always("waf.rule", listAt(resource, "rules").length),
    whenUsed("waf.request", (reading.all(SERVICE).length * traffic.requests) / MILLION),
];

/** https://aws.amazon.com/cloudwatch/pricing/ */
export const alarm: Pricer = (resource) => {
    const metrics = listAt(resource, "metricQueries").filter(
        (query) => typeof query === "object" && query !== null && "metric" in query,
    );
    const fast = (numberAt(resource, "period") ?? 60) < 60;
    return [always(fast ? "alarm.highResolution" : "alarm.standard", Math.max(1, metrics.length))];
};

/**
 * Target tracking watches its metric with an alarm for each direction.
 * https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html
 */
export const scalingPolicy: Pricer = (resource) =>
    textAt(resource, "policyType") === "TargetTrackingScaling" ? [always("alarm.standard", 2)] : [];
