/** A record of which connections were made, or refused, in the VPC. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Place } from "../place";
import { rolePath, trustDocument } from "../statement";

export interface FlowLogsArgs extends Omit<Place, "disposable"> {
    readonly vpc: aws.ec2.Vpc;
    readonly traffic: "reject" | "all";
    readonly retentionDays: number;
}

/** Seconds over which connections are summed up; the shorter choice, 60, makes many times the records. */
const AGGREGATION_SECONDS = 600;

export function createFlowLogs(name: string, args: FlowLogsArgs, opts: pulumi.CustomResourceOptions): void {
    const group = new aws.cloudwatch.LogGroup(
        name,
        { name: `/selfhost/${args.environment}/vpc/flow-logs`, retentionInDays: args.retentionDays },
        opts,
    );
    const role = createRole(name, args, opts);
    const policy = new aws.iam.RolePolicy(
        name,
        { role: role.name, policy: writePolicy(args, group.arn) },
        opts,
    );
    new aws.ec2.FlowLog(
        name,
        {
            vpcId: args.vpc.id,
            trafficType: args.traffic === "all" ? "ALL" : "REJECT",
            logDestinationType: "cloud-watch-logs",
            logDestination: group.arn,
            iamRoleArn: role.arn,
            maxAggregationInterval: AGGREGATION_SECONDS,
            tags: { Name: args.environment },
        },
        { ...opts, dependsOn: [policy] },
    );
}

/** Used by flow logs of this account and region, by nobody else's. https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html */
function createRole(
    name: string,
    { environment, region, partition, accountId }: FlowLogsArgs,
    opts: pulumi.CustomResourceOptions,
): aws.iam.Role {
    return new aws.iam.Role(
        name,
        {
            description: `Writes the flow logs of ${environment}`,
            path: rolePath(environment),
            assumeRolePolicy: trustDocument("FlowLogs", "vpc-flow-logs.amazonaws.com", {
                StringEquals: { "aws:SourceAccount": accountId },
                ArnLike: {
                    "aws:SourceArn": pulumi.interpolate`arn:${partition}:ec2:${region}:${accountId}:vpc-flow-log/*`,
                },
            }),
        },
        opts,
    );
}

function writePolicy(
    { region, partition, accountId }: FlowLogsArgs,
    groupArn: pulumi.Output<string>,
): pulumi.Output<string> {
    return pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "Write",
                Effect: "Allow",
                Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
                Resource: pulumi.interpolate`${groupArn}:*`,
            },
            {
                Sid: "Find",
                Effect: "Allow",
                Action: "logs:DescribeLogGroups",
                // Supports no narrower resource than all log groups of the region.
                // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
                Resource: pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:*`,
            },
        ],
    });
}
