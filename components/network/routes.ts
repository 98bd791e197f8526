/** The ways to the internet: a gateway for the public subnets, and what `egress` says for the private ones. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { ANYWHERE } from "../../settings/cidr";
import type { Egress } from "../../settings/settings";
import { natGateways, REGIONAL } from "./egress";
import type { Subnets } from "./subnets";

export interface RoutesArgs {
    readonly label: string;
    readonly egress: Egress;
    /** Do the load balancer's subnets have IPv6? */
    readonly ipv6: boolean;
    readonly vpc: aws.ec2.Vpc;
    readonly subnets: Subnets;
}

/** The routes of a tier, for who must not start before they exist. */
export interface Routes {
    readonly public: readonly pulumi.Resource[];
    readonly private: readonly pulumi.Resource[];
}

export function createRoutes(name: string, args: RoutesArgs, opts: pulumi.CustomResourceOptions): Routes {
    const gateway = new aws.ec2.InternetGateway(
        `${name}-internet`,
        { vpcId: args.vpc.id, tags: { Name: args.label } },
        opts,
    );
    return {
        public: createPublicRoutes(name, args, gateway, opts),
        private: createPrivateRoutes(name, args, gateway, opts),
    };
}

/** The one route over IPv6, where there is one, is for the load balancer's answers: no other subnet has a range for it. */
function createPublicRoutes(
    name: string,
    { subnets, ipv6 }: RoutesArgs,
    gateway: aws.ec2.InternetGateway,
    opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
    const route = { routeTableId: subnets.publicTable.id, gatewayId: gateway.id };
    return [
        new aws.ec2.Route(`${name}-public-internet`, { ...route, destinationCidrBlock: ANYWHERE.ipv4 }, opts),
        ...(ipv6
            ? [
                  new aws.ec2.Route(
                      `${name}-public-internet-ipv6`,
                      { ...route, destinationIpv6CidrBlock: ANYWHERE.ipv6 },
                      opts,
                  ),
              ]
            : []),
    ];
}

function createPrivateRoutes(
    name: string,
    args: RoutesArgs,
    internet: aws.ec2.InternetGateway,
    opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
    const { zones } = args.subnets;
    const used = natGateways(
        args.egress,
        zones.map(({ letter }) => letter),
    );
    const gateways = createGateways(`${name}-nat`, args, new Set(used.values()), {
        ...opts,
        // A NAT gateway fails in a VPC that has no internet gateway yet.
        dependsOn: [internet],
    });
    return zones.flatMap(({ letter, private: { table } }) => {
        const gateway = gateways.get(used.get(letter) ?? "");
        const route = { routeTableId: table.id, destinationCidrBlock: ANYWHERE.ipv4 };
        return gateway === undefined
            ? []
            : [
                  new aws.ec2.Route(
                      `${name}-private-${letter}-internet`,
                      { ...route, natGatewayId: gateway.id },
                      opts,
                  ),
              ];
    });
}

function createGateways(
    name: string,
    { label, vpc, subnets }: RoutesArgs,
    places: ReadonlySet<string>,
    opts: pulumi.CustomResourceOptions,
): ReadonlyMap<string, aws.ec2.NatGateway> {
    const zonal = subnets.zones
        .filter(({ letter }) => places.has(letter))
        .map((zone) => {
            const gateway = createZonalGateway(
                `${name}-${zone.letter}`,
                `${label}-${zone.letter}`,
                zone.public.subnet,
                opts,
            );
            return [zone.letter, gateway] as const;
        });
    const regional = places.has(REGIONAL)
        ? [[REGIONAL, createRegionalGateway(name, label, vpc, opts)] as const]
        : [];
    return new Map([...zonal, ...regional]);
}

function createZonalGateway(
    name: string,
    label: string,
    subnet: aws.ec2.Subnet,
    opts: pulumi.CustomResourceOptions,
): aws.ec2.NatGateway {
    const address = new aws.ec2.Eip(
        `${name}-address`,
        { domain: "vpc", tags: { Name: `${label}-nat` } },
        opts,
    );
    return new aws.ec2.NatGateway(
        name,
        {
            subnetId: subnet.id,
            allocationId: address.allocationId,
            connectivityType: "public",
            tags: { Name: label },
        },
        opts,
    );
}

/**
 * One gateway that follows the tasks over the zones and finds its own addresses; it is in no subnet.
 * https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
 */
function createRegionalGateway(
    name: string,
    label: string,
    vpc: aws.ec2.Vpc,
    opts: pulumi.CustomResourceOptions,
): aws.ec2.NatGateway {
    return new aws.ec2.NatGateway(
        name,
        { vpcId: vpc.id, availabilityMode: "regional", connectivityType: "public", tags: { Name: label } },
        opts,
    );
}
