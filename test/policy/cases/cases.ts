/** Graphs in which a rule holds, and graphs in which it does not. */
import type { Resource } from "../../../plan/graph";

export interface Case {
    /** What is right → the resources. */
    readonly holds: Readonly<Record<string, readonly Resource[]>>;
    /** What is wrong → the resources, and everything that the rule says about them. */
    readonly fails: Readonly<Record<string, readonly [readonly Resource[], ...string[]]>>;
}

/** By the rule's name. */
export type Cases = Readonly<Record<string, Case>>;

/** An AWS account that the settings of every case name. */
export const NAMED_ACCOUNT = "222222222222";
