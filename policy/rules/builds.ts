/** Builds: what they are told, what they may, and who starts them. */
import { secretsInBuildspec, secretsInCommand, secretsInVariables } from "../commands";
import { allowing } from "../document";
import { at, flag, isObject, list, parse, rawText, text } from "../json";
import { granted } from "../permissions";
import { actionsOf, type PlainVariable, variablesOf, variablesOfAction } from "../pipelines";
import { controlPage, POLICIES_LATER, type Rule } from "../rule";
import { isSecretName } from "../secretText";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

const WEBHOOKS = "https://docs.aws.amazon.com/codebuild/latest/userguide/webhooks.html";

/** A pipeline is one text as long as one of its actions names something new. */
const ACTIONS_LATER =
    "an action's variables are one JSON text, of which a preview knows nothing as long as they name something new";

const noSecrets: Rule = {
    name: "no-secret-in-build",
    control: ["CodeBuild.2"],
    level: "mandatory",
    waivable: "never",
    description: "Variables, commands and buildspecs of builds hold no passwords, tokens or keys.",
    remediation:
        "Remove the value from `pipeline.build` or `integration`; in a project of your own, name one of Secrets Manager, with the type `SECRETS_MANAGER` or in `env.secrets-manager` of the buildspec.",
    url: controlPage("CodeBuild.2"),
    decidableInPreview: ACTIONS_LATER,
    check: (view) => [
        ...view.each(T.buildProject, (project) => [
            ...variablesOf(project).flatMap(said),
            ...specsOf(project).flatMap((spec) =>
                secretsInBuildspec(spec).map((what) => `has a buildspec that ${what} in the clear`),
            ),
        ]),
        ...view.each(T.pipeline, (pipeline) => [
            ...actionsOf(pipeline).flatMap((action) => variablesOfAction(action).flatMap(said)),
            ...list(pipeline.at("variables"))
                .map((variable) => ({
                    name: text(variable, "name") ?? "",
                    value: text(variable, "defaultValue") ?? "",
                }))
                .flatMap(said),
        ]),
    ],
};

function specsOf(project: Item): readonly string[] {
    return [project.text("source.buildspec") ?? ""].filter((spec) => spec !== "");
}

