/** The bucket that releases and the program travel through: private, versioned, expiring, heard by EventBridge. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { ABANDONED_UPLOADS, closeToThePublic, encryptBucket, expireObjects, tlsOnly } from "../buckets";
import { bucketName } from "../../settings/delivery";
import { accountOf, type DeliveryArgs, type Options, pipelineRoleArn } from "./args";

/** CodePipeline puts a pipeline's artifacts below the first 20 characters of its name. */
const ARTIFACTS = "selfhost-";

/** Days that the artifacts of pipelines are kept: longer than an approval may wait, which is seven. */
const ARTIFACT_DAYS = 30;

/** Folder of the bills of materials, which are asked for long after a build. */
export const BILLS_OF_MATERIALS = "sbom/";

/** Days that a bill of materials is kept: longer than any image should run without a new build. */
const BILL_DAYS = 730;

/** Days until an overwritten program or release is gone. */
const OLD_VERSION_DAYS = 90;

/** Days until it is forgotten which build ran where: longer than any build runs. */
const RUNNING_DAYS = 2;

export interface DeliveryBucket {
    readonly bucket: aws.s3.Bucket;
    /** What a pipeline that reads from it has to wait for. */
    readonly ready: readonly pulumi.Resource[];
}

export function createDeliveryBucket(
    name: string,
    args: DeliveryArgs,
    key: aws.kms.Key | undefined,
    opts: Options,
): DeliveryBucket {
    const bucket = new aws.s3.Bucket(
        name,
        {
            bucket: bucketName(args.environment, args.accountId, args.region),
            forceDestroy: args.disposable,
        },
        // The name is taken as long as the old one is there.
        { ...opts, deleteBeforeReplace: true },
    );
    const versioning = new aws.s3.BucketVersioning(
        `${name}-versioning`,
        { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } },
        opts,
    );
    const encryption = encryptBucket(`${name}-encryption`, bucket, key, opts);
    expire(`${name}-lifecycle`, bucket, { ...opts, dependsOn: [versioning] });
    const access = closeToThePublic(name, bucket, opts);
    const policy = new aws.s3.BucketPolicy(
        `${name}-policy`,
        { bucket: bucket.id, policy: bucketPolicy(bucket, args) },
        { ...opts, dependsOn: [access] },
    );
    // An S3 source starts its pipeline by an event, and needs versions.
    // https://docs.aws.amazon.com/codepipeline/latest/userguide/create-S3-source-events.html
    const events = new aws.s3.BucketNotification(
        `${name}-events`,
        { bucket: bucket.id, eventbridge: true },
        { ...opts, dependsOn: [policy] },
    );
    return { bucket, ready: [versioning, encryption, policy, events] };
}

function expire(name: string, bucket: aws.s3.Bucket, opts: Options): void {
    expireObjects(
        name,
        bucket,
        [
            { id: "abandoned-uploads", ...ABANDONED_UPLOADS },
            { id: "artifacts", filter: { prefix: ARTIFACTS }, expiration: { days: ARTIFACT_DAYS } },
            {
                id: "bills-of-materials",
                filter: { prefix: BILLS_OF_MATERIALS },
                expiration: { days: BILL_DAYS },
            },
            {
                id: "old-versions",
                noncurrentVersionExpiration: { noncurrentDays: OLD_VERSION_DAYS },
                expiration: { expiredObjectDeleteMarker: true },
            },
            { id: "running", filter: { prefix: "running/" }, expiration: { days: RUNNING_DAYS } },
        ],
        opts,
    );
}

/**
 * The environment before, where it is in another account, may hand releases in, and nothing else: within an account its
 * role's own policy says so. The account is the principal and the role a condition, so that the role need not exist yet:
 * S3 refuses a policy that names one that does not.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 *
 * Where a pipeline goes on to another environment, that one's builds read what the pipeline hands them. A statement for
 * the account would leave it to their role's own policy, which has the environment's own bucket alone, so that this one
 * names the role: the bootstrap has made it.
 */
function bucketPolicy(bucket: aws.s3.Bucket, args: DeliveryArgs): pulumi.Output<string> {
    const { partition, settings } = args;
    const others = settings.receivesFrom.filter(({ account }) => account !== undefined);
    return pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
            ...others.map((place) => ({
                Sid: `Releases${sidOf(place.environment)}`,
                Effect: "Allow",
                Principal: { AWS: `arn:${partition}:iam::${accountOf(place, args)}:root` },
                Action: "s3:PutObject",
                Resource: pulumi.interpolate`${bucket.arn}/incoming/*`,
                Condition: {
                    ArnEquals: {
                        "aws:PrincipalArn": pipelineRoleArn(
                            partition,
                            accountOf(place, args),
                            place.environment,
                            place.region,
                        ),
                    },
                },
            })),
            ...settings.goesOnTo.map((environment) => ({
                Sid: `Stage${sidOf(environment)}`,
                Effect: "Allow",
                Principal: { AWS: pipelineRoleArn(partition, args.accountId, environment, args.region) },
                Action: ["s3:GetObject", "s3:GetObjectVersion"],
                Resource: pulumi.interpolate`${bucket.arn}/${ARTIFACTS}*`,
            })),
            tlsOnly(bucket),
        ],
    });
}

/** Letters and digits alone may name a statement. */
export function sidOf(text: string): string {
    return text.replaceAll(/(?:^|[^a-z0-9]+)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
