/** Pipelines that cannot work, each with the reason and what to write instead. */
import { check } from "./check";
import type { Context } from "./context";
import { partitionOf } from "./decide";
import { repositoryOf } from "./decidePipeline";
import { firstName } from "./formerly";
import type { PipelineSettings } from "./pipeline";
import { pipeline as pipelineSchema, type RawPipeline } from "./pipelineSchema";
import type { Problem } from "./problem";
import { stageRules } from "./stageRules";
import { isTimezone } from "./timezone";

export function pipelineRules(context: Context): readonly Problem[] {
    const { raw, app } = context;
    const at = `${context.path}.pipeline`;
    // A part that misses something is not looked at: that it does is said already.
    const said = raw.pipeline === undefined ? undefined : check(pipelineSchema, raw.pipeline, at).value;
    if (said === undefined || app.pipeline === undefined) {
        return [];
    }
    const given: Given = { ...context, given: said, pipeline: app.pipeline, at };
    const origin = originRules(given);
    return origin.length > 0
        ? origin
        : [
              ...imageRules(given),
              ...buildRules(given),
              ...startRules(given),
              ...checkRules(given),
              ...deployerRules(given),
              ...windowRules(given),
              ...stageRules(given),
              ...bootstrapRules(given),
              ...nameRules(given),
          ];
}

export interface Given extends Context {
    readonly given: RawPipeline;
    readonly pipeline: PipelineSettings;
    /** `selfhost:apps.<name>.pipeline` */
    readonly at: string;
}

/** Exactly one of source, promoteFrom and stageOf; a promotion may have a source for its tags. */
function originRules({ given, at, decided }: Given): readonly Problem[] {
    const { source, promoteFrom, stageOf, start } = given;
    const said = [source, promoteFrom, stageOf].filter((one) => one !== undefined).length;
    const tagged =
        source !== undefined && promoteFrom !== undefined && stageOf === undefined && start === "tag";
    if (said === 0) {
        const fix = "Write `source: { github: owner/name }`, or `promoteFrom: <environment>`.";
        return [{ path: at, value: given, reason: "does not say where releases come from.", fix }];
    }
    if (said > 1 && !tagged) {
        const reason = "says more than once where releases come from.";
        const fix =
            "Keep one of `source`, `promoteFrom` and `stageOf`; `promoteFrom` and `source` go together with `start: tag`.";
        return [{ path: at, value: given, reason, fix }];
    }
    const from = typeof promoteFrom === "object" ? promoteFrom.environment : promoteFrom;
    const own = [
        { key: "promoteFrom", value: from },
        { key: "stageOf", value: stageOf },
    ].filter(({ value }) => value === decided.stack);
    const itself = own.map(({ key, value }) => ({
        path: `${at}.${key}`,
        value,
        reason: "is this environment itself.",
        fix: "Write the environment before it.",
    }));
    return [...itself, ...partitionRules({ promoteFrom }, at, decided.region)];
}

/** Accounts of one partition know nobody of another. https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
function partitionRules(
    { promoteFrom }: Pick<RawPipeline, "promoteFrom">,
    at: string,
    region: string,
): readonly Problem[] {
    const there = typeof promoteFrom === "object" ? promoteFrom.region : undefined;
    if (there === undefined || partitionOf(there) === partitionOf(region)) {
        return [];
    }
    const reason = `is in the partition ${partitionOf(there)}, and no account here may read anything there.`;
    const fix = "Push the image here, and write `source: { ecr: { repository: … } }` instead.";
    return [{ path: `${at}.promoteFrom.region`, value: there, reason, fix }];
}

/** One source of the image, and one only. */
function imageRules({ raw, given, at, path, app }: Given): readonly Problem[] {
    const problems: Problem[] = [];
    if (raw.image !== undefined) {
        const reason = "has no effect: the app's image is what its pipeline released last.";
        problems.push({
            path: `${path}.image`,
            value: raw.image,
            reason,
            fix: "Remove it, or remove `pipeline`. What `pulumi up` built goes to `pipeline: { build: … }`.",
        });
    }
    if (given.imageFrom !== undefined && !(given.source !== undefined && "ecr" in given.source)) {
        const reason = "builds in a pipeline of its own, and nothing here waits for its push.";
        const fix = "Write `source: { ecr: {} }` beside it.";
        problems.push({ path: `${at}.imageFrom`, value: given.imageFrom, reason, fix });
    }
    const ecr = given.source !== undefined && "ecr" in given.source ? given.source.ecr : undefined;
    if (ecr?.repository !== undefined && given.imageFrom !== undefined) {
        const reason = `is another repository than the one that \`imageFrom\` pushes to, which is ${app.name}'s own.`;
        problems.push({
            path: `${at}.source.ecr.repository`,
            value: ecr.repository,
            reason,
            fix: "Remove it.",
        });
    }
    if (
        ecr !== undefined &&
        given.imageFrom === undefined &&
        ecr.repository === undefined &&
        ecr.tag === undefined
    ) {
        const reason = "would start with every tag, also with the one that keeps a release.";
        const fix = "Write `ecr: { tag: up-live }`, and push that tag.";
        problems.push({ path: `${at}.source.ecr`, value: ecr, reason, fix });
    }
    if (ecr?.tag !== undefined && ecr.repository === undefined && !ecr.tag.startsWith("up-")) {
        const reason = "would have to move, and tags of the app's own repository do not.";
        const fix = `Write \`tag: up-${ecr.tag}\`: those that start with \`up-\` may.`;
        problems.push({ path: `${at}.source.ecr.tag`, value: ecr.tag, reason, fix });
    }
    return problems;
}

