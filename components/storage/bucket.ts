/** An app's bucket: private, versioned, over TLS alone, and the actions that an application needs in it. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { ABANDONED_UPLOADS, closeToThePublic, encryptBucket, expireObjects, tlsOnly } from "../buckets";
import type { BucketSettings } from "../../settings/settings";
import type { Statement } from "../statement";

export function createBucket(
    name: string,
    settings: BucketSettings,
    disposable: boolean,
    opts: pulumi.CustomResourceOptions,
): aws.s3.Bucket {
    const bucket = new aws.s3.Bucket(name, { forceDestroy: disposable }, { ...opts, protect: !disposable });
    const access = closeToThePublic(name, bucket, opts);
    const versioning = new aws.s3.BucketVersioning(
        `${name}-versioning`,
        { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
        opts,
    );
    encryptBucket(`${name}-encryption`, bucket, undefined, opts);
    expireOldVersions(`${name}-lifecycle`, bucket, settings, { ...opts, dependsOn: [versioning] });
    requireTls(`${name}-policy`, bucket, { ...opts, dependsOn: [access] });
    return bucket;
}

function expireOldVersions(
    name: string,
    bucket: aws.s3.Bucket,
    settings: BucketSettings,
    opts: pulumi.CustomResourceOptions,
): void {
    expireObjects(
        name,
        bucket,
        [
            { id: "abandoned-uploads", ...ABANDONED_UPLOADS },
            {
                id: "old-versions",
                noncurrentVersionExpiration: { noncurrentDays: settings.keepOldVersionsDays },
                expiration: { expiredObjectDeleteMarker: true },
            },
        ],
        opts,
    );
}

function requireTls(name: string, bucket: aws.s3.Bucket, opts: pulumi.CustomResourceOptions): void {
    const policy = pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [tlsOnly(bucket)],
    });
    new aws.s3.BucketPolicy(name, { bucket: bucket.id, policy }, opts);
}

/**
 * What an application does with its files. The ACL actions are there because upload libraries send an ACL header;
 * listing, because without it a missing object answers 403 instead of 404.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
export function bucketStatements(bucket: aws.s3.Bucket): readonly Statement[] {
    return [
        { Sid: "ListFiles", Effect: "Allow", Action: ["s3:ListBucket"], Resource: [bucket.arn] },
        {
            Sid: "ReadAndWriteFiles",
            Effect: "Allow",
            Action: ["s3:DeleteObject", "s3:GetObject", "s3:GetObjectAcl", "s3:PutObject", "s3:PutObjectAcl"],
            Resource: [pulumi.interpolate`${bucket.arn}/*`],
        },
    ];
}
