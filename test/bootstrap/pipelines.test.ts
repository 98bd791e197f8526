import assert from "node:assert/strict";
import { expand } from "./cloudformation";
import { decide, listOf } from "./iam";
import { IAM, may, properties, REGION, statements, statementsOf, template, withGitHub } from "./stacks";

describe("bootstrap template: pipelines", () => {
    const roleOf = (name: string) => `${IAM}:role/selfhost-bootstrap/selfhost-${name}-eu-west-1`;
    const pass = (role: string, to: string) =>
        may("PipelineRoledev", "iam:PassRole", role, { "iam:PassedToService": to });

    it("are there without a repository", () => {
        const alone = expand(template, {});
        assert.ok(alone.resources.PipelineRoledev);
        assert.equal(alone.resources.DeployRoledev, undefined);
        assert.equal(alone.resources.GitHubProvider, undefined);
    });

    it("run what is applied as the environment's own two projects, and as nothing else", () => {
        const [statement, ...more] = statementsOf(
            properties(withGitHub, "PipelineRoledev").AssumeRolePolicyDocument,
        );
        assert.deepEqual(more, []);
        assert.deepEqual(statement, {
            Sid: "BuildsOfTheEnvironment",
            Effect: "Allow",
            Principal: { Service: "codebuild.amazonaws.com" },
            Action: "sts:AssumeRole",
            Condition: {
                StringEquals: {
                    "aws:SourceAccount": "123456789012",
                    "aws:SourceArn": [
                        "arn:aws:codebuild:eu-west-1:123456789012:project/selfhost-dev-deploy",
                        "arn:aws:codebuild:eu-west-1:123456789012:project/selfhost-dev-drift",
                    ],
                },
            },
        });
    });

    it("may do what GitHub may, and write their log", () => {
        const own = (role: string) => statements(withGitHub, role).filter(({ Sid }) => Sid !== "WriteLog");
        assert.deepEqual(own("PipelineRoledev"), own("DeployRoledev"));
    });

    it("hand their own two roles to builds and pipelines, and no other environment's", () => {
        assert.equal(pass(roleOf("dev-pipeline"), "codebuild.amazonaws.com"), "allowed");
        assert.equal(pass(roleOf("dev-infrastructure"), "codepipeline.amazonaws.com"), "allowed");
        assert.equal(pass(roleOf("dev-pipeline"), "ecs-tasks.amazonaws.com"), "not granted");
        assert.equal(pass(roleOf("prod-pipeline"), "codebuild.amazonaws.com"), "not granted");
        const own = roleOf("dev-pipeline");
        for (const action of ["iam:PutRolePolicy", "iam:UpdateAssumeRolePolicy", "iam:DeleteRole"]) {
            assert.equal(may("PipelineRoledev", action, own), "denied", action);
        }
    });

    it("let AWS make the roles of its own that chat needs, and no others", () => {
        const own = `${IAM}:role/aws-service-role/x`;
        const make = (service: string) =>
            may("PipelineRoledev", "iam:CreateServiceLinkedRole", own, { "iam:AWSServiceName": service });
        // https://docs.aws.amazon.com/chatbot/latest/adminguide/using-service-linked-roles.html
        assert.equal(make("management.chatbot.amazonaws.com"), "allowed");
        assert.equal(make("organizations.amazonaws.com"), "not granted");
    });

    it("hand releases to every environment, and write what is another's nowhere else", () => {
        const bucket = (environment: string, account: string) =>
            `arn:aws:s3:::selfhost-delivery-${environment}-${account}-eu-west-1`;
        const put = (object: string) => may("PipelineRoledev", "s3:PutObject", object);
        assert.equal(put(`${bucket("staging", "210987654321")}/incoming/shop.zip`), "allowed");
        assert.equal(put(`${bucket("prod", "123456789012")}/program.zip`), "not granted");
        assert.equal(put(`${bucket("dev", "123456789012")}/program.zip`), "allowed");
        const far = { "aws:RequestedRegion": "eu-central-1" };
        const there = `${bucket("staging", "210987654321")}/incoming/shop.zip`;
        assert.equal(may("PipelineRoledev", "s3:PutObject", there, far), "allowed");
    });

    it("ask and start the builds of their own environment, and do nothing in AWS themselves", () => {
        const infrastructure = (action: string, resource: string) =>
            decide(statements(withGitHub, "InfrastructureRoledev"), { action, resource, context: REGION });
        const project = (name: string) => `arn:aws:codebuild:eu-west-1:123456789012:project/${name}`;
        assert.equal(infrastructure("codebuild:StartBuild", project("selfhost-dev-deploy")), "allowed");
        assert.equal(infrastructure("codebuild:StartBuild", project("selfhost-prod-deploy")), "not granted");
        const services = statements(withGitHub, "InfrastructureRoledev").flatMap(({ Action }) =>
            listOf(Action).map((action) => action.split(":")[0]),
        );
        assert.deepEqual([...new Set(services)].sort(), [
            "codebuild",
            "codeconnections",
            "codestar-connections",
            "kms",
            "s3",
            "sns",
        ]);
    });
});
