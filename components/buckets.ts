/** What every bucket of ours has, whatever it is for: nothing public, encryption at rest, and TLS alone. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

/** The parts of an upload that never finished are gone after a week. */
export const ABANDONED_UPLOADS = { abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } } as const;

/**
 * Gives the last of the settings: what else changes the bucket's policy waits for it, since S3 answers two such changes
 * at the same time with a conflict.
 */
export function closeToThePublic(
    name: string,
    bucket: aws.s3.Bucket,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    const block = new aws.s3.BucketPublicAccessBlock(
        `${name}-public-access`,
        {
            bucket: bucket.id,
            blockPublicAcls: true,
            blockPublicPolicy: true,
            ignorePublicAcls: true,
            restrictPublicBuckets: true,
        },
        opts,
    );
    // Access lists are off; a client may still send `private`, as many do.
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
    return new aws.s3.BucketOwnershipControls(
        `${name}-ownership`,
        { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
        { ...opts, dependsOn: [block] },
    );
}

/** One rule of a bucket's lifecycle; about every object, unless it says another prefix. */
type LifecycleRule = Omit<aws.types.input.s3.BucketLifecycleConfigurationRule, "status">;

/** What goes after a while. */
export function expireObjects(
    name: string,
    bucket: aws.s3.Bucket,
    rules: readonly LifecycleRule[],
    opts: pulumi.CustomResourceOptions,
): void {
    new aws.s3.BucketLifecycleConfiguration(
        name,
        {
            bucket: bucket.id,
            rules: rules.map((rule) => ({ status: "Enabled", filter: { prefix: "" }, ...rule })),
            // S3's own default; left out, the provider keeps what the bucket had.
            // https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
            transitionDefaultMinimumObjectSize: "all_storage_classes_128K",
        },
        opts,
    );
}

/** With S3's own key, or with one of KMS. */
export function encryptBucket(
    name: string,
    bucket: aws.s3.Bucket,
    key: aws.kms.Key | undefined,
    opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
    return new aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        {
            bucket: bucket.id,
            rules: [
                {
                    applyServerSideEncryptionByDefault:
                        key === undefined
                            ? { sseAlgorithm: "AES256" }
                            : { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.arn },
                    // What S3 does for new buckets since 2026; left out, it would read as a difference.
                    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
                    blockedEncryptionTypes: ["SSE-C"],
                    bucketKeyEnabled: key !== undefined,
                },
            ],
        },
        opts,
    );
}

/** The statement of a bucket's policy that refuses every request in the clear. */
export function tlsOnly(bucket: aws.s3.Bucket) {
    return {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
    };
}
