import { T } from "../../../policy/types";
import { only } from "../../support/graph";
import { allow, document, ref, resource } from "../../support/graphs";
import {
    add,
    inContainers,
    options,
    type Plantings,
    remove,
    rewrite,
    set,
    statement,
    textAt,
    trust,
} from "./changes";

const STRANGER = "arn:aws:iam::333333333333:root";
const GITHUB = { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" };

/** What somebody would change who wants in, wants to stay, or wants the data, in prod: each looks harmless. */
export const ATTACKS: Plantings = {
    "a task's role that any account's services take, by a pattern": [
        trust(
            "bookstack-task",
            { Service: "ecs-tasks.amazonaws.com" },
            { ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-west-1:*:*" } },
        ),
        "trust-limited-to-account",
    ],
    "a task's role that everybody but one account takes": [
        trust(
            "bookstack-task",
            { Service: "ecs-tasks.amazonaws.com" },
            { StringNotEquals: { "aws:SourceAccount": "333333333333" } },
        ),
        "trust-limited-to-account",
    ],
    "a role for every repository of GitHub": [
        trust("bookstack-task", GITHUB, {
            StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" },
        }),
        "trust-limited-to-account",
    ],
    "a role for another account": [
        trust("bookstack-task", { AWS: STRANGER }),
        "no-account-that-settings-do-not-name",
    ],
    "a role for everybody": [trust("bookstack-task", { AWS: "*" }), "trust-limited-to-account"],
    "a bucket for everybody who uses TLS": [
        statement(
            "bookstack-storage-bucket-policy",
            {
                Sid: "Share",
                Effect: "Allow",
                Principal: "*",
                Action: "s3:GetObject",
                Resource: "arn:aws:s3:::files/*",
                Condition: { Bool: { "aws:SecureTransport": "true" } },
            },
            T.bucketPolicy,
        ),
        "no-policy-for-everybody",
    ],
    "a bucket for another account": [
        statement(
            "bookstack-storage-bucket-policy",
            allow("s3:GetObject", "arn:aws:s3:::files/*", { Principal: { AWS: STRANGER } }),
            T.bucketPolicy,
        ),
        "no-account-that-settings-do-not-name",
    ],
    "images for everybody": [
        add((graph) =>
            resource(T.repositoryPolicy, "share", {
                repository: ref(only(graph, T.repository), "name"),
                policy: document({ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }),
            }),
        ),
        "no-policy-for-everybody",
    ],
    "tags of images that move": [
        set(T.repository, "bookstack-image-repository", { imageTagMutability: "MUTABLE" }),
        "repository-tags-immutable",
    ],
    "images that nobody looks at": [
        set(T.repository, "bookstack-image-repository", {
            imageScanningConfiguration: { scanOnPush: false },
        }),
        "repository-scans-images",
    ],
    "a key for everybody of any account": [
        add(() =>
            resource(
                T.key,
                "mine",
                {
                    enableKeyRotation: true,
                    policy: document(allow("kms:Decrypt", "*", { Principal: { AWS: "*" } })),
                },
                { protect: true },
            ),
        ),
        "no-policy-for-everybody",
    ],
    "a key that a role decides over": [
        add((graph) =>
            resource(T.key, "mine", {
                enableKeyRotation: true,
                policy: document(
                    allow(["kms:PutKeyPolicy"], "*", {
                        Principal: { AWS: ref(only(graph, T.role, "bookstack-task"), "arn") },
                    }),
                ),
            }),
        ),
        "key-decided-over-by-account",
    ],
    "an application that gives itself more": [
        statement(
            "bookstack-task-policy",
            allow("iam:AttachRolePolicy", "arn:aws:iam::123456789012:role/selfhost/prod/bookstack-task"),
        ),
        "permissions-change-by-program-only",
    ],
    "a role to hand on to any service": [
        statement("bookstack-migration-policy", allow("iam:PassRole", "arn:aws:iam::123456789012:role/a")),
        "pass-role-limited",
    ],
    "every secret for the execution role": [
        statement("bookstack-execution-policy", allow("secretsmanager:GetSecretValue", "*")),
        "policy-names-its-resources",
    ],
    "a secret of somebody else for the execution role": [
        statement(
            "bookstack-execution-policy",
            allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:x"),
        ),
        "execution-role-reads-only-listed-secrets",
    ],
    "no right to write to the application's files": [
        rewrite(
            T.rolePolicy,
            "bookstack-task-policy",
            "policy",
            "elasticfilesystem:ClientWrite",
            "elasticfilesystem:DescribeMountTargets",
        ),
        "task-role-can-serve",
    ],
    "a password in a command": [
        inContainers('"essential":true', '"command":["sh","-c","mysql --password=hunter2"],"essential":true'),
        "no-secret-in-command",
    ],
    "a token in a label": [
        inContainers('"essential":true', '"dockerLabels":{"API_TOKEN":"abc"},"essential":true'),
        "no-secret-in-command",
    ],
    "a secret without its version": [
        (graph) =>
            inContainers(
                /("valueFrom":"\$\{[^}]*APP_KEY[^}]*\})[^"]*"/,
                () =>
                    `${/"valueFrom":"\$\{[^}]*APP_KEY[^}]*\}/.exec(textAt(only(graph, T.taskDefinition), "containerDefinitions"))?.[0] ?? ""}"`,
            )(graph),
        "container-reads-secret-by-version",
    ],
    "a secret that is gone at once": [
        set(T.secret, "bookstack-secrets-APP_KEY", { recoveryWindowInDays: 0 }),
        "secret-recovery-window",
    ],
    "a machine with a password in its user data": [
        add(() =>
            resource(T.instance, "machine", {
                userDataBase64: Buffer.from("#!/bin/sh\nexport DB_PASSWORD=hunter2\n").toString("base64"),
            }),
        ),
        "no-secret-in-command",
    ],
    "a function that everybody calls": [
        add((graph) =>
            resource(T.lambdaUrl, "address", {
                functionName: ref(only(graph, T.lambda, "bookstack-smoke-function"), "name"),
                authorizationType: "NONE",
            }),
        ),
        "function-not-public",
    ],
    "a function that another account calls": [
        add((graph) =>
            resource(T.lambdaPermission, "call", {
                function: ref(only(graph, T.lambda, "bookstack-smoke-function"), "name"),
                action: "lambda:InvokeFunction",
                principal: "333333333333",
            }),
        ),
        "no-account-that-settings-do-not-name",
    ],
    "a container that looks into others": [
        inContainers('"linuxParameters":{', '"linuxParameters":{"capabilities":{"add":["SYS_PTRACE"]},'),
        "container-unprivileged",
    ],
    "logs that somebody else gets": [
        add(() => resource("aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter", "copy")),
        "type-known-to-rules",
    ],
    "a runtime that is no longer maintained": [
        set(T.lambda, "bookstack-smoke-function", { runtime: "nodejs18.x" }),
        "function-runtime-supported",
    ],
    "a function whose log never ends": [
        set(T.lambda, "bookstack-smoke-function", { loggingConfig: null, name: "smoke" }),
        "log-group-declared",
    ],
    "a store that no rule knows": [
        add(() => resource("aws:elasticache/replicationGroup:ReplicationGroup", "cache")),
        "type-known-to-rules",
    ],
    "a listener in the clear": [
        set(T.listener, "edge-https", { protocol: "HTTP", sslPolicy: null, certificateArn: null }),
        "listener-uses-https",
        "http-redirects-to-https",
    ],
    "browsers that may come back over HTTP": [
        set(T.listener, "edge-https", { routingHttpResponseStrictTransportSecurityHeaderValue: null }),
        "listener-sends-security-headers",
    ],
    "a certificate that goes before the next one": [
        options(T.certificate, "edge-certificate", { deleteBeforeReplace: true }),
        "certificate-replaced-without-gap",
    ],
    "headers that are not valid": [
        set(T.loadBalancer, "edge-alb", { dropInvalidHeaderFields: false }),
        "load-balancer-drops-invalid-headers",
    ],
    "a load balancer that goes by mistake": [
        set(T.loadBalancer, "edge-alb", { enableDeletionProtection: false }),
        "load-balancer-deletion-protection",
    ],
    "subnets that give public addresses": [
        set(T.subnet, "network-private-a", { mapPublicIpOnLaunch: true }),
        "subnet-without-automatic-public-address",
    ],
    "every port of the tasks for the load balancer": [
        add((graph) =>
            resource(T.ingressRule, "all", {
                securityGroupId: ref(only(graph, T.securityGroup, "bookstack-tasks")),
                ipProtocol: "-1",
                description: "all",
                referencedSecurityGroupId: ref(only(graph, T.securityGroup, "edge-alb")),
            }),
        ),
        "tasks-only-from-load-balancer",
        "one-flow-per-rule",
    ],
    "a shell that nobody records": [
        set(T.service, "bookstack-service", { enableExecuteCommand: true }),
        "exec-sessions-recorded",
        "task-role-can-serve",
    ],
    "a file system without encryption on the way": [
        rewrite(
            T.taskDefinition,
            "bookstack-definition",
            "volumes",
            '"transitEncryption":"ENABLED"',
            '"transitEncryption":"DISABLED"',
        ),
        "volumes-encrypted-in-transit",
    ],
    "an access point to everything": [
        set(T.accessPoint, "bookstack-storage-files-uploads", { rootDirectory: { path: "/" } }),
        "access-point-in-folder",
    ],
    "no lifecycle for images": [
        remove(T.repositoryLifecycle, "bookstack-image-lifecycle"),
        "repository-lifecycle",
    ],
    "a second instance less": [remove(T.databaseInstance, "bookstack-database-1-1"), "database-in-two-zones"],
    "no waiting for permissions": [
        (graph) =>
            graph.resources.map((one) =>
                one === only(graph, T.service) ? { ...one, dependencies: [] } : one,
            ),
        "service-waits-for-what-it-needs",
    ],
};
