import type { Json } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { allow, changed, document, resource } from "../../support/graphs";
import type { Case, Cases } from "./cases";

const BUCKET = "arn:aws:s3:::files/*";

const policyOf = (...statements: readonly Json[]) =>
    resource(T.rolePolicy, "policy", { policy: document(...statements) });

/** Holds for a policy of one statement, and not for those. */
function ofPolicy(good: Json, bad: Readonly<Record<string, readonly [Json, ...string[]]>>): Case {
    return {
        holds: {
            "a statement": [policyOf(good)],
            "a denial of everything": [policyOf(good, { Effect: "Deny", Action: "*", Resource: "*" })],
        },
        fails: Object.fromEntries(
            Object.entries(bad).map(([label, [statement, ...messages]]) => [
                label,
                [[policyOf(good, statement)], ...messages.map((message) => `policy ${message}`)],
            ]),
        ),
    };
}

function trust(principal: Json, condition?: Json) {
    return resource(T.role, "role", {
        assumeRolePolicy: document({
            Effect: "Allow",
            Principal: principal,
            Action: "sts:AssumeRole",
            ...(condition === undefined ? {} : { Condition: condition }),
        }),
    });
}

const OIDC = { Federated: "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com" };
const tasks = { Service: "ecs-tasks.amazonaws.com" };
const attached = (arn: string) => resource(T.rolePolicyAttachment, "attachment", { policyArn: arn });
const key = resource(T.key, "key", { enableKeyRotation: true, deletionWindowInDays: 30 });
const lambda = resource(T.lambda, "function", { runtime: "nodejs24.x" });
const permission = resource(T.lambdaPermission, "permission", {
    principal: "events.amazonaws.com",
    sourceArn: "arn:aws:events:a",
});

