/** Which events are told, by the examples that AWS gives of them. */
import assert from "node:assert/strict";
import { happenings } from "../../../components/delivery/events";
import type { Json } from "../../../plan/graph";
import { codeDeployName, codeDeployNames, STRATEGIES } from "../../../settings/deploy";
import { named, reference } from "../../support/graph";
import { recordText } from "../../support/program";
import { matches } from "../../support/events";

const all = happenings({
    environment: "prod",
    region: "eu-west-1",
    partition: "aws",
    accountId: "123456789012",
    cluster: "selfhost-prod",
    codeDeploy: [codeDeployName("prod", "blog")],
});

/** Names of the rules that tell of it. */
const toldBy = (event: Json): readonly string[] =>
    all.filter(({ pattern }) => matches(pattern as Json, event)).map(({ name }) => name);

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html */
const ecs = (eventName: string, reason: string, service = "selfhost-prod/shop-service-1a2b3c4"): Json => ({
    source: "aws.ecs",
    "detail-type": "ECS Deployment State Change",
    resources: [`arn:aws:ecs:eu-west-1:123456789012:service/${service}`],
    detail: { eventType: "INFO", eventName, deploymentId: "ecs-svc/123", reason },
});

/** https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-codedeploy.html */
const codeDeploy = (state: string, application = "selfhost-prod-blog"): Json => ({
    source: "aws.codedeploy",
    "detail-type": "CodeDeploy Deployment State-change Notification",
    resources: [`arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:${application}/blog`],
    detail: { application, deploymentId: "d-123456789", deploymentGroup: "blog", state },
});

const action = (category: string, state: string): Json => ({
    source: "aws.codepipeline",
    "detail-type": "CodePipeline Action Execution State Change",
    detail: { pipeline: "selfhost-prod-shop", type: { category, provider: "Manual" }, state },
});

const CASES: readonly (readonly [what: string, event: Json, rules: readonly string[]])[] = [
    ["ECS: starts", ecs("SERVICE_DEPLOYMENT_IN_PROGRESS", "ECS deployment ecs-svc/123 in progress."), []],
    [
        "ECS: goes back by the circuit breaker",
        ecs(
            "SERVICE_DEPLOYMENT_IN_PROGRESS",
            "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/122.",
        ),
        ["deployments"],
    ],
    [
        "ECS: went back",
        ecs(
            "SERVICE_DEPLOYMENT_IN_PROGRESS",
            "Service deployment rolled back because POST_TEST_TRAFFIC_SHIFT lifecycle hook(s) failed.",
        ),
        ["deployments"],
    ],
    ["ECS: done", ecs("SERVICE_DEPLOYMENT_COMPLETED", "completed."), ["deployments"]],
    ["ECS: failed", ecs("SERVICE_DEPLOYMENT_FAILED", "tasks failed to start."), ["deployments"]],
    ["ECS: another cluster", ecs("SERVICE_DEPLOYMENT_FAILED", "", "selfhost-prod2/shop-service"), []],
    ["CodeDeploy: starts", codeDeploy("START"), []],
    ["CodeDeploy: waits", codeDeploy("READY"), []],
    ["CodeDeploy: done", codeDeploy("SUCCESS"), ["codedeploy"]],
    ["CodeDeploy: failed", codeDeploy("FAILURE"), ["codedeploy"]],
    ["CodeDeploy: stopped by an alarm or a person", codeDeploy("STOP"), ["codedeploy"]],
    ["CodeDeploy: somebody else's", codeDeploy("FAILURE", "selfhost-prod-blog-eu"), []],
    ["an approval is asked for", action("Approval", "STARTED"), ["approvals"]],
    ["a deployment by a pipeline starts", action("Deploy", "STARTED"), []],
];

describe("what is told", () => {
    for (const [what, event, rules] of CASES) {
        it(`is ${rules.length === 0 ? "not this" : "this"}: ${what}`, () => {
            assert.deepEqual(toldBy(event), rules);
        });
    }

    it("reaches people: CodeDeploy's deployments of this stack's apps", async () => {
        const graph = await recordText(
            [
                "config:",
                "  aws:region: eu-west-1",
                "  selfhost:domain: example.com",
                "  selfhost:delivery: { notifications: { emails: [ops@example.com] } }",
                "  selfhost:apps:",
                "    blog: { preset: web, deploy: { strategy: codeDeploy } }",
                "",
            ].join("\n"),
        );
        const { name } = named(graph, "blog-deploy").inputs;
        const rule = named(graph, "delivery-codedeploy");
        assert.ok(
            matches(
                JSON.parse(rule.inputs.eventPattern as string) as Json,
                codeDeploy("FAILURE", name as string),
            ),
        );
        const target = named(graph, "delivery-codedeploy-mail").inputs;
        assert.equal(target.rule, reference(rule, "name"));
        assert.equal(target.arn, reference(named(graph, "delivery-mail"), "arn"));
    });

    it("has a rule for CodeDeploy exactly where it deploys something", () => {
        const names = (strategy: (typeof STRATEGIES)[number]) =>
            codeDeployNames("prod", [{ name: "blog", deploy: { strategy } }]);
        assert.deepEqual(
            STRATEGIES.filter((one) => names(one).length > 0),
            ["codeDeploy"],
        );
        const without = happenings({
            environment: "prod",
            region: "eu-west-1",
            partition: "aws",
            accountId: "123456789012",
            cluster: "selfhost-prod",
            codeDeploy: [],
        });
        assert.ok(!without.some(({ name }) => name === "codedeploy"));
    });
});
