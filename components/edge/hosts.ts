/** Which names the load balancer answers to, and what proves that they are ours. */
import type { AppSettings } from "../../settings/settings";
import { distinct } from "../../settings/order";

/** The hosts of the apps, each once, in an order that does not depend on the order of the apps. */
export function hostsOf(apps: readonly Pick<AppSettings, "route">[]): readonly string[] {
    return distinct(apps.flatMap(({ route }) => (route.host === undefined ? [] : [route.host])));
}

/**
 * The names that need a validation record: a wildcard is proved by the record of the name below it.
 * https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
 */
export function validationNames(domain: string, alternativeNames: readonly string[]): readonly string[] {
    return distinct([domain, ...alternativeNames].map(withoutWildcard));
}

export function withoutWildcard(name: string): string {
    return name.replace(/^\*\./, "");
}
