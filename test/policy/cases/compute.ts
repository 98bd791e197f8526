import type { Json, Resource } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const DIGEST = "a".repeat(64);
const image = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfhost/test/app@sha256:${DIGEST}`;
const AS_ROOT =
    'runs as root, or does not say as whom: write the image\'s user, like `apps.app.user: "1000"`';
const container = {
    name: "app",
    image,
    essential: true,
    environment: [{ name: "APP_URL", value: "https://example.com" }],
    secrets: [{ name: "APP_KEY", valueFrom: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a" }],
    readonlyRootFilesystem: true,
    user: "911:911",
    logConfiguration: {
        logDriver: "awslogs",
        options: { "awslogs-group": "/app", mode: "non-blocking", "max-buffer-size": "25m" },
    },
};

function taskOf(...containers: readonly Readonly<Record<string, Json>>[]): Resource {
    return resource(T.taskDefinition, "task", {
        containerDefinitions: JSON.stringify(containers),
        networkMode: "awsvpc",
    });
}

function without(name: keyof typeof container): Readonly<Record<string, Json>> {
    return Object.fromEntries(Object.entries(container).filter(([key]) => key !== name));
}

/** A good one. */
export const task = taskOf(container);
const says = (text: string) => `task: container \`app\` ${text}`;
const cacheRule = resource(T.cacheRule, "cache");
const built = resource(T.image, "image");
const volume = {
    name: "images",
    efsVolumeConfiguration: {
        fileSystemId: "fs-1",
        transitEncryption: "ENABLED",
        authorizationConfig: { accessPointId: ref(resource(T.accessPoint, "point")), iam: "ENABLED" },
    },
};

