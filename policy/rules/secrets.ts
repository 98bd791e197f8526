/** Secrets: none where people read, none that changes under a running task. */
import { eachContainer, environmentOf, secretsOf } from "../containers";
import type { Json } from "../../plan/graph";
import { allTexts, isObject, isUnknown, referencesIn, SECRET } from "../json";
import type { Finding } from "../finding";
import { CONTAINERS_LATER, controlPage, type Rule } from "../rule";
import { isSecretName, looksLikeSecret, looksRandom } from "../secretText";
import { T } from "../types";
import { finding, type Item, type Said, unless, type View } from "../view";

/** https://docs.aws.amazon.com/securityhub/latest/userguide/ecs-controls.html#ecs-8 */
const secretNamesInEnvironment: Rule = {
    name: "no-secret-in-environment",
    control: ["ECS.8"],
    level: "mandatory",
    waivable: "never",
    description:
        "Passwords, tokens and keys reach a container as secrets, not as variables that everybody can read.",
    remediation: "Move the variable to `secrets` of the app; for S3, use the task's role.",
    url: controlPage("ECS.8"),
    decidableInPreview: CONTAINERS_LATER,
    check: (view) => [
        ...view.each(T.taskDefinition, (task) =>
            unless(
                task.at("containerDefinitions") !== SECRET,
                "has a secret value among its containers' variables",
            ),
        ),
        ...eachContainer(view, (container) =>
            environmentOf(container)
                .filter(({ name, value }) => isSecretName(name, value))
                .map(({ name }) => `has the variable \`${name}\` in the clear`),
        ),
    ],
};

const secretNamesElsewhere: Rule = {
    name: "no-secret-in-plain-settings",
    control: ["CKV2_AWS_34", "CKV_AWS_45"],
    level: "mandatory",
    waivable: "never",
    description:
        "Variables of functions, arguments of images, parameters, tags and outputs hold no passwords, tokens or keys.",
    remediation:
        "Keep the value in Secrets Manager, or in a parameter of the type `SecureString`, and pass its name.",
    url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
    decidableInPreview: true,
    check: (view) => [
        ...view.each(T.lambda, (lambda) => namesIn(lambda, "environment.variables", "variable")),
        ...view.each(T.image, (image) => namesIn(image, "args", "argument")),
        ...view.each(T.builtImage, (image) => namesIn(image, "buildArgs", "argument")),
        ...view.each(T.parameter, (parameter) => {
            const name = parameter.at("name");
            const plain = parameter.text("type") !== "SecureString";
            return unless(
                !plain || !isSecretName(typeof name === "string" ? name : parameter.name, "-"),
                "is not a SecureString",
            );
        }),
        ...view.each(taggedTypes(view), (item) => namesIn(item, "tags", "tag")),
        ...view
            .all("pulumi:pulumi:Stack")
            .flatMap((stack) =>
                secretsInOutputs(view.graph.outputs).map((name) =>
                    finding(stack, { message: `has the output \`${name}\` in the clear`, subject: name }),
                ),
            ),
    ],
};

/** Names of outputs, however deep, with a value; one of several words is a command that says where the value is. */
function secretsInOutputs(outputs: Json): readonly string[] {
    return allTexts(outputs)
        .filter(
            ({ path, text: value }) => value !== SECRET && isSecretName(path.split(".").at(-1) ?? "", value),
        )
        .filter(({ text: value }) => !isUnknown(value) && !/\s/.test(value))
        .map(({ path }) => path);
}

function namesIn(item: Item, path: string, kind: string): readonly Said[] {
    const values = item.at(path);
    return isObject(values)
        ? Object.entries(values)
              .filter(
                  ([name, value]) =>
                      value === SECRET || isSecretName(name, typeof value === "string" ? value : "-"),
              )
              .map(([name]) => ({ message: `has the ${kind} \`${name}\` in the clear`, subject: name }))
        : [];
}

function taggedTypes(view: View): readonly string[] {
    return [
        ...new Set(view.items.filter(({ resource }) => "tags" in resource.inputs).map(({ type }) => type)),
    ];
}

