/** IAM's decision for one request, as far as our policies need it. */
export interface Statement {
    readonly Sid: string;
    readonly Effect: "Allow" | "Deny";
    readonly Action?: string | readonly string[];
    readonly NotAction?: string | readonly string[];
    /** Of a policy on a resource, where it may be left out: that resource. */
    readonly Resource?: string | readonly string[];
    readonly Principal?: unknown;
    readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface Request {
    readonly action: string;
    readonly resource: string;
    readonly context?: Readonly<Record<string, string>>;
}

export function listOf(value: string | readonly string[] | undefined): readonly string[] {
    return value === undefined ? [] : typeof value === "string" ? [value] : value;
}

/** `*` is any number of characters, in actions and ARNs alike; an action's case does not matter. */
export function matches(pattern: string, text: string): boolean {
    const quoted = pattern.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll("*", ".*");
    return new RegExp(`^${quoted}$`, "i").test(text);
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html */
export function decide(
    statements: readonly Statement[],
    request: Request,
): "allowed" | "denied" | "not granted" {
    const applying = statements.filter((statement) => applies(statement, request));
    if (applying.some((statement) => statement.Effect === "Deny")) {
        return "denied";
    }
    return applying.length > 0 ? "allowed" : "not granted";
}

function applies(statement: Statement, request: Request): boolean {
    const action = statement.NotAction
        ? !listOf(statement.NotAction).some((pattern) => matches(pattern, request.action))
        : listOf(statement.Action).some((pattern) => matches(pattern, request.action));
    return (
        action &&
        (statement.Resource === undefined ||
            listOf(statement.Resource).some((pattern) => matches(pattern, request.resource))) &&
        Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
            Object.entries(keys).every(([key, wanted]) =>
                holds(operator, listOf(wanted), request.context?.[key]),
            ),
        )
    );
}

function holds(operator: string, wanted: readonly string[], given: string | undefined): boolean {
    switch (operator) {
        case "StringEquals":
        case "Bool":
            return given !== undefined && wanted.includes(given);
        case "StringNotEquals":
            return given === undefined || !wanted.includes(given);
        // ArnEquals and ArnLike behave identically:
        // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
        case "ArnEquals":
        case "ArnLike":
        case "StringLike":
            return given !== undefined && wanted.some((pattern) => matches(pattern, given));
        case "Null":
            return wanted.includes(String(given === undefined));
        default:
            throw new Error(`teach the test what ${operator} means`);
    }
}
