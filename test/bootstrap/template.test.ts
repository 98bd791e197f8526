import assert from "node:assert/strict";
import { expand, isTree, PSEUDO, type Value } from "./cloudformation";
import { listOf, matches } from "./iam";
import {
    bare,
    BUCKET,
    IAM,
    may,
    properties,
    statements,
    statementsOf,
    template,
    text,
    withGitHub,
} from "./stacks";

function trust(role: string): Value {
    const [statement, ...more] = statementsOf(properties(withGitHub, role).AssumeRolePolicyDocument);
    assert.deepEqual(more, []);
    assert.equal(statement?.Action, "sts:AssumeRoleWithWebIdentity");
    return (statement.Condition ?? {}) as Value;
}

describe("bootstrap template: state", () => {
    const bucket = properties(bare, "StateBucket");

    it("is private, whatever a policy or an ACL says", () => {
        assert.deepEqual(bucket.PublicAccessBlockConfiguration, {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
        });
        assert.deepEqual(bucket.OwnershipControls, {
            Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }],
        });
    });

    it("is versioned and encrypted with the state key", () => {
        assert.deepEqual(bucket.VersioningConfiguration, { Status: "Enabled" });
        assert.deepEqual(bucket.BucketEncryption, {
            ServerSideEncryptionConfiguration: [
                {
                    BucketKeyEnabled: true,
                    ServerSideEncryptionByDefault: {
                        SSEAlgorithm: "aws:kms",
                        KMSMasterKeyID: "arn:StateKey",
                    },
                },
            ],
        });
    });

    it("refuses whoever comes without TLS, on the bucket and its objects", () => {
        const [tls] = statementsOf(properties(bare, "StateBucketPolicy").PolicyDocument);
        assert.equal(tls?.Effect, "Deny");
        assert.equal(tls.Action, "s3:*");
        assert.deepEqual(tls.Resource, [BUCKET, `${BUCKET}/*`]);
        assert.deepEqual(tls.Condition, { Bool: { "aws:SecureTransport": "false" } });
    });

    it("drops old versions, never current state", () => {
        assert.ok(isTree(bucket.LifecycleConfiguration));
        const rules = bucket.LifecycleConfiguration.Rules as Record<string, Value>[];
        assert.ok(rules.some((rule) => rule.NoncurrentVersionExpiration !== undefined));
        const expiring = rules.filter((rule) => rule.ExpirationInDays !== undefined);
        assert.deepEqual(
            expiring.map((rule) => rule.Prefix),
            [".pulumi/backups/"],
        );
    });

    it("has a key that rotates and is the account's alone", () => {
        const key = properties(bare, "StateKey");
        assert.equal(key.EnableKeyRotation, true);
        assert.equal(key.PendingWindowInDays, 30);
        const [statement, ...more] = statementsOf(key.KeyPolicy);
        assert.deepEqual(more, []);
        assert.deepEqual((statement as unknown as { Principal: Value }).Principal, { AWS: `${IAM}:root` });
    });

    it("outlives the stack: bucket, its policy, key and provider", () => {
        for (const id of ["StateBucket", "StateBucketPolicy", "StateKey", "GitHubProvider"]) {
            const resource = withGitHub.resources[id];
            assert.equal(resource?.DeletionPolicy, "RetainExceptOnCreate", id);
            assert.equal(resource.UpdateReplacePolicy, "Retain", id);
        }
    });

    it("says what Pulumi's commands need", () => {
        assert.deepEqual(bare.outputs, {
            StateUrl: "s3://selfhost-state-123456789012-eu-west-1?region=eu-west-1",
            SecretsProvider: "awskms://alias/selfhost-state?region=eu-west-1",
            StateKeyArn: "arn:StateKey",
        });
    });
});

