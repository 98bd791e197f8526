import type * as pulumi from "@pulumi/pulumi";
import {
    bucketName,
    type DeliverySettings,
    infrastructureRoleName,
    pipelineRoleName,
    type OtherEnvironment,
} from "../../settings/delivery";
import type { Place } from "../place";

export interface DeliveryArgs extends Place {
    readonly settings: DeliverySettings;
    /** Name of the ECS cluster. */
    readonly cluster: string;
    /** Names of the applications that CodeDeploy deploys. */
    readonly codeDeploy: readonly string[];
}

/** The account that another environment is in. */
export function accountOf({ account }: OtherEnvironment, { accountId }: Pick<Place, "accountId">): string {
    return account ?? accountId;
}

/** The delivery bucket of another environment. */
export function bucketOf(other: OtherEnvironment, args: Pick<Place, "accountId">): string {
    return bucketName(other.environment, accountOf(other, args), other.region);
}

/** An environment that what was verified here is handed on to, and the bucket that it finds that in. */
export interface Receiver {
    readonly environment: string;
    readonly bucket: string;
    readonly region: string;
}

export function receiversOf(args: Pick<DeliveryArgs, "accountId" | "settings">): readonly Receiver[] {
    return args.settings.promotesTo.map((other) => ({
        environment: other.environment,
        bucket: bucketOf(other, args),
        region: other.region,
    }));
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
}: Omit<Place, "disposable">): string {
    const name = infrastructureRoleName(environment, region);
    return `arn:${partition}:iam::${accountId}:role/selfhost-bootstrap/${name}`;
}

/** The environments of other accounts that releases come from: they write to the bucket, and nobody of another account reads it. */
export function strangers({
    receivesFrom,
}: Pick<DeliverySettings, "receivesFrom">): readonly OtherEnvironment[] {
    return receivesFrom.filter(({ account }) => account !== undefined);
}

/** As `delivery/publish.sh` reads it. */
export function promotesTo(args: DeliveryArgs): string {
    return JSON.stringify(receiversOf(args));
}

export type Options = pulumi.CustomResourceOptions;
