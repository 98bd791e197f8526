/**
 * The plan's graph: what the program registered, in the words of the engine's protocol.
 * Every reader (report, policy, cost, tests) is a pure function of it.
 */

/** A JSON value; a reference to another resource's output reads `${urn.property}`, a secret reads `[secret]`. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** The resource options that the engine would receive, after what it lets children inherit. */
export interface ResourceOptions {
    readonly protect: boolean;
    readonly retainOnDelete: boolean;
    readonly deleteBeforeReplace: boolean;
    readonly ignoreChanges: readonly string[];
    readonly replaceOnChanges: readonly string[];
    readonly additionalSecretOutputs: readonly string[];
    readonly aliases: readonly Json[];
    readonly deletedWith: string | undefined;
    readonly provider: string | undefined;
    readonly customTimeouts:
        { readonly create?: string; readonly update?: string; readonly delete?: string } | undefined;
}

/** Of a resource about whose options nothing is said. */
export const NO_OPTIONS: ResourceOptions = {
    protect: false,
    retainOnDelete: false,
    deleteBeforeReplace: false,
    ignoreChanges: [],
    replaceOnChanges: [],
    additionalSecretOutputs: [],
    aliases: [],
    deletedWith: undefined,
    provider: undefined,
    customTimeouts: undefined,
};

export interface Resource {
    readonly urn: string;
    /** For example `aws:ec2/vpc:Vpc`. */
    readonly type: string;
    readonly name: string;
    /** Absent for the stack itself. */
    readonly parent: string | undefined;
    /** False for components, whose only job is to group. */
    readonly custom: boolean;
    /** True for components of another package, whose children only the engine knows. */
    readonly remote: boolean;
    readonly inputs: Readonly<Record<string, Json>>;
    readonly dependencies: readonly string[];
    readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
    readonly options: ResourceOptions;
}

/** A look-up of something that exists already. */
export interface Invoke {
    readonly token: string;
    readonly args: Readonly<Record<string, Json>>;
}

export interface Graph {
    readonly project: string;
    readonly stack: string;
    readonly region: string;
    /** The stack first, every parent before its children, siblings by URN: the same in every run. */
    readonly resources: readonly Resource[];
    readonly invokes: readonly Invoke[];
    readonly outputs: Readonly<Record<string, Json>>;
}
