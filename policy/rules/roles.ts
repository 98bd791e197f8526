/** The two roles of a task: neither may what the other is for, nor anything that the task does not need. */
import { containersOf, secretsOf } from "../containers";
import { allowing, matchesAction } from "../document";
import { coversSecret, granted, shown } from "../permissions";
import { CONTAINERS_LATER, POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { unless } from "../view";

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

const READING = ["secretsmanager:GetSecretValue", "ssm:GetParameters"];

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
                .filter((statement) => READING.some((action) => allowing([statement], action).length > 0))
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

export const ROLES: readonly Rule[] = [separateRoles, onlyStarts, onlyServes, readsOnlyListed];
