/** A load balancer that belongs to one app: CodeDeploy wants a listener whose default action it may change. */
import type * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { type Balancer, createListeners, createLoadBalancer, type LoadBalancerArgs } from "./loadBalancer";

/** The same as the environment's, beside it. */
export interface OwnBalancerArgs {
    readonly balancer: LoadBalancerArgs;
    readonly certificateArn: pulumi.Input<string> | undefined;
}

export interface OwnBalancer extends Balancer {
    readonly certificateArn: pulumi.Input<string> | undefined;
    readonly sslPolicy: string;
}

export function createOwnBalancer(
    name: string,
    { balancer, certificateArn }: OwnBalancerArgs,
    opts: pulumi.CustomResourceOptions,
): OwnBalancer {
    const { sslPolicy } = balancer.settings;
    return { ...createLoadBalancer(name, balancer, opts), certificateArn, sslPolicy };
}

export function createOwnListener(
    name: string,
    { loadBalancer, certificateArn, sslPolicy }: OwnBalancer,
    action: aws.types.input.lb.ListenerDefaultAction,
    opts: pulumi.CustomResourceOptions,
): aws.lb.Listener {
    return createListeners(name, { loadBalancer, certificateArn, sslPolicy }, opts, action);
}
