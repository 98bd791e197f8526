/**
 * What the provider cannot change in place. Each list is the properties that the provider's schema, at the source
 * named, marks `ForceNew` or `RequiresReplace`, in this program's spelling. What forces a replacement only sometimes is
 * left to `pulumi preview`, and so is a type that is missing.
 */

import { COMPUTE } from "./replacements/compute";
import { LOAD_BALANCER, NETWORK } from "./replacements/network";
import type { Rule } from "./replacements/rule";
import { DATABASES, FILES, IMAGES, SECRETS } from "./replacements/stateful";

export const REPLACEMENTS: Readonly<Record<string, Rule>> = {
    ...DATABASES,
    ...FILES,
    ...SECRETS,
    ...IMAGES,
    ...LOAD_BALANCER,
    ...NETWORK,
    ...COMPUTE,
};

/** What a resource's own options say, and whether the property was not there before, or no longer is. */
interface How {
    readonly replaceOnChanges?: readonly string[] | undefined;
    readonly added?: boolean;
    readonly removed?: boolean;
}

/** Whether a change at that path replaces a resource; undefined where only `pulumi preview` can tell. */
export function replaces(
    type: string,
    path: string,
    { replaceOnChanges = [], added = false, removed = false }: How = {},
): boolean | undefined {
    const plain = path.replaceAll(/\[[^\]]*\]/g, "");
    if (replaceOnChanges.some((property) => property === "*" || touches(plain, property))) {
        return true;
    }
    const rule = REPLACEMENTS[type];
    if (rule === undefined) {
        return undefined;
    }
    const { properties, sometimes = [], kept = [], comingAndGoing = [] } = rule;
    if (removed && kept.includes(path)) {
        return false;
    }
    if ((added || removed) && comingAndGoing.includes(path)) {
        return true;
    }
    const always =
        "allBut" in properties
            ? !properties.allBut.some((property) => within(plain, property))
            : properties.some((property) => touches(plain, property));
    return !always && sometimes.some((property) => touches(plain, property)) ? undefined : always;
}

/** One of the two is, or is in, the other. */
function touches(path: string, property: string): boolean {
    return within(path, property) || within(property, path);
}

function within(path: string, property: string): boolean {
    return path === property || path.startsWith(`${property}.`);
}
