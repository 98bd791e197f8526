import { T } from "../../../policy/types";
import { only } from "../../support/graph";
import { allow, document, ref, resource } from "../../support/graphs";
import { add, options, type Plantings, remove, rewrite, set, statement, trust } from "./changes";

const STRANGER = "arn:aws:iam::333333333333:root";

/** Mistakes in the pipeline of examples/web.yaml: a build, checks of pull requests, an action of ECS. */
export const PIPELINE: Plantings = {
    "a token in a build's variable": [
        rewrite(
            T.buildProject,
            "api-pipeline-image",
            "environment",
            '"environmentVariables":[',
            '"environmentVariables":[{"name":"NPM_TOKEN","type":"PLAINTEXT","value":"x"},',
        ),
        "no-secret-in-build",
    ],
    "a password in a buildspec": [
        rewrite(
            T.buildProject,
            "api-pipeline-image",
            "source",
            "commands:\\n",
            "commands:\\n      - docker login -u me -p hunter2 registry\\n",
        ),
        "no-secret-in-build",
    ],
    "a password in the app's own commands": [
        rewrite(
            T.buildProject,
            "api-pipeline-integration",
            "environment",
            "curl --fail",
            "curl -u me:hunter2 --fail",
        ),
        "no-secret-in-build",
    ],
    "a token in an action": [
        rewrite(
            T.pipeline,
            "api-pipeline-pipeline",
            "stages",
            String.raw`\"name\":\"STEP\",\"value\":\"build\"`,
            String.raw`\"name\":\"API_TOKEN\",\"value\":\"abc\"`,
        ),
        "no-secret-in-build",
    ],
    "somebody's token for the repository": [
        add(() =>
            resource(T.sourceCredential, "token", { authType: "PERSONAL_ACCESS_TOKEN", token: "[secret]" }),
        ),
        "source-by-connection",
    ],
    "a repository without a connection": [
        rewrite(
            T.buildProject,
            "api-pipeline-checks",
            "source",
            '"type":"CODECONNECTIONS"',
            '"type":"OAUTH"',
        ),
        "source-by-connection",
    ],
    "a build without a log": [
        set(T.buildProject, "api-pipeline-steps", { logsConfig: { cloudwatchLogs: { status: "DISABLED" } } }),
        "build-logs",
    ],
    "a log for ever": [
        set(T.logGroup, "api-pipeline-image-log", { retentionInDays: 0 }),
        "log-group-expires",
    ],
    "a log of CodeBuild's own": [
        rewrite(
            T.buildProject,
            "api-pipeline-steps",
            "logsConfig",
            /"groupName":"[^"]*"/,
            '"groupName":"/aws/codebuild/x"',
        ),
        "log-group-declared",
    ],
    "builds that everybody sees": [
        set(T.buildProject, "api-pipeline-checks", { projectVisibility: "PUBLIC_READ" }),
        "build-output-encrypted",
    ],
    "the rights of the machine, to check a page": [
        rewrite(
            T.buildProject,
            "api-pipeline-integration",
            "environment",
            '"privilegedMode":false',
            '"privilegedMode":true',
        ),
        "build-privileged-only-for-images",
    ],
    "pull requests of everybody": [
        set(T.buildWebhook, "api-pipeline-checks-webhook", { pullRequestBuildPolicy: null }),
        "webhook-filtered",
    ],
    "whatever happens in the repository": [
        set(T.buildWebhook, "api-pipeline-checks-webhook", { filterGroups: [] }),
        "webhook-filtered",
    ],
    "a check that writes artifacts": [
        statement("api-pipeline-checks-role-policy", allow("s3:PutObject", "arn:aws:s3:::artifacts/*")),
        "check-changes-nothing",
    ],
    "a pull request that is released": [
        rewrite(
            T.pipeline,
            "api-pipeline-pipeline",
            "triggers",
            '"pushes":',
            '"pullRequests":[{"events":["OPEN"]}],"pushes":',
        ),
        "pipeline-started-by-named-branch",
    ],
    "every branch that is released": [
        rewrite(T.pipeline, "api-pipeline-pipeline", "triggers", '"includes":["main"]', '"includes":["**"]'),
        "pipeline-started-by-named-branch",
    ],
    "builds by the role that deploys": [
        set(T.buildProject, "api-pipeline-image", (_, graph) => ({
            serviceRole: ref(only(graph, T.role, "api-pipeline-role"), "arn"),
        })),
        "pipeline-roles-apart",
    ],
    "artifacts for ever": [
        remove(T.bucketLifecycle, "delivery-bucket-lifecycle"),
        "pipeline-artifacts-expire",
        "bucket-lifecycle",
    ],
    "an artifact bucket that can be public": [
        remove(T.bucketPublicAccess, "delivery-bucket-public-access"),
        "bucket-blocks-public-access",
    ],
    "artifacts that nobody says how to encrypt": [
        remove(T.bucketEncryption, "delivery-bucket-encryption"),
        "bucket-encryption-declared",
    ],
    "releases from another account": [
        statement(
            "delivery-bucket-policy",
            allow("s3:PutObject", "arn:aws:s3:::delivery/incoming/*", { Principal: { AWS: STRANGER } }),
            T.bucketPolicy,
        ),
        "no-account-that-settings-do-not-name",
    ],
    "a build's role for any account": [
        trust("api-pipeline-image-role", { Service: "codebuild.amazonaws.com" }),
        "trust-limited-to-account",
    ],
    "a build that may push to every repository": [
        statement("api-pipeline-image-role-policy", allow("ecr:PutImage", "*")),
        "policy-names-its-resources",
    ],
    "a deployment that hands on any role": [
        statement("api-pipeline-deploy-policy", allow("iam:PassRole", "arn:aws:iam::123456789012:role/*")),
        "pass-role-limited",
        "policy-names-its-resources",
    ],
    "a release that every update sets back": [
        options(T.parameter, "api-image-release", { ignoreChanges: [] }),
        "release-parameter-has-one-writer",
    ],
    "a service with two writers": [
        options(T.service, "api-service", { ignoreChanges: ["desiredCount"] }),
        "service-has-one-writer",
    ],
};

