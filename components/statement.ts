/** The parts of IAM policies: what a role may do, and who may take it. */
import * as pulumi from "@pulumi/pulumi";

const VERSION = "2012-10-17";

/** One statement of an IAM policy that a component asks for, for whoever owns the role. */
export interface Statement {
    readonly Sid: string;
    readonly Effect: "Allow";
    readonly Action: readonly string[];
    /** `*` only for actions that support nothing else. */
    readonly Resource: "*" | readonly pulumi.Input<string>[];
    readonly Condition?: Condition;
}

/** Operator → key of the request → the values that it may have. */
type Condition = Readonly<
    Record<string, Readonly<Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>>>
>;

/** What a role may do. IAM refuses two statements of one name. */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
    const names = statements.map(({ Sid }) => Sid);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) {
        throw new Error(`Two statements of one policy are called \`${twice}\`. Rename one of them.`);
    }
    return pulumi.jsonStringify({ Version: VERSION, Statement: statements });
}

/**
 * Who may take a role: an AWS service, and only on behalf of what the condition names, since the service works for
 * other accounts too. https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
 */
export function trustDocument(sid: string, service: string, condition: Condition): pulumi.Output<string> {
    return pulumi.jsonStringify({
        Version: VERSION,
        Statement: [
            {
                Sid: sid,
                Effect: "Allow",
                Principal: { Service: service },
                Action: "sts:AssumeRole",
                Condition: condition,
            },
        ],
    });
}

/**
 * Path of every role of an environment: who deploys may make and pass roles below it and nowhere else
 * (bootstrap/template.yaml).
 */
export function rolePath(environment: string): string {
    return `/selfhost/${environment}/`;
}
