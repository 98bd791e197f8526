/** How ECS replaces and places the tasks of one service: decided values in the words of the ECS service. */
import type * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import type { Deploy } from "../../settings/deploy";
import { sortedBy } from "../../settings/order";
import type { AppSettings, Capacity } from "../../settings/settings";
import { deleteMinutes } from "../../settings/times";
import type { ServiceAttachment } from "./args";
import { autoscalingOwnsCount } from "./schedule";

type Part<K extends keyof aws.ecs.ServiceArgs> = Required<Pick<aws.ecs.ServiceArgs, K>>;
type Configuration = aws.types.input.ecs.ServiceDeploymentConfiguration;

/** A function that ECS asks, once the new tasks get the test traffic, whether to go on. */
export interface Hook {
    readonly functionArn: pulumi.Input<string>;
    readonly roleArn: pulumi.Input<string>;
}

/**
 * Strategy and circuit breaker are always written: a block that is left out keeps whatever the service had before. The
 * breaker is for rolling deployments alone. CodeDeploy's service has none of both, and never had: it is always a new one.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function deploymentOf(
    deploy: Deploy,
    hook?: Hook,
): Part<
    | "deploymentController"
    | "deploymentMinimumHealthyPercent"
    | "deploymentMaximumPercent"
    | "healthCheckGracePeriodSeconds"
    | "availabilityZoneRebalancing"
    | "waitForSteadyState"
    | "sigintRollback"
    | "forceNewDeployment"
> &
    Partial<Part<"deploymentCircuitBreaker" | "deploymentConfiguration">> {
    return {
        ...controllerOf(deploy, hook),
        deploymentMinimumHealthyPercent: deploy.minimumHealthyPercent,
        deploymentMaximumPercent: deploy.maximumPercent,
        healthCheckGracePeriodSeconds: deploy.gracePeriodSeconds,
        // New services have it on unless they say otherwise, updated ones keep what they had:
        // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
        availabilityZoneRebalancing: deploy.zoneRebalancing ? "ENABLED" : "DISABLED",
    };
}

/** Who moves requests from old tasks to new ones, and what `up` does meanwhile. */
function controllerOf(
    deploy: Deploy,
    hook: Hook | undefined,
): Part<"deploymentController" | "waitForSteadyState" | "sigintRollback" | "forceNewDeployment"> &
    Partial<Part<"deploymentCircuitBreaker" | "deploymentConfiguration">> {
    const rolling = deploy.strategy === "rolling";
    if (deploy.strategy === "codeDeploy") {
        return {
            deploymentController: { type: "CODE_DEPLOY" },
            // The provider counts deployments of ECS, and CodeDeploy's task sets are none.
            // https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/ecs/service.go
            waitForSteadyState: false,
            sigintRollback: false,
            // ECS refuses it: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
            forceNewDeployment: false,
        };
    }
    return {
        deploymentController: { type: "ECS" },
        deploymentConfiguration: configurationOf(deploy, hook),
        deploymentCircuitBreaker: { enable: rolling, rollback: rolling },
        // A bad image fails `up`, and Ctrl-C takes the old revision back instead of leaving half of the new one.
        waitForSteadyState: true,
        sigintRollback: true,
        // Changes nothing by itself, but without it the provider refuses a changed capacity provider strategy.
        forceNewDeployment: true,
    };
}

