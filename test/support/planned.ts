/** Whole stacks planned from a text, and what an app's task definition says in them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Graph } from "../../plan/graph";
import { type Plan, planFile } from "../../plan/plan";
import { jsonIn, named } from "./graph";
import { remembered } from "./recorded";

/** The plan of a stack file's text. */
export async function planText(text: string, stack: string): Promise<Plan> {
    const folder = mkdtempSync(join(tmpdir(), "selfhost-"));
    const path = join(folder, `Pulumi.${stack}.yaml`);
    try {
        writeFileSync(path, text);
        return await planFile(path);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** The graph of a stack with one app, from the lines below its name, planned once for the same text. */
export const graphOf = remembered(
    async (app: string, lines: string, stack?: string, config?: string): Promise<Graph> =>
        (await planText(stackFile(app, lines, config), stack ?? "dev")).graph,
);

/** A stack file with one app in eu-west-1; lines of the environment replace these. */
export function stackFile(app: string, lines: string, config = ""): string {
    const settings = /^aws:region:/m.test(config) ? config : `aws:region: eu-west-1\n${config}`;
    const below = (text: string, indent: string) =>
        text
            .trim()
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => `${indent}${line}`);
    return [
        "config:",
        ...below(config.includes("domain") ? settings : `selfhost:domain: example.com\n${settings}`, "  "),
        "  selfhost:apps:",
        `    ${app}:`,
        ...below(lines, "      "),
        "",
    ].join("\n");
}

export interface Container {
    readonly name: string;
    readonly environment: readonly { readonly name: string; readonly value: string }[];
    readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
    readonly user?: string;
    readonly [property: string]: unknown;
}

/** The app's own container, or another of its task. */
export function containerIn(graph: Graph, app: string, name: string = app): Container {
    const all = jsonIn(named(graph, `${app}-definition`).inputs.containerDefinitions) as readonly Container[];
    const found = all.find((container) => container.name === name);
    if (found === undefined) {
        throw new Error(`no container ${name} among ${all.map((container) => container.name).join(", ")}`);
    }
    return found;
}

/** Variables as an object. */
export function variablesIn(graph: Graph, app: string): Readonly<Record<string, string>> {
    return Object.fromEntries(containerIn(graph, app).environment.map(({ name, value }) => [name, value]));
}

/** Where secrets come from, by variable. */
export function secretsIn(graph: Graph, app: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
        containerIn(graph, app).secrets.map(({ name, valueFrom }) => [name, valueFrom]),
    );
}
