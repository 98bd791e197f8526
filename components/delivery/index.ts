/** What delivers an environment: the bucket that releases travel through, the program, and where Pulumi runs for it. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { GitProvider } from "../../settings/delivery";
import type { ImageReader } from "../image";
import { type DeliveryArgs, promotesTo, type Receiver, receiversOf } from "./args";
import { createDeliveryBucket } from "./bucket";
import { connect, type Connected } from "./connections";
import { createDeliveryKey } from "./key";
import { programArchive } from "./program";
import { scheduleDrift } from "./drift";
import { createTopics } from "./notifications";
import { createInfrastructurePipeline, pipelineUrl } from "./pipeline";
import { createDeployProject } from "./project";
import { keepVerified } from "./verified";

export type { DeliveryArgs, Receiver } from "./args";

/** Object of the delivery bucket that holds the program. */
const PROGRAM_KEY = "program.zip";

/** What an environment delivers with: a bucket, connections, a project that runs Pulumi, and who is told how it went. */
export class Delivery extends pulumi.ComponentResource {
    readonly bucketName: pulumi.Output<string>;
    readonly bucketArn: pulumi.Output<string>;
    /** Encrypts the bucket; undefined where no other account writes to it. */
    readonly keyArn: pulumi.Output<string> | undefined;
    /** Key of the object that holds the program as it was last applied. */
    readonly programKey: string = PROGRAM_KEY;
    /** Runs the scripts in delivery/ in a pipeline's action, whose variable `SCRIPT` says which. */
    readonly deployProject: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
    /** E-mail to whoever wants to know how deliveries go, in sentences; undefined where nobody does. */
    readonly topicArn: pulumi.Output<string> | undefined;
    /** Digest and commit that were last seen to run, of the apps whose images `up` builds. */
    readonly seen: ReadonlyMap<string, pulumi.Output<unknown>>;
    /** What a pipeline that reads the bucket has to wait for. */
    readonly ready: readonly pulumi.Resource[];
    /** Who receives what was verified here. */
    readonly receivers: readonly Receiver[];
    /** Those of other accounts: their builds pull the images from here. */
    readonly readers: readonly ImageReader[];
    /** For the outputs of the stack. */
    readonly told: Readonly<Record<string, pulumi.Input<unknown>>>;
    private readonly connections: ReadonlyMap<GitProvider, Connected>;

    constructor(
        private readonly name: string,
        private readonly args: DeliveryArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("selfhost:index:Delivery", name, {}, opts);
        const own = { parent: this };
        this.receivers = receiversOf(args);
        this.readers = args.settings.promotesTo.flatMap(({ account, environment }) =>
            account === undefined ? [] : [{ account, environment }],
        );
        const key = createDeliveryKey(`${name}-key`, args, own);
        const { bucket, ready } = createDeliveryBucket(`${name}-bucket`, args, key, own);
        this.ready = ready;
        this.bucketName = bucket.id;
        this.bucketArn = bucket.arn;
        this.keyArn = key?.arn;
        this.connections = connect(`${name}-connection`, args, own);
        const project = createDeployProject(`${name}-deploy`, args, bucket.id, own);
        this.deployProject = { name: project.name, arn: project.arn };
        const topics = createTopics(name, args, own);
        this.topicArn = topics.mail?.arn;
        this.seen = keepVerified(`${name}-verified`, args, own);
        const { pipeline, drift } = args.settings;
        if (pipeline !== undefined) {
            const parts = {
                bucket: bucket.id,
                keyArn: key?.arn,
                project: project.name,
                connectionArn: this.connectionArn(pipeline.provider),
                ready,
            };
            createInfrastructurePipeline(`${name}-infrastructure`, args, pipeline, parts, own);
        }
        if (drift !== undefined) {
            const parts = { bucket: bucket.id, programKey: PROGRAM_KEY, topics };
            scheduleDrift(`${name}-drift`, args, drift, parts, own);
        }
        this.told = this.tell();
        this.registerOutputs({ bucketName: this.bucketName, deployProject: this.deployProject.name });
    }

    private tell(): Readonly<Record<string, pulumi.Input<unknown>>> {
        const { environment, region, settings } = this.args;
        const made = [...this.connections].flatMap(([provider, { status }]) =>
            status === undefined ? [] : [[provider, status] as const],
        );
        return {
            appliedBy: settings.appliedBy,
            bucket: this.bucketName,
            ...(made.length === 0 ? {} : { connections: Object.fromEntries(made) }),
            ...(settings.pipeline === undefined ? {} : { pipeline: pipelineUrl(environment, region) }),
            ...(settings.appliedBy === "codepipeline" || settings.promotesTo.length === 0
                ? {}
                : { handOn: handOnCommand(this.args) }),
        };
    }

    /** A connection to where repositories are; it has to be among the settings' connections. */
    connectionArn(provider: GitProvider): pulumi.Input<string> {
        const connection = this.connections.get(provider);
        if (connection === undefined) {
            throw new Error(`No connection to ${provider}, which a pipeline uses`);
        }
        return connection.arn;
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

/** What somebody types after an `up` that was not the pipeline's, so that the next environment gets what runs. */
function handOnCommand(args: DeliveryArgs): string {
    const { environment, settings } = args;
    const variables = [
        `ENVIRONMENT=${environment}`,
        `STACK=${settings.stack}`,
        'COMMIT="$(git rev-parse HEAD)"',
        `BUILT='${JSON.stringify(settings.builds.apps)}'`,
        `PROMOTES_TO='${promotesTo(args)}'`,
    ];
    return [...variables, "bash delivery/hand-on.sh"].join(" ");
}
