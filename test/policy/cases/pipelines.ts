import type { Json } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const [runs, reads] = [resource(T.role, "runs"), resource(T.role, "reads")];
const [deploys, builds] = [resource(T.role, "deploys"), resource(T.role, "builds")];
const bucket = resource(T.bucket, "artifacts");
const expiring = resource(T.bucketLifecycle, "lifecycle", {
    bucket: ref(bucket),
    rules: [{ status: "Enabled", filter: { prefix: "selfhost-" }, expiration: { days: 30 } }],
});

const source = (configuration: Json): Json => ({
    name: "Source",
    category: "Source",
    owner: "AWS",
    provider: "CodeStarSourceConnection",
    roleArn: ref(reads, "arn"),
    configuration,
});
const deploying = { name: "Deploy", category: "Deploy", provider: "ECS" };
const deploy: Json = { ...deploying, roleArn: ref(deploys, "arn") };
const approve: Json = { name: "Ask", category: "Approval", provider: "Manual" };
const stage = (name: string, ...actions: readonly Json[]): Json => ({ name, actions });
const connected = stage("Source", source({ DetectChanges: "false" }));
const push = (pushes: Json, more: Readonly<Record<string, Json>> = {}): Json => [
    { providerType: "CodeStarSourceConnection", gitConfiguration: { pushes: [pushes], ...more } },
];
const main = { branches: { includes: ["main"] } };

const pipeline = resource(T.pipeline, "pipeline", {
    name: "selfhost-test-app",
    pipelineType: "V2",
    roleArn: ref(runs, "arn"),
    artifactStores: [{ type: "S3", location: ref(bucket) }],
    stages: [connected, stage("Approve", approve), stage("Deploy", deploy)],
    triggers: push(main),
});
const second = resource(T.pipeline, "image", { name: "selfhost-test-app.image", roleArn: ref(runs, "arn") });
const build = resource(T.buildProject, "build", { serviceRole: ref(builds, "arn") });
const all = [runs, reads, deploys, builds, bucket];

export const PIPELINE_CASES: Cases = {
    "pipeline-started-by-named-branch": {
        holds: {
            "a branch": [pipeline],
            "tags of versions": [changed(pipeline, { triggers: push({ tags: { includes: ["v*"] } }) })],
            "nothing, for it is started by a rule": [changed(pipeline, { triggers: [] })],
        },
        fails: {
            "the first type": [
                [changed(pipeline, { pipelineType: null })],
                "pipeline is of the first type, which has no triggers",
            ],
            "by itself": [
                [changed(pipeline, { stages: [stage("Source", source({}))] })],
                "pipeline watches Source by itself, beside its triggers",
            ],
            "pull requests": [
                [changed(pipeline, { triggers: push(main, { pullRequests: [main] }) })],
                "pipeline starts for pull requests, which nobody has agreed to",
            ],
            "every branch": [
                [changed(pipeline, { triggers: push({ filePaths: { includes: ["src/**"] } }) })],
                "pipeline starts for every branch",
            ],
            "every branch, in more words": [
                [changed(pipeline, { triggers: push({ branches: { includes: ["**"] } }) })],
                "pipeline starts for every branch",
            ],
        },
    },
    "pipeline-asks-before-deploying": {
        holds: {
            "it asks": [pipeline],
            "it only builds": [changed(pipeline, { stages: [connected, stage("Image", { name: "Image" })] })],
            "a person starts it": [
                changed(pipeline, { stages: [connected, stage("Deploy", deploy)], triggers: [] }),
            ],
        },
        fails: {
            never: [
                [changed(pipeline, { stages: [connected, stage("Deploy", deploy)] })],
                "pipeline deploys without asking anybody",
            ],
            "a rule starts it": [
                [
                    changed(pipeline, { stages: [connected, stage("Deploy", deploy)], triggers: [] }),
                    resource(T.eventTarget, "start", { arn: ref(pipeline, "arn") }),
                ],
                "pipeline deploys without asking anybody",
            ],
            afterwards: [
                [changed(pipeline, { stages: [stage("Apply", { name: "Up" }), stage("Approve", approve)] })],
                "pipeline deploys without asking anybody",
            ],
        },
    },
    "pipeline-roles-apart": {
        holds: {
            "each its own": [...all, pipeline, build],
            "two pipelines of an app, run by one role": [...all, pipeline, second],
            "builds with a role that is not of the stack": [
                changed(build, { serviceRole: "arn:aws:iam::123456789012:role/builds" }),
                resource(T.buildProject, "drift", { serviceRole: "arn:aws:iam::123456789012:role/builds" }),
            ],
        },
        fails: {
            "a build that runs the pipeline": [
                [...all, pipeline, changed(build, { serviceRole: ref(runs, "arn") })],
                "pipeline shares its role with build",
                "build shares its role with pipeline",
            ],
            "two builds": [
                [...all, build, resource(T.buildProject, "checks", { serviceRole: ref(builds, "arn") })],
                "build shares its role with checks",
                "checks shares its role with build",
            ],
            "a source that deploys": [
                [
                    ...all,
                    changed(pipeline, {
                        stages: [connected, stage("Deploy", { ...deploying, roleArn: ref(reads, "arn") })],
                    }),
                ],
                "pipeline deploys (Deploy) with the role that reads its source, or that runs it",
            ],
        },
    },
    "pipeline-artifacts-expire": {
        holds: { "after a month": [bucket, expiring, pipeline] },
        fails: {
            never: [[bucket, pipeline], "pipeline keeps its artifacts in artifacts for ever"],
            "of something else": [
                [
                    bucket,
                    changed(expiring, {
                        rules: [
                            { status: "Enabled", filter: { prefix: "other/" }, expiration: { days: 30 } },
                        ],
                    }),
                    pipeline,
                ],
                "pipeline keeps its artifacts in artifacts for ever",
            ],
            "old versions only": [
                [
                    bucket,
                    changed(expiring, {
                        rules: [{ status: "Enabled", noncurrentVersionExpiration: { noncurrentDays: 30 } }],
                    }),
                    pipeline,
                ],
                "pipeline keeps its artifacts in artifacts for ever",
            ],
        },
    },
    "pipeline-deployment-answers-failure": {
        holds: {
            "it goes back": [
                changed(pipeline, {
                    stages: [{ name: "Deploy", actions: [deploy], onFailure: { result: "ROLLBACK" } }],
                }),
            ],
            "it does not deploy": [changed(pipeline, { stages: [connected] })],
        },
        fails: {
            "nothing is said": [[pipeline], "pipeline has no answer to a failure of Deploy"],
        },
    },
};
