/** What runs, may and is logged. */
import { AWS, type Rule } from "./rule";

export const COMPUTE: Readonly<Record<string, Rule>> = {
    "aws:ecs/cluster:Cluster": { source: `${AWS}ecs/cluster.go`, properties: ["name"] },
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
        source: `${AWS}ecs/cluster_capacity_providers.go`,
        properties: ["clusterName"],
    },
    "aws:ecs/service:Service": {
        source: `${AWS}ecs/service.go`,
        properties: ["cluster", "iamRole", "launchType", "name", "schedulingStrategy"],
        // ECS has learned to change it: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
        sometimes: ["deploymentController"],
        kept: ["cluster", "iamRole", "launchType"],
    },
    "aws:ecs/taskDefinition:TaskDefinition": {
        source: `${AWS}ecs/task_definition.go`,
        properties: { allBut: ["skipDestroy", "tags", "trackLatest"] },
        kept: ["enableFaultInjection", "networkMode"],
    },
    "aws:codedeploy/application:Application": {
        source: `${AWS}deploy/app.go`,
        properties: ["computePlatform"],
    },
    "aws:codedeploy/deploymentConfig:DeploymentConfig": {
        source: `${AWS}deploy/deployment_config.go`,
        properties: { allBut: [] },
    },
    "aws:codedeploy/deploymentGroup:DeploymentGroup": {
        source: `${AWS}deploy/deployment_group.go`,
        properties: [],
    },
    "aws:appautoscaling/target:Target": {
        source: `${AWS}appautoscaling/target.go`,
        properties: ["resourceId", "scalableDimension", "serviceNamespace"],
    },
    "aws:appautoscaling/policy:Policy": {
        source: `${AWS}appautoscaling/policy.go`,
        properties: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
    },
    "aws:appautoscaling/scheduledAction:ScheduledAction": {
        source: `${AWS}appautoscaling/scheduled_action.go`,
        properties: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
    },
    "aws:lambda/function:Function": {
        source: `${AWS}lambda/function.go`,
        properties: ["name", "packageType"],
    },
    // With the scope CRUD, which this program uses throughout, its input changes in place.
    "aws:lambda/invocation:Invocation": {
        source: `${AWS}lambda/invocation.go`,
        properties: ["functionName", "qualifier", "triggers"],
    },
    "aws:iam/role:Role": { source: `${AWS}iam/role.go`, properties: ["name", "namePrefix", "path"] },
    "aws:iam/rolePolicy:RolePolicy": {
        source: `${AWS}iam/role_policy.go`,
        properties: ["name", "namePrefix", "role"],
    },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        source: `${AWS}iam/role_policy_attachment.go`,
        properties: ["policyArn", "role"],
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        source: `${AWS}logs/group.go`,
        properties: ["logGroupClass", "name", "namePrefix"],
        kept: ["logGroupClass"],
    },
};
