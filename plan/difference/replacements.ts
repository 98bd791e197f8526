/**
 * What the provider cannot change in place. Each list is the properties that the provider's schema, at the source
 * named, marks `ForceNew` or `RequiresReplace`, in this program's spelling. What forces a replacement only sometimes is
 * left to `pulumi preview`, and so is a type that is missing.
 */

interface Rule {
    /** Where the provider says so. */
    readonly source: string;
    /** Paths without indexes: `encryptionConfigurations`, or one thing in it, `rootDirectory.path`. */
    readonly properties: readonly string[] | { readonly allBut: readonly string[] };
    /** Replaced or not, as the values before and after are. */
    readonly sometimes?: readonly string[];
}

const AWS = "https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/";
const RANDOM = "https://github.com/hashicorp/terraform-provider-random/blob/main/internal/provider/";

const DATABASES: Readonly<Record<string, Rule>> = {
    "aws:rds/cluster:Cluster": {
        source: `${AWS}rds/cluster.go`,
        properties: [
            "availabilityZones",
            "clusterIdentifier",
            "clusterIdentifierPrefix",
            "clusterScalabilityType",
            "databaseName",
            "dbSubnetGroupName",
            "dbSystemId",
            "engine",
            "engineMode",
            "kmsKeyId",
            "masterUsername",
            "restoreToPointInTime",
            "s3Import",
            "snapshotIdentifier",
            "sourceRegion",
            "storageEncrypted",
        ],
        sometimes: ["globalClusterIdentifier", "storageType"],
    },
    "aws:rds/clusterInstance:ClusterInstance": {
        source: `${AWS}rds/cluster_instance.go`,
        properties: [
            "availabilityZone",
            "clusterIdentifier",
            "customIamInstanceProfile",
            "dbSubnetGroupName",
            "engine",
            "identifier",
            "identifierPrefix",
        ],
    },
    "aws:rds/instance:Instance": {
        source: `${AWS}rds/instance.go`,
        properties: [
            "availabilityZone",
            "backupTarget",
            "characterSetName",
            "customIamInstanceProfile",
            "dbName",
            "engine",
            "kmsKeyId",
            "ncharCharacterSetName",
            "restoreToPointInTime",
            "s3Import",
            "snapshotIdentifier",
            "storageEncrypted",
            "timezone",
            "username",
        ],
    },
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": {
        source: `${AWS}rds/cluster_parameter_group.go`,
        properties: ["description", "family", "name", "namePrefix"],
    },
    "aws:rds/parameterGroup:ParameterGroup": {
        source: `${AWS}rds/parameter_group.go`,
        properties: ["description", "family", "name", "namePrefix"],
    },
    "aws:rds/subnetGroup:SubnetGroup": {
        source: `${AWS}rds/subnet_group.go`,
        properties: ["name", "namePrefix"],
    },
};

