/** What a task does, by its variables, secrets, volumes and log: the right one of its two roles may do all of it. */
import { type Container, containersOf, environmentOf, secretsOf } from "../containers";
import { allowing, type Statement } from "../document";
import { at, flag, list, rawText, referencesIn, text } from "../json";
import { covers, coversSecret, granted, mayUse, readingAction } from "../permissions";
import { CONTAINERS_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Item, type Said, unless, type View } from "../view";

const EXECUTION_ROLE =
    "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html";
const TASK_ROLE = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html";

const canStart: Rule = {
    name: "execution-role-can-start-tasks",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "ECS may pull the containers' images, read their secrets, use the keys of these, and write their logs.",
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
                      ...secretsOf(container).flatMap(({ name, value }) => [
                          ...unless(
                              mayRead(view, statements, value),
                              `does not start: ${role.name} may not read \`${name}\``,
                          ),
                          ...unless(
                              keysOf(view, value).every((key) => mayUse(statements, "kms:Decrypt", key)),
                              `does not start: ${role.name} may not use the key of \`${name}\``,
                          ),
                      ]),
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

function mayRead(view: View, statements: readonly Statement[], value: string): boolean {
    return allowing(statements, readingAction(view, value)).some(({ resources }) =>
        resources.some((one) => coversSecret(view, one, value)),
    );
}

/** A key of one's own has to be allowed by name; AWS's own needs no permission. */
function keysOf(view: View, value: string): readonly Item[] {
    const sources = referencesIn(value).map((reference) => view.resolve(reference));
    return sources.flatMap((source) => [
        ...(source?.refs("kmsKeyId", T.key) ?? []),
        ...(source?.refs("keyId", T.key) ?? []),
    ]);
}

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

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html */
const SESSION = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"];

/** What an application does with the files of a bucket of its own. */
const FILES = ["s3:DeleteObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"];

const canServe: Rule = {
    name: "task-role-can-serve",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "An application may mount and write its volumes, use its bucket, and be looked into where that is on.",
    remediation: "Add what is missing to the task role's policy.",
    url: TASK_ROLE,
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        view.each(T.taskDefinition, (task) => {
            const role = task.ref("taskRoleArn", T.role);
            const statements = granted(view, role);
            const buckets = new Set(containersOf(task).flatMap((container) => bucketsOf(view, container)));
            return role === undefined
                ? []
                : [
                      ...volumesSaid(task, role, statements),
                      ...[...buckets].flatMap((bucket) => {
                          const missing = FILES.filter((action) => !mayUse(statements, action, bucket));
                          return unless(
                              missing.length === 0,
                              `cannot use ${bucket.name}: ${role.name} may not ${missing.join(", ")}`,
                          );
                      }),
                      ...execSaid(view, task, role, statements),
                  ];
        }),
};

/** A volume that some container mounts to write needs the right to write, too. */
function volumesSaid(task: Item, role: Item, statements: readonly Statement[]): readonly Said[] {
    const mounts = containersOf(task).flatMap(({ value }) => list(value, "mountPoints"));
    return task.list("volumes").flatMap((volume, index) => {
        const written = mounts.some(
            (mount) =>
                text(mount, "sourceVolume") === text(volume, "name") && flag(mount, "readOnly") !== true,
        );
        const needed = ["ClientMount", ...(written ? ["ClientWrite"] : [])];
        return task
            .refs(`volumes.${index}.efsVolumeConfiguration`, T.fileSystem)
            .flatMap((system) =>
                needed.flatMap((action) =>
                    unless(
                        mayUse(statements, `elasticfilesystem:${action}`, system),
                        `cannot ${action === "ClientMount" ? "mount" : "write to"} ${system.name}: ${role.name} may not`,
                    ),
                ),
            );
    });
}

function execSaid(view: View, task: Item, role: Item, statements: readonly Statement[]): readonly Said[] {
    const services = view
        .users(task, T.service)
        .filter((service) => service.flag("enableExecuteCommand") === true);
    const path = "configuration.executeCommandConfiguration.kmsKeyId";
    const keys = services.flatMap((service) =>
        service.refs("cluster", T.ecsCluster).flatMap((cluster) => cluster.refs(path, T.key)),
    );
    const opens = SESSION.every((action) => allowing(statements, `ssmmessages:${action}`).length > 0);
    return [
        ...unless(
            services.length === 0 || opens,
            `cannot be looked into: ${role.name} may not open a session`,
        ),
        ...unless(
            keys.every((key) => mayUse(statements, "kms:Decrypt", key)),
            `cannot be looked into: ${role.name} may not use the key of its sessions`,
        ),
    ];
}

/** Buckets that a container's variables name. */
function bucketsOf(view: View, container: Container): readonly Item[] {
    const variables = environmentOf(container);
    const named = variables
        .flatMap(({ value }) => referencesIn(value).map((reference) => view.resolve(reference)))
        .filter((item) => item?.type === T.bucket)
        .filter((item) => item !== undefined);
    return [...new Set(named)];
}

export const PERMISSIONS: readonly Rule[] = [canStart, canServe];
