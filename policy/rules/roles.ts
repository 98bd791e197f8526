/** The two roles of a task: each may do what it is for, all of it, and nothing of what the other is for. */
import { type Container, containersOf, environmentOf, secretsOf } from "../containers";
import { allowing, matchesAction, type Statement } from "../document";
import { at, rawText, referencesIn, text } from "../json";
import { CONTAINERS_LATER, POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

const EXECUTION_ROLE =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";
const TASK_ROLE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html";

/** What ECS does before the application's first instruction. */
const STARTING = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:BatchImportUpstreamImage",
    "ecr:CreateRepository",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "kms:Decrypt",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameters",
];

/** What only ECS needs. Logs and keys are not among them: sessions of ECS Exec are recorded by the task's role. */
const ONLY_STARTING = ["ecr:*", "secretsmanager:*", "ssm:GetParameter*"];

const separateRoles: Rule = {
    name: "task-roles-apart",
    control: ["CKV_AWS_249"],
    level: "mandatory",
    waivable: "never",
    description: "The application has a role of its own, not the one with which ECS starts it.",
    remediation: "Set `taskRoleArn` and `executionRoleArn` to two roles.",
    url: TASK_ROLE,
    decidableInPreview: true,
    check: (view) =>
        view.each(T.taskDefinition, (task) => {
            const [execution, own] = [task.ref("executionRoleArn", T.role), task.ref("taskRoleArn", T.role)];
            const others =
                execution === undefined
                    ? []
                    : view.all(T.taskDefinition).filter((other) => other.refersTo("taskRoleArn", execution));
            return [
                ...unless(
                    !task.lacks("executionRoleArn") && !task.lacks("taskRoleArn"),
                    "lacks one of its two roles",
                ),
                ...unless(
                    execution === undefined || (execution !== own && others.length === 0),
                    "gives the application the role with which ECS starts it",
                ),
            ];
        }),
};

const onlyStarts: Rule = {
    name: "execution-role-only-starts-tasks",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "The role with which ECS starts a task may pull, log and read secrets, and nothing else.",
    remediation: "Give what the application does to the task's role.",
    url: EXECUTION_ROLE,
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.role, (role) => {
            const tasks = view
                .users(role, T.taskDefinition)
                .filter((task) => task.refersTo("executionRoleArn", role));
            const actions =
                tasks.length === 0 ? [] : granted(view, role).flatMap((statement) => statement.actions);
            const foreign = [...new Set(actions.filter((action) => !STARTING.includes(action)))];
            return unless(foreign.length === 0, `starts tasks, and may also ${foreign.join(", ")}`);
        }),
};

const onlyServes: Rule = {
    name: "task-role-only-serves-application",
    control: [],
    level: "mandatory",
    waivable: "application",
    description: "An application cannot pull images or read secrets itself: ECS does it for it.",
    remediation: "Give these actions to the execution role.",
    url: TASK_ROLE,
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.role, (role) => {
            const tasks = view
                .users(role, T.taskDefinition)
                .filter((task) => task.refersTo("taskRoleArn", role));
            const actions =
                tasks.length === 0 ? [] : granted(view, role).flatMap((statement) => statement.actions);
            const foreign = [
                ...new Set(
                    actions.filter((action) =>
                        ONLY_STARTING.some((pattern) => matchesAction(pattern, action)),
                    ),
                ),
            ];
            return unless(foreign.length === 0, `is the application's, and may ${foreign.join(", ")}`);
        }),
};

const readsOnlyListed: Rule = {
    name: "execution-role-reads-only-listed-secrets",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "ECS may read the secrets that the containers list, and no others.",
    remediation: "Remove the secret from the execution role's policy, or list it in the container.",
    url: `${EXECUTION_ROLE}#task-execution-secrets`,
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        view.each(T.taskDefinition, (task) => {
            const listed = containersOf(task).flatMap((container) =>
                secretsOf(container).map(({ value }) => value),
            );
            const readable = granted(view, task.ref("executionRoleArn", T.role))
                .filter(readsSecrets)
                .flatMap(({ resources }) => resources);
            const spare = [
                ...new Set(
                    readable.filter(
                        (resource) => !listed.some((value) => coversSecret(view, resource, value)),
                    ),
                ),
            ];
            return unless(
                spare.length === 0,
                `lets ECS read what no container lists: ${spare.map((one) => shown(view, one)).join(", ")}`,
            );
        }),
};

function readsSecrets(statement: Statement): boolean {
    return ["secretsmanager:GetSecretValue", "ssm:GetParameters"].some(
        (action) => allowing([statement], action).length > 0,
    );
}

const canStart: Rule = {
    name: "execution-role-can-start-tasks",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "ECS may pull the containers' images, read their secrets and write their logs.",
    remediation: "Add what is missing to the execution role's policy.",
    url: EXECUTION_ROLE,
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        view.each(T.taskDefinition, (task) => {
            const role = task.ref("executionRoleArn", T.role);
            const statements = granted(view, role);
            return role === undefined
                ? []
                : containersOf(task).flatMap((container) => [
                      ...secretsOf(container).flatMap(({ name, value }) =>
                          unless(
                              statements
                                  .filter(readsSecrets)
                                  .some(({ resources }) =>
                                      resources.some((one) => coversSecret(view, one, value)),
                                  ),
                              `does not start: ${role.name} may not read \`${name}\``,
                          ),
                      ),
                      ...unless(
                          mayPull(view, statements, container),
                          `does not start: ${role.name} may not pull the image of \`${container.name}\``,
                      ),
                      ...unless(
                          mayLog(view, statements, container),
                          `does not start: ${role.name} may not write the log of \`${container.name}\``,
                      ),
                  ]);
        }),
};

