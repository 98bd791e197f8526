/** Where each type of resource has its place in the picture. A type that is missing here is listed as not placed. */

export type Kind =
    | "internet"
    | "outside"
    | "loadBalancer"
    | "service"
    | "database"
    | "fileSystem"
    | "bucket"
    | "secrets"
    | "registry"
    | "gateway"
    | "endpoints"
    | "jobs"
    | "messages"
    | "cdn"
    | "delivery";

export type Row =
    /** A box. With `group`, one box for `all` of its kind, or for those that have the same text in that property. */
    | { readonly as: "node"; readonly kind: Kind; readonly group?: string }
    /**
     * Part of the box that one of the properties leads to, else of one that uses it, else of the only one in its
     * component. `otherwise` says why it may belong to nothing.
     */
    | {
          readonly as: "part";
          readonly of: readonly string[];
          /** The only type that counts as a user. */
          readonly by?: string;
          readonly otherwise?: string;
      }
    /** Drawn, but not as a box: a frame, an arrow, or words beside the title. */
    | { readonly as: "frame" | "arrow" | "caption" }
    | { readonly as: "nowhere"; readonly why: string };

const FRAME: Row = { as: "frame" };
const ARROW: Row = { as: "arrow" };
const CAPTION: Row = { as: "caption" };

function node(kind: Kind, group?: string): Row {
    return { as: "node", kind, ...(group === undefined ? {} : { group }) };
}

function part(...of: readonly string[]): Row {
    return { as: "part", of };
}

function loosePart(otherwise: string, ...of: readonly string[]): Row {
    return { as: "part", of, otherwise };
}

function nowhere(why: string): Row {
    return { as: "nowhere", why };
}

const PERMISSIONS = "it gives permissions to something that is no box";
const KEY = "it encrypts something that is no box";
const VALUE = "only its value is used";
const LOGS = "nearly everything writes logs";
const WATCH = "it watches and carries no requests";

const NETWORK: Readonly<Record<string, Row>> = {
    "aws:ec2/vpc:Vpc": FRAME,
    "aws:ec2/subnet:Subnet": FRAME,
    "aws:ec2/securityGroup:SecurityGroup": ARROW,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ARROW,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ARROW,
    "aws:ec2/internetGateway:InternetGateway": ARROW,
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": ARROW,
    "aws:ec2/route:Route": ARROW,
    "aws:ec2/routeTable:RouteTable": ARROW,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ARROW,
    "aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation": ARROW,
    "aws:ec2/defaultRouteTable:DefaultRouteTable": nowhere("no subnet uses it"),
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": nowhere("security groups decide"),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": nowhere("nothing is in it"),
    "aws:ec2/flowLog:FlowLog": nowhere(LOGS),
    "aws:ec2/natGateway:NatGateway": node("gateway", "all"),
    "aws:ec2/instance:Instance": node("gateway", "all"),
    "aws:autoscaling/group:Group": node("gateway", "all"),
    "aws:autoscaling/lifecycleHook:LifecycleHook": part("autoscalingGroupName"),
    "aws:ec2/launchTemplate:LaunchTemplate": part(),
    "aws:ec2/networkInterface:NetworkInterface": part(),
    "aws:ec2/eip:Eip": part("networkInterface", "instance"),
    "aws:ec2/eipAssociation:EipAssociation": part("networkInterfaceId", "instanceId", "allocationId"),
    "aws:ec2/vpcEndpoint:VpcEndpoint": node("endpoints", "vpcEndpointType"),
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": part("vpcEndpointId"),
};

