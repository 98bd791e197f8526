import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { isIpv6 } from "../../settings/cidr";
import type { AdoptedNetwork, CreatedNetwork, NetworkSettings } from "../../settings/settings";
import { allowFlow, peerOf } from "../flow";
import type { Place } from "../place";
import { destinations, OUTBOUND, type WayOut } from "./egress";
import { createInterfaceEndpoints, createS3Endpoint, type Endpoints } from "./endpoints";
import { createFlowLogs } from "./flowLogs";
import { createRoutes } from "./routes";
import { createSubnets } from "./subnets";

export interface NetworkArgs extends Omit<Place, "disposable"> {
    readonly settings: NetworkSettings;
}

/** What both a made and an adopted network answer. */
interface Parts {
    readonly vpcId: pulumi.Input<string>;
    readonly publicSubnetIds: readonly pulumi.Input<string>[];
    readonly privateSubnetIds: readonly pulumi.Input<string>[];
    readonly dataSubnetIds: readonly pulumi.Input<string>[];
    readonly publicCidrs: readonly pulumi.Input<string>[];
    readonly dualStack: boolean;
    readonly endpoints: Endpoints | undefined;
    readonly publicReady: readonly pulumi.Resource[];
    readonly tasksReady: readonly pulumi.Resource[];
}

const HTTPS = 443;

/** The VPC that the environment runs in, three tiers of subnets over its zones, and its tasks' way out of it. */
export class Network extends pulumi.ComponentResource {
    readonly vpcId: pulumi.Input<string>;
    /** For the load balancer. */
    readonly publicSubnetIds: readonly pulumi.Input<string>[];
    readonly privateSubnetIds: readonly pulumi.Input<string>[];
    /** For databases and file systems. */
    readonly dataSubnetIds: readonly pulumi.Input<string>[];
    readonly taskSubnetIds: readonly pulumi.Input<string>[];
    /** True where a task's way out is a public address of its own. */
    readonly assignPublicIp: boolean;
    /** Where the load balancer's requests come from. */
    readonly publicCidrs: readonly pulumi.Input<string>[];
    /** True where the public subnets are known to have IPv6. */
    readonly dualStack: boolean;
    /** What a load balancer must find when it is made. */
    readonly publicReady: readonly pulumi.Resource[];

    private readonly wayOut: WayOut;
    private readonly endpoints: Endpoints | undefined;
    private readonly tasksReady: readonly pulumi.Resource[];

    constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
        super("selfhost:index:Network", name, {}, opts);
        const { settings } = args;
        const parts = settings.kind === "create" ? this.create(name, settings, args) : this.adopt(settings);

