/** Small graphs by hand, in the form that a plan has them. */
import { type Graph, type Json, NO_OPTIONS, type Resource } from "../../plan/graph";

export interface Extras {
    readonly protect?: boolean;
    readonly ignoreChanges?: readonly string[];
    readonly dependsOn?: readonly Resource[];
    /** Dependencies that a value hides: a secret, or a text that was made of outputs. */
    readonly hidden?: Readonly<Record<string, readonly Resource[]>>;
    readonly parent?: Resource;
}

/** A resource in the stack `test`, with the dependencies that its references mean. */
export function resource(
    type: string,
    name: string,
    inputs: Readonly<Record<string, Json>> = {},
    extras: Extras = {},
): Resource {
    const { protect = false, ignoreChanges = [], dependsOn = [], hidden = {}, parent } = extras;
    const propertyDependencies = Object.fromEntries(
        Object.entries(inputs).map(([property, value]) => [
            property,
            [...urnsIn(value), ...(hidden[property] ?? []).map(({ urn }) => urn)],
        ]),
    );
    return {
        urn: `urn:pulumi:test::selfhost::${type}::${name}`,
        type,
        name,
        parent: parent?.urn,
        custom: true,
        remote: type.startsWith("awsx:"),
        inputs,
        dependencies: [
            ...new Set([...Object.values(propertyDependencies).flat(), ...dependsOn.map(({ urn }) => urn)]),
        ],
        propertyDependencies,
        options: { ...NO_OPTIONS, protect, ignoreChanges },
    };
}

/** How another resource's inputs refer to a property of this one. */
export function ref({ urn }: Resource, property = "id"): string {
    return `\${${urn}.${property}}`;
}

/** A graph of these resources and their stack. */
export function graph(...resources: readonly Resource[]): Graph {
    return {
        project: "selfhost",
        stack: "test",
        region: "eu-west-1",
        resources: [resource("pulumi:pulumi:Stack", "selfhost-test"), ...resources],
        invokes: [],
        outputs: {},
    };
}

/** The same resource with other inputs; `null` removes one. */
export function changed(
    old: Resource,
    inputs: Readonly<Record<string, Json>>,
    extras: Extras = {},
): Resource {
    const merged = Object.entries({ ...old.inputs, ...inputs }).filter(([, value]) => value !== null);
    return { ...resource(old.type, old.name, Object.fromEntries(merged), extras), urn: old.urn };
}

/** A policy document of these statements. */
export function document(...statements: readonly Json[]): string {
    return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** A statement that allows an action. */
export function allow(action: Json, where: Json, more: Readonly<Record<string, Json>> = {}): Json {
    return { Sid: "Test", Effect: "Allow", Action: action, Resource: where, ...more };
}

function urnsIn(value: Json): readonly string[] {
    const text = JSON.stringify(value);
    return [...new Set([...text.matchAll(/\$\{(urn:.*?::[^.}]+)\.[^}]*\}/g)].map(([, urn = ""]) => urn))];
}