export const IDENTITY_CASES: Cases = {
    "no-administrator": {
        holds: {
            "actions and resources": [policyOf(allow("s3:GetObject", BUCKET))],
            "one of the two": [policyOf(allow("*", BUCKET), allow("s3:GetObject", "*"))],
            "a policy of our own": [attached("arn:aws:iam::123456789012:policy/mine")],
        },
        fails: {
            "everything on everything": [[policyOf(allow("*", "*"))], "policy (Test) allows everything"],
            "all but one": [
                [policyOf({ Effect: "Allow", NotAction: "iam:*", Resource: BUCKET })],
                "policy (#1) allows everything but what it names",
            ],
            "AWS's policy for it": [
                [attached("arn:aws:iam::aws:policy/AdministratorAccess")],
                "attachment makes an administrator",
            ],
        },
    },
    "policy-names-its-actions": ofPolicy(allow(["s3:GetObject", "s3:PutObject"], BUCKET), {
        "all of a service": [allow("s3:*", BUCKET), "(Test) allows `s3:*`"],
        "a pattern": [allow(["s3:Get*"], BUCKET), "(Test) allows `s3:Get*`"],
    }),
    "policy-names-its-resources": {
        holds: {
            named: [policyOf(allow("s3:GetObject", BUCKET))],
            "a reference": [policyOf(allow("s3:GetObject", ["${urn:pulumi:test::selfhost::a::b.arn}/*"]))],
            "a path": [
                policyOf(
                    allow("ecs:RunTask", "arn:aws:ecs:eu-west-1:123456789012:task-definition/test-app:*"),
                ),
            ],
        },
        fails: {
            "all, beside one that is named": [
                [policyOf(allow("s3:GetObject", [BUCKET, "*"]))],
                "policy (Test) allows `s3:GetObject` on every resource",
            ],
            all: [
                [policyOf(allow(["s3:GetObject", "s3:PutObject"], "*"))],
                "policy (Test) allows `s3:GetObject` on every resource",
                "policy (Test) allows `s3:PutObject` on every resource",
            ],
            "all of a kind": [
                [policyOf(allow("ssm:GetParameters", "arn:aws:ssm:eu-west-1:123456789012:parameter/*"))],
                "policy (Test) allows `ssm:GetParameters` on every resource",
            ],
            "all of a kind, in an account that only AWS knows": [
                [
                    policyOf(
                        allow(
                            "logs:PutLogEvents",
                            "arn:aws:logs:eu-west-1:${a:b/c:c().accountId}:log-group:*",
                        ),
                    ),
                ],
                "policy (Test) allows `logs:PutLogEvents` on every resource",
            ],
            "all of a service": [
                [policyOf(allow("s3:GetObject", ["arn:aws:s3:::*"]))],
                "policy (Test) allows `s3:GetObject` on every resource",
            ],
            "all but one": [
                [policyOf({ Effect: "Allow", Action: "s3:GetObject", NotResource: BUCKET })],
                "policy (#1) allows `s3:GetObject` on every resource",
            ],
        },
    },
    "decryption-names-its-keys": ofPolicy(allow("kms:Decrypt", "arn:aws:kms:eu-west-1:123456789012:key/a"), {
        "every key": [allow("kms:Decrypt", "*"), "(Test) allows decryption with every key"],
        "every key, beside one that is named": [
            allow("kms:ReEncryptFrom", ["arn:aws:kms:eu-west-1:123456789012:key/a", "*"]),
            "(Test) allows decryption with every key",
        ],
        "every key of the region, by a pattern": [
            allow("kms:*", "arn:aws:kms:eu-west-1:123456789012:key/*"),
            "(Test) allows decryption with every key",
        ],
    }),
    "pass-role-limited": ofPolicy(
        allow("iam:PassRole", "arn:aws:iam::123456789012:role/task", {
            Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
        }),
        {
            "every role": [
                allow("iam:PassRole", "*", {
                    Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } },
                }),
                "(Test) lets roles be handed on that it does not name",
            ],
            "every role of a kind, beside one that is named": [
                allow(
                    "iam:PassRole",
                    ["arn:aws:iam::123456789012:role/task", "arn:aws:iam::123456789012:role/app-*"],
                    { Condition: { StringEquals: { "iam:PassedToService": "ecs-tasks.amazonaws.com" } } },
                ),
                "(Test) lets roles be handed on that it does not name",
            ],
            "to every service": [
                allow("iam:PassRole", "arn:aws:iam::123456789012:role/task"),
                "(Test) lets roles be handed on to every service",
            ],
            "by a pattern": [
                allow("iam:*", "arn:aws:iam::123456789012:role/task*"),
                "(Test) lets roles be handed on that it does not name",
                "(Test) lets roles be handed on to every service",
            ],
        },
    ),
    "trust-limited-to-account": {
        holds: {
            "an account": [trust(tasks, { StringEquals: { "aws:SourceAccount": "123456789012" } })],
            "an ARN": [
                trust(tasks, { ArnLike: { "aws:sourcearn": "arn:aws:ecs:eu-west-1:123456789012:*" } }),
            ],
            "a subject": [
                trust(OIDC, {
                    StringEquals: {
                        "token.actions.githubusercontent.com:sub": "repo:a/b:ref:refs/heads/main",
                    },
                }),
            ],
            "a role": [trust({ AWS: "arn:aws:iam::123456789012:role/deploy" })],
        },
        fails: {
            "any account": [
                [trust(tasks)],
                "role can be taken by ecs-tasks.amazonaws.com in the name of any account",
            ],
            "any account, in more words": [
                [trust(tasks, { StringLike: { "aws:SourceAccount": "*" } })],
                "role can be taken by ecs-tasks.amazonaws.com in the name of any account",
            ],
            "any repository": [
                [
                    trust(OIDC, {
                        StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
                    }),
                ],
                `role can be taken by everybody whom ${OIDC.Federated} knows`,
            ],
            everybody: [[trust({ AWS: "*" })], "role can be taken by everybody"],
        },
    },
    "no-policy-for-everybody": {
        holds: {
            "a service": [
                resource(T.bucketPolicy, "policy", {
                    policy: document(
                        allow("s3:PutObject", BUCKET, { Principal: { Service: "a.amazonaws.com" } }),
                    ),
                }),
            ],
            "everybody of an account": [
                resource(T.topicPolicy, "policy", {
                    policy: document(
                        allow("sns:Publish", "*", {
                            Principal: "*",
                            Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
                        }),
                    ),
                }),
            ],
            "a denial": [
                resource(T.bucketPolicy, "policy", {
                    policy: document({ Effect: "Deny", Principal: "*", Action: "*", Resource: "*" }),
                }),
            ],
        },
        fails: {
            "a bucket": [
                [
                    resource(T.bucketPolicy, "policy", {
                        policy: document(allow("s3:GetObject", BUCKET, { Principal: "*" })),
                    }),
                ],
                "policy allows everybody what the statement Test says",
            ],
            "everybody, beside somebody": [
                [
                    resource(T.bucketPolicy, "policy", {
                        policy: document(
                            allow("s3:GetObject", BUCKET, {
                                Principal: { AWS: ["arn:aws:iam::123456789012:root", "*"] },
                            }),
                        ),
                    }),
                ],
                "policy allows everybody what the statement Test says",
            ],
            "a key": [
                [
                    changed(key, {
                        policy: document(allow("kms:Decrypt", "*", { Principal: { AWS: ["*"] } })),
                    }),
                ],
                "key allows everybody what the statement Test says",
            ],
        },
    },
    "no-managed-policy": {
        holds: { "a policy of our own": [attached("arn:aws:iam::123456789012:policy/mine")] },
        fails: {
            "AWS's": [
                [attached("arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy")],
                "attachment attaches AWS's AmazonECSTaskExecutionRolePolicy",
            ],
        },
    },
    "no-iam-users": {
        holds: { "a role": [resource(T.role, "role", {})] },
        fails: {
            "a user with a key": [
                [resource(T.user, "somebody"), resource(T.accessKey, "key")],
                "somebody belongs to an IAM user",
                "key belongs to an IAM user",
            ],
        },
    },
    "key-rotates": {
        holds: {
            "it does": [key],
            "it cannot": [changed(key, { enableKeyRotation: false, customerMasterKeySpec: "RSA_2048" })],
        },
        fails: {
            "nothing is said": [
                [changed(key, { enableKeyRotation: null })],
                "key keeps its material for ever",
            ],
        },
    },
    "key-deletion-window": {
        holds: { "30 days": [key], "AWS's choice": [changed(key, { deletionWindowInDays: null })] },
        fails: {
            "a week": [[changed(key, { deletionWindowInDays: 7 })], "key is gone 7 days after its deletion"],
        },
    },
    "function-not-public": {
        holds: {
            "a rule of events": [lambda, permission],
            "with a signature": [resource(T.lambdaUrl, "address", { authorizationType: "AWS_IAM" })],
        },
        fails: {
            everybody: [
                [changed(permission, { principal: "*", sourceArn: null })],
                "permission lets everybody of any account call a function",
            ],
            "a service, for anybody": [
                [changed(permission, { sourceArn: null })],
                "permission lets events.amazonaws.com of any account call a function",
            ],
            "an open address": [
                [resource(T.lambdaUrl, "address", { authorizationType: "NONE" })],
                "address lets everybody call a function",
            ],
        },
    },
    "function-runtime-supported": {
        holds: { current: [lambda], "an image": [changed(lambda, { runtime: null, packageType: "Image" })] },
        fails: {
            old: [[changed(lambda, { runtime: "nodejs18.x" })], "function runs on nodejs18.x"],
            none: [[changed(lambda, { runtime: null })], "function runs on no runtime that it names"],
        },
    },
    "function-in-two-zones": {
        holds: {
            "no VPC": [lambda],
            "two subnets": [changed(lambda, { vpcConfig: { subnetIds: ["subnet-1", "subnet-2"] } })],
        },
        fails: {
            "one subnet": [
                [changed(lambda, { vpcConfig: { subnetIds: ["subnet-1"] } })],
                "function is in one zone only",
            ],
        },
    },
};
