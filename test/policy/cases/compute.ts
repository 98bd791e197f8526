import type { Json, Resource } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const DIGEST = "a".repeat(64);
const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfhost/test/app@sha256:${DIGEST}`;
const container = {
    name: "app",
    image,
    essential: true,
    environment: [{ name: "APP_URL", value: "https://example.com" }],
    secrets: [{ name: "APP_KEY", valueFrom: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a" }],
    readonlyRootFilesystem: true,
    user: "911:911",
    logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "/app", mode: "non-blocking", "max-buffer-size": "25m" },
    },
};

function taskOf(...containers: readonly Readonly<Record<string, Json>>[]): Resource {
    return resource(T.taskDefinition, "task", {
        containerDefinitions: JSON.stringify(containers),
        networkMode: "awsvpc",
    });
}

function without(name: keyof typeof container): Readonly<Record<string, Json>> {
    return Object.fromEntries(Object.entries(container).filter(([key]) => key !== name));
}

const task = taskOf(container);
const says = (text: string) => `task: container \`app\` ${text}`;
const built = resource(T.image, "image");
const volume = {
    name: "images",
    efsVolumeConfiguration: {
        fileSystemId: "fs-1",
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: ref(resource(T.accessPoint, "point")), iam: "ENABLED" },
    },
};

export const CONTAINER_CASES: Cases = {
    "task-without-host-processes": {
        holds: { "nothing is said": [task] },
        fails: { "the host's": [[changed(task, { pidMode: "host" })], "task sees its host's processes"] },
    },
    "task-with-own-network": {
        holds: { awsvpc: [task] },
        fails: {
            "the host's": [
                [changed(task, { networkMode: "host" })],
                "task has no network interface of its own",
            ],
            "nothing is said": [
                [changed(task, { networkMode: null })],
                "task has no network interface of its own",
            ],
        },
    },
    "container-unprivileged": {
        holds: { "nothing is said": [task] },
        fails: {
            "it is": [
                [taskOf(container, { ...container, name: "second", privileged: true })],
                "task: container `second` has the rights of its host",
            ],
        },
    },
    "container-read-only-root": {
        holds: { "it is": [task] },
        fails: {
            "nothing is said": [
                [taskOf(without("readonlyRootFilesystem"))],
                says("can change its own programs"),
            ],
        },
    },
    "container-not-root": {
        holds: { "a number": [task], "a name": [taskOf({ ...container, user: "node" })] },
        fails: {
            "nothing is said": [[taskOf(without("user"))], says("runs as root, or does not say as whom")],
            root: [
                [taskOf({ ...container, user: "root:911" })],
                says("runs as root, or does not say as whom"),
            ],
            "0": [[taskOf({ ...container, user: "0" })], says("runs as root, or does not say as whom")],
        },
    },
    "container-logs": {
        holds: { CloudWatch: [task] },
        fails: { nowhere: [[taskOf(without("logConfiguration"))], says("keeps no log")] },
    },
    "container-logs-without-blocking": {
        holds: {
            "it does not": [task],
            "another driver": [taskOf({ ...container, logConfiguration: { logDriver: "awsfirelens" } })],
        },
        fails: {
            "it does": [
                [
                    taskOf({
                        ...container,
                        logConfiguration: {
                            logDriver: "awslogs",
                            options: { mode: "blocking", "max-buffer-size": "25m" },
                        },
                    }),
                ],
                says("stops when its log cannot be written"),
            ],
            "without end": [
                [
                    taskOf({
                        ...container,
                        logConfiguration: { logDriver: "awslogs", options: { mode: "non-blocking" } },
                    }),
                ],
                says("does not say how much of its log may wait"),
            ],
        },
    },
    "volumes-encrypted-in-transit": {
        holds: {
            encrypted: [changed(task, { volumes: [volume] })],
            "a folder of the task": [changed(task, { volumes: [{ name: "tmp" }] })],
        },
        fails: {
            "in the clear": [
                [
                    changed(task, {
                        volumes: [
                            {
                                ...volume,
                                efsVolumeConfiguration: {
                                    ...volume.efsVolumeConfiguration,
                                    transitEncryption: "DISABLED",
                                },
                            },
                        ],
                    }),
                ],
                "task mounts images without encryption",
            ],
            "without asking": [
                [
                    changed(task, {
                        volumes: [
                            {
                                name: "images",
                                efsVolumeConfiguration: {
                                    fileSystemId: "fs-1",
                                    transitEncryption: "ENABLED",
                                },
                            },
                        ],
                    }),
                ],
                "task mounts images without asking its role, or beside the access points",
            ],
        },
    },
    "image-by-digest": {
        holds: {
            "a digest": [task],
            "the digest of a release": [
                taskOf({
                    ...container,
                    image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@${aws:ssm/getParameter:getParameter(name=release).insecureValue.digest}",
                }),
            ],
            "what `up` builds": [built, taskOf({ ...container, image: ref(built, "imageUri") })],
        },
        fails: {
            "a tag": [
                [taskOf({ ...container, image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:latest" })],
                says(
                    "runs 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:latest, which may mean another image tomorrow",
                ),
            ],
            "a tag that a parameter names": [
                [
                    taskOf({
                        ...container,
                        image: "app:${aws:ssm/getParameter:getParameter(name=tag).insecureValue}",
                    }),
                ],
                says(
                    "runs app:${aws:ssm/getParameter:getParameter(name=tag).insecureValue}, which may mean another image tomorrow",
                ),
            ],
            "half a digest": [
                [taskOf({ ...container, image: "app@sha256:abc" })],
                says("runs app@sha256:abc, which may mean another image tomorrow"),
            ],
        },
    },
    "image-in-own-registry": {
        holds: {
            ECR: [task],
            "what `up` builds": [built, taskOf({ ...container, image: ref(built, "imageUri") })],
        },
        fails: {
            "Docker Hub": [
                [taskOf({ ...container, image: `docker.io/library/ghost@sha256:${DIGEST}` })],
                says(`runs docker.io/library/ghost@sha256:${DIGEST}, which is not in ECR`),
            ],
            "ECR's public gallery": [
                [taskOf({ ...container, image: `public.ecr.aws/docker/library/httpd@sha256:${DIGEST}` })],
                says(`runs public.ecr.aws/docker/library/httpd@sha256:${DIGEST}, which is not in ECR`),
            ],
        },
    },
    "container-variables-once": {
        holds: { "each once": [task] },
        fails: {
            "as variable and as secret": [
                [taskOf({ ...container, environment: [{ name: "APP_KEY", value: "x" }] })],
                says("sets APP_KEY twice"),
            ],
        },
    },
};

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
