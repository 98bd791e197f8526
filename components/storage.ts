import * as pulumi from "@pulumi/pulumi";
import type { StorageSettings } from "../settings/settings";
import { allowFlow } from "./flow";
import type { Place } from "./place";
import type { Statement } from "./statement";
import { bucketStatements, createBucket } from "./storage/bucket";
import { createVolumes, type Mount } from "./storage/volumes";

const NFS_PORT = 2049;

export interface StorageArgs extends Pick<Place, "environment" | "disposable"> {
    readonly app: string;
    readonly settings: StorageSettings;
    readonly vpcId: pulumi.Input<string>;
    /** The data subnets, one per zone. */
    readonly subnetIds: readonly pulumi.Input<string>[];
}

/** Where an app keeps its files: a bucket, volumes, both, or neither. */
export class Storage extends pulumi.ComponentResource {
    readonly bucketName: pulumi.Output<string> | undefined;
    readonly fileSystemId: pulumi.Output<string> | undefined;
    readonly mounts: readonly Mount[];
    /** What the task's role needs for its files. */
    readonly statements: readonly Statement[];
    /** What must exist before a task can mount its volumes. */
    readonly ready: readonly pulumi.Resource[];

    private readonly label: string;
    private readonly fileSystemGroupId: pulumi.Output<string> | undefined;

    constructor(name: string, args: StorageArgs, opts?: pulumi.ComponentResourceOptions) {
        super("selfhost:index:Storage", name, {}, opts);
        this.label = name;
        const { settings, disposable } = args;
        const bucket =
            settings.bucket === undefined
                ? undefined
                : createBucket(`${name}-bucket`, settings.bucket, disposable, { parent: this });
        const volumes =
            settings.volumes.length === 0
                ? undefined
                : createVolumes(
                      `${name}-files`,
                      {
                          label: `${args.environment}-${args.app}`,
                          volumes: settings.volumes,
                          backups: settings.volumeBackups,
                          vpcId: args.vpcId,
                          subnetIds: args.subnetIds,
                          disposable,
                      },
                      { parent: this },
                  );
        this.bucketName = bucket?.bucket;
        this.fileSystemId = volumes?.fileSystem.id;
        this.fileSystemGroupId = volumes?.securityGroupId;
        this.mounts = volumes?.mounts ?? [];
        this.statements = [
            ...(bucket === undefined ? [] : bucketStatements(bucket)),
            ...(volumes?.statements ?? []),
        ];
        this.ready = volumes?.ready ?? [];
        this.registerOutputs({ bucketName: this.bucketName, fileSystemId: this.fileSystemId });
    }

    /** Lets a security group mount the volumes; returns what must exist before it can. */
    allowFrom(name: string, securityGroupId: pulumi.Input<string>): readonly pulumi.Resource[] {
        if (this.fileSystemGroupId === undefined) {
            return [];
        }
        return allowFlow(
            `${this.label}-files-${name}`,
            {
                fromGroupId: securityGroupId,
                toGroupId: this.fileSystemGroupId,
                port: NFS_PORT,
                description: `NFS from ${name} to its volumes`,
            },
            { parent: this },
        );
    }
}
