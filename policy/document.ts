/** Policy documents of IAM, of buckets, of keys: the same grammar, with every list written as one. */
import type { Json } from "../plan/graph";
import { isObject, list, text, texts } from "./json";

export interface Principal {
    /** `Service`, `AWS`, `Federated`, `CanonicalUser`, or `*`. */
    readonly kind: string;
    readonly name: string;
}

export interface Condition {
    /** `StringEquals`, in lower case. */
    readonly operator: string;
    /** `aws:SourceAccount`, in lower case: IAM does not mind. */
    readonly key: string;
    readonly values: readonly string[];
}

export interface Statement {
    /** Its Sid, or its place: `#2`. */
    readonly name: string;
    readonly allows: boolean;
    readonly actions: readonly string[];
    readonly notActions: readonly string[];
    readonly resources: readonly string[];
    readonly notResources: readonly string[];
    readonly principals: readonly Principal[];
    readonly conditions: readonly Condition[];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export function statementsOf(document: Json | undefined): readonly Statement[] {
    return list(document, "Statement").map((statement, index) => ({
        name: text(statement, "Sid") ?? `#${index + 1}`,
        allows: text(statement, "Effect") !== "Deny",
        actions: texts(statement, "Action"),
        notActions: texts(statement, "NotAction"),
        resources: texts(statementPart(statement, "Resource")),
        notResources: texts(statementPart(statement, "NotResource")),
        principals: principalsOf(statement),
        conditions: conditionsOf(statementPart(statement, "Condition")),
    }));
}

/** A reference that stands alone is a value here, and nothing that stops a rule: `Resource: "${….arn}"`. */
function statementPart(statement: Json, name: string): Json | undefined {
    const value = isObject(statement) ? statement[name] : undefined;
    return typeof value === "string" ? [value] : value;
}

/** Who is allowed when all but some are: everybody. */
function principalsOf(statement: Json): readonly Principal[] {
    const value = statementPart(statement, "Principal");
    if (statementPart(statement, "NotPrincipal") !== undefined && text(statement, "Effect") !== "Deny") {
        return [{ kind: "*", name: "*" }];
    }
    if (Array.isArray(value)) {
        return texts(value).map((name) => ({ kind: "*", name }));
    }
    return isObject(value)
        ? Object.entries(value).flatMap(([kind, names]) => asTexts(names).map((name) => ({ kind, name })))
        : [];
}

function conditionsOf(value: Json | undefined): readonly Condition[] {
    return isObject(value)
        ? Object.entries(value).flatMap(([operator, tests]) =>
              isObject(tests)
                  ? Object.entries(tests).map(([key, values]) => ({
                        operator: operator.toLowerCase(),
                        key: key.toLowerCase(),
                        values: asTexts(values),
                    }))
                  : [],
          )
        : [];
}

function asTexts(value: Json): readonly string[] {
    return (Array.isArray(value) ? (value as readonly Json[]) : [value]).map((item) =>
        typeof item === "string" ? item : JSON.stringify(item),
    );
}

/** Does a pattern of IAM, with `*` and `?`, match an action? */
export function matchesAction(pattern: string, action: string): boolean {
    const expression = pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replaceAll("*", ".*")
        .replaceAll("?", ".");
    return new RegExp(`^${expression}$`, "i").test(action);
}

/** Do the statements allow an action, on whatever resource? */
export function allowing(statements: readonly Statement[], action: string): readonly Statement[] {
    return statements.filter(
        ({ allows, actions }) => allows && actions.some((pattern) => matchesAction(pattern, action)),
    );
}

/** Does anybody at all fit the statement? */
export function isForEverybody({ principals }: Statement): boolean {
    return principals.some(({ name }) => name === "*");
}

/** Operators that something must be there for, and must be what is named. */
const STRICT = /^(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like))$/;

/** Does a condition ask for one of the keys (`kms:encryptioncontext:*`: all that begin so), and for somebody by name? */
export function isLimitedBy({ conditions }: Statement, keys: readonly string[]): boolean {
    return conditions.some(
        ({ operator, key, values }) =>
            STRICT.test(operator) &&
            keys.some((wanted) => matchesAction(wanted, key)) &&
            values.length > 0 &&
            values.every(namesSomebody),
    );
}

/** An account, an organization, or an ARN of one account, or of a bucket, which has none in its ARN. */
function namesSomebody(value: string): boolean {
    const plain = value.replace(/\$\{[^{}]*\}/g, "#");
    const [arn, , , , account = "*", ...rest] = plain.split(":");
    if (arn !== "arn") {
        return /^(?:o-[a-z0-9]+(?:\/|$)|[^*?]+$)/.test(plain);
    }
    return account === "" ? /^[^*?]/.test(rest.join(":")) : !/[*?]/.test(account);
}

/** A denial of everything that does not come over TLS. */
export function deniesPlainText({ allows, conditions, principals }: Statement): boolean {
    const everybody = principals.some(({ name }) => name === "*");
    return (
        !allows &&
        everybody &&
        conditions.some(
            ({ operator, key, values }) =>
                operator === "bool" && key === "aws:securetransport" && values.includes("false"),
        )
    );
}