const EDGE: Readonly<Record<string, Row>> = {
    "aws:lb/loadBalancer:LoadBalancer": node("loadBalancer"),
    "aws:lb/listener:Listener": part("loadBalancerArn"),
    "aws:lb/listenerCertificate:ListenerCertificate": part("listenerArn"),
    "aws:lb/listenerRule:ListenerRule": part("listenerArn"),
    "aws:lb/targetGroup:TargetGroup": { as: "part", of: [], by: "aws:ecs/service:Service" },
    "aws:acm/certificate:Certificate": part(),
    "aws:acm/certificateValidation:CertificateValidation": part("certificateArn"),
    "aws:route53/record:Record": loosePart("it names something else", "aliases", "name", "records"),
    "aws:route53/healthCheck:HealthCheck": nowhere(WATCH),
    "aws:wafv2/webAcl:WebAcl": part(),
    "aws:wafv2/webAclAssociation:WebAclAssociation": part("resourceArn"),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": part("resourceArn"),
    "aws:cloudfront/distribution:Distribution": node("cdn"),
};

const COMPUTE: Readonly<Record<string, Row>> = {
    "aws:ecs/cluster:Cluster": CAPTION,
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": CAPTION,
    "aws:ecs/service:Service": node("service"),
    "aws:ecs/taskDefinition:TaskDefinition": part(),
    "aws:appautoscaling/policy:Policy": part("resourceId"),
    "aws:appautoscaling/scheduledAction:ScheduledAction": part("resourceId"),
    "aws:appautoscaling/target:Target": part("resourceId"),
    "aws:codedeploy/application:Application": node("delivery", "name"),
    "aws:codedeploy/deploymentConfig:DeploymentConfig": part(),
    "aws:codedeploy/deploymentGroup:DeploymentGroup": part("appName"),
    "aws:servicediscovery/httpNamespace:HttpNamespace": loosePart("services find each other in it"),
    "aws:lambda/function:Function": node("jobs", "all"),
    "aws:lambda/invocation:Invocation": part("functionName"),
    "aws:lambda/permission:Permission": part("function"),
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": part("functionName"),
};

const DATA: Readonly<Record<string, Row>> = {
    "aws:rds/cluster:Cluster": node("database"),
    "aws:rds/instance:Instance": node("database"),
    "aws:rds/clusterInstance:ClusterInstance": part("clusterIdentifier"),
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": part(),
    "aws:rds/parameterGroup:ParameterGroup": part(),
    "aws:rds/subnetGroup:SubnetGroup": part(),
    "aws:rds/eventSubscription:EventSubscription": nowhere(WATCH),
    "aws:efs/fileSystem:FileSystem": node("fileSystem"),
    "aws:efs/accessPoint:AccessPoint": part("fileSystemId"),
    "aws:efs/backupPolicy:BackupPolicy": part("fileSystemId"),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": part("fileSystemId"),
    "aws:efs/mountTarget:MountTarget": part("fileSystemId"),
    "aws:s3/bucket:Bucket": node("bucket"),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": part("bucket"),
    "aws:s3/bucketLogging:BucketLogging": part("bucket"),
    "aws:s3/bucketNotification:BucketNotification": part("bucket"),
    "aws:s3/bucketObjectv2:BucketObjectv2": part("bucket"),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": part("bucket"),
    "aws:s3/bucketPolicy:BucketPolicy": part("bucket"),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": part("bucket"),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": part("bucket"),
    "aws:s3/bucketVersioning:BucketVersioning": part("bucket"),
    "aws:backup/plan:Plan": nowhere("copies of data that is drawn"),
    "aws:backup/selection:Selection": nowhere("copies of data that is drawn"),
    "aws:backup/vault:Vault": nowhere("copies of data that is drawn"),
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": nowhere("copies of data that is drawn"),
};

const SECRETS: Readonly<Record<string, Row>> = {
    "aws:secretsmanager/secret:Secret": node("secrets", "all"),
    "aws:secretsmanager/secretPolicy:SecretPolicy": part("secretArn"),
    "aws:secretsmanager/secretRotation:SecretRotation": part("secretId"),
    "aws:secretsmanager/secretVersion:SecretVersion": part("secretId"),
    "aws:ssm/parameter:Parameter": loosePart(VALUE),
    "aws:iam/instanceProfile:InstanceProfile": loosePart(PERMISSIONS),
    "aws:iam/policy:Policy": loosePart(PERMISSIONS),
    "aws:iam/role:Role": loosePart(PERMISSIONS),
    "aws:iam/rolePolicy:RolePolicy": loosePart(PERMISSIONS, "role"),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": loosePart(PERMISSIONS, "role"),
    "aws:kms/alias:Alias": loosePart(KEY, "targetKeyId"),
    "aws:kms/key:Key": loosePart(KEY),
    "random:index/randomBytes:RandomBytes": loosePart(VALUE),
    "random:index/randomId:RandomId": loosePart(VALUE),
    "random:index/randomPassword:RandomPassword": loosePart(VALUE),
    "random:index/randomString:RandomString": loosePart(VALUE),
};

