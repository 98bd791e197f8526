/** The graph of a whole stack file, from its text. */
import { stringify } from "yaml";
import program from "../../index";
import type { Graph, Resource } from "../../plan/graph";
import { record } from "../../plan/record";
import { parseStackFile } from "../../settings/stackFile";

export function recordText(text: string, stack = "dev"): Promise<Graph> {
    const { entries } = parseStackFile(text, `Pulumi.${stack}.yaml`, "selfhost");
    return record(() => program("plan"), {
        project: "selfhost",
        stack,
        region: "eu-west-1",
        config: Object.fromEntries(entries.values),
    });
}

/** A stack file in eu-west-1 with these settings below `selfhost:`. */
export function fileText(settings: Readonly<Record<string, unknown>>): string {
    const entries = Object.entries(settings).map(([key, value]): [string, unknown] => [
        `selfhost:${key}`,
        value,
    ]);
    const config = { "aws:region": "eu-west-1", ...Object.fromEntries(entries) };
    return stringify({ config }, { defaultStringType: "QUOTE_DOUBLE", defaultKeyType: "PLAIN" });
}

/** A stack file in eu-west-1 with these lines below `config:`. */
export function stackOf(lines: string): string {
    const below = lines.split("\n").map((line) => `  ${line}`);
    return ["config:", "  aws:region: eu-west-1", ...below, ""].join("\n");
}

/** A stack file of BookStacks: the lines below `config:`, and what each app says beside its administrator. */
export function bookstacks(
    apps: Readonly<Record<string, string>>,
    config: readonly string[] = ["selfhost:domain: example.com"],
): string {
    const entries = Object.entries(apps).map(
        ([name, says]) =>
            `    ${name}: { preset: bookstack, admin: { email: a@example.com }${says === "" ? "" : `, ${says}`} }`,
    );
    return [
        "config:",
        "  aws:region: eu-west-1",
        ...config.map((line) => `  ${line}`),
        "  selfhost:apps:",
        ...entries,
        "",
    ].join("\n");
}

/** The resources of the one graph that the other lacks or has otherwise. */
export function differing(graph: Graph, other: Graph): readonly Resource[] {
    const there = new Map(other.resources.map((resource) => [resource.urn, JSON.stringify(resource)]));
    return graph.resources.filter((resource) => there.get(resource.urn) !== JSON.stringify(resource));
}
