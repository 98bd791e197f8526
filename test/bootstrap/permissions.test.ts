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
    "chatbot.SlackChannelConfiguration": `chatbot: CreateSlackChannelConfiguration DescribeSlackChannelConfigurations UpdateSlackChannelConfiguration DeleteSlackChannelConfiguration ${TAGS}`,
    "chatbot.TeamsChannelConfiguration": `chatbot: CreateMicrosoftTeamsChannelConfiguration GetMicrosoftTeamsChannelConfiguration UpdateMicrosoftTeamsChannelConfiguration DeleteMicrosoftTeamsChannelConfiguration ${TAGS}`,
    "cloudwatch.CompositeAlarm": `cloudwatch: PutCompositeAlarm DescribeAlarms DeleteAlarms ${TAGS}`,
    "cloudwatch.EventRule": `events: PutRule DescribeRule DeleteRule ${TAGS}`,
    "cloudwatch.EventTarget": "events: PutTargets ListTargetsByRule RemoveTargets",
    "cloudwatch.LogGroup": `logs: CreateLogGroup DescribeLogGroups PutRetentionPolicy DeleteLogGroup ${TAGS}`,
    "cloudwatch.MetricAlarm": `cloudwatch: PutMetricAlarm DescribeAlarms DeleteAlarms ${TAGS}`,
    "codebuild.Project": "codebuild: CreateProject BatchGetProjects UpdateProject DeleteProject",
    "codebuild.Webhook": "codebuild: CreateWebhook BatchGetProjects UpdateWebhook DeleteWebhook",
    "codecommit.Repository": `codecommit: CreateRepository GetRepository UpdateRepositoryName UpdateRepositoryDescription DeleteRepository ${TAGS}`,
    "codeconnections.Connection": `codeconnections: CreateConnection GetConnection DeleteConnection ${TAGS}`,
    "codedeploy.Application": `codedeploy: CreateApplication GetApplication UpdateApplication DeleteApplication ${TAGS}`,
    "codedeploy.DeploymentConfig":
        "codedeploy: CreateDeploymentConfig GetDeploymentConfig DeleteDeploymentConfig",
    "codedeploy.DeploymentGroup": `codedeploy: CreateDeploymentGroup GetDeploymentGroup UpdateDeploymentGroup DeleteDeploymentGroup ${TAGS}`,
    "codepipeline.Pipeline": `codepipeline: CreatePipeline GetPipeline UpdatePipeline DeletePipeline ${TAGS}; codeconnections: PassConnection`,
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
    "ecr.RepositoryPolicy": "ecr: SetRepositoryPolicy GetRepositoryPolicy DeleteRepositoryPolicy",
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
    "s3.BucketNotification": `${BUCKET} PutBucketNotification GetBucketNotification`,
    "s3.BucketObjectv2": "s3: PutObject GetObject GetObjectTagging PutObjectTagging DeleteObject",
    "s3.BucketOwnershipControls": `${BUCKET} PutBucketOwnershipControls GetBucketOwnershipControls`,
    "s3.BucketPolicy": `${BUCKET} PutBucketPolicy GetBucketPolicy DeleteBucketPolicy`,
    "s3.BucketPublicAccessBlock": `${BUCKET} PutBucketPublicAccessBlock GetBucketPublicAccessBlock`,
    "s3.BucketServerSideEncryptionConfiguration": `${BUCKET} PutEncryptionConfiguration GetEncryptionConfiguration`,
    "s3.BucketVersioning": `${BUCKET} PutBucketVersioning GetBucketVersioning`,
    "scheduler.Schedule": "scheduler: CreateSchedule GetSchedule UpdateSchedule DeleteSchedule",
    "secretsmanager.Secret":
        "secretsmanager: CreateSecret DescribeSecret GetResourcePolicy UpdateSecret DeleteSecret TagResource UntagResource",
    "secretsmanager.SecretVersion":
        "secretsmanager: PutSecretValue GetSecretValue DescribeSecret UpdateSecretVersionStage",
    "servicediscovery.HttpNamespace": `servicediscovery: CreateHttpNamespace GetOperation GetNamespace UpdateHttpNamespace DeleteNamespace ${TAGS}`,
    "sns.Topic": `sns: CreateTopic GetTopicAttributes SetTopicAttributes DeleteTopic ${TAGS}`,
    "sns.TopicPolicy": "sns: SetTopicAttributes GetTopicAttributes",
    "sns.TopicSubscription": "sns: Subscribe GetSubscriptionAttributes SetSubscriptionAttributes Unsubscribe",
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
    codebuild: `arn:aws:codebuild:${HOME}:project/selfhost-dev-deploy`,
    codecommit: `arn:aws:codecommit:${HOME}:selfhost-dev-shop`,
    codeconnections: `arn:aws:codeconnections:${HOME}:connection/1`,
    codedeploy: `arn:aws:codedeploy:${HOME}:application:selfhost-dev-shop`,
    codepipeline: `arn:aws:codepipeline:${HOME}:selfhost-dev-infrastructure`,
    ecr: `arn:aws:ecr:${HOME}:repository/bookstack`,
    elasticfilesystem: `arn:aws:elasticfilesystem:${HOME}:file-system/fs-1`,
    events: `arn:aws:events:${HOME}:rule/delivery-pipelines-1a2b3c4`,
    iam: "arn:aws:iam::123456789012:role/selfhost/dev/bookstack-task-1a2b3c4",
    lambda: `arn:aws:lambda:${HOME}:function:bookstack-users-1a2b3c4`,
    rds: `arn:aws:rds:${HOME}:cluster:bookstack-database-1a2b3c4`,
    s3: "arn:aws:s3:::bookstack-files-1a2b3c4",
    scheduler: `arn:aws:scheduler:${HOME}:schedule/default/selfhost-dev-drift`,
    secretsmanager: `arn:aws:secretsmanager:${HOME}:secret:bookstack-1a2b3c4-x1y2z3`,
    sns: `arn:aws:sns:${HOME}:selfhost-dev-delivery-mail`,
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
        ...((managed ?? []) as string[]).map(
            (reference) => resources[reference.replace("ref:", "")]?.Properties.PolicyDocument,
        ),
        ...((inline ?? []) as Record<string, Value>[]).map((policy) => policy.PolicyDocument),
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

