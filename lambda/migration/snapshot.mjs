// @ts-check
import { nameOf } from "../shared/errors.mjs";
import { everyPage } from "../shared/pages.mjs";
import { retry, usualPatience } from "../shared/retry.mjs";
import { lastPart, shortDigest } from "./request.mjs";

/** @typedef {import("./request.mjs").Request} Request */
/** @typedef {{ Key?: string, Value?: string }} Tag */
/** @typedef {{ DBClusterSnapshotIdentifier?: string, Status?: string, SnapshotCreateTime?: Date, TagList?: readonly Tag[] }} ClusterSnapshot */

/**
 * @typedef {object} RdsClient
 * @property {(input: { DBClusterIdentifier: string, DBClusterSnapshotIdentifier: string, Tags: Tag[] }) => Promise<unknown>} createDBClusterSnapshot
 * @property {(input: { DBClusterIdentifier?: string, DBClusterSnapshotIdentifier?: string, SnapshotType?: string, Marker?: string }) => Promise<{ DBClusterSnapshots?: readonly ClusterSnapshot[], Marker?: string }>} describeDBClusterSnapshots
 * @property {(input: { DBClusterSnapshotIdentifier: string }) => Promise<unknown>} deleteDBClusterSnapshot
 */

/**
 * @typedef {object} Job
 * @property {RdsClient} rds
 * @property {Request} request
 * @property {import("../shared/retry.mjs").Clock} clock
 * @property {number} deadline
 * @property {(line: string) => void} log
 */

/** The tag that tells these snapshots from everybody else's; its value is the image's digest. */
const IMAGE_TAG = "selfhost:migration";
const TASK_TAG = "selfhost:task-definition";

/** A run that is repeated within a day keeps the snapshot of the first: it has the data as they were before. */
const REUSE_MILLISECONDS = 24 * 60 * 60 * 1000;

/** A cluster that is being modified can be snapshotted when that is over. */
const BUSY_SECONDS = 300;

/**
 * Snapshots the cluster, waits until that is available, and deletes what is older than the app's newest `keep`: other
 * apps that share the cluster take and keep theirs.
 *
 * @param {Job} job
 * @param {import("./request.mjs").Snapshot} snapshot
 * @returns {Promise<string>} the snapshot's identifier
 */
export async function ensureSnapshot(job, snapshot) {
    const taken = await ours(job, snapshot.clusterIdentifier);
    const again = taken.find((candidate) => isReusable(candidate, job));
    const identifier = again?.DBClusterSnapshotIdentifier ?? (await create(job, snapshot.clusterIdentifier));
    job.log(JSON.stringify({ snapshot: identifier, reused: again !== undefined }));
    await untilAvailable(job, identifier);
    await prune(job, snapshot, identifier);
    return identifier;
}

/**
 * The snapshots of the cluster that this handler took, newest first; one that has no time yet is the newest.
 *
 * @param {Job} job
 * @param {string} cluster
 */
async function ours({ rds, clock, deadline }, cluster) {
    const all = await everyPage(
        (marker) =>
            retry(
                () =>
                    rds.describeDBClusterSnapshots({
                        DBClusterIdentifier: cluster,
                        SnapshotType: "manual",
                        ...(marker === undefined ? {} : { Marker: marker }),
                    }),
                { clock, deadline },
            ),
        (page) => ({ items: page.DBClusterSnapshots, next: page.Marker }),
    );
    return all
        .filter((snapshot) => tagOf(snapshot, IMAGE_TAG) !== undefined)
        .sort((a, b) => timeOf(b) - timeOf(a));
}

/** @param {ClusterSnapshot} snapshot */
function timeOf({ SnapshotCreateTime }) {
    return SnapshotCreateTime?.getTime() ?? Number.POSITIVE_INFINITY;
}

/** @param {ClusterSnapshot} snapshot @param {string} key */
function tagOf({ TagList = [] }, key) {
    return TagList.find(({ Key }) => Key === key)?.Value;
}

/** `prod-wiki:12` → `prod-wiki` @param {string} taskDefinition */
function familyOf(taskDefinition) {
    return taskDefinition.replace(/:\d+$/, "");
}

