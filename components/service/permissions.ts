/** Who may do what: plain policy statements, so that each can be tested without a resource. */
import * as pulumi from "@pulumi/pulumi";
import type { AppSettings } from "../../settings/settings";
import type { Account } from "../place";
import { type Statement, trustDocument } from "../statement";
import type { ExecAudit } from "./args";

/**
 * ECS tasks of this account and region, and nobody else's, may take the role. A cluster cannot be named here:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
 */
export function tasksTrust({ partition, region, accountId }: Account): pulumi.Output<string> {
    return trustDocument("EcsTasks", "ecs-tasks.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": accountId },
        ArnLike: { "aws:SourceArn": pulumi.interpolate`arn:${partition}:ecs:${region}:${accountId}:*` },
    });
}

/**
 * ECS itself, for the load balancer. AWS documents no source condition for infrastructure roles:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
 */
export const INFRASTRUCTURE_TRUST = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
        {
            Sid: "EcsInfrastructure",
            Effect: "Allow",
            Principal: { Service: "ecs.amazonaws.com" },
            Action: "sts:AssumeRole",
        },
    ],
});

/** Writes to the app's own log group, which exists already. */
export function logStatements(logGroupArn: pulumi.Input<string>): readonly Statement[] {
    return [
        {
            Sid: "WriteLogs",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: [pulumi.interpolate`${logGroupArn}:*`],
        },
    ];
}

/**
 * What ECS Exec does in the task's name.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
 */
export function execStatements({ logGroupArn, kmsKeyArn }: ExecAudit): readonly Statement[] {
    const decrypt: Statement | undefined =
        kmsKeyArn === undefined
            ? undefined
            : { Sid: "DecryptExecSession", Effect: "Allow", Action: ["kms:Decrypt"], Resource: [kmsKeyArn] };
    return [
        {
            // None of these has a resource to limit it to:
            // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonmessagegatewayservice.html
            Sid: "OpenExecSession",
            Effect: "Allow",
            Action: [
                "ssmmessages:CreateControlChannel",
                "ssmmessages:CreateDataChannel",
                "ssmmessages:OpenControlChannel",
                "ssmmessages:OpenDataChannel",
            ],
            Resource: "*",
        },
        {
            // The agent lists the account's groups before it writes to its own; granted as in AWS's example:
            // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
            Sid: "FindExecLog",
            Effect: "Allow",
            Action: ["logs:DescribeLogGroups"],
            Resource: "*",
        },
        {
            Sid: "RecordExecSession",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            Resource: [pulumi.interpolate`${logGroupArn}:*`],
        },
        ...(decrypt === undefined ? [] : [decrypt]),
    ];
}

/** What the stack file lets the application do. */
export function permissionStatements({
    permissions,
}: Pick<AppSettings, "permissions">): readonly Statement[] {
    return permissions.map(({ actions, resources }, i) => ({
        Sid: `StackFile${i + 1}`,
        Effect: "Allow",
        Action: [...actions].sort(),
        Resource: [...resources].sort(),
    }));
}