/** Objects of the delivery bucket are the program's; those of an app's bucket are the app's. */
const OBJECT = /^s3:(Get|Put|Delete)Object(Tagging)?$/;
const PROGRAM = "arn:aws:s3:::selfhost-delivery-dev-123456789012-eu-west-1/program.zip";

function missing(role: string, calls: string): string[] {
    const granted = statements(role);
    return actionsOf(calls).filter((action) => {
        const own = OBJECT.test(action) ? PROGRAM : ARNS[action.split(":")[0] ?? ""];
        const resource = ANY.has(action) ? "*" : (own ?? "*");
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

    for (const role of ["DeployRoledev", "PipelineRoledev"]) {
        it(`let a deployment make, read and delete all of them: ${role}`, () => {
            const lacking = Object.entries(CALLS).map(
                ([type, calls]) => [type, missing(role, calls)] as const,
            );
            assert.deepEqual(
                lacking.filter(([, actions]) => actions.length > 0),
                [],
            );
        });
    }

    it("let a pipeline's builds do what the scripts in delivery/ do", () => {
        const calls =
            "codebuild: BatchGetBuilds; codepipeline: GetPipeline ListActionExecutions StartPipelineExecution; sns: Publish; " +
            "ecs: DescribeServices DescribeTaskDefinition DescribeTasks ListTasks UpdateService; " +
            "ssm: GetParameter GetParametersByPath PutParameter; s3: GetObject PutObject ListBucket; " +
            "codedeploy: CreateDeployment GetDeployment RegisterApplicationRevision";
        assert.deepEqual(missing("PipelineRoledev", calls), []);
        assert.deepEqual(
            missing("InfrastructureRoledev", "codebuild: StartBuild BatchGetBuilds; sns: Publish"),
            [],
        );
        assert.deepEqual(missing("InfrastructureRoledev", "s3: GetObject PutObject"), []);
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