function buildRules({ given, pipeline, at, raw, path, app }: Given): readonly Problem[] {
    const problems: Problem[] = [];
    if (given.build !== undefined && pipeline.build === undefined) {
        const reason = "has no effect: the image exists already.";
        problems.push({ path: `${at}.build`, value: given.build, reason, fix: "Remove it." });
    }
    const { build } = pipeline;
    const outside = build !== undefined && /^(\.\.(\/|$)|\/)/.test(build.context);
    if (outside) {
        // The folder of a site is said elsewhere.
        const own = given.build?.context !== undefined;
        problems.push({
            path: own ? `${at}.build.context` : `${path}.folder`,
            value: own ? given.build?.context : Reflect.get(raw, "folder"),
            reason: "is not in the sources: a pipeline has nothing but its repository.",
            fix: "Write a folder of the repository, like `site`.",
        });
    }
    if (!outside && build?.platformDockerfile === false && /^\.\.(\/|$)/.test(build.dockerfile)) {
        const fix = "Write a path below the context.";
        problems.push({
            path: `${at}.build.dockerfile`,
            value: given.build?.dockerfile,
            reason: "is not in the sources.",
            fix,
        });
    }
    const site = Reflect.get(raw, "folder") as unknown;
    if (site !== undefined && pipeline.build === undefined && typeof app.preset.context === "object") {
        const reason = "has no effect: the image exists already.";
        problems.push({ path: `${path}.folder`, value: site, reason, fix: "Remove it." });
    }
    return problems;
}

function startRules({ given, pipeline, at }: Given): readonly Problem[] {
    const repository = given.source && repositoryOf(given.source);
    const tags = repository?.kind === "git" ? repository.tags : [];
    const problems: Problem[] = [];
    if (given.start === "tag" && tags.length === 0) {
        const reason = "needs to know which tags.";
        const fix = "Write them in the source: `source: { github: owner/name, tags: [v*] }`.";
        problems.push({ path: `${at}.start`, value: "tag", reason, fix });
    }
    if (given.start === "hand" && tags.length > 0) {
        const reason = "has no effect: a person starts the pipeline.";
        problems.push({
            path: `${at}.source.tags`,
            value: tags,
            reason,
            fix: "Remove it, or write `start: tag`.",
        });
    }
    const paths = repository?.kind === "git" ? repository.paths : [];
    if (given.start !== undefined && given.start !== "success" && paths.length > 0) {
        const reason = "has no effect: pushes to the branch do not start the pipeline.";
        problems.push({
            path: `${at}.source.paths`,
            value: paths,
            reason,
            fix: "Remove it, or remove `start`.",
        });
    }
    if (pipeline.source.kind === "stage") {
        const own = [
            "start",
            "approvals",
            "window",
            "blockedBy",
            "onFailure",
            "integration",
            "stages",
            "notify",
        ] as const;
        const first = own.find((key) => given[key] !== undefined);
        if (first !== undefined) {
            const reason = `is the business of the pipeline of \`${pipeline.source.of}\`, which releases here.`;
            const fix = `Write it there, or \`promoteFrom: ${pipeline.source.of}\` instead of \`stageOf\`.`;
            problems.push({ path: `${at}.${first}`, value: given[first], reason, fix });
        }
    }
    return problems;
}

