/** A listener that somebody else owns: what is known of its load balancer. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { AdoptedEdge } from "../../settings/settings";
import type { Front } from "./attachment";
import type { AliasTarget } from "./records";

/** The load balancer's own part of its listener's ARN: `app/<name>/<id>`. */
export function loadBalancerOf(listenerArn: string): { readonly arn: string; readonly suffix: string } {
    const match = /^(arn:.*):listener\/(app\/[^/]+\/[^/]+)\/[^/]+$/.exec(listenerArn);
    const [, account, suffix] = match ?? [];
    if (account === undefined || suffix === undefined) {
        throw new Error(`${listenerArn} is not the ARN of a listener of an Application Load Balancer`);
    }
    return { arn: `${account}:loadbalancer/${suffix}`, suffix };
}

export function adoptFront(
    { listenerArn, securityGroupId }: AdoptedEdge,
    opts: pulumi.InvokeOutputOptions,
): { readonly front: Front; readonly target: AliasTarget } {
    const { arn, suffix } = loadBalancerOf(listenerArn);
    const { dnsName, zoneId } = aws.lb.getLoadBalancerOutput({ arn }, opts);
    return {
        front: { listenerArn, securityGroupId, arnSuffix: suffix, dnsName },
        target: { dnsName, zoneId },
    };
}
