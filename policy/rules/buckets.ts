/** Buckets: private, encrypted, and with what was deleted still there for a while. */
import type { Json } from "../../plan/graph";
import { allowing, deniesPlainText } from "../document";
import { at, flag, list, text } from "../json";
import { controlPage, POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

const PUBLIC_ACCESS = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];

/** https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-6 */
const ADMINISTRATION = [
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
];

const bucketsPrivate: Rule = {
    name: "bucket-blocks-public-access",
    control: ["S3.2", "S3.3", "S3.8"],
    level: "mandatory",
    waivable: "never",
    description: "No bucket can be made public, neither by a policy nor by an access list.",
    remediation: "Register an aws.s3.BucketPublicAccessBlock with all four settings true.",
    url: controlPage("S3.8"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.bucket, (bucket) =>
            unless(
                partsOf(view, bucket, T.bucketPublicAccess).some((block) =>
                    PUBLIC_ACCESS.every((path) => block.flag(path) === true),
                ),
                "can be made public",
            ),
        ),
};

const bucketsRequireTls: Rule = {
    name: "bucket-requires-tls",
    control: ["S3.5"],
    level: "mandatory",
    waivable: "never",
    description: "A bucket refuses requests without TLS.",
    remediation: "Deny `s3:*` on the bucket and its objects where `aws:SecureTransport` is false.",
    url: controlPage("S3.5"),
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.bucket, (bucket) => {
            const denials = partsOf(view, bucket, T.bucketPolicy)
                .flatMap((policy) => policy.statements("policy"))
                .filter(
                    (statement) =>
                        deniesPlainText(statement) &&
                        statement.actions.some((action) => ["s3:*", "*"].includes(action)),
                );
            const resources = denials.flatMap((statement) => statement.resources);
            const whole =
                resources.includes("*") ||
                (resources.some((one) => one.endsWith("/*")) && resources.some((one) => !one.endsWith("*")));
            return unless(whole, "takes requests without TLS");
        }),
};

const noForeignAdministration: Rule = {
    name: "bucket-administered-by-own-account",
    control: ["S3.6"],
    level: "mandatory",
    waivable: "never",
    description: "A bucket's policy lets nobody change the policy, the access lists or the encryption.",
    remediation:
        "Remove these actions from the bucket's policy; roles of the account have policies of their own.",
    url: controlPage("S3.6"),
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.bucketPolicy, (policy) => {
            const statements = policy.statements("policy");
            const granted = ADMINISTRATION.filter((action) => allowing(statements, action).length > 0);
            return unless(granted.length === 0, `allows ${granted.join(", ")}`);
        }),
};

const bucketLogs: Rule = {
    name: "bucket-access-logs",
    control: ["S3.9"],
    level: "mandatory",
    waivable: "cost",
    description: "A bucket keeps a log of requests.",
    remediation: "Register an aws.s3.BucketLogging to a bucket for logs.",
    url: controlPage("S3.9"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.bucket, (bucket) =>
            unless(
                partsOf(view, bucket, T.bucketLogging).some((logging) => !logging.lacks("targetBucket")),
                "keeps no log of requests",
            ),
        ),
};

const noAccessLists: Rule = {
    name: "bucket-without-access-lists",
    control: ["S3.12"],
    level: "mandatory",
    waivable: "never",
    description: "Who may read a bucket is decided by policies alone, not by access lists.",
    remediation:
        "Register aws.s3.BucketOwnershipControls with `BucketOwnerEnforced`, and no aws.s3.BucketAcl.",
    url: controlPage("S3.12"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.bucket, (bucket) => [
            ...unless(
                partsOf(view, bucket, T.bucketOwnership).some(
                    (controls) => controls.text("rule.objectOwnership") === "BucketOwnerEnforced",
                ),
                "takes access lists",
            ),
            ...unless(
                partsOf(view, bucket, T.bucketAcl).length === 0 && bucket.lacks("acl"),
                "has an access list",
            ),
        ]),
};

