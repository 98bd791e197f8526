/** Pipelines as data: what is built once, who agrees before it is released, and that nothing is read that nobody wrote. */
import assert from "node:assert/strict";
import type { Json } from "../plan/graph";
import { graphOf, planText, stackFile } from "./support/planned";
import { ofType } from "./support/graph";
import {
    actionsIn,
    assertSound,
    pipelines,
    scriptOf,
    type Stage,
    stagesIn,
    variablesOf,
} from "./support/pipelines";

const ACCOUNT = 'selfhost:account: "123456789012"';
const CONNECTED = `${ACCOUNT}
selfhost:delivery:
  connections: { github: "arn:aws:codeconnections:eu-west-1:123456789012:connection/11111111-2222-3333-4444-555555555555" }`;

const promoted = (from: string, more = "") => `admin: { email: a@example.com }
pipeline:
  promoteFrom: ${from}
${more}`;

describe("a digest from its build to production", () => {
    const API = `preset: web
pipeline:
  source: { github: owner/name }
  build: { context: backend, test: [npm test] }`;
    const chain = async () => [
        await graphOf("api", API, "dev", CONNECTED),
        await graphOf("api", "preset: web\npipeline: { promoteFrom: dev }", "staging", ACCOUNT),
        await graphOf(
            "api",
            "preset: web\npipeline: { promoteFrom: staging, approvals: [{ emails: [a@example.com] }, {}] }",
            "prod",
            ACCOUNT,
        ),
    ];

    it("is built in one place of the whole chain, and copied in the others", async () => {
        const scripts = (await chain()).map((graph) =>
            [...pipelines(graph).values()].flatMap(({ inputs }) =>
                actionsIn(inputs.stages as unknown as readonly Stage[]).map(scriptOf),
            ),
        );
        assert.deepEqual(
            scripts.map((all) => all.filter((script) => script === "build" || script === "copy")),
            [["build"], ["copy"], ["copy"]],
        );
    });

    it("waits for every approval, one after the other, before anything is deployed in prod", async () => {
        const [, , prod] = await chain();
        const stages = stagesIn(prod ?? assert.fail(), "selfhost-prod-api");
        assert.deepEqual(
            stages.map(({ name }) => name),
            ["Source", "Image", "Approve", "Deploy"],
        );
        const [first, second] = stages[2]?.actions ?? [];
        assert.deepEqual([first?.runOrder, second?.runOrder], [1, 2]);
        assert.ok(first?.configuration.NotificationArn !== undefined);
        assert.equal(second?.configuration.NotificationArn, undefined);
        // A link to what is new, in the mail and in the console.
        assert.equal(first.configuration.ExternalEntityLink, "#{Image.CHANGES}");
    });

    it("is read by nobody before it was written", async () => {
        for (const graph of await chain()) {
            assertSound(graph);
        }
    });

    it("is deployed, checked, then handed on; in this order", async () => {
        const [dev, staging] = await chain();
        assert.deepEqual(
            actionsIn(stagesIn(dev ?? assert.fail(), "selfhost-dev-api"))
                .map(scriptOf)
                .slice(2),
            ["build", "prepare", "ECS", "verify", "publish"],
        );
        assert.deepEqual(
            actionsIn(stagesIn(staging ?? assert.fail(), "selfhost-staging-api"))
                .map(scriptOf)
                .slice(2),
            ["copy", "deploy", "publish"],
        );
    });

    it("starts what comes next by the object that the environment before writes, and nothing polls", async () => {
        const [, staging] = await chain();
        const rules = ofType(staging ?? assert.fail(), "aws:cloudwatch/eventRule:EventRule");
        const [rule] = rules.filter(({ name }) => name === "api-pipeline-start");
        assert.deepEqual(JSON.parse((rule?.inputs.eventPattern ?? "") as string), {
            source: ["aws.s3"],
            "detail-type": ["Object Created"],
            detail: {
                bucket: { name: ["selfhost-delivery-staging-123456789012-eu-west-1"] },
                object: { key: ["incoming/api.zip"] },
            },
        });
        for (const graph of await chain()) {
            const text = JSON.stringify([...pipelines(graph).values()]);
            assert.ok(!/"PollForSourceChanges":"true"|"DetectChanges":"true"/.test(text));
        }
    });
});

