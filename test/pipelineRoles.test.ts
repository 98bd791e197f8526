/** What each role of a pipeline may do, beside what its actions need. */
import assert from "node:assert/strict";
import { ofType, statementsIn } from "./support/graph";
import { graphOf } from "./support/planned";

const ACCOUNT = 'selfhost:account: "123456789012"';
const CONNECTED = `${ACCOUNT}
selfhost:delivery:
  connections: { github: "arn:aws:codeconnections:eu-west-1:123456789012:connection/11111111-2222-3333-4444-555555555555" }`;

/**
 * Role → what its actions need, from their references: https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-action-artifacts.html
 * and the pages linked in components/pipeline/permissions.ts.
 */
const ARTIFACTS = ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"];
const BUCKET = ["s3:GetBucketAcl", "s3:GetBucketLocation", "s3:GetBucketVersioning"];
const LOG = ["logs:CreateLogStream", "logs:PutLogEvents"];
const DEFINITIONS = ["ecs:DescribeTaskDefinition", "ecs:RegisterTaskDefinition"];

const ROLES: Readonly<Record<string, readonly string[]>> = {
    "api-pipeline-role": [
        ...ARTIFACTS,
        ...BUCKET,
        "codebuild:BatchGetBuilds",
        "codebuild:StartBuild",
        "sts:AssumeRole",
    ],
    "api-pipeline-source": [
        ...ARTIFACTS,
        ...BUCKET,
        "codeconnections:UseConnection",
        "codestar-connections:UseConnection",
        "s3:GetObjectTagging",
        "s3:GetObjectVersionTagging",
        "s3:ListBucket",
    ],
    "api-pipeline-image-role": [
        ...ARTIFACTS,
        ...BUCKET,
        ...LOG,
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeImageScanFindings",
        "ecr:DescribeImages",
        "ecr:GetAuthorizationToken",
        "ecr:GetDownloadUrlForLayer",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
        "ssm:GetParameter",
    ],
    "api-pipeline-steps-role": [
        ...ARTIFACTS,
        ...BUCKET,
        ...LOG,
        ...DEFINITIONS,
        "ecr:BatchGetImage",
        "ecr:DescribeImages",
        "ecr:PutImage",
        "ecs:DescribeServices",
        "ecs:DescribeTasks",
        "ecs:ListTasks",
        "ecs:UpdateService",
        "iam:PassRole",
        "lambda:InvokeFunction",
        "ssm:GetParameter",
        "ssm:PutParameter",
    ],
    "api-pipeline-deploy": [
        ...ARTIFACTS,
        ...BUCKET,
        ...DEFINITIONS,
        "ecs:DescribeServices",
        "ecs:TagResource",
        "ecs:UpdateService",
        "iam:PassRole",
    ],
    "api-pipeline-integration-role": [...ARTIFACTS, ...BUCKET, ...LOG],
    "api-pipeline-checks-role": [
        "s3:GetObject",
        "s3:GetObjectVersion",
        ...BUCKET,
        ...LOG,
        "codeconnections:GetConnection",
        "codeconnections:GetConnectionToken",
        "codeconnections:UseConnection",
        "codestar-connections:GetConnection",
        "codestar-connections:GetConnectionToken",
        "codestar-connections:UseConnection",
    ],
    "api-pipeline-start-role": [],
};

describe("each role of a pipeline", () => {
    const LINES = `preset: web
pipeline:
  source: { github: owner/name, pullRequests: true }
  integration: ["curl -f $URL"]`;

    for (const [role, needed] of Object.entries(ROLES)) {
        it(`${role} may do what its actions need, and nothing else`, async () => {
            const graph = await graphOf("api", LINES, "prod", CONNECTED);
            const policies = ofType(graph, "aws:iam/rolePolicy:RolePolicy").filter(
                ({ name }) => name === `${role}-policy`,
            );
            const may = policies.flatMap(({ inputs }) =>
                Object.values(statementsIn(inputs.policy)).flatMap(
                    ({ Action }) => Action as readonly string[],
                ),
            );
            assert.deepEqual([...new Set(may)].sort(), [...new Set(needed)].sort());
        });
    }

    it("is another one for each: who builds cannot deploy, who deploys cannot build, who checks can do neither", async () => {
        const graph = await graphOf("api", LINES, "prod", CONNECTED);
        const projects = ofType(graph, "aws:codebuild/project:Project").filter(({ name }) =>
            name.startsWith("api-"),
        );
        const roles = projects.map(({ inputs }) => inputs.serviceRole);
        assert.equal(new Set(roles).size, projects.length);
        const docker = projects.filter(
            ({ inputs }) => (inputs.environment as { privilegedMode: boolean }).privilegedMode,
        );
        assert.deepEqual(docker.map(({ name }) => name).sort(), [
            "api-pipeline-checks",
            "api-pipeline-image",
        ]);
    });

    it("writes bills of materials of its own app, and nothing else outside of the artifacts", async () => {
        const graph = await graphOf("api", LINES, "prod", CONNECTED);
        const writes = ofType(graph, "aws:iam/rolePolicy:RolePolicy").flatMap(({ name, inputs }) =>
            name.startsWith("api-pipeline")
                ? Object.values(statementsIn(inputs.policy))
                      .filter(({ Action }) => (Action as readonly string[]).includes("s3:PutObject"))
                      .flatMap(({ Resource }) =>
                          (Resource as readonly string[]).map((arn) => arn.split(".arn}")[1]),
                      )
                : [],
        );
        assert.deepEqual([...new Set(writes)].sort(), ["/sbom/api/*", "/selfhost-prod-api/*"]);
    });

    it("has no secret in what CodeBuild shows", async () => {
        const graph = await graphOf("api", LINES, "prod", CONNECTED);
        for (const { inputs } of ofType(graph, "aws:codebuild/project:Project")) {
            const { environmentVariables } = inputs.environment as unknown as {
                environmentVariables: readonly { type: string; value: string }[];
            };
            assert.ok(
                environmentVariables.every(
                    ({ type, value }) => type === "PLAINTEXT" && !value.includes("[secret]"),
                ),
            );
        }
    });
});
