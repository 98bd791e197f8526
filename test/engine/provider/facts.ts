/** What the AWS provider knows about the types that the program uses: names, limits, what cannot be changed in place. */

import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Naming {
    /** The property that is filled in where the program leaves it out. */
    readonly property: string;
    /** Longest physical name, in characters. */
    readonly limit: number;
    readonly prefix?: string;
}

/**
 * Types whose physical name comes from the logical one and seven hexadecimal digits.
 * https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
export const NAMING: Readonly<Record<string, Naming>> = {
    "aws:appautoscaling/policy:Policy": { property: "name", limit: 256 },
    "aws:appautoscaling/scheduledAction:ScheduledAction": { property: "name", limit: 256 },
    "aws:backup/plan:Plan": { property: "name", limit: 50 },
    "aws:backup/selection:Selection": { property: "name", limit: 50 },
    "aws:backup/vault:Vault": { property: "name", limit: 50 },
    "aws:cloudwatch/eventRule:EventRule": { property: "name", limit: 64 },
    "aws:cloudwatch/logGroup:LogGroup": { property: "name", limit: 512 },
    "aws:cloudwatch/metricAlarm:MetricAlarm": { property: "name", limit: 255 },
    "aws:codebuild/project:Project": { property: "name", limit: 150 },
    "aws:codedeploy/deploymentConfig:DeploymentConfig": { property: "deploymentConfigName", limit: 100 },
    "aws:codepipeline/pipeline:Pipeline": { property: "name", limit: 100 },
    "aws:codestarconnections/connection:Connection": { property: "name", limit: 32 },
    "aws:ec2/securityGroup:SecurityGroup": { property: "name", limit: 255 },
    "aws:ecr/repository:Repository": { property: "name", limit: 256 },
    "aws:ecs/cluster:Cluster": { property: "name", limit: 255 },
    "aws:ecs/service:Service": { property: "name", limit: 255 },
    "aws:iam/role:Role": { property: "name", limit: 64 },
    "aws:iam/rolePolicy:RolePolicy": { property: "name", limit: 128 },
    "aws:kms/alias:Alias": { property: "name", limit: 256, prefix: "alias/" },
    "aws:lambda/function:Function": { property: "name", limit: 64 },
    "aws:lb/loadBalancer:LoadBalancer": { property: "name", limit: 32 },
    "aws:lb/targetGroup:TargetGroup": { property: "name", limit: 32 },
    "aws:rds/cluster:Cluster": { property: "clusterIdentifier", limit: 63 },
    "aws:rds/clusterInstance:ClusterInstance": { property: "identifier", limit: 63 },
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": { property: "name", limit: 255 },
    "aws:rds/subnetGroup:SubnetGroup": { property: "name", limit: 255 },
    "aws:s3/bucket:Bucket": { property: "bucket", limit: 63 },
    "aws:secretsmanager/secret:Secret": { property: "name", limit: 512 },
    "aws:sns/topic:Topic": { property: "name", limit: 256 },
    "aws:ssm/parameter:Parameter": { property: "name", limit: 2048 },
};

/** What AWS's own provider answered, asked to plan a change of each property of each type. */
interface Answer {
    /** Properties whose change is a replacement, as the API has no way to change them. */
    readonly replaced?: readonly string[];
    /** Of those, what is left alone where the property goes. */
    readonly kept?: readonly string[];
}

const ANSWERS = (
    JSON.parse(readFileSync(join(__dirname, "answers.json"), "utf8")) as {
        readonly types: Readonly<Record<string, Answer>>;
    }
).types;

/** What the version that was asked did not know yet, or what other properties decide. */
const BESIDES: Readonly<Record<string, Answer>> = {
    "aws:ec2/natGateway:NatGateway": { replaced: ["availabilityMode", "vpcId"] },
};

/** In place: by https://github.com/hashicorp/terraform-provider-aws/pull/43533, and with the scope CRUD. */
const IN_PLACE: Readonly<Record<string, readonly string[]>> = {
    "aws:ecs/service:Service": ["capacityProviderStrategies"],
    "aws:lambda/invocation:Invocation": ["input"],
};

const SIDES = ["cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId"];

/** In place from one value to another, and a replacement where one of them goes and another comes. */
const OF_ONE_KIND: Readonly<Record<string, readonly string[]>> = {
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": SIDES,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": SIDES,
};

/** What becomes of a change of one property of one type; undefined: nothing. */
export function outcome(
    type: string,
    property: string,
    { had, has }: { readonly had: boolean; readonly has: boolean },
): "replaced" | "in place" | undefined {
    if (type.startsWith("random:")) {
        return "replaced";
    }
    const { replaced = [], kept = [] } = ANSWERS[type] ?? {};
    const named = NAMING[type]?.property === property;
    if (had && !has && kept.includes(property) && !named) {
        return undefined;
    }
    if (OF_ONE_KIND[type]?.includes(property) === true) {
        return had === has ? "in place" : "replaced";
    }
    const all = [...replaced, ...(BESIDES[type]?.replaced ?? []), ...(named ? [property] : [])];
    return all.includes(property) && IN_PLACE[type]?.includes(property) !== true ? "replaced" : "in place";
}

/** Properties that only one resource of the type may have together; a second one is refused, as AWS would. */
export const IDENTITY: Readonly<Record<string, readonly string[]>> = {
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ["repository"],
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": ["ecrRepositoryPrefix"],
    "aws:efs/mountTarget:MountTarget": ["fileSystemId", "subnetId"],
    "aws:iam/rolePolicy:RolePolicy": ["role", "name"],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["role", "policyArn"],
    "aws:lb/listener:Listener": ["loadBalancerArn", "port"],
    "aws:lb/listenerRule:ListenerRule": ["listenerArn", "priority"],
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ["subnetId"],
    "aws:ec2/route:Route": ["routeTableId", "destinationCidrBlock"],
    "aws:ecs/service:Service": ["cluster", "name"],
    "aws:route53/record:Record": ["zoneId", "name", "type", "setIdentifier"],
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
        "securityGroupId",
        "ipProtocol",
        "fromPort",
        "toPort",
        "cidrIpv4",
        "prefixListId",
        "referencedSecurityGroupId",
    ],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
        "securityGroupId",
        "ipProtocol",
        "fromPort",
        "toPort",
        "cidrIpv4",
        "prefixListId",
        "referencedSecurityGroupId",
    ],
};
