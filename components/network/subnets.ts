/** Three tiers of subnets over the zones, and the tables that say where their traffic goes. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Zone } from "../../settings/settings";
import { ipv6Subnet, slotOf } from "../../settings/cidr";

/** A subnet, and the table that it uses once the association exists; until then it uses one that leads nowhere. */
export interface Placed {
    readonly subnet: aws.ec2.Subnet;
    readonly table: aws.ec2.RouteTable;
    readonly association: aws.ec2.RouteTableAssociation;
}

export interface ZoneSubnets {
    readonly letter: string;
    /** Reaches the internet and is reached from it; holds the load balancer, and tasks only with `publicIp`. */
    readonly public: Placed;
    /** Leaves the VPC as `egress` says; its table is its own, so that another word there changes routes only. */
    readonly private: Placed;
    /** Never leaves the VPC. */
    readonly data: Placed;
}

export interface Subnets {
    readonly zones: readonly ZoneSubnets[];
    /** The table that the public subnets share. */
    readonly publicTable: aws.ec2.RouteTable;
    readonly tables: readonly aws.ec2.RouteTable[];
}

export interface SubnetsArgs {
    readonly label: string;
    readonly vpc: aws.ec2.Vpc;
    readonly zones: readonly Zone[];
    /** Do the load balancer's subnets have IPv6? */
    readonly ipv6: boolean;
}

type SubnetRange = Pick<aws.ec2.SubnetArgs, "cidrBlock" | "ipv6CidrBlock">;

export function createSubnets(name: string, args: SubnetsArgs, opts: pulumi.CustomResourceOptions): Subnets {
    const { label, vpc, zones, ipv6 } = args;
    const table = (suffix: string) =>
        new aws.ec2.RouteTable(
            `${name}-${suffix}`,
            { vpcId: vpc.id, tags: { Name: `${label}-${suffix}` } },
            opts,
        );
    const publicTable = table("public");
    const dataTable = table("data");
    const placed = zones.map((zone) => {
        const at = (tier: string, range: SubnetRange, routes: aws.ec2.RouteTable): Placed =>
            place(
                `${name}-${tier}-${zone.letter}`,
                { label: `${label}-${tier}`, vpc, zone, range, routes },
                opts,
            );
        return {
            letter: zone.letter,
            public: at(
                "public",
                ipv6 ? dualStackRange(zone, vpc) : { cidrBlock: zone.publicCidr },
                publicTable,
            ),
            private: at("private", { cidrBlock: zone.privateCidr }, table(`private-${zone.letter}`)),
            data: at("data", { cidrBlock: zone.dataCidr }, dataTable),
        };
    });
    const tables = [publicTable, ...placed.map((zone) => zone.private.table), dataTable];
    return { zones: placed, publicTable, tables };
}

/**
 * Where the load balancer answers over IPv6 too, each of its subnets has a range for it.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-ip-address-type.html
 */
function dualStackRange({ letter, publicCidr }: Zone, vpc: aws.ec2.Vpc): SubnetRange {
    return {
        cidrBlock: publicCidr,
        ipv6CidrBlock: vpc.ipv6CidrBlock.apply((block) => ipv6Subnet(block, slotOf(letter))),
    };
}

interface PlaceArgs {
    readonly label: string;
    readonly vpc: aws.ec2.Vpc;
    readonly zone: Zone;
    readonly range: SubnetRange;
    readonly routes: aws.ec2.RouteTable;
}

function place(name: string, args: PlaceArgs, opts: pulumi.CustomResourceOptions): Placed {
    const { label, vpc, zone, range, routes } = args;
    const subnet = new aws.ec2.Subnet(
        name,
        {
            vpcId: vpc.id,
            availabilityZone: zone.name,
            ...range,
            // Whoever needs a public address asks for it: the load balancer does, and a task with `publicIp`.
            mapPublicIpOnLaunch: false,
            assignIpv6AddressOnCreation: false,
            tags: { Name: `${label}-${zone.letter}` },
        },
        opts,
    );
    const association = new aws.ec2.RouteTableAssociation(
        name,
        { routeTableId: routes.id, subnetId: subnet.id },
        opts,
    );
    return { subnet, table: routes, association };
}
