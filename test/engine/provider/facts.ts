/** What the AWS provider knows about the types that the program uses: names, limits, what cannot be changed in place. */

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

/** All properties but those given. */
interface AllBut {
    readonly allBut: readonly string[];
}

/**
 * Properties whose change is a replacement, as the API has no way to change them; the physical name is always one.
 * Types that are missing change in place.
 */
export const REPLACED_ON_CHANGE: Readonly<Record<string, readonly string[] | AllBut>> = {
    "aws:acm/certificate:Certificate": ["domainName", "subjectAlternativeNames", "validationMethod"],
    "aws:acm/certificateValidation:CertificateValidation": ["certificateArn", "validationRecordFqdns"],
    "aws:appautoscaling/policy:Policy": ["resourceId", "scalableDimension", "serviceNamespace"],
    "aws:appautoscaling/scheduledAction:ScheduledAction": [
        "resourceId",
        "scalableDimension",
        "serviceNamespace",
    ],
    "aws:appautoscaling/target:Target": ["resourceId", "scalableDimension", "serviceNamespace"],
    "aws:ec2/eip:Eip": ["domain"],
    "aws:ec2/flowLog:FlowLog": { allBut: ["tags"] },
    "aws:ec2/natGateway:NatGateway": [
        "allocationId",
        "availabilityMode",
        "connectivityType",
        "subnetId",
        "vpcId",
    ],
    "aws:ec2/route:Route": ["destinationCidrBlock", "routeTableId"],
    "aws:ec2/routeTable:RouteTable": ["vpcId"],
    "aws:ec2/routeTableAssociation:RouteTableAssociation": ["subnetId"],
    "aws:ec2/securityGroup:SecurityGroup": ["description", "namePrefix", "vpcId"],
    "aws:ec2/subnet:Subnet": ["availabilityZone", "cidrBlock", "vpcId"],
    "aws:ec2/vpc:Vpc": ["cidrBlock"],
    "aws:ec2/vpcEndpoint:VpcEndpoint": ["serviceName", "vpcEndpointType", "vpcId"],
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": ["policy", "repository"],
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": ["ecrRepositoryPrefix", "upstreamRegistryUrl"],
    "aws:ecr/repository:Repository": ["encryptionConfigurations"],
    "aws:ecr/repositoryPolicy:RepositoryPolicy": ["repository"],
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": ["clusterName"],
    "aws:ecs/service:Service": ["cluster", "launchType", "schedulingStrategy"],
    "aws:ecs/taskDefinition:TaskDefinition": { allBut: ["skipDestroy", "tags", "trackLatest"] },
    "aws:efs/accessPoint:AccessPoint": ["fileSystemId", "posixUser", "rootDirectory"],
    "aws:efs/backupPolicy:BackupPolicy": ["fileSystemId"],
    "aws:efs/fileSystem:FileSystem": ["availabilityZoneName", "encrypted", "kmsKeyId", "performanceMode"],
    "aws:efs/fileSystemPolicy:FileSystemPolicy": ["fileSystemId"],
    "aws:efs/mountTarget:MountTarget": ["fileSystemId", "ipAddress", "subnetId"],
    "aws:iam/role:Role": ["namePrefix", "path"],
    "aws:iam/rolePolicy:RolePolicy": ["role"],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": ["policyArn", "role"],
    "aws:kms/key:Key": ["customerMasterKeySpec", "keyUsage"],
    "aws:lambda/function:Function": ["packageType"],
    // With the scope CRUD its input changes in place: only its triggers replace it.
    "aws:lambda/invocation:Invocation": ["functionName", "lifecycleScope", "qualifier", "triggers"],
    "aws:lb/listener:Listener": ["loadBalancerArn"],
    "aws:lb/listenerRule:ListenerRule": ["listenerArn"],
    "aws:lb/loadBalancer:LoadBalancer": ["internal", "loadBalancerType"],
    "aws:lb/targetGroup:TargetGroup": ["port", "protocol", "protocolVersion", "targetType", "vpcId"],
    "aws:rds/cluster:Cluster": [
        "availabilityZones",
        "databaseName",
        "dbSubnetGroupName",
        "engine",
        "engineMode",
        "kmsKeyId",
        "masterUsername",
        "snapshotIdentifier",
        "storageEncrypted",
    ],
    "aws:rds/clusterInstance:ClusterInstance": ["availabilityZone", "clusterIdentifier", "engine"],
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": ["description", "family"],
    "aws:rds/subnetGroup:SubnetGroup": [],
    "aws:route53/record:Record": ["name", "setIdentifier", "type", "zoneId"],
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ["bucket"],
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ["bucket"],
    "aws:s3/bucketPolicy:BucketPolicy": ["bucket"],
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ["bucket"],
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ["bucket"],
    "aws:s3/bucketVersioning:BucketVersioning": ["bucket"],
    "aws:secretsmanager/secret:Secret": ["namePrefix"],
    "aws:secretsmanager/secretVersion:SecretVersion": ["secretId", "secretString"],
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ["securityGroupId"],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["securityGroupId"],
    "random:index/randomBytes:RandomBytes": { allBut: [] },
    "random:index/randomId:RandomId": { allBut: [] },
    "random:index/randomPassword:RandomPassword": { allBut: [] },
};

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
