/** The key of the delivery bucket, where another account takes part: it cannot use one that AWS manages. */
import * as aws from "@pulumi/aws";
import { accountOf, type DeliveryArgs, type Options, pipelineRoleArn, strangers } from "./args";

/** Days between the order to delete a key and its end, in which it can be saved. */
const KEY_DELETION_DAYS = { disposable: 7, kept: 30 } as const;

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html */
export function createDeliveryKey(name: string, args: DeliveryArgs, opts: Options): aws.kms.Key | undefined {
    const others = strangers(args.settings);
    if (others.length === 0) {
        return undefined;
    }
    const { partition, accountId, environment, disposable } = args;
    const policy = {
        Version: "2012-10-17",
        Statement: [
            {
                Sid: "AccountDecidesWithIam",
                Effect: "Allow",
                Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
                Action: "kms:*",
                Resource: "*",
            },
            {
                Sid: "OtherEnvironments",
                Effect: "Allow",
                Principal: {
                    AWS: unique(
                        others.map((place) => `arn:${partition}:iam::${accountOf(place, args)}:root`),
                    ),
                },
                Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
                Resource: "*",
                Condition: {
                    ArnEquals: {
                        "aws:PrincipalArn": unique(
                            others.map((place) =>
                                pipelineRoleArn(
                                    partition,
                                    accountOf(place, args),
                                    place.environment,
                                    place.region,
                                ),
                            ),
                        ),
                    },
                },
            },
        ],
    };
    return new aws.kms.Key(
        name,
        {
            description: `Releases on their way to and from ${environment}`,
            enableKeyRotation: true,
            deletionWindowInDays: disposable ? KEY_DELETION_DAYS.disposable : KEY_DELETION_DAYS.kept,
            policy: JSON.stringify(policy),
        },
        opts,
    );
}

function unique(texts: readonly string[]): readonly string[] {
    return [...new Set(texts)].sort();
}
