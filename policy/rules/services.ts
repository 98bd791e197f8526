/** Clusters and services: where tasks run, and how one release takes the place of another. */
import { taskOf } from "../containers";
import { text } from "../json";
import { controlPage, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

const noPublicAddress: Rule = {
    name: "tasks-without-public-address",
    control: ["ECS.2", "ECS.16"],
    level: "mandatory",
    waivable: "cost",
    description: "Tasks have no address on the internet.",
    remediation: "Set `selfhost:network.egress` to something else than `publicIp`.",
    url: controlPage("ECS.2"),
    decidableInPreview: true,
    check: (view) =>
        view.each([T.service, T.taskSet], (service) =>
            unless(
                service.flag("networkConfiguration.assignPublicIp") !== true,
                "gives its tasks addresses on the internet",
            ),
        ),
};

const platform: Rule = {
    name: "service-on-current-platform",
    control: ["ECS.10"],
    level: "mandatory",
    waivable: "never",
    description: "Services run on the current version of Fargate.",
    remediation: "Set `platformVersion` to `LATEST`.",
    url: controlPage("ECS.10"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.service, (service) =>
            unless(
                ["LATEST", "1.4.0"].includes(service.text("platformVersion") ?? "LATEST"),
                "runs on an old version of Fargate",
            ),
        ),
};

const insights: Rule = {
    name: "cluster-container-insights",
    control: ["ECS.12"],
    level: "mandatory",
    waivable: "cost",
    description: "CloudWatch keeps metrics of the tasks of a cluster.",
    remediation: "Set `selfhost:cluster.insights` to `enabled` or `enhanced`.",
    url: controlPage("ECS.12"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.ecsCluster, (cluster) =>
            unless(
                cluster
                    .list("settings")
                    .some(
                        (setting) =>
                            text(setting, "name") === "containerInsights" &&
                            ["enabled", "enhanced"].includes(text(setting, "value") ?? ""),
                    ),
                "keeps no metrics of its tasks",
            ),
        ),
};

const tagged: Rule = {
    name: "tasks-tagged",
    control: ["ECS.13", "ECS.14", "ECS.15"],
    level: "advisory",
    waivable: "never",
    description: "Tasks carry the tags of their service, so that their cost can be told apart.",
    remediation: "Set `propagateTags` to `SERVICE` and `enableEcsManagedTags` to true.",
    url: controlPage("ECS.13"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.service, (service) =>
            unless(
                ["SERVICE", "TASK_DEFINITION"].includes(service.text("propagateTags") ?? "") &&
                    service.flag("enableEcsManagedTags") === true,
                "starts tasks without tags",
            ),
        ),
};

const terminationProtection: Rule = {
    name: "capacity-provider-spares-tasks",
    control: ["ECS.19"],
    level: "mandatory",
    waivable: "never",
    description: "A capacity provider of instances does not end those that run tasks.",
    remediation: "Use Fargate, or set `managedTerminationProtection` to `ENABLED`.",
    url: controlPage("ECS.19"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.capacityProvider, (provider) =>
            unless(
                provider.text("autoScalingGroupProvider.managedTerminationProtection") === "ENABLED",
                "may end instances that run tasks",
            ),
        ),
};

const execAudited: Rule = {
    name: "exec-sessions-recorded",
    control: ["CKV_AWS_223", "CKV_AWS_224"],
    level: "mandatory",
    waivable: "never",
    description: "Where somebody may open a shell in a task, what they do there is recorded, encrypted.",
    remediation: "Give the cluster an `executeCommandConfiguration` with a log group and a key.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.service, (service) => {
            const clusters = service.refs("cluster", T.ecsCluster);
            return service.flag("enableExecuteCommand") === true
                ? clusters.flatMap((cluster) =>
                      unless(
                          records(cluster),
                          `allows a shell in its tasks, and ${cluster.name} does not record it`,
                      ),
                  )
                : [];
        }),
};

function records(cluster: Item): boolean {
    const path = "configuration.executeCommandConfiguration";
    const log = ["cloudWatchLogGroupName", "s3BucketName"].some(
        (name) => !cluster.lacks(`${path}.logConfiguration.${name}`),
    );
    return cluster.text(`${path}.logging`) === "OVERRIDE" && log && !cluster.lacks(`${path}.kmsKeyId`);
}

