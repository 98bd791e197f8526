/** Who is told how pipelines, builds and deployments go: people by e-mail in a sentence, chat channels by the event itself. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { createChats } from "./chat";
import type { DeliveryArgs, Options } from "./args";
import { type Happening, happenings } from "./events";

export interface Topics {
    /** Of sentences, to e-mail. */
    readonly mail: aws.sns.Topic | undefined;
    /** Of events, to Slack and Teams, which know how to show them and drop what is not one. */
    readonly chat: aws.sns.Topic | undefined;
}

export function createTopics(name: string, args: DeliveryArgs, opts: Options): Topics {
    const { emails, slack, teams } = args.settings.notifications;
    const mail = emails.length === 0 ? undefined : createTopic(`${name}-mail`, args, opts);
    if (mail !== undefined) {
        subscribe(`${name}-mail`, mail, emails, opts);
    }
    const chat = slack.length + teams.length === 0 ? undefined : createTopic(`${name}-chat`, args, opts);
    if (chat !== undefined) {
        createChats(`${name}-chat`, args, chat, opts);
    }
    if (mail !== undefined || chat !== undefined) {
        for (const happening of happenings(args)) {
            announce(`${name}-${happening.name}`, happening, { mail, chat }, opts);
        }
    }
    return { mail, chat };
}

/** For an approval: whoever is asked, and only CodePipeline's own roles ask. `label` is what AWS calls it. */
export function createApprovalTopic(
    name: string,
    emails: readonly string[],
    args: Pick<DeliveryArgs, "environment">,
    opts: Options,
    label: string = name,
): aws.sns.Topic {
    const topic = new aws.sns.Topic(name, { name: topicName(label, args) }, opts);
    subscribe(name, topic, emails, opts);
    return topic;
}

/**
 * Without a key: EventBridge cannot use the one that AWS manages for topics, and a key of one's own costs more than it
 * protects, which is the names of pipelines and how they ended.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
function createTopic(name: string, args: DeliveryArgs, opts: Options): aws.sns.Topic {
    const topic = new aws.sns.Topic(name, { name: topicName(name, args) }, opts);
    new aws.sns.TopicPolicy(`${name}-policy`, { arn: topic.arn, policy: topicPolicy(topic.arn, args) }, opts);
    return topic;
}

/** With the environment, which the policies of the bootstrap go by. */
function topicName(name: string, { environment }: Pick<DeliveryArgs, "environment">): string {
    return `selfhost-${environment}-${name}`;
}

/**
 * Rules of this account and region alone, and nobody without TLS. Roles of the account have policies of their own.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
export function topicPolicy(
    topicArn: pulumi.Input<string>,
    { partition, region, accountId }: Pick<DeliveryArgs, "partition" | "region" | "accountId">,
): pulumi.Output<string> {
    return pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "EventsOfThisAccount",
                Effect: "Allow",
                Principal: { Service: "events.amazonaws.com" },
                Action: "sns:Publish",
                Resource: topicArn,
                Condition: {
                    StringEquals: { "aws:SourceAccount": accountId },
                    ArnLike: { "aws:SourceArn": `arn:${partition}:events:${region}:${accountId}:rule/*` },
                },
            },
            {
                Sid: "TlsOnly",
                Effect: "Deny",
                Principal: "*",
                Action: "sns:Publish",
                Resource: topicArn,
                Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
        ],
    });
}

/** Each person confirms once, in the e-mail that SNS sends. */
function subscribe(name: string, topic: aws.sns.Topic, emails: readonly string[], opts: Options): void {
    for (const email of emails) {
        new aws.sns.TopicSubscription(
            `${name}-${email.replaceAll(/[^A-Za-z0-9]+/g, "-")}`,
            { topic: topic.arn, protocol: "email", endpoint: email },
            opts,
        );
    }
}

/** No role: a topic's own policy lets EventBridge in, and with a role delivery may fail. */
function announce(
    name: string,
    { pattern, paths, sentence }: Happening,
    topics: Topics,
    opts: Options,
): void {
    const rule = new aws.cloudwatch.EventRule(
        name,
        { description: sentence, eventPattern: JSON.stringify(pattern), state: "ENABLED" },
        opts,
    );
    if (topics.mail !== undefined) {
        new aws.cloudwatch.EventTarget(
            `${name}-mail`,
            {
                rule: rule.name,
                arn: topics.mail.arn,
                inputTransformer: { inputPaths: { ...paths }, inputTemplate: JSON.stringify(sentence) },
            },
            opts,
        );
    }
    if (topics.chat !== undefined) {
        new aws.cloudwatch.EventTarget(`${name}-chat`, { rule: rule.name, arn: topics.chat.arn }, opts);
    }
}
