/** An app's file system: one access point for each volume, reached over TLS with the task's role. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { sortedBy } from "../../settings/order";
import type { VolumeSettings } from "../../settings/settings";
import type { Statement } from "../statement";

export interface VolumesArgs {
    /** Told apart in the console by `<environment>-<app>`. */
    readonly label: string;
    readonly volumes: readonly VolumeSettings[];
    readonly backups: boolean;
    readonly vpcId: pulumi.Input<string>;
    readonly subnetIds: readonly pulumi.Input<string>[];
    readonly disposable: boolean;
}

/** An EFS access point, and where a task's container sees it. */
export interface Mount {
    /** Unique in the task: `images`. */
    readonly name: string;
    readonly containerPath: string;
    readonly fileSystemId: pulumi.Input<string>;
    readonly accessPointId: pulumi.Input<string>;
}

export interface Volumes {
    readonly fileSystem: aws.efs.FileSystem;
    readonly securityGroupId: pulumi.Output<string>;
    readonly mounts: readonly Mount[];
    readonly statements: readonly Statement[];
    /** A task that starts before these exist cannot mount anything. */
    readonly ready: readonly pulumi.Resource[];
}

export function createVolumes(name: string, args: VolumesArgs, opts: pulumi.CustomResourceOptions): Volumes {
    const fileSystem = new aws.efs.FileSystem(
        name,
        {
            encrypted: true,
            performanceMode: "generalPurpose",
            throughputMode: "elastic",
            tags: { Name: args.label },
        },
        { ...opts, protect: !args.disposable },
    );
    new aws.efs.BackupPolicy(
        `${name}-backup`,
        { fileSystemId: fileSystem.id, backupPolicy: { status: args.backups ? "ENABLED" : "DISABLED" } },
        opts,
    );
    const policy = createPolicy(`${name}-policy`, fileSystem, opts);
    const group = new aws.ec2.SecurityGroup(
        `${name}-group`,
        { vpcId: args.vpcId, description: `File system of ${args.label}` },
        opts,
    );
    const targets = args.subnetIds.map(
        (subnetId, index) =>
            new aws.efs.MountTarget(
                `${name}-target-${index}`,
                { fileSystemId: fileSystem.id, subnetId, securityGroups: [group.id] },
                opts,
            ),
    );
    const points = createAccessPoints(name, args, fileSystem, opts);
    return {
        fileSystem,
        securityGroupId: group.id,
        mounts: points.map(({ volume, point }) => ({
            name: volume.name,
            containerPath: volume.containerPath,
            fileSystemId: fileSystem.id,
            accessPointId: point.id,
        })),
        statements: [
            mountStatement(
                fileSystem,
                points.map(({ point }) => point),
            ),
        ],
        ready: [...targets, policy],
    };
}

function createAccessPoints(
    name: string,
    { label, volumes }: VolumesArgs,
    fileSystem: aws.efs.FileSystem,
    opts: pulumi.CustomResourceOptions,
): readonly { readonly volume: VolumeSettings; readonly point: aws.efs.AccessPoint }[] {
    return sortedBy(volumes, ({ name: volume }) => volume).map((volume) => ({
        volume,
        point: new aws.efs.AccessPoint(
            `${name}-${volume.name}`,
            {
                fileSystemId: fileSystem.id,
                posixUser: { uid: volume.uid, gid: volume.gid },
                rootDirectory: {
                    path: `/${volume.name}`,
                    creationInfo: { ownerUid: volume.uid, ownerGid: volume.gid, permissions: "0755" },
                },
                tags: { Name: `${label}-${volume.name}` },
            },
            opts,
        ),
    }));
}

/**
 * A file system without a policy lets in every client that reaches it; with one, only who is allowed by it or by a
 * policy of his own, which the task's role has. Nobody gets in beside the access points or without TLS.
 * https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
 */
function createPolicy(
    name: string,
    fileSystem: aws.efs.FileSystem,
    opts: pulumi.CustomResourceOptions,
): aws.efs.FileSystemPolicy {
    const policy = pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "TlsOnly",
                Effect: "Deny",
                Principal: { AWS: "*" },
                Action: "*",
                Resource: fileSystem.arn,
                Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
            {
                Sid: "AccessPointsOnly",
                Effect: "Deny",
                Principal: { AWS: "*" },
                Action: [
                    "elasticfilesystem:ClientMount",
                    "elasticfilesystem:ClientRootAccess",
                    "elasticfilesystem:ClientWrite",
                ],
                Resource: fileSystem.arn,
                Condition: { Null: { "elasticfilesystem:AccessPointArn": "true" } },
            },
        ],
    });
    return new aws.efs.FileSystemPolicy(name, { fileSystemId: fileSystem.id, policy }, opts);
}

function mountStatement(fileSystem: aws.efs.FileSystem, points: readonly aws.efs.AccessPoint[]): Statement {
    return {
        Sid: "MountVolumes",
        Effect: "Allow",
        Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        Resource: [fileSystem.arn],
        Condition: { StringEquals: { "elasticfilesystem:AccessPointArn": points.map(({ arn }) => arn) } },
    };
}
