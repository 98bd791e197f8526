/** The roles of one service: what ECS may do to start a task, and what the application may do while it runs. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { policyDocument, rolePath, type Statement } from "../statement";
import type { ServiceArgs } from "./args";
import { execStatements, INFRASTRUCTURE_TRUST, logStatements, tasksTrust } from "./permissions";

export interface GrantedRole {
    readonly arn: pulumi.Output<string>;
    /** What must exist before the role can do its work, and until it has stopped doing it. */
    readonly policies: readonly pulumi.Resource[];
}

/** Pulls the image, reads the secrets and writes the log, before the application's first instruction. */
export function executionRole(
    name: string,
    args: ServiceArgs,
    logGroupArn: pulumi.Input<string>,
    parent: pulumi.Resource,
): GrantedRole {
    const grants = {
        policy: [...logStatements(logGroupArn), ...args.executionStatements],
        ...args.executionGrants,
    };
    return taskRoleOf(`${name}-execution`, `Starts the tasks of ${args.app.name}`, args, grants, parent);
}

/** The application's own: what it does in AWS, and ECS Exec where the app allows it. */
export function applicationRole(
    name: string,
    args: ServiceArgs,
    logGroupArn: pulumi.Input<string>,
    parent: pulumi.Resource,
): GrantedRole {
    // A cluster that does not say where sessions are recorded has them in the container's own log.
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging
    const audit = args.cluster.execAudit ?? { logGroupArn, kmsKeyArn: undefined };
    const exec = args.app.exec ? execStatements(audit) : [];
    const grants = { policy: [...args.taskStatements, ...exec] };
    return taskRoleOf(`${name}-task`, `What ${args.app.name} does in AWS`, args, grants, parent);
}

/** Lets ECS shift traffic between the target groups; it does so in its own name, never in a task's. */
export function infrastructureRole(
    name: string,
    { app, environment, partition }: Pick<ServiceArgs, "app" | "environment" | "partition">,
    parent: pulumi.Resource,
): GrantedRole {
    const role = new aws.iam.Role(
        `${name}-traffic`,
        {
            description: `Lets ECS shift the traffic of ${app.name}`,
            path: rolePath(environment),
            assumeRolePolicy: INFRASTRUCTURE_TRUST,
        },
        { parent },
    );
    // AWS's own, because AWS changes what ECS needs here: the policy is in its sixth version since July 2025.
    // https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
    const policy = new aws.iam.RolePolicyAttachment(
        `${name}-traffic-policy`,
        {
            role: role.name,
            policyArn: `arn:${partition}:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers`,
        },
        { parent },
    );
    return { arn: role.arn, policies: [policy] };
}

/** With a policy for each group of statements, by the end of its name. */
function taskRoleOf(
    name: string,
    description: string,
    args: ServiceArgs,
    grants: Readonly<Record<string, readonly Statement[]>>,
    parent: pulumi.Resource,
): GrantedRole {
    const role = new aws.iam.Role(
        name,
        { description, path: rolePath(args.environment), assumeRolePolicy: tasksTrust(args) },
        { parent },
    );
    const policies = Object.entries(grants)
        .filter(([, statements]) => statements.length > 0)
        .map(
            ([grant, statements]) =>
                new aws.iam.RolePolicy(
                    `${name}-${grant}`,
                    { role: role.name, policy: policyDocument(statements) },
                    { parent },
                ),
        );
    return { arn: role.arn, policies };
}
