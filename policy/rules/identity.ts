/** What policies of roles allow. */
import { allowing, isLimitedBy, type Statement } from "../document";
import type { Finding } from "../finding";
import { controlPage, POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Said, unless, type View } from "../view";

/** Policies that say what a role, or whoever else, may do. */
const IDENTITY_POLICIES = [T.rolePolicy, T.policy, T.userPolicy, T.groupPolicy];

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
    const [arn = "", , service = "*", , account = "", ...rest] = resource
        .replace(/\$\{[^{}]*\}/g, "#")
        .split(":");
    if (arn !== "arn") {
        return /^[*?:]+$/.test(resource);
    }
    const kind = account === "" ? /^\*?(?:\/\*)?$/ : /^(?:[a-z-]+[:/])?\*$/;
    return /[*?]/.test(service) || kind.test(rest.join(":"));
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
                          isLimitedBy(statement, ["iam:passedtoservice"]),
                          "lets roles be handed on to every service",
                      ),
                  ],
        ),
};

/** What lets somebody give himself more than he has. Handing a role on has a rule of its own. */
const CHANGES_PERMISSIONS =
    /^(?:iam:(?!CreateServiceLinkedRole$|Generate|Get|List|PassRole$|Simulate)|kms:PutKeyPolicy$|organizations:|lambda:(?:AddPermission|UpdateFunctionCode)$|secretsmanager:PutResourcePolicy$|sso)/i;

const noEscalation: Rule = {
    name: "permissions-change-by-program-only",
    control: ["CKV_AWS_286", "CKV_AWS_289"],
    level: "mandatory",
    waivable: "application",
    description: "No role of the stack may change what roles may do, nor the code that others run.",
    remediation: "Leave roles, policies and the code of functions to the program.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        eachGrant(view, (statement) =>
            statement.actions
                .filter((action) => CHANGES_PERMISSIONS.test(action))
                .map((action) => ({ message: `allows \`${action}\``, subject: action })),
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
    noEscalation,
    noManagedPolicies,
    noUsers,
];