/** Mistakes in what applies examples/backstage.yaml and in who is told: approvals, a chat channel, a schedule. */
export const TOLD: Plantings = {
    "a channel that may do everything": [
        rewrite(
            T.chatSlack,
            "delivery-chat-c07ez1abc23",
            "guardrailPolicyArns",
            "CloudWatchReadOnlyAccess",
            "AdministratorAccess",
        ),
        "chat-may-only-look",
    ],
    "a channel in one name": [
        set(T.chatSlack, "delivery-chat-c07ez1abc23", { userAuthorizationRequired: false }),
        "chat-may-only-look",
    ],
    "a topic that events may not write to": [
        remove(T.topicPolicy, "delivery-chat-policy"),
        "topic-allows-its-publishers",
    ],
    "a topic for rules of any account": [
        set(T.topicPolicy, "delivery-chat-policy", (old, graph) => ({
            policy: document(
                allow("sns:Publish", ref(only(graph, T.topic, "delivery-chat"), "arn"), {
                    Principal: { Service: "events.amazonaws.com" },
                }),
            ),
        })),
        "service-acts-for-own-account",
    ],
    "a topic that nobody reads": [
        remove(T.topicSubscription, "delivery-infrastructure-approval-1-platform-example-com"),
        "topic-has-reader",
    ],
    "a topic with a key that events may not use": [
        set(T.topic, "delivery-chat", { kmsMasterKeyId: "alias/aws/sns" }),
        "topic-allows-its-publishers",
    ],
    "a rule that tells nobody": [remove(T.eventTarget, "delivery-pipelines-chat"), "alarm-has-reader"],
    "a schedule that may not start its build": [
        remove(T.rolePolicy, "delivery-drift-role-policy"),
        "event-target-may-start-what-it-names",
    ],
    "a schedule's role for any account": [
        trust("delivery-drift-role", { Service: "scheduler.amazonaws.com" }),
        "trust-limited-to-account",
    ],
    "an infrastructure that nobody agrees to": [
        rewrite(
            T.pipeline,
            "delivery-infrastructure",
            "stages",
            '"category":"Approval"',
            '"category":"Invoke"',
        ),
        "pipeline-asks-before-deploying",
    ],
};

/** Mistakes in the deployments of examples/ghostcodedeploy.yaml. */
export const CODE_DEPLOY: Plantings = {
    "a deployment that stays when it fails": [
        set(T.deploymentGroup, "ghost-deploy-group", { autoRollbackConfiguration: { enabled: false } }),
        "service-returns-from-bad-release",
    ],
    "a service that every update sets back": [
        options(T.service, "ghost-codedeploy", { ignoreChanges: [] }),
        "service-has-one-writer",
    ],
    "CodeDeploy's role for any account": [
        trust("ghost-deploy-role", { Service: "codedeploy.amazonaws.com" }),
        "trust-limited-to-account",
    ],
    "hooks of every function": [
        statement("ghost-deploy-policy", allow("lambda:InvokeFunction", "*")),
        "policy-names-its-resources",
    ],
};

/** Mistakes in blue/green and canary deployments of examples/strategies.yaml. */
export const STRATEGIES: Plantings = {
    "a hook that may not be called": [
        remove(T.rolePolicy, "blue-hook-policy"),
        "deployment-hook-may-call-its-function",
    ],
    "a hook's role that deploys": [
        statement(
            "blue-hook-policy",
            allow("ecs:UpdateService", "arn:aws:ecs:eu-west-1:123456789012:service/a/b"),
        ),
        "deployment-hook-may-call-its-function",
    ],
    "a hook's role for any account": [
        trust("blue-smoke-role", { Service: "lambda.amazonaws.com" }),
        "trust-limited-to-account",
    ],
    "traffic that nobody may shift": [
        remove(T.rolePolicyAttachment, "blue-traffic-policy"),
        "deployment-role-only-shifts-traffic",
    ],
    "traffic that an administrator shifts": [
        set(T.rolePolicyAttachment, "blue-traffic-policy", {
            policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
        }),
        "deployment-role-only-shifts-traffic",
        "no-administrator",
        "no-managed-policy",
    ],
};
