/** What roles may do, and whether that is what is asked for. */
import { allowing, type Statement } from "./document";
import { rawText, referencesIn } from "./json";
import { T } from "./types";
import type { Item, View } from "./view";

/** What a role may do: the statements of its own policies and of those in the stack that are attached to it. */
export function granted(view: View, role: Item | undefined): readonly Statement[] {
    if (role === undefined) {
        return [];
    }
    const own = view.users(role, T.rolePolicy).filter((policy) => policy.refersTo("role", role));
    const attached = view
        .users(role, T.rolePolicyAttachment, T.policyAttachment)
        .filter((attachment) => attachment.refs("role", T.role).includes(role) || !attachment.lacks("roles"))
        .flatMap((attachment) => attachment.refs("policyArn", T.policy));
    return [...own, ...attached]
        .flatMap((policy) => policy.statements("policy"))
        .filter(({ allows }) => allows);
}

/** Is an action allowed on a resource of the stack, or on what is in it? */
export function mayUse(statements: readonly Statement[], action: string, item: Item): boolean {
    return allowing(statements, action).some(({ resources }) =>
        resources.some((one) => one === "*" || one.includes(item.urn)),
    );
}

/** The action by which ECS reads what `valueFrom` names: a parameter, or else a secret. */
export function readingAction(view: View, value: string): string {
    const [reference] = referencesIn(value);
    const source = reference === undefined ? undefined : view.resolve(reference);
    const parameter = source?.type === T.parameter || /^arn:[^:]*:ssm:|^[^:$]+$/.test(value);
    return parameter ? "ssm:GetParameters" : "secretsmanager:GetSecretValue";
}

/** By its ARN, or by the beginning of its name, which every generation of it has: `…:secret:<prefix>*`. */
export function coversSecret(view: View, resource: string, value: string): boolean {
    const [reference] = referencesIn(value);
    const secret = reference === undefined ? undefined : view.resolve(reference);
    const prefix = rawText(secret?.resource.inputs, "namePrefix");
    return covers(resource, value) || (prefix !== "" && resource.endsWith(`:secret:${prefix}*`));
}

/** Is a value (`<arn>:password::`) the resource of a policy, or does it begin with it? */
export function covers(resource: string, value: string): boolean {
    const pattern = resource
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".");
    return new RegExp(`^${pattern}(?::.*)?$`).test(value);
}

/** A resource as people call it. */
export function shown(view: View, resource: string): string {
    const [reference] = referencesIn(resource);
    return (reference === undefined ? undefined : view.resolve(reference)?.name) ?? resource;
}