const secretValues: Rule = {
    name: "no-secret-value-in-plain-text",
    control: ["ECS.8", "CKV_AWS_41", "CKV_AWS_46"],
    level: "mandatory",
    waivable: "never",
    description: "No input of any resource holds what looks like a key, a token or a password.",
    remediation:
        "Set it with `pulumi config set --secret`, or keep it in Secrets Manager, and replace it: others may have seen it.",
    url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) => [
        ...view.items.flatMap((item) =>
            allTexts(item.resource.inputs).flatMap(({ path, text: value }) =>
                found(
                    item,
                    path,
                    looksLikeSecret(value) ?? (isReadByMany(path, item) ? looksRandom(value) : undefined),
                ),
            ),
        ),
        ...view
            .all("pulumi:pulumi:Stack")
            .flatMap((stack) =>
                allTexts(view.graph.outputs).flatMap(({ path, text: value }) =>
                    found(stack, `outputs.${path}`, looksLikeSecret(value)),
                ),
            ),
    ],
};

function found(item: Item, path: string, kind: string | undefined): readonly Finding[] {
    return kind === undefined
        ? []
        : [finding(item, { message: `has ${kind} in the clear in \`${path}\``, subject: path })];
}

/** Where a long random text can hardly be anything else than a secret. */
function isReadByMany(path: string, { type }: Item): boolean {
    return (
        path.startsWith("tags.") ||
        (type === T.lambda && path.startsWith("environment.")) ||
        (type === T.image && path.startsWith("args."))
    );
}

const randomValuesInEnvironment: Rule = {
    name: "no-random-value-in-environment",
    control: ["ECS.8"],
    level: "mandatory",
    waivable: "application",
    description:
        "No variable of a container is a long random text, which can hardly be anything else than a secret.",
    remediation: "Move the variable to `secrets` of the app.",
    url: controlPage("ECS.8"),
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, (container) =>
            environmentOf(container)
                .filter(({ value }) => looksRandom(value) !== undefined)
                .map(({ name }) => `has a long random text in the variable \`${name}\``),
        ),
};

const noRotatingSecret: Rule = {
    name: "container-reads-no-rotating-secret",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "No container reads a secret that changes by a schedule: a running task would keep the old value.",
    remediation:
        "Give the app a database user of its own; raise its `credentialsGeneration` to change the password.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, (container) =>
            secretsOf(container).flatMap(({ name, value }) => {
                const source = sourcesOf(view, value).find((item) => rotates(view, item));
                return unless(
                    source === undefined && !rotatesByArn(view, value),
                    `reads \`${name}\` from a secret that is changed by a schedule`,
                );
            }),
        ),
};

function sourcesOf(view: View, value: string): readonly Item[] {
    return referencesIn(value)
        .map((reference) => view.resolve(reference))
        .filter((item) => item !== undefined);
}

/** The master user's secret is RDS's own, and changes every week. */
function rotates(view: View, source: Item): boolean {
    return source.type === T.databaseCluster || view.users(source, T.secretRotation).length > 0;
}

function rotatesByArn(view: View, value: string): boolean {
    return view.all(T.secretRotation).some((rotation) => {
        const id = rotation.at("secretId");
        return typeof id === "string" && !isUnknown(id) && value.startsWith(id);
    });
}

const secretsByVersion: Rule = {
    name: "container-reads-secret-by-version",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "A container names the version of a secret that the program writes, so that a new value is deployed.",
    remediation: "Write `valueFrom` as the secret's ARN, three colons and the version's id.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, (container) =>
            secretsOf(container).flatMap(({ name, value }) => {
                const sources = sourcesOf(view, value);
                const versions = sources.flatMap((source) =>
                    source.type === T.secret ? view.users(source, T.secretVersion) : [],
                );
                return unless(
                    versions.length === 0 || versions.some((version) => sources.includes(version)),
                    `would not see a new value of \`${name}\``,
                );
            }),
        ),
};

const rotation: Rule = {
    name: "secret-rotates",
    control: ["SecretsManager.1", "SecretsManager.4"],
    level: "mandatory",
    waivable: "application",
    description: "Secrets are changed by a schedule, every 90 days at the latest.",
    remediation: "Register an aws.secretsmanager.SecretRotation, where nothing that runs has read the value.",
    url: controlPage("SecretsManager.1"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.secret, (secret) => {
            const rules = view.users(secret, T.secretRotation);
            return unless(
                rules.some(
                    (rule) =>
                        (rule.number("rotationRules.automaticallyAfterDays") ?? 91) <= 90 ||
                        !rule.lacks("rotationRules.scheduleExpression"),
                ),
                "is not changed by a schedule",
            );
        }),
};

export const SECRETS: readonly Rule[] = [
    secretNamesInEnvironment,
    secretNamesElsewhere,
    secretValues,
    randomValuesInEnvironment,
    noRotatingSecret,
    secretsByVersion,
    rotation,
];
