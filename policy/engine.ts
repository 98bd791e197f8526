/**
 * What the engine tells a policy pack, in the words of the plan's graph.
 *
 * A resource's inputs are told when it is registered, its outputs and dependencies at the end. Rules read inputs: outputs
 * hold more than the program asked for, such as the rules of a security group that are resources of their own.
 * In a value that the engine knows, what came from another resource is put back as a reference to it; a value that it
 * does not know is a reference where it can only have come from one resource.
 */
import type { PolicyResource } from "@pulumi/policy/policy";
import type { Graph, Json, Resource } from "../plan/graph";
import { allTexts, isObject, type JsonObject, SECRET, UNKNOWN } from "./json";
import { T } from "./types";

/** The part of a policy resource that is read here. */
export type EngineResource = Pick<PolicyResource, "type" | "urn" | "name" | "props" | "opts"> & {
    readonly parent?: { readonly urn: string };
    readonly dependencies: readonly { readonly urn: string }[];
    readonly propertyDependencies: Readonly<Record<string, readonly { readonly urn: string }[]>>;
};

/** Shorter texts may be the same by chance, and are only put back where they are the whole value. */
const DISTINCTIVE = 12;

/** Long enough to be nobody else's, whatever property it is of. */
const LONG = 20;

/** The properties by which resources name one another. */
const NAMES = ["arn", "id", "name"];

/** @param inputs what each resource was registered with, by URN; of others only the outputs are known */
export function graphOf(
    resources: readonly EngineResource[],
    inputs: ReadonlyMap<string, JsonObject>,
): Graph {
    const outputs = new Map(
        resources
            .filter((one) => !isRemote(one))
            .map(({ urn, props }) => [urn, outputsOf(urn, plainObject(props))]),
    );
    const first = resources.find(({ type }) => type === "pulumi:pulumi:Stack") ?? resources[0];
    const parts = new Map(
        resources
            .filter(isRemote)
            .map(({ urn, dependencies }) => [urn, dependencies.map((other) => other.urn)]),
    );
    const [, , stack = "", project = ""] = (first?.urn ?? "").split(/::?/);
    return {
        project,
        stack,
        region: "",
        resources: resources.map((resource) =>
            translated(resource, inputs.get(resource.urn), outputs, parts),
        ),
        invokes: [],
        outputs: {},
    };
}

function translated(
    resource: EngineResource,
    inputs: JsonObject | undefined,
    outputs: ReadonlyMap<string, Outputs>,
    parts: ReadonlyMap<string, readonly string[]>,
): Resource {
    const { type, urn, name, parent, opts } = resource;
    const propertyDependencies = mapValues(resource.propertyDependencies, (found) =>
        found.map((other) => other.urn),
    );
    return {
        urn,
        type,
        name,
        parent: parent?.urn,
        custom: !type.startsWith("selfhost:") && type !== "pulumi:pulumi:Stack",
        remote: isRemote(resource),
        inputs: mapValues(inputs ?? plainObject(resource.props), (value, property) =>
            holdsSecret(type, property, opts)
                ? SECRET
                : withReferences(
                      value,
                      (propertyDependencies[property] ?? []).flatMap((other) => [
                          other,
                          ...(parts.get(other) ?? []),
                      ]),
                      outputs,
                  ),
        ),
        dependencies: resource.dependencies.map((other) => other.urn),
        propertyDependencies,
        options: {
            protect: opts.protect,
            retainOnDelete: false,
            deleteBeforeReplace: opts.deleteBeforeReplace ?? false,
            ignoreChanges: opts.ignoreChanges,
            replaceOnChanges: [],
            additionalSecretOutputs: opts.additionalSecretOutputs,
            aliases: opts.aliases,
            deletedWith: undefined,
            provider: undefined,
            customTimeouts: undefined,
        },
    };
}

/** An id, as far as one can tell: some providers do not repeat it among the outputs. */
const OPAQUE = /^(?=.*\d)[\w@:.\/+=-]{8,}$/;

interface Outputs {
    readonly names: readonly Name[];
    readonly hasId: boolean;
}

/** A component of another package: its outputs are made of those of what it was told of. */
function isRemote({ type }: EngineResource): boolean {
    return type.startsWith("awsx:");
}

