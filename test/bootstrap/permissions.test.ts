/** What the AWS provider calls to create, read and delete each type of resource that the program registers. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expand, isTree, read, type Value } from "./cloudformation";
import { decide, type Statement } from "./iam";

const ROOT = path.join(__dirname, "../..");

const TAGS = "TagResource UntagResource ListTagsForResource";
const EC2_TAGS = "ec2: CreateTags";
const ELB = "elasticloadbalancing: AddTags RemoveTags DescribeTags";
const SCALING = `application-autoscaling: DescribeScalableTargets`;
const BUCKET = "s3: ListBucket GetBucketLocation";

/** `aws.<class>`: `service: Action Action; service: …`. */
const CALLS: Record<string, string> = {
    "acm.Certificate":
        "acm: RequestCertificate DescribeCertificate DeleteCertificate AddTagsToCertificate ListTagsForCertificate UpdateCertificateOptions",
    "acm.CertificateValidation": "acm: DescribeCertificate",
    "appautoscaling.Policy": `${SCALING} PutScalingPolicy DescribeScalingPolicies DeleteScalingPolicy; cloudwatch: PutMetricAlarm DescribeAlarms DeleteAlarms`,
    "appautoscaling.ScheduledAction": `${SCALING} PutScheduledAction DescribeScheduledActions DeleteScheduledAction`,
    "appautoscaling.Target": `${SCALING} RegisterScalableTarget DeregisterScalableTarget ${TAGS}`,
    "cloudwatch.LogGroup": `logs: CreateLogGroup DescribeLogGroups PutRetentionPolicy DeleteLogGroup ${TAGS}`,
    "cloudwatch.MetricAlarm": `cloudwatch: PutMetricAlarm DescribeAlarms DeleteAlarms ${TAGS}`,
    "ec2.DefaultSecurityGroup":
        "ec2: DescribeSecurityGroups RevokeSecurityGroupIngress RevokeSecurityGroupEgress CreateTags DeleteTags",
    "ec2.Eip": `ec2: AllocateAddress DescribeAddresses DescribeAddressesAttribute AssociateAddress DisassociateAddress ReleaseAddress; ${EC2_TAGS}`,
    "ec2.FlowLog": `ec2: CreateFlowLogs DescribeFlowLogs DeleteFlowLogs; ${EC2_TAGS}`,
    "ec2.InternetGateway": `ec2: CreateInternetGateway AttachInternetGateway DescribeInternetGateways DetachInternetGateway DeleteInternetGateway; ${EC2_TAGS}`,
    "ec2.NatGateway": `ec2: CreateNatGateway DescribeNatGateways DeleteNatGateway; ${EC2_TAGS}`,
    "ec2.Route": "ec2: CreateRoute ReplaceRoute DeleteRoute DescribeRouteTables",
    "ec2.RouteTable": `ec2: CreateRouteTable DescribeRouteTables DeleteRouteTable; ${EC2_TAGS}`,
    "ec2.RouteTableAssociation":
        "ec2: AssociateRouteTable ReplaceRouteTableAssociation DisassociateRouteTable DescribeRouteTables",
    "ec2.SecurityGroup": `ec2: CreateSecurityGroup DescribeSecurityGroups RevokeSecurityGroupEgress DeleteSecurityGroup DescribeNetworkInterfaces; ${EC2_TAGS}`,
    "ec2.Subnet": `ec2: CreateSubnet DescribeSubnets ModifySubnetAttribute DeleteSubnet; ${EC2_TAGS}`,
    "ec2.Vpc": `ec2: CreateVpc DescribeVpcs DescribeVpcAttribute ModifyVpcAttribute DescribeNetworkAcls DescribeRouteTables DescribeSecurityGroups DeleteVpc; ${EC2_TAGS}`,
    "ec2.VpcEndpoint": `ec2: CreateVpcEndpoint DescribeVpcEndpoints DescribePrefixLists ModifyVpcEndpoint DeleteVpcEndpoints; ${EC2_TAGS}`,
    "ec2.getSubnetOutput": "ec2: DescribeSubnets",
    "ecr.LifecyclePolicy": "ecr: PutLifecyclePolicy GetLifecyclePolicy DeleteLifecyclePolicy",
    "ecr.PullThroughCacheRule":
        "ecr: CreatePullThroughCacheRule DescribePullThroughCacheRules UpdatePullThroughCacheRule DeletePullThroughCacheRule",
    "ecr.Repository": `ecr: CreateRepository DescribeRepositories PutImageScanningConfiguration PutImageTagMutability DeleteRepository ${TAGS}`,
    "ecr.getAuthorizationTokenOutput": "ecr: GetAuthorizationToken",
    "ecr.getCredentialsOutput": "ecr: GetAuthorizationToken",
    "ecs.Cluster": `ecs: CreateCluster DescribeClusters UpdateCluster UpdateClusterSettings DeleteCluster ${TAGS}`,
    "ecs.ClusterCapacityProviders": "ecs: PutClusterCapacityProviders DescribeClusters",
    "ecs.Service": `ecs: CreateService DescribeServices UpdateService DeleteService ListServiceDeployments DescribeServiceDeployments StopServiceDeployment DescribeServiceRevisions ${TAGS}`,
    "ecs.TaskDefinition": `ecs: RegisterTaskDefinition DescribeTaskDefinition DeregisterTaskDefinition ${TAGS}`,
    "efs.AccessPoint": `elasticfilesystem: CreateAccessPoint DescribeAccessPoints DeleteAccessPoint ${TAGS}`,
    "efs.BackupPolicy": "elasticfilesystem: PutBackupPolicy DescribeBackupPolicy",
    "efs.FileSystem": `elasticfilesystem: CreateFileSystem DescribeFileSystems UpdateFileSystem UpdateFileSystemProtection PutLifecycleConfiguration DescribeLifecycleConfiguration DeleteFileSystem ${TAGS}`,
    "efs.FileSystemPolicy":
        "elasticfilesystem: PutFileSystemPolicy DescribeFileSystemPolicy DeleteFileSystemPolicy DescribeFileSystems",
    "efs.MountTarget":
        "elasticfilesystem: CreateMountTarget DescribeMountTargets DescribeMountTargetSecurityGroups ModifyMountTargetSecurityGroups DeleteMountTarget",
    "iam.Role":
        "iam: CreateRole GetRole UpdateRole UpdateRoleDescription UpdateAssumeRolePolicy TagRole UntagRole ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole DeleteRole",
    "iam.RolePolicy": "iam: PutRolePolicy GetRolePolicy DeleteRolePolicy",
    "iam.RolePolicyAttachment": "iam: AttachRolePolicy ListAttachedRolePolicies DetachRolePolicy",
    "kms.Key":
        "kms: CreateKey DescribeKey EnableKeyRotation GetKeyPolicy GetKeyRotationStatus ListResourceTags PutKeyPolicy ScheduleKeyDeletion TagResource UntagResource UpdateKeyDescription",
    "lambda.Function": `lambda: CreateFunction GetFunction GetFunctionConfiguration GetFunctionCodeSigningConfig ListVersionsByFunction UpdateFunctionCode UpdateFunctionConfiguration PutFunctionConcurrency DeleteFunctionConcurrency DeleteFunction TagResource ListTags`,
    "lambda.Invocation": "lambda: InvokeFunction",
    "lambda.Permission": "lambda: AddPermission GetPolicy RemovePermission",
    "lb.Listener": `${ELB} CreateListener DescribeListeners DescribeListenerAttributes ModifyListener ModifyListenerAttributes DeleteListener`,
    "lb.ListenerCertificate":
        "elasticloadbalancing: AddListenerCertificates DescribeListenerCertificates RemoveListenerCertificates",
    "lb.ListenerRule": `${ELB} CreateRule DescribeRules ModifyRule SetRulePriorities DeleteRule`,
    "lb.LoadBalancer": `${ELB} CreateLoadBalancer DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeCapacityReservation ModifyLoadBalancerAttributes SetSecurityGroups SetSubnets SetIpAddressType DeleteLoadBalancer; ec2: DescribeNetworkInterfaces`,
    "lb.TargetGroup": `${ELB} CreateTargetGroup DescribeTargetGroups DescribeTargetGroupAttributes ModifyTargetGroup ModifyTargetGroupAttributes DeleteTargetGroup`,
    "lb.getListenerOutput": "elasticloadbalancing: DescribeListeners DescribeTags",
    "lb.getLoadBalancerOutput": `elasticloadbalancing: DescribeLoadBalancers DescribeLoadBalancerAttributes DescribeTags`,
    "rds.Cluster":
        "rds: CreateDBCluster RestoreDBClusterFromSnapshot RestoreDBClusterToPointInTime DescribeDBClusters DescribeGlobalClusters ModifyDBCluster EnableHttpEndpoint DeleteDBCluster AddTagsToResource ListTagsForResource; secretsmanager: CreateSecret TagResource; kms: DescribeKey",
    "rds.ClusterInstance":
        "rds: CreateDBInstance DescribeDBInstances ModifyDBInstance RebootDBInstance DeleteDBInstance AddTagsToResource ListTagsForResource",
    "rds.ClusterParameterGroup":
        "rds: CreateDBClusterParameterGroup DescribeDBClusterParameterGroups DescribeDBClusterParameters ModifyDBClusterParameterGroup ResetDBClusterParameterGroup DeleteDBClusterParameterGroup AddTagsToResource ListTagsForResource",
    "rds.ParameterGroup":
        "rds: CreateDBParameterGroup DescribeDBParameterGroups DescribeDBParameters ModifyDBParameterGroup ResetDBParameterGroup DeleteDBParameterGroup AddTagsToResource ListTagsForResource",
    "rds.SubnetGroup":
        "rds: CreateDBSubnetGroup DescribeDBSubnetGroups ModifyDBSubnetGroup DeleteDBSubnetGroup AddTagsToResource ListTagsForResource",
    "route53.Record": "route53: ChangeResourceRecordSets GetChange GetHostedZone ListResourceRecordSets",
    "route53.getZoneOutput":
        "route53: ListHostedZones ListHostedZonesByName GetHostedZone ListResourceRecordSets ListTagsForResource",
    "s3.Bucket": `${BUCKET} CreateBucket GetBucketAcl GetBucketCORS GetBucketWebsite GetBucketVersioning GetAccelerateConfiguration GetBucketRequestPayment GetBucketLogging GetLifecycleConfiguration GetReplicationConfiguration GetEncryptionConfiguration GetBucketObjectLockConfiguration GetBucketPolicy GetBucketTagging PutBucketTagging ListBucketVersions DeleteObjectVersion DeleteBucket ${TAGS}`,
    "s3.BucketLifecycleConfiguration": `${BUCKET} PutLifecycleConfiguration GetLifecycleConfiguration`,
    "s3.BucketOwnershipControls": `${BUCKET} PutBucketOwnershipControls GetBucketOwnershipControls`,
    "s3.BucketPolicy": `${BUCKET} PutBucketPolicy GetBucketPolicy DeleteBucketPolicy`,
    "s3.BucketPublicAccessBlock": `${BUCKET} PutBucketPublicAccessBlock GetBucketPublicAccessBlock`,
    "s3.BucketServerSideEncryptionConfiguration": `${BUCKET} PutEncryptionConfiguration GetEncryptionConfiguration`,
    "s3.BucketVersioning": `${BUCKET} PutBucketVersioning GetBucketVersioning`,
    "secretsmanager.Secret":
        "secretsmanager: CreateSecret DescribeSecret GetResourcePolicy UpdateSecret DeleteSecret TagResource UntagResource",
    "secretsmanager.SecretVersion":
        "secretsmanager: PutSecretValue GetSecretValue DescribeSecret UpdateSecretVersionStage",
    "servicediscovery.HttpNamespace": `servicediscovery: CreateHttpNamespace GetOperation GetNamespace UpdateHttpNamespace DeleteNamespace ${TAGS}`,
    "ssm.Parameter":
        "ssm: PutParameter GetParameter GetParameters DescribeParameters DeleteParameter AddTagsToResource ListTagsForResource",
    "ssm.getParameterOutput": "ssm: GetParameter",
    "vpc.SecurityGroupEgressRule": `ec2: AuthorizeSecurityGroupEgress DescribeSecurityGroupRules ModifySecurityGroupRules RevokeSecurityGroupEgress; ${EC2_TAGS}`,
    "vpc.SecurityGroupIngressRule": `ec2: AuthorizeSecurityGroupIngress DescribeSecurityGroupRules ModifySecurityGroupRules RevokeSecurityGroupIngress; ${EC2_TAGS}`,
};

