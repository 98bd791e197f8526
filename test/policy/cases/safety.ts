import type { Json } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { allow, changed, document, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const PASSWORD = "random:index/randomPassword:RandomPassword";
const provider = resource("pulumi:providers:aws", "aws", {
    defaultTags: JSON.stringify({ tags: { "selfhost:environment": "test" } }),
});
const secret = resource(T.secret, "secret", { recoveryWindowInDays: 30 });
const generated = resource(PASSWORD, "generated", { length: 32 }, { protect: true });
const versionOf = (source: typeof generated) =>
    resource(
        T.secretVersion,
        "version",
        { secretString: "[secret]" },
        { hidden: { secretString: [source] } },
    );

export const PROTECTION_CASES: Cases = {
    "data-protected": {
        holds: {
            "all that holds data": [T.databaseCluster, T.bucket, T.fileSystem, T.repository].map((type) =>
                resource(type, "data", {}, { protect: true }),
            ),
        },
        fails: {
            "a database": [
                [resource(T.databaseCluster, "database")],
                "database can be deleted or replaced by the next update",
            ],
            "a file system": [
                [resource(T.fileSystem, "files")],
                "files can be deleted or replaced by the next update",
            ],
            "a bucket": [
                [resource(T.bucket, "bucket")],
                "bucket can be deleted or replaced by the next update",
            ],
        },
    },
    "generated-secret-protected": {
        holds: {
            "it is": [generated, versionOf(generated)],
            "of no secret": [changed(generated, {}, { protect: false })],
        },
        fails: {
            "it is not": [
                [changed(generated, {}), versionOf(generated)],
                "generated can be deleted or replaced by the next update",
            ],
        },
    },
    "data-not-emptied": {
        holds: { "nothing is said": [resource(T.bucket, "bucket"), resource(T.repository, "images")] },
        fails: {
            "a bucket": [
                [resource(T.bucket, "bucket", { forceDestroy: true })],
                "bucket is emptied when it is deleted",
            ],
            "a repository": [
                [resource(T.repository, "images", { forceDelete: true })],
                "images is emptied when it is deleted",
            ],
        },
    },
    "secret-recovery-window": {
        holds: { "a month": [secret], "AWS's choice": [changed(secret, { recoveryWindowInDays: null })] },
        fails: {
            none: [[changed(secret, { recoveryWindowInDays: 0 })], "secret is gone as soon as it is deleted"],
        },
    },
    "provider-tags-everything": {
        holds: { "it does": [provider] },
        fails: {
            "nothing is said": [[changed(provider, { defaultTags: null })], "aws does not tag what it makes"],
            "not with the environment": [
                [changed(provider, { defaultTags: JSON.stringify({ tags: { project: "wiki" } }) })],
                "aws does not tag what it makes",
            ],
        },
    },
};

const topic = resource(T.topic, "topic");
const subscription = resource(T.topicSubscription, "subscription", { topic: ref(topic, "arn") });
const alarm = resource(T.alarm, "alarm", { name: "alarm", alarmActions: [ref(topic, "arn")] });
const publish = (service: string): Json =>
    allow("sns:Publish", ref(topic, "arn"), { Principal: { Service: service } });
const topicPolicy = (...statements: readonly Json[]) =>
    resource(T.topicPolicy, "policy", { arn: ref(topic, "arn"), policy: document(...statements) });
const logs = resource(T.logGroup, "logs", { name: "/app", retentionInDays: 30 });
const taskTo = (group: string) =>
    resource(T.taskDefinition, "task", {
        containerDefinitions: JSON.stringify([
            { name: "app", logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": group } } },
        ]),
    });
const cluster = resource(T.databaseCluster, "database", {
    clusterIdentifier: "test-app-1",
    enabledCloudwatchLogsExports: ["audit"],
});

export const CONSISTENCY_CASES: Cases = {
    "log-group-expires": {
        holds: { "a month": [logs] },
        fails: {
            never: [[changed(logs, { retentionInDays: 0 })], "logs keeps its lines for ever"],
            "nothing is said": [[changed(logs, { retentionInDays: null })], "logs keeps its lines for ever"],
        },
    },
    "log-group-declared": {
        holds: {
            "by name": [logs, taskTo("/app")],
            "by reference": [logs, taskTo(ref(logs, "name"))],
            "a function's": [logs, resource(T.lambda, "function", { loggingConfig: { logGroup: "/app" } })],
            "a function's own": [
                resource(T.logGroup, "own", { name: "/aws/lambda/f" }),
                resource(T.lambda, "function", { name: "f" }),
            ],
            "a database's": [
                cluster,
                resource(T.logGroup, "audit", { name: "/aws/rds/cluster/test-app-1/audit" }),
            ],
        },
        fails: {
            "a container": [
                [logs, taskTo("/other")],
                "task: container `app` writes to a log group that the stack does not make",
            ],
            "a function": [
                [resource(T.lambda, "function", { name: "f" })],
                "function writes to a log group that the stack does not make",
            ],
            "a database": [
                [cluster, logs],
                "database exports audit to log groups that the stack does not make",
            ],
        },
    },
    "alarm-has-reader": {
        holds: {
            "a topic that somebody reads": [topic, subscription, alarm],
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
        },
        fails: {
            nobody: [[changed(alarm, { alarmActions: [] })], "alarm rings where nobody hears it"],
            "it is off": [
                [topic, subscription, changed(alarm, { actionsEnabled: false })],
                "alarm rings where nobody hears it",
            ],
            "a topic that nobody reads": [[topic, alarm], "topic is a topic that nobody reads"],
        },
    },
    "topic-allows-its-publishers": {
        holds: {
            "it does": [topic, alarm, topicPolicy(publish("cloudwatch.amazonaws.com"))],
            "AWS's own policy": [topic, alarm],
        },
        fails: {
            "alarms may not": [
                [topic, alarm, topicPolicy(publish("events.amazonaws.com"))],
                "policy refuses cloudwatch.amazonaws.com",
            ],
        },
    },
};
