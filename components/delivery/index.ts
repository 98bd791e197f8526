/** What delivers an environment: the bucket that releases travel through, the program, and where Pulumi runs for it. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { GitProvider } from "../../settings/delivery";
import type { DeliveryArgs } from "./args";
import { createDeliveryBucket } from "./bucket";
import { connectionsOf } from "./connections";
import { createDeliveryKey } from "./key";
import { programArchive } from "./program";
import { createDeployProject } from "./project";

export type { DeliveryArgs } from "./args";

/** Object of the delivery bucket that holds the program. */
const PROGRAM_KEY = "program.zip";

export class Delivery extends pulumi.ComponentResource {
    readonly bucketName: pulumi.Output<string>;
    readonly bucketArn: pulumi.Output<string>;
    /** Encrypts the bucket; undefined where no other account takes part. */
    readonly keyArn: pulumi.Output<string> | undefined;
    /** Key of the object that holds the program as it was last applied. */
    readonly programKey: string = PROGRAM_KEY;
    /** Runs the scripts in delivery/ in a pipeline's action, whose variable `SCRIPT` says which. */
    readonly deployProject: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
    /** Where pipelines tell how they go; undefined where nobody wants to know. */
    readonly topicArn: pulumi.Output<string> | undefined;
    /** What a pipeline that reads the bucket has to wait for. */
    readonly ready: readonly pulumi.Resource[];
    private readonly connections: ReadonlyMap<GitProvider, pulumi.Input<string>>;

    constructor(
        private readonly name: string,
        private readonly args: DeliveryArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("selfhost:index:Delivery", name, {}, opts);
        const own = { parent: this };
        const key = createDeliveryKey(`${name}-key`, args, own);
        const { bucket, ready } = createDeliveryBucket(`${name}-bucket`, args, key, own);
        this.ready = ready;
        this.bucketName = bucket.bucket;
        this.bucketArn = bucket.arn;
        this.keyArn = key?.arn;
        this.connections = connectionsOf(`${name}-connection`, args, own);
        const project = createDeployProject(`${name}-deploy`, args, bucket.bucket, own);
        this.deployProject = { name: project.name, arn: project.arn };
        this.topicArn = undefined;
        this.registerOutputs({ bucketName: this.bucketName, deployProject: this.deployProject.name });
    }

    /** A connection to where repositories are; it has to be among the settings' connections. */
    connectionArn(provider: GitProvider): pulumi.Input<string> {
        const arn = this.connections.get(provider);
        if (arn === undefined) {
            throw new Error(`No connection to ${provider}, which a pipeline uses`);
        }
        return arn;
    }

    /**
     * Keeps the program, once everything that it describes is there: what a pipeline takes from the bucket has been
     * applied as a whole.
     */
    keepProgram(after: readonly pulumi.Resource[]): void {
        const { environment, settings } = this.args;
        new aws.s3.BucketObjectv2(
            `${this.name}-program`,
            {
                bucket: this.bucketName,
                key: PROGRAM_KEY,
                source: programArchive(environment, settings.contexts),
                contentType: "application/zip",
            },
            { parent: this, dependsOn: [...after, ...this.ready] },
        );
    }
}
