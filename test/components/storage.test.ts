import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Storage, type StorageArgs } from "../../components/storage";
import type { Graph } from "../../plan/graph";
import type { StorageSettings } from "../../settings/settings";
import { assertParents, named, ofType, only, statementsIn } from "../support/graph";
import { recorded, remembered } from "../support/recorded";

const BUCKET: StorageSettings = { bucket: { keepOldVersionsDays: 30 }, volumes: [], volumeBackups: false };
const VOLUMES: StorageSettings = {
    bucket: undefined,
    volumes: [
        { name: "uploads", containerPath: "/config/www/uploads", uid: 911, gid: 911 },
        { name: "images", containerPath: "/config/www/images", uid: 911, gid: 912 },
    ],
    volumeBackups: true,
};

const recordStorage = remembered(
    (settings: StorageSettings, change: Partial<StorageArgs> = {}): Promise<Graph> => {
        return recorded(() => {
            const storage = new Storage("wiki-storage", {
                environment: "prod",
                app: "wiki",
                settings,
                vpcId: "vpc-1",
                subnetIds: ["subnet-a", "subnet-b"],
                disposable: false,
                ...change,
            });
            const rules = storage.allowFrom({ name: "wiki", formerly: [] }, "sg-tasks");
            return {
                bucketName: storage.bucketName ?? "none",
                mounts: storage.mounts,
                statements: pulumi.output(storage.statements),
                ready: storage.ready.map((resource) => resource.urn),
                rules: rules.map((resource) => resource.urn),
            };
        });
    },
);

