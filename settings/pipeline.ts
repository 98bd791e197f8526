/** An app's pipeline as it is decided: from where releases come, what stands before them, and what follows. */
import type { Approval, GitProvider, OtherEnvironment } from "./delivery";

export const STARTS = ["success", "tag", "hand"] as const;
export type Start = (typeof STARTS)[number];

export const FAILURE_ACTIONS = ["rollback", "retry", "stop"] as const;
export type FailureAction = (typeof FAILURE_ACTIONS)[number];

export const SEVERITIES = ["critical", "high", "none"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Machines of CodeBuild, by size. https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html */
export const COMPUTE = ["small", "medium", "large"] as const;
export type Compute = (typeof COMPUTE)[number];

export interface PipelineSettings {
    readonly source: PipelineSource;
    /** Undefined: the image exists already, and is copied. */
    readonly build: Build | undefined;
    /** Whether the build is a pipeline of its own, which ends with a push; the app's own starts with it. */
    readonly imagePipeline: { readonly source: GitSource | CodeCommitSource } | undefined;
    readonly start: Start;
    /** In sequence. */
    readonly approvals: readonly Approval[];
    readonly window: Window | undefined;
    /** Names of alarms that must not be in alarm, sorted. */
    readonly blockedBy: readonly string[];
    readonly onFailure: FailureAction;
    /** Commands after a deployment. */
    readonly integration: readonly string[];
    /** Environments that the same pipeline goes on to, in sequence. */
    readonly stages: readonly Stage[];
    /** Who hears, beside the environment's own people, that this pipeline failed; sorted. */
    readonly notify: readonly string[];
}

export type PipelineSource =
    | GitSource
    | CodeCommitSource
    | EcrSource
    | { readonly kind: "s3"; readonly bucket: string; readonly key: string }
    /** The digest that another environment verified last; with a tag of `tags`, it is the tag that starts it. */
    | { readonly kind: "promotion"; readonly from: OtherEnvironment; readonly tags: GitSource | undefined }
    /** Another environment's pipeline releases here, so there is none. */
    | { readonly kind: "stage"; readonly of: string };

export interface GitSource {
    readonly kind: "git";
    readonly provider: GitProvider;
    /** `owner/name`. */
    readonly repository: string;
    readonly branch: string;
    /** Only pushes that change one of these start the pipeline; empty: all do. */
    readonly paths: readonly string[];
    /** Pushes of these tags start it. */
    readonly tags: readonly string[];
    /** Whether pull requests and pushes are built and tested, with the result on the commit. */
    readonly checks: boolean;
}

export interface CodeCommitSource {
    readonly kind: "codecommit";
    readonly repository: string;
    readonly branch: string;
    readonly create: boolean;
}

export interface EcrSource {
    readonly kind: "ecr";
    /** Undefined: the app's own. */
    readonly repository: string | undefined;
    /** A tag that moves; undefined: every push, by its digest. */
    readonly tag: string | undefined;
}

export interface Build {
    /** Relative to the sources; of a site, the folder with the files. */
    readonly context: string;
    /** Relative to the sources, or where it is the platform's, to the program. */
    readonly dockerfile: string;
    readonly platformDockerfile: boolean;
    readonly args: Readonly<Record<string, string>>;
    readonly compute: Compute;
    readonly timeoutMinutes: number;
    /** Commands before the image is built. */
    readonly test: readonly string[];
    readonly failOn: Severity;
    readonly sbom: boolean;
}

/** When a release may begin. */
export interface Window {
    /** https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html */
    readonly cron: string;
    readonly timezone: string;
}

/** Another environment of the same account and region. */
export interface Stage {
    readonly environment: string;
    readonly approvals: readonly Approval[];
}

/** What runs before the first release; its container answers every path. */
export type Bootstrap =
    | { readonly kind: "cached"; readonly registry: string; readonly image: string }
    | { readonly kind: "image"; readonly uri: string };

/** CodePipeline's name of it. Artifacts lie below its first 20 characters, and expire below `selfhost-`. */
export function pipelineName(environment: string, app: string): string {
    return `selfhost-${environment}-${app}`;
}

/** The repositories that a pipeline reads through a connection. */
export function gitSourcesOf(pipeline: PipelineSettings | undefined): readonly GitSource[] {
    if (pipeline === undefined) {
        return [];
    }
    const { source, imagePipeline } = pipeline;
    const all = [source.kind === "promotion" ? source.tags : source, imagePipeline?.source];
    return all.flatMap((one) => (one?.kind === "git" ? [one] : []));
}
