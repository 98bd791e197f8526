/** The bucket that the load balancer writes its access logs to. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

/** Days until the parts of an upload that never finished are gone. */
const ABANDONED_UPLOAD_DAYS = 7;

export interface AccessLogsArgs {
    readonly accountId: pulumi.Input<string>;
    readonly keepDays: number;
    /** May the bucket go with its logs? */
    readonly disposable: boolean;
}

export interface AccessLogs {
    readonly bucket: pulumi.Output<string>;
    /** The load balancer writes a test object when it is told of the bucket, so it must be allowed to by then. */
    readonly ready: readonly pulumi.Resource[];
}

export function createAccessLogs(
    name: string,
    args: AccessLogsArgs,
    opts: pulumi.CustomResourceOptions,
): AccessLogs {
    const bucket = new aws.s3.Bucket(name, { forceDestroy: args.disposable }, opts);
    encrypt(`${name}-encryption`, bucket, opts);
    expire(`${name}-lifecycle`, bucket, args.keepDays, opts);
    const access = closeToThePublic(name, bucket, opts);
    const policy = new aws.s3.BucketPolicy(
        `${name}-policy`,
        { bucket: bucket.id, policy: bucketPolicy(bucket, args.accountId) },
        // S3 answers two changes of a bucket's policy settings at the same time with a conflict.
        { ...opts, dependsOn: [access] },
    );
    return { bucket: bucket.id, ready: [policy] };
}

/**
 * The only encryption that load balancers can write with.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
function encrypt(name: string, bucket: aws.s3.Bucket, opts: pulumi.CustomResourceOptions): void {
    new aws.s3.BucketServerSideEncryptionConfiguration(
        name,
        {
            bucket: bucket.id,
            rules: [
                {
                    applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" },
                    // What S3 does for new buckets since 2026; left out, it would read as a difference.
                    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/blocking-unblocking-s3-c-encryption-gpb.html
                    blockedEncryptionTypes: ["SSE-C"],
                    bucketKeyEnabled: false,
                },
            ],
        },
        opts,
    );
}

function expire(name: string, bucket: aws.s3.Bucket, days: number, opts: pulumi.CustomResourceOptions): void {
    new aws.s3.BucketLifecycleConfiguration(
        name,
        {
            bucket: bucket.id,
            rules: [
                {
                    id: "old-logs",
                    status: "Enabled",
                    filter: { prefix: "" },
                    expiration: { days },
                    abortIncompleteMultipartUpload: { daysAfterInitiation: ABANDONED_UPLOAD_DAYS },
                },
            ],
        },
        opts,
    );
}

function closeToThePublic(
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
    return new aws.s3.BucketOwnershipControls(
        `${name}-ownership`,
        { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } },
        { ...opts, dependsOn: [block] },
    );
}

/**
 * Load balancers write below the number of the account that they are in. AWS documents no source condition here, so
 * the account is asked for only where Elastic Load Balancing says it.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html#attach-bucket-policy
 */
function bucketPolicy(bucket: aws.s3.Bucket, accountId: pulumi.Input<string>): pulumi.Output<string> {
    return pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "LoadBalancer",
                Effect: "Allow",
                Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
                Action: "s3:PutObject",
                Resource: pulumi.interpolate`${bucket.arn}/AWSLogs/${accountId}/*`,
                Condition: { StringEqualsIfExists: { "aws:SourceAccount": accountId } },
            },
            {
                Sid: "TlsOnly",
                Effect: "Deny",
                Principal: { AWS: "*" },
                Action: "s3:*",
                Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
                Condition: { Bool: { "aws:SecureTransport": "false" } },
            },
        ],
    });
}
