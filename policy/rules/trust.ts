/** Who may take a role, and to whom buckets, keys, topics and the rest open themselves. */
import { isForEverybody, isLimitedBy, type Principal, type Statement } from "../document";
import { controlPage, POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Item, type Said, unless, type View } from "../view";

/** Types that have a policy of their own, which says who may use them. */
const RESOURCE_POLICIES = [
    T.bucketPolicy,
    T.endpoint,
    T.eventBusPolicy,
    T.fileSystemPolicy,
    T.key,
    T.keyPolicy,
    T.queuePolicy,
    T.repositoryPolicy,
    T.secretPolicy,
    T.topicPolicy,
    T.vaultPolicy,
];

const CONFUSED_DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html";

/** In whose name a service acts. */
const OURS = [
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceorgid",
    "aws:sourceorgpaths",
    "aws:principalorgid",
];

/** Who asks, and from where. */
const ASKING = [
    ...OURS,
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgpaths",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "elasticfilesystem:accesspointarn",
    "kms:calleraccount",
];

/** What a key is used for, which is one resource. */
const USED_FOR = [...OURS, "kms:calleraccount", "kms:encryptioncontext:*", "kms:viaservice"];

const trustLimited: Rule = {
    name: "trust-limited-to-account",
    control: ["CKV_AWS_60", "CKV_AWS_358"],
    level: "mandatory",
    waivable: "application",
    description:
        "A service takes a role only for somebody of this account, a sign-in provider only for a subject that is named.",
    remediation: "Add a condition on `aws:SourceAccount` or `aws:SourceArn`, for a provider on its `sub`.",
    url: CONFUSED_DEPUTY,
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.role, (role) =>
            allowed(role, "assumeRolePolicy").flatMap((statement) =>
                statement.principals.flatMap(({ kind, name }) => trustSaid(statement, kind, name)),
            ),
        ),
};

function allowed(item: Item, path: string): readonly Statement[] {
    return item.statements(path).filter(({ allows }) => allows);
}

function trustSaid(statement: Statement, kind: string, name: string): readonly Said[] {
    if (kind === "Service") {
        return unless(isLimitedBy(statement, OURS), {
            message: `can be taken by ${name} in the name of any account`,
            subject: name,
        });
    }
    if (kind === "Federated") {
        return unless(namesSubject(statement), {
            message: `can be taken by everybody whom ${name} knows`,
            subject: name,
        });
    }
    return unless(name !== "*" || isLimitedBy(statement, ASKING), {
        message: "can be taken by everybody",
        subject: name,
    });
}

/** `repo:owner/…` names an owner, `repo:*` nobody. */
function namesSubject({ conditions }: Statement): boolean {
    return conditions.some(
        ({ operator, key, values }) =>
            /^(?:foranyvalue:)?string(?:equals|like)$/.test(operator) &&
            key.endsWith(":sub") &&
            values.length > 0 &&
            values.every((value) => !/[*?]/.test(value) || /^[^*?:]+:[^*?/:]+[/:]/.test(value)),
    );
}

const noPublicPolicies: Rule = {
    name: "no-policy-for-everybody",
    control: ["S3.2", "S3.3", "KMS.5", "SNS.4", "SQS.3", "CKV_AWS_32", "CKV_AWS_33", "CKV_AWS_169"],
    level: "mandatory",
    waivable: "never",
    description: "No bucket, key, file system, repository, secret, topic or endpoint is open to everybody.",
    remediation: "Name who may, or limit it with a condition on `aws:SourceAccount` or `aws:PrincipalArn`.",
    url: controlPage("KMS.5"),
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(RESOURCE_POLICIES, (item) =>
            allowed(item, "policy")
                .filter((statement) => isForEverybody(statement) && !isLimitedBy(statement, ASKING))
                .map(({ name }) => ({
                    message: `allows everybody what the statement ${name} says`,
                    subject: name,
                })),
        ),
};

const servicesForUs: Rule = {
    name: "service-acts-for-own-account",
    control: [],
    level: "mandatory",
    waivable: "application",
    description:
        "A service that a bucket, key or topic lets in acts for this account, not for whoever told it to.",
    remediation: "Add a condition on `aws:SourceAccount` or `aws:SourceArn` to the statement.",
    url: CONFUSED_DEPUTY,
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(RESOURCE_POLICIES, (item) =>
            allowed(item, "policy").flatMap((statement) =>
                statement.principals
                    .filter(({ kind }) => kind === "Service")
                    .filter(() => !isLimitedBy(whereSaid(statement), USED_FOR))
                    .map(({ name }) => ({
                        message: `(${statement.name}) lets ${name} in, in the name of any account`,
                        subject: name,
                    })),
            ),
        ),
};

/** `…IfExists` counts for a service, which sends the key wherever it knows it; people leave it out. */
function whereSaid(statement: Statement): Statement {
    const conditions = statement.conditions.map((condition) => ({
        ...condition,
        operator: condition.operator.replace(/ifexists$/, ""),
    }));
    return { ...statement, conditions };
}

const strangers: Rule = {
    name: "no-account-that-settings-do-not-name",
    control: ["CKV_AWS_61", "CKV_AWS_385", "S3.6"],
    level: "mandatory",
    waivable: "application",
    description:
        "Another account gets in only where the settings name it, and then one role of it, not everybody.",
    remediation:
        "Remove the account, or name it where releases come from; limit it with a condition on `aws:PrincipalArn`.",
    url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) => [
        ...view.each(T.role, (role) => strangersIn(view, allowed(role, "assumeRolePolicy"))),
        ...view.each(RESOURCE_POLICIES, (item) => strangersIn(view, allowed(item, "policy"))),
        ...view.each(T.lambdaPermission, (permission) => {
            const account = accountOf({ kind: "AWS", name: permission.text("principal") ?? "" });
            return unless(
                account === undefined || account === ownAccount(view) || view.accounts.includes(account),
                `lets the account ${account ?? ""} call a function, which no setting names`,
            );
        }),
    ],
};

function strangersIn(view: View, statements: readonly Statement[]): readonly Said[] {
    const own = ownAccount(view);
    return statements.flatMap((statement) =>
        statement.principals.flatMap((principal) => {
            const account = accountOf(principal);
            if (account === undefined || account === own) {
                return [];
            }
            const whole = !/:(?:role|user|assumed-role)\//.test(principal.name);
            const said = (message: string): Said => ({ message, subject: account });
            return [
                ...unless(
                    view.accounts.includes(account),
                    said(`(${statement.name}) lets the account ${account} in, which no setting names`),
                ),
                ...unless(
                    !whole || isLimitedBy(statement, ["aws:principalarn"]),
                    said(`(${statement.name}) lets everybody of the account ${account} in`),
                ),
            ];
        }),
    );
}

function accountOf({ kind, name }: Principal): string | undefined {
    return kind === "AWS" ? /^(?:arn:[^:]*:(?:iam|sts)::)?(\d{12})(?::|$)/.exec(name)?.[1] : undefined;
}

/** The one in whose name services take most of the stack's roles; in a plan it is a reference, and no principal's. */
function ownAccount(view: View): string | undefined {
    const counts = new Map<string, number>();
    for (const role of view.all(T.role)) {
        const trust = role.resource.inputs.assumeRolePolicy;
        for (const [, account = ""] of typeof trust === "string"
            ? trust.matchAll(/"aws:SourceAccount":"(\d{12})"/g)
            : []) {
            counts.set(account, (counts.get(account) ?? 0) + 1);
        }
    }
    return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

export const TRUST: readonly Rule[] = [trustLimited, noPublicPolicies, servicesForUs, strangers];