const PUSH = "InitiateLayerUpload UploadLayerPart CompleteLayerUpload BatchCheckLayerAvailability PutImage";
const PULL = "GetAuthorizationToken BatchGetImage GetDownloadUrlForLayer";

/** Makes nothing in AWS. */
const NOTHING = new Set([
    "Provider",
    "getCallerIdentityOutput",
    "getPartitionOutput",
    "iam.getPolicyDocumentOutput",
]);

const HOME = "eu-west-1:123456789012";
const ARNS: Record<string, string> = {
    ecr: `arn:aws:ecr:${HOME}:repository/bookstack`,
    elasticfilesystem: `arn:aws:elasticfilesystem:${HOME}:file-system/fs-1`,
    iam: "arn:aws:iam::123456789012:role/selfhost/dev/bookstack-task-1a2b3c4",
    lambda: `arn:aws:lambda:${HOME}:function:bookstack-users-1a2b3c4`,
    rds: `arn:aws:rds:${HOME}:cluster:bookstack-database-1a2b3c4`,
    s3: "arn:aws:s3:::bookstack-files-1a2b3c4",
    secretsmanager: `arn:aws:secretsmanager:${HOME}:secret:bookstack-1a2b3c4-x1y2z3`,
    ssm: `arn:aws:ssm:${HOME}:parameter/selfhost/dev/releases/bookstack`,
};
const CONTEXT = {
    "aws:RequestedRegion": "eu-west-1",
    "iam:PassedToService": "ecs-tasks.amazonaws.com",
    "iam:PolicyARN": "arn:aws:iam::aws:policy/AmazonECSInfrastructureRolePolicyForLoadBalancers",
};
/** Actions that know no resource. */
const ANY = new Set(["ssm:DescribeParameters", "ecr:GetAuthorizationToken"]);

