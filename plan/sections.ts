/** What a plan consists of, in reading order: the environment's components, its databases, its apps. */
import { describeApp, describeCluster, describeEdge, describeNetwork, describeShared } from "./describe";
import type { Settings } from "../settings/settings";
import type { Graph, Resource } from "./graph";
import type { Plan } from "./plan";

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
