import type { Json } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { allow, document, resource } from "../../support/graphs";
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

const attached = (arn: string) => resource(T.rolePolicyAttachment, "attachment", { policyArn: arn });

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
            "all objects of all buckets": [
                [policyOf(allow("s3:GetObject", "arn:aws:s3:::*/*"))],
                "policy (Test) allows `s3:GetObject` on every resource",
            ],
            "all of every service": [
                [policyOf(allow("ssm:GetParameter", "arn:aws:*"))],
                "policy (Test) allows `ssm:GetParameter` on every resource",
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
            "to every service, in more words": [
                allow("iam:PassRole", "arn:aws:iam::123456789012:role/task", {
                    Condition: { StringLike: { "iam:PassedToService": "*" } },
                }),
                "(Test) lets roles be handed on to every service",
            ],
            "by a pattern": [
                allow("iam:*", "arn:aws:iam::123456789012:role/task*"),
                "(Test) lets roles be handed on that it does not name",
                "(Test) lets roles be handed on to every service",
            ],
        },
    ),
    "permissions-change-by-program-only": {
        holds: {
            "looking, and handing a role on": [
                policyOf(allow(["iam:GetRole", "iam:PassRole", "iam:ListRoles"], BUCKET)),
            ],
        },
        fails: {
            "a policy of a role": [
                [policyOf(allow("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/task"))],
                "policy (Test) allows `iam:PutRolePolicy`",
            ],
            "another code for a function": [
                [policyOf(allow(["lambda:InvokeFunction", "lambda:UpdateFunctionCode"], BUCKET))],
                "policy (Test) allows `lambda:UpdateFunctionCode`",
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
};
