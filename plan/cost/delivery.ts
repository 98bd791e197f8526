/** What delivery costs: the time that pipelines and builds take. */
import type { Json } from "../graph";
import type { ItemKey } from "./items";
import { listAt, textAt } from "./reading";
import { type Pricer, whenUsed } from "./situation";

/** Minutes that an action takes on average: a source is ready within one, a build or an update takes several. */
export const ACTION_MINUTES = 3;

/** Only time counts, and none of it for what waits for a person: https://aws.amazon.com/codepipeline/pricing/ */
export const pipeline: Pricer = (resource, { traffic }) => {
    if (textAt(resource, "pipelineType") !== "V2") {
        return [{ unpriced: "V1" }];
    }
    const actions = listAt(resource, "stages").flatMap((stage) => listIn(stage, "actions"));
    const timed = actions.filter((action) => fieldIn(action, "category") !== "Approval").length;
    return [whenUsed("pipeline.minute", traffic.deployments * timed * ACTION_MINUTES)];
};

/** What is known of the machines: https://aws.amazon.com/codebuild/pricing/ */
const MACHINES: Readonly<Record<string, ItemKey>> = {
    "ARM_CONTAINER BUILD_GENERAL1_SMALL": "build.armSmallMinute",
    "LINUX_CONTAINER BUILD_GENERAL1_LARGE": "build.largeMinute",
    "LINUX_CONTAINER BUILD_GENERAL1_MEDIUM": "build.mediumMinute",
    "LINUX_CONTAINER BUILD_GENERAL1_SMALL": "build.smallMinute",
};

/** Each deployment runs it once: a project that waits costs nothing. */
export const project: Pricer = (resource, { traffic }) => {
    const machine = `${textAt(resource, "environment.type") ?? ""} ${textAt(resource, "environment.computeType") ?? ""}`;
    const key = MACHINES[machine];
    return key === undefined
        ? [{ unpriced: machine }]
        : [whenUsed(key, traffic.deployments * ACTION_MINUTES)];
};

function listIn(value: Json, name: string): readonly Json[] {
    const list = fieldIn(value, name);
    return Array.isArray(list) ? (list as readonly Json[]) : [];
}

function fieldIn(value: Json, name: string): Json | undefined {
    return typeof value === "object" && value !== null && !Array.isArray(value)
        ? (value as Readonly<Record<string, Json>>)[name]
        : undefined;
}
