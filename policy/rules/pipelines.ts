/** Pipelines: what starts them, who asks, in whose name each step runs, and what they leave behind. */
import { list, text, texts } from "../json";
import { actionsBy, actionsOf, configured, type Use, usesOf } from "../pipelines";
import type { Rule } from "../rule";
import { T } from "../types";
import { type Item, type Said, unless, type View } from "../view";

const TRIGGERS = "https://docs.aws.amazon.com/codepipeline/latest/userguide/pipelines-triggers.html";

/** The sources that can watch by themselves, and by which property. */
const WATCHING: Readonly<Record<string, string>> = {
    CodeCommit: "PollForSourceChanges",
    CodeStarSourceConnection: "DetectChanges",
    S3: "PollForSourceChanges",
};

const startedByName: Rule = {
    name: "pipeline-started-by-named-branch",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "A pipeline starts when a branch or a tag that it names is pushed, never by a pull request.",
    remediation:
        "Set `pipelineType` to V2, name branches or tags in `triggers`, and switch the source's own watching off.",
    url: TRIGGERS,
    decidableInPreview: true,
    check: (view) =>
        view.each(T.pipeline, (pipeline) => {
            const triggers = pipeline
                .list("triggers")
                .flatMap((trigger) => list(trigger, "gitConfiguration"));
            const watching = actionsOf(pipeline).filter((action) => {
                const property = WATCHING[text(action.value, "provider") ?? ""];
                return property !== undefined && configured(action, property) !== "false";
            });
            return [
                ...unless(
                    pipeline.text("pipelineType") === "V2",
                    "is of the first type, which has no triggers",
                ),
                ...watching.map(({ name }) => `watches ${name} by itself, beside its triggers`),
                ...unless(
                    triggers.every((trigger) => list(trigger, "pullRequests").length === 0),
                    "starts for pull requests, which nobody has agreed to",
                ),
                ...unless(
                    triggers.flatMap((trigger) => list(trigger, "pushes")).every(namesBranch),
                    "starts for every branch",
                ),
            ];
        }),
};

function namesBranch(push: Parameters<typeof list>[0]): boolean {
    const named = ["branches", "tags"].flatMap((kind) => texts(push, `${kind}.includes`));
    return named.length > 0 && named.every((pattern) => !/^[*?]+$/.test(pattern));
}

const asks: Rule = {
    name: "pipeline-asks-before-deploying",
    control: [],
    level: "advisory",
    waivable: "operations",
    description: "Somebody agrees before a pipeline changes what people use.",
    remediation: "Give the app's `pipeline`, or `delivery.pipeline`, at least one of `approvals`.",
    url: "https://docs.aws.amazon.com/codepipeline/latest/userguide/approvals.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.pipeline, (pipeline) => {
            const actions = actionsOf(pipeline);
            const deploys = actions.findIndex(isDeployment);
            const asked = actions.findIndex(({ value }) => text(value, "category") === "Approval");
            return unless(
                deploys < 0 || (asked >= 0 && asked < deploys) || byHand(view, pipeline),
                "deploys without asking anybody",
            );
        }),
};

/** Nothing starts it, so that whoever does has agreed. */
function byHand(view: View, pipeline: Item): boolean {
    return pipeline.list("triggers").length === 0 && view.users(pipeline, T.eventTarget).length === 0;
}

/** ECS and CodeDeploy deploy, and so does a build in a stage that says so. */
function isDeployment({ stage, value }: ReturnType<typeof actionsOf>[number]): boolean {
    return text(value, "category") === "Deploy" || /^(?:Apply|Deploy)/.test(stage);
}