const rollsBack: Rule = {
    name: "service-returns-from-bad-release",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "A service goes back by itself when a release does not start, and `pulumi up` says so.",
    remediation:
        "Enable the circuit breaker with `rollback` (rolling deployments only) and `waitForSteadyState`.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.service, (service) => {
            const external = ["CODE_DEPLOY", "EXTERNAL"].includes(
                service.text("deploymentController.type") ?? "ECS",
            );
            const rolling =
                !external && (service.text("deploymentConfiguration.strategy") ?? "ROLLING") === "ROLLING";
            const breaker = service.flag("deploymentCircuitBreaker.enable") === true;
            const back = breaker && service.flag("deploymentCircuitBreaker.rollback") === true;
            return [
                ...unless(!rolling || back, "stays with a release that does not start"),
                ...unless(
                    rolling || !breaker,
                    "has a circuit breaker, which AWS takes with rolling deployments only",
                ),
                // What CodeDeploy deploys is no deployment of ECS, for which the provider would wait.
                ...unless(
                    external || service.flag("waitForSteadyState") === true,
                    "is updated without waiting for the result",
                ),
                ...unless(
                    !external || isTakenBack(view, service),
                    "is deployed by something that does not take a failure back",
                ),
            ];
        }),
};

function isTakenBack(view: View, service: Item): boolean {
    return view
        .users(service, T.deploymentGroup)
        .some((group) => group.flag("autoRollbackConfiguration.enabled") === true);
}

const waitsForWhatItNeeds: Rule = {
    name: "service-waits-for-what-it-needs",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "A service starts after the permissions of its roles and the rule that sends it requests exist.",
    remediation: "Add the policies and the listener rule to the service's `dependsOn`.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/create-load-balancer-routing.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.service, (service) => {
            const exists = service.prerequisites();
            const task = taskOf(service);
            const roles = [
                ...(task?.refs("executionRoleArn", T.role) ?? []),
                ...(task?.refs("taskRoleArn", T.role) ?? []),
            ];
            // Other roles' policies may name these too, to hand them to the tasks.
            const policies = roles.flatMap((role) =>
                view
                    .users(role, T.rolePolicy, T.rolePolicyAttachment)
                    .filter((policy) => policy.refs("role", T.role).includes(role)),
            );
            const rules = service
                .refs("loadBalancers", T.targetGroup)
                .flatMap((group) => view.users(group, T.listenerRule, T.listener));
            const late = [...new Set([...policies, ...rules])].filter(({ urn }) => !exists.has(urn));
            return unless(late.length === 0, `does not wait for ${late.map(({ name }) => name).join(", ")}`);
        }),
};

const scalingOwnsCount: Rule = {
    name: "scaling-owns-task-count",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "What scaling decides is not set back by the next `pulumi up`.",
    remediation:
        "Ignore changes of `desiredCount` of the service, and of both limits where a schedule moves them.",
    url: "https://docs.aws.amazon.com/autoscaling/application/userguide/application-auto-scaling-scheduled-scaling.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.scalingTarget, (target) => {
            const services = target.refs("resourceId", T.service);
            const careless = services.filter(
                ({ options }) => !options.ignoreChanges.includes("desiredCount"),
            );
            const ignored = ["minCapacity", "maxCapacity"].every((path) =>
                target.options.ignoreChanges.includes(path),
            );
            return [
                ...unless(
                    careless.length === 0,
                    `scales ${careless.map(({ name }) => name).join(", ")}, whose count every update sets back`,
                ),
                ...unless(
                    ignored || !isScheduled(view, target),
                    "has limits that a schedule moves and every update sets back",
                ),
            ];
        }),
};

function isScheduled(view: View, target: Item): boolean {
    const id = JSON.stringify(target.at("resourceId"));
    return view
        .all(T.scheduledScaling)
        .some(
            (action) =>
                JSON.stringify(action.at("resourceId")) === id || action.refersTo("resourceId", target),
        );
}

export const SERVICES: readonly Rule[] = [
    noPublicAddress,
    platform,
    insights,
    tagged,
    terminationProtection,
    execAudited,
    rollsBack,
    waitsForWhatItNeeds,
    scalingOwnsCount,
];
