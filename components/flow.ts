/** One flow between two security groups: the rule that lets it out and the rule that lets it in. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { aliased } from "./renamed";

export interface FlowArgs {
    readonly fromGroupId: pulumi.Input<string>;
    readonly toGroupId: pulumi.Input<string>;
    readonly port: number;
    /** What flows, in the characters that EC2 allows in a rule's description. */
    readonly description: string;
}

/** Registers both rules of a TCP flow, with the names that it had before; whoever connects must wait for them. */
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
