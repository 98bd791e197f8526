import type { Json } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { allow, changed, document, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const [execution, own] = [resource(T.role, "execution"), resource(T.role, "own")];
const repository = resource(T.repository, "images", { name: "selfhost/test/app" });
const built = resource(T.image, "built", { repositoryUrl: ref(repository, "repositoryUrl") });
const logs = resource(T.logGroup, "logs", { name: "/app" });
const secret = resource(T.secret, "secret");
const files = resource(T.fileSystem, "files");
const bucket = resource(T.bucket, "bucket");
const PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/mail";

const task = resource(T.taskDefinition, "task", {
    executionRoleArn: ref(execution, "arn"),
    taskRoleArn: ref(own, "arn"),
    containerDefinitions: JSON.stringify([
        {
            name: "app",
            image: ref(built, "imageUri"),
            environment: [{ name: "BUCKET", value: ref(bucket, "bucket") }],
            secrets: [
                { name: "PASSWORD", valueFrom: `${ref(secret, "arn")}:password::` },
                { name: "MAIL", valueFrom: PARAMETER },
            ],
            logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "/app" } },
        },
    ]),
    volumes: [{ name: "files", efsVolumeConfiguration: { fileSystemId: ref(files) } }],
});
const service = resource(T.service, "service", {
    taskDefinition: ref(task, "arn"),
    enableExecuteCommand: true,
});
const signIn = allow("ecr:GetAuthorizationToken", "*");
const pull = allow(["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], [ref(repository, "arn")]);
const write = allow(["logs:CreateLogStream", "logs:PutLogEvents"], [`${ref(logs, "arn")}:*`]);
const readSecret = allow("secretsmanager:GetSecretValue", [ref(secret, "arn")]);
const readParameter = allow("ssm:GetParameters", [PARAMETER]);
const mount = allow("elasticfilesystem:ClientMount", [ref(files, "arn")]);
const use = allow("s3:GetObject", [`${ref(bucket, "arn")}/*`]);
const useAll = [
    allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [`${ref(bucket, "arn")}/*`]),
    allow("s3:ListBucket", [ref(bucket, "arn")]),
];
const open = allow(
    ["Create", "Open"].flatMap((verb) => ["Control", "Data"].map((of) => `ssmmessages:${verb}${of}Channel`)),
    "*",
);
const key = resource(T.key, "key");
const cluster = resource(T.ecsCluster, "cluster", {
    configuration: { executeCommandConfiguration: { kmsKeyId: ref(key, "arn") } },
});
/** The same task, with a volume that its container mounts. */
const mounting = (mountPoint: Json) =>
    changed(task, {
        containerDefinitions: JSON.stringify([
            { name: "app", environment: [{ name: "BUCKET", value: ref(bucket) }], mountPoints: [mountPoint] },
        ]),
    });

const starts = (...statements: readonly Json[]) =>
    resource(T.rolePolicy, "execution-policy", {
        role: ref(execution, "name"),
        policy: document(...statements),
    });
const serves = (...statements: readonly Json[]) =>
    resource(T.rolePolicy, "own-policy", { role: ref(own, "name"), policy: document(...statements) });
const things = [execution, own, repository, built, logs, secret, files, bucket, task, service];
const all = [signIn, pull, write, readSecret, readParameter];

export const ROLE_CASES: Cases = {
    "task-roles-apart": {
        holds: { two: [execution, own, task] },
        fails: {
            "one for both": [
                [execution, own, changed(task, { taskRoleArn: ref(execution, "arn") })],
                "task gives the application the role with which ECS starts it",
            ],
            "that of another app's start": [
                [
                    execution,
                    own,
                    task,
                    changed(resource(T.taskDefinition, "other", {}), {
                        executionRoleArn: ref(own, "arn"),
                        taskRoleArn: ref(own, "arn"),
                    }),
                ],
                "other gives the application the role with which ECS starts it",
            ],
            "the start of this one": [
                [
                    execution,
                    own,
                    task,
                    resource(T.taskDefinition, "other", {
                        executionRoleArn: ref(own, "arn"),
                        taskRoleArn: ref(execution, "arn"),
                    }),
                ],
                "task gives the application the role with which ECS starts it",
                "other gives the application the role with which ECS starts it",
            ],
            none: [[execution, own, changed(task, { taskRoleArn: null })], "task lacks one of its two roles"],
        },
    },
    "execution-role-only-starts-tasks": {
        holds: {
            "pull, log, read": [...things, starts(...all)],
            "the application's may more": [...things, serves(use, mount)],
        },
        fails: {
            "the application's files": [
                [...things, starts(...all, use, mount)],
                "execution starts tasks, and may also s3:GetObject, elasticfilesystem:ClientMount",
            ],
            "in a policy that is attached": [
                [
                    ...things,
                    resource(T.policy, "attached", { policy: document(use) }),
                    resource(T.rolePolicyAttachment, "attachment", {
                        role: ref(execution, "name"),
                        policyArn: ref(resource(T.policy, "attached"), "arn"),
                    }),
                ],
                "execution starts tasks, and may also s3:GetObject",
            ],
        },
    },
    "task-role-only-serves-application": {
        holds: { "files, and being looked into": [...things, serves(use, mount, open, write)] },
        fails: {
            secrets: [
                [...things, serves(readSecret)],
                "own is the application's, and may secretsmanager:GetSecretValue",
            ],
            images: [
                [...things, serves(signIn, pull)],
                "own is the application's, and may ecr:GetAuthorizationToken, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer",
            ],
        },
    },
    "execution-role-reads-only-listed-secrets": {
        holds: { "what the container lists": [...things, starts(...all)] },
        fails: {
            "another secret": [
                [
                    ...things,
                    resource(T.secret, "another"),
                    starts(
                        ...all,
                        allow("secretsmanager:GetSecretValue", ref(resource(T.secret, "another"), "arn")),
                    ),
                ],
                "task lets ECS read what no container lists: another",
            ],
            "every secret, of whomever": [
                [
                    ...things.filter((one) => one !== secret),
                    changed(secret, { namePrefix: "selfhost/test/app/database-" }),
                    starts(
                        allow("secretsmanager:GetSecretValue", [
                            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:selfhost/test/*",
                        ]),
                    ),
                ],
                "task lets ECS read what no container lists: arn:aws:secretsmanager:eu-west-1:123456789012:secret:selfhost/test/*",
            ],
            "every parameter below a path": [
                [
                    ...things,
                    starts(
                        ...all,
                        allow("ssm:GetParameters", "arn:aws:ssm:eu-west-1:123456789012:parameter/other/*"),
                    ),
                ],
                "task lets ECS read what no container lists: arn:aws:ssm:eu-west-1:123456789012:parameter/other/*",
            ],
        },
    },
    "execution-role-can-start-tasks": {
        holds: {
            "all of it": [...things, starts(...all)],
            "beside more": [
                ...things,
                resource(T.repository, "other"),
                starts(
                    signIn,
                    allow("ecr:BatchGetImage", [
                        "arn:aws:ecr:eu-west-1:123456789012:repository/other",
                        ref(repository, "arn"),
                    ]),
                    allow("logs:PutLogEvents", [
                        "arn:aws:logs:eu-west-1:123456789012:log-group:/other:*",
                        `${ref(logs, "arn")}:*`,
                    ]),
                    allow("secretsmanager:GetSecretValue", [
                        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:b",
                        ref(secret, "arn"),
                    ]),
                    readParameter,
                ),
            ],
            "an image by its name": [
                ...things.filter((one) => one !== task),
                changed(task, {
                    containerDefinitions: JSON.stringify([
                        {
                            name: "app",
                            image: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfhost/test/app@sha256:${"a".repeat(64)}`,
                        },
                    ]),
                }),
                starts(signIn, pull),
            ],
        },
        fails: {
            nothing: [
                things,
                "task does not start: execution may not read `PASSWORD`",
                "task does not start: execution may not read `MAIL`",
                "task does not start: execution may not pull the image of `app`",
                "task does not start: execution may not write the log of `app`",
            ],
            "each by the other's action": [
                [
                    ...things,
                    starts(
                        signIn,
                        pull,
                        write,
                        allow("ssm:GetParameters", [ref(secret, "arn")]),
                        allow("secretsmanager:GetSecretValue", [PARAMETER]),
                    ),
                ],
                "task does not start: execution may not read `PASSWORD`",
                "task does not start: execution may not read `MAIL`",
            ],
            "a secret with a key of its own": [
                [
                    ...things.filter((one) => one !== secret),
                    key,
                    changed(secret, { kmsKeyId: ref(key, "arn") }),
                    starts(...all),
                ],
                "task does not start: execution may not use the key of `PASSWORD`",
            ],
            "another repository": [
                [
                    ...things,
                    starts(
                        signIn,
                        allow("ecr:BatchGetImage", "arn:aws:ecr:eu-west-1:123456789012:repository/other"),
                        write,
                        readSecret,
                        readParameter,
                    ),
                ],
                "task does not start: execution may not pull the image of `app`",
            ],
            "another log": [
                [
                    ...things,
                    starts(
                        signIn,
                        pull,
                        allow("logs:PutLogEvents", "arn:aws:logs:eu-west-1:123456789012:log-group:/other:*"),
                        readSecret,
                        readParameter,
                    ),
                ],
                "task does not start: execution may not write the log of `app`",
            ],
        },
    },
    "task-role-can-serve": {
        holds: {
            "all of it": [...things, serves(mount, ...useAll, open)],
            "beside more": [
                ...things,
                serves(
                    allow(
                        ["elasticfilesystem:ClientMount", "s3:GetObject"],
                        [ref(files, "arn"), "arn:aws:s3:::other/*", `${ref(bucket, "arn")}/*`],
                    ),
                    ...useAll,
                    open,
                ),
            ],
            "a volume to write to": [
                ...things.filter((item) => item !== task),
                mounting({ sourceVolume: "files", containerPath: "/data" }),
                serves(mount, allow("elasticfilesystem:ClientWrite", ref(files, "arn")), ...useAll, open),
            ],
        },
        fails: {
            nothing: [
                things,
                "task cannot mount files: own may not",
                "task cannot use bucket: own may not s3:DeleteObject, s3:GetObject, s3:ListBucket, s3:PutObject",
                "task cannot be looked into: own may not open a session",
            ],
            "by the wrong role": [
                [...things, starts(...useAll), serves(mount, open)],
                "task cannot use bucket: own may not s3:DeleteObject, s3:GetObject, s3:ListBucket, s3:PutObject",
            ],
            "reading alone, of what it writes": [
                [
                    ...things.filter((item) => item !== task),
                    mounting({ sourceVolume: "files", containerPath: "/data" }),
                    serves(mount, allow("s3:GetObject", [`${ref(bucket, "arn")}/*`]), open),
                ],
                "task cannot write to files: own may not",
                "task cannot use bucket: own may not s3:DeleteObject, s3:ListBucket, s3:PutObject",
            ],
            "half of a session": [
                [...things, serves(mount, ...useAll, allow("ssmmessages:CreateControlChannel", "*"))],
                "task cannot be looked into: own may not open a session",
            ],
            "a session with a key": [
                [
                    ...things.filter((item) => item !== service),
                    key,
                    cluster,
                    changed(service, { cluster: ref(cluster, "arn") }),
                    serves(mount, ...useAll, open),
                ],
                "task cannot be looked into: own may not use the key of its sessions",
            ],
        },
    },
};
