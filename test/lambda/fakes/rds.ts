import { awsError } from "./common";

export interface FakeSnapshot {
    DBClusterSnapshotIdentifier: string;
    DBClusterIdentifier: string;
    Status: string;
    SnapshotCreateTime?: Date;
    TagList: readonly { Key?: string; Value?: string }[];
}

/** RDS: the status of one cluster, and its manual snapshots. */
export class FakeRds {
    status: string | undefined = "available";
    snapshots: FakeSnapshot[] = [];
    readonly ahead: Error[] = [];
    created = 0;
    /** Clusters whose Data API was turned on. */
    readonly opened: string[] = [];
    /** What becomes of a snapshot that was just asked for. */
    fate: (snapshot: FakeSnapshot) => void = () => undefined;

    constructor(private readonly now: () => number) {}

    describeDBClusters(): Promise<{ DBClusters: { Status: string }[] }> {
        if (this.status === undefined) {
            throw awsError("DBClusterNotFoundFault");
        }
        return Promise.resolve({ DBClusters: [{ Status: this.status }] });
    }

    enableHttpEndpoint({ ResourceArn }: { ResourceArn: string }): Promise<unknown> {
        if (this.status === undefined) {
            throw awsError("ResourceNotFoundFault");
        }
        this.opened.push(ResourceArn);
        return Promise.resolve({});
    }

    createDBClusterSnapshot(input: {
        DBClusterIdentifier: string;
        DBClusterSnapshotIdentifier: string;
        Tags: readonly { Key?: string; Value?: string }[];
    }): Promise<unknown> {
        const ahead = this.ahead.shift();
        if (ahead !== undefined) {
            throw ahead;
        }
        const name = input.DBClusterSnapshotIdentifier;
        if (this.snapshots.some(({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier === name)) {
            throw awsError("DBClusterSnapshotAlreadyExistsFault");
        }
        this.created += 1;
        const snapshot: FakeSnapshot = {
            DBClusterSnapshotIdentifier: name,
            DBClusterIdentifier: input.DBClusterIdentifier,
            Status: "creating",
            SnapshotCreateTime: new Date(this.now()),
            TagList: input.Tags,
        };
        this.snapshots.push(snapshot);
        this.fate(snapshot);
        return Promise.resolve({});
    }

    describeDBClusterSnapshots(input: {
        DBClusterIdentifier?: string;
        DBClusterSnapshotIdentifier?: string;
        Marker?: string;
    }): Promise<{ DBClusterSnapshots: FakeSnapshot[]; Marker?: string }> {
        const { DBClusterSnapshotIdentifier: name, DBClusterIdentifier: cluster } = input;
        const found = this.snapshots.filter(
            (snapshot) =>
                (name === undefined || snapshot.DBClusterSnapshotIdentifier === name) &&
                (cluster === undefined || snapshot.DBClusterIdentifier === cluster),
        );
        if (name !== undefined && found.length === 0) {
            throw awsError("DBClusterSnapshotNotFoundFault");
        }
        const start = Number(input.Marker ?? 0);
        return Promise.resolve({
            DBClusterSnapshots: found.slice(start, start + 2).map((snapshot) => ({ ...snapshot })),
            ...(start + 2 < found.length ? { Marker: String(start + 2) } : {}),
        });
    }

    deleteDBClusterSnapshot({
        DBClusterSnapshotIdentifier: name,
    }: {
        DBClusterSnapshotIdentifier: string;
    }): Promise<unknown> {
        this.snapshots = this.snapshots.filter(
            ({ DBClusterSnapshotIdentifier }) => DBClusterSnapshotIdentifier !== name,
        );
        return Promise.resolve({});
    }
}
