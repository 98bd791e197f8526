/**
 * Which clusters a database consists of.
 *
 * A restore never replaces a living cluster: it is a cluster of its own, with the generation in its name, and the
 * cluster before it stays registered until the settings let go of it. What a cluster was filled from matters only
 * when it is created; later changes of it are ignored.
 */
import type * as aws from "@pulumi/aws";
import type { Engine, Restore } from "../../settings/settings";

export interface Generation {
    readonly number: number;
    readonly from: Restore["from"] | undefined;
}

export interface Generations {
    /** The apps use this one. */
    readonly current: Generation;
    /** Kept beside it, to go back to. */
    readonly previous: readonly Generation[];
}

export function generationsOf(restore: Restore | undefined): Generations {
    if (restore === undefined) {
        return { current: { number: 1, from: undefined }, previous: [] };
    }
    const { generation: number, from, keepPrevious } = restore;
    return {
        current: { number, from },
        previous: keepPrevious && number > 1 ? [{ number: number - 1, from: undefined }] : [],
    };
}

/** The inputs that say what a new cluster is filled from. */
export function originInputs(
    from: Restore["from"] | undefined,
    masterUsername: string,
    defaultKeyArn: aws.rds.ClusterArgs["kmsKeyId"],
): Pick<aws.rds.ClusterArgs, "masterUsername" | "snapshotIdentifier" | "restoreToPointInTime" | "kmsKeyId"> {
    switch (from?.kind) {
        case undefined:
            return { masterUsername };
        case "snapshot":
            // The master user's name comes from the snapshot and cannot be changed. The key is named because a
            // snapshot that is not encrypted would otherwise give a cluster that is not.
            // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterFromSnapshot.html
            return { snapshotIdentifier: from.identifier, kmsKeyId: defaultKeyArn };
        case "pointInTime":
            return {
                restoreToPointInTime: {
                    restoreType: "full-copy",
                    sourceClusterIdentifier: from.cluster,
                    ...(from.time === "latest"
                        ? { useLatestRestorableTime: true }
                        : { restoreToTime: from.time }),
                },
            };
    }
}

/** Inputs that only the creation of a cluster reads, and whose change would replace it. */
export const ORIGIN_INPUTS = ["kmsKeyId", "masterUsername", "restoreToPointInTime", "snapshotIdentifier"];

/**
 * Whether a version leaves nothing for automatic minor upgrades to choose: `8.0.mysql_aurora.3.10.5` and `17.5` do,
 * `8.0.mysql_aurora.3` and `17` do not. With both a full version and automatic upgrades, AWS upgrades, the next
 * refresh proposes the older version, and the API refuses it.
 */
export function isFullVersion(engine: Engine, version: string): boolean {
    return engine === "aurora-mysql" ? /(^|\.)\d+\.\d+\.\d+$/.test(version) : /^\d+\.\d+/.test(version);
}
