/** Private ways to AWS services: S3 always, the others where there is no internet. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Subnets } from "./subnets";

export interface EndpointsArgs {
    readonly label: string;
    readonly region: string;
    readonly vpc: aws.ec2.Vpc;
    readonly subnets: Subnets;
    /** Services with an interface endpoint each, such as `ecr.api`. */
    readonly services: readonly string[];
}

/** What a security group must be let to where there is no internet. */
export interface Endpoints {
    readonly securityGroupId: pulumi.Output<string>;
    /** The addresses of S3 in the region, as a list that AWS keeps. */
    readonly s3PrefixListId: pulumi.Output<string>;
    /** A task that starts before these exist cannot pull its image. */
    readonly ready: readonly pulumi.Resource[];
}

/**
 * S3 by the route tables of every tier; free, and the layers of images in ECR come from there.
 *
 * It has AWS's own policy, which allows what IAM and the buckets allow: layers come from a bucket of AWS's own account,
 * and an application may read public buckets of anybody. Closing it is a decision about data, not about the network.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html#ecr-setting-up-s3-gateway
 */
export function createS3Endpoint(
    name: string,
    { label, region, vpc, subnets }: EndpointsArgs,
    opts: pulumi.CustomResourceOptions,
): aws.ec2.VpcEndpoint {
    return new aws.ec2.VpcEndpoint(
        name,
        {
            vpcId: vpc.id,
            vpcEndpointType: "Gateway",
            serviceName: `com.amazonaws.${region}.s3`,
            routeTableIds: subnets.tables.map(({ id }) => id),
            tags: { Name: `${label}-s3` },
        },
        opts,
    );
}

export function createInterfaceEndpoints(
    name: string,
    args: EndpointsArgs,
    s3: aws.ec2.VpcEndpoint,
    opts: pulumi.CustomResourceOptions,
): Endpoints {
    const { label, region, vpc, subnets, services } = args;
    const group = new aws.ec2.SecurityGroup(
        name,
        { vpcId: vpc.id, description: `Endpoints of ${label}`, tags: { Name: `${label}-endpoints` } },
        opts,
    );
    const endpoints = services.map(
        (service) =>
            new aws.ec2.VpcEndpoint(
                `${name}-${service}`,
                {
                    vpcId: vpc.id,
                    vpcEndpointType: "Interface",
                    serviceName: `com.amazonaws.${region}.${service}`,
                    subnetIds: subnets.zones.map((zone) => zone.private.subnet.id),
                    securityGroupIds: [group.id],
                    privateDnsEnabled: true,
                    tags: { Name: `${label}-${service}` },
                },
                opts,
            ),
    );
    return { securityGroupId: group.id, s3PrefixListId: s3.prefixListId, ready: endpoints };
}
