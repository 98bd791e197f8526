/** The key of the delivery bucket, where another account writes to it: it cannot use one that AWS manages. */
import * as aws from "@pulumi/aws";
import { distinct } from "../../settings/order";
import { accountOf, type DeliveryArgs, type Options, pipelineRoleArn, strangers } from "./args";
import { keyRecoveryDays } from "../recovery";

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-create-cross-account.html */
export function createDeliveryKey(name: string, args: DeliveryArgs, opts: Options): aws.kms.Key | undefined {
    const others = strangers(args.settings);
    if (others.length === 0) {
        return undefined;
    }
    const { partition, accountId, environment } = args;
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
                    AWS: distinct(
                        others.map((place) => `arn:${partition}:iam::${accountOf(place, args)}:root`),
                    ),
                },
                Action: ["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
                Resource: "*",
                Condition: {
                    ArnEquals: {
                        "aws:PrincipalArn": distinct(
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
            description: `Releases on their way to ${environment}`,
            enableKeyRotation: true,
            deletionWindowInDays: keyRecoveryDays(args),
            policy: JSON.stringify(policy),
        },
        opts,
    );
}
