import assert from "node:assert/strict";
import fc from "fast-check";
import { chatRegion } from "../../../components/delivery/chat";
import type { Graph, Resource } from "../../../plan/graph";
import { ofType, only, statementsIn } from "../../support/graph";
import { ACCOUNT, full, withDelivery } from "./stack";

describe("notifications", () => {
    const rulesOf = (graph: Graph): readonly Resource[] =>
        ofType(graph, "aws:cloudwatch/eventRule:EventRule");

    it("are nothing where nobody wants them", async () => {
        const graph = await withDelivery("promotesTo: []");
        assert.deepEqual([ofType(graph, "aws:sns/topic:Topic"), rulesOf(graph)], [[], []]);
    });

    it("are of pipelines, builds, deployments and approvals, each to people in words and to chat as it is", async () => {
        const graph = await full();
        assert.deepEqual(
            rulesOf(graph).map(({ name }) => name),
            ["delivery-approvals", "delivery-builds", "delivery-deployments", "delivery-pipelines"],
        );
        const targets = ofType(graph, "aws:cloudwatch/eventTarget:EventTarget");
        const worded = targets.filter(({ inputs }) => inputs.inputTransformer !== undefined);
        assert.ok(worded.every(({ name }) => name.endsWith("-mail")));
        assert.deepEqual([targets.length, worded.length], [8, 4]);
        assert.ok(targets.every(({ inputs }) => inputs.roleArn === undefined));
    });

    it("hear of this environment alone", async () => {
        for (const { name, inputs } of rulesOf(await full())) {
            const pattern = inputs.eventPattern as string;
            const own = ["selfhost-dev-", `arn:aws:ecs:eu-west-1:${ACCOUNT}:service/selfhost-dev/`];
            assert.ok(
                own.some((prefix) => pattern.includes(JSON.stringify({ prefix }))),
                `${name}: ${pattern}`,
            );
        }
    });

    it("say what their sentence promises: each word in angle brackets is taken from the event", async () => {
        for (const { name, inputs } of ofType(await full(), "aws:cloudwatch/eventTarget:EventTarget")) {
            if (inputs.inputTransformer !== undefined) {
                const { inputPaths, inputTemplate } = inputs.inputTransformer as {
                    inputPaths: Readonly<Record<string, string>>;
                    inputTemplate: string;
                };
                const words = [...inputTemplate.matchAll(/<(\w+)>/g)].map(([, word = ""]) => word);
                assert.deepEqual([...new Set(words)].sort(), Object.keys(inputPaths).sort(), name);
                assert.equal(
                    typeof JSON.parse(inputTemplate),
                    "string",
                    "a text in quotes is a valid template",
                );
            }
        }
    });

    it("reach topics whose policies let EventBridge in, from rules of this account alone, and nobody without TLS", async () => {
        const graph = await full();
        const targets = ofType(graph, "aws:cloudwatch/eventTarget:EventTarget").map(
            ({ inputs }) => inputs.arn as string,
        );
        const policies = ofType(graph, "aws:sns/topicPolicy:TopicPolicy");
        for (const target of new Set(targets)) {
            const policy = policies.find(({ inputs }) => inputs.arn === target);
            assert.ok(policy, `${target} has a policy`);
            const { EventsOfThisAccount: allowed, TlsOnly: denied } = statementsIn(policy.inputs.policy);
            assert.deepEqual(
                [allowed?.Principal, allowed?.Action, allowed?.Resource],
                [{ Service: "events.amazonaws.com" }, "sns:Publish", target],
            );
            assert.deepEqual(allowed?.Condition, {
                StringEquals: { "aws:SourceAccount": ACCOUNT },
                ArnLike: { "aws:SourceArn": `arn:aws:events:eu-west-1:${ACCOUNT}:rule/*` },
            });
            assert.equal(denied?.Effect, "Deny");
        }
        for (const { name, inputs } of ofType(graph, "aws:sns/topic:Topic")) {
            assert.equal(inputs.kmsMasterKeyId, undefined, `${name}: EventBridge cannot use AWS's own key`);
        }
    });

    it("let a chat channel do nothing", async () => {
        const graph = await full();
        assert.ok(
            !graph.resources.some(
                ({ type, inputs }) =>
                    type === "aws:iam/rolePolicy:RolePolicy" &&
                    JSON.stringify(inputs.role).includes("delivery-chat-role"),
            ),
        );
        const slack = only(graph, "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration").inputs;
        assert.deepEqual(slack.guardrailPolicyArns, ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"]);
    });

    it("ask for chat where AWS offers it, from any region", () => {
        const regions = fc.constantFrom("us", "eu", "ap", "sa", "ca", "me", "af", "il", "mx");
        const sides = fc.constantFrom("east", "west", "central", "southeast", "northeast");
        fc.assert(
            fc.property(regions, sides, fc.integer({ min: 1, max: 5 }), (area, side, n) =>
                ["us-east-2", "us-west-2", "eu-west-1", "ap-southeast-1"].includes(
                    chatRegion(`${area}-${side}-${n}`),
                ),
            ),
        );
        assert.deepEqual(["eu-central-1", "us-west-1", "ap-east-1", "sa-east-1"].map(chatRegion), [
            "eu-west-1",
            "us-west-2",
            "ap-southeast-1",
            "us-east-2",
        ]);
    });
});
