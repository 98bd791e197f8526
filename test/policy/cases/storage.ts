import type { Resource } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { allow, changed, document, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const bucket = resource(T.bucket, "files");
const logs = resource(T.bucket, "logs");
const of = { bucket: ref(bucket) };
const block = resource(T.bucketPublicAccess, "block", {
    ...of,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
});
const tlsOnly = {
    Sid: "TlsOnly",
    Effect: "Deny",
    Principal: "*",
    Action: "s3:*",
    Resource: [ref(bucket, "arn"), `${ref(bucket, "arn")}/*`],
    Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policy = resource(T.bucketPolicy, "policy", { ...of, policy: document(tlsOnly) });
const logging = resource(T.bucketLogging, "logging", { ...of, targetBucket: ref(logs) });
const ownership = resource(T.bucketOwnership, "ownership", {
    ...of,
    rule: { objectOwnership: "BucketOwnerEnforced" },
});
const versioning = resource(T.bucketVersioning, "versioning", {
    ...of,
    versioningConfiguration: { status: "Enabled" },
});
const uploads = { status: "Enabled", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } };
const versions = { status: "Enabled", noncurrentVersionExpiration: { noncurrentDays: 30 } };
const lifecycle = resource(T.bucketLifecycle, "lifecycle", { ...of, rules: [uploads, versions] });
const encryption = resource(T.bucketEncryption, "encryption", {
    ...of,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
});

const repository = resource(T.repository, "images", {
    name: "selfhost/test/images",
    imageTagMutability: "IMMUTABLE",
    imageScanningConfiguration: { scanOnPush: true },
    encryptionConfigurations: [{ encryptionType: "KMS" }],
});

export const STORAGE_CASES: Cases = {
    "bucket-blocks-public-access": {
        holds: {
            "all four": [bucket, block],
            "the bucket by its name": [
                resource(T.bucket, "named", { bucket: "a-name" }),
                changed(block, { bucket: "a-name" }),
            ],
        },
        fails: {
            "nothing is said": [[bucket], "files can be made public"],
            ...Object.fromEntries(
                ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls"].map(
                    (setting): [string, readonly [readonly Resource[], string]] => [
                        `without ${setting}`,
                        [[bucket, changed(block, { [setting]: false })], "files can be made public"],
                    ],
                ),
            ),
            "three of four": [
                [bucket, changed(block, { restrictPublicBuckets: false })],
                "files can be made public",
            ],
            "of another bucket": [
                [bucket, logs, changed(block, { bucket: ref(logs) })],
                "files can be made public",
            ],
        },
    },
    "bucket-requires-tls": {
        holds: { "a denial": [bucket, policy] },
        fails: {
            "no policy": [[bucket], "files takes requests without TLS"],
            "of the objects alone": [
                [
                    bucket,
                    changed(policy, {
                        policy: document({ ...tlsOnly, Resource: `${ref(bucket, "arn")}/*` }),
                    }),
                ],
                "files takes requests without TLS",
            ],
            "of what comes over TLS": [
                [
                    bucket,
                    changed(policy, {
                        policy: document({
                            ...tlsOnly,
                            Condition: { Bool: { "aws:SecureTransport": "true" } },
                        }),
                    }),
                ],
                "files takes requests without TLS",
            ],
            "of what says nothing about TLS": [
                [
                    bucket,
                    changed(policy, {
                        policy: document({
                            ...tlsOnly,
                            Condition: { Null: { "aws:SecureTransport": "false" } },
                        }),
                    }),
                ],
                "files takes requests without TLS",
            ],
            "of one action": [
                [bucket, changed(policy, { policy: document({ ...tlsOnly, Action: ["s3:GetObject"] }) })],
                "files takes requests without TLS",
            ],
            "of nobody in particular": [
                [
                    bucket,
                    changed(policy, {
                        policy: document({
                            ...tlsOnly,
                            Principal: { AWS: "arn:aws:iam::123456789012:root" },
                        }),
                    }),
                ],
                "files takes requests without TLS",
            ],
        },
    },
    "bucket-administered-by-own-account": {
        holds: { "only a denial": [bucket, policy] },
        fails: {
            "somebody else may": [
                [
                    bucket,
                    changed(policy, {
                        policy: document(
                            allow("s3:PutBucket*", ref(bucket, "arn"), {
                                Principal: { AWS: "arn:aws:iam::999999999999:root" },
                            }),
                        ),
                    }),
                ],
                "policy allows s3:PutBucketAcl, s3:PutBucketPolicy",
            ],
        },
    },
    "bucket-access-logs": {
        holds: { "to another bucket": [bucket, logging] },
        fails: { "nothing is said": [[bucket], "files keeps no log of requests"] },
    },
    "bucket-without-access-lists": {
        holds: { "the owner's": [bucket, ownership] },
        fails: {
            "nothing is said": [[bucket], "files takes access lists"],
            "an access list": [
                [bucket, ownership, resource(T.bucketAcl, "acl", { ...of, acl: "public-read" })],
                "files has an access list",
            ],
        },
    },
    "bucket-lifecycle": {
        holds: {
            "unfinished uploads and old versions": [bucket, versioning, lifecycle],
            "without versions, everything": [
                bucket,
                changed(lifecycle, { rules: [{ ...uploads, expiration: { days: 90 } }] }),
            ],
        },
        fails: {
            "nothing is said": [
                [bucket],
                "files keeps unfinished uploads for ever",
                "files keeps everything for ever",
            ],
            "old versions stay": [
                [bucket, versioning, changed(lifecycle, { rules: [uploads] })],
                "files keeps old versions for ever",
            ],
            "it is off": [
                [
                    bucket,
                    versioning,
                    changed(lifecycle, { rules: [uploads, { ...versions, status: "Disabled" }] }),
                ],
                "files keeps old versions for ever",
            ],
        },
    },
    "bucket-keeps-data": {
        holds: {
            "old versions go": [bucket, versioning, lifecycle],
            "and what is left of deletions": [
                bucket,
                versioning,
                changed(lifecycle, {
                    rules: [{ ...versions, expiration: { expiredObjectDeleteMarker: true } }],
                }),
            ],
            "it is off": [
                bucket,
                changed(lifecycle, { rules: [{ status: "Disabled", expiration: { days: 1 } }] }),
            ],
        },
        fails: {
            "after a month": [
                [bucket, changed(lifecycle, { rules: [{ status: "Enabled", expiration: { days: 30 } }] })],
                "files loses objects that nobody deleted",
            ],
        },
    },
    "bucket-versioned": {
        holds: { on: [bucket, versioning] },
        fails: {
            "nothing is said": [[bucket], "files forgets what is overwritten"],
            suspended: [
                [bucket, changed(versioning, { versioningConfiguration: { status: "Suspended" } })],
                "files forgets what is overwritten",
            ],
        },
    },
    "bucket-encrypted-with-own-key": {
        holds: { "by KMS": [bucket, encryption] },
        fails: {
            "by S3": [
                [
                    bucket,
                    changed(encryption, {
                        rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
                    }),
                ],
                "files is not encrypted with a KMS key",
            ],
        },
    },
    "bucket-encryption-declared": {
        holds: { "by KMS": [bucket, encryption] },
        fails: { "nothing is said": [[bucket], "files does not say how it is encrypted"] },
    },
    "repository-scans-images": {
        holds: {
            "on arrival": [repository],
            "the whole registry": [
                changed(repository, { imageScanningConfiguration: null }),
                resource(T.registryScanning, "scanning"),
            ],
        },
        fails: {
            never: [
                [changed(repository, { imageScanningConfiguration: { scanOnPush: false } })],
                "images does not scan its images",
            ],
        },
    },
    "repository-tags-immutable": {
        holds: {
            all: [repository],
            "but those of `up`": [
                changed(repository, {
                    imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
                    imageTagMutabilityExclusionFilters: [{ filter: "up-*", filterType: "WILDCARD" }],
                }),
            ],
        },
        fails: {
            none: [
                [changed(repository, { imageTagMutability: "MUTABLE" })],
                "images lets tags of images move",
            ],
            "but all of them": [
                [
                    changed(repository, {
                        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
                        imageTagMutabilityExclusionFilters: [{ filter: "*", filterType: "WILDCARD" }],
                    }),
                ],
                "images lets tags of images move",
            ],
        },
    },
    "repository-lifecycle": {
        holds: {
            "by reference": [
                repository,
                resource(T.repositoryLifecycle, "lifecycle", { repository: ref(repository, "name") }),
            ],
            "by name": [
                repository,
                resource(T.repositoryLifecycle, "lifecycle", { repository: "selfhost/test/images" }),
            ],
        },
        fails: {
            "of another": [
                [repository, resource(T.repositoryLifecycle, "lifecycle", { repository: "another" })],
                "images keeps every image for ever",
            ],
        },
    },
    "repository-encrypted-with-own-key": {
        holds: { "by KMS": [repository] },
        fails: {
            "by ECR": [
                [changed(repository, { encryptionConfigurations: [{ encryptionType: "AES256" }] })],
                "images is not encrypted with a KMS key",
            ],
        },
    },
};
