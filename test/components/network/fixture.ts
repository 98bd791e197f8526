/** A network on its own, and what a test reads from it. */
import assert from "node:assert/strict";
import { Network } from "../../../components/network";
import { allocate } from "../../../settings/cidr";
import type { Graph, Json, Resource } from "../../../plan/graph";
import type { CreatedNetwork, Egress, NetworkSettings } from "../../../settings/settings";
import { ofType, only, reference } from "../../support/graph";
import { ACCOUNT, REGION, recorded, remembered } from "../../support/recorded";

export const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const TABLE = "aws:ec2/routeTable:RouteTable";
export const INTERNET = "aws:ec2/internetGateway:InternetGateway";
export const NAT = "aws:ec2/natGateway:NatGateway";
export const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
export const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
export const INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
export const TIERS = ["public", "private", "data"] as const;

/** Two zones, IPv6 for visitors, and no flow logs. */
export function created(change: Partial<CreatedNetwork> = {}): CreatedNetwork {
    return {
        kind: "create",
        cidr: "10.10.0.0/16",
        zones: allocate("10.10.0.0/16", ["a", "b"]).map((zone) => ({
            letter: zone.letter,
            name: `${REGION}${zone.letter}`,
            publicCidr: zone.public,
            privateCidr: zone.private,
            dataCidr: zone.data,
        })),
        egress: "publicIp",
        ipv6: true,
        interfaceEndpoints: [],
        flowLogs: "none",
        logRetentionDays: 30,
        ...change,
    };
}

/** A network with one group of tasks that was let out; outputs are what other components get. */
export function recordNetwork(settings: NetworkSettings): Promise<Graph> {
    return recorded(() => {
        const network = new Network("network", {
            settings,
            environment: "prod",
            region: REGION,
            partition: "aws",
            accountId: ACCOUNT,
        });
        const ready = network.allowOut("network-wiki", "sg-tasks");
        const { vpcId, taskSubnetIds, dataSubnetIds, publicCidrs, assignPublicIp, dualStack } = network;
        return {
            vpcId,
            taskSubnetIds,
            dataSubnetIds,
            publicCidrs,
            assignPublicIp,
            dualStack,
            ready: ready.map(({ urn }) => urn),
        };
    });
}

export const withEgress = remembered((egress: Egress) =>
    recordNetwork(
        created({ egress, interfaceEndpoints: egress === "endpoints" ? ["ecr.api", "ecr.dkr", "logs"] : [] }),
    ),
);

/** Destination → target of every route that the traffic of a subnet may take. */
export function routesOf(graph: Graph, subnet: string): Record<string, Json | undefined> {
    const { routeTableId } = associationOf(graph, subnet);
    const routes = ofType(graph, "aws:ec2/route:Route").filter(
        ({ inputs }) => inputs.routeTableId === routeTableId,
    );
    return Object.fromEntries(
        routes.map(({ inputs }) => {
            const [destination] = strings(
                [inputs.destinationCidrBlock, inputs.destinationIpv6CidrBlock].filter(Boolean),
            );
            return [destination ?? "", inputs.gatewayId ?? inputs.natGatewayId];
        }),
    );
}

function associationOf(graph: Graph, subnet: string): Resource["inputs"] {
    const id = reference(only(graph, SUBNET, subnet), "id");
    const [found, ...others] = ofType(graph, "aws:ec2/routeTableAssociation:RouteTableAssociation").filter(
        ({ inputs }) => inputs.subnetId === id,
    );
    assert.ok(found !== undefined && others.length === 0, `${subnet} is not in exactly one table`);
    return found.inputs;
}

/** How others refer to the subnets of a tier. */
export function subnetIds(graph: Graph, tier: (typeof TIERS)[number]): readonly string[] {
    return ["a", "b"].map((zone) => reference(only(graph, SUBNET, `network-${tier}-${zone}`), "id"));
}

export function strings(value: unknown): readonly string[] {
    assert.ok(Array.isArray(value) && value.every((item) => typeof item === "string"));
    return value;
}
