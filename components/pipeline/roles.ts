/** Roles of a pipeline: one that runs it, and apart from it those that read sources, build, deploy and check. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Account, Place } from "../place";
import { policyDocument, rolePath, type Statement, trustDocument } from "../statement";

export interface PipelineRole {
    readonly arn: pulumi.Output<string>;
    readonly policy: pulumi.Resource;
}

/** CodePipeline documents no source ARN. https://docs.aws.amazon.com/codepipeline/latest/userguide/cross-service-confused-deputy-prevention.html */
export function serviceTrust(service: string, { accountId }: Account): pulumi.Input<string> {
    return trustDocument("OnlyForThis", service, { StringEquals: { "aws:SourceAccount": accountId } });
}

/** https://docs.aws.amazon.com/codebuild/latest/userguide/cross-service-confused-deputy-prevention.html */
export function buildTrust(project: string, { partition, region, accountId }: Account): pulumi.Input<string> {
    const arn = `arn:${partition}:codebuild:${region}:${accountId}:project/${project}`;
    return trustDocument("OnlyForThis", "codebuild.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": accountId, "aws:SourceArn": arn },
    });
}

/** Of an action's role, which the pipeline's takes on. */
export function pipelineTrust(pipelineRoleArn: pulumi.Input<string>): pulumi.Input<string> {
    return pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "OnlyForThis",
                Effect: "Allow",
                Principal: { AWS: pipelineRoleArn },
                Action: "sts:AssumeRole",
            },
        ],
    });
}

export function createRole(
    name: string,
    { environment }: Pick<Place, "environment">,
    description: string,
    assumeRolePolicy: pulumi.Input<string>,
    statements: readonly Statement[],
    parent: pulumi.Resource,
): PipelineRole {
    const role = bareRole(name, environment, description, assumeRolePolicy, parent);
    return { arn: role.arn, policy: grant(name, role, statements, parent) };
}

/** Without a policy, where what it may do names what is made with it. */
export function bareRole(
    name: string,
    environment: string,
    description: string,
    assumeRolePolicy: pulumi.Input<string>,
    parent: pulumi.Resource,
): aws.iam.Role {
    return new aws.iam.Role(name, { description, path: rolePath(environment), assumeRolePolicy }, { parent });
}

export function grant(
    name: string,
    role: aws.iam.Role,
    statements: readonly Statement[],
    parent: pulumi.Resource,
): aws.iam.RolePolicy {
    return new aws.iam.RolePolicy(
        `${name}-policy`,
        { role: role.name, policy: policyDocument(statements) },
        { parent },
    );
}
