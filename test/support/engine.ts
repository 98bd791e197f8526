/** What the engine would tell a policy pack about a graph: before the first deployment, and after it. */
import { createHash } from "node:crypto";
import type { Graph, Json, Resource } from "../../plan/graph";
import { type EngineResource, plainObject } from "../../policy/engine";
import { isObject, type JsonObject } from "../../policy/json";

/** The policy SDK's own is not exported; packs know it by this name. */
class UnknownValueError extends Error {}

const UNKNOWN = Symbol("unknown");

type Engine = Json | typeof UNKNOWN | readonly Engine[] | { readonly [key: string]: Engine };

export interface Told {
    readonly resources: readonly EngineResource[];
    /** As resources are registered, before anything is asked. */
    readonly inputs: ReadonlyMap<string, JsonObject>;
}

/** Nothing exists yet: a text is unknown as soon as one reference is in it. */
export function firstPreview(graph: Graph): Told {
    return told(
        graph,
        (text) => (text.includes("${") ? UNKNOWN : text),
        () => ({}),
    );
}

/** Everything exists: references have become ids, and outputs say which. */
export function deployed(graph: Graph): Told {
    const references = new Map<string, Record<string, Json>>();
    const concrete = (text: string): string =>
        text.replace(/\$\{([^{}]*)\}/g, (_, reference: string) => {
            const owner = ownerOf(graph, reference);
            const property = owner === undefined ? reference : reference.slice(owner.urn.length + 1);
            const built = property === "imageUri" ? owner?.inputs.repositoryUrl : undefined;
            const value =
                typeof built === "string"
                    ? `${concrete(built)}@sha256:${"0".repeat(64)}`
                    : invented(reference, property);
            if (owner !== undefined) {
                references.set(owner.urn, { ...references.get(owner.urn), [property]: value });
            }
            return value;
        });
    // Every input must have been seen before the outputs are complete.
    graph.resources.forEach(({ inputs }) => mapTexts(inputs, concrete));
    return told(graph, concrete, ({ urn, name }) => ({
        id: invented(`${urn}.id`, "id"),
        name,
        ...references.get(urn),
    }));
}

function told(
    graph: Graph,
    change: (text: string) => string | typeof UNKNOWN,
    outputs: (resource: Resource) => JsonObject,
): Told {
    const urns = new Map(graph.resources.map(({ urn }) => [urn, { urn }]));
    const found = (list: readonly string[]) =>
        list.map((urn) => urns.get(urn)).filter((one) => one !== undefined);
    const props = (resource: Resource): object => {
        const values = mapTexts(resource.inputs, change);
        return proxied(Object.assign({}, values, outputs(resource)));
    };
    const inputs = graph.resources.map(({ urn, inputs: asked }): [string, JsonObject] => {
        const values = mapTexts(asked, change);
        return [urn, plainObject(proxied(typeof values === "object" && values !== null ? values : {}))];
    });
    return {
        inputs: new Map(inputs),
        resources: graph.resources.map((resource) => ({
            type: resource.type,
            urn: resource.urn,
            name: resource.name,
            props: props(resource),
            opts: {
                protect: resource.options.protect,
                ignoreChanges: [...resource.options.ignoreChanges],
                aliases: [],
                customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
                additionalSecretOutputs: [],
            },
            ...(resource.parent === undefined ? {} : { parent: { urn: resource.parent } }),
            dependencies: found(resource.dependencies),
            propertyDependencies: Object.fromEntries(
                Object.entries(resource.propertyDependencies).map(([key, list]) => [key, found(list)]),
            ),
        })),
    };
}

/** Names may hold dots, and so may properties. */
function ownerOf(graph: Graph, reference: string): Resource | undefined {
    return graph.resources
        .filter(({ urn }) => reference.startsWith(`${urn}.`))
        .sort((a, b) => b.urn.length - a.urn.length)[0];
}

function invented(reference: string, property: string): string {
    const hash = createHash("sha256").update(reference).digest("hex").slice(0, 17);
    // A release is a digest, which a parameter names.
    if (reference.endsWith(".insecureValue.digest")) {
        return `sha256:${"0".repeat(64)}`;
    }
    switch (property) {
        case "id":
            return `thing-${hash}`;
        case "repositoryUrl":
            return `123456789012.dkr.ecr.eu-west-1.amazonaws.com/${hash}`;
        case "accountId":
            return "123456789012";
        default:
            return /arn$/i.test(property)
                ? `arn:aws:thing:eu-west-1:123456789012:thing/${hash}`
                : `${hash}-${hash}`;
    }
}

function mapTexts(value: Json, change: (text: string) => string | typeof UNKNOWN): Engine {
    if (typeof value === "string") {
        return change(value);
    }
    if (Array.isArray(value)) {
        return (value as readonly Json[]).map((item) => mapTexts(item, change));
    }
    return isObject(value)
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapTexts(item, change)]))
        : value;
}

/** As the SDK hands them out: reading what is not known throws. */
function proxied(value: object): object {
    return new Proxy(value, {
        get(target, key): unknown {
            const item: unknown = Reflect.get(target, key);
            if (item === UNKNOWN) {
                throw new UnknownValueError(`${String(key)} can't be known during preview`);
            }
            return typeof item === "object" && item !== null ? proxied(item) : item;
        },
    });
}