describe("an app's bucket", () => {
    it("has every resource below its component", async () => {
        assertParents(await recordStorage(BUCKET), "wiki-storage");
    });

    it("blocks public access in all four ways", async () => {
        const { inputs } = only(
            await recordStorage(BUCKET),
            "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        );
        for (const block of [
            "blockPublicAcls",
            "blockPublicPolicy",
            "ignorePublicAcls",
            "restrictPublicBuckets",
        ]) {
            assert.equal(inputs[block], true, block);
        }
    });

    it("has no access lists: the bucket's owner owns every object", async () => {
        const { inputs } = only(
            await recordStorage(BUCKET),
            "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        );
        assert.deepEqual(inputs.rule, { objectOwnership: "BucketOwnerEnforced" });
    });

    it("keeps overwritten and deleted objects as versions", async () => {
        const { inputs } = only(await recordStorage(BUCKET), "aws:s3/bucketVersioning:BucketVersioning");
        assert.deepEqual(inputs.versioningConfiguration, { status: "Enabled" });
    });

    it("is encrypted with S3's key, and with no key of a client's", async () => {
        const { inputs } = only(
            await recordStorage(BUCKET),
            "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        );
        assert.deepEqual(inputs.rules, [
            {
                applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" },
                blockedEncryptionTypes: ["SSE-C"],
                bucketKeyEnabled: false,
            },
        ]);
    });

    it("refuses every action without TLS, on the bucket and its objects", async () => {
        const graph = await recordStorage(BUCKET);
        const { urn } = only(graph, "aws:s3/bucket:Bucket");
        const { TlsOnly } = statementsIn(only(graph, "aws:s3/bucketPolicy:BucketPolicy").inputs.policy);
        assert.deepEqual(TlsOnly, {
            Sid: "TlsOnly",
            Effect: "Deny",
            Principal: "*",
            Action: "s3:*",
            Resource: [`\${${urn}.arn}`, `\${${urn}.arn}/*`],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
        });
    });

    it("lets go of old versions, their markers and broken uploads", async () => {
        const { inputs } = only(
            await recordStorage(BUCKET),
            "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        );
        assert.deepEqual(inputs.rules, [
            {
                id: "abandoned-uploads",
                status: "Enabled",
                filter: { prefix: "" },
                abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
            },
            {
                id: "old-versions",
                status: "Enabled",
                filter: { prefix: "" },
                noncurrentVersionExpiration: { noncurrentDays: 30 },
                expiration: { expiredObjectDeleteMarker: true },
            },
        ]);
    });

    it("is protected and keeps its objects, but not in an environment that may be thrown away", async () => {
        const kept = only(await recordStorage(BUCKET), "aws:s3/bucket:Bucket");
        assert.deepEqual([kept.options.protect, kept.inputs.forceDestroy], [true, false]);
        const thrownAway = only(await recordStorage(BUCKET, { disposable: true }), "aws:s3/bucket:Bucket");
        assert.deepEqual([thrownAway.options.protect, thrownAway.inputs.forceDestroy], [false, true]);
    });

    it("lets the task's role do what an application does with files, and nothing else", async () => {
        const graph = await recordStorage(BUCKET);
        const { urn } = only(graph, "aws:s3/bucket:Bucket");
        assert.deepEqual(graph.outputs.statements, [
            { Sid: "ListFiles", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [`\${${urn}.arn}`] },
            {
                Sid: "ReadAndWriteFiles",
                Effect: "Allow",
                Action: [
                    "s3:DeleteObject",
                    "s3:GetObject",
                    "s3:GetObjectAcl",
                    "s3:PutObject",
                    "s3:PutObjectAcl",
                ],
                Resource: [`\${${urn}.arn}/*`],
            },
        ]);
    });

    it("comes without a file system where there are no volumes", async () => {
        const graph = await recordStorage(BUCKET);
        assert.deepEqual(ofType(graph, "aws:efs/fileSystem:FileSystem"), []);
        assert.deepEqual([graph.outputs.mounts, graph.outputs.rules], [[], []]);
    });
});

describe("an app's volumes", () => {
    it("have every resource below its component", async () => {
        assertParents(await recordStorage(VOLUMES), "wiki-storage");
    });

    it("are encrypted, elastic and protected", async () => {
        const { inputs, options } = only(await recordStorage(VOLUMES), "aws:efs/fileSystem:FileSystem");
        assert.deepEqual([inputs.encrypted, inputs.throughputMode, options.protect], [true, "elastic", true]);
        const thrownAway = await recordStorage(VOLUMES, { disposable: true });
        assert.equal(only(thrownAway, "aws:efs/fileSystem:FileSystem").options.protect, false);
    });

    it("are backed up where the settings say so, and written either way", async () => {
        const type = "aws:efs/backupPolicy:BackupPolicy";
        assert.deepEqual(only(await recordStorage(VOLUMES), type).inputs.backupPolicy, {
            status: "ENABLED",
        });
        const without = await recordStorage({ ...VOLUMES, volumeBackups: false });
        assert.deepEqual(only(without, type).inputs.backupPolicy, { status: "DISABLED" });
    });

    it("can be mounted in every zone, through a security group of their own", async () => {
        const graph = await recordStorage(VOLUMES);
        const targets = ofType(graph, "aws:efs/mountTarget:MountTarget");
        const group = only(graph, "aws:ec2/securityGroup:SecurityGroup");
        assert.deepEqual(
            targets.map(({ inputs }) => inputs.subnetId),
            ["subnet-a", "subnet-b"],
        );
        for (const { inputs } of targets) {
            assert.deepEqual(inputs.securityGroups, [`\${${group.urn}.id}`]);
        }
        assert.deepEqual([group.inputs.ingress, group.inputs.egress], [undefined, undefined]);
    });

    it("let in NFS from the tasks' group, and nothing else", async () => {
        const graph = await recordStorage(VOLUMES);
        const group = `\${${only(graph, "aws:ec2/securityGroup:SecurityGroup").urn}.id}`;
        const ingress = only(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule");
        const egress = only(graph, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule");
        const nfs = {
            ipProtocol: "tcp",
            fromPort: 2049,
            toPort: 2049,
            description: "NFS from wiki to its volumes",
        };
        assert.deepEqual(ingress.inputs, {
            ...nfs,
            securityGroupId: group,
            referencedSecurityGroupId: "sg-tasks",
        });
        assert.deepEqual(egress.inputs, {
            ...nfs,
            securityGroupId: "sg-tasks",
            referencedSecurityGroupId: group,
        });
        assert.deepEqual(graph.outputs.rules, [ingress.urn, egress.urn]);
    });

    it("each have an access point with the application's own user and folder, never the root", async () => {
        const graph = await recordStorage(VOLUMES);
        assert.equal(ofType(graph, "aws:efs/accessPoint:AccessPoint").length, 2);
        const { inputs } = named(graph, "wiki-storage-files-images");
        assert.deepEqual(inputs.posixUser, { uid: 911, gid: 912 });
        assert.deepEqual(inputs.rootDirectory, {
            path: "/images",
            creationInfo: { ownerUid: 911, ownerGid: 912, permissions: "0755" },
        });
    });

    it("refuse clients without TLS or beside the access points, and grant nothing to strangers", async () => {
        const graph = await recordStorage(VOLUMES);
        const { inputs } = only(graph, "aws:efs/fileSystemPolicy:FileSystemPolicy");
        const { TlsOnly, AccessPointsOnly, ...others } = statementsIn(inputs.policy);
        assert.deepEqual(others, {});
        assert.equal(TlsOnly?.Effect, "Deny");
        assert.deepEqual(TlsOnly.Condition, { Bool: { "aws:SecureTransport": "false" } });
        assert.equal(AccessPointsOnly?.Effect, "Deny");
        assert.deepEqual(AccessPointsOnly.Condition, {
            Null: { "elasticfilesystem:AccessPointArn": "true" },
        });
    });

    it("let the task's role mount and write through these access points, not as root", async () => {
        const graph = await recordStorage(VOLUMES);
        const points = ["wiki-storage-files-images", "wiki-storage-files-uploads"];
        assert.deepEqual(graph.outputs.statements, [
            {
                Sid: "MountVolumes",
                Effect: "Allow",
                Action: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
                Resource: [`\${${only(graph, "aws:efs/fileSystem:FileSystem").urn}.arn}`],
                Condition: {
                    StringEquals: {
                        "elasticfilesystem:AccessPointArn": points.map(
                            (name) => `\${${named(graph, name).urn}.arn}`,
                        ),
                    },
                },
            },
        ]);
    });

    it("say what a task must wait for: the mount targets and the policy", async () => {
        const graph = await recordStorage(VOLUMES);
        const expected = [
            ...ofType(graph, "aws:efs/mountTarget:MountTarget"),
            only(graph, "aws:efs/fileSystemPolicy:FileSystemPolicy"),
        ];
        assert.deepEqual(
            graph.outputs.ready,
            expected.map(({ urn }) => urn),
        );
    });

    it("tell a task definition what to mount where, sorted by name", async () => {
        const graph = await recordStorage(VOLUMES);
        const fileSystemId = `\${${only(graph, "aws:efs/fileSystem:FileSystem").urn}.id}`;
        const mount = (name: string) => ({
            name,
            containerPath: `/config/www/${name}`,
            fileSystemId,
            accessPointId: `\${${named(graph, `wiki-storage-files-${name}`).urn}.id}`,
        });
        assert.deepEqual(graph.outputs.mounts, [mount("images"), mount("uploads")]);
    });

    it("can stand beside a bucket", async () => {
        const graph = await recordStorage({ ...VOLUMES, bucket: { keepOldVersionsDays: 7 } });
        assert.equal(ofType(graph, "aws:s3/bucket:Bucket").length, 1);
        assert.equal(ofType(graph, "aws:efs/fileSystem:FileSystem").length, 1);
    });
});

describe("an app without files", () => {
    it("has no storage but the component", async () => {
        const graph = await recordStorage({ bucket: undefined, volumes: [], volumeBackups: false });
        assert.deepEqual(
            graph.resources.filter(({ custom }) => custom).map(({ name }) => name),
            [],
        );
        assert.equal(graph.outputs.bucketName, "none");
    });
});
