/** CodeDeploy for one service: what its pipeline's action deploys to. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import {
    codeDeployName,
    codeDeployStepsName,
    type CodeDeploy as CodeDeploySettings,
    type DeployCommon,
} from "../../settings/deploy";
import { policyDocument, rolePath, type Statement, trustDocument } from "../statement";
import type { ServiceArgs } from "./args";
import type { GrantedRole } from "./roles";

/** What of CodeDeploy exists before the service. */
export interface DeployApplication {
    readonly name: pulumi.Output<string>;
    readonly groupName: string;
    readonly groupArn: pulumi.Output<string>;
}

export interface DeploymentGroupArgs {
    readonly service: ServiceArgs;
    readonly deploy: CodeDeploySettings & DeployCommon;
    readonly application: DeployApplication;
    readonly serviceName: pulumi.Input<string>;
    readonly alarmNames: readonly pulumi.Input<string>[];
    /** The function that its hook asks; undefined: there is none. */
    readonly smokeArn: pulumi.Input<string> | undefined;
    /** The two roles of its tasks. */
    readonly taskRoles: readonly GrantedRole[];
}

export function createApplication(
    name: string,
    { app, environment, partition, region, accountId }: ServiceArgs,
    parent: pulumi.Resource,
): DeployApplication {
    const application = new aws.codedeploy.Application(
        `${name}-deploy`,
        // Whoever announces its deployments goes by the name.
        { name: codeDeployName(environment, app.name), computePlatform: "ECS" },
        { parent },
    );
    const groupName = app.name;
    const groupArn = pulumi.interpolate`arn:${partition}:codedeploy:${region}:${accountId}:deploymentgroup:${application.name}/${groupName}`;
    return { name: application.name, groupName, groupArn };
}

export function createDeploymentGroup(
    name: string,
    args: DeploymentGroupArgs,
    parent: pulumi.Resource,
): pulumi.Resource {
    const { service, deploy, application } = args;
    const { attachment, cluster } = service;
    const role = codeDeployRole(name, args, parent);
    return new aws.codedeploy.DeploymentGroup(
        `${name}-deploy-group`,
        {
            appName: application.name,
            deploymentGroupName: application.groupName,
            deploymentConfigName: configurationOf(name, service, deploy, parent),
            serviceRoleArn: role.arn,
            deploymentStyle: { deploymentType: "BLUE_GREEN", deploymentOption: "WITH_TRAFFIC_CONTROL" },
            ecsService: { clusterName: cluster.name, serviceName: args.serviceName },
            blueGreenDeploymentConfig: {
                deploymentReadyOption: { actionOnTimeout: "CONTINUE_DEPLOYMENT" },
                terminateBlueInstancesOnDeploymentSuccess: {
                    action: "TERMINATE",
                    terminationWaitTimeInMinutes: deploy.terminationWaitMinutes,
                },
            },
            loadBalancerInfo: {
                targetGroupPairInfo: {
                    prodTrafficRoute: { listenerArns: [attachment.listenerArn] },
                    targetGroups: attachment.targetGroupNames.map((group) => ({ name: group })),
                },
            },
            autoRollbackConfiguration: {
                enabled: true,
                events:
                    args.alarmNames.length === 0
                        ? ["DEPLOYMENT_FAILURE"]
                        : ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
            },
            ...alarmsOf(args.alarmNames),
        },
        { parent, dependsOn: [...role.policies] },
    );
}

/**
 * Only where there are some: the provider reads a configuration without alarms as none, and sends an empty one when it goes.
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/deploy/deployment_group.go
 */
function alarmsOf(
    alarms: DeploymentGroupArgs["alarmNames"],
): Pick<aws.codedeploy.DeploymentGroupArgs, "alarmConfiguration"> {
    return alarms.length === 0
        ? {}
        : { alarmConfiguration: { enabled: true, ignorePollAlarmFailure: false, alarms: [...alarms] } };
}

/** One of CodeDeploy's own, or one with the steps that the stack file says. */
function configurationOf(
    name: string,
    { app, environment }: Pick<ServiceArgs, "app" | "environment">,
    { shift }: CodeDeploySettings,
    parent: pulumi.Resource,
): pulumi.Input<string> {
    if (shift.kind === "named") {
        return shift.configuration;
    }
    const times = { interval: shift.bakeMinutes, percentage: shift.percent };
    return new aws.codedeploy.DeploymentConfig(
        `${name}-deploy-steps`,
        {
            // Another one is made before this goes.
            deploymentConfigName: codeDeployStepsName(environment, app.name, shift),
            computePlatform: "ECS",
            trafficRoutingConfig:
                shift.kind === "canary"
                    ? { type: "TimeBasedCanary", timeBasedCanary: times }
                    : { type: "TimeBasedLinear", timeBasedLinear: times },
        },
        { parent },
    ).deploymentConfigName;
}

