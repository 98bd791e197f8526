import type * as pulumi from "@pulumi/pulumi";
import {
    bucketName,
    type DeliverySettings,
    infrastructureRoleName,
    pipelineRoleName,
    type Place,
} from "../../settings/delivery";

export interface DeliveryArgs {
    readonly settings: DeliverySettings;
    readonly environment: string;
    readonly region: string;
    readonly partition: string;
    readonly accountId: string;
    /** Name of the ECS cluster. */
    readonly cluster: string;
    /** May the bucket go with everything in it? */
    readonly disposable: boolean;
}

/** `place`'s account and region, or this one's. */
export function accountOf(place: Place, args: Pick<DeliveryArgs, "accountId">): string {
    return place.account ?? args.accountId;
}

/** The delivery bucket of another environment. */
export function bucketOf(place: Place, args: Pick<DeliveryArgs, "accountId">): string {
    return bucketName(place.environment, accountOf(place, args), place.region);
}

/** The role of an environment's builds, which the bootstrap made (bootstrap/template.yaml). */
export function pipelineRoleArn(
    partition: string,
    account: string,
    environment: string,
    region: string,
): string {
    return `arn:${partition}:iam::${account}:role/selfhost-bootstrap/${pipelineRoleName(environment, region)}`;
}

/** The role of the infrastructure pipeline, which the bootstrap made too: no `up` can take it away. */
export function infrastructureRoleArn({
    partition,
    accountId,
    environment,
    region,
}: Pick<DeliveryArgs, "partition" | "accountId" | "environment" | "region">): string {
    const name = infrastructureRoleName(environment, region);
    return `arn:${partition}:iam::${accountId}:role/selfhost-bootstrap/${name}`;
}

/** The environments of other accounts that releases come from or go to. */
export function strangers({ promotesTo, receivesFrom }: DeliverySettings): readonly Place[] {
    return [...promotesTo, ...receivesFrom].filter(({ account }) => account !== undefined);
}

export type Options = pulumi.CustomResourceOptions;
