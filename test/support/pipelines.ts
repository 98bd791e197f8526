/** Pipelines as data: their stages, what an action runs, and that nothing is read that nobody wrote. */
import assert from "node:assert/strict";
import type { Graph, Json, Resource } from "../../plan/graph";
import { ofType } from "./graph";

export interface Action {
    readonly name: string;
    readonly provider: string;
    readonly category: string;
    readonly runOrder: number;
    readonly inputArtifacts?: readonly string[];
    readonly outputArtifacts?: readonly string[];
    readonly namespace?: string;
    readonly roleArn?: string;
    readonly configuration: Readonly<Record<string, string>>;
}

export interface Stage {
    readonly name: string;
    readonly actions: readonly Action[];
    readonly beforeEntry?: Json;
    readonly onFailure?: Json;
}

export function pipelines(graph: Graph): ReadonlyMap<string, Resource> {
    return new Map(
        ofType(graph, "aws:codepipeline/pipeline:Pipeline").map((one) => [one.inputs.name as string, one]),
    );
}

export function stagesIn(graph: Graph, name: string): readonly Stage[] {
    const found = pipelines(graph).get(name);
    assert.ok(found, `no pipeline ${name} among ${[...pipelines(graph).keys()].join(", ")}`);
    return found.inputs.stages as unknown as readonly Stage[];
}

export function actionsIn(stages: readonly Stage[]): readonly Action[] {
    return stages.flatMap(({ actions }) => [...actions].sort((a, b) => a.runOrder - b.runOrder));
}

export function variablesOf({ configuration }: Action): Readonly<Record<string, string>> {
    const list = JSON.parse(configuration.EnvironmentVariables ?? "[]") as readonly {
        name: string;
        value: string;
    }[];
    return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

/** What an action of CodeBuild runs: a script of delivery/. */
export function scriptOf(action: Action): string {
    const { STEP, SCRIPT } = variablesOf(action);
    return action.provider === "CodeBuild" ? (STEP ?? SCRIPT ?? "") : action.provider;
}

/** Every pipeline reads what was written before, within CodePipeline's limits. */
export function assertSound(graph: Graph): void {
    for (const [name, { inputs }] of pipelines(graph)) {
        assert.match(name, /^selfhost-[\w.@-]{1,91}$/);
        const stages = inputs.stages as unknown as readonly Stage[];
        const written = new Set<string>();
        const namespaces = new Set(["variables", "codepipeline"]);
        assert.ok(stages.length >= 2 && stages[0]?.actions.every(({ category }) => category === "Source"));
        for (const action of actionsIn(stages)) {
            for (const artifact of action.inputArtifacts ?? []) {
                assert.ok(
                    written.has(artifact),
                    `${name}: ${action.name} reads ${artifact}, which nobody wrote`,
                );
            }
            for (const [key, value] of Object.entries(action.configuration)) {
                for (const [, namespace = ""] of value.matchAll(/#\{(\w+)\.\w+\}/g)) {
                    assert.ok(
                        namespaces.has(namespace),
                        `${name}: ${action.name} uses ${namespace} in ${key}`,
                    );
                }
                assert.ok(
                    !/CommitMessage|BranchName\}/.test(value),
                    `${name}: ${key} holds what anybody can write`,
                );
                assert.ok(
                    value.length <= 1000,
                    `${name}: ${key} of ${action.name} has ${value.length} characters`,
                );
            }
            for (const artifact of action.outputArtifacts ?? []) {
                assert.ok(!written.has(artifact), `${name}: ${artifact} is written twice`);
                written.add(artifact);
            }
            if (action.namespace !== undefined) {
                namespaces.add(action.namespace);
            }
        }
        for (const stage of stages) {
            const names = stage.actions.map((action) => action.name);
            assert.equal(
                new Set(names).size,
                names.length,
                `${name}: two actions of ${stage.name} have one name`,
            );
        }
    }
}
