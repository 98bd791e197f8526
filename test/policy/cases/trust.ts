import type { Json } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { allow, document, ref, resource } from "../../support/graphs";
import { type Cases, NAMED_ACCOUNT } from "./cases";

const BUCKET = "arn:aws:s3:::files/*";
const OWN = "123456789012";
const STRANGE = "333333333333";

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
const ours = trust(tasks, { StringEquals: { "aws:SourceAccount": OWN } });
const bucketPolicy = (...statements: readonly Json[]) =>
    resource(T.bucketPolicy, "policy", { policy: document(...statements) });
const roleOf = (account: string) => `arn:aws:iam::${account}:role/pipeline`;
const letIn = (aws: Json, condition?: Json) =>
    allow("s3:PutObject", BUCKET, {
        Principal: { AWS: aws },
        ...(condition === undefined ? {} : { Condition: condition }),
    });

export const TRUST_CASES: Cases = {
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
            "the repositories of an owner": [
                trust(OIDC, { StringLike: { "token.actions.githubusercontent.com:sub": "repo:owner/*" } }),
            ],
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
            "any account but one": [
                [trust(tasks, { StringNotEquals: { "aws:SourceAccount": "123456789012" } })],
                "role can be taken by ecs-tasks.amazonaws.com in the name of any account",
            ],
            "any account that says nothing": [
                [trust(tasks, { StringEqualsIfExists: { "aws:SourceAccount": "123456789012" } })],
                "role can be taken by ecs-tasks.amazonaws.com in the name of any account",
            ],
            "any account, in an ARN": [
                [trust(tasks, { ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-west-1:*:*" } })],
                "role can be taken by ecs-tasks.amazonaws.com in the name of any account",
            ],
            "any owner": [
                [trust(OIDC, { StringLike: { "token.actions.githubusercontent.com:sub": "repo:*" } })],
                `role can be taken by everybody whom ${OIDC.Federated} knows`,
            ],
            "all but somebody": [
                [
                    resource(T.role, "role", {
                        assumeRolePolicy: document({
                            Effect: "Allow",
                            NotPrincipal: { AWS: "arn:aws:iam::123456789012:role/a" },
                            Action: "sts:AssumeRole",
                        }),
                    }),
                ],
                "role can be taken by everybody",
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
            "everybody who uses TLS": [
                [
                    resource(T.bucketPolicy, "policy", {
                        policy: document(
                            allow("s3:GetObject", BUCKET, {
                                Principal: "*",
                                Condition: { Bool: { "aws:SecureTransport": "true" } },
                            }),
                        ),
                    }),
                ],
                "policy allows everybody what the statement Test says",
            ],
            "everybody who pulls images": [
                [
                    resource(T.repositoryPolicy, "policy", {
                        policy: document({ Effect: "Allow", Principal: "*", Action: "ecr:BatchGetImage" }),
                    }),
                ],
                "policy allows everybody what the statement #1 says",
            ],
            "a key": [
                [
                    resource(T.key, "key", {
                        policy: document(allow("kms:Decrypt", "*", { Principal: { AWS: ["*"] } })),
                    }),
                ],
                "key allows everybody what the statement Test says",
            ],
        },
    },
    "service-acts-for-own-account": {
        holds: {
            "an account": [
                bucketPolicy(
                    allow("s3:PutObject", BUCKET, {
                        Principal: { Service: "delivery.logs.amazonaws.com" },
                        Condition: { StringEqualsIfExists: { "aws:SourceAccount": OWN } },
                    }),
                ),
            ],
            "one log group": [
                resource(T.key, "key", {
                    policy: document(
                        allow("kms:Decrypt", "*", {
                            Principal: { Service: "logs.eu-west-1.amazonaws.com" },
                            Condition: {
                                ArnEquals: {
                                    "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:eu-west-1:${OWN}:log-group:/a`,
                                },
                            },
                        }),
                    ),
                }),
            ],
            "a denial": [
                bucketPolicy({ Effect: "Deny", Principal: { Service: "a.amazonaws.com" }, Action: "s3:*" }),
            ],
        },
        fails: {
            "whoever tells it to": [
                [bucketPolicy(allow("s3:PutObject", BUCKET, { Principal: { Service: "a.amazonaws.com" } }))],
                "policy (Test) lets a.amazonaws.com in, in the name of any account",
            ],
            "rules of any account": [
                [
                    resource(T.topicPolicy, "policy", {
                        policy: document(
                            allow("sns:Publish", "*", {
                                Principal: { Service: "events.amazonaws.com" },
                                Condition: { ArnLike: { "aws:SourceArn": "arn:aws:events:*:*:rule/*" } },
                            }),
                        ),
                    }),
                ],
                "policy (Test) lets events.amazonaws.com in, in the name of any account",
            ],
        },
    },
    "no-account-that-settings-do-not-name": {
        holds: {
            "its own": [ours, bucketPolicy(letIn([`arn:aws:iam::${OWN}:root`, roleOf(OWN)]))],
            "a role of one that the settings name": [
                ours,
                bucketPolicy(
                    letIn(`arn:aws:iam::${NAMED_ACCOUNT}:root`, {
                        ArnEquals: { "aws:PrincipalArn": roleOf(NAMED_ACCOUNT) },
                    }),
                ),
                trust({ AWS: roleOf(NAMED_ACCOUNT) }),
            ],
            "a role of the stack": [trust({ AWS: ref(ours, "arn") })],
        },
        fails: {
            "one that nobody names": [
                [ours, trust({ AWS: roleOf(STRANGE) })],
                `role (#1) lets the account ${STRANGE} in, which no setting names`,
            ],
            "one that calls a function": [
                [resource(T.lambdaPermission, "permission", { principal: STRANGE })],
                `permission lets the account ${STRANGE} call a function, which no setting names`,
            ],
            "everybody of one that the settings name": [
                [bucketPolicy(letIn(NAMED_ACCOUNT))],
                `policy (Test) lets everybody of the account ${NAMED_ACCOUNT} in`,
            ],
            "every role of one that nobody names": [
                [
                    resource(T.repositoryPolicy, "policy", {
                        policy: document(
                            allow("ecr:BatchGetImage", "*", {
                                Principal: { AWS: `arn:aws:iam::${STRANGE}:root` },
                            }),
                        ),
                    }),
                ],
                `policy (Test) lets the account ${STRANGE} in, which no setting names`,
                `policy (Test) lets everybody of the account ${STRANGE} in`,
            ],
        },
    },
};
