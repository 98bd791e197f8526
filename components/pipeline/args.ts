/** What an app's pipeline needs of the rest of the environment. */
import type * as pulumi from "@pulumi/pulumi";
import type { GitProvider } from "../../settings/delivery";
import { type PipelineSettings, pipelineName } from "../../settings/pipeline";
import type { AppSettings } from "../../settings/settings";
import type { Receiver } from "../delivery";
import type { Released } from "../image";
import type { Place } from "../place";
import type { Service } from "../service";

export interface PipelineArgs extends Omit<Place, "disposable"> {
    /** As AWS knows it. */
    readonly app: AppSettings;
    readonly settings: PipelineSettings;
    readonly released: Released;
    readonly service: DeployedService;
    readonly cluster: { readonly name: pulumi.Input<string>; readonly arn: pulumi.Input<string> };
    readonly delivery: DeliveryParts;
    /** Without a trailing slash. */
    readonly url: pulumi.Input<string>;
    /** Of the app's own repository, where a pipeline of its own builds the image. */
    readonly movingTag: string | undefined;
}

/** Of the environment's delivery, what its apps' pipelines share. */
export interface DeliveryParts {
    readonly bucketName: pulumi.Input<string>;
    readonly bucketArn: pulumi.Input<string>;
    /** Encrypts the bucket; undefined where no other account writes to it. */
    readonly keyArn: pulumi.Input<string> | undefined;
    /** Key of the object that holds the program as it was last applied. */
    readonly programKey: string;
    /** Runs a script of delivery/, the variable `SCRIPT`, with the environment's own role. */
    readonly deployProject: { readonly name: pulumi.Input<string>; readonly arn: pulumi.Input<string> };
    /** Who receives what was verified. */
    readonly receivers: readonly Receiver[];
    readonly ready: readonly pulumi.Resource[];
    connectionArn(provider: GitProvider): pulumi.Input<string>;
}

/** What a release changes, and who may. */
export type DeployedService = Pick<
    Service,
    | "codeDeploy"
    | "migration"
    | "releasedDefinition"
    | "serviceName"
    | "smokeFunctionArn"
    | "smokeFunctionName"
    | "taskRoleArns"
>;

/** Names of what belongs to a pipeline; a dot and an underscore are in no app's name, so that none can be another app's. */
export interface Names {
    readonly pipeline: string;
    readonly imagePipeline: string;
    readonly project: (kind: string) => string;
}

export function namesOf({ environment, app }: Pick<PipelineArgs, "environment" | "app">): Names {
    const pipeline = pipelineName(environment, app.name);
    return {
        pipeline,
        imagePipeline: `${pipeline}.image`,
        project: (kind) => `${pipeline}_${kind}`,
    };
}

export function consoleUrl(region: string, pipeline: string): string {
    return `https://${region}.console.aws.amazon.com/codesuite/codepipeline/pipelines/${pipeline}/view?region=${region}`;
}
