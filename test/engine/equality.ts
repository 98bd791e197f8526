/**
 * What it means that a plan and the engine agree.
 *
 * The engine knows the same resources as the plan, each with the same type, parent, dependencies (as a whole and by
 * property), options and inputs, except for what only an engine adds:
 *
 * 1. default providers, made for resources that name none, and the references to them;
 * 2. the children of remote components (`awsx`), which their own provider registers; whatever depends on such a
 *    component depends on these, or on what the component itself depends on, as its provider tells;
 * 3. what a provider's Check adds: physical names, made of the logical name, or of one that an alias says it had, and
 *    seven hexadecimal digits, and the version of a provider in its own inputs;
 * 4. values: where the engine knows one, the plan has a reference to it, and replacing the plan's references by the
 *    engine's values gives the engine's inputs. Before a deployment it knows physical names and look-ups; what else it
 *    does not know has a reference in the plan, too. After a deployment it knows everything.
 *
 * 5. two values that the program makes out of an output's text, listed as `DERIVED`: a plan has only the reference.
 *
 * Components have no inputs and no dependencies by property in a state; those of remote ones are in their request.
 * Secrets read `[secret]` on both sides, assets by their path or the hash of their text. Nothing else may differ.
 */
import { isDeepStrictEqual } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { ipv6Subnet, slotOf } from "../../settings/cidr";
import { formerUrns } from "../../plan/difference/match";
import type { Graph, Json, Resource } from "../../plan/graph";
import { isObject, secret, translate, type JsonObject } from "../../plan/record/values";
import { NAMING } from "./provider/facts";
import { UNKNOWN } from "./provider/json";
import type { EngineResource, Registration } from "./support/stack";

const { specialSigKey, specialOutputValueSig } = pulumi.runtime;

export interface Engine {
    readonly resources: readonly EngineResource[];
    readonly requests: ReadonlyMap<string, Registration>;
}

/** From what the plan's references stand for to what the program makes of it, by type and property. */
const DERIVED: Readonly<Record<string, (value: Json, urn: string) => Json>> = {
    // A function is told the digest alone of an image that a reference names.
    "aws:lambda/invocation:Invocation input": (value) =>
        typeof value === "string" ? value.replace(/"digest":"[^"@]*@/, '"digest":"') : value,
    // A range out of the VPC's own, which AWS chooses.
    "aws:ec2/subnet:Subnet ipv6CidrBlock": (value, urn) =>
        typeof value === "string" && value.endsWith("::/56")
            ? (ipv6Subnet(value, slotOf(urn.slice(-1))) ?? null)
            : value,
};

/** Replaces the references in a value of the plan as far as the engine knows them. */
export type Resolve = (value: Json) => Json;

/** One line for each difference; none where plan and engine agree. */
export function differences(plan: Graph, engine: Engine, resolve: Resolve): readonly string[] {
    const former = formerUrns(plan);
    const planned = new Map(plan.resources.map((resource) => [resource.urn, resource]));
    const remote = new Map(plan.resources.filter((one) => one.remote).map((one) => [one.urn, one]));
    const added = new Set(
        engine.resources
            .filter((resource) => isDefaultProvider(resource, planned) || remote.has(resource.parent ?? ""))
            .map(({ urn }) => urn),
    );
    const through = (urns: readonly string[]): readonly string[] => {
        const behind = urns.flatMap((urn) => remote.get(urn)?.dependencies ?? []);
        return [...new Set([...urns, ...behind])].filter((urn) => !added.has(urn)).sort();
    };
    const known = engine.resources.filter(({ urn }) => !added.has(urn));
    const missing = [...planned.keys()].filter((urn) => !known.some((resource) => resource.urn === urn));
    return [
        ...missing.map((urn) => `${urn}: only in the plan`),
        ...known.flatMap((resource) => {
            const { urn } = resource;
            const expected = planned.get(urn);
            return expected === undefined
                ? [`${urn}: only in the engine`]
                : compareResource(expected, resource, {
                      names: [urn, ...former(expected)].map((one) => one.split("::").at(-1) ?? ""),
                      through,
                      request: engine.requests.get(urn),
                      resolve,
                  });
        }),
    ];
}

