/** A graph as rules read it: resources by type, who refers to whom, and values that may not be known. */
import { type Graph, type Json, NO_OPTIONS, type Resource, type ResourceOptions } from "../plan/graph";
import { type Statement, statementsOf } from "./document";
import {
    allTexts,
    at,
    flag,
    isUnknown,
    list,
    number,
    parse,
    referencesIn,
    text,
    texts,
    Undecided,
    UNKNOWN,
} from "./json";
import type { Finding } from "./finding";

/** What a check says about the resource that it looks at: the rest of a sentence that begins with its name. */
export type Said = string | { readonly message: string; readonly subject: string };

/** `message` unless the condition holds. */
export function unless(holds: boolean, message: string): readonly string[];
export function unless(holds: boolean, message: Said): readonly Said[];
export function unless(holds: boolean, message: Said): readonly Said[] {
    return holds ? [] : [message];
}

export class View {
    readonly items: readonly Item[];
    private readonly byUrn: ReadonlyMap<string, Item>;
    private readonly byType: ReadonlyMap<string, readonly Item[]>;
    private usersByUrn: ReadonlyMap<string, readonly Item[]> | undefined;

    /** @param accounts that the settings name: the stack's own, and those of environments that it exchanges releases with */
    constructor(
        readonly graph: Graph,
        readonly accounts: readonly string[] = [],
    ) {
        this.items = graph.resources.map((resource) => new Item(resource, this));
        this.byUrn = new Map(this.items.map((item) => [item.urn, item]));
        this.byType = grouped(this.items.map((item) => [item.type, item]));
    }

    /** All resources of the given types, type after type. */
    all(...types: readonly string[]): readonly Item[] {
        return types.flatMap((type) => this.byType.get(type) ?? []);
    }

    find(urn: string): Item | undefined {
        return this.byUrn.get(urn);
    }

    /** The resource that a reference is to: the URN before the property, both of which may hold dots. */
    resolve(reference: string): Item | undefined {
        for (let end = reference.lastIndexOf("."); end > 0; end = reference.lastIndexOf(".", end - 1)) {
            const item = this.byUrn.get(reference.slice(0, end));
            if (item !== undefined) {
                return item;
            }
        }
        return undefined;
    }

    /** The resources of the given types whose inputs refer to the item. */
    users(item: Item, ...types: readonly string[]): readonly Item[] {
        this.usersByUrn ??= grouped(
            this.items.flatMap((user) => user.refs("").map((used): [string, Item] => [used.urn, user])),
        );
        return (this.usersByUrn.get(item.urn) ?? []).filter(({ type }) => types.includes(type));
    }

    /** What a check says about each resource of the given types; where it meets a value that nobody knows, that. */
    each(types: string | readonly string[], check: (item: Item) => readonly Said[]): readonly Finding[] {
        const items = this.all(...(typeof types === "string" ? [types] : types));
        return items.flatMap((item) => findings(item, check));
    }
}

/** One resource. Paths are property names with dots between them. */
export class Item {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly options: ResourceOptions;
    private readonly parsed = new Map<string, Json | undefined>();

    constructor(
        readonly resource: Resource,
        private readonly view: View,
    ) {
        this.urn = resource.urn;
        this.type = resource.type;
        this.name = resource.name;
        // A plan that was read from JSON leaves out what says nothing.
        this.options = { ...NO_OPTIONS, ...resource.options };
    }

    /** Nothing is said about the property, in the program at least. */
    lacks(path: string): boolean {
        return this.at(path) === undefined;
    }

    at(path: string): Json | undefined {
        return at(this.resource.inputs, path);
    }

    text(path: string): string | undefined {
        return text(this.resource.inputs, path);
    }

    flag(path: string): boolean | undefined {
        return flag(this.resource.inputs, path);
    }

    number(path: string): number | undefined {
        return number(this.resource.inputs, path);
    }

    list(path: string): readonly Json[] {
        return list(this.resource.inputs, path);
    }

    texts(path: string): readonly string[] {
        return texts(this.resource.inputs, path);
    }

    /**
     * The resources, of the given types or of any, that the value at a path refers to. Of a value that is not known,
     * only the dependencies of the whole property are.
     */
    refs(path: string, ...types: readonly string[]): readonly Item[] {
        const found = new Set<Item>();
        for (const part of allTexts(this.valueOrWhatHidesIt(path), path)) {
            for (const item of this.refsIn(part.text, part.path)) {
                found.add(item);
            }
        }
        return [...found].filter((item) => types.length === 0 || types.includes(item.type));
    }

    /** The one resource that the value at a path refers to. */
    ref(path: string, ...types: readonly string[]): Item | undefined {
        return this.refs(path, ...types)[0];
    }

    refersTo(path: string, item: Item): boolean {
        return this.refs(path).includes(item);
    }

    /** JSON in the text at a path; undefined where there is none. */
    json(path: string): Json | undefined {
        if (!this.parsed.has(path)) {
            const value = this.at(path);
            this.parsed.set(path, typeof value === "string" ? parse(value, path) : value);
        }
        return this.parsed.get(path);
    }

    /** The statements of the policy document at a path. */
    statements(path: string): readonly Statement[] {
        return statementsOf(this.json(path));
    }

    /** Everything that must exist before this: dependencies, theirs, and the parts of components among them. */
    prerequisites(): ReadonlySet<string> {
        const found = new Set<string>();
        const waiting = [...this.resource.dependencies];
        for (let urn = waiting.pop(); urn !== undefined; urn = waiting.pop()) {
            if (!found.has(urn)) {
                found.add(urn);
                waiting.push(...(this.view.find(urn)?.resource.dependencies ?? []));
            }
        }
        return found;
    }

    private valueOrWhatHidesIt(path: string): Json | undefined {
        try {
            return this.at(path);
        } catch (error) {
            if (error instanceof Undecided) {
                return at(this.resource.inputs, path.split(".")[0] ?? path);
            }
            throw error;
        }
    }

    private refsIn(value: string, path: string): readonly Item[] {
        const hidden = value.includes(UNKNOWN) || (isUnknown(value) && !value.startsWith("${"));
        const dependencies = hidden
            ? (this.resource.propertyDependencies[path.split(".")[0] ?? path] ?? []).map((urn) =>
                  this.view.find(urn),
              )
            : [];
        return [
            ...referencesIn(value).map((reference) => this.view.resolve(reference)),
            ...dependencies,
        ].filter((item) => item !== undefined);
    }
}

function findings(item: Item, check: (item: Item) => readonly Said[]): readonly Finding[] {
    try {
        return check(item).map((said) => finding(item, said));
    } catch (error) {
        if (error instanceof Undecided) {
            return [
                {
                    urn: item.urn,
                    message: `${item.name}: ${error.message}`,
                    subject: error.what,
                    undecided: true,
                },
            ];
        }
        throw error;
    }
}

/** What is said about a resource. */
export function finding(item: Item, said: Said): Finding {
    const { message, subject } = typeof said === "string" ? { message: said, subject: undefined } : said;
    const sentence = message.startsWith(":") ? `${item.name}${message}` : `${item.name} ${message}`;
    return { urn: item.urn, message: sentence, subject, undecided: false };
}

function grouped(pairs: readonly (readonly [string, Item])[]): ReadonlyMap<string, readonly Item[]> {
    const groups = new Map<string, Item[]>();
    for (const [key, item] of pairs) {
        const group = groups.get(key);
        if (group === undefined) {
            groups.set(key, [item]);
        } else {
            group.push(item);
        }
    }
    return groups;
}