function mayPull(view: View, statements: readonly Statement[], { value, task }: Container): boolean {
    const image = rawText(value, "image");
    const named = task
        .refs("containerDefinitions", T.image, T.repository)
        .filter(({ urn }) => image.includes(urn));
    const repositories = named.flatMap((item) =>
        item.type === T.image ? item.refs("repositoryUrl", T.repository) : [item],
    );
    const path = /^[^/]+\/([^@]+?)(?::[^:@/]+)?(?:@|$)/.exec(withoutReferences(image))?.[1];
    const byName = view
        .all(T.repository)
        .filter((repository) => path !== undefined && repository.at("name") === path);
    const resources = allowing(statements, "ecr:BatchGetImage").flatMap((statement) => statement.resources);
    return (
        allowing(statements, "ecr:GetAuthorizationToken").length > 0 &&
        resources.some(
            (resource) =>
                resource === "*" ||
                [...repositories, ...byName].some(({ urn }) => resource.includes(urn)) ||
                (path !== undefined &&
                    covers(withoutReferences(resource).replace(/^.*:repository\//, ""), path)),
        )
    );
}

function withoutReferences(text: string): string {
    return text.replace(/\$\{[^{}]*\}/g, "#");
}

function mayLog(view: View, statements: readonly Statement[], { value }: Container): boolean {
    if (text(value, "logConfiguration.logDriver") !== "awslogs") {
        return true;
    }
    const group = rawText(at(value, "logConfiguration.options"), "awslogs-group");
    const item =
        view.all(T.logGroup).find((candidate) => candidate.at("name") === group) ??
        referencesIn(group).map((reference) => view.resolve(reference))[0];
    const resources = allowing(statements, "logs:PutLogEvents").flatMap((statement) => statement.resources);
    return resources.some(
        (resource) =>
            resource === "*" ||
            resource.includes(`:${group}:`) ||
            (item !== undefined && resource.includes(item.urn)),
    );
}

const canServe: Rule = {
    name: "task-role-can-serve",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "An application may mount its volumes, use its bucket, and be looked into where that is on.",
    remediation: "Add what is missing to the task role's policy.",
    url: TASK_ROLE,
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        view.each(T.taskDefinition, (task) => {
            const role = task.ref("taskRoleArn", T.role);
            const statements = granted(view, role);
            const may = (action: string, item: Item): boolean =>
                allowing(statements, action).some(({ resources }) =>
                    resources.some((one) => one === "*" || one.includes(item.urn)),
                );
            const buckets = containersOf(task).flatMap((container) => bucketsOf(view, container));
            const exec = view
                .users(task, T.service)
                .some((service) => service.flag("enableExecuteCommand") === true);
            return role === undefined
                ? []
                : [
                      ...task
                          .refs("volumes", T.fileSystem)
                          .flatMap((system) =>
                              unless(
                                  may("elasticfilesystem:ClientMount", system),
                                  `cannot mount ${system.name}: ${role.name} may not`,
                              ),
                          ),
                      ...buckets.flatMap((bucket) =>
                          unless(
                              may("s3:GetObject", bucket),
                              `cannot read ${bucket.name}: ${role.name} may not`,
                          ),
                      ),
                      ...unless(
                          !exec || allowing(statements, "ssmmessages:CreateControlChannel").length > 0,
                          `cannot be looked into: ${role.name} may not open a session`,
                      ),
                  ];
        }),
};

/** Buckets that a container's variables name. */
function bucketsOf(view: View, container: Container): readonly Item[] {
    const variables = environmentOf(container);
    const named = variables
        .flatMap(({ value }) => referencesIn(value).map((reference) => view.resolve(reference)))
        .filter((item) => item?.type === T.bucket)
        .filter((item) => item !== undefined);
    return [...new Set(named)];
}

/** What a role may do: the statements of its own policies and of those in the stack that are attached to it. */
export function granted(view: View, role: Item | undefined): readonly Statement[] {
    if (role === undefined) {
        return [];
    }
    const own = view.users(role, T.rolePolicy).filter((policy) => policy.refersTo("role", role));
    const attached = view
        .users(role, T.rolePolicyAttachment, T.policyAttachment)
        .flatMap((attachment) => attachment.refs("policyArn", T.policy));
    return [...own, ...attached]
        .flatMap((policy) => policy.statements("policy"))
        .filter(({ allows }) => allows);
}

/** By its ARN, or by the beginning of its name, which every generation of it has: `…:secret:<prefix>*`. */
function coversSecret(view: View, resource: string, value: string): boolean {
    const [reference] = referencesIn(value);
    const secret = reference === undefined ? undefined : view.resolve(reference);
    const prefix = rawText(secret?.resource.inputs, "namePrefix");
    return covers(resource, value) || (prefix !== "" && resource.endsWith(`:secret:${prefix}*`));
}

/** Is a value (`<arn>:password::`) the resource of a policy, or does it begin with it? */
function covers(resource: string, value: string): boolean {
    const pattern = resource
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".");
    return new RegExp(`^${pattern}(?::.*)?$`).test(value);
}

/** A resource as people call it. */
function shown(view: View, resource: string): string {
    const [reference] = referencesIn(resource);
    return (reference === undefined ? undefined : view.resolve(reference)?.name) ?? resource;
}

export const ROLES: readonly Rule[] = [
    separateRoles,
    onlyStarts,
    onlyServes,
    readsOnlyListed,
    canStart,
    canServe,
];
