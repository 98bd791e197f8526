/** Task definitions in the form that AWS gives back, so that a second run and a refresh find no difference. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { sortedBy, sortedEntries } from "../../settings/order";
import type { Mount } from "../storage/volumes";

/**
 * Room for about five seconds of a very talkative application; when CloudWatch is slower than that, lines are lost and
 * the application goes on.
 * https://aws.amazon.com/blogs/containers/preventing-log-loss-with-non-blocking-mode-in-the-awslogs-container-log-driver/
 */
const LOG_BUFFER = "25m";

export interface ContainerSpec {
    readonly name: string;
    readonly image: pulumi.Input<string>;
    readonly port: number;
    /** By which Service Connect knows the port; undefined: it does not. */
    readonly portName: string | undefined;
    readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
    /** Name of the variable → `valueFrom`. */
    readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
    readonly mounts: readonly Pick<Mount, "name" | "containerPath">[];
    readonly initProcess: boolean;
    /** `uid:gid`; undefined: the image's. */
    readonly user: string | undefined;
    readonly readonlyRootFilesystem: boolean;
    /** In place of the image's own; undefined, outside or inside: the image's. */
    readonly entryPoint: pulumi.Input<readonly string[] | undefined>;
    readonly command: pulumi.Input<readonly string[] | undefined>;
    /** Secrets that become files before the container starts: `valueFrom` by the name of the variable. */
    readonly files: readonly SecretFileSpec[];
    readonly stopTimeoutSeconds: number;
    readonly logs: { readonly group: pulumi.Input<string>; readonly region: string };
}

export interface SecretFileSpec {
    readonly secret: string;
    readonly file: string;
    readonly valueFrom: pulumi.Input<string>;
}

/** A container in the words of the ECS API. */
export interface ContainerDefinition {
    readonly name: string;
    readonly [property: string]: unknown;
}

/**
 * AWS returns lists that were left out as empty ones and host ports filled in, and the order in which variables were
 * given is kept: whatever is not canonical is a new revision on every run.
 * https://github.com/pulumi/pulumi-aws/issues/4576
 */
export function containerDefinitions(containers: readonly ContainerSpec[]): readonly ContainerDefinition[] {
    return sortedBy(
        containers.flatMap((spec) => [definitionOf(spec), ...secretFilesOf(spec)]),
        nameOf,
    );
}

function definitionOf(spec: ContainerSpec): ContainerDefinition {
    const mounts = sortedBy(spec.mounts, nameOf).map(({ name, containerPath }) =>
        mountPoint(name, containerPath, false),
    );
    return {
        ...commonOf(spec),
        name: onceNamed(spec),
        essential: true,
        environment: sortedEntries(spec.environment).map(([name, value]) => ({ name, value })),
        secrets: sortedEntries(spec.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
        portMappings: [
            {
                containerPort: spec.port,
                hostPort: spec.port,
                protocol: "tcp",
                ...(spec.portName === undefined ? {} : { name: spec.portName }),
            },
        ],
        mountPoints:
            spec.files.length === 0 ? mounts : [...mounts, mountPoint(SECRET_FILES, SECRETS_PATH, true)],
        linuxParameters: { initProcessEnabled: spec.initProcess },
        stopTimeout: spec.stopTimeoutSeconds,
        ...(spec.entryPoint === undefined ? {} : { entryPoint: spec.entryPoint }),
        ...(spec.command === undefined ? {} : { command: spec.command }),
        ...(spec.files.length === 0
            ? {}
            : { dependsOn: [{ containerName: SECRET_FILES, condition: "SUCCESS" }] }),
    };
}

/** Names the container that writes them and the volume that they are in. */
const SECRET_FILES = "secret-files";
const SECRETS_PATH = "/secrets";

/**
 * ECS gives secrets as variables only, so a container of the same image writes them to a volume that lives as long as
 * the task. It starts first, and ends.
 */
function secretFilesOf(spec: ContainerSpec): readonly ContainerDefinition[] {
    if (spec.files.length === 0) {
        return [];
    }
    const files = sortedBy(spec.files, ({ file }) => file);
    const script = files
        .map(({ secret, file }) => `printf '%s' "$${secret}" > ${SECRETS_PATH}/${file}`)
        .join(" && ");
    return [
        {
            ...commonOf(spec),
            // An empty volume belongs to root, whatever user the image has.
            // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html
            user: "0",
            // It writes to the volume alone.
            readonlyRootFilesystem: true,
            name: SECRET_FILES,
            essential: false,
            environment: [],
            secrets: sortedBy(
                files.map(({ secret, valueFrom }) => ({ name: secret, valueFrom })),
                nameOf,
            ),
            portMappings: [],
            mountPoints: [mountPoint(SECRET_FILES, SECRETS_PATH, false)],
            linuxParameters: { initProcessEnabled: false },
            stopTimeout: 2,
            entryPoint: ["/bin/sh", "-c"],
            command: [`umask 022 && ${script}`],
        },
    ];
}

/** What both kinds of containers say the same. */
function commonOf({ image, user, readonlyRootFilesystem, name, logs }: ContainerSpec) {
    return {
        image,
        cpu: 0,
        volumesFrom: [],
        systemControls: [],
        readonlyRootFilesystem,
        ...(user === undefined ? {} : { user }),
        logConfiguration: { logDriver: "awslogs", options: logOptions(logs.group, logs.region, name) },
    };
}

export function logOptions(group: pulumi.Input<string>, region: string, prefix: string) {
    return {
        "awslogs-group": group,
        "awslogs-region": region,
        "awslogs-stream-prefix": prefix,
        "max-buffer-size": LOG_BUFFER,
        mode: "non-blocking",
    };
}

function mountPoint(sourceVolume: string, containerPath: string, readOnly: boolean) {
    return { sourceVolume, containerPath, readOnly };
}

/** ECS refuses a name that stands in both lists, long after the plan. */
function onceNamed({ name, environment, secrets }: ContainerSpec): string {
    const twice = Object.keys(secrets).find((secret) => Object.hasOwn(environment, secret));
    if (twice !== undefined) {
        throw new Error(`\`${twice}\` of ${name} is both a variable and a secret. Remove one of them.`);
    }
    return name;
}

/** One volume for each access point: ECS cannot mount a folder of a volume. */
export function volumes(
    mounts: readonly Mount[],
    withSecretFiles: boolean,
): aws.types.input.ecs.TaskDefinitionVolume[] {
    const shared = sortedBy(mounts, nameOf).map(({ name, fileSystemId, accessPointId }) => ({
        name,
        efsVolumeConfiguration: {
            fileSystemId,
            rootDirectory: "/",
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId, iam: "ENABLED" },
        },
    }));
    return withSecretFiles ? [...shared, { name: SECRET_FILES }] : shared;
}

/** Names a person's family of task definitions; an IAM pattern needs to know it. */
export function familyOf(environment: string, app: string): string {
    return `${environment}-${app}`;
}

function nameOf({ name }: { readonly name: string }): string {
    return name;
}
