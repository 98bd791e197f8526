/** Who may do what: policies of roles, who may take a role, and policies of the things themselves. */
import { allowing, isForEverybody, type Statement } from "../document";
import type { Finding } from "../finding";
import { controlPage, POLICIES_LATER, type Rule } from "../rule";
import { list, number } from "../json";
import { T } from "../types";
import { type Said, unless, type View } from "../view";

/** Policies that say what a role, or whoever else, may do. */
const IDENTITY_POLICIES = [T.rolePolicy, T.policy, T.userPolicy, T.groupPolicy];

/** Where each type that has a policy of its own keeps it. */
const RESOURCE_POLICIES = [
    T.bucketPolicy,
    T.fileSystemPolicy,
    T.key,
    T.keyPolicy,
    T.queuePolicy,
    T.repositoryPolicy,
    T.secretPolicy,
    T.topicPolicy,
    T.endpoint,
];

const GRAMMAR = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege";

const noAdministrator: Rule = {
    name: "no-administrator",
    control: ["IAM.1", "CKV_AWS_274"],
    level: "mandatory",
    waivable: "never",
    description: "Nobody may do everything.",
    remediation: "Name the actions and the resources.",
    url: controlPage("IAM.1"),
    decidableInPreview: POLICIES_LATER,
    check: (view) => [
        ...eachGrant(view, (statement) => [
            ...unless(
                !(statement.actions.includes("*") && statement.resources.includes("*")),
                "allows everything",
            ),
            ...unless(statement.notActions.length === 0, "allows everything but what it names"),
        ]),
        ...view.each([T.rolePolicyAttachment, T.policyAttachment, T.userPolicyAttachment], (attachment) =>
            unless(
                !/\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/.test(
                    policyName(attachment.at("policyArn")),
                ),
                "makes an administrator",
            ),
        ),
    ],
};

const actionsNamed: Rule = {
    name: "policy-names-its-actions",
    control: ["IAM.21"],
    level: "mandatory",
    waivable: "application",
    description: "Policies name their actions one by one.",
    remediation: "Replace the pattern by the actions that are needed.",
    url: controlPage("IAM.21"),
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        eachGrant(view, (statement) =>
            statement.actions
                .filter((action) => /[*?]/.test(action))
                .map((action) => ({ message: `allows \`${action}\``, subject: action })),
        ),
};

const resourcesNamed: Rule = {
    name: "policy-names-its-resources",
    control: ["CKV_AWS_355"],
    level: "mandatory",
    waivable: "application",
    description: "Policies name the resources that they are for.",
    remediation: "Name the resources; where an action supports none, waive it with AWS's page that says so.",
    url: GRAMMAR,
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        eachGrant(view, (statement) =>
            statement.notResources.length > 0 || statement.resources.some(isEverything)
                ? statement.actions.map((action) => ({
                      message: `allows \`${action}\` on every resource`,
                      subject: action,
                  }))
                : [],
        ),
};

/** `*`, and ARNs of which only the type of the resource is said: `arn:aws:logs:eu-west-1:123456789012:log-group:*`. */
function isEverything(resource: string): boolean {
    const [arn, , , , account = "", ...rest] = resource.replace(/\$\{[^{}]*\}/g, "#").split(":");
    const kind = account === "" ? /^\*$/ : /^(?:[a-z-]+[:/])?\*$/;
    return resource === "*" || (arn === "arn" && kind.test(rest.join(":")));
}

const decryptNamed: Rule = {
    name: "decryption-names-its-keys",
    control: ["KMS.1", "KMS.2"],
    level: "mandatory",
    waivable: "never",
    description: "Nobody may decrypt with every key of the account.",
    remediation: "Name the keys.",
    url: controlPage("KMS.2"),
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        eachGrant(view, (statement) => {
            const decrypts = ["kms:Decrypt", "kms:ReEncryptFrom"].some(
                (action) => allowing([statement], action).length > 0,
            );
            return unless(
                !decrypts || !statement.resources.some(isEverything),
                "allows decryption with every key",
            );
        }),
};

