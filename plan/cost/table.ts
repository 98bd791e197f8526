/** Every type of resource whose cost is known: what is charged for it, or who says that nothing is. */
import type { Resource } from "../graph";
import * as compute from "./compute";
import * as data from "./data";
import { pipeline, project } from "./delivery";
import { logGroup } from "./logs";
import * as network from "./network";
import { textAt } from "./reading";
import { always, type Pricer } from "./situation";

export const PRICED: Readonly<Record<string, Pricer>> = {
    "aws:appautoscaling/policy:Policy": network.scalingPolicy,
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": () => [always("alarm.composite", 1)],
    "aws:cloudwatch/dashboard:Dashboard": () => [always("dashboard.month", 1)],
    "aws:cloudwatch/logGroup:LogGroup": logGroup,
    "aws:cloudwatch/metricAlarm:MetricAlarm": network.alarm,
    "aws:codebuild/project:Project": project,
    "aws:codepipeline/pipeline:Pipeline": pipeline,
    "aws:ec2/eip:Eip": network.address,
    "aws:ec2/flowLog:FlowLog": network.flowLog,
    "aws:ec2/natGateway:NatGateway": network.natGateway,
    "aws:ec2/vpcEndpoint:VpcEndpoint": network.endpoint,
    "aws:ecr/repository:Repository": compute.repository,
    "aws:ecs/cluster:Cluster": compute.cluster,
    "aws:ecs/service:Service": compute.service,
    "aws:efs/fileSystem:FileSystem": data.fileSystem,
    "aws:kms/key:Key": data.key,
    "aws:lambda/function:Function": compute.lambda,
    "aws:lb/loadBalancer:LoadBalancer": network.loadBalancer,
    "aws:rds/cluster:Cluster": data.auroraCluster,
    "aws:rds/clusterInstance:ClusterInstance": data.auroraInstance,
    "aws:route53/record:Record": network.record,
    "aws:s3/bucket:Bucket": data.bucket,
    "aws:secretsmanager/secret:Secret": data.secret,
    "aws:wafv2/webAcl:WebAcl": network.webAcl,
};

/** A type that costs nothing. */
export interface Free {
    /** The page of AWS that says so. */
    readonly source: string;
    /** Where only some of its resources are free. */
    readonly when?: (resource: Resource) => boolean;
}

const VPC = { source: "https://aws.amazon.com/vpc/pricing/" };
const IAM = { source: "https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction.html" };
const S3 = { source: "https://aws.amazon.com/s3/pricing/" };
const ECR = { source: "https://aws.amazon.com/ecr/pricing/" };
const ECS = { source: "https://aws.amazon.com/ecs/pricing/" };
const EFS = { source: "https://aws.amazon.com/efs/pricing/" };
const ELB = { source: "https://aws.amazon.com/elasticloadbalancing/pricing/" };
const RDS = { source: "https://aws.amazon.com/rds/aurora/pricing/" };
const ACM = { source: "https://aws.amazon.com/certificate-manager/pricing/" };
const SCALING = { source: "https://aws.amazon.com/autoscaling/pricing/" };

const CHAT = { source: "https://aws.amazon.com/chatbot/pricing/" };
const EVENTS = { source: "https://aws.amazon.com/eventbridge/pricing/" };
// Charged by the message, of which there are a few: see what every figure leaves out.
const TOPICS = { source: "https://aws.amazon.com/sns/pricing/" };
// Deployments to ECS cost nothing.
const DEPLOYMENTS = { source: "https://aws.amazon.com/codedeploy/pricing/" };