const lifecycle: Rule = {
    name: "bucket-lifecycle",
    control: ["S3.10", "S3.13", "CKV_AWS_300"],
    level: "mandatory",
    waivable: "never",
    description: "Old versions of objects and unfinished uploads do not stay for ever.",
    remediation: "Register an aws.s3.BucketLifecycleConfiguration that expires both.",
    url: controlPage("S3.13"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.bucket, (bucket) => {
            const rules = partsOf(view, bucket, T.bucketLifecycle)
                .flatMap((configuration) => configuration.list("rules"))
                .filter((rule) => text(rule, "status") === "Enabled");
            const versioned = partsOf(view, bucket, T.bucketVersioning).length > 0;
            return [
                ...unless(
                    rules.some((rule) => has(rule, "abortIncompleteMultipartUpload")),
                    "keeps unfinished uploads for ever",
                ),
                ...unless(
                    rules.some((rule) => has(rule, versioned ? "noncurrentVersionExpiration" : "expiration")),
                    versioned ? "keeps old versions for ever" : "keeps everything for ever",
                ),
            ];
        }),
};

const keepsData: Rule = {
    name: "bucket-keeps-data",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "Objects that nobody deleted do not disappear by themselves.",
    remediation: "Expire old versions and unfinished uploads only.",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.bucket, (bucket) => {
            const rules = partsOf(view, bucket, T.bucketLifecycle)
                .flatMap((configuration) => configuration.list("rules"))
                .filter((rule) => text(rule, "status") === "Enabled");
            const expires = rules.some((rule) =>
                ["days", "date"].some((when) => at(rule, `expiration.${when}`) !== undefined),
            );
            return unless(!expires, "loses objects that nobody deleted");
        }),
};

const versioning: Rule = {
    name: "bucket-versioned",
    control: ["S3.14"],
    level: "mandatory",
    waivable: "never",
    description: "An object that is overwritten or deleted can be had back.",
    remediation: "Register an aws.s3.BucketVersioning with the status `Enabled`.",
    url: controlPage("S3.14"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.bucket, (bucket) =>
            unless(
                partsOf(view, bucket, T.bucketVersioning).some(
                    (part) => part.text("versioningConfiguration.status") === "Enabled",
                ),
                "forgets what is overwritten",
            ),
        ),
};

const bucketKey: Rule = {
    name: "bucket-encrypted-with-own-key",
    control: ["S3.17"],
    level: "mandatory",
    waivable: "cost",
    description: "Objects are encrypted with a key whose use can be refused and is recorded.",
    remediation: "Encrypt the bucket with `aws:kms` and a key of the environment.",
    url: controlPage("S3.17"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.bucket, (bucket) =>
            unless(encryptionOf(view, bucket).includes("aws:kms"), "is not encrypted with a KMS key"),
        ),
};

const bucketEncrypted: Rule = {
    name: "bucket-encryption-declared",
    control: ["S3.4"],
    level: "mandatory",
    waivable: "never",
    description: "The program says how a bucket is encrypted.",
    remediation: "Register an aws.s3.BucketServerSideEncryptionConfiguration.",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingServerSideEncryption.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.bucket, (bucket) =>
            unless(encryptionOf(view, bucket).length > 0, "does not say how it is encrypted"),
        ),
};

/** The resources of a type that say something about a bucket. */
function partsOf(view: View, bucket: Item, type: string): readonly Item[] {
    const name = bucket.at("bucket");
    const byName =
        typeof name === "string" ? view.all(type).filter((part) => part.at("bucket") === name) : [];
    return [...view.users(bucket, type).filter((part) => part.refersTo("bucket", bucket)), ...byName];
}

function encryptionOf(view: View, bucket: Item): readonly string[] {
    return partsOf(view, bucket, T.bucketEncryption)
        .flatMap((part) => part.list("rules"))
        .map((rule) => text(rule, "applyServerSideEncryptionByDefault.sseAlgorithm") ?? "")
        .filter((algorithm) => algorithm !== "");
}

function has(rule: Json, path: string): boolean {
    return list(at(rule, path)).length > 0 && flag(rule, `${path}.expiredObjectDeleteMarker`) !== true;
}

export const BUCKETS: readonly Rule[] = [
    bucketsPrivate,
    bucketsRequireTls,
    noForeignAdministration,
    bucketLogs,
    noAccessLists,
    lifecycle,
    keepsData,
    versioning,
    bucketKey,
    bucketEncrypted,
];