const passRole: Rule = {
    name: "pass-role-limited",
    control: ["CKV_AWS_110"],
    level: "mandatory",
    waivable: "never",
    description: "A role can be handed on only where it is named, and only to the service that it is for.",
    remediation: "Name the roles, and the service in a condition on `iam:PassedToService`.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        eachGrant(view, (statement) =>
            allowing([statement], "iam:PassRole").length === 0
                ? []
                : [
                      ...unless(
                          !statement.resources.some((one) => one.includes("*")),
                          "lets roles be handed on that it does not name",
                      ),
                      ...unless(
                          statement.conditions.some(({ key }) => key === "iam:passedtoservice"),
                          "lets roles be handed on to every service",
                      ),
                  ],
        ),
};

const trustLimited: Rule = {
    name: "trust-limited-to-account",
    control: ["CKV_AWS_60", "CKV_AWS_358"],
    level: "mandatory",
    waivable: "application",
    description:
        "A service takes a role only for somebody of this account, a sign-in provider only for a subject that is named.",
    remediation: "Add a condition on `aws:SourceAccount` or `aws:SourceArn`, for a provider on its `sub`.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.role, (role) =>
            role
                .statements("assumeRolePolicy")
                .filter(({ allows }) => allows)
                .flatMap((statement) =>
                    statement.principals.flatMap(({ kind, name }) => trustSaid(statement, kind, name)),
                ),
        ),
};

const OURS = [
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:principalorgid",
];

function trustSaid({ conditions }: Statement, kind: string, name: string): readonly Said[] {
    const told = (test: (key: string, values: readonly string[]) => boolean): boolean =>
        conditions.some(({ key, values }) => test(key, values) && !values.includes("*"));
    if (kind === "Service") {
        return unless(
            told((key) => OURS.includes(key)),
            { message: `can be taken by ${name} in the name of any account`, subject: name },
        );
    }
    if (kind === "Federated") {
        return unless(
            told((key) => key.endsWith(":sub")),
            { message: `can be taken by everybody whom ${name} knows`, subject: name },
        );
    }
    return unless(name !== "*" || told((key) => OURS.includes(key)), {
        message: "can be taken by everybody",
        subject: name,
    });
}

const noPublicPolicies: Rule = {
    name: "no-policy-for-everybody",
    control: ["S3.2", "S3.3", "KMS.5", "SNS.4", "SQS.3"],
    level: "mandatory",
    waivable: "never",
    description: "No bucket, key, file system, repository, secret or topic is open to everybody.",
    remediation: "Name who may, or limit it with a condition on `aws:SourceAccount` or `aws:SourceArn`.",
    url: controlPage("KMS.5"),
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(RESOURCE_POLICIES, (item) =>
            item
                .statements("policy")
                .filter(
                    (statement) =>
                        statement.allows && isForEverybody(statement) && statement.conditions.length === 0,
                )
                .map(({ name }) => ({
                    message: `allows everybody what the statement ${name} says`,
                    subject: name,
                })),
        ),
};

const noManagedPolicies: Rule = {
    name: "no-managed-policy",
    control: [],
    level: "mandatory",
    waivable: "application",
    description: "Roles have policies of their own: AWS's are for every resource of a service, and change.",
    remediation: "Write a policy with the actions and resources that are needed.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html",
    decidableInPreview: true,
    check: (view) =>
        view.each([T.rolePolicyAttachment, T.policyAttachment], (attachment) => {
            const arn = policyName(attachment.at("policyArn"));
            const name = /:iam::aws:policy\/(?:.*\/)?([^/]+)$/.exec(arn)?.[1];
            return name === undefined ? [] : [{ message: `attaches AWS's ${name}`, subject: name }];
        }),
};

function policyName(arn: unknown): string {
    return typeof arn === "string" ? arn : "";
}

const noUsers: Rule = {
    name: "no-iam-users",
    control: ["IAM.2", "IAM.3"],
    level: "mandatory",
    waivable: "never",
    description: "There are no users with passwords or keys of their own, only roles.",
    remediation: "Use a role, and for people IAM Identity Center.",
    url: controlPage("IAM.2"),
    decidableInPreview: true,
    check: (view) =>
        view.each([T.user, T.accessKey, T.userPolicy, T.userPolicyAttachment], () => [
            "belongs to an IAM user",
        ]),
};

