/** Decides an app's pipeline. */
import { posix } from "node:path";
import type { AppContext } from "./context";
import { approvalOf, otherEnvironment } from "./decideDelivery";
import { GIT_PROVIDERS, type GitProvider } from "./delivery";
import type {
    Bootstrap,
    Build,
    CodeCommitSource,
    GitSource,
    PipelineSettings,
    PipelineSource,
    Window,
} from "./pipeline";
import type { RawPipeline, RawSource } from "./pipelineSchema";
import type { Deployer, ImageSource } from "./settings";

/**
 * The base of docker/web, small and with Node: the same image as there, so that one update is both.
 * https://gallery.ecr.aws/docker/library/node
 */
const BOOTSTRAP: Bootstrap = {
    kind: "cached",
    registry: "public.ecr.aws",
    image: "docker/library/node:24.18.0-alpine3.23@sha256:595398b0081eacda8e1c4c5b97b76cd1020e4d58a8ebcb4843b9bca1e79e7436",
};

/** What a build may take, where the stack file does not say it. */
const BUILD_MINUTES = 60;

/** Undefined where the app is not released by a pipeline. */
export function decidePipeline(context: AppContext): PipelineSettings | undefined {
    const { pipeline: raw } = context.raw;
    if (raw === undefined) {
        return undefined;
    }
    const source = decideSource(raw, context);
    const imageSource = raw.imageFrom && repositoryOf(raw.imageFrom);
    return {
        source,
        build: isBuilt(source) || imageSource !== undefined ? decideBuild(raw, context) : undefined,
        imagePipeline: imageSource && { source: imageSource },
        start: raw.start ?? "success",
        approvals: (raw.approvals ?? []).map(approvalOf),
        window: raw.window && windowOf(raw.window),
        blockedBy: [...(raw.blockedBy ?? [])].sort(),
        onFailure: raw.onFailure ?? "rollback",
        integration: raw.integration ?? [],
        stages: (raw.stages ?? []).map(({ environment, approvals = [] }) => ({
            environment,
            approvals: approvals.map(approvalOf),
        })),
        notify: [...(raw.notify ?? [])].sort(),
    };
}

/** The app's image, where a pipeline releases it. */
export function releasedImage(raw: RawPipeline): ImageSource {
    const tag = raw.source !== undefined && "ecr" in raw.source ? raw.source.ecr.tag : undefined;
    return {
        kind: "release",
        bootstrap: raw.bootstrap === undefined ? BOOTSTRAP : { kind: "image", uri: raw.bootstrap },
        movingTag: raw.imageFrom === undefined ? undefined : (tag ?? "up-built"),
    };
}

export function decideDeployer({ raw, environment }: AppContext): Deployer {
    const { pipeline } = raw;
    if (pipeline?.deploy !== undefined) {
        return pipeline.deploy;
    }
    if (raw.deploy?.strategy === "codeDeploy") {
        return "codedeploy";
    }
    if (pipeline === undefined || pipeline.promoteFrom !== undefined || pipeline.stageOf !== undefined) {
        return "pulumi";
    }
    const own = environment.delivery?.pipeline;
    const source = pipeline.source && repositoryOf(pipeline.source);
    const isOwn =
        source?.kind === "git" &&
        source.repository === own?.repository &&
        source.provider === (own.provider ?? "github");
    return isOwn ? "pulumi" : "ecs";
}

/** Whether the sources have to be built. */
function isBuilt({ kind }: PipelineSource): boolean {
    return kind === "git" || kind === "codecommit" || kind === "s3";
}

/** Total: where there is none, the rules say so. */
function decideSource(raw: RawPipeline, { environment, region }: AppContext): PipelineSource {
    const { source, promoteFrom, stageOf } = raw;
    if (promoteFrom !== undefined) {
        const from = otherEnvironment(
            typeof promoteFrom === "string" ? { environment: promoteFrom } : promoteFrom,
            environment.account,
            region,
        );
        const tags = source && repositoryOf(source);
        return { kind: "promotion", from, tags: tags?.kind === "git" ? tags : undefined };
    }
    if (source === undefined) {
        return { kind: "stage", of: stageOf ?? "" };
    }
    if ("ecr" in source) {
        return { kind: "ecr", repository: source.ecr.repository, tag: source.ecr.tag };
    }
    if ("s3" in source) {
        return { kind: "s3", ...source.s3 };
    }
    return repositoryOf(source) ?? { kind: "stage", of: "" };
}

/** Undefined for what is not a repository of sources. */
export function repositoryOf(source: RawSource): GitSource | CodeCommitSource | undefined {
    if ("codecommit" in source) {
        const { codecommit: repository, branch = "main", create = false } = source;
        return { kind: "codecommit", repository, branch, create };
    }
    const provider = GIT_PROVIDERS.find((name) => name in source);
    return provider === undefined ? undefined : gitOf(provider, source);
}

function gitOf(provider: GitProvider, source: RawSource): GitSource {
    const { branch, paths, tags, pullRequests } = source as Extract<RawSource, { github: string }>;
    return {
        kind: "git",
        provider,
        repository: String(Reflect.get(source, provider)),
        branch: branch ?? "main",
        paths: [...(paths ?? [])].sort(),
        tags: [...(tags ?? [])].sort(),
        checks: pullRequests ?? false,
    };
}

function decideBuild({ build = {} }: RawPipeline, { preset, options }: AppContext): Build {
    const own =
        typeof preset.context === "object" && build.dockerfile === undefined ? preset.context : undefined;
    // The folder of a site is where it is in the contributor's repository, by default `site`.
    const site = own === undefined ? undefined : typeof options.folder === "string" ? options.folder : "site";
    const context = posix.normalize(build.context ?? site ?? ".");
    return {
        context,
        dockerfile: own?.dockerfile ?? posix.join(context, build.dockerfile ?? "Dockerfile"),
        platformDockerfile: own !== undefined,
        args: { ...preset.buildArgs, ...build.args },
        compute: build.compute ?? "small",
        timeoutMinutes: build.timeout ?? BUILD_MINUTES,
        test: build.test ?? [],
        failOn: build.scan?.failOn ?? "critical",
        sbom: build.sbom ?? true,
    };
}

/** From the first minute of `start` to the last before `stop`. */
function windowOf({ days, start, stop, timezone }: NonNullable<RawPipeline["window"]>): Window {
    const [from, to] = [Number(start.slice(0, 2)), Number(stop.slice(0, 2)) - 1];
    return { cron: `* * ${from}-${Math.max(from, to)} ? * ${days} *`, timezone: timezone ?? "UTC" };
}
