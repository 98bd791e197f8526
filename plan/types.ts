/**
 * What the engine would answer, as far as the program reads it: the computed outputs of every resource type and the
 * results of every look-up. A plan that meets a type, look-up or output that is missing here stops and says so.
 */
import type { Json } from "./graph";
import type { JsonObject } from "./record/values";

/** The text that stands for a value nobody knows before the deployment. */
export type Reference = (property: string) => string;

/** Names of the computed outputs, each answered by its reference; or all of them, where one has a structure. */
export type Outputs = readonly string[] | ((inputs: JsonObject, reference: Reference) => JsonObject);

export interface LookUpContext {
    readonly region: string;
    /** Known where the settings name the account. */
    readonly account: string | undefined;
}

/** The answer to a look-up; what differs between accounts is a reference such as `${…getZone(name=example.com).zoneId}`. */
export type LookUp = (args: JsonObject, reference: Reference, context: LookUpContext) => JsonObject;

/** Computed outputs that the program reads, by type; an input of the same name wins. */
export const OUTPUTS: Readonly<Record<string, Outputs>> = {
    "aws:acm/certificate:Certificate": certificate,
    "aws:acm/certificateValidation:CertificateValidation": ["certificateArn"],
    "aws:appautoscaling/policy:Policy": ["arn", "alarmArns", "name"],
    "aws:appautoscaling/scheduledAction:ScheduledAction": ["arn", "name"],
    "aws:appautoscaling/target:Target": ["arn"],
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": ["chatConfigurationArn"],
    "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": ["chatConfigurationArn"],
    "aws:cloudwatch/eventRule:EventRule": ["arn", "name"],
    "aws:cloudwatch/eventTarget:EventTarget": [],
    "aws:cloudwatch/logGroup:LogGroup": ["arn", "name"],
    "aws:cloudwatch/metricAlarm:MetricAlarm": ["arn", "name"],
    "aws:codebuild/project:Project": ["arn", "name"],
    "aws:codebuild/webhook:Webhook": ["payloadUrl"],
    "aws:codecommit/repository:Repository": ["arn", "repositoryName"],
    "aws:codeconnections/connection:Connection": ["arn", "connectionStatus"],
    "aws:codedeploy/application:Application": ["applicationId", "arn", "name"],
    "aws:codedeploy/deploymentConfig:DeploymentConfig": ["arn", "deploymentConfigId", "deploymentConfigName"],
    "aws:codedeploy/deploymentGroup:DeploymentGroup": ["arn", "deploymentGroupId"],
    "aws:codepipeline/pipeline:Pipeline": ["arn", "name"],
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ["arn"],
    "aws:ec2/eip:Eip": ["allocationId", "arn", "publicIp"],
    "aws:ec2/flowLog:FlowLog": ["arn"],
    "aws:ec2/internetGateway:InternetGateway": ["arn", "vpcId"],
    "aws:ec2/natGateway:NatGateway": ["publicIp", "routeTableId"],
    "aws:ec2/route:Route": [],
    "aws:ec2/routeTable:RouteTable": ["arn"],
    "aws:ec2/routeTableAssociation:RouteTableAssociation": [],
    "aws:ec2/securityGroup:SecurityGroup": ["arn", "name", "vpcId"],
    "aws:ec2/subnet:Subnet": ["arn", "availabilityZone"],
    "aws:ec2/vpc:Vpc": ["arn", "defaultSecurityGroupId", "ipv6CidrBlock", "mainRouteTableId"],
    "aws:ec2/vpcEndpoint:VpcEndpoint": ["arn", "prefixListId"],
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ["registryId"],
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": ["registryId"],
    "aws:ecr/repository:Repository": ["arn", "registryId", "repositoryUrl"],
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ["registryId"],
    "aws:ecs/cluster:Cluster": ["arn", "name"],
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": [],
    "aws:ecs/service:Service": ["arn", "name"],
    "aws:ecs/taskDefinition:TaskDefinition": ["arn", "arnWithoutRevision", "revision"],
    "aws:efs/accessPoint:AccessPoint": ["arn", "fileSystemArn"],
    "aws:efs/backupPolicy:BackupPolicy": [],
    "aws:efs/fileSystem:FileSystem": ["arn", "dnsName"],
    "aws:efs/fileSystemPolicy:FileSystemPolicy": [],
    "aws:efs/mountTarget:MountTarget": ["dnsName", "fileSystemArn"],
    "aws:iam/role:Role": ["arn", "name", "uniqueId"],
    "aws:iam/rolePolicy:RolePolicy": ["name"],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [],
    "aws:kms/alias:Alias": ["arn", "name", "targetKeyArn"],
    "aws:kms/key:Key": ["arn", "keyId"],
    "aws:lambda/function:Function": ["arn", "invokeArn", "name", "qualifiedArn", "version"],
    "aws:lambda/invocation:Invocation": ["result"],
    "aws:lb/listener:Listener": ["arn"],
    "aws:lb/listenerRule:ListenerRule": ["arn"],
    "aws:lb/loadBalancer:LoadBalancer": ["arn", "arnSuffix", "dnsName", "name", "vpcId", "zoneId"],
    "aws:lb/targetGroup:TargetGroup": ["arn", "arnSuffix", "name"],
    "aws:rds/cluster:Cluster": rdsCluster,
    "aws:rds/clusterInstance:ClusterInstance": ["arn", "endpoint", "identifier"],
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": ["arn", "name"],
    "aws:rds/subnetGroup:SubnetGroup": ["arn", "name"],
    "aws:route53/record:Record": ["fqdn"],
    "aws:s3/bucket:Bucket": ["arn", "bucket", "bucketDomainName", "bucketRegionalDomainName"],
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [],
    "aws:s3/bucketNotification:BucketNotification": [],
    "aws:s3/bucketObjectv2:BucketObjectv2": ["arn", "versionId"],
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": [],
    "aws:s3/bucketPolicy:BucketPolicy": [],
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [],
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [],
    "aws:s3/bucketVersioning:BucketVersioning": [],
    "aws:scheduler/schedule:Schedule": ["arn"],
    "aws:secretsmanager/secret:Secret": ["arn", "name"],
    "aws:secretsmanager/secretVersion:SecretVersion": ["arn", "versionId"],
    "aws:servicediscovery/httpNamespace:HttpNamespace": ["arn", "httpName"],
    "aws:sns/topic:Topic": ["arn", "name"],
    "aws:sns/topicPolicy:TopicPolicy": [],
    "aws:sns/topicSubscription:TopicSubscription": ["arn"],
    "aws:ssm/parameter:Parameter": ["arn", "insecureValue", "value", "version"],
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ["arn"],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["arn"],
    "awsx:ecr:Image": ["imageUri"],
    "pulumi:providers:aws": [],
    "random:index/randomBytes:RandomBytes": ["base64", "hex"],
    "random:index/randomId:RandomId": ["b64Std", "b64Url", "dec", "hex"],
    "random:index/randomPassword:RandomPassword": ["bcryptHash", "result"],
};

