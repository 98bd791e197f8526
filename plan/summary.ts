/** The plan as a terminal shows it: what a reviewer wants to know, in under a screen. */
import { describeCost } from "./cost/describe";
import {
    count,
    describeApp,
    describeCluster,
    describeEdge,
    describeNetwork,
    describeShared,
} from "./describe";
import type { Settings } from "../settings/settings";
import type { Graph, Resource } from "./graph";
import type { Plan } from "./plan";
import { PLAIN, type Screen } from "./terminal";

export interface Group {
    readonly name: string;
    readonly resources: readonly Resource[];
}

/** The resources that will exist, by what they belong to: the environment's components, or an owner of several. */
export function groups(graph: Graph, owners: readonly string[]): readonly Group[] {
    const parents = new Map(graph.resources.map((resource) => [resource.urn, resource]));
    const found = new Map<string, Resource[]>();
    for (const resource of graph.resources.filter(isReal)) {
        const name = groupOf(topOf(resource, parents).name, owners);
        found.set(name, [...(found.get(name) ?? []), resource]);
    }
    return [...found].map(([name, resources]) => ({ name, resources }));
}

/** Components only group, and the provider is no thing in AWS. */
export function isReal(resource: Resource): boolean {
    return (resource.custom || resource.remote) && !resource.type.startsWith("pulumi:");
}

function topOf(resource: Resource, parents: ReadonlyMap<string, Resource>): Resource {
    const parent = resource.parent === undefined ? undefined : parents.get(resource.parent);
    return parent === undefined || parent.type === "pulumi:pulumi:Stack" ? resource : topOf(parent, parents);
}

/** `bookstack-database` belongs to the app `bookstack`; of two owners that match, the longer name is meant. */
function groupOf(component: string, owners: readonly string[]): string {
    const found = owners.filter((owner) => component === owner || component.startsWith(`${owner}-`));
    return found.sort((a, b) => b.length - a.length)[0] ?? component;
}

/** Who owns several components: the shared databases, and the apps. */
export function ownersOf({ databases, apps }: Settings): readonly string[] {
    return [...databases.filter(({ shared }) => shared), ...apps].map(({ name }) => name);
}

export interface Section extends Group {
    /** What was decided about it. */
    readonly words: readonly string[];
}

/** The groups in reading order: the environment's components, shared databases, apps, and whatever else there is. */
export function sectionsOf({ settings, graph }: Pick<Plan, "settings" | "graph">): readonly Section[] {
    const shared = settings.databases.filter((one) => one.shared);
    const words = new Map<string, readonly string[]>([
        ["network", describeNetwork(settings)],
        ["edge", describeEdge(settings)],
        ["cluster", describeCluster(settings)],
        ...shared.map((one): [string, readonly string[]] => [one.name, describeShared(one, settings.apps)]),
        ...settings.apps.map((app): [string, readonly string[]] => [app.name, describeApp(app)]),
    ]);
    const names = [...words.keys()];
    const order = ({ name }: Group): number => (names.includes(name) ? names.indexOf(name) : names.length);
    return [...groups(graph, ownersOf(settings))]
        .sort((a, b) => order(a) - order(b))
        .map((group) => ({ ...group, words: words.get(group.name) ?? [] }));
}

export function summary(plan: Plan, _screen: Screen = PLAIN): string {
    const { graph, notes } = plan;
    const sections = sectionsOf(plan);
    const total = sections.reduce((sum, { resources }) => sum + resources.length, 0);
    return [
        header(plan),
        "",
        ...rows(sections),
        "",
        `  ${count(total, "resource")} · outputs ${Object.keys(graph.outputs).sort().join(" ")}`,
        ...costLines(plan),
        ...policyLines(plan),
        ...notes.flatMap((note) => wrap(note, "  ! ")),
        ...pendingLines(plan),
        "",
    ].join("\n");
}

const WIDTH = 100;

function header({ settings }: Plan): string {
    const title = `${settings.environment} · ${settings.region}`;
    const urls = settings.apps.map(({ route }) => route.url ?? `http://<load balancer>${route.path}`);
    const url = urls.length === 1 ? (urls[0] ?? "") : count(urls.length, "app");
    const left = `selfhost · ${title}`;
    return `${left}${" ".repeat(Math.max(2, WIDTH - left.length - url.length))}${url}`;
}

function rows(sections: readonly Section[]): string[] {
    const width = Math.max(12, ...sections.map(({ name }) => name.length));
    return sections.flatMap(({ name, resources, words: [first = "", ...more] }) => {
        const indent = " ".repeat(width + 11);
        return [
            `  ${name.padEnd(width)}${String(resources.length).padStart(6)}   ${first}`.trimEnd(),
            ...more.map((text) => `${indent}${text}`),
        ];
    });
}

/** What a month costs; what could not be priced is said, since a sum is read as everything. */
function costLines({ cost }: Plan): string[] {
    const types = cost.notPriced.map((type) => type.replace(/^aws:[^:]*:/, ""));
    const missing = types.length === 0 ? [] : wrap(`Not in that sum: ${types.join(", ")}.`, "  ! ");
    return [`  ${describeCost(cost)}, ${cost.traffic.name} traffic`, ...missing];
}

/** What is violated stops here: what it is about, and the rule's name to look up or to waive. */
function policyLines({ policy: { violations, waived } }: Plan): string[] {
    const counted = violations.length === 0 ? "nothing violated" : `${violations.length} violated`;
    return [
        `  policy: ${counted}, ${waived.length} waived`,
        ...violations.flatMap(({ policy, level, message }) =>
            wrap(`${message} (${policy}, ${level})`, "  x "),
        ),
    ];
}

function pendingLines({ pending }: Plan): string[] {
    if (pending.length === 0) {
        return [];
    }
    const steps = pending.flatMap(({ what, command }, i) => [`  ${i + 1}  ${command}`, `     ${what}`]);
    return ["", "Before `pulumi up`", ...steps];
}

function wrap(text: string, lead: string): string[] {
    const lines: string[] = [];
    let line = lead;
    for (const word of text.split(" ")) {
        if (line.length + word.length + 1 > WIDTH && line !== lead) {
            lines.push(line.trimEnd());
            line = " ".repeat(lead.length);
        }
        line += `${word} `;
    }
    return [...lines, line.trimEnd()];
}
