/** Task definitions in the form that AWS gives back, so that a second run and a refresh find no difference. */
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { Mount } from "./args";

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
    readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
    /** Name of the variable → `valueFrom`. */
    readonly secrets: Readonly<Record<string, pulumi.Input<string>>>;
    readonly mounts: readonly Pick<Mount, "name" | "containerPath">[];
    readonly initProcess: boolean;
    readonly stopTimeoutSeconds: number;
    readonly logs: { readonly group: pulumi.Input<string>; readonly region: string };
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
    return byName(containers).map((container) => ({
        name: onceNamed(container),
        image: container.image,
        essential: true,
        cpu: 0,
        environment: entries(container.environment).map(([name, value]) => ({ name, value })),
        secrets: entries(container.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
        portMappings: [{ containerPort: container.port, hostPort: container.port, protocol: "tcp" }],
        mountPoints: byName(container.mounts).map(({ name, containerPath }) => ({
            sourceVolume: name,
            containerPath,
            readOnly: false,
        })),
        volumesFrom: [],
        systemControls: [],
        linuxParameters: { initProcessEnabled: container.initProcess },
        stopTimeout: container.stopTimeoutSeconds,
        logConfiguration: {
            logDriver: "awslogs",
            options: {
                "awslogs-group": container.logs.group,
                "awslogs-region": container.logs.region,
                "awslogs-stream-prefix": container.name,
                "max-buffer-size": LOG_BUFFER,
                mode: "non-blocking",
            },
        },
    }));
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
export function volumes(mounts: readonly Mount[]): aws.types.input.ecs.TaskDefinitionVolume[] {
    return byName(mounts).map(({ name, fileSystemId, accessPointId }) => ({
        name,
        efsVolumeConfiguration: {
            fileSystemId,
            rootDirectory: "/",
            transitEncryption: "ENABLED",
            authorizationConfig: { accessPointId, iam: "ENABLED" },
        },
    }));
}

/** Names a person's family of task definitions; an IAM pattern needs to know it. */
export function familyOf(environment: string, app: string): string {
    return `${environment}-${app}`;
}

// Code points, not the locale's idea of order: the same on every machine.
function compare(a: string, b: string): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

function byName<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
    return [...items].sort((a, b) => compare(a.name, b.name));
}

function entries<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
    return Object.entries(record).sort(([a], [b]) => compare(a, b));
}