/** Values of variables are commands, or JSON of names and values, too. */
function said({ name, value }: PlainVariable): readonly string[] {
    const within = /^[[{]/.test(value) ? parse(value, name) : undefined;
    const commands = Array.isArray(within) ? within.filter((item) => typeof item === "string") : [value];
    return [
        ...unless(!isSecretName(name, value), `has the variable \`${name}\` in the clear`),
        ...[...(isObject(within) ? secretsInVariables(within) : commands.flatMap(secretsInCommand))].map(
            (what) => `has the variable \`${name}\`, which ${what} in the clear`,
        ),
    ];
}

const byConnection: Rule = {
    name: "source-by-connection",
    control: ["CodeBuild.1"],
    level: "mandatory",
    waivable: "never",
    description:
        "Builds and pipelines reach repositories by a connection, not with somebody's token or password.",
    remediation: "Use an aws.codeconnections.Connection; name it in the source's `auth` or `ConnectionArn`.",
    url: controlPage("CodeBuild.1"),
    decidableInPreview: true,
    check: (view) => [
        ...view.each([T.sourceCredential, T.pipelineWebhook], () => ["is a token for repositories"]),
        ...view.each(T.buildProject, (project) => {
            const sources = [...list(project.at("source")), ...project.list("secondarySources")];
            return sources.flatMap((source) => [
                ...unless(
                    !/^[a-z]+:\/\/[^/@]+@/.test(rawText(source, "location")),
                    "has an address with a name or a password for its source",
                ),
                ...unless(
                    !/^(BITBUCKET|GITHUB|GITLAB)/.test(text(source, "type") ?? "") ||
                        text(source, "auth.type") === "CODECONNECTIONS",
                    "reaches its repository without a connection",
                ),
            ]);
        }),
        ...view.each(T.pipeline, (pipeline) =>
            actionsOf(pipeline).flatMap(({ name, value }) =>
                unless(
                    text(value, "owner") !== "ThirdParty" &&
                        at(value, "configuration.OAuthToken") === undefined,
                    `has the action ${name}, which reaches its repository with a token`,
                ),
            ),
        ),
    ],
};

const logs: Rule = {
    name: "build-logs",
    control: ["CodeBuild.4"],
    level: "mandatory",
    waivable: "never",
    description: "Every build keeps a log.",
    remediation: "Enable `logsConfig.cloudwatchLogs`, with a log group of the stack.",
    url: controlPage("CodeBuild.4"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.buildProject, (project) =>
            unless(
                ["cloudwatchLogs", "s3Logs"].some(
                    (kind) => (project.text(`logsConfig.${kind}.status`) ?? "DISABLED") === "ENABLED",
                ),
                "keeps no log",
            ),
        ),
};

const encrypted: Rule = {
    name: "build-output-encrypted",
    control: ["CodeBuild.3", "CodeBuild.7", "CKV_AWS_78"],
    level: "mandatory",
    waivable: "never",
    description:
        "What builds leave behind, artifacts, logs and reports, is encrypted, and read by nobody outside.",
    remediation: "Remove `encryptionDisabled`, and leave `projectVisibility` private.",
    url: controlPage("CodeBuild.3"),
    decidableInPreview: true,
    check: (view) => [
        ...view.each(T.buildProject, (project) => {
            const outputs = [
                ...list(project.at("artifacts")),
                ...project.list("secondaryArtifacts"),
                ...list(project.at("logsConfig.s3Logs")),
            ];
            return [
                ...unless(
                    outputs.every((output) => flag(output, "encryptionDisabled") !== true),
                    "leaves something behind that is not encrypted",
                ),
                ...unless(
                    (project.text("projectVisibility") ?? "PRIVATE") === "PRIVATE",
                    "shows its builds to everybody",
                ),
            ];
        }),
        ...view.each(T.buildReports, (reports) =>
            unless(
                reports.flag("exportConfig.s3Destination.encryptionDisabled") !== true,
                "leaves something behind that is not encrypted",
            ),
        ),
    ],
};

const privileged: Rule = {
    name: "build-privileged-only-for-images",
    control: ["CodeBuild.5"],
    level: "mandatory",
    waivable: "never",
    description: "Only builds that make container images have the rights of their machine.",
    remediation: "Set `environment.privilegedMode` to false.",
    url: controlPage("CodeBuild.5"),
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.buildProject, (project) =>
            unless(
                project.flag("environment.privilegedMode") !== true || makesImages(view, project),
                "has the rights of its machine, and makes no image",
            ),
        ),
};

/** It is told of a Dockerfile, runs a program that builds images, or may push one. */
function makesImages(view: View, project: Item): boolean {
    const names = variablesOf(project).map(({ name }) => name);
    return (
        names.some((name) => name.endsWith("DOCKERFILE")) ||
        (names.includes("STACK") && view.all(T.image).length > 0) ||
        allowing(granted(view, project.ref("serviceRole", T.role)), "ecr:PutImage").length > 0
    );
}

const PULL_REQUEST = /PULL_REQUEST_(?:CREATED|REOPENED|UPDATED)/;

const filtered: Rule = {
    name: "webhook-filtered",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "A webhook builds what goes to named branches, and a stranger's pull request only when somebody of the repository says so.",
    remediation:
        "Give every filter group an event and a branch, and the webhook a `pullRequestBuildPolicy` for forks.",
    url: "https://docs.aws.amazon.com/codebuild/latest/userguide/pull-request-build-policy.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.buildWebhook, (webhook) => {
            const groups = webhook.list("filterGroups").map((group) =>
                list(group, "filters")
                    .filter((filter) => flag(filter, "excludeMatchedPattern") !== true)
                    .map((filter) => ({
                        type: text(filter, "type"),
                        pattern: text(filter, "pattern") ?? "",
                    })),
            );
            const has = (group: (typeof groups)[number], ...types: readonly string[]): boolean =>
                group.some(({ type, pattern }) => types.includes(type ?? "") && !/^(?:\.\*)?$/.test(pattern));
            const asked = ["ALL_PULL_REQUESTS", "FORK_PULL_REQUESTS"].includes(
                webhook.text("pullRequestBuildPolicy.requiresCommentApproval") ?? "",
            );
            const strangers = groups
                .filter((group) => group.some(({ pattern }) => PULL_REQUEST.test(pattern)))
                .some((group) => !has(group, "ACTOR_ACCOUNT_ID"));
            return [
                ...unless(
                    groups.length > 0 && groups.every((group) => has(group, "EVENT")),
                    "builds whatever happens in the repository",
                ),
                ...unless(
                    groups.every((group) => has(group, "BASE_REF", "HEAD_REF", "TAG_NAME", "RELEASE_NAME")),
                    "builds what goes to any branch",
                ),
                ...unless(asked || !strangers, "builds pull requests of everybody"),
            ];
        }),
};

/** What a build that others than the repository's own people can start may do. */
const HARMLESS =
    /^(?:logs:(?:CreateLogStream|PutLogEvents)|kms:Decrypt|(?:codeconnections|codestar-connections):(?:GetConnection|GetConnectionToken|UseConnection)|codebuild:(?:BatchPut|Create|Update)\w+|[a-z0-9-]+:(?:BatchCheck|BatchGet|Describe|Get|List)\w*)$/;

const checksChangeNothing: Rule = {
    name: "check-changes-nothing",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "A build that a push or a pull request starts reads, and changes nothing that another step uses.",
    remediation: "Give what writes to a project that only a pipeline starts.",
    url: WEBHOOKS,
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.buildWebhook, (webhook) => {
            const name = webhook.at("projectName");
            const projects = [
                ...webhook.refs("projectName", T.buildProject),
                ...view.all(T.buildProject).filter((project) => project.at("name") === name),
            ];
            const actions = projects
                .flatMap((project) => granted(view, project.ref("serviceRole", T.role)))
                .flatMap((statement) => statement.actions);
            const writing = [...new Set(actions)].filter((action) => !HARMLESS.test(action));
            return unless(writing.length === 0, `starts a build that may ${writing.join(", ")}`);
        }),
};

export const BUILDS: readonly Rule[] = [
    noSecrets,
    byConnection,
    logs,
    encrypted,
    privileged,
    filtered,
    checksChangeNothing,
];