/**
 * CodeDeploy, for this group alone.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/security_confused_deputy.html
 */
function codeDeployRole(name: string, args: DeploymentGroupArgs, parent: pulumi.Resource): GrantedRole {
    const { service, application } = args;
    const role = new aws.iam.Role(
        `${name}-deploy-role`,
        {
            description: `Lets CodeDeploy deploy ${service.app.name}`,
            path: rolePath(service.environment),
            assumeRolePolicy: trustDocument("CodeDeploy", "codedeploy.amazonaws.com", {
                StringEquals: { "aws:SourceAccount": service.accountId },
                ArnLike: { "aws:SourceArn": application.groupArn },
            }),
        },
        { parent },
    );
    const policy = new aws.iam.RolePolicy(
        `${name}-deploy-policy`,
        { role: role.name, policy: policyDocument(codeDeployStatements(args)) },
        { parent },
    );
    return { arn: role.arn, policies: [policy] };
}

/**
 * Of AWSCodeDeployRoleForECS, which is for every service, listener, function and role of an account, what this one needs.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCodeDeployRoleForECS.html
 */
function codeDeployStatements(args: DeploymentGroupArgs): readonly Statement[] {
    return [...replaceStatements(args), ...moveStatements(args.service), ...judgeStatements(args)];
}

function replaceStatements({ service, serviceName, taskRoles }: DeploymentGroupArgs): readonly Statement[] {
    const { partition, region, accountId, cluster } = service;
    const ecs = pulumi.interpolate`arn:${partition}:ecs:${region}:${accountId}`;
    return [
        {
            Sid: "ReplaceTasks",
            Effect: "Allow",
            Action: [
                "ecs:CreateTaskSet",
                "ecs:DeleteTaskSet",
                "ecs:DescribeServices",
                "ecs:UpdateServicePrimaryTaskSet",
            ],
            Resource: [
                pulumi.interpolate`${ecs}:service/${cluster.name}/${serviceName}`,
                pulumi.interpolate`${ecs}:task-set/${cluster.name}/${serviceName}/*`,
            ],
        },
        {
            Sid: "PassTaskRoles",
            Effect: "Allow",
            Action: ["iam:PassRole"],
            Resource: taskRoles.map(({ arn }) => arn),
            Condition: { StringEquals: { "iam:PassedToService": ["ecs-tasks.amazonaws.com"] } },
        },
    ];
}

/** Its listener, and the rules of its load balancer, of which the listener's default is one: the app has both to itself. */
function moveStatements({ attachment, partition, region, accountId }: ServiceArgs): readonly Statement[] {
    const { listenerArn, loadBalancerArnSuffix } = attachment;
    const loadBalancing = pulumi.interpolate`arn:${partition}:elasticloadbalancing:${region}:${accountId}`;
    return [
        {
            // None of these has a resource to limit it to:
            // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
            Sid: "SeeTheLoadBalancer",
            Effect: "Allow",
            Action: [
                "elasticloadbalancing:DescribeListeners",
                "elasticloadbalancing:DescribeRules",
                "elasticloadbalancing:DescribeTargetGroups",
            ],
            Resource: "*",
        },
        {
            Sid: "MoveRequests",
            Effect: "Allow",
            Action: ["elasticloadbalancing:ModifyListener", "elasticloadbalancing:ModifyRule"],
            Resource: [
                listenerArn,
                pulumi.interpolate`${loadBalancing}:listener-rule/${loadBalancerArnSuffix}/*`,
            ],
        },
    ];
}

/** What it looks at and asks before it goes on. */
function judgeStatements({ service, alarmNames, smokeArn }: DeploymentGroupArgs): readonly Statement[] {
    const { partition, region, accountId } = service;
    const alarms = pulumi.interpolate`arn:${partition}:cloudwatch:${region}:${accountId}:alarm`;
    const watch: Statement = {
        Sid: "WatchAlarms",
        Effect: "Allow",
        Action: ["cloudwatch:DescribeAlarms"],
        Resource: alarmNames.map((alarm) => pulumi.interpolate`${alarms}:${alarm}`),
    };
    const ask = (functionArn: pulumi.Input<string>): Statement => ({
        Sid: "AskTheNewTasks",
        Effect: "Allow",
        Action: ["lambda:InvokeFunction"],
        Resource: [functionArn],
    });
    return [...(alarmNames.length === 0 ? [] : [watch]), ...(smokeArn === undefined ? [] : [ask(smokeArn)])];
}