const rolesApart: Rule = {
    name: "pipeline-roles-apart",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "What runs a pipeline, reads its source, builds, and deploys has a role of its own each.",
    remediation:
        "Give the pipeline, each project and each action that deploys a role that nothing else takes.",
    url: "https://docs.aws.amazon.com/codepipeline/latest/userguide/security-iam.html",
    decidableInPreview: true,
    check: (view) => {
        const uses = usesOf(view);
        return view.each([T.pipeline, T.buildProject], (item) => [
            ...uses.filter(({ by }) => by === item).flatMap((use) => sharedSaid(view, use, uses)),
            ...actingSaid(item),
        ]);
    },
};

/** Pipelines of one app share the role that runs them; a role that is not of this stack was made for its builds. */
function sharedSaid(view: View, use: Use, uses: readonly Use[]): readonly Said[] {
    const own = view.all(T.role).some(({ urn }) => use.role.includes(urn));
    const others = uses.filter(
        (other) =>
            other.role === use.role &&
            other.by !== use.by &&
            (other.what !== use.what || (own && use.what === "builds")),
    );
    return unless(
        others.length === 0,
        `shares its role with ${[...new Set(others.map(({ by }) => by.name))].join(", ")}`,
    );
}

/** A source and a deployment of one pipeline. */
function actingSaid(item: Item): readonly Said[] {
    if (item.type !== T.pipeline) {
        return [];
    }
    const runs = item.refs("roleArn", T.role);
    const roles = actionsOf(item).map((action) => ({
        action,
        roles: item.refs(`${action.path}.roleArn`, T.role),
        category: text(action.value, "category"),
    }));
    const sources = roles.filter(({ category }) => category === "Source").flatMap((one) => one.roles);
    const deploying = roles.filter(({ category }) => category === "Deploy");
    return deploying.flatMap(({ action, roles: taken }) =>
        unless(
            taken.length !== 1 || taken.every((role) => !sources.includes(role) && !runs.includes(role)),
            `deploys (${action.name}) with the role that reads its source, or that runs it`,
        ),
    );
}

const artifactsExpire: Rule = {
    name: "pipeline-artifacts-expire",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "Artifacts of pipelines are gone some time after the release.",
    remediation: "Expire the pipelines' folders of the artifact bucket by a lifecycle rule.",
    url: "https://docs.aws.amazon.com/codepipeline/latest/userguide/security-best-practices.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.pipeline, (pipeline) =>
            pipeline.refs("artifactStores", T.bucket).flatMap((bucket) => {
                const rules = view
                    .users(bucket, T.bucketLifecycle)
                    .flatMap((part) => part.list("rules"))
                    .filter((rule) => text(rule, "status") === "Enabled");
                const name = pipeline.text("name") ?? "";
                const folder = `${name.slice(0, 20)}/`;
                const ends = rules.some((rule) => {
                    const prefix = text(rule, "filter.prefix") ?? "";
                    return (
                        list(rule, "expiration.days").length > 0 && (name === "" || folder.startsWith(prefix))
                    );
                });
                return unless(ends, `keeps its artifacts in ${bucket.name} for ever`);
            }),
        ),
};

const takesBack: Rule = {
    name: "pipeline-deployment-answers-failure",
    control: [],
    level: "advisory",
    waivable: "application",
    description: "A stage whose action deploys says what follows when it fails.",
    remediation: "Set `pipeline.onFailure` of the app to `rollback` or `retry`.",
    url: "https://docs.aws.amazon.com/codepipeline/latest/userguide/stage-rollback.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.pipeline, (pipeline) => {
            const deploying = new Set(
                actionsBy(pipeline, "CodeDeployToECS", "ECS").map(({ stage }) => stage),
            );
            return pipeline
                .list("stages")
                .filter((stage) => deploying.has(text(stage, "name") ?? ""))
                .flatMap((stage) =>
                    unless(
                        list(stage, "onFailure").length > 0,
                        `has no answer to a failure of ${text(stage, "name") ?? ""}`,
                    ),
                );
        }),
};

export const PIPELINES: readonly Rule[] = [startedByName, asks, rolesApart, artifactsExpire, takesBack];