/** Minutes are texts here: https://www.pulumi.com/registry/packages/aws/api-docs/ecs/service/ */
function configurationOf(
    deploy: Exclude<Deploy, { readonly strategy: "codeDeploy" }>,
    hook: Hook | undefined,
): Configuration {
    if (deploy.strategy === "rolling") {
        return { strategy: "ROLLING" };
    }
    const shifted = {
        bakeTimeInMinutes: String(deploy.bakeMinutes),
        ...(hook === undefined ? {} : { lifecycleHooks: [hookOf(hook)] }),
    };
    switch (deploy.strategy) {
        case "blueGreen":
            return { strategy: "BLUE_GREEN", ...shifted };
        case "canary":
            return {
                strategy: "CANARY",
                ...shifted,
                canaryConfiguration: {
                    canaryPercent: deploy.canary.percent,
                    canaryBakeTimeInMinutes: String(deploy.canary.bakeMinutes),
                },
            };
        case "linear":
            return {
                strategy: "LINEAR",
                ...shifted,
                linearConfiguration: {
                    stepPercent: deploy.linear.percent,
                    stepBakeTimeInMinutes: String(deploy.linear.bakeMinutes),
                },
            };
    }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-lifecycle-hooks.html */
function hookOf({
    functionArn,
    roleArn,
}: Hook): aws.types.input.ecs.ServiceDeploymentConfigurationLifecycleHook {
    return {
        targetType: "AWS_LAMBDA",
        lifecycleStages: ["POST_TEST_TRAFFIC_SHIFT"],
        hookTargetArn: functionArn,
        roleArn,
    };
}

/**
 * Alarms are written where there are some, or where they were switched off: the provider sends a list without names as no
 * list, which the API's client refuses, and a block that is left out keeps what the service had.
 */
export function alarmsOf(
    app: Pick<AppSettings, "deploy" | "name">,
    environment: string,
    names: readonly pulumi.Input<string>[],
): Partial<Part<"alarms">> {
    const { alarms, strategy } = app.deploy;
    // CodeDeploy's group has them instead.
    if (alarms.kind === "none" || strategy === "codeDeploy") {
        return {};
    }
    return alarms.kind === "on"
        ? { alarms: { enable: true, rollback: true, alarmNames: [...names] } }
        : {
              alarms: {
                  enable: false,
                  rollback: false,
                  alarmNames: [`selfhost-${environment}-${app.name}-off`],
              },
          };
}

/**
 * CodeDeploy's service has a name of its own, so that a change to it or from it makes another service before the old one
 * goes: the provider would tell ECS to change who deploys a living service, and leave it behind the other load balancer.
 */
export function serviceLabel(name: string, { strategy }: Pick<Deploy, "strategy">): string {
    return strategy === "codeDeploy" ? `${name}-codedeploy` : `${name}-service`;
}

/** What something else than this program decides about a service. */
export function ownedElsewhere({
    deploy,
    deployer,
    scale,
}: Pick<AppSettings, "deploy" | "deployer" | "scale">): string[] {
    return [
        ...(autoscalingOwnsCount(scale) ? ["desiredCount"] : []),
        ...(deploy.strategy === "codeDeploy" ? ["loadBalancers"] : []),
        ...(deployer === "pulumi" ? [] : ["taskDefinition"]),
    ];
}

/** Never a launch type, so that Spot's share can change without a new service. */
export function capacityOf(
    capacity: readonly Capacity[],
): aws.types.input.ecs.ServiceCapacityProviderStrategy[] {
    return sortedBy(
        capacity.map(({ provider, base, weight }) => ({ capacityProvider: provider, base, weight })),
        ({ capacityProvider }) => capacityProvider,
    );
}

/**
 * The group that the tasks join and, where there are two, everything that a later strategy needs: AWS wants it to be in
 * place after a rolling deployment before the strategy changes.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-rolling-to-bluegreen.html
 */
export function loadBalancerOf(
    app: Pick<AppSettings, "name" | "preset">,
    {
        targetGroups,
        ruleArn,
        testRuleArn,
    }: Pick<ServiceAttachment, "targetGroups" | "ruleArn" | "testRuleArn">,
    infrastructureRoleArn: pulumi.Input<string> | undefined,
): aws.types.input.ecs.ServiceLoadBalancer {
    const balancer = {
        containerName: app.name,
        containerPort: app.preset.port,
        targetGroupArn: targetGroups.active,
    };
    if (
        targetGroups.alternate === undefined ||
        ruleArn === undefined ||
        infrastructureRoleArn === undefined
    ) {
        return balancer;
    }
    return {
        ...balancer,
        advancedConfiguration: {
            alternateTargetGroupArn: targetGroups.alternate,
            productionListenerRule: ruleArn,
            ...(testRuleArn === undefined ? {} : { testListenerRule: testRuleArn }),
            roleArn: infrastructureRoleArn,
        },
    };
}

/** The provider's own limit of twenty minutes is too short for some and too long for none. */
export function timeoutsOf(deploy: Deploy): pulumi.CustomTimeouts {
    const steady = `${deploy.steadyStateMinutes}m`;
    return { create: steady, update: steady, delete: `${deleteMinutes(deploy)}m` };
}
