/** Tasks and their containers: what they may, and what they run. */
import { eachContainer, environmentOf } from "../containers";
import { at, flag, list, rawText, text } from "../json";
import { CONTAINERS_LATER, controlPage, type Rule } from "../rule";
import { T } from "../types";
import { unless } from "../view";

const ownProcesses: Rule = {
    name: "task-without-host-processes",
    control: ["ECS.3"],
    level: "mandatory",
    waivable: "never",
    description: "A task does not see the processes of its host.",
    remediation: "Remove `pidMode`.",
    url: controlPage("ECS.3"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.taskDefinition, (task) =>
            unless(task.text("pidMode") !== "host", "sees its host's processes"),
        ),
};

const ownNetwork: Rule = {
    name: "task-with-own-network",
    control: ["ECS.17"],
    level: "mandatory",
    waivable: "never",
    description: "A task has a network interface of its own, with security groups of its own.",
    remediation: "Set `networkMode` to `awsvpc`.",
    url: controlPage("ECS.17"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.taskDefinition, (task) =>
            unless(task.text("networkMode") === "awsvpc", "has no network interface of its own"),
        ),
};

const unprivileged: Rule = {
    name: "container-unprivileged",
    control: ["ECS.4"],
    level: "mandatory",
    waivable: "never",
    description: "No container has the rights of its host.",
    remediation: "Remove `privileged`, and what `linuxParameters.capabilities` adds, from the container.",
    url: controlPage("ECS.4"),
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, ({ value }) => [
            ...unless(flag(value, "privileged") !== true, "has the rights of its host"),
            ...unless(
                list(value, "linuxParameters.capabilities.add").length === 0,
                "has more rights than Docker gives",
            ),
        ]),
};

const readOnlyRoot: Rule = {
    name: "container-read-only-root",
    control: ["ECS.5"],
    level: "mandatory",
    waivable: "application",
    description: "A container cannot change its own programs.",
    remediation:
        "Set `readonlyRootFilesystem` to true, as a setting of the preset `web` does, with mounts for the folders that the application writes to.",
    url: controlPage("ECS.5"),
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, ({ name, value }) =>
            unless(
                flag(value, "readonlyRootFilesystem") === true,
                `can change its own programs; \`apps.${name}.readonlyRootFilesystem: true\` forbids it`,
            ),
        ),
};

const notRoot: Rule = {
    name: "container-not-root",
    control: ["ECS.20"],
    level: "mandatory",
    waivable: "application",
    description: "A container runs as a user that is not root.",
    remediation:
        "Set `user` of the container to a number that is not 0, as a setting of the preset `web` does.",
    url: controlPage("ECS.20"),
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, ({ name, value }) => {
            const user = (text(value, "user") ?? "").split(":")[0];
            return unless(
                user !== "" && user !== "0" && user !== "root",
                `runs as root, or does not say as whom: write the image's user, like \`apps.${name}.user: "1000"\``,
            );
        }),
};

const logs: Rule = {
    name: "container-logs",
    control: ["ECS.9"],
    level: "mandatory",
    waivable: "never",
    description: "Every container sends its log somewhere.",
    remediation: "Give the container a `logConfiguration`.",
    url: controlPage("ECS.9"),
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, ({ value }) =>
            unless((text(value, "logConfiguration.logDriver") ?? "") !== "", "keeps no log"),
        ),
};

const logsNeverBlock: Rule = {
    name: "container-logs-without-blocking",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "An application goes on when its log cannot be written.",
    remediation: "Set the options `mode` to `non-blocking` and `max-buffer-size` of the log driver.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, ({ value }) =>
            text(value, "logConfiguration.logDriver") === "awslogs"
                ? [
                      ...unless(
                          text(value, "logConfiguration.options.mode") === "non-blocking",
                          "stops when its log cannot be written",
                      ),
                      ...unless(
                          (text(value, "logConfiguration.options.max-buffer-size") ?? "") !== "",
                          "does not say how much of its log may wait",
                      ),
                  ]
                : [],
        ),
};

const volumesEncrypted: Rule = {
    name: "volumes-encrypted-in-transit",
    control: ["ECS.18"],
    level: "mandatory",
    waivable: "never",
    description:
        "Files travel encrypted between a task and its file system, and its role says which it may mount.",
    remediation: "Set `transitEncryption` to `ENABLED`, with an access point and IAM.",
    url: controlPage("ECS.18"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.taskDefinition, (task) =>
            task
                .list("volumes")
                .filter((volume) => list(volume, "efsVolumeConfiguration").length > 0)
                .flatMap((volume) => [
                    ...unless(
                        text(volume, "efsVolumeConfiguration.transitEncryption") === "ENABLED",
                        `mounts ${volumeName(volume)} without encryption`,
                    ),
                    ...unless(
                        text(volume, "efsVolumeConfiguration.authorizationConfig.iam") === "ENABLED" &&
                            at(volume, "efsVolumeConfiguration.authorizationConfig.accessPointId") !==
                                undefined,
                        `mounts ${volumeName(volume)} without asking its role, or beside the access points`,
                    ),
                ]),
        ),
};

const imageByDigest: Rule = {
    name: "image-by-digest",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "A container's image is named by its digest: what was tested is what runs, also next year.",
    remediation: "Write the image as `<repository>@sha256:<digest>`.",
    url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, ({ task, value }) => {
            // Known later: what `up` builds, and the digest that a parameter names, which is the release.
            const image = rawText(value, "image");
            const built = task
                .refs("containerDefinitions", T.image)
                .some(({ urn }) => image === `\${${urn}.imageUri}`);
            return unless(
                built ||
                    /@(sha256:[0-9a-f]{64}|\$\{[^{}]*(?:\.insecureValue|docker-build:index:Image::[^{}]*)\.digest\})$/.test(
                        image,
                    ),
                `runs ${image}, which may mean another image tomorrow`,
            );
        }),
};

const imageInRegistry: Rule = {
    name: "image-in-own-registry",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "Images come from ECR in the region, so that tasks start when another registry, or the way there, does not work.",
    remediation: "Build the image, mirror it, or let ECR cache it.",
    url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, ({ task, value }) => {
            const image = rawText(value, "image");
            const built = task
                .refs("containerDefinitions", T.image, T.repository)
                .some(({ urn }) => image.startsWith(`\${${urn}.`));
            return unless(
                built || /^(\$\{[^{}]+\}|[^/]+)\.dkr[.-]ecr[.-][^/]+\//.test(image),
                `runs ${image}, which is not in ECR`,
            );
        }),
};

const variablesOnce: Rule = {
    name: "container-variables-once",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "No variable of a container is set twice: ECS refuses it, long after the plan.",
    remediation: "Remove one of the two.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachContainer(view, (container) => {
            const names = [
                ...environmentOf(container).map(({ name }) => name),
                ...list(container.value, "secrets").map((secret) => text(secret, "name") ?? ""),
            ];
            const twice = names.filter((name, index) => names.indexOf(name) !== index);
            return unless(twice.length === 0, `sets ${twice.join(", ")} twice`);
        }),
};

function volumeName(volume: Parameters<typeof text>[0]): string {
    return text(volume, "name") ?? "a volume";
}

export const CONTAINERS: readonly Rule[] = [
    ownProcesses,
    ownNetwork,
    unprivileged,
    readOnlyRoot,
    notRoot,
    logs,
    logsNeverBlock,
    volumesEncrypted,
    imageByDigest,
    imageInRegistry,
    variablesOnce,
];