const DELIVERY: Readonly<Record<string, Row>> = {
    "aws:ecr/repository:Repository": node("registry", "all"),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": part("repository"),
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": node("registry", "all"),
    "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": node("registry", "all"),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": part("repository"),
    "awsx:ecr:Image": part("repositoryUrl"),
    "aws:codepipeline/pipeline:Pipeline": node("delivery"),
    "aws:codepipeline/webhook:Webhook": part("targetPipeline"),
    "aws:codebuild/project:Project": loosePart("several pipelines run it"),
    "aws:codebuild/webhook:Webhook": part("projectName"),
    "aws:codecommit/repository:Repository": node("delivery"),
    "aws:codeconnections/connection:Connection": part(),
    "aws:codestarconnections/connection:Connection": part(),
    "aws:codestarnotifications/notificationRule:NotificationRule": nowhere(WATCH),
};

const OPERATIONS: Readonly<Record<string, Row>> = {
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": nowhere(WATCH),
    "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": nowhere(WATCH),
    "aws:cloudwatch/logGroup:LogGroup": nowhere(LOGS),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": nowhere(WATCH),
    "aws:cloudwatch/queryDefinition:QueryDefinition": nowhere(WATCH),
    "aws:cloudwatch/metricAlarm:MetricAlarm": nowhere(WATCH),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": nowhere(WATCH),
    "aws:cloudwatch/dashboard:Dashboard": nowhere(WATCH),
    "aws:cloudwatch/eventRule:EventRule": nowhere(WATCH),
    "aws:cloudwatch/eventTarget:EventTarget": nowhere(WATCH),
    "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": nowhere(WATCH),
    "aws:scheduler/schedule:Schedule": nowhere("it starts what is drawn"),
    "aws:scheduler/scheduleGroup:ScheduleGroup": nowhere("it starts what is drawn"),
    "aws:sns/topic:Topic": nowhere(WATCH),
    "aws:sns/topicPolicy:TopicPolicy": nowhere(WATCH),
    "aws:sns/topicSubscription:TopicSubscription": nowhere(WATCH),
    "aws:sqs/queue:Queue": node("messages"),
    "aws:sqs/queuePolicy:QueuePolicy": part("queueUrl"),
    "aws:budgets/budget:Budget": nowhere(WATCH),
    "aws:synthetics/canary:Canary": nowhere(WATCH),
};

const TABLE: ReadonlyMap<string, Row> = new Map(
    [NETWORK, EDGE, COMPUTE, DATA, SECRETS, DELIVERY, OPERATIONS].flatMap((rows) => Object.entries(rows)),
);

/** Components and the engine's own: nothing in AWS. */
export const NO_THING: Row = nowhere("it is nothing in AWS");

/** Undefined: nobody has said where the type belongs. */
export function rowOf(type: string): Row | undefined {
    return (
        TABLE.get(type) ?? (type.startsWith("selfhost:") || type.startsWith("pulumi:") ? NO_THING : undefined)
    );
}

/** What a box is called that has no better name, and a word for several of them. */
export const KIND_TITLES: Readonly<Record<Kind, string>> = {
    internet: "Internet",
    outside: "Outside",
    loadBalancer: "Load balancer",
    service: "Service",
    database: "Database",
    fileSystem: "File system",
    bucket: "Bucket",
    secrets: "Secrets",
    registry: "Image registry",
    gateway: "NAT",
    endpoints: "Endpoints",
    jobs: "One-off jobs",
    messages: "Queue",
    cdn: "Content delivery",
    delivery: "Delivery",
};
