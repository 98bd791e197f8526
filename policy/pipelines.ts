/** What the resources of delivery say: variables of builds, actions of pipelines, and who is meant by a role. */
import type { Json } from "../plan/graph";
import { at, list, parse, rawText, text, UNKNOWN } from "./json";
import { T } from "./types";
import type { Item, View } from "./view";

export interface Action {
    readonly name: string;
    readonly stage: string;
    readonly value: Json;
    /** Where it is in the pipeline: `stages.0.actions.1`. */
    readonly path: string;
}

/** The actions of a pipeline, stage after stage. */
export function actionsOf(pipeline: Item): readonly Action[] {
    return pipeline.list("stages").flatMap((stage, i) =>
        list(stage, "actions").map((value, j) => ({
            name: rawText(value, "name"),
            stage: rawText(stage, "name"),
            value,
            path: `stages.${i}.actions.${j}`,
        })),
    );
}

/** By CodePipeline's name of what does the action: `ECS`, `CodeBuild`, `Manual`. */
export function actionsBy(pipeline: Item, ...providers: readonly string[]): readonly Action[] {
    return actionsOf(pipeline).filter(({ value }) => providers.includes(text(value, "provider") ?? ""));
}

export function configured(action: Action, name: string): string {
    return rawText(at(action.value, "configuration"), name);
}

/** Variables that a project, or an action that starts one, sets in the clear. */
export interface PlainVariable {
    readonly name: string;
    readonly value: string;
}

export function variablesOf(project: Item): readonly PlainVariable[] {
    return plainOnes(project.list("environment.environmentVariables"));
}

/** https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CodeBuild.html */
export function variablesOfAction(action: Action): readonly PlainVariable[] {
    const variables = configured(action, "EnvironmentVariables");
    return variables === "" ? [] : plainOnes(list(parse(variables, "stages")));
}

function plainOnes(variables: readonly Json[]): readonly PlainVariable[] {
    return variables
        .filter((variable) => (text(variable, "type") ?? "PLAINTEXT") === "PLAINTEXT")
        .map((variable) => ({ name: text(variable, "name") ?? "", value: rawText(variable, "value") }));
}

/** What a role is for: who takes it, as the resources say that name it. */
export interface Use {
    readonly what: "runs" | "builds" | "acts";
    readonly by: Item;
    /** A reference, or an ARN in the clear. */
    readonly role: string;
}

export function usesOf(view: View): readonly Use[] {
    const named = (what: Use["what"], by: Item, role: string): readonly Use[] =>
        role === "" || role === UNKNOWN ? [] : [{ what, by, role }];
    return [
        ...view.all(T.pipeline).flatMap((pipeline) => [
            ...named("runs", pipeline, rawText(pipeline.resource.inputs, "roleArn")),
            ...list(pipeline.resource.inputs.stages)
                .flatMap((stage) => list(stage, "actions"))
                .flatMap((action) => named("acts", pipeline, rawText(action, "roleArn"))),
        ]),
        ...view
            .all(T.buildProject)
            .flatMap((project) => named("builds", project, rawText(project.resource.inputs, "serviceRole"))),
    ];
}