/**
 * Answers to look-ups, by token. None is secret: the real provider marks no result of a look-up
 * (https://github.com/pulumi/pulumi-aws/issues/1449), so the program has to.
 */
export const LOOK_UPS: Readonly<Record<string, LookUp>> = {
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": answered("arn", "id", "name"),
    "aws:ec2/getSubnet:getSubnet": answered("arn", "availabilityZone", "cidrBlock", "id", "vpcId"),
    "aws:ec2/getVpc:getVpc": answered("arn", "cidrBlock", "id", "mainRouteTableId"),
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": answered("password", "proxyEndpoint", "userName"),
    "aws:ecs/getCluster:getCluster": answered("arn", "clusterName", "id"),
    "aws:index/getCallerIdentity:getCallerIdentity": (_args, reference, { account }) => ({
        accountId: account ?? reference("accountId"),
        arn: reference("arn"),
        id: account ?? reference("id"),
        userId: reference("userId"),
    }),
    "aws:index/getPartition:getPartition": (_args, _reference, { region }) => partition(region),
    "aws:lb/getListener:getListener": answered("arn", "id", "loadBalancerArn", "port", "protocol"),
    "aws:lb/getLoadBalancer:getLoadBalancer": (args, reference) => ({
        ...answered("arn", "arnSuffix", "dnsName", "id", "name", "vpcId", "zoneId")(args, reference),
        securityGroups: [reference("securityGroups[0]")],
        subnets: [reference("subnets[0]")],
    }),
    "aws:route53/getZone:getZone": answered("arn", "id", "name", "zoneId"),
    "aws:ssm/getParameter:getParameter": parameter,
};

