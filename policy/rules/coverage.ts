/** That the rules look at everything that is registered. */
import type { Rule } from "../rule";
import { T } from "../types";
import { finding } from "../view";

/** Types about which no control says anything: what they may do is in the roles and groups that they name. */
const HARMLESS = [
    "aws:appautoscaling/policy:Policy",
    "aws:codecommit/repository:Repository",
    "aws:codeconnections/connection:Connection",
    "aws:codedeploy/application:Application",
    "aws:codedeploy/deploymentConfig:DeploymentConfig",
    "aws:ec2/eip:Eip",
    "aws:ec2/internetGateway:InternetGateway",
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "aws:route53/record:Record",
    "aws:s3/bucketObjectv2:BucketObjectv2",
    "aws:servicediscovery/httpNamespace:HttpNamespace",
];

/** Rules see an interface as a way to what it belongs to, and say nothing of one by itself. */
const known: ReadonlySet<string> = new Set([
    ...Object.values(T).filter((type) => type !== T.networkInterface),
    ...HARMLESS,
]);

const typesKnown: Rule = {
    name: "type-known-to-rules",
    control: [],
    level: "mandatory",
    waivable: "application",
    description:
        "Every type of resource is one that the rules look at, or that there is nothing to say about.",
    remediation:
        "Write the rules for it (ElastiCache, CloudFront and others have controls), or name it in policy/rules/coverage.ts.",
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html",
    decidableInPreview: true,
    check: (view) =>
        view.items
            .filter(({ type }) => type.startsWith("aws:") && !known.has(type))
            .map((item) =>
                finding(item, {
                    message: `is of the type ${item.type}, which no rule looks at`,
                    subject: item.type,
                }),
            ),
};

export const COVERAGE: readonly Rule[] = [typesKnown];
