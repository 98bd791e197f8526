/** The bootstrap template with and without its parts, and what its roles may. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expand, isTree, read, type Stack, type Value } from "./cloudformation";
import { decide, type Statement } from "./iam";

const FILE = path.join(__dirname, "../../bootstrap/template.yaml");
export const text = readFileSync(FILE, "utf8");
export const template = read(text);
export const withGitHub = expand(template, { Repository: "octo@1/wiki@2" });
export const bare = expand(template, { Pipelines: "no" });

export const IAM = "arn:aws:iam::123456789012";
export const BUCKET = "arn:aws:s3:::selfhost-state-123456789012-eu-west-1";
export const REGION = { "aws:RequestedRegion": "eu-west-1" };

export function properties(stack: Stack, id: string): Record<string, Value> {
    const resource = stack.resources[id];
    assert.ok(resource, `${id} is missing`);
    return resource.Properties;
}

export function statementsOf(document: Value | undefined): Statement[] {
    assert.ok(isTree(document));
    return document.Statement as unknown as Statement[];
}

/** Every statement that binds a role, inline or managed. */
export function statements(stack: Stack, role: string): Statement[] {
    const { ManagedPolicyArns: managed, Policies: inline } = properties(stack, role);
    const ids = ((managed ?? []) as string[]).map((reference) => reference.replace("ref:", ""));
    return [
        ...ids.flatMap((id) => statementsOf(properties(stack, id).PolicyDocument)),
        ...((inline ?? []) as Record<string, Value>[]).flatMap((policy) =>
            statementsOf(policy.PolicyDocument),
        ),
    ];
}

export function may(
    role: string,
    action: string,
    resource: string,
    context: Record<string, string> = {},
): string {
    return decide(statements(withGitHub, role), { action, resource, context: { ...REGION, ...context } });
}
