/** Calls that fail: which, as the seed says, and what must be so when the run is repeated. */
import assert from "node:assert/strict";
import type { Graph } from "../../../plan/graph";
import type { Fault } from "../provider/faults";
import { assertNothingElseExists, assertStateIsPlan, choose, escaped } from "./engine";
import type { EngineResource, EngineStack } from "./stack";

/** More rounds than any stack has resources that wait for one another. */
const MOST_ROUNDS = 60;

/** What AWS makes; all but the program's own components. */
export function kindsIn({ resources }: Graph): readonly string[] {
    const types = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
    return [...new Set(types.map(({ type }) => type))].sort();
}

/** One resource of a kind, each kind as likely as any other, and how its call fails. */
export function chosenFault(graph: Graph, method: Fault["method"], of: readonly string[]): Fault {
    const kind = choose(of, `kind to ${method}`);
    const urns = graph.resources.filter(({ type }) => type === kind).map(({ urn }) => urn);
    const way = choose(["refused", "half"] as const, `way to fail to ${method}`);
    return { method, urn: `^${escaped(choose(urns, `resource to ${method}`))}$`, way };
}

/** One run that fails as scheduled, and leaves nothing for `cancel` to do. */
export async function assertFails(run: () => Promise<unknown>, stack: EngineStack): Promise<void> {
    await assert.rejects(run(), /the stand-in fails as scheduled/, JSON.stringify(stack.faults.fail));
    assert.deepEqual((await stack.state()).pending, []);
}

/** The same stack that a run without any failure gives, and no resource made twice. */
export async function assertConverged(stack: EngineStack): Promise<readonly EngineResource[]> {
    const resources = await assertStateIsPlan(stack);
    assertNothingElseExists(stack, resources);
    const made = stack.cloud.calls().filter(({ method, phase }) => method === "create" && phase === "end");
    assert.equal(new Set(made.map(({ urn }) => urn)).size, made.length);
    return resources;
}

/** Repeats an operation that goes on past what fails, until nothing does. */
export async function repeated(stack: EngineStack, operation: "up" | "destroy"): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
        const { code, output } = await stack.cli(
            operation,
            "--yes",
            "--skip-preview",
            "--continue-on-error",
            "--color",
            "never",
        );
        if (code === 0) {
            return;
        }
        assert.match(output, /the stand-in fails as scheduled/);
        assert.deepEqual((await stack.state()).pending, []);
    }
    assert.fail(`${operation} still fails after ${MOST_ROUNDS} times`);
}