const keyRotation: Rule = {
    name: "key-rotates",
    control: ["KMS.4"],
    level: "mandatory",
    waivable: "never",
    description: "KMS changes the material of every key once a year.",
    remediation: "Set `enableKeyRotation` to true.",
    url: controlPage("KMS.4"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.key, (key) =>
            unless(
                key.flag("enableKeyRotation") === true ||
                    /^(RSA|ECC|HMAC|ML)_/.test(key.text("customerMasterKeySpec") ?? ""),
                "keeps its material for ever",
            ),
        ),
};

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const RUNTIMES =
    /^(nodejs(22|24|26)\.x|python3\.(11|12|13|14)|java(17|21|25)|dotnet(8|10)|ruby3\.[34]|provided\.al2023)$/;

const lambdaPrivate: Rule = {
    name: "function-not-public",
    control: ["Lambda.1"],
    level: "mandatory",
    waivable: "never",
    description: "Nobody outside of the account can call a function.",
    remediation:
        "Name the caller and its `sourceArn` or `sourceAccount`; give an address the type `AWS_IAM`.",
    url: controlPage("Lambda.1"),
    decidableInPreview: true,
    check: (view) => [
        ...view.each(T.lambdaPermission, (permission) => {
            const principal = permission.text("principal") ?? "";
            const limited = ["sourceAccount", "sourceArn", "principalOrgId"].some(
                (path) => !permission.lacks(path),
            );
            return unless(
                limited || !(principal === "*" || principal.endsWith(".amazonaws.com")),
                `lets ${principal === "*" ? "everybody" : principal} of any account call a function`,
            );
        }),
        ...view.each(T.lambdaUrl, (address) =>
            unless(address.text("authorizationType") === "AWS_IAM", "lets everybody call a function"),
        ),
    ],
};

const lambdaRuntime: Rule = {
    name: "function-runtime-supported",
    control: ["Lambda.2"],
    level: "mandatory",
    waivable: "never",
    description: "Functions run on a runtime that AWS still maintains.",
    remediation: "Set `runtime` to a current version.",
    url: controlPage("Lambda.2"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.lambda, (lambda) => {
            const runtime = lambda.text("runtime");
            return unless(
                lambda.text("packageType") === "Image" || RUNTIMES.test(runtime ?? ""),
                `runs on ${runtime ?? "no runtime that it names"}`,
            );
        }),
};

const lambdaZones: Rule = {
    name: "function-in-two-zones",
    control: ["Lambda.5"],
    level: "mandatory",
    waivable: "never",
    description: "A function that is in a VPC is in two zones of it.",
    remediation: "Name subnets of two zones.",
    url: controlPage("Lambda.5"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.lambda, (lambda) =>
            unless(
                lambda.lacks("vpcConfig") || list(lambda.at("vpcConfig.subnetIds")).length >= 2,
                "is in one zone only",
            ),
        ),
};

const keyDeletion: Rule = {
    name: "key-deletion-window",
    control: ["KMS.3"],
    level: "mandatory",
    waivable: "operations",
    description: "A key that was deleted by mistake can be saved for 30 days.",
    remediation: "Set `deletionWindowInDays` to 30.",
    url: controlPage("KMS.3"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.key, (key) => {
            const days = number(key.at("deletionWindowInDays")) ?? 30;
            return unless(days >= 30, `is gone ${days} days after its deletion`);
        }),
};

/** What a check says about each statement that allows something. */
function eachGrant(view: View, check: (statement: Statement) => readonly Said[]): readonly Finding[] {
    return view.each(IDENTITY_POLICIES, (item) =>
        item
            .statements("policy")
            .filter(({ allows }) => allows)
            .flatMap((statement) => check(statement).map((said) => inStatement(statement, said))),
    );
}

function inStatement({ name }: Statement, said: Said): Said {
    return typeof said === "string"
        ? { message: `(${name}) ${said}`, subject: name }
        : { message: `(${name}) ${said.message}`, subject: said.subject };
}

export const IDENTITY: readonly Rule[] = [
    noAdministrator,
    actionsNamed,
    resourcesNamed,
    decryptNamed,
    passRole,
    trustLimited,
    noPublicPolicies,
    noManagedPolicies,
    noUsers,
    keyRotation,
    keyDeletion,
    lambdaPrivate,
    lambdaRuntime,
    lambdaZones,
];
