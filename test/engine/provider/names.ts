/** Physical names, made the way the AWS provider makes them. */
import type { JsonObject } from "../../../plan/record/values";
import { NAMING } from "./facts";
import { hash, text } from "./json";

const DIGITS = 7;

export type Named = { readonly inputs: JsonObject } | { readonly property: string; readonly reason: string };

/** Fills the physical name in where the program leaves it out, and refuses one that is too long. */
export function withName(
    type: string,
    urn: string,
    serial: number,
    news: JsonObject,
    olds: JsonObject,
): Named {
    const naming = NAMING[type];
    if (naming === undefined) {
        return { inputs: news };
    }
    const { property, limit } = naming;
    if (news[property] === undefined && news[`${property}Prefix`] === undefined) {
        const kept = text(olds[property]);
        const name = kept !== undefined && isAutomatic(kept) ? kept : automatic(type, urn, serial);
        return name.length > limit
            ? {
                  property,
                  reason: `"${name}" (the logical name and ${DIGITS + 1} characters) is longer than ${limit}`,
              }
            : { inputs: { ...news, [property]: name } };
    }
    const given = text(news[property]) ?? "";
    return given.length > limit
        ? { property, reason: `"${given}" is longer than ${limit}` }
        : { inputs: news };
}

/**
 * A resource with a name of its own choosing must go before its replacement comes: two cannot have it.
 * https://www.pulumi.com/docs/iac/concepts/options/deletebeforereplace/
 */
export function mustGoFirst(type: string, olds: JsonObject, news: JsonObject): boolean {
    const property = NAMING[type]?.property;
    const name = property === undefined ? undefined : text(news[property]);
    return (
        name !== undefined && !isAutomatic(name) && property !== undefined && name === text(olds[property])
    );
}

function automatic(type: string, urn: string, serial: number): string {
    const stem = `${NAMING[type]?.prefix ?? ""}${urn.split("::").at(-1) ?? ""}-`;
    return `${stem}${hash(`${urn} name ${serial}`, DIGITS)}`;
}

/**
 * Whatever the resource is called since. The AWS provider keeps in `__defaults` which names it made, and takes them again;
 * no name that the program gives ends so.
 * https://github.com/pulumi/pulumi-terraform-bridge/blob/main/pkg/tfbridge/schema.go
 */
function isAutomatic(name: string): boolean {
    return /-[0-9a-f]{7}$/.test(name);
}
