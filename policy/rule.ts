/** What a rule is: a pure function of the graph, and what a person needs to know about it. */
import type { Finding } from "./finding";
import type { View } from "./view";

/** A mandatory rule stops; an advisory one is said. */
export type Level = "mandatory" | "advisory";

/**
 * For which kind of reason somebody may do without the rule: `never` for none (prod refuses such a waiver), `cost` where
 * it costs money that only some environments are worth, `operations` where an environment must be easy to throw away,
 * `application` where an application cannot do otherwise.
 */
export type Waivable = "never" | "cost" | "operations" | "application";

export interface Rule {
    /** `load-balancer-drops-invalid-headers` */
    readonly name: string;
    /** Ids of the AWS Foundational Security Best Practices standard, or of another public one: `ELB.4`. */
    readonly control: readonly string[];
    readonly level: Level;
    readonly waivable: Waivable;
    /** One sentence: what is so where the rule holds. */
    readonly description: string;
    /** One sentence: what to do. */
    readonly remediation: string;
    /** Where AWS says so. */
    readonly url: string;
    /** True, or why a preview of something new cannot tell; a plan always can. */
    readonly decidableInPreview: true | string;
    check(view: View): readonly Finding[];
}

/** ECS takes all containers as one text: with one unknown part, all of it is. */
export const CONTAINERS_LATER =
    "the containers are one JSON text, of which a preview knows nothing as long as one part of it is new";

/** A policy that names something new is unknown until that is there. */
export const POLICIES_LATER =
    "a policy is one JSON text, of which a preview knows nothing as long as it names something new";

/** The page of a control in AWS's manual: `ECS.2`. */
export function controlPage(id: string): string {
    const [service = "", number = ""] = id.toLowerCase().split(".");
    return `https://docs.aws.amazon.com/securityhub/latest/userguide/${service}-controls.html#${service}-${number}`;
}