/** `default`, `default_7_48_0`. */
function isDefaultProvider({ urn, type }: EngineResource, planned: ReadonlyMap<string, Resource>): boolean {
    return type.startsWith("pulumi:providers:") && !planned.has(urn) && /::default(_[^:]*)?$/.test(urn);
}

interface Context {
    /** The logical name, and those that the resource had. */
    readonly names: readonly string[];
    /** Dependencies without what only the engine has, and with those of remote components among them. */
    readonly through: (urns: readonly string[]) => readonly string[];
    readonly request: Registration | undefined;
    readonly resolve: Resolve;
}

function compareResource(plan: Resource, engine: EngineResource, context: Context): readonly string[] {
    const pairs: readonly (readonly [string, unknown, unknown])[] = [
        ["type", plan.type, engine.type],
        ["custom", plan.custom, engine.custom],
        ["parent", plan.parent, engine.parent],
        ["dependencies", context.through(plan.dependencies), context.through(engine.dependencies ?? [])],
        ...(plan.custom
            ? ([
                  [
                      "propertyDependencies",
                      byProperty(plan.propertyDependencies, context),
                      byProperty(engine.propertyDependencies ?? {}, context),
                  ],
              ] as const)
            : []),
        ...compareOptions(plan, engine, context),
    ];
    const unequal = pairs
        .filter(([, expected, found]) => !isDeepStrictEqual(expected, found))
        .map(
            ([what, expected, found]) =>
                `${plan.urn}: ${what}: ${JSON.stringify(expected)} in the plan, ${JSON.stringify(found)} in the engine`,
        );
    return [...unequal, ...compareInputs(plan, engine, context)];
}

/** Properties that depend on nothing are left out. */
function byProperty(
    dependencies: Readonly<Record<string, readonly string[] | null>>,
    { through }: Context,
): Readonly<Record<string, readonly string[]>> {
    const kept = Object.entries(dependencies).map(([property, urns]): [string, readonly string[]] => [
        property,
        through(urns ?? []),
    ]);
    return Object.fromEntries(kept.filter(([, urns]) => urns.length > 0));
}

function compareOptions(
    { options, custom, remote }: Resource,
    engine: EngineResource,
    { request }: Context,
): readonly (readonly [string, unknown, unknown])[] {
    return [
        ["protect", options.protect, engine.protect ?? false],
        ["retainOnDelete", options.retainOnDelete, engine.retainOnDelete ?? false],
        ["deletedWith", options.deletedWith, engine.deletedWith],
        [
            "additionalSecretOutputs",
            sorted(options.additionalSecretOutputs),
            sorted(engine.additionalSecretOutputs ?? []),
        ],
        // Before its first deployment a provider has no id; without one of its own a resource has a default provider.
        ["provider", custom ? options.provider : undefined, custom ? explicitProvider(engine) : undefined],
        ...(request === undefined || remote
            ? []
            : ([
                  ["deleteBeforeReplace", options.deleteBeforeReplace, request.deleteBeforeReplace],
                  ["ignoreChanges", options.ignoreChanges, request.ignoreChanges],
                  ["replaceOnChanges", options.replaceOnChanges, request.replaceOnChanges],
                  ["aliases", options.aliases, aliasesOf(request)],
                  ["customTimeouts", options.customTimeouts ?? {}, request.customTimeouts],
              ] as const)),
    ];
}

/** The names that a resource had, as the engine was told. */
export function aliasesOf({ aliases }: Registration): readonly Json[] {
    return distinct(aliases.map(aliasOf));
}

/** The log's spelling of an alias: an old URN, or the parts of it that differ. */
function aliasOf(alias: Json): Json {
    const parts = isObject(alias) ? (alias.spec ?? alias.urn ?? null) : alias;
    if (!isObject(parts) || parts.parentUrn === undefined) {
        return parts;
    }
    const { parentUrn, ...others } = parts;
    return { ...others, parent: parentUrn };
}

