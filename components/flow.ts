/** What rules of security groups let flow. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { isIpv6 } from "../settings/cidr";
import { aliased } from "./renamed";

/** The other end of a rule, where it is a range of addresses. */
export function peerOf(range: string): { readonly cidrIpv4: string } | { readonly cidrIpv6: string } {
    return isIpv6(range) ? { cidrIpv6: range } : { cidrIpv4: range };
}

export interface FlowArgs {
    readonly fromGroupId: pulumi.Input<string>;
    readonly toGroupId: pulumi.Input<string>;
    readonly port: number;
    /** What flows, in the characters that EC2 allows in a rule's description. */
    readonly description: string;
}

/** Between two groups, the rule that lets it out and the one that lets it in, with the names that it had before; whoever connects must wait for them. */
export function allowFlow(
    name: string,
    { fromGroupId, toGroupId, port, description }: FlowArgs,
    opts: pulumi.CustomResourceOptions,
    formerly: readonly string[] = [],
): readonly pulumi.Resource[] {
    const flow = { ipProtocol: "tcp", fromPort: port, toPort: port, description };
    return [
        new aws.vpc.SecurityGroupIngressRule(
            `${name}-in`,
            { ...flow, securityGroupId: toGroupId, referencedSecurityGroupId: fromGroupId },
            aliased(opts, formerly, (former) => `${former}-in`),
        ),
        new aws.vpc.SecurityGroupEgressRule(
            `${name}-out`,
            { ...flow, securityGroupId: fromGroupId, referencedSecurityGroupId: toGroupId },
            aliased(opts, formerly, (former) => `${former}-out`),
        ),
    ];
}
