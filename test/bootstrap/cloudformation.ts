/** Just enough of CloudFormation to read our own template: its tags, its functions and its loops, resolved to plain values. */
import { isCollection, parse } from "yaml";

export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
type Tree = Record<string, Value>;

export interface Stack {
    readonly resources: Readonly<Record<string, { Type: string; Properties: Tree } & Tree>>;
    readonly outputs: Readonly<Record<string, string>>;
}

const KIND = { scalar: undefined, sequence: "seq", mapping: "map" } as const;

/** `!Sub x` is `{ "Fn::Sub": x }`; `!Ref` and `!Condition` go without the prefix. */
function tag(name: string, form: keyof typeof KIND) {
    const key = name === "Ref" || name === "Condition" ? name : `Fn::${name}`;
    const base = { tag: `!${name}`, resolve: (value: unknown) => ({ [key]: plain(value) }) };
    return form === "scalar" ? base : { ...base, collection: KIND[form] };
}

/** A sequence or mapping comes as the parser's own collection. */
function plain(value: unknown): unknown {
    return isCollection(value) ? (value.toJSON() as unknown) : value;
}

const TAGS = [
    ...["Ref", "Sub", "GetAtt", "Condition"].map((name) => tag(name, "scalar")),
    ...["If", "Not", "Equals", "And", "Or", "GetAtt"].map((name) => tag(name, "sequence")),
];

export function read(text: string): Tree {
    return parse(text, { customTags: TAGS }) as Tree;
}

export function isTree(value: Value | undefined): value is Tree {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

function tree(value: Value | undefined): Tree {
    if (!isTree(value)) {
        throw new Error(`not a mapping: ${JSON.stringify(value)}`);
    }
    return value;
}

function textOf(value: Value | undefined): string {
    if (typeof value !== "string") {
        throw new Error(`not a text: ${JSON.stringify(value)}`);
    }
    return value;
}

export const PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::StackId": "arn:aws:cloudformation:eu-west-1:123456789012:stack/selfhost-bootstrap/1",
};

/** The template as CloudFormation would create it with these parameters. */
export function expand(template: Tree, parameters: Record<string, string>): Stack {
    const resolver = new Resolver(template, parameters);
    const resources = resolver.section("Resources");
    const outputs = resolver.section("Outputs");
    return {
        resources: resources as unknown as Stack["resources"],
        outputs: Object.fromEntries(
            Object.entries(outputs).map(([name, output]) => [name, textOf(tree(output).Value)]),
        ),
    };
}

class Resolver {
    private readonly known: Record<string, Value>;

    constructor(
        private readonly template: Tree,
        given: Record<string, string>,
    ) {
        const parameters = Object.entries(tree(template.Parameters)).map(
            ([name, declared]): [string, Value] => {
                const value = given[name] ?? tree(declared).Default ?? "";
                return [
                    name,
                    tree(declared).Type === "CommaDelimitedList" ? textOf(value).split(",") : value,
                ];
            },
        );
        this.known = { ...PSEUDO, ...Object.fromEntries(parameters) };
    }

    section(name: string): Tree {
        const section = this.loops(tree(this.template[name]));
        const kept = Object.entries(section).filter(([, entry]) => this.wanted(tree(entry)));
        return Object.fromEntries(kept.map(([id, entry]) => [id, this.value(entry)]));
    }

    private wanted(entry: Tree): boolean {
        const condition = entry.Condition;
        return typeof condition !== "string" || this.condition(condition);
    }

    private condition(name: string): boolean {
        return this.value(tree(this.template.Conditions)[name] ?? false) === true;
    }

    private loops(section: Tree): Tree {
        const entries = Object.entries(section).flatMap(([id, entry]) => {
            if (!id.startsWith("Fn::ForEach::") || !Array.isArray(entry)) {
                return [[id, entry] as const];
            }
            const [identifier, collection, body] = entry;
            const items = this.value(collection ?? []) as string[];
            return items.flatMap((item) => Object.entries(substitute(tree(body), textOf(identifier), item)));
        });
        return Object.fromEntries(entries);
    }

    private value(value: Value): Value {
        if (Array.isArray(value)) {
            return value.map((item) => this.value(item));
        }
        if (!isTree(value)) {
            return value;
        }
        const [name = "", ...more] = Object.keys(value);
        const call = more.length === 0 ? this.call(name, value[name] ?? null) : undefined;
        return (
            call ?? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.value(item)]))
        );
    }

    /** undefined: not a function. */
    private call(name: string, argument: Value): Value | undefined {
        const list = Array.isArray(argument) ? argument : [];
        switch (name) {
            case "Ref":
                return this.known[textOf(argument)] ?? this.ref(textOf(argument));
            case "Condition":
                return this.condition(textOf(argument));
            case "Fn::Sub":
                return textOf(argument).replaceAll(/\$\{([^}]+)\}/g, (_, key: string) =>
                    key.includes(".") ? this.attribute(key) : textOf(this.known[key] ?? this.ref(key)),
                );
            case "Fn::GetAtt":
                return this.attribute(
                    list.length > 0
                        ? list.map((part) => textOf(this.value(part))).join(".")
                        : textOf(argument),
                );
            case "Fn::If":
                return this.value(list[this.condition(textOf(list[0])) ? 1 : 2] ?? null);
            case "Fn::Equals":
                return this.value(list[0] ?? null) === this.value(list[1] ?? null);
            case "Fn::Not":
                return this.value(list[0] ?? null) === false;
            case "Fn::And":
                return list.every((item) => this.value(item) === true);
            case "Fn::Or":
                return list.some((item) => this.value(item) === true);
            default:
                return undefined;
        }
    }

    private resource(id: string): Tree {
        return tree(this.loops(tree(this.template.Resources))[id]);
    }

    private ref(id: string): string {
        const { Type: type, Properties: properties } = this.resource(id);
        const name = tree(properties).BucketName;
        return type === "AWS::S3::Bucket" ? textOf(this.value(name ?? id)) : `ref:${id}`;
    }

    private attribute(path: string): string {
        const [id = "", name] = path.split(".");
        const type = textOf(this.resource(id).Type);
        if (name === "PolicyArn") {
            return `ref:${id}`;
        }
        if (name !== "Arn") {
            throw new Error(`teach the test what ${path} is`);
        }
        return type === "AWS::S3::Bucket" ? `arn:aws:s3:::${this.ref(id)}` : `arn:${id}`;
    }
}

/** CloudFormation replaces the identifier as text, and as what `!Ref` names. */
function substitute(value: Tree, identifier: string, item: string): Tree {
    const quoted = JSON.stringify(value)
        .replaceAll(`{"Ref":"${identifier}"}`, JSON.stringify(item))
        .replaceAll(`\${${identifier}}`, item);
    return JSON.parse(quoted) as Tree;
}
