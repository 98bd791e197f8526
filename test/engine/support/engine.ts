/** Tests that need the real CLI: skipped in one line where there is none, unless they must run. */
import { spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Graph } from "../../../plan/graph";
import { planFile } from "../../../plan/plan";
import type { Plan } from "../../../plan/plan";
import type { Account } from "../provider/outputs";
import { hash } from "../provider/json";
import { resolveInPreview, resolveInState } from "../references";
import { differences } from "../equality";
import { GUARD_TYPES } from "../order";
import type { Slow } from "../provider/faults";
import { CANARY_KEY, EngineStack, type EngineResource, type Preview, type StackOptions } from "./stack";
import { createProject, removeProject, type Language, type Project } from "./workspace";

export const ROOT = join(__dirname, "..", "..", "..");

/** Everything, not only what fits into five minutes. */
export const ALL = process.env.SELFHOST_ENGINE_ALL === "1";

/** Where a graph's stack is in the stand-in's cloud. */
function accountOf({ region }: Graph): Account {
    return { id: "123456789012", region };
}

/** Chooses what is left to chance; the same number chooses the same again. */
export const SEED = seed();

/** Processes that run tests inherit it from the one that started them. */
function seed(): number {
    process.env.SELFHOST_SEED ??= String(Math.floor(Math.random() * 1_000_000));
    return Number(process.env.SELFHOST_SEED);
}

/** `what` it is for, so that two choices have nothing to do with one another. */
export function choose<Item>(items: readonly Item[], what: string): Item {
    const chosen = items[parseInt(hash(`${SEED} ${what}`, 8), 16) % items.length];
    assert.ok(chosen !== undefined, "nothing to choose from");
    return chosen;
}

/** Whether there is a CLI; answered once, by the first process of a run. */
export function engineIsThere(): boolean {
    process.env.SELFHOST_ENGINE_FOUND ??= spawnSync("pulumi", ["version"]).status === 0 ? "yes" : "no";
    return process.env.SELFHOST_ENGINE_FOUND === "yes";
}

/** A group of tests with a project of its own, removed at the end. */
export function engineSuite(
    title: string,
    tests: (project: () => Project) => void,
    language: Language = "javascript",
): void {
    if (!engineIsThere()) {
        return;
    }
    describe(title, function () {
        this.timeout(600_000);
        let project: Project | undefined;
        let failed = false;
        before(() => {
            project = createProject(language);
        });
        // The tests of a group are steps: after one that failed the others would only say so again.
        beforeEach(function () {
            if (failed) {
                this.skip();
            }
        });
        afterEach(function () {
            failed ||= this.currentTest?.state === "failed";
        });
        after(() => {
            if (project !== undefined && process.env.SELFHOST_ENGINE_KEEP !== "1") {
                removeProject(project);
            }
        });
        tests(() => {
            assert.ok(project, "no project");
            return project;
        });
    });
}

/** The text of a stack file in the repository. */
export function stackFileText(name: string): string {
    return readFileSync(join(ROOT, `Pulumi.${name}.yaml`), "utf8");
}

/** A stack with the secrets that its file asks for. */
export async function createStack(
    project: Project,
    name: string,
    options: StackOptions = {},
): Promise<EngineStack> {
    const stack = await EngineStack.create(project, name, options);
    const { pending } = await planOf(stack);
    for (const { command } of pending) {
        const [, key] = /^pulumi config set --secret (\S+\.APP_KEY) /.exec(command) ?? [];
        if (key !== undefined) {
            await stack.setSecret(key, CANARY_KEY);
        }
    }
    return stack;
}

export function planOf(stack: EngineStack): Promise<Plan> {
    return planFile(stack.stackFile);
}

/** The resources of a preview as they are to be. */
export function previewed({ steps }: Preview): readonly EngineResource[] {
    return steps.flatMap(({ newState }) => (newState === undefined ? [] : [newState]));
}

export async function assertPreviewIsPlan(stack: EngineStack, preview: Preview): Promise<void> {
    const { graph } = await planOf(stack);
    const resources = previewed(preview);
    const resolve = resolveInPreview(graph, resources, accountOf(graph));
    assert.deepEqual(differences(graph, { resources, requests: preview.requests }, resolve), []);
}

export async function assertStateIsPlan(stack: EngineStack): Promise<readonly EngineResource[]> {
    const { graph } = await planOf(stack);
    const { resources } = await stack.state();
    const resolve = resolveInState(graph, resources, accountOf(graph));
    assert.deepEqual(differences(graph, { resources, requests: new Map() }, resolve), []);
    return resources;
}

/** What the account has is what the state says, each resource once. */
export function assertNothingElseExists(stack: EngineStack, resources: readonly EngineResource[]): void {
    const custom = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"));
    const wanted = custom.map(({ urn, id }) => `${urn} ${id ?? ""}`).sort();
    const existing = stack.cloud.existing().map(({ urn, id }) => `${urn} ${id}`);
    assert.deepEqual(existing.sort(), wanted);
}

/** How many resources the CLI counts: all but the default providers. */
export function countable(resources: readonly EngineResource[]): number {
    return resources.filter(({ urn }) => !/pulumi:providers:[^:]+::default(_|$)/.test(urn)).length;
}

export async function assertNothingToChange(stack: EngineStack): Promise<void> {
    const { steps } = await stack.preview();
    const changes = steps.filter(({ op }) => op !== "same");
    assert.deepEqual(
        changes.map(({ op, urn, diffReasons }) => `${op} ${urn}: ${(diffReasons ?? []).join(", ")}`),
        [],
    );
}

/** So that whoever does not wait for them is early. */
export function slowGuards(): Slow {
    return { urn: `(${GUARD_TYPES.map(escaped).join("|")})::`, milliseconds: 200, effect: "after" };
}

/** A text as a pattern that matches it alone. */
export function escaped(text: string): string {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
