/** Who is told: alarms, events and budgets reach a topic, the topic lets them, and somebody reads it. */
import { allowing, type Statement } from "../document";
import { isObject } from "../json";
import { granted, mayUse } from "../permissions";
import { actionsOf } from "../pipelines";
import { controlPage, POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Item, type Said, unless, type View } from "../view";

const alarmsHaveReaders: Rule = {
    name: "alarm-has-reader",
    control: ["CloudWatch.15", "CloudWatch.17", "CKV_AWS_319"],
    level: "mandatory",
    waivable: "operations",
    description: "Every alarm and every rule of events tells somebody, or does something.",
    remediation: "Give the alarm an `alarmActions` with a topic that somebody reads, and the rule a target.",
    url: controlPage("CloudWatch.15"),
    decidableInPreview: true,
    check: (view) => [
        ...view.each([T.alarm, T.compositeAlarm], (alarm) => {
            const enabled = alarm.flag("actionsEnabled") !== false;
            const does = alarm.list("alarmActions").length > 0 || isReadElsewhere(view, alarm);
            return unless(enabled && does, "rings where nobody hears it");
        }),
        ...view.each(T.eventRule, (rule) => [
            ...unless(
                view.users(rule, T.eventTarget).length > 0 || targetsByName(view, rule),
                "tells nobody",
            ),
            ...unless(!["DISABLED"].includes(rule.text("state") ?? ""), "is switched off"),
        ]),
    ],
};

function targetsByName(view: View, rule: Item): boolean {
    const name = rule.at("name");
    return typeof name === "string" && view.all(T.eventTarget).some((target) => target.at("rule") === name);
}

/** Composite alarms and deployments read alarms too. */
function isReadElsewhere(view: View, alarm: Item): boolean {
    const name = alarm.at("name");
    const readers = view.users(alarm, T.compositeAlarm, T.deploymentGroup, T.service).length > 0;
    return (
        readers ||
        (typeof name === "string" &&
            view
                .all(T.compositeAlarm, T.service)
                .some((reader) =>
                    JSON.stringify([reader.at("alarmRule") ?? null, reader.at("alarms") ?? null]).includes(
                        name,
                    ),
                ))
    );
}

const topicsHaveReaders: Rule = {
    name: "topic-has-reader",
    control: [],
    level: "mandatory",
    waivable: "operations",
    description: "Somebody reads every topic, and nobody over a line without encryption.",
    remediation: "Register an aws.sns.TopicSubscription, or a chat channel, for the topic; not with `http`.",
    url: "https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
    decidableInPreview: true,
    check: (view) => [
        ...view.each(T.topic, (topic) =>
            unless(
                view.users(topic, T.topicSubscription, T.chatSlack, T.chatTeams).length > 0,
                "is a topic that nobody reads",
            ),
        ),
        ...view.each(T.topicSubscription, (subscription) =>
            unless(subscription.text("protocol") !== "http", "sends without encryption"),
        ),
    ],
};

/** Each type that writes to topics, and the service in whose name it does. */
const PUBLISHERS: readonly (readonly [service: string, inDefaultPolicy: boolean, ...types: string[]])[] = [
    ["backup.amazonaws.com", false, T.vaultNotifications],
    ["budgets.amazonaws.com", false, T.budget],
    ["cloudwatch.amazonaws.com", true, T.alarm, T.compositeAlarm],
    ["codestar-notifications.amazonaws.com", false, T.notificationRule],
    ["costalerts.amazonaws.com", false, T.costSubscription],
    ["events.amazonaws.com", false, T.eventTarget],
    ["events.rds.amazonaws.com", true, T.databaseEvents],
    ["s3.amazonaws.com", false, T.bucketNotification],
];

const topicsAllowPublishers: Rule = {
    name: "topic-allows-its-publishers",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "Whoever has something to say in a topic may: services by its policy and its key, roles by theirs.",
    remediation:
        "Allow `sns:Publish` to the service in the topic's policy, or to the role in a policy of its own.",
    url: "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.topic, (topic) => [
            ...servicesSaid(view, topic),
            ...publishingRoles(view, topic).flatMap((role) =>
                unless(
                    mayUse(granted(view, role), "sns:Publish", topic),
                    `is written to by ${role.name}, which may not`,
                ),
            ),
        ]),
};

function servicesSaid(view: View, topic: Item): readonly Said[] {
    const policies = view.users(topic, T.topicPolicy);
    const statements = [...policies, topic]
        .filter((item) => !item.lacks("policy"))
        .flatMap((policy) => policy.statements("policy"));
    const isDefault = policies.length === 0 && topic.lacks("policy");
    const publishers = PUBLISHERS.filter(([, , ...types]) => view.users(topic, ...types).length > 0);
    const refused = publishers.filter(([service, inDefault]) =>
        isDefault ? !inDefault : !allows(statements, service, "sns:Publish"),
    );
    const locked = publishers.filter(([service]) => !opens(view, topic, service));
    const names = (some: typeof PUBLISHERS): string => some.map(([service]) => service).join(", ");
    return [
        ...unless(refused.length === 0, `refuses ${names(refused)}`),
        ...unless(locked.length === 0, `has a key that ${names(locked)} may not use`),
    ];
}