const { resources } = expand(read(readFileSync(path.join(ROOT, "bootstrap/template.yaml"), "utf8")), {
    Repository: "octo/wiki",
});

function statements(role: string): Statement[] {
    const { ManagedPolicyArns: managed, Policies: inline } = resources[role]?.Properties ?? {};
    const documents = [
        ...(managed as string[]).map(
            (reference) => resources[reference.replace("ref:", "")]?.Properties.PolicyDocument,
        ),
        ...(inline as Record<string, Value>[]).map((policy) => policy.PolicyDocument),
    ];
    return documents.flatMap((document) =>
        isTree(document) ? (document.Statement as unknown as Statement[]) : [],
    );
}

function actionsOf(calls: string): string[] {
    return calls.split(";").flatMap((part) => {
        const [service = "", names = ""] = part.trim().split(": ");
        return names.split(" ").map((name) => `${service}:${name}`);
    });
}

function missing(role: string, calls: string): string[] {
    const granted = statements(role);
    return actionsOf(calls).filter((action) => {
        const resource = ANY.has(action) ? "*" : (ARNS[action.split(":")[0] ?? ""] ?? "*");
        return decide(granted, { action, resource, context: CONTEXT }) !== "allowed";
    });
}

/** `aws.ec2.Vpc` where the program makes one, `aws.ec2.getSubnetOutput` where it looks one up. */
function used(): string[] {
    const files = [...readdirSync(path.join(ROOT, "components"), { recursive: true, encoding: "utf8" })]
        .filter((file) => file.endsWith(".ts"))
        .map((file) => readFileSync(path.join(ROOT, "components", file), "utf8"));
    const names = files.flatMap((source) =>
        [...source.matchAll(/(?:new aws\.([\w.]+)|aws\.([a-z0-9]+\.get\w+))\(/g)].map(
            (match) => match[1] ?? match[2] ?? "",
        ),
    );
    return [...new Set(names)].filter((name) => !NOTHING.has(name)).sort();
}

describe("bootstrap permissions", () => {
    it("know every type that the program registers or looks up", () => {
        const types = used();
        assert.ok(types.length > 20, "the scan of components/ finds what it should");
        assert.deepEqual(
            types.filter((type) => CALLS[type] === undefined),
            [],
            "say in this test what AWS has to allow for these, and let bootstrap/template.yaml allow it",
        );
    });

    it("let a deployment make, read and delete all of them", () => {
        const lacking = Object.entries(CALLS).map(
            ([type, calls]) => [type, missing("DeployRoledev", calls)] as const,
        );
        assert.deepEqual(
            lacking.filter(([, actions]) => actions.length > 0),
            [],
        );
    });

    it("let a deployment push the images that it builds, and a preview build them", () => {
        assert.deepEqual(
            missing("DeployRoledev", `ecr: ${PULL} ${PUSH} DescribeImages BatchDeleteImage`),
            [],
        );
        assert.deepEqual(missing("PreviewRole", `ecr: ${PULL}`), []);
        assert.deepEqual(missing("PreviewRole", "ecr: PutImage"), ["ecr:PutImage"]);
    });

    it("let a preview look up what the program looks up", () => {
        const lookups = Object.entries(CALLS).filter(([type]) => /\.get[A-Z]/.test(type));
        const lacking = lookups.map(([type, calls]) => [type, missing("PreviewRole", calls)] as const);
        assert.deepEqual(
            lacking.filter(([, actions]) => actions.length > 0),
            [],
        );
    });
});