/** A text that the outputs of a resource hold, and the reference that stands for it. */
interface Name {
    readonly text: string;
    readonly reference: string;
    readonly rank: number;
}

function outputsOf(urn: string, outputs: JsonObject): Outputs {
    const names = allTexts(outputs)
        .filter(({ text }) => text !== "" && !text.includes(UNKNOWN))
        .filter(({ path, text }) => NAMES.includes(path) || text.length >= LONG)
        .map(({ path, text }) => ({
            text,
            reference: `\${${urn}.${path}}`,
            rank: NAMES.includes(path) ? NAMES.indexOf(path) : NAMES.length,
        }));
    return { names, hasId: names.some(({ reference }) => reference === `\${${urn}.id}`) };
}

function withReferences(
    value: Json,
    dependencies: readonly string[],
    outputs: ReadonlyMap<string, Outputs>,
): Json {
    const [only, ...others] = dependencies;
    if (only === undefined) {
        return value;
    }
    const somebody = others.length === 0 ? `\${${only}.?}` : UNKNOWN;
    const known = dependencies.flatMap((urn) => outputs.get(urn) ?? []);
    const names = known
        .flatMap((one) => one.names)
        .sort((a, b) => b.text.length - a.text.length || a.rank - b.rank);
    const nameless = known.some(({ hasId }) => !hasId);
    return mapTexts(value, (text) => {
        const found = text === UNKNOWN ? somebody : putBack(text, names);
        return found === text && nameless && OPAQUE.test(text) ? somebody : found;
    });
}

/** Longest first, so that a name inside of an ARN does not tear it apart; what was put back is not looked at again. */
function putBack(text: string, names: readonly Name[]): string {
    const whole = names.filter((name) => name.text === text).sort((a, b) => a.rank - b.rank)[0];
    if (whole !== undefined) {
        return whole.reference;
    }
    return names
        .filter((name) => name.text.length >= DISTINCTIVE)
        .reduce(
            (parts, name) =>
                parts.flatMap((part) =>
                    part.startsWith("${")
                        ? [part]
                        : part
                              .split(name.text)
                              .flatMap((rest, index) => (index === 0 ? [rest] : [name.reference, rest])),
                ),
            [text],
        )
        .join("");
}

/** The engine tells packs the values of secrets: here, nobody wants to know them. */
function holdsSecret(
    type: string,
    property: string,
    { additionalSecretOutputs }: EngineResource["opts"],
): boolean {
    return (SECRET_INPUTS[type] ?? []).includes(property) || additionalSecretOutputs.includes(property);
}

const SECRET_INPUTS: Readonly<Record<string, readonly string[]>> = {
    [T.secretVersion]: ["secretBinary", "secretString", "secretStringWo"],
    [T.parameter]: ["value", "valueWo"],
};

/** Properties as the policy SDK hands them out: reading one that is not known throws. */
export function plainObject(props: object): JsonObject {
    const plain = plainOf(() => props);
    return isObject(plain) ? plain : {};
}

function plainOf(read: () => unknown): Json {
    let value: unknown;
    try {
        value = read();
    } catch (error) {
        // The class is not exported: https://github.com/pulumi/pulumi-policy/blob/main/sdk/nodejs/policy/proxy.ts
        if (error instanceof Error && error.constructor.name === "UnknownValueError") {
            return UNKNOWN;
        }
        throw error;
    }
    if (Array.isArray(value)) {
        const items: readonly unknown[] = value;
        return Array.from({ length: items.length }, (_, index) => plainOf(() => items[index]));
    }
    if (typeof value === "object" && value !== null) {
        const object = value as Record<string, unknown>;
        return Object.fromEntries(Object.keys(object).map((key) => [key, plainOf(() => object[key])]));
    }
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
        ? value
        : null;
}

function mapTexts(value: Json, change: (text: string) => string): Json {
    if (typeof value === "string") {
        return change(value);
    }
    if (Array.isArray(value)) {
        return (value as readonly Json[]).map((item) => mapTexts(item, change));
    }
    return isObject(value) ? mapValues(value, (item) => mapTexts(item, change)) : value;
}

function mapValues<A, B>(
    object: Readonly<Record<string, A>>,
    change: (value: A, key: string) => B,
): Record<string, B> {
    return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));
}
