/** How ECS replaces and places the tasks of one service: decided values in the words of the ECS service. */
import type * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import type { AppSettings, Capacity, Deploy } from "../../settings/settings";
import { deleteMinutes } from "../../settings/times";
import type { ServiceAttachment } from "./args";

type Part<K extends keyof aws.ecs.ServiceArgs> = Required<Pick<aws.ecs.ServiceArgs, K>>;

/**
 * Strategy and circuit breaker are always written: a block that is left out keeps whatever the service had before.
 * Alarms are not, while there is none: the provider sends a list without names as no list, which the API's client refuses.
 */
export function deploymentOf(
    deploy: Deploy,
): Part<
    | "deploymentController"
    | "deploymentConfiguration"
    | "deploymentCircuitBreaker"
    | "deploymentMinimumHealthyPercent"
    | "deploymentMaximumPercent"
    | "healthCheckGracePeriodSeconds"
    | "availabilityZoneRebalancing"
    | "waitForSteadyState"
    | "sigintRollback"
    | "forceNewDeployment"
> {
    return {
        deploymentController: { type: "ECS" },
        deploymentConfiguration: { strategy: STRATEGIES[deploy.strategy] },
        deploymentCircuitBreaker: { enable: true, rollback: true },
        deploymentMinimumHealthyPercent: deploy.minimumHealthyPercent,
        deploymentMaximumPercent: deploy.maximumPercent,
        healthCheckGracePeriodSeconds: deploy.gracePeriodSeconds,
        // New services have it on unless they say otherwise, updated ones keep what they had:
        // https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
        availabilityZoneRebalancing: deploy.zoneRebalancing ? "ENABLED" : "DISABLED",
        // A bad image fails `up`, and Ctrl-C takes the old revision back instead of leaving half of the new one.
        waitForSteadyState: true,
        sigintRollback: true,
        // Changes nothing by itself, but without it the provider refuses a changed capacity provider strategy.
        forceNewDeployment: true,
    };
}

const STRATEGIES: Readonly<Record<Deploy["strategy"], string>> = { rolling: "ROLLING" };

/** Never a launch type, so that Spot's share can change without a new service. */
export function capacityOf(
    capacity: readonly Capacity[],
): aws.types.input.ecs.ServiceCapacityProviderStrategy[] {
    return capacity
        .map(({ provider, base, weight }) => ({ capacityProvider: provider, base, weight }))
        .sort((a, b) => (a.capacityProvider < b.capacityProvider ? -1 : 1));
}

/**
 * The group that the tasks join and, where there are two, everything that a later strategy needs: AWS wants it to be in
 * place after a rolling deployment before the strategy changes.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-rolling-to-bluegreen.html
 */
export function loadBalancerOf(
    app: Pick<AppSettings, "name" | "preset">,
    { targetGroups, ruleArn }: Pick<ServiceAttachment, "targetGroups" | "ruleArn">,
    infrastructureRoleArn: pulumi.Input<string> | undefined,
): aws.types.input.ecs.ServiceLoadBalancer {
    const balancer = {
        containerName: app.name,
        containerPort: app.preset.port,
        targetGroupArn: targetGroups.active,
    };
    if (targetGroups.alternate === undefined || infrastructureRoleArn === undefined) {
        return balancer;
    }
    return {
        ...balancer,
        advancedConfiguration: {
            alternateTargetGroupArn: targetGroups.alternate,
            productionListenerRule: ruleArn,
            roleArn: infrastructureRoleArn,
        },
    };
}

/** The provider's own limit of twenty minutes is too short for some and too long for none. */
export function timeoutsOf(deploy: Deploy): pulumi.CustomTimeouts {
    const steady = `${deploy.steadyStateMinutes}m`;
    return { create: steady, update: steady, delete: `${deleteMinutes(deploy)}m` };
}
