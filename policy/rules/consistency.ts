/** Logs that end and have groups, values and services that have one writer. */
import { containersOf } from "../containers";
import { allowing } from "../document";
import { at, rawText, referencesIn } from "../json";
import { actionsBy } from "../pipelines";
import { CONTAINERS_LATER, controlPage, POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { unless, type View } from "../view";

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

const logsKept: Rule = {
    name: "log-group-kept-for-a-year",
    control: ["CloudWatch.16", "CKV_AWS_338", "CKV_AWS_66"],
    level: "advisory",
    waivable: "cost",
    description: "What happened can be looked up a year later.",
    remediation: "Set `selfhost:logs.retentionDays`, or `logs.retentionDays` of the app, to 365 or more.",
    url: controlPage("CloudWatch.16"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.logGroup, (group) => {
            const days = group.number("retentionInDays") ?? 0;
            return unless(days === 0 || days >= 365, `forgets its lines after ${days} days`);
        }),
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
        ...view.each(T.buildProject, (project) => {
            const group = rawText(project.at("logsConfig.cloudwatchLogs"), "groupName");
            const on = project.text("logsConfig.cloudwatchLogs.status") !== "DISABLED";
            return unless(
                !on ||
                    isDeclared(
                        view,
                        group === "" ? `/aws/codebuild/${rawText(project.resource.inputs, "name")}` : group,
                    ),
                "writes to a log group that the stack does not make",
            );
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

const releaseKept: Rule = {
    name: "release-parameter-has-one-writer",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "A parameter that a pipeline writes is not set back by the next `pulumi up`.",
    remediation: "Ignore changes of the parameter's value.",
    url: "https://www.pulumi.com/docs/iac/concepts/options/ignorechanges/",
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.parameter, (parameter) => {
            const name = parameter.at("name");
            const released = typeof name === "string" && /\/(?:releases|verified)\/[^/]+$/.test(name);
            const written = view
                .all(T.rolePolicy, T.policy)
                .some((policy) =>
                    allowing(policy.statements("policy"), "ssm:PutParameter").some(({ resources }) =>
                        resources.some(
                            (one) =>
                                one.includes(parameter.urn) ||
                                (typeof name === "string" && one.endsWith(`:parameter${name}`)),
                        ),
                    ),
                );
            const kept = ["insecureValue", "value"].some((path) =>
                parameter.options.ignoreChanges.includes(path),
            );
            return unless(kept || !(released || written), "is set back by every update");
        }),
};

const oneWriter: Rule = {
    name: "service-has-one-writer",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "What a pipeline or CodeDeploy deploys is not set back by the next `pulumi up`.",
    remediation:
        "Ignore changes of the service's `taskDefinition`, and of its `loadBalancers` where CodeDeploy shifts traffic.",
    url: "https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html",
    decidableInPreview: true,
    check: (view) => [
        ...view.each(T.pipeline, (pipeline) =>
            actionsBy(pipeline, "ECS").flatMap(({ path, name }) =>
                pipeline
                    .refs(`${path}.configuration.ServiceName`, T.service)
                    .flatMap((service) =>
                        unless(
                            service.options.ignoreChanges.includes("taskDefinition"),
                            `deploys ${service.name} (${name}), whose release every update sets back`,
                        ),
                    ),
            ),
        ),
        ...view.each(T.deploymentGroup, (group) =>
            group.refs("ecsService", T.service).flatMap((service) =>
                unless(
                    ["loadBalancers", "taskDefinition"].every((path) =>
                        service.options.ignoreChanges.includes(path),
                    ),
                    `deploys ${service.name}, whose release every update sets back`,
                ),
            ),
        ),
    ],
};

export const CONSISTENCY: readonly Rule[] = [logsExpire, logsKept, logsHaveGroups, releaseKept, oneWriter];