const FILES: Readonly<Record<string, Rule>> = {
    "aws:efs/fileSystem:FileSystem": {
        source: `${AWS}efs/file_system.go`,
        properties: ["availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"],
    },
    "aws:efs/accessPoint:AccessPoint": {
        source: `${AWS}efs/access_point.go`,
        properties: ["fileSystemId", "posixUser", "rootDirectory"],
    },
    "aws:efs/mountTarget:MountTarget": {
        source: `${AWS}efs/mount_target.go`,
        properties: ["fileSystemId", "ipAddress", "subnetId"],
    },
    "aws:efs/fileSystemPolicy:FileSystemPolicy": {
        source: `${AWS}efs/file_system_policy.go`,
        properties: ["fileSystemId"],
    },
    "aws:efs/backupPolicy:BackupPolicy": {
        source: `${AWS}efs/backup_policy.go`,
        properties: ["fileSystemId"],
    },
    "aws:s3/bucket:Bucket": {
        source: `${AWS}s3/bucket.go`,
        properties: ["bucket", "bucketPrefix", "objectLockEnabled"],
        sometimes: ["objectLockConfiguration"],
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        source: `${AWS}s3/bucket_lifecycle_configuration.go`,
        properties: ["bucket", "expectedBucketOwner"],
    },
    "aws:s3/bucketNotification:BucketNotification": {
        source: `${AWS}s3/bucket_notification.go`,
        properties: ["bucket"],
    },
    "aws:s3/bucketObjectv2:BucketObjectv2": { source: `${AWS}s3/object.go`, properties: ["bucket", "key"] },
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
        source: `${AWS}s3/bucket_ownership_controls.go`,
        properties: ["bucket"],
    },
    "aws:s3/bucketPolicy:BucketPolicy": { source: `${AWS}s3/bucket_policy.go`, properties: ["bucket"] },
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
        source: `${AWS}s3/bucket_public_access_block.go`,
        properties: ["bucket"],
    },
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
        source: `${AWS}s3/bucket_server_side_encryption_configuration.go`,
        properties: ["bucket", "expectedBucketOwner"],
    },
    "aws:s3/bucketVersioning:BucketVersioning": {
        source: `${AWS}s3/bucket_versioning.go`,
        properties: ["bucket", "expectedBucketOwner"],
    },
    "aws:backup/vault:Vault": { source: `${AWS}backup/vault.go`, properties: ["kmsKeyArn", "name"] },
};

const SECRETS: Readonly<Record<string, Rule>> = {
    "aws:secretsmanager/secret:Secret": {
        source: `${AWS}secretsmanager/secret.go`,
        properties: ["name", "namePrefix"],
    },
    "aws:secretsmanager/secretVersion:SecretVersion": {
        source: `${AWS}secretsmanager/secret_version.go`,
        properties: ["secretBinary", "secretId", "secretString", "secretStringWoVersion"],
    },
    "aws:kms/key:Key": {
        source: `${AWS}kms/key.go`,
        properties: ["customKeyStoreId", "customerMasterKeySpec", "keyUsage", "multiRegion", "xksKeyId"],
    },
    "aws:kms/alias:Alias": { source: `${AWS}kms/alias.go`, properties: ["name", "namePrefix"] },
    "aws:ssm/parameter:Parameter": {
        source: `${AWS}ssm/parameter.go`,
        properties: ["dataType", "name"],
        sometimes: ["tier"],
    },
    "random:index/randomBytes:RandomBytes": {
        source: `${RANDOM}resource_bytes.go`,
        properties: { allBut: [] },
    },
    "random:index/randomId:RandomId": { source: `${RANDOM}resource_id.go`, properties: { allBut: [] } },
    "random:index/randomPassword:RandomPassword": {
        source: `${RANDOM}resource_password.go`,
        properties: { allBut: [] },
    },
};

const IMAGES: Readonly<Record<string, Rule>> = {
    "aws:ecr/repository:Repository": {
        source: `${AWS}ecr/repository.go`,
        properties: ["encryptionConfigurations", "name"],
    },
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
        source: `${AWS}ecr/lifecycle_policy.go`,
        properties: ["policy", "repository"],
    },
    "aws:ecr/repositoryPolicy:RepositoryPolicy": {
        source: `${AWS}ecr/repository_policy.go`,
        properties: ["repository"],
    },
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": {
        source: `${AWS}ecr/pull_through_cache_rule.go`,
        properties: ["ecrRepositoryPrefix", "upstreamRegistryUrl", "upstreamRepositoryPrefix"],
    },
};

