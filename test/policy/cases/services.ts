import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";
import { task } from "./compute";

const cluster = resource(T.ecsCluster, "cluster", {
    settings: [{ name: "containerInsights", value: "enabled" }],
    configuration: {
        executeCommandConfiguration: {
            logging: "OVERRIDE",
            kmsKeyId: "key",
            logConfiguration: { cloudWatchLogGroupName: "/exec" },
        },
    },
});
const role = resource(T.role, "execution");
const rolePolicy = resource(T.rolePolicy, "policy", { role: ref(role, "name"), policy: "{}" });
const targets = resource(T.targetGroup, "targets");
const rule = resource(T.listenerRule, "rule", { actions: [{ targetGroupArn: ref(targets, "arn") }] });
const started = changed(task, { executionRoleArn: ref(role, "arn") });
const service = resource(
    T.service,
    "service",
    {
        cluster: ref(cluster, "arn"),
        taskDefinition: ref(task, "arn"),
        loadBalancers: [{ targetGroupArn: ref(targets, "arn") }],
        networkConfiguration: { assignPublicIp: false },
        platformVersion: "LATEST",
        propagateTags: "SERVICE",
        enableEcsManagedTags: true,
        enableExecuteCommand: true,
        deploymentConfiguration: { strategy: "ROLLING" },
        deploymentCircuitBreaker: { enable: true, rollback: true },
        waitForSteadyState: true,
    },
    { dependsOn: [rolePolicy, rule], ignoreChanges: ["desiredCount"] },
);
const target = resource(T.scalingTarget, "scaling", {
    resourceId: `service/cluster/${ref(service, "name")}`,
});
const action = resource(T.scheduledScaling, "stop", {
    resourceId: `service/cluster/${ref(service, "name")}`,
});

const byCodeDeploy = changed(service, {
    deploymentController: { type: "CODE_DEPLOY" },
    deploymentCircuitBreaker: { enable: false, rollback: false },
    waitForSteadyState: false,
});
const groupOf = (autoRollbackConfiguration: { readonly enabled: boolean }) =>
    resource(T.deploymentGroup, "group", {
        autoRollbackConfiguration,
        ecsService: { serviceName: ref(service, "name") },
    });

export const SERVICE_CASES: Cases = {
    "tasks-without-public-address": {
        holds: {
            "it says no": [service],
            "nothing is said": [changed(service, { networkConfiguration: null })],
        },
        fails: {
            "it says yes": [
                [changed(service, { networkConfiguration: { assignPublicIp: true } })],
                "service gives its tasks addresses on the internet",
            ],
            "a task set": [
                [resource(T.taskSet, "set", { networkConfiguration: { assignPublicIp: true } })],
                "set gives its tasks addresses on the internet",
            ],
        },
    },
    "service-on-current-platform": {
        holds: { latest: [service] },
        fails: {
            old: [
                [changed(service, { platformVersion: "1.3.0" })],
                "service runs on an old version of Fargate",
            ],
        },
    },
    "cluster-container-insights": {
        holds: { on: [cluster] },
        fails: {
            off: [
                [changed(cluster, { settings: [{ name: "containerInsights", value: "disabled" }] })],
                "cluster keeps no metrics of its tasks",
            ],
            "nothing is said": [
                [changed(cluster, { settings: null })],
                "cluster keeps no metrics of its tasks",
            ],
        },
    },
    "tasks-tagged": {
        holds: { "by their service": [service] },
        fails: {
            "nothing is said": [
                [changed(service, { propagateTags: null })],
                "service starts tasks without tags",
            ],
        },
    },
    "capacity-provider-spares-tasks": {
        holds: {
            on: [
                resource(T.capacityProvider, "provider", {
                    autoScalingGroupProvider: { managedTerminationProtection: "ENABLED" },
                }),
            ],
        },
        fails: {
            off: [
                [resource(T.capacityProvider, "provider", { autoScalingGroupProvider: {} })],
                "provider may end instances that run tasks",
            ],
        },
    },
    "exec-sessions-recorded": {
        holds: {
            "they are": [cluster, service],
            "there are none": [
                changed(cluster, { configuration: null }),
                changed(service, { enableExecuteCommand: false }),
            ],
        },
        fails: {
            "nothing is said": [
                [changed(cluster, { configuration: null }), service],
                "service allows a shell in its tasks, and cluster does not record it",
            ],
            "without a key": [
                [
                    changed(cluster, {
                        configuration: {
                            executeCommandConfiguration: {
                                logging: "OVERRIDE",
                                logConfiguration: { cloudWatchLogGroupName: "/exec" },
                            },
                        },
                    }),
                    service,
                ],
                "service allows a shell in its tasks, and cluster does not record it",
            ],
        },
    },
    "service-returns-from-bad-release": {
        holds: {
            rolling: [service],
            "blue/green, without a breaker": [
                changed(service, {
                    deploymentConfiguration: { strategy: "BLUE_GREEN" },
                    deploymentCircuitBreaker: { enable: false, rollback: false },
                }),
            ],
            "CodeDeploy, which takes failures back": [byCodeDeploy, groupOf({ enabled: true })],
        },
        fails: {
            "no breaker": [
                [changed(service, { deploymentCircuitBreaker: null })],
                "service stays with a release that does not start",
            ],
            "no way back": [
                [changed(service, { deploymentCircuitBreaker: { enable: true, rollback: false } })],
                "service stays with a release that does not start",
            ],
            "a breaker that AWS refuses": [
                [changed(service, { deploymentConfiguration: { strategy: "CANARY" } })],
                "service has a circuit breaker, which AWS takes with rolling deployments only",
            ],
            "CodeDeploy, which does not": [
                [byCodeDeploy, groupOf({ enabled: false })],
                "service is deployed by something that does not take a failure back",
            ],
            "nobody waits": [
                [changed(service, { waitForSteadyState: false })],
                "service is updated without waiting for the result",
            ],
        },
    },
    "service-waits-for-what-it-needs": {
        holds: { "it does": [role, rolePolicy, rule, targets, started, service] },
        fails: {
            "for nothing": [
                [role, rolePolicy, rule, targets, started, changed(service, {})],
                "service does not wait for policy, rule",
            ],
        },
    },
    "scaling-owns-task-count": {
        holds: {
            "by load": [service, target],
            "by schedule": [
                service,
                changed(target, {}, { ignoreChanges: ["minCapacity", "maxCapacity"] }),
                action,
            ],
        },
        fails: {
            "a service that counts itself": [
                [changed(service, {}), target],
                "scaling scales service, whose count every update sets back",
            ],
            "one limit beside a schedule": [
                [service, changed(target, {}, { ignoreChanges: ["minCapacity"] }), action],
                "scaling has limits that a schedule moves and every update sets back",
            ],
            "limits beside a schedule": [
                [service, target, action],
                "scaling has limits that a schedule moves and every update sets back",
            ],
        },
    },
};
