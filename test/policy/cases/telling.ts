import type { Json, Resource } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { allow, changed, document, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const topic = resource(T.topic, "topic");
const subscription = resource(T.topicSubscription, "subscription", { topic: ref(topic, "arn") });
const alarm = resource(T.alarm, "alarm", { name: "alarm", alarmActions: [ref(topic, "arn")] });
const publish = (service: string): Json =>
    allow("sns:Publish", ref(topic, "arn"), { Principal: { Service: service } });
const topicPolicy = (...statements: readonly Json[]) =>
    resource(T.topicPolicy, "policy", { arn: ref(topic, "arn"), policy: document(...statements) });

const rule = resource(T.eventRule, "rule", { name: "rule", state: "ENABLED" });
const target = resource(T.eventTarget, "target", { rule: ref(rule, "name"), arn: ref(topic, "arn") });

const role = resource(T.role, "role");
const may = (action: string, where: string) =>
    resource(T.rolePolicy, "may", { role: ref(role, "name"), policy: document(allow(action, where)) });
const asking = resource(T.pipeline, "pipeline", {
    roleArn: ref(role, "arn"),
    stages: [
        {
            name: "Approve",
            actions: [
                { name: "Ask", provider: "Manual", configuration: { NotificationArn: ref(topic, "arn") } },
            ],
        },
    ],
});
const teller = resource(T.lambda, "teller", {
    role: ref(role, "arn"),
    environment: { variables: { TOPIC: ref(topic, "arn") } },
});

const key = resource(T.key, "key");
const locked = changed(topic, { kmsMasterKeyId: ref(key) });
const opening = (service: string) =>
    changed(key, {
        policy: document(
            allow(["kms:Decrypt", "kms:GenerateDataKey*"], "*", { Principal: { Service: service } }),
        ),
    });

/** What writes to topics, each in the name of its service; AWS's own policy of a topic lets none of these in. */
const WRITERS: Readonly<Record<string, readonly [type: string, property: string]>> = {
    "backup.amazonaws.com": [T.vaultNotifications, "snsTopicArn"],
    "budgets.amazonaws.com": [T.budget, "notifications"],
    "codestar-notifications.amazonaws.com": [T.notificationRule, "targets"],
    "costalerts.amazonaws.com": [T.costSubscription, "subscribers"],
    "events.amazonaws.com": [T.eventTarget, "arn"],
    "s3.amazonaws.com": [T.bucketNotification, "topics"],
};
const writers = Object.entries(WRITERS).map(
    ([service, [type, property]]) =>
        [service, resource(type, "writer", { [property]: [ref(topic, "arn")] })] as const,
);

const chat = resource(T.chatSlack, "chat", {
    guardrailPolicyArns: ["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
    iamRoleArn: ref(role, "arn"),
    userAuthorizationRequired: true,
});
const bus = resource(T.eventBus, "bus", { name: "bus" });
const pipeline = resource(T.pipeline, "pipeline");
const build = resource(T.buildProject, "build");
const starts = resource(T.eventTarget, "target", { arn: ref(pipeline, "arn"), roleArn: ref(role, "arn") });
const schedule = resource(T.schedule, "schedule", {
    target: { arn: ref(build, "arn"), roleArn: ref(role, "arn") },
});

export const TELLING_CASES: Cases = {
    "alarm-has-reader": {
        holds: {
            "a topic": [topic, subscription, alarm],
            "a deployment that goes back": [
                changed(alarm, { alarmActions: null }),
                resource(T.service, "service", { alarms: { enable: true, alarmNames: ["alarm"] } }),
            ],
            "CodeDeploy, which goes back": [
                changed(alarm, { alarmActions: null }),
                resource(T.deploymentGroup, "group", {
                    alarmConfiguration: { enabled: true, alarms: [ref(alarm, "name")] },
                }),
            ],
            "a rule with a target": [rule, target],
            "a target that names its rule": [rule, changed(target, { rule: "rule" })],
        },
        fails: {
            nobody: [[changed(alarm, { alarmActions: [] })], "alarm rings where nobody hears it"],
            "it is off": [
                [topic, subscription, changed(alarm, { actionsEnabled: false })],
                "alarm rings where nobody hears it",
            ],
            "a rule without a target": [[rule], "rule tells nobody"],
            "a rule that is off": [[changed(rule, { state: "DISABLED" }), target], "rule is switched off"],
        },
    },
    "topic-has-reader": {
        holds: {
            "an e-mail": [topic, subscription],
            "a channel": [topic, changed(chat, { snsTopicArns: [ref(topic, "arn")] })],
        },
        fails: {
            nobody: [[topic, alarm], "topic is a topic that nobody reads"],
            "without encryption": [
                [topic, changed(subscription, { protocol: "http" })],
                "subscription sends without encryption",
            ],
        },
    },
    "topic-allows-its-publishers": {
        holds: {
            "it does": [topic, alarm, topicPolicy(publish("cloudwatch.amazonaws.com"))],
            "AWS's own policy, for alarms": [topic, alarm],
            "everybody who writes": [
                topic,
                ...writers.map(([, writer]) => writer),
                topicPolicy(...writers.map(([service]) => publish(service))),
            ],
            "a key that lets the service in": [locked, alarm, opening("cloudwatch.amazonaws.com")],
            "a pipeline that asks, and a function": [
                topic,
                role,
                asking,
                teller,
                may("sns:Publish", ref(topic, "arn")),
            ],
        },
        fails: {
            "alarms may not": [
                [topic, alarm, topicPolicy(publish("events.amazonaws.com"))],
                "topic refuses cloudwatch.amazonaws.com",
            ],
            "alarms may, but something else": [
                [
                    topic,
                    alarm,
                    topicPolicy(
                        allow("sns:Subscribe", "*", { Principal: { Service: "cloudwatch.amazonaws.com" } }),
                    ),
                ],
                "topic refuses cloudwatch.amazonaws.com",
            ],
            ...Object.fromEntries(
                writers.map(([service, writer]): [string, readonly [readonly Resource[], string]] => [
                    `${service}, by AWS's own policy`,
                    [[topic, writer], `topic refuses ${service}`],
                ]),
            ),
            "a key that does not let the service in": [
                [locked, alarm, opening("events.amazonaws.com")],
                "topic has a key that cloudwatch.amazonaws.com may not use",
            ],
            "the key that AWS has for topics": [
                [changed(topic, { kmsMasterKeyId: "alias/aws/sns" }), alarm],
                "topic has a key that cloudwatch.amazonaws.com may not use",
            ],
            "a pipeline that asks": [[topic, role, asking], "topic is written to by role, which may not"],
            "a function": [
                [topic, role, teller, may("sns:Subscribe", ref(topic, "arn"))],
                "topic is written to by role, which may not",
            ],
        },
    },
    "chat-may-only-look": {
        holds: {
            "it looks": [role, chat],
            "its role too": [role, chat, may("cloudwatch:GetMetricData", "*")],
        },
        fails: {
            "AWS's choice, which is everything": [
                [role, changed(chat, { guardrailPolicyArns: null })],
                "chat lets a channel do more than look",
            ],
            administrators: [
                [
                    role,
                    changed(chat, { guardrailPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"] }),
                ],
                "chat lets a channel do more than look",
            ],
            "a role that does something": [
                [role, chat, may("ecs:UpdateService", "arn")],
                "chat has a role that may ecs:UpdateService",
            ],
            "in one name": [
                [role, changed(chat, { userAuthorizationRequired: false })],
                "chat lets everybody in the channel act in one name",
            ],
        },
    },
    "event-bus-has-policy": {
        holds: { "it has": [bus, resource(T.eventBusPolicy, "policy", { eventBusName: "bus" })] },
        fails: { "it has none": [[bus], "bus does not say who may put events on it"] },
    },
    "event-target-may-start-what-it-names": {
        holds: {
            "a pipeline": [
                role,
                pipeline,
                starts,
                may("codepipeline:StartPipelineExecution", ref(pipeline, "arn")),
            ],
            "a build": [role, build, schedule, may("codebuild:StartBuild", ref(build, "arn"))],
            "by somebody else's role": [
                pipeline,
                changed(starts, { roleArn: "arn:aws:iam::123456789012:role/a" }),
            ],
            "a topic, which needs none": [topic, target],
        },
        fails: {
            "nothing is said": [
                [pipeline, changed(starts, { roleArn: null })],
                "target starts pipeline, and may not",
            ],
            "another one": [
                [role, build, schedule, may("codebuild:StartBuild", "arn:aws:codebuild:a:1:project/other")],
                "schedule starts build, and may not",
            ],
        },
    },
};