export const FREE: Readonly<Record<string, Free>> = {
    "aws:acm/certificate:Certificate": {
        ...ACM,
        when: (resource) => textAt(resource, "certificateAuthorityArn") === undefined,
    },
    "aws:acm/certificateValidation:CertificateValidation": ACM,
    "aws:appautoscaling/scheduledAction:ScheduledAction": SCALING,
    "aws:appautoscaling/target:Target": SCALING,
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": CHAT,
    "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": CHAT,
    "aws:cloudwatch/eventRule:EventRule": EVENTS,
    "aws:cloudwatch/eventTarget:EventTarget": EVENTS,
    "aws:codebuild/webhook:Webhook": { source: "https://aws.amazon.com/codebuild/pricing/" },
    // For five people who push in a month.
    "aws:codecommit/repository:Repository": { source: "https://aws.amazon.com/codecommit/pricing/" },
    "aws:codeconnections/connection:Connection": { source: "https://aws.amazon.com/codepipeline/pricing/" },
    "aws:codedeploy/application:Application": DEPLOYMENTS,
    "aws:codedeploy/deploymentConfig:DeploymentConfig": DEPLOYMENTS,
    "aws:codedeploy/deploymentGroup:DeploymentGroup": DEPLOYMENTS,
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": VPC,
    "aws:ec2/internetGateway:InternetGateway": VPC,
    "aws:ec2/route:Route": VPC,
    "aws:ec2/routeTable:RouteTable": VPC,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": VPC,
    "aws:ec2/securityGroup:SecurityGroup": VPC,
    "aws:ec2/subnet:Subnet": VPC,
    "aws:ec2/vpc:Vpc": VPC,
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ECR,
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": ECR,
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ECR,
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": ECS,
    "aws:ecs/taskDefinition:TaskDefinition": ECS,
    "aws:efs/accessPoint:AccessPoint": EFS,
    // Priced with its file system.
    "aws:efs/backupPolicy:BackupPolicy": EFS,
    "aws:efs/fileSystemPolicy:FileSystemPolicy": EFS,
    "aws:efs/mountTarget:MountTarget": EFS,
    "aws:iam/role:Role": IAM,
    "aws:iam/rolePolicy:RolePolicy": IAM,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": IAM,
    "aws:kms/alias:Alias": { source: "https://aws.amazon.com/kms/pricing/" },
    // Priced with its function.
    "aws:lambda/invocation:Invocation": { source: "https://aws.amazon.com/lambda/pricing/" },
    "aws:lb/listener:Listener": ELB,
    "aws:lb/listenerRule:ListenerRule": ELB,
    "aws:lb/targetGroup:TargetGroup": ELB,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": RDS,
    "aws:rds/subnetGroup:SubnetGroup": RDS,
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": S3,
    "aws:s3/bucketNotification:BucketNotification": S3,
    "aws:s3/bucketObjectv2:BucketObjectv2": S3,
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": S3,
    "aws:s3/bucketPolicy:BucketPolicy": S3,
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": S3,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": S3,
    "aws:s3/bucketVersioning:BucketVersioning": S3,
    "aws:scheduler/schedule:Schedule": EVENTS,
    "aws:scheduler/scheduleGroup:ScheduleGroup": EVENTS,
    "aws:secretsmanager/secretVersion:SecretVersion": {
        source: "https://aws.amazon.com/secrets-manager/pricing/",
    },
    // Service Connect alone uses it.
    "aws:servicediscovery/httpNamespace:HttpNamespace": {
        source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect.html",
    },
    "aws:sns/topic:Topic": TOPICS,
    "aws:sns/topicPolicy:TopicPolicy": TOPICS,
    "aws:sns/topicSubscription:TopicSubscription": TOPICS,
    "aws:ssm/parameter:Parameter": {
        source: "https://aws.amazon.com/systems-manager/pricing/",
        when: (resource) => (textAt(resource, "tier") ?? "Standard") === "Standard",
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": VPC,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": VPC,
    // Builds an image where `up` runs; its repository is a resource of its own.
    "awsx:ecr:Image": ECR,
};

/** What AWS never hears of. */
export function isOutsideAws(type: string): boolean {
    return type.startsWith("random:") || type.startsWith("pulumi:");
}
