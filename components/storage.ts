import * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import { firstName, type Named } from "../settings/formerly";
import type { StorageSettings } from "../settings/settings";
import { allowFlow } from "./flow";
import type { Place } from "./place";
import type { Statement } from "./statement";
import { bucketStatements, createBucket } from "./storage/bucket";
import { createVolumes, type Mount, type Volumes } from "./storage/volumes";

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

    private readonly fileSystemGroupId: pulumi.Output<string> | undefined;

    constructor(
        private readonly name: string,
        private readonly args: StorageArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("selfhost:index:Storage", name, {}, opts);
        const bucket = this.createBucket();
        const volumes = this.createVolumes();
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
    allowFrom(app: Named, securityGroupId: pulumi.Input<string>): readonly pulumi.Resource[] {
        if (this.fileSystemGroupId === undefined) {
            return [];
        }
        return allowFlow(
            `${this.name}-files-${app.name}`,
            {
                fromGroupId: securityGroupId,
                toGroupId: this.fileSystemGroupId,
                port: NFS_PORT,
                description: `NFS from ${firstName(app)} to its volumes`,
            },
            { parent: this },
            app.formerly.map((former) => `${this.name}-files-${former}`),
        );
    }

    /** Undefined where the app keeps nothing in S3. */
    private createBucket(): aws.s3.Bucket | undefined {
        const { settings, disposable } = this.args;
        return (
            settings.bucket &&
            createBucket(`${this.name}-bucket`, settings.bucket, disposable, { parent: this })
        );
    }

    /** Undefined where the app keeps nothing on a disk. */
    private createVolumes(): Volumes | undefined {
        const { environment, app, settings, vpcId, subnetIds, disposable } = this.args;
        const { volumes, volumeBackups: backups } = settings;
        return volumes.length === 0
            ? undefined
            : createVolumes(
                  `${this.name}-files`,
                  { label: `${environment}-${app}`, volumes, backups, vpcId, subnetIds, disposable },
                  { parent: this },
              );
    }
}
