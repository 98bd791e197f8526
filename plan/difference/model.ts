/** What is compared, and what a difference says. */
import type { Json, ResourceOptions } from "../graph";

/** A registration as a graph or a plan's JSON has it; options that say nothing may be missing. */
export interface PlannedResource {
    readonly urn: string;
    readonly type: string;
    readonly name: string;
    readonly parent?: string | undefined;
    readonly inputs: Readonly<Record<string, Json>>;
    readonly dependencies: readonly string[];
    readonly options: Partial<ResourceOptions>;
}

/** Money a month, as the cost reader of a plan says it. */
export interface PlannedCost {
    readonly currency: string;
    readonly monthly: number;
    readonly idleMonthly: number;
    readonly lines: readonly { readonly urn: string; readonly monthly: number }[];
}

export interface PlannedViolation {
    readonly policy: string;
    readonly level: string;
    readonly urn: string;
    readonly message: string;
}

/** A plan, or what was kept of one: a graph is one too. Cost and policy only where the plan has them. */
export interface PlanDocument {
    readonly project: string;
    readonly stack: string;
    readonly region: string;
    readonly resources: readonly PlannedResource[];
    readonly cost?: PlannedCost | undefined;
    readonly policy?: { readonly violations: readonly PlannedViolation[] } | undefined;
}

export interface Entry {
    /** As the later plan writes it, where it has the resource. */
    readonly urn: string;
    readonly type: string;
    readonly name: string;
}

export interface PropertyChange {
    /** Short: `containerDefinitions[bookstack].environment.APP_LANG`. */
    readonly path: string;
    /** Absent where there was nothing, or where the contents of a file are what changes. */
    readonly before?: Json;
    readonly after?: Json;
    /** The provider cannot change it in place. */
    readonly replaces: boolean;
    /** URN of the replaced resource whose output this is: the text is the same, the value will not be. */
    readonly because?: string;
    /** A file or folder whose contents change. */
    readonly contents?: string;
    /** The same content in another order or spelling. */
    readonly rewritten?: true;
}

export interface Change extends Entry {
    readonly properties: readonly PropertyChange[];
    /** False where only `pulumi preview` can tell whether it is changed in place or replaced. */
    readonly decided: boolean;
}

/** The same resource at another place in the program, by an alias: nothing happens to it in AWS. */
export interface Move {
    readonly type: string;
    readonly from: string;
    readonly to: string;
    /** What is in it, and stays there: `the database`. */
    readonly holds?: string;
}

/** Resources that look the same under another name, without an alias: they are removed and made anew. */
export interface Rename {
    /** The word that changed: `bookstack` → `wiki`; a whole URN where only the parent did. */
    readonly from: string;
    readonly to: string;
    readonly resources: readonly Move[];
}

/** A safeguard of a resource that stays, set or lifted. */
export interface Guard extends Entry {
    readonly option: "protect" | "retainOnDelete";
    readonly set: boolean;
}

/** Data of a resource that is removed, replaced or left in another region. */
export interface DataLoss extends Entry {
    readonly how: "removed" | "replaced" | "left behind";
    /** What is in it: `the database`. */
    readonly holds: string;
    /**
     * `refused`: `pulumi up` or AWS stops at it as things are. `recoverable`: gone, but something is left to restore
     * from. `kept`: it stays in AWS and Pulumi forgets it.
     */
    readonly outcome: "lost" | "recoverable" | "refused" | "kept";
    /** What protects it, or what is left of it, in sentences without a full stop. */
    readonly said: readonly string[];
}

export interface CostDifference {
    readonly currency: string;
    readonly monthly: { readonly before: number; readonly after: number; readonly change: number };
    readonly idleMonthly: { readonly before: number; readonly after: number; readonly change: number };
    /** What makes the difference, the most first. */
    readonly resources: readonly {
        readonly urn: string;
        readonly before: number;
        readonly after: number;
    }[];
}

export interface PolicyDifference {
    readonly before: number;
    readonly after: number;
    readonly added: readonly PlannedViolation[];
    readonly resolved: readonly PlannedViolation[];
}

export interface Difference {
    readonly project: string;
    readonly before: { readonly stack: string; readonly region: string; readonly label: string };
    readonly after: { readonly stack: string; readonly region: string; readonly label: string };
    /** False between two environments, where nothing is replaced or lost: they only differ. */
    readonly sameStack: boolean;
    readonly added: readonly Entry[];
    readonly removed: readonly Entry[];
    readonly replaced: readonly Change[];
    readonly changed: readonly Change[];
    readonly moved: readonly Move[];
    /** A reading of `added` and `removed`, where they stay listed. */
    readonly renamed: readonly Rename[];
    readonly guards: readonly Guard[];
    readonly dataLoss: readonly DataLoss[];
    /** What the API will refuse or cannot do, known beforehand. */
    readonly warnings: readonly string[];
    /** Only where both plans have it. */
    readonly cost?: CostDifference;
    readonly policy?: PolicyDifference;
}