describe("a release", () => {
    it("waits for its window and for quiet alarms, and goes back or tries again as it was said", async () => {
        const guarded = promoted(
            "staging",
            `  window: { days: MON-FRI, start: "08:00", stop: "16:00", timezone: Europe/Berlin }
  blockedBy: [too-many-errors]
  onFailure: retry`,
        );
        const stages = stagesIn(
            await graphOf("bookstack", guarded, "prod", ACCOUNT),
            "selfhost-prod-bookstack",
        );
        const deploy = stages.at(-1);
        assert.deepEqual(deploy?.beforeEntry, {
            condition: {
                result: "FAIL",
                rules: [
                    {
                        name: "Window",
                        ruleTypeId: {
                            category: "Rule",
                            owner: "AWS",
                            provider: "DeploymentWindow",
                            version: "1",
                        },
                        configuration: { Cron: "* * 8-15 ? * MON-FRI *", TimeZone: "Europe/Berlin" },
                    },
                    {
                        name: "Alarm1",
                        ruleTypeId: {
                            category: "Rule",
                            owner: "AWS",
                            provider: "CloudWatchAlarm",
                            version: "1",
                        },
                        configuration: { AlarmName: "too-many-errors", WaitTime: "1" },
                    },
                ],
            },
        });
        assert.deepEqual(deploy.onFailure, {
            result: "RETRY",
            retryConfiguration: { retryMode: "FAILED_ACTIONS" },
        });
    });

    it("is looked at by who approved it, where only some may", async () => {
        const limited = promoted(
            "staging",
            '  approvals: [{ approvers: ["arn:aws:iam::123456789012:role/managers"] }]',
        );
        const graph = await graphOf("bookstack", limited, "prod", ACCOUNT);
        const approve = stagesIn(graph, "selfhost-prod-bookstack")[2];
        assert.deepEqual(approve?.actions.map(scriptOf), ["Manual", "approved"]);
        assertSound(graph);
    });

    it("goes to CodeDeploy with the three files that its action wants", async () => {
        const lines = `preset: web
deploy: { strategy: codeDeploy }
pipeline: { source: { github: owner/name } }`;
        const graph = await graphOf("api", lines, "prod", CONNECTED);
        assertSound(graph);
        const deploy = actionsIn(stagesIn(graph, "selfhost-prod-api")).find(
            ({ provider }) => provider === "CodeDeployToECS",
        );
        const { ApplicationName, DeploymentGroupName, ...files } = deploy?.configuration ?? {};
        assert.ok(ApplicationName !== undefined && DeploymentGroupName !== undefined);
        assert.deepEqual(files, {
            TaskDefinitionTemplateArtifact: "Prepared",
            TaskDefinitionTemplatePath: "taskdef.json",
            AppSpecTemplateArtifact: "Prepared",
            AppSpecTemplatePath: "appspec.yaml",
            Image1ArtifactName: "Prepared",
            Image1ContainerName: "IMAGE1_NAME",
        });
    });

    it("goes on to further environments in one pipeline, each with its own program and project", async () => {
        const lines = `preset: web
pipeline:
  source: { github: owner/name }
  integration: ["curl -f $URL"]
  stages: [{ environment: prod, approvals: [{ emails: [a@example.com] }] }]`;
        const graph = await graphOf("api", lines, "dev", CONNECTED);
        assertSound(graph);
        const stages = stagesIn(graph, "selfhost-dev-api");
        assert.deepEqual(
            stages.map(({ name }) => name),
            ["Source", "Image", "Deploy", "Image-prod", "Approve-prod", "Deploy-prod"],
        );
        const [copy, approval, ...last] = actionsIn(stages.slice(3));
        assert.ok(copy && approval);
        assert.deepEqual([copy, ...last].map(scriptOf), ["copy", "deploy", "integration", "publish"]);
        assert.deepEqual(
            [copy, ...last].map(({ configuration }) => configuration.ProjectName),
            [
                "selfhost-dev-api_image",
                "selfhost-prod-deploy",
                "selfhost-dev-api_integration",
                "selfhost-prod-deploy",
            ],
        );
        assert.deepEqual(last[0]?.inputArtifacts, ["Program-prod"]);
        // What is new is what is new there, and the address is the one there.
        assert.equal(variablesOf(copy).ENVIRONMENT, "prod");
        assert.match(approval.configuration.CustomData ?? "", /^api in prod: /);
        assert.equal(approval.configuration.ExternalEntityLink, "#{Image_prod.CHANGES}");
        assert.equal(copy.namespace, "Image_prod");
        assert.deepEqual(
            [last[0].namespace, last[1] && variablesOf(last[1]).URL],
            ["Deploy_prod", "#{Deploy_prod.URL}"],
        );
    });

    it("of a stage leaves the pipeline to the other environment, and still is what runs", async () => {
        const graph = await graphOf("api", "preset: web\npipeline: { stageOf: dev }", "prod", ACCOUNT);
        assert.deepEqual([...pipelines(graph).keys()], []);
        assert.equal(ofType(graph, "aws:ssm/parameter:Parameter").length, 2);
    });

    it("of an image that a pipeline of its own builds starts with the push, by the pushed digest", async () => {
        const lines = `preset: site
pipeline:
  imageFrom: { codecommit: chess, create: true }
  source: { ecr: {} }`;
        const graph = await graphOf("chess", lines, "prod", ACCOUNT);
        assertSound(graph);
        assert.deepEqual([...pipelines(graph).keys()].sort(), [
            "selfhost-prod-chess",
            "selfhost-prod-chess.image",
        ]);
        const scripts = (name: string) => actionsIn(stagesIn(graph, name)).map(scriptOf);
        assert.deepEqual(scripts("selfhost-prod-chess.image"), ["CodeCommit", "S3", "build"]);
        assert.deepEqual(scripts("selfhost-prod-chess").slice(0, 3), ["ECR", "S3", "copy"]);
        const target = ofType(graph, "aws:cloudwatch/eventTarget:EventTarget").find(
            ({ name }) => name === "chess-pipeline-start-target",
        );
        const { inputTransformer } = target?.inputs as unknown as {
            inputTransformer: { inputPaths: Json; inputTemplate: string };
        };
        assert.deepEqual(inputTransformer.inputPaths, { revision: "$.detail.image-digest" });
        assert.deepEqual(JSON.parse(inputTransformer.inputTemplate), {
            sourceRevisions: [
                { actionName: "Source", revisionType: "IMAGE_DIGEST", revisionValue: "<revision>" },
            ],
        });
    });
});

describe("before the first release", () => {
    it("the image, and what it starts, are all that a release changes", async () => {
        const { graph } = await planText(stackFile("bookstack", promoted("dev"), ACCOUNT), "staging");
        assert.ok(
            ofType(graph, "aws:lambda/invocation:Invocation").every(
                ({ name }) => name !== "bookstack-image-release",
            ),
        );
        const [release] = ofType(graph, "aws:ssm/parameter:Parameter").filter(({ name }) =>
            name.endsWith("-release"),
        );
        assert.deepEqual(release?.options.ignoreChanges, ["insecureValue"]);
        assert.equal(release.inputs.insecureValue, "bootstrap");
        assert.equal(release.inputs.name, "/selfhost/staging/releases/bookstack");
    });
});
