/** Logs that end, alarms that somebody reads. */
import { containersOf } from "../containers";
import { at, rawText, referencesIn } from "../json";
import { CONTAINERS_LATER, controlPage, POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

const logsExpire: Rule = {
    name: "log-group-expires",
    control: ["CloudWatch.16"],
    level: "mandatory",
    waivable: "never",
    description: "No log is kept, and paid for, for ever.",
    remediation: "Set `retentionInDays`.",
    url: controlPage("CloudWatch.16"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.logGroup, (group) =>
            unless((group.number("retentionInDays") ?? 0) > 0, "keeps its lines for ever"),
        ),
};

const logsHaveGroups: Rule = {
    name: "log-group-declared",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "Whatever writes a log finds a group of the stack: one that a service makes by itself never expires.",
    remediation: "Register an aws.cloudwatch.LogGroup with the name that the service writes to.",
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) => [
        ...view.each(T.taskDefinition, (task) =>
            containersOf(task).flatMap(({ name, value }) => {
                const options = at(value, "logConfiguration.options");
                const group = rawText(options, "awslogs-group");
                return unless(
                    group === "" || isDeclared(view, group),
                    `: container \`${name}\` writes to a log group that the stack does not make`,
                );
            }),
        ),
        ...view.each(T.lambda, (lambda) => {
            const group = rawText(lambda.at("loggingConfig"), "logGroup");
            const name = rawText(lambda.resource.inputs, "name");
            const own =
                group !== ""
                    ? isDeclared(view, group)
                    : name !== "" && isDeclared(view, `/aws/lambda/${name}`);
            return unless(own, "writes to a log group that the stack does not make");
        }),
        ...view.each(T.databaseCluster, (cluster) => {
            const identifier = rawText(cluster.resource.inputs, "clusterIdentifier");
            const missing = cluster
                .texts("enabledCloudwatchLogsExports")
                .filter((log) => !isDeclared(view, `/aws/rds/cluster/${identifier}/${log}`));
            return unless(
                missing.length === 0,
                `exports ${missing.join(", ")} to log groups that the stack does not make`,
            );
        }),
    ],
};

function isDeclared(view: View, name: string): boolean {
    return (
        view.all(T.logGroup).some((group) => group.at("name") === name) ||
        referencesIn(name).some((reference) => view.resolve(reference)?.type === T.logGroup)
    );
}

const alarmsHaveReaders: Rule = {
    name: "alarm-has-reader",
    control: ["CloudWatch.15", "CloudWatch.17"],
    level: "mandatory",
    waivable: "operations",
    description: "Every alarm tells somebody, or does something.",
    remediation: "Give the alarm an `alarmActions` with a topic that somebody reads.",
    url: controlPage("CloudWatch.15"),
    decidableInPreview: true,
    check: (view) => [
        ...view.each([T.alarm, T.compositeAlarm], (alarm) => {
            const enabled = alarm.flag("actionsEnabled") !== false;
            const does = alarm.list("alarmActions").length > 0 || isReadElsewhere(view, alarm);
            return unless(enabled && does, "rings where nobody hears it");
        }),
        ...view.each(T.topic, (topic) =>
            unless(
                view.users(topic, T.topicSubscription, T.chatSlack, T.chatTeams).length > 0,
                "is a topic that nobody reads",
            ),
        ),
    ],
};

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

const topicsAllowPublishers: Rule = {
    name: "topic-allows-its-publishers",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "A topic with a policy of its own lets those publish who have something to say.",
    remediation: "Allow `sns:Publish` to the service in the topic's policy.",
    url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.topicPolicy, (policy) => {
            const topics = policy.refs("arn", T.topic);
            const statements = policy.statements("policy").filter(({ allows }) => allows);
            const publishers = topics.flatMap((topic) => publishersOf(view, topic));
            const refused = [...new Set(publishers)].filter(
                (service) =>
                    !statements.some(({ principals }) =>
                        principals.some(({ name }) => name === service || name === "*"),
                    ),
            );
            return unless(refused.length === 0, `refuses ${refused.join(", ")}`);
        }),
};

function publishersOf(view: View, topic: Item): readonly string[] {
    const said: readonly (readonly [readonly string[], string])[] = [
        [[T.alarm, T.compositeAlarm], "cloudwatch.amazonaws.com"],
        [["aws:cloudwatch/eventTarget:EventTarget"], "events.amazonaws.com"],
        [["aws:budgets/budget:Budget"], "budgets.amazonaws.com"],
        [
            ["aws:codestarnotifications/notificationRule:NotificationRule"],
            "codestar-notifications.amazonaws.com",
        ],
        [["aws:backup/vaultNotifications:VaultNotifications"], "backup.amazonaws.com"],
    ];
    return said.flatMap(([types, service]) => (view.users(topic, ...types).length > 0 ? [service] : []));
}

export const CONSISTENCY: readonly Rule[] = [
    logsExpire,
    logsHaveGroups,
    alarmsHaveReaders,
    topicsAllowPublishers,
];
