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

const release = resource(T.parameter, "release", { name: "/selfhost/test/releases/app" });
const service = resource(T.service, "service");
const deploying = resource(T.pipeline, "pipeline", {
    stages: [
        {
            name: "Deploy",
            actions: [
                { name: "Deploy", provider: "ECS", configuration: { ServiceName: ref(service, "name") } },
            ],
        },
    ],
});
const deploymentGroup = resource(T.deploymentGroup, "group", {
    ecsService: { clusterName: "test", serviceName: ref(service, "name") },
});
const buildTo = (groupName: string) =>
    resource(T.buildProject, "build", { logsConfig: { cloudwatchLogs: { status: "ENABLED", groupName } } });

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
            "a build's": [logs, buildTo("/app")],
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
            "a build": [
                [logs, buildTo("/other")],
                "build writes to a log group that the stack does not make",
            ],
            "a database": [
                [cluster, logs],
                "database exports audit to log groups that the stack does not make",
            ],
        },
    },
    "release-parameter-has-one-writer": {
        holds: {
            "it is ignored": [changed(release, {}, { ignoreChanges: ["insecureValue"] })],
            "another parameter": [changed(release, { name: "/selfhost/test/settings" })],
        },
        fails: {
            "a release": [[release], "release is set back by every update"],
            "what a role writes": [
                [
                    changed(release, { name: "/selfhost/test/colour" }),
                    resource(T.rolePolicy, "policy", {
                        policy: document(allow("ssm:PutParameter", [ref(release, "arn")])),
                    }),
                ],
                "release is set back by every update",
            ],
        },
    },
    "service-has-one-writer": {
        holds: {
            "a pipeline": [changed(service, {}, { ignoreChanges: ["taskDefinition"] }), deploying],
            CodeDeploy: [
                changed(service, {}, { ignoreChanges: ["loadBalancers", "taskDefinition"] }),
                deploymentGroup,
            ],
            "a pipeline that only builds": [service, resource(T.pipeline, "pipeline", { stages: [] })],
        },
        fails: {
            "a pipeline": [
                [service, deploying],
                "pipeline deploys service (Deploy), whose release every update sets back",
            ],
            CodeDeploy: [
                [changed(service, {}, { ignoreChanges: ["taskDefinition"] }), deploymentGroup],
                "group deploys service, whose release every update sets back",
            ],
        },
    },
};
