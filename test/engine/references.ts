/** Replaces the plan's references by what the engine knows: in a preview physical names and look-ups, in a state all outputs. */
import type { Graph, Json } from "../../plan/graph";
import { isObject, type JsonObject } from "../../plan/record/values";
import { NAMING } from "./provider/facts";
import { open } from "./provider/json";
import { computedOutputs, knowsType, lookUp, type Account } from "./provider/outputs";
import type { Resolve } from "./equality";
import type { EngineResource } from "./support/stack";

/** `known`: how much the engine's resources tell, by the text between `${` and `}`. */
type Known = ReadonlyMap<string, Json>;

export function resolveInPreview(
    plan: Graph,
    resources: readonly EngineResource[],
    account: Account,
): Resolve {
    const known = new Map<string, Json>();
    for (const { urn, type, inputs = {} } of resources) {
        const property = NAMING[type]?.property;
        const name = property === undefined ? undefined : inputs[property];
        if (property !== undefined && typeof name === "string") {
            known.set(`${urn}.${property}`, name);
        }
    }
    return withLookUps(plan, known, account);
}

export function resolveInState(plan: Graph, resources: readonly EngineResource[], account: Account): Resolve {
    const known = new Map<string, Json>();
    for (const { urn, type, id, inputs = {}, outputs = {} } of resources) {
        if (id !== undefined) {
            known.set(`${urn}.id`, id);
        }
        for (const [property, value] of Object.entries(outputs)) {
            known.set(`${urn}.${property}`, open(value));
        }
        if (knowsType(type)) {
            const shape = computedOutputs(
                type,
                open(inputs) as JsonObject,
                (property) => `\${${urn}.${property}}`,
            );
            learn(shape, open(outputs), known);
        }
    }
    return withLookUps(plan, known, account);
}

/** Walks the shape of an answer beside the answer: where the one has a reference, the other has its value. */
function learn(shape: Json, value: Json, known: Map<string, Json>): void {
    const reference = typeof shape === "string" ? /^\$\{([^{}]+)\}$/.exec(shape)?.[1] : undefined;
    if (reference !== undefined) {
        known.set(reference, value);
    } else if (Array.isArray(shape) && Array.isArray(value)) {
        shape.forEach((item: Json, index) => {
            learn(item, (value as readonly Json[])[index] ?? null, known);
        });
    } else if (isObject(shape) && isObject(value)) {
        for (const [key, item] of Object.entries(shape)) {
            learn(item, value[key] ?? null, known);
        }
    }
}

function withLookUps(plan: Graph, known: Map<string, Json>, account: Account): Resolve {
    for (const { token, args } of plan.invokes) {
        const call = `${token}(${argumentText(args)})`;
        const told = (property: string, value: Json): void => {
            known.set(`${call}.${property}`, value);
        };
        const answer = open(lookUp(token, substitute(args, known) as JsonObject, account, told));
        for (const [property, value] of Object.entries(answer as JsonObject)) {
            known.set(`${call}.${property}`, value);
        }
    }
    return (value) => substitute(value, known);
}

/** As the plan spells it; a reference among the arguments is spelt without its `${}`. */
function argumentText(args: JsonObject): string {
    return Object.keys(args)
        .sort()
        .map((key) => {
            const value = args[key] ?? null;
            const text = typeof value === "string" ? value : JSON.stringify(value);
            return `${key}=${text.replace(/\$\{([^{}]*)\}/g, "$1")}`;
        })
        .join(", ");
}

/** A text that is one reference becomes its value, whatever that is; one among others becomes its text. */
function substitute(value: Json, known: Known): Json {
    if (Array.isArray(value)) {
        return (value as readonly Json[]).map((item) => substitute(item, known));
    }
    if (isObject(value)) {
        return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, substitute(item, known)]));
    }
    if (typeof value !== "string") {
        return value;
    }
    const whole = /^\$\{([^{}]+)\}$/.exec(value)?.[1];
    if (whole !== undefined) {
        return known.get(whole) ?? value;
    }
    return value.replace(/\$\{([^{}]+)\}/g, (reference, name: string) => {
        const found = known.get(name);
        return typeof found === "string" || typeof found === "number" ? String(found) : reference;
    });
}