/** @param {ClusterSnapshot} snapshot @param {Job} job */
function isReusable(snapshot, { request, clock }) {
    return (
        tagOf(snapshot, IMAGE_TAG) === shortDigest(request.image) &&
        tagOf(snapshot, TASK_TAG) === lastPart(request.taskDefinition) &&
        ["available", "creating"].includes(snapshot.Status ?? "") &&
        clock.now() - timeOf(snapshot) < REUSE_MILLISECONDS
    );
}

/**
 * @param {Job} job
 * @param {string} cluster
 */
async function create({ rds, request, clock, deadline }, cluster) {
    const identifier = snapshotName(cluster, request.image, clock.now());
    try {
        await retry(
            () =>
                rds.createDBClusterSnapshot({
                    DBClusterIdentifier: cluster,
                    DBClusterSnapshotIdentifier: identifier,
                    Tags: [
                        { Key: IMAGE_TAG, Value: shortDigest(request.image) },
                        { Key: TASK_TAG, Value: lastPart(request.taskDefinition) },
                    ],
                }),
            {
                clock,
                deadline,
                patience: (error) =>
                    /^InvalidDBClusterState/.test(nameOf(error)) ? BUSY_SECONDS : usualPatience(error),
            },
        );
    } catch (error) {
        // An answer that was lost on the way; the name has the second in it.
        if (!/^DBClusterSnapshotAlreadyExists/.test(nameOf(error))) {
            throw error;
        }
    }
    return identifier;
}

/**
 * `prod-bookstack-1-0123456789ab-20261130-101500`: at most 63 letters, digits and single hyphens.
 * https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBClusterSnapshot.html
 *
 * @param {string} cluster
 * @param {string} image
 * @param {number} now
 */
export function snapshotName(cluster, image, now) {
    const time = new Date(now).toISOString().slice(0, 19).replace(/[-:]/g, "").replace("T", "-");
    const end = `-${shortDigest(image)}-${time}`;
    return cluster.slice(0, 63 - end.length).replace(/-+$/, "") + end;
}

/**
 * @param {Job} job
 * @param {string} identifier
 */
async function untilAvailable({ rds, clock, deadline }, identifier) {
    for (;;) {
        const { DBClusterSnapshots = [] } = await retry(
            () => rds.describeDBClusterSnapshots({ DBClusterSnapshotIdentifier: identifier }),
            {
                clock,
                deadline,
                // What was just created may not be listed yet.
                patience: (error) =>
                    /^DBClusterSnapshotNotFound/.test(nameOf(error)) ? 60 : usualPatience(error),
            },
        );
        const status = DBClusterSnapshots[0]?.Status ?? "creating";
        if (status === "available") {
            return;
        }
        if (!["creating", "copying", "pending"].includes(status)) {
            throw new Error(`The snapshot ${identifier} is ${status}: the migration was not started.`);
        }
        if (clock.now() + 10_000 > deadline) {
            throw new Error(
                `The snapshot ${identifier} is still ${status}, and there is no time left: the migration was not ` +
                    "started. Run `pulumi up` again: it goes on with this snapshot.",
            );
        }
        await clock.sleep(10_000);
    }
}

/**
 * A snapshot too many costs a little; it stops no release.
 *
 * @param {Job} job
 * @param {import("./request.mjs").Snapshot} snapshot
 * @param {string} current
 */
async function prune(job, { clusterIdentifier, keep }, current) {
    const { rds, clock, deadline, log } = job;
    const own = familyOf(lastPart(job.request.taskDefinition));
    const old = (await ours(job, clusterIdentifier))
        .filter((snapshot) => familyOf(tagOf(snapshot, TASK_TAG) ?? own) === own)
        .slice(keep)
        .filter(
            ({ Status, DBClusterSnapshotIdentifier: name }) => Status === "available" && name !== current,
        );
    for (const { DBClusterSnapshotIdentifier: identifier = "" } of old) {
        try {
            await retry(() => rds.deleteDBClusterSnapshot({ DBClusterSnapshotIdentifier: identifier }), {
                clock,
                deadline,
            });
            log(JSON.stringify({ deletedSnapshot: identifier }));
        } catch (error) {
            log(JSON.stringify({ snapshotStays: identifier, because: nameOf(error) }));
        }
    }
}