export const CONTAINER_CASES: Cases = {
    "task-without-host-processes": {
        holds: { "nothing is said": [task] },
        fails: { "the host's": [[changed(task, { pidMode: "host" })], "task sees its host's processes"] },
    },
    "task-with-own-network": {
        holds: { awsvpc: [task] },
        fails: {
            "the host's": [
                [changed(task, { networkMode: "host" })],
                "task has no network interface of its own",
            ],
            "nothing is said": [
                [changed(task, { networkMode: null })],
                "task has no network interface of its own",
            ],
        },
    },
    "container-unprivileged": {
        holds: { "nothing is said": [task] },
        fails: {
            "more rights": [
                [taskOf({ ...container, linuxParameters: { capabilities: { add: ["SYS_PTRACE"] } } })],
                says("has more rights than Docker gives"),
            ],
            "it is": [
                [taskOf(container, { ...container, name: "second", privileged: true })],
                "task: container `second` has the rights of its host",
            ],
        },
    },
    "container-read-only-root": {
        holds: { "it is": [task] },
        fails: {
            "nothing is said": [
                [taskOf(without("readonlyRootFilesystem"))],
                says("can change its own programs; `apps.app.readonlyRootFilesystem: true` forbids it"),
            ],
        },
    },
    "container-not-root": {
        holds: { "a number": [task], "a name": [taskOf({ ...container, user: "node" })] },
        fails: {
            "nothing is said": [[taskOf(without("user"))], says(AS_ROOT)],
            root: [[taskOf({ ...container, user: "root:911" })], says(AS_ROOT)],
            "0": [[taskOf({ ...container, user: "0" })], says(AS_ROOT)],
        },
    },
    "container-logs": {
        holds: { CloudWatch: [task] },
        fails: { nowhere: [[taskOf(without("logConfiguration"))], says("keeps no log")] },
    },
    "container-logs-without-blocking": {
        holds: {
            "it does not": [task],
            "another driver": [taskOf({ ...container, logConfiguration: { logDriver: "awsfirelens" } })],
        },
        fails: {
            "it does": [
                [
                    taskOf({
                        ...container,
                        logConfiguration: {
                            logDriver: "awslogs",
                            options: { mode: "blocking", "max-buffer-size": "25m" },
                        },
                    }),
                ],
                says("stops when its log cannot be written"),
            ],
            "without end": [
                [
                    taskOf({
                        ...container,
                        logConfiguration: { logDriver: "awslogs", options: { mode: "non-blocking" } },
                    }),
                ],
                says("does not say how much of its log may wait"),
            ],
        },
    },
    "volumes-encrypted-in-transit": {
        holds: {
            encrypted: [changed(task, { volumes: [volume] })],
            "a folder of the task": [changed(task, { volumes: [{ name: "tmp" }] })],
        },
        fails: {
            "in the clear": [
                [
                    changed(task, {
                        volumes: [
                            {
                                ...volume,
                                efsVolumeConfiguration: {
                                    ...volume.efsVolumeConfiguration,
                                    transitEncryption: "DISABLED",
                                },
                            },
                        ],
                    }),
                ],
                "task mounts images without encryption",
            ],
            "without asking": [
                [
                    changed(task, {
                        volumes: [
                            {
                                name: "images",
                                efsVolumeConfiguration: {
                                    fileSystemId: "fs-1",
                                    transitEncryption: "ENABLED",
                                },
                            },
                        ],
                    }),
                ],
                "task mounts images without asking its role, or beside the access points",
            ],
        },
    },
    "image-by-digest": {
        holds: {
            "a digest": [task],
            "the digest of a release": [
                taskOf({
                    ...container,
                    image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@${aws:ssm/getParameter:getParameter(name=release).insecureValue.digest}",
                }),
            ],
            "what `up` builds": [built, taskOf({ ...container, image: ref(built, "imageUri") })],
            "what `up` has built, as the engine tells it": [
                taskOf({
                    ...container,
                    image: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@${ref(resource(T.builtImage, "up-app"), "digest")}`,
                }),
            ],
        },
        fails: {
            "a tag": [
                [taskOf({ ...container, image: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:latest" })],
                says(
                    "runs 123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:latest, which may mean another image tomorrow",
                ),
            ],
            "a tag that a parameter names": [
                [
                    taskOf({
                        ...container,
                        image: "app:${aws:ssm/getParameter:getParameter(name=tag).insecureValue}",
                    }),
                ],
                says(
                    "runs app:${aws:ssm/getParameter:getParameter(name=tag).insecureValue}, which may mean another image tomorrow",
                ),
            ],
            "half a digest": [
                [taskOf({ ...container, image: "app@sha256:abc" })],
                says("runs app@sha256:abc, which may mean another image tomorrow"),
            ],
        },
    },
    "image-in-own-registry": {
        holds: {
            ECR: [task],
            "what `up` builds": [built, taskOf({ ...container, image: ref(built, "imageUri") })],
            "what ECR caches, in the registry that the cache's rule is in": [
                cacheRule,
                taskOf({
                    ...container,
                    image: `${ref(cacheRule, "registryId")}.dkr.ecr.eu-west-1.amazonaws.com/cache/httpd@sha256:${DIGEST}`,
                }),
            ],
        },
        fails: {
            "a name that only looks like a reference to ECR": [
                [taskOf({ ...container, image: `$\{x/y.dkr.ecr.evil.com/httpd@sha256:${DIGEST}` })],
                says(`runs $\{x/y.dkr.ecr.evil.com/httpd@sha256:${DIGEST}, which is not in ECR`),
            ],
            "Docker Hub": [
                [taskOf({ ...container, image: `docker.io/library/ghost@sha256:${DIGEST}` })],
                says(`runs docker.io/library/ghost@sha256:${DIGEST}, which is not in ECR`),
            ],
            "ECR's public gallery": [
                [taskOf({ ...container, image: `public.ecr.aws/docker/library/httpd@sha256:${DIGEST}` })],
                says(`runs public.ecr.aws/docker/library/httpd@sha256:${DIGEST}, which is not in ECR`),
            ],
        },
    },
    "container-variables-once": {
        holds: { "each once": [task] },
        fails: {
            "as variable and as secret": [
                [taskOf({ ...container, environment: [{ name: "APP_KEY", value: "x" }] })],
                says("sets APP_KEY twice"),
            ],
        },
    },
};
