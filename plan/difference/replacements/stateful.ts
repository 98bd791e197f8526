/** What holds data, secrets or images. */
import { AWS, RANDOM, type Rule } from "./rule";

export const DATABASES: Readonly<Record<string, Rule>> = {
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
        kept: [
            "availabilityZones",
            "clusterScalabilityType",
            "databaseName",
            "dbSubnetGroupName",
            "dbSystemId",
            "kmsKeyId",
            "masterUsername",
            "snapshotIdentifier",
            "storageEncrypted",
        ],
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
        kept: ["availabilityZone", "dbSubnetGroupName"],
    },
    "aws:rds/instance:Instance": {
        source: `${AWS}rds/instance.go`,
        properties: [
            "availabilityZone",
            "backupTarget",
            "customIamInstanceProfile",
            "dbName",
            "engine",
            "kmsKeyId",
            "ncharCharacterSetName",
            "s3Import",
            "snapshotIdentifier",
            "storageEncrypted",
            "timezone",
            "username",
        ],
        sometimes: ["characterSetName", "restoreToPointInTime"],
        kept: [
            "availabilityZone",
            "backupTarget",
            "dbName",
            "engine",
            "kmsKeyId",
            "ncharCharacterSetName",
            "snapshotIdentifier",
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

export const FILES: Readonly<Record<string, Rule>> = {
    "aws:efs/fileSystem:FileSystem": {
        source: `${AWS}efs/file_system.go`,
        properties: ["availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"],
        kept: ["availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"],
    },
    "aws:efs/accessPoint:AccessPoint": {
        source: `${AWS}efs/access_point.go`,
        properties: ["fileSystemId", "posixUser", "rootDirectory"],
        kept: ["rootDirectory"],
    },
    "aws:efs/mountTarget:MountTarget": {
        source: `${AWS}efs/mount_target.go`,
        properties: ["fileSystemId", "ipAddress", "subnetId"],
        kept: ["ipAddress"],
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
        kept: ["objectLockEnabled"],
    },
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
        source: `${AWS}s3/bucket_lifecycle_configuration.go`,
        properties: ["bucket", "expectedBucketOwner"],
        kept: ["expectedBucketOwner"],
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
    "aws:backup/vault:Vault": {
        source: `${AWS}backup/vault.go`,
        properties: ["kmsKeyArn", "name"],
        kept: ["kmsKeyArn"],
    },
};

export const SECRETS: Readonly<Record<string, Rule>> = {
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
        kept: ["multiRegion"],
    },
    "aws:kms/alias:Alias": { source: `${AWS}kms/alias.go`, properties: ["name", "namePrefix"] },
    "aws:ssm/parameter:Parameter": {
        source: `${AWS}ssm/parameter.go`,
        properties: ["dataType", "name"],
        sometimes: ["tier"],
        kept: ["dataType"],
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

export const IMAGES: Readonly<Record<string, Rule>> = {
    "aws:ecr/repository:Repository": {
        source: `${AWS}ecr/repository.go`,
        properties: ["encryptionConfigurations", "name"],
        kept: ["encryptionConfigurations"],
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