/** A release is planned as one that a pipeline has made: JSON text, as its scripts write it, with references inside. */
function parameter(args: JsonObject, reference: Reference): JsonObject {
    const properties = ["arn", "id", "insecureValue", "name", "type", "value", "version"];
    const found = { ...references(properties, reference), ...args };
    const released =
        typeof args.name === "string" && /-image-release|^\/selfhost\/[^/]+\/releases\//.test(args.name);
    return released
        ? {
              ...found,
              insecureValue: JSON.stringify({
                  digest: reference("insecureValue.digest"),
                  commit: reference("insecureValue.commit"),
              }),
          }
        : found;
}

/** What was asked for, and a reference for each of the given properties that was not. */
function answered(...properties: readonly string[]): (args: JsonObject, reference: Reference) => JsonObject {
    return (args, reference) => ({ ...references(properties, reference), ...args });
}

export function references(properties: readonly string[], reference: Reference): JsonObject {
    return Object.fromEntries(properties.map((property) => [property, reference(property)]));
}

/**
 * ACM asks for one record per name; a wildcard and its base name share theirs.
 * https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
function certificate(inputs: JsonObject, reference: Reference): JsonObject {
    const alternatives = inputs.subjectAlternativeNames;
    const names = [inputs.domainName, ...(Array.isArray(alternatives) ? (alternatives as Json[]) : [])];
    const distinct = [...new Set(names.filter((name) => typeof name === "string"))];
    return {
        arn: reference("arn"),
        domainValidationOptions: distinct.map((domainName) => {
            const validated = domainName.replace(/^\*\./, "");
            return {
                domainName,
                resourceRecordName: reference(`domainValidationOptions[${validated}].resourceRecordName`),
                resourceRecordType: "CNAME",
                resourceRecordValue: reference(`domainValidationOptions[${validated}].resourceRecordValue`),
            };
        }),
    };
}

/** RDS makes the master user's secret only where it is asked to manage it. */
function rdsCluster(inputs: JsonObject, reference: Reference): JsonObject {
    const plain = [
        "arn",
        "clusterIdentifier",
        "clusterResourceId",
        "endpoint",
        "hostedZoneId",
        "port",
        "readerEndpoint",
    ];
    return {
        ...references([...plain, "engineVersionActual"], reference),
        masterUserSecrets: inputs.manageMasterUserPassword === true ? [masterSecret(reference)] : [],
    };
}

function masterSecret(reference: Reference): JsonObject {
    return {
        kmsKeyId: reference("masterUserSecrets[0].kmsKeyId"),
        secretArn: reference("masterUserSecrets[0].secretArn"),
        secretStatus: "active",
    };
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html */
function partition(region: string): JsonObject {
    if (region.startsWith("cn-")) {
        return {
            partition: "aws-cn",
            id: "aws-cn",
            dnsSuffix: "amazonaws.com.cn",
            reverseDnsPrefix: "cn.com.amazonaws",
        };
    }
    const name = region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    return { partition: name, id: name, dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
}