describe("bootstrap template: GitHub", () => {
    it("has no role, policy or provider without a repository and pipelines", () => {
        assert.deepEqual(Object.keys(bare.resources), [
            "StateKey",
            "StateKeyAlias",
            "StateBucket",
            "StateBucketPolicy",
        ]);
    });

    it("uses the account's provider where it has one", () => {
        const arn = `${IAM}:oidc-provider/token.actions.githubusercontent.com`;
        const adopted = expand(template, { Repository: "octo/wiki", GitHubProviderArn: arn });
        assert.equal(adopted.resources.GitHubProvider, undefined);
        assert.match(JSON.stringify(adopted.resources.PreviewRole), new RegExp(`"Federated":"${arn}"`));
        assert.match(JSON.stringify(withGitHub.resources.PreviewRole), /"Federated":"arn:GitHubProvider"/);
    });

    it("accepts an exact subject and audience for previews", () => {
        assert.deepEqual(trust("PreviewRole"), {
            StringEquals: {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": [
                    "repo:octo@1/wiki@2:pull_request",
                    "repo:octo@1/wiki@2:ref:refs/heads/main",
                ],
            },
        });
    });

    it("accepts one environment, from main, for each deploy role", () => {
        for (const environment of ["dev", "staging", "prod"]) {
            assert.deepEqual(trust(`DeployRole${environment}`), {
                StringEquals: {
                    "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                    "token.actions.githubusercontent.com:sub": `repo:octo@1/wiki@2:environment:${environment}`,
                    "token.actions.githubusercontent.com:ref": "refs/heads/main",
                },
            });
        }
        assert.equal(withGitHub.outputs.DeployRoleArnprod, "arn:DeployRoleprod");
    });

    it("makes deploy roles for the account's environments only", () => {
        const stack = expand(template, { Repository: "octo/wiki", Environments: "prod" });
        const roles = Object.entries(stack.resources).filter(([, { Type }]) => Type === "AWS::IAM::Role");
        assert.deepEqual(
            roles.map(([id]) => id),
            ["PreviewRole", "DeployRoleprod", "PipelineRoleprod", "InfrastructureRoleprod"],
        );
    });

    it("takes a repository in either form, and nothing that could widen a subject", () => {
        const pattern = (template.Parameters as { Repository: { AllowedPattern: string } }).Repository
            .AllowedPattern;
        const accepted = ["", "octo/wiki", "octo@123456/wi.ki_2@456789"].map((name) =>
            new RegExp(pattern).test(name),
        );
        assert.deepEqual(accepted, [true, true, true]);
        const refused = ["octo", "octo/*", "*/wiki", "octo/wiki:ref", "octo/wiki@x", "o/w/x"];
        assert.deepEqual(
            refused.filter((name) => new RegExp(pattern).test(name)),
            [],
        );
    });
});

