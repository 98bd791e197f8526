/** References in a plan: `${urn.property}` stands for what the engine will know. */
import type { Json } from "../graph";
import type { PlannedResource } from "./model";
import { textsIn } from "./values";

export interface Reference {
    /** Where it stands. */
    readonly path: string;
    readonly urn: string;
    readonly value: Json;
}

/** Stands for a value that no plan shows; where it was generated, the resource depends on the generator. */
const SECRET = "[secret]";

const REFERENCE = /\$\{(urn:pulumi:[^}]*)\}/g;

/** Every reference in a resource's inputs to one of the given resources. */
export function referencesIn(
    resource: PlannedResource,
    known: ReadonlyMap<string, PlannedResource>,
): readonly Reference[] {
    return Object.entries(resource.inputs)
        .flatMap(([key, value]) => textsIn(key, value))
        .flatMap(({ path, text }) =>
            urnsIn(text, resource, known).map((urn) => ({ path, urn, value: text })),
        );
}

function urnsIn(
    text: string,
    { dependencies }: PlannedResource,
    known: ReadonlyMap<string, PlannedResource>,
): readonly string[] {
    if (text === SECRET) {
        return dependencies.filter((urn) => known.get(urn)?.type.startsWith("random:") === true);
    }
    const urns = [...text.matchAll(REFERENCE)].map(([, inner = ""]) => urnIn(inner, known));
    return urns.filter((urn) => urn !== undefined);
}

/** `urn.property`, where both may hold dots. */
function urnIn(inner: string, known: ReadonlyMap<string, unknown>): string | undefined {
    for (let dot = inner.lastIndexOf("."); dot > 0; dot = inner.lastIndexOf(".", dot - 1)) {
        const urn = inner.slice(0, dot);
        if (known.has(urn)) {
            return urn;
        }
    }
    return undefined;
}

/** The texts of a value as a person would write them: `network-vpc.id` for a reference. */
export function readable(text: string): string {
    const short = (inner: string): string => inner.slice(inner.lastIndexOf("::") + 2);
    const whole = /^\$\{(urn:pulumi:[^}]*)\}$/.exec(text);
    return whole === null
        ? text.replaceAll(REFERENCE, (_all, inner: string) => `\${${short(inner)}}`)
        : short(whole[1] ?? "");
}