/** A result on a commit needs a webhook, and AWS makes one only with a connection that works. */
function checkRules({ given, at, decided }: Given): readonly Problem[] {
    const all = [
        { key: "source", repository: given.source && repositoryOf(given.source) },
        { key: "imageFrom", repository: given.imageFrom && repositoryOf(given.imageFrom) },
    ];
    return all.flatMap(({ key, repository }): readonly Problem[] => {
        if (repository?.kind !== "git" || !repository.checks) {
            return [];
        }
        const { provider } = repository;
        if (given.promoteFrom !== undefined) {
            const reason = "has no effect: nothing is built here.";
            return [{ path: `${at}.${key}.pullRequests`, value: true, reason, fix: "Remove it." }];
        }
        const reason = `needs a connection to ${provider} that somebody has accepted: AWS refuses the webhook before.`;
        const fix = `Accept it, and write \`selfhost:delivery: { connections: { ${provider}: <ARN> } }\`.`;
        return decided.raw.delivery?.connections?.[provider] === undefined
            ? [{ path: `${at}.${key}.pullRequests`, value: true, reason, fix }]
            : [];
    });
}

/** What else a deployer cannot do is said with the strategies. */
function deployerRules({ given, app, at }: Given): readonly Problem[] {
    if (app.deployer === "pulumi" || given.stageOf === undefined) {
        return [];
    }
    const reason =
        "is not possible in a stage of another environment's pipeline, which asks this one to run `pulumi up`.";
    const fix = "Remove it, or write `promoteFrom` instead of `stageOf`.";
    return [{ path: `${at}.deploy`, value: given.deploy, reason, fix }];
}

function windowRules({ given, at }: Given): readonly Problem[] {
    const { window } = given;
    if (window === undefined) {
        return [];
    }
    const problems: Problem[] = [];
    for (const key of ["start", "stop"] as const) {
        if (!window[key].endsWith(":00")) {
            const reason = "is not a full hour, and one pattern for all days has full hours only.";
            const fix = `Write \`${window[key].slice(0, 2)}:00\` in quotes.`;
            problems.push({ path: `${at}.window.${key}`, value: window[key], reason, fix });
        }
    }
    if (window.start >= window.stop) {
        const reason = `is not before \`stop\` (${window.stop}).`;
        const fix = "Write an earlier time; a window closes on the day it opened.";
        problems.push({ path: `${at}.window.start`, value: window.start, reason, fix });
    }
    if (window.timezone !== undefined && !isTimezone(window.timezone)) {
        const fix = "Write an IANA name, like `Europe/Berlin`.";
        problems.push({
            path: `${at}.window.timezone`,
            value: window.timezone,
            reason: "is not a time zone.",
            fix,
        });
    }
    return problems;
}

/**
 * The first pull through ECR's cache goes over the internet, and the cache is not in every partition.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
 */
function bootstrapRules({ given, at, decided }: Given): readonly Problem[] {
    const { network } = decided.raw;
    const egress =
        network?.vpc === undefined ? (network?.egress ?? decided.defaults.network.egress) : undefined;
    const partition = partitionOf(decided.region);
    if (given.bootstrap !== undefined || (egress !== "endpoints" && partition === "aws")) {
        return [];
    }
    const why =
        egress === "endpoints"
            ? "with `egress: endpoints` tasks cannot get the image that answers until the first release"
            : "ECR has no cache of public images in this region for the one that answers until the first release";
    const fix =
        "Copy a small image with `node` to a private ECR registry and write `bootstrap: <URI>@sha256:…`.";
    return [{ path: `${at}.bootstrap`, value: undefined, reason: `is missing: ${why}.`, fix }];
}

/** The environment's pipeline is called as an app's would be. */
function nameRules({ app, path }: Given): readonly Problem[] {
    const reason = "would give its pipeline the name of the environment's own.";
    return firstName(app) === "infrastructure"
        ? [{ path, value: app.name, reason, fix: "Write another name." }]
        : [];
}
