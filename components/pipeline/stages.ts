/** The stages of an app's pipeline, in the order in which a release goes through them. */
import type * as pulumi from "@pulumi/pulumi";
import type * as aws from "@pulumi/aws";
import type { Approval } from "../../settings/delivery";
import type { FailureAction, Window } from "../../settings/pipeline";
import { type Action, approval, ARTIFACTS, build, codeDeploy, ecsDeploy } from "./actions";
import { namesOf, type PipelineArgs } from "./args";

export type StageShape = aws.types.input.codepipeline.PipelineStage;

/** What the stages refer to. */
export interface StageParts {
    readonly sources: readonly Action[];
    readonly imageProject: pulumi.Input<string>;
    readonly imageInputs: readonly [string, ...string[]];
    readonly imageVariables: Readonly<Record<string, string>>;
    /** The project around an ECS or CodeDeploy action, and the action's role. */
    readonly steps:
        { readonly project: pulumi.Input<string>; readonly actionRoleArn: pulumi.Input<string> } | undefined;
    /** Runs the app's own commands, and knows nothing else. */
    readonly integrationProject: pulumi.Input<string> | undefined;
    /** Looks who approved; undefined where anybody may. */
    readonly approversProject: pulumi.Input<string> | undefined;
    /** By environment, one for each approval; undefined where nobody gets an e-mail. */
    readonly topics: ReadonlyMap<string, readonly (pulumi.Input<string> | undefined)[]>;
    readonly promotesTo: readonly {
        readonly environment: string;
        readonly bucket: string;
        readonly region: string;
    }[];
    readonly sourceUrl: string;
}

const DIGEST = "#{Image.DIGEST}";
const COMMIT = "#{Image.COMMIT}";

export function stagesOf(args: PipelineArgs, parts: StageParts): StageShape[] {
    const { settings, environment } = args;
    const further = settings.stages.flatMap(({ environment: next, approvals }) => [
        { name: `Image-${next}`, actions: [copyTo(next, args)] },
        ...approvalStage(`Approve-${next}`, approvals, next, copiedIn(next), args, parts),
        guarded({ name: `Deploy-${next}`, actions: elsewhere(next, args, parts) }, settings),
    ]);
    return [
        { name: "Source", actions: [...parts.sources] },
        { name: "Image", actions: [imageAction(parts)] },
        ...approvalStage("Approve", settings.approvals, environment, "Image", args, parts),
        guarded({ name: "Deploy", actions: deployActions(args, parts) }, settings),
        ...further,
    ];
}

function imageAction({ imageProject, imageInputs, imageVariables }: StageParts): Action {
    return build({
        name: "Image",
        project: imageProject,
        runOrder: 1,
        inputs: imageInputs,
        output: ARTIFACTS.release,
        namespace: "Image",
        variables: imageVariables,
    });
}

/** The approvals one after the other, and where only some may give them, a look at who did. */
function approvalStage(
    name: string,
    approvals: readonly Approval[],
    environment: string,
    /** Namespace of the action that knows what is new in that environment. */
    image: string,
    args: PipelineArgs,
    { topics, approversProject }: StageParts,
): readonly StageShape[] {
    if (approvals.length === 0) {
        return [];
    }
    const { app } = args;
    const { pipeline } = namesOf(args);
    const says = `${app.name} in ${environment}: ${DIGEST}, commit ${COMMIT}`;
    const asked = approvals.map((_, i) =>
        approval(approvalName(i), i + 1, says, `#{${image}.CHANGES}`, topics.get(environment)?.[i]),
    );
    const limited = Object.fromEntries(
        approvals.flatMap(({ approvers }, i) =>
            approvers.length === 0 ? [] : [[approvalName(i), approvers]],
        ),
    );
    const looked =
        approversProject === undefined || Object.keys(limited).length === 0
            ? []
            : [
                  build({
                      name: "Approvers",
                      project: approversProject,
                      runOrder: approvals.length + 1,
                      inputs: [ARTIFACTS.program],
                      variables: {
                          APPROVERS: JSON.stringify(limited),
                          EXECUTION: "#{codepipeline.PipelineExecutionId}",
                          PIPELINE: pipeline,
                          STAGE: name,
                          STEP: "approved",
                      },
                  }),
              ];
    return [{ name, actions: [...asked, ...looked] }];
}

export function approvalName(index: number): string {
    return `Approval${index + 1}`;
}