const LOAD_BALANCER: Readonly<Record<string, Rule>> = {
    "aws:lb/loadBalancer:LoadBalancer": {
        source: `${AWS}elbv2/load_balancer.go`,
        properties: ["customerOwnedIpv4Pool", "internal", "loadBalancerType", "name", "namePrefix"],
        sometimes: ["subnetMappings"],
    },
    "aws:lb/targetGroup:TargetGroup": {
        source: `${AWS}elbv2/target_group.go`,
        properties: [
            "ipAddressType",
            "name",
            "namePrefix",
            "port",
            "protocol",
            "protocolVersion",
            "targetType",
            "vpcId",
        ],
    },
    "aws:lb/listener:Listener": { source: `${AWS}elbv2/listener.go`, properties: ["loadBalancerArn"] },
    "aws:lb/listenerRule:ListenerRule": {
        source: `${AWS}elbv2/listener_rule.go`,
        properties: ["listenerArn"],
    },
    "aws:lb/listenerCertificate:ListenerCertificate": {
        source: `${AWS}elbv2/listener_certificate.go`,
        properties: ["certificateArn", "listenerArn"],
    },
    "aws:acm/certificate:Certificate": {
        source: `${AWS}acm/certificate.go`,
        properties: [
            "certificateAuthorityArn",
            "domainName",
            "keyAlgorithm",
            "subjectAlternativeNames",
            "validationMethod",
        ],
    },
    "aws:acm/certificateValidation:CertificateValidation": {
        source: `${AWS}acm/certificate_validation.go`,
        properties: ["certificateArn", "validationRecordFqdns"],
    },
    "aws:route53/record:Record": { source: `${AWS}route53/record.go`, properties: ["name", "zoneId"] },
};

const NETWORK: Readonly<Record<string, Rule>> = {
    "aws:ec2/vpc:Vpc": {
        source: `${AWS}ec2/vpc_.go`,
        properties: ["cidrBlock", "ipv4IpamPoolId", "ipv4NetmaskLength"],
        sometimes: ["instanceTenancy", "ipv6IpamPoolId", "ipv6NetmaskLength"],
    },
    "aws:ec2/subnet:Subnet": {
        source: `${AWS}ec2/vpc_subnet.go`,
        properties: [
            "availabilityZone",
            "availabilityZoneId",
            "cidrBlock",
            "ipv6Native",
            "outpostArn",
            "vpcId",
        ],
        sometimes: ["ipv6CidrBlock"],
    },
    "aws:ec2/securityGroup:SecurityGroup": {
        source: `${AWS}ec2/vpc_security_group.go`,
        properties: ["description", "name", "namePrefix", "vpcId"],
    },
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": {
        source: `${AWS}ec2/vpc_default_security_group.go`,
        properties: ["vpcId"],
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        source: `${AWS}ec2/vpc_security_group_egress_rule.go`,
        properties: ["securityGroupId"],
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        source: `${AWS}ec2/vpc_security_group_ingress_rule.go`,
        properties: ["securityGroupId"],
    },
    "aws:ec2/internetGateway:InternetGateway": {
        source: `${AWS}ec2/vpc_internet_gateway.go`,
        properties: [],
    },
    "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": {
        source: `${AWS}ec2/vpc_egress_only_internet_gateway.go`,
        properties: ["vpcId"],
    },
    "aws:ec2/natGateway:NatGateway": {
        source: `${AWS}ec2/vpc_nat_gateway.go`,
        properties: [
            "allocationId",
            "availabilityMode",
            "connectivityType",
            "privateIp",
            "secondaryPrivateIpAddressCount",
            "subnetId",
            "vpcId",
        ],
    },
    "aws:ec2/routeTable:RouteTable": { source: `${AWS}ec2/vpc_route_table.go`, properties: ["vpcId"] },
    "aws:ec2/route:Route": {
        source: `${AWS}ec2/vpc_route.go`,
        properties: [
            "destinationCidrBlock",
            "destinationIpv6CidrBlock",
            "destinationPrefixListId",
            "routeTableId",
        ],
    },
    "aws:ec2/routeTableAssociation:RouteTableAssociation": {
        source: `${AWS}ec2/vpc_route_table_association.go`,
        properties: ["gatewayId", "subnetId"],
    },
    "aws:ec2/vpcEndpoint:VpcEndpoint": {
        source: `${AWS}ec2/vpc_endpoint.go`,
        properties: ["serviceName", "serviceRegion", "vpcEndpointType", "vpcId"],
    },
    "aws:ec2/flowLog:FlowLog": {
        source: `${AWS}ec2/vpc_flow_log.go`,
        properties: { allBut: ["tags"] },
    },
    "aws:ec2/eip:Eip": { source: `${AWS}ec2/ec2_eip.go`, properties: ["address", "domain", "ipamPoolId"] },
    "aws:ec2/networkInterface:NetworkInterface": {
        source: `${AWS}ec2/vpc_network_interface.go`,
        properties: ["interfaceType", "subnetId"],
        sometimes: ["privateIps"],
    },
};

