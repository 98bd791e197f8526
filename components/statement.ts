import type * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM policy that a component asks for, for whoever owns the role. */
export interface Statement {
    readonly Sid: string;
    readonly Effect: "Allow";
    readonly Action: readonly string[];
    /** `*` only for actions that support nothing else. */
    readonly Resource: "*" | readonly pulumi.Input<string>[];
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly pulumi.Input<string>[]>>>>;
}

/**
 * Path of every role of an environment: who deploys may make and pass roles below it and nowhere else
 * (bootstrap/template.yaml).
 */
export function rolePath(environment: string): string {
    return `/selfhost/${environment}/`;
}