/** What has to be so before a deployment begins, and what follows when it fails. */
function guarded(
    stage: StageShape,
    { window, blockedBy, onFailure }: Pick<PipelineArgs["settings"], "window" | "blockedBy" | "onFailure">,
): StageShape {
    const rules = [...(window === undefined ? [] : [windowRule(window)]), ...blockedBy.map(alarmRule)];
    return {
        ...stage,
        ...(rules.length === 0 ? {} : { beforeEntry: { condition: { result: "FAIL", rules } } }),
        ...onFailureOf(onFailure),
    };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-DeploymentWindow.html */
function windowRule({ cron, timezone }: Window) {
    return {
        name: "Window",
        ruleTypeId: { category: "Rule", owner: "AWS", provider: "DeploymentWindow", version: "1" },
        configuration: { Cron: cron, TimeZone: timezone },
    };
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/rule-reference-CloudWatchAlarm.html */
function alarmRule(alarm: string, i: number) {
    return {
        name: `Alarm${i + 1}`,
        ruleTypeId: { category: "Rule", owner: "AWS", provider: "CloudWatchAlarm", version: "1" },
        configuration: { AlarmName: alarm, WaitTime: "1" },
    };
}

/** https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_FailureConditions.html */
function onFailureOf(action: FailureAction): Pick<StageShape, "onFailure"> {
    switch (action) {
        case "rollback":
            return { onFailure: { result: "ROLLBACK" } };
        case "retry":
            return { onFailure: { result: "RETRY", retryConfiguration: { retryMode: "FAILED_ACTIONS" } } };
        case "stop":
            return {};
    }
}

function deployActions(args: PipelineArgs, parts: StageParts): Action[] {
    const deployed = args.app.deployer === "pulumi" ? [byPulumi(args)] : aroundAction(args, parts);
    const checked =
        parts.integrationProject === undefined ? [] : [integration(args, parts.integrationProject, parts)];
    return inOrder([...deployed, ...checked, publish(args, parts)]);
}

/** One after the other. */
function inOrder(actions: readonly Action[]): Action[] {
    return actions.map((action, i) => ({ ...action, runOrder: i + 1 }));
}

function factsOf({ app, released, service, cluster }: PipelineArgs) {
    return {
        APP: app.name,
        CLUSTER: cluster.name,
        COMMIT,
        DIGEST,
        REPOSITORY: released.repositoryUrl,
        SERVICE: service.serviceName,
    };
}

function byPulumi(args: PipelineArgs): Action {
    return build({
        name: "Deploy",
        project: args.delivery.deployProject.name,
        runOrder: 1,
        inputs: [ARTIFACTS.program],
        variables: { ...factsOf(args), SCRIPT: "deploy" },
    });
}

/** Before the action what it reads, after it what really runs. */
function aroundAction({ app, service, cluster }: PipelineArgs, { steps }: StageParts): Action[] {
    if (steps === undefined) {
        throw new Error(`${app.name}: the deployer ${app.deployer} has no steps`);
    }
    const step = (name: string, script: string, inputs: readonly [string, ...string[]]) => ({
        name,
        project: steps.project,
        runOrder: 1,
        inputs,
        variables: { COMMIT, DIGEST, STEP: script },
    });
    const { codeDeploy: group } = service;
    const minutes = Math.min(LONGEST_ECS_ACTION, app.deploy.steadyStateMinutes);
    const action =
        group === undefined
            ? ecsDeploy(1, cluster.name, service.serviceName, minutes, steps.actionRoleArn)
            : codeDeploy(1, group.applicationName, group.groupName, steps.actionRoleArn);
    return [
        build({ ...step("Prepare", "prepare", [ARTIFACTS.program]), output: ARTIFACTS.prepared }),
        action,
        build(step("Verify", "verify", [ARTIFACTS.program, ARTIFACTS.prepared])),
    ];
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html */
const LONGEST_ECS_ACTION = 60;

function integration(
    { app }: PipelineArgs,
    project: pulumi.Input<string>,
    { imageInputs }: StageParts,
    own: Readonly<Record<string, string>> = {},
): Action {
    const [program, ...sources] = imageInputs;
    return build({
        name: "Integration",
        project,
        runOrder: 1,
        inputs: [program, ...sources],
        variables: { APP: app.name, COMMIT, DIGEST, STEP: "integration", ...own },
    });
}

/** Records what was seen to run, and hands it on. */
function publish(args: PipelineArgs, { promotesTo, sourceUrl }: StageParts): Action {
    return build({
        name: "Publish",
        project: args.delivery.deployProject.name,
        runOrder: 1,
        inputs: [ARTIFACTS.program],
        variables: {
            ...factsOf(args),
            PROMOTES_TO: JSON.stringify(promotesTo),
            SCRIPT: "publish",
            SOURCE_URL: sourceUrl,
        },
    });
}

/** Brings the image into a further environment's repository, and looks up what is new there, for who approves. */
function copyTo(environment: string, args: PipelineArgs): Action {
    return build({
        name: "Copy",
        project: namesOf(args).project("image"),
        runOrder: 1,
        inputs: [ARTIFACTS.program, ARTIFACTS.release],
        namespace: copiedIn(environment),
        variables: {
            ENVIRONMENT: environment,
            FROM: args.released.repositoryUrl,
            INCOMING_ARTIFACT: ARTIFACTS.release,
            INCOMING_FILE: "release.json",
            REPOSITORY: args.released.repositoryUrl.apply((url) =>
                url.replace(`/selfhost/${args.environment}/`, `/selfhost/${environment}/`),
            ),
            REQUESTED: "none",
            STEP: "copy",
        },
    });
}

/** Namespace of what is known of a release once its image is in a further environment. */
function copiedIn(environment: string): string {
    return `Image_${environment}`;
}

/** A stage of another environment: its own program, its own project and role. */
function elsewhere(environment: string, args: PipelineArgs, parts: StageParts): Action[] {
    const { integrationProject, sourceUrl } = parts;
    const namespace = `Deploy_${environment}`;
    const own = {
        project: `selfhost-${environment}-deploy`,
        runOrder: 1,
        inputs: [programOf(environment)] as const,
    };
    const variables = { APP: args.app.name, COMMIT, DIGEST };
    const actions = [
        build({ ...own, name: "Deploy", namespace, variables: { ...variables, SCRIPT: "deploy" } }),
        ...(integrationProject === undefined
            ? []
            : [integration(args, integrationProject, parts, { URL: `#{${namespace}.URL}` })]),
        build({
            ...own,
            name: "Publish",
            variables: { ...variables, SCRIPT: "publish", SOURCE_URL: sourceUrl },
        }),
    ];
    return inOrder(actions);
}

/** Name of the artifact that holds another environment's program. */
export function programOf(environment: string): string {
    return `Program-${environment}`;
}
