/** The bucket that the load balancer writes its access logs to. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Place } from "../place";
import { ABANDONED_UPLOADS, closeToThePublic, encryptBucket, expireObjects, tlsOnly } from "../buckets";

export interface AccessLogsArgs extends Pick<Place, "accountId" | "disposable"> {
    readonly keepDays: number;
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
    // The only encryption that load balancers can write with.
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    encryptBucket(`${name}-encryption`, bucket, undefined, opts);
    const oldLogs = { id: "old-logs", expiration: { days: args.keepDays }, ...ABANDONED_UPLOADS };
    expireObjects(`${name}-lifecycle`, bucket, [oldLogs], opts);
    const access = closeToThePublic(name, bucket, opts);
    const policy = new aws.s3.BucketPolicy(
        `${name}-policy`,
        { bucket: bucket.id, policy: bucketPolicy(bucket, args.accountId) },
        { ...opts, dependsOn: [access] },
    );
    return { bucket: bucket.id, ready: [policy] };
}

/**
 * Load balancers write below the number of the account that they are in. AWS documents no source condition here, so
 * the account is asked for only where Elastic Load Balancing says it.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html#attach-bucket-policy
 */
function bucketPolicy(bucket: aws.s3.Bucket, accountId: string): pulumi.Output<string> {
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
            tlsOnly(bucket),
        ],
    });
}