/** A resource class and the option may give the same alias. */
function distinct(values: readonly Json[]): readonly Json[] {
    return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function explicitProvider({ provider = "" }: EngineResource): string | undefined {
    const urn = provider.slice(0, provider.lastIndexOf("::"));
    return urn === "" || /::default(_[^:]*)?$/.test(urn) ? undefined : urn;
}

function compareInputs(plan: Resource, engine: EngineResource, context: Context): readonly string[] {
    const { names: known, request, resolve } = context;
    if (!plan.custom && !plan.remote) {
        return [];
    }
    // Of a component the state keeps no inputs; the request has them as they were sent.
    if (plan.remote && request === undefined) {
        return [];
    }
    const found = translate(
        (plan.remote ? (withoutOutputs(request?.object ?? {}) as JsonObject) : engine.inputs) ?? {},
    ).value;
    const names = new Set([...Object.keys(plan.inputs), ...Object.keys(found)]);
    return [...names]
        .filter((property) => !addedByCheck(plan, known, property, found[property]))
        .flatMap((property) => {
            const derive = DERIVED[`${plan.type} ${property}`] ?? asItIs;
            const resolved = (value: Json): Json => derive(resolve(value), plan.urn);
            const at = `${plan.urn}: ${property}`;
            return compareValue(at, plan.inputs[property] ?? null, found[property] ?? null, resolved);
        });
}

function asItIs(value: Json): Json {
    return value;
}

function addedByCheck(
    { type, inputs }: Resource,
    names: readonly string[],
    property: string,
    value: Json | undefined,
): boolean {
    if (inputs[property] !== undefined) {
        return false;
    }
    if (type.startsWith("pulumi:providers:")) {
        return property === "version" || property === "__internal";
    }
    const naming = NAMING[type];
    return (
        naming?.property === property &&
        typeof value === "string" &&
        names.some((name) => value.startsWith(`${naming.prefix ?? ""}${name}-`)) &&
        /-[0-9a-f]{7}$/.test(value)
    );
}

function compareValue(at: string, plan: Json, engine: Json, resolve: Resolve): readonly string[] {
    if (engine === UNKNOWN) {
        return holdsReference(plan)
            ? []
            : [`${at}: ${JSON.stringify(plan)} in the plan, unknown in the engine`];
    }
    if (isList(plan) && isList(engine) && plan.length === engine.length) {
        return plan.flatMap((item, index) =>
            compareValue(`${at}[${index}]`, item, engine[index] ?? null, resolve),
        );
    }
    if (isObject(plan) && isObject(engine)) {
        const names = [...new Set([...Object.keys(plan), ...Object.keys(engine)])];
        return names.flatMap((key) =>
            compareValue(`${at}.${key}`, plan[key] ?? null, engine[key] ?? null, resolve),
        );
    }
    const known = resolve(plan);
    return isDeepStrictEqual(known, engine)
        ? []
        : [`${at}: ${JSON.stringify(known)} in the plan, ${JSON.stringify(engine)} in the engine`];
}

/** To remote components the SDK sends outputs in envelopes of their own: a value, or none while it is unknown. */
function withoutOutputs(value: Json): Json {
    if (isList(value)) {
        return value.map(withoutOutputs);
    }
    if (!isObject(value)) {
        return value;
    }
    if (value[specialSigKey] === specialOutputValueSig) {
        const inner = value.value === undefined ? UNKNOWN : withoutOutputs(value.value);
        return value.secret === true ? secret(inner) : inner;
    }
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutOutputs(item)]));
}

function isList(value: Json): value is readonly Json[] {
    return Array.isArray(value);
}

function holdsReference(value: Json): boolean {
    return JSON.stringify(value).includes("${") || saysWhatStandsIn(value);
}

/** The input of a function that passes an image which only stands in. */
function saysWhatStandsIn(value: Json): boolean {
    return typeof value === "string" && /^\{(?:.*,)?"standIn":(?:true|false)[,}]/.test(value);
}

function sorted(values: readonly string[]): readonly string[] {
    return [...values].sort();
}