const COMPUTE: Readonly<Record<string, Rule>> = {
    "aws:ecs/cluster:Cluster": { source: `${AWS}ecs/cluster.go`, properties: ["name"] },
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
        source: `${AWS}ecs/cluster_capacity_providers.go`,
        properties: ["clusterName"],
    },
    "aws:ecs/service:Service": {
        source: `${AWS}ecs/service.go`,
        properties: ["cluster", "iamRole", "launchType", "name", "schedulingStrategy"],
    },
    "aws:ecs/taskDefinition:TaskDefinition": {
        source: `${AWS}ecs/task_definition.go`,
        properties: { allBut: ["skipDestroy", "tags", "trackLatest"] },
    },
    "aws:appautoscaling/target:Target": {
        source: `${AWS}appautoscaling/target.go`,
        properties: ["resourceId", "scalableDimension", "serviceNamespace"],
    },
    "aws:appautoscaling/policy:Policy": {
        source: `${AWS}appautoscaling/policy.go`,
        properties: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
    },
    "aws:appautoscaling/scheduledAction:ScheduledAction": {
        source: `${AWS}appautoscaling/scheduled_action.go`,
        properties: ["name", "resourceId", "scalableDimension", "serviceNamespace"],
    },
    "aws:lambda/function:Function": {
        source: `${AWS}lambda/function.go`,
        properties: ["name", "packageType"],
    },
    // With the scope CRUD, which this program uses throughout, its input changes in place.
    "aws:lambda/invocation:Invocation": {
        source: `${AWS}lambda/invocation.go`,
        properties: ["functionName", "qualifier", "triggers"],
    },
    "aws:iam/role:Role": { source: `${AWS}iam/role.go`, properties: ["name", "namePrefix", "path"] },
    "aws:iam/rolePolicy:RolePolicy": {
        source: `${AWS}iam/role_policy.go`,
        properties: ["name", "namePrefix", "role"],
    },
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
        source: `${AWS}iam/role_policy_attachment.go`,
        properties: ["policyArn", "role"],
    },
    "aws:cloudwatch/logGroup:LogGroup": {
        source: `${AWS}logs/group.go`,
        properties: ["logGroupClass", "name", "namePrefix"],
    },
};

export const REPLACEMENTS: Readonly<Record<string, Rule>> = {
    ...DATABASES,
    ...FILES,
    ...SECRETS,
    ...IMAGES,
    ...LOAD_BALANCER,
    ...NETWORK,
    ...COMPUTE,
};

/** Whether a change at that path replaces a resource; undefined where only `pulumi preview` can tell. */
export function replaces(
    type: string,
    path: string,
    replaceOnChanges: readonly string[] = [],
): boolean | undefined {
    const plain = path.replaceAll(/\[[^\]]*\]/g, "");
    if (replaceOnChanges.some((property) => property === "*" || touches(plain, property))) {
        return true;
    }
    const rule = REPLACEMENTS[type];
    if (rule === undefined) {
        return undefined;
    }
    const { properties, sometimes = [] } = rule;
    const always =
        "allBut" in properties
            ? !properties.allBut.some((property) => within(plain, property))
            : properties.some((property) => touches(plain, property));
    return !always && sometimes.some((property) => touches(plain, property)) ? undefined : always;
}

/** One of the two is, or is in, the other. */
function touches(path: string, property: string): boolean {
    return within(path, property) || within(property, path);
}

function within(path: string, property: string): boolean {
    return path === property || path.startsWith(`${property}.`);
}