        this.wayOut = settings.egress;
        this.endpoints = parts.endpoints;
        this.tasksReady = parts.tasksReady;
        this.vpcId = parts.vpcId;
        this.publicSubnetIds = parts.publicSubnetIds;
        this.privateSubnetIds = parts.privateSubnetIds;
        this.dataSubnetIds = parts.dataSubnetIds;
        this.assignPublicIp = settings.egress === "publicIp";
        this.taskSubnetIds = this.assignPublicIp ? parts.publicSubnetIds : parts.privateSubnetIds;
        this.publicCidrs = parts.publicCidrs;
        this.dualStack = parts.dualStack;
        this.publicReady = parts.publicReady;
        this.registerOutputs({
            vpcId: this.vpcId,
            publicSubnetIds: this.publicSubnetIds,
            privateSubnetIds: this.privateSubnetIds,
            dataSubnetIds: this.dataSubnetIds,
        });
    }

    /**
     * Lets a security group of tasks reach what the network has for them: the internet, or the endpoints in its place.
     * Returns what must exist before a task can pull its image.
     */
    allowOut(
        name: string,
        securityGroupId: pulumi.Input<string>,
        opts: pulumi.CustomResourceOptions = { parent: this },
    ): readonly pulumi.Resource[] {
        const internet = destinations(this.wayOut, this.dualStack).flatMap((range) =>
            OUTBOUND.map(
                ({ name: flow, port, description }) =>
                    new aws.vpc.SecurityGroupEgressRule(
                        `${name}-${flow}${isIpv6(range) ? "-ipv6" : ""}`,
                        {
                            securityGroupId,
                            ipProtocol: "tcp",
                            fromPort: port,
                            toPort: port,
                            ...peerOf(range),
                            description,
                        },
                        opts,
                    ),
            ),
        );
        return [...internet, ...this.allowEndpoints(name, securityGroupId, opts), ...this.tasksReady];
    }

    private allowEndpoints(
        name: string,
        securityGroupId: pulumi.Input<string>,
        opts: pulumi.CustomResourceOptions,
    ): readonly pulumi.Resource[] {
        if (this.endpoints === undefined) {
            return [];
        }
        return [
            ...allowFlow(
                `${name}-endpoints`,
                {
                    fromGroupId: securityGroupId,
                    toGroupId: this.endpoints.securityGroupId,
                    port: HTTPS,
                    description: "HTTPS to AWS services",
                },
                opts,
            ),
            new aws.vpc.SecurityGroupEgressRule(
                `${name}-s3`,
                {
                    securityGroupId,
                    ipProtocol: "tcp",
                    fromPort: HTTPS,
                    toPort: HTTPS,
                    prefixListId: this.endpoints.s3PrefixListId,
                    description: "HTTPS to S3, where the layers of images are",
                },
                opts,
            ),
        ];
    }

    private create(name: string, settings: CreatedNetwork, args: NetworkArgs): Parts {
        const opts = { parent: this };
        const label = args.environment;
        const vpc = createVpc(`${name}-vpc`, settings, label, opts);
        const subnets = createSubnets(name, { label, vpc, zones: settings.zones, ipv6: settings.ipv6 }, opts);
        const routes = createRoutes(
            name,
            { label, egress: settings.egress, ipv6: settings.ipv6, vpc, subnets },
            opts,
        );
        const services = settings.interfaceEndpoints;
        const wanted = { label, region: args.region, vpc, subnets, services };
        const s3 = createS3Endpoint(`${name}-s3`, wanted, opts);
        const endpoints =
            settings.egress === "endpoints"
                ? createInterfaceEndpoints(`${name}-endpoint`, wanted, s3, opts)
                : undefined;
        if (settings.flowLogs !== "none") {
            const { flowLogs: traffic, logRetentionDays: retentionDays } = settings;
            createFlowLogs(`${name}-flow-logs`, { ...args, vpc, traffic, retentionDays }, opts);
        }
        const { zones } = subnets;
        const publicReady = [...routes.public, ...zones.map((zone) => zone.public.association)];
        const privateReady = [...routes.private, ...zones.map((zone) => zone.private.association)];
        return {
            vpcId: vpc.id,
            publicSubnetIds: zones.map((zone) => zone.public.subnet.id),
            privateSubnetIds: zones.map((zone) => zone.private.subnet.id),
            dataSubnetIds: zones.map((zone) => zone.data.subnet.id),
            publicCidrs: settings.zones.map((zone) => zone.publicCidr),
            dualStack: settings.ipv6,
            endpoints,
            publicReady,
            tasksReady: [
                ...(settings.egress === "publicIp" ? publicReady : privateReady),
                s3,
                ...(endpoints?.ready ?? []),
            ],
        };
    }

    /** Nothing is made in an adopted VPC, and nothing looked up but the ranges that only AWS knows. */
    private adopt(settings: AdoptedNetwork): Parts {
        return {
            vpcId: settings.vpcId,
            publicSubnetIds: settings.publicSubnetIds,
            privateSubnetIds: settings.privateSubnetIds,
            dataSubnetIds: settings.dataSubnetIds,
            publicCidrs: settings.publicSubnetIds.map(
                (id) => aws.ec2.getSubnetOutput({ id }, { parent: this }).cidrBlock,
            ),
            dualStack: false,
            endpoints: undefined,
            publicReady: [],
            tasksReady: [],
        };
    }
}

function createVpc(
    name: string,
    { cidr, ipv6 }: CreatedNetwork,
    label: string,
    opts: pulumi.CustomResourceOptions,
): aws.ec2.Vpc {
    const vpc = new aws.ec2.Vpc(
        name,
        {
            cidrBlock: cidr,
            assignGeneratedIpv6CidrBlock: ipv6,
            // Both are needed for the private names of endpoints and file systems.
            enableDnsHostnames: true,
            enableDnsSupport: true,
            tags: { Name: label },
        },
        opts,
    );
    // A new VPC's default group lets its members talk to one another and to everybody; nothing here uses it.
    new aws.ec2.DefaultSecurityGroup(
        `${name}-default`,
        { vpcId: vpc.id, ingress: [], egress: [], tags: { Name: `${label}-closed` } },
        opts,
    );
    return vpc;
}
