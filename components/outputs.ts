/** What an environment tells its operator. */
import * as pulumi from "@pulumi/pulumi";
import { firstName } from "../settings/formerly";
import type { AppSettings, Settings } from "../settings/settings";
import type { Cluster } from "./cluster";
import type { Database } from "./database";
import type { Delivery } from "./delivery";
import type { Attachment, Edge } from "./edge";
import type { Image } from "./image";
import type { Pipeline } from "./pipeline";
import type { Secrets } from "./secrets";
import type { Service } from "./service";
import type { Storage } from "./storage";

/** An app with everything that was made for it. */
export interface Running {
    readonly app: AppSettings;
    readonly attachment: Attachment;
    readonly image: Image;
    readonly secrets: Secrets;
    readonly storage: Storage;
    readonly database: Database | undefined;
    readonly service: Service;
    /** Undefined where none of this environment's releases it. */
    readonly pipeline: Pipeline | undefined;
}

export interface Environment {
    readonly edge: Edge;
    readonly cluster: Cluster;
    /** By the name of the cluster's settings. */
    readonly databases: ReadonlyMap<string, Database>;
    readonly delivery: Delivery | undefined;
    readonly running: readonly Running[];
}

/** `loadBalancer`, `cluster`, the hosts of shared `databases`, what there is to know of the `delivery`, and for each app its URL, its parts, and the commands to type next. */
export function outputsOf(
    settings: Settings,
    { edge, cluster, databases, delivery, running }: Environment,
): Record<string, pulumi.Input<unknown>> {
    const shared = settings.databases.filter((one) => one.shared).map(({ name }) => name);
    return {
        loadBalancer: edge.dnsName,
        cluster: cluster.name,
        ...(shared.length === 0
            ? {}
            : { databases: Object.fromEntries(shared.map((name) => [name, databases.get(name)?.host])) }),
        ...(delivery === undefined ? {} : { delivery: delivery.told }),
        apps: Object.fromEntries(running.map((one) => [one.app.name, appOutputs(settings, one, delivery)])),
    };
}

function appOutputs(
    { region }: Settings,
    { app, attachment, image, secrets, storage, database, service, pipeline }: Running,
    delivery: Delivery | undefined,
): Record<string, pulumi.Input<unknown>> {
    const passwords = Object.entries(secrets.generated).map(([name, arn]) => [name, readSecret(arn, region)]);
    const all: Record<string, unknown> = {
        url: attachment.url,
        // By which scripts find it that know it by the name in AWS.
        formerly: app.formerly.length === 0 ? undefined : [...app.formerly],
        loadBalancer: attachment.ownTarget?.dnsName,
        service: service.serviceName,
        codeDeploy: codeDeployOutput(service),
        logGroup: service.logGroupName,
        image: image.uri,
        repository: image.released?.repositoryUrl,
        database: database?.host,
        bucket: storage.bucketName,
        fileSystem: storage.fileSystemId,
        commands: service.commands,
        release:
            image.released?.release.apply((release) => release ?? "nothing yet") ??
            delivery?.seen.get(firstName(app)),
        pipeline: pipeline && {
            name: pipeline.pipelineName,
            url: pipeline.url,
            releaseAgain: pipeline.releaseCommand,
        },
        passwords: passwords.length === 0 ? undefined : Object.fromEntries(passwords),
    };
    return Object.fromEntries(
        Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
    );
}

/** What a deployment by hand has to name. */
function codeDeployOutput({ codeDeploy, smokeFunctionArn }: Service): unknown {
    return (
        codeDeploy && {
            application: codeDeploy.applicationName,
            group: codeDeploy.groupName,
            ...(smokeFunctionArn === undefined ? {} : { hook: smokeFunctionArn }),
        }
    );
}

/** The command that shows a generated password to somebody who may see it. */
function readSecret(arn: pulumi.Input<string>, region: string): pulumi.Output<string> {
    return pulumi.interpolate`aws secretsmanager get-secret-value --region ${region} --secret-id ${arn} --query SecretString --output text`;
}