function allows(statements: readonly Statement[], service: string, action: string): boolean {
    return allowing(statements, action).some(({ principals }) =>
        principals.some(({ name }) => name === service || name === "*"),
    );
}

/** AWS's own key for topics lets no service in. https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html */
function opens(view: View, topic: Item, service: string): boolean {
    const key = topic.ref("kmsMasterKeyId", T.key);
    const policies = key === undefined ? [] : [key, ...view.users(key, T.keyPolicy)];
    const statements = policies
        .filter((item) => !item.lacks("policy"))
        .flatMap((item) => item.statements("policy"));
    return (
        topic.lacks("kmsMasterKeyId") ||
        (key === undefined
            ? topic.text("kmsMasterKeyId") !== "alias/aws/sns"
            : ["kms:Decrypt", "kms:GenerateDataKey"].every((action) => allows(statements, service, action)))
    );
}

/** Roles of what names the topic to write to it: pipelines that ask, deployments, functions and builds. */
function publishingRoles(view: View, topic: Item): readonly Item[] {
    const asking = view.users(topic, T.pipeline).flatMap((pipeline) =>
        actionsOf(pipeline)
            .filter(({ path }) => pipeline.refs(`${path}.configuration.NotificationArn`).includes(topic))
            .flatMap(({ path, value }) =>
                pipeline.refs(isObject(value) && "roleArn" in value ? `${path}.roleArn` : "roleArn", T.role),
            ),
    );
    const named = (type: string, variables: string, role: string): readonly Item[] =>
        view
            .users(topic, type)
            .filter((item) => item.refersTo(variables, topic))
            .flatMap((item) => item.refs(role, T.role));
    return [
        ...new Set([
            ...asking,
            ...named(T.deploymentGroup, "triggerConfigurations", "serviceRoleArn"),
            ...named(T.lambda, "environment", "role"),
            ...named(T.buildProject, "environment", "serviceRole"),
        ]),
    ];
}

/** Managed policies that let a channel look, and no more. */
const LOOKING = /\/(?:\w*ReadOnly\w*|ViewOnlyAccess|AWSDenyAll)$/;

const chatsLook: Rule = {
    name: "chat-may-only-look",
    control: [],
    level: "mandatory",
    waivable: "application",
    description: "Whoever is in a chat channel may look at most, and acts in his own name.",
    remediation:
        "Set `guardrailPolicyArns` to a policy that only reads, and `userAuthorizationRequired` to true.",
    url: "https://docs.aws.amazon.com/chatbot/latest/adminguide/understanding-permissions.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each([T.chatSlack, T.chatTeams], (chat) => {
            const guardrails = chat.texts("guardrailPolicyArns");
            const acts = granted(view, chat.ref("iamRoleArn", T.role))
                .flatMap(({ actions }) => actions)
                .filter((action) => !/^[\w-]+:(?:Describe|Get|List)\w*$/.test(action));
            return [
                ...unless(
                    guardrails.length > 0 && guardrails.every((arn) => LOOKING.test(arn)),
                    "lets a channel do more than look",
                ),
                ...unless(acts.length === 0, `has a role that may ${acts.join(", ")}`),
                ...unless(
                    chat.flag("userAuthorizationRequired") === true,
                    "lets everybody in the channel act in one name",
                ),
            ];
        }),
};

const busesLimited: Rule = {
    name: "event-bus-has-policy",
    control: ["EventBridge.3"],
    level: "mandatory",
    waivable: "never",
    description: "A bus of one's own says who may put events on it.",
    remediation: "Register an aws.cloudwatch.EventBusPolicy for the bus.",
    url: controlPage("EventBridge.3"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.eventBus, (bus) => {
            const name = bus.at("name");
            const policies = [
                ...view.users(bus, T.eventBusPolicy),
                ...view.all(T.eventBusPolicy).filter((policy) => policy.at("eventBusName") === name),
            ];
            return unless(policies.length > 0, "does not say who may put events on it");
        }),
};

const targetsMayStart: Rule = {
    name: "event-target-may-start-what-it-names",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "A rule or a schedule that starts a pipeline or a build has a role that may.",
    remediation: "Give the target a `roleArn` whose policy names what it starts.",
    url: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-identity-based.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) => [
        ...view.each(T.eventTarget, (target) => mayStart(view, target, "arn", "roleArn")),
        ...view.each(T.schedule, (schedule) => mayStart(view, schedule, "target.arn", "target.roleArn")),
    ],
};

const STARTING: readonly (readonly [type: string, action: string])[] = [
    [T.pipeline, "codepipeline:StartPipelineExecution"],
    [T.buildProject, "codebuild:StartBuild"],
];

function mayStart(view: View, item: Item, target: string, role: string): readonly Said[] {
    return STARTING.flatMap(([type, action]) =>
        item
            .refs(target, type)
            .flatMap((started) =>
                unless(
                    item.refs(role, T.role).some((one) => mayUse(granted(view, one), action, started)) ||
                        (!item.lacks(role) && item.refs(role, T.role).length === 0),
                    `starts ${started.name}, and may not`,
                ),
            ),
    );
}

export const TELLING: readonly Rule[] = [
    alarmsHaveReaders,
    topicsHaveReaders,
    topicsAllowPublishers,
    chatsLook,
    busesLimited,
    targetsMayStart,
];