describe("bootstrap template: permissions", () => {
    const allowed = ["PreviewRole", "DeployRoledev", "PipelineRoledev"]
        .flatMap((role) => statements(withGitHub, role))
        .filter((statement) => statement.Effect === "Allow");

    it("grants no service as a whole, and nothing by exclusion", () => {
        const actions = allowed.flatMap((statement) => listOf(statement.Action));
        assert.deepEqual(
            actions.filter((action) => !/^[a-z0-9-]+:[A-Z*][A-Za-z]+/.test(action)),
            [],
        );
        assert.ok(allowed.every((statement) => statement.NotAction === undefined));
    });

    it("attaches no policy of AWS's", () => {
        assert.doesNotMatch(text, /AdministratorAccess|PowerUserAccess|ReadOnlyAccess/);
        const managed = Object.values(withGitHub.resources).flatMap(
            ({ Properties }) => (Properties.ManagedPolicyArns ?? []) as string[],
        );
        assert.ok(managed.every((reference) => reference.startsWith("ref:")));
    });

    it("names the roles of every IAM statement, and the services they may be passed to", () => {
        const iam = allowed.filter((statement) =>
            listOf(statement.Action).some((action) => action.startsWith("iam:")),
        );
        const own = [
            `${IAM}:role/selfhost/dev/*`,
            `${IAM}:role/aws-service-role/*`,
            `${IAM}:role/selfhost-bootstrap/selfhost-dev-pipeline-eu-west-1`,
            `${IAM}:role/selfhost-bootstrap/selfhost-dev-infrastructure-eu-west-1`,
        ];
        assert.ok(iam.length > 0);
        assert.deepEqual(
            [...new Set(iam.flatMap((statement) => listOf(statement.Resource)))].sort(),
            own.sort(),
        );
        const pass = iam.filter((statement) => listOf(statement.Action).includes("iam:PassRole"));
        assert.equal(pass.length, 4);
        for (const statement of pass) {
            assert.deepEqual(Object.keys(statement.Condition?.StringEquals ?? {}), ["iam:PassedToService"]);
        }
    });

    it("lets a preview read, and nothing else", () => {
        const reading = /^[a-z0-9-]+:(Get|List|Describe|BatchGet|BatchCheck|Decrypt)/;
        const actions = statements(withGitHub, "PreviewRole").flatMap((statement) =>
            listOf(statement.Action),
        );
        assert.deepEqual(
            actions.filter((action) => !reading.test(action)),
            [],
        );
        assert.equal(
            may("PreviewRole", "s3:GetObject", `${BUCKET}/.pulumi/stacks/selfhost/prod.json`),
            "allowed",
        );
        assert.equal(may("PreviewRole", "kms:Decrypt", "arn:StateKey"), "allowed");
        assert.equal(may("PreviewRole", "secretsmanager:GetSecretValue", "arn:any"), "not granted");
    });

    it("lets a deployment write its own stack's state, not another's", () => {
        for (const object of [
            "stacks/selfhost/dev.json",
            "stacks/selfhost/dev.json.bak",
            "stacks/wiki/dev.pulumi-tags",
            "locks/organization/selfhost/dev/4d1c.json",
            "history/selfhost/dev/dev-1.history.json",
            "backups/selfhost/dev/dev.1.json",
        ]) {
            assert.equal(
                may("DeployRoledev", "s3:PutObject", `${BUCKET}/.pulumi/${object}`),
                "allowed",
                object,
            );
        }
        for (const object of [
            "stacks/selfhost/prod.json",
            "locks/organization/selfhost/prod/1.json",
            "meta.yaml",
        ]) {
            assert.equal(
                may("DeployRoledev", "s3:PutObject", `${BUCKET}/.pulumi/${object}`),
                "not granted",
                object,
            );
            assert.equal(
                may("DeployRoledev", "s3:DeleteObject", `${BUCKET}/.pulumi/${object}`),
                "not granted",
                object,
            );
        }
        assert.equal(may("DeployRoledev", "s3:GetObject", `${BUCKET}/.pulumi/meta.yaml`), "allowed");
        assert.equal(
            may("DeployRoledev", "s3:DeleteObjectVersion", `${BUCKET}/.pulumi/stacks/selfhost/dev.json`),
            "denied",
        );
        assert.equal(may("DeployRoledev", "s3:PutBucketPolicy", BUCKET), "denied");
        assert.equal(may("DeployRoledev", "s3:DeleteBucket", BUCKET), "denied");
    });

    it("keeps a deployment from the roles and policies that bind it", () => {
        const bound = `${IAM}:role/selfhost-bootstrap/DeployRoledev`;
        for (const action of [
            "iam:PutRolePolicy",
            "iam:UpdateAssumeRolePolicy",
            "iam:AttachRolePolicy",
            "iam:PassRole",
        ]) {
            assert.equal(
                may("DeployRoledev", action, bound),
                action === "iam:PassRole" ? "not granted" : "denied",
            );
            assert.equal(may("DeployRoledev", action, `${IAM}:role/Admin`), "not granted");
            assert.equal(
                may("DeployRoledev", action, `${IAM}:role/selfhost/prod/bookstack-task`),
                "not granted",
            );
        }
        assert.equal(
            may("DeployRoledev", "iam:CreatePolicyVersion", `${IAM}:policy/selfhost-bootstrap/Guard`),
            "denied",
        );
        assert.equal(
            may("DeployRoledev", "iam:DeletePolicy", `${IAM}:policy/selfhost-bootstrap/Guard`),
            "denied",
        );
        assert.equal(may("DeployRoledev", "cloudformation:UpdateStack", PSEUDO["AWS::StackId"]), "denied");
        for (const action of [
            "iam:CreateUser",
            "iam:CreateAccessKey",
            "organizations:LeaveOrganization",
            "sts:AssumeRole",
        ]) {
            assert.equal(may("DeployRoledev", action, "arn:any"), "denied", action);
        }
        assert.equal(may("DeployRoledev", "kms:ScheduleKeyDeletion", "arn:StateKey"), "denied");
    });

    it("lets a deployment hand its own roles to the services that run them", () => {
        const role = `${IAM}:role/selfhost/dev/bookstack-task-1a2b3c4`;
        assert.equal(may("DeployRoledev", "iam:CreateRole", role), "allowed");
        const to = (service: string) =>
            may("DeployRoledev", "iam:PassRole", role, { "iam:PassedToService": service });
        assert.equal(to("ecs-tasks.amazonaws.com"), "allowed");
        assert.equal(to("ec2.amazonaws.com"), "not granted");
        const attach = (policy: string) =>
            may("DeployRoledev", "iam:AttachRolePolicy", role, { "iam:PolicyARN": policy });
        assert.equal(attach("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"), "allowed");
        assert.equal(attach("arn:aws:iam::aws:policy/AdministratorAccess"), "not granted");
    });

    it("keeps a deployment from what another environment runs and knows", () => {
        const tagged = (environment: string) => ({ "aws:ResourceTag/selfhost:environment": environment });
        const cluster = "arn:aws:rds:eu-west-1:123456789012:cluster:wiki";
        assert.equal(may("DeployRoledev", "rds:DeleteDBCluster", cluster, tagged("prod")), "denied");
        assert.equal(may("DeployRoledev", "rds:DeleteDBCluster", cluster, tagged("dev")), "allowed");
        assert.equal(may("DeployRoledev", "rds:CreateDBCluster", cluster), "allowed");
        const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key";
        assert.equal(may("DeployRoledev", "secretsmanager:GetSecretValue", secret, tagged("prod")), "denied");
    });

    it("keeps a deployment in its region", () => {
        const elsewhere = { "aws:RequestedRegion": "us-west-2" };
        assert.equal(may("DeployRoledev", "ec2:CreateVpc", "arn:any", elsewhere), "denied");
        assert.equal(may("DeployRoledev", "ec2:CreateVpc", "arn:any"), "allowed");
        const zone = "arn:aws:route53:::hostedzone/Z1";
        const global = { "aws:RequestedRegion": "us-east-1" };
        assert.equal(may("DeployRoledev", "route53:ChangeResourceRecordSets", zone, global), "allowed");
    });
});

describe("bootstrap template: limits", () => {
    const size = (document: Value) => JSON.stringify(document).replaceAll(/\s/g, "").length;

    // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
    it("fits into one request, without a bucket for templates", () => {
        assert.ok(Buffer.byteLength(text) <= 51_200);
    });

    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    it("keeps to IAM's sizes, with room for long names", () => {
        for (const [id, { Type, Properties }] of Object.entries(withGitHub.resources)) {
            if (Type === "AWS::IAM::ManagedPolicy") {
                assert.ok(size(Properties.PolicyDocument ?? null) < 6_144 * 0.9, id);
            }
            if (Type === "AWS::IAM::Role") {
                assert.ok(size(Properties.Policies ?? null) < 10_240 * 0.9, id);
                assert.ok(((Properties.ManagedPolicyArns ?? []) as string[]).length <= 10, id);
            }
        }
    });

    it("has a test evaluator that reads patterns as IAM does", () => {
        assert.ok(matches("ec2:Describe*", "ec2:DescribeVpcs"));
        assert.ok(!matches("ec2:Describe*", "ec2:CreateVpc"));
        assert.ok(!matches("arn:aws:s3:::a.b", "arn:aws:s3:::axb"));
    });
});
