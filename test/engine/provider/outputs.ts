/** What a resource or a look-up answers: the outputs of the plan's own table, with values that look like AWS's. */
import type { Json } from "../../../plan/graph";
import { LOOK_UPS, OUTPUTS, references, type Outputs } from "../../../plan/types";
import type { JsonObject } from "../../../plan/record/values";
import { canonical, hash, open, text } from "./json";

export interface Account {
    readonly id: string;
    readonly region: string;
}

/** Types that only the engine sees: the children of `awsx` components. */
const CHILDREN: Readonly<Record<string, Outputs>> = {
    "docker-build:index:Image": ["contextHash", "digest", "ref"],
};

const PARAMETER = "aws:ssm/parameter:Parameter";

export function knowsType(type: string): boolean {
    return type in OUTPUTS || type in CHILDREN;
}

/** Names or shape of the computed outputs, with `answer` in the place of each value. */
export function computedOutputs(
    type: string,
    inputs: JsonObject,
    answer: (property: string) => Json,
): JsonObject {
    const table = OUTPUTS[type] ?? CHILDREN[type];
    if (table === undefined) {
        throw new Error(`the stand-in does not know the resource type ${type}: add it to plan/types.ts`);
    }
    // The table asks for texts; a value may be a number as well.
    const ask = answer as (property: string) => string;
    const computed = typeof table === "function" ? table(inputs, ask) : references(table, ask);
    return Object.fromEntries(
        Object.entries(computed).filter(([property]) => inputs[property] === undefined),
    );
}

/** The outputs that AWS would compute for a resource; `serial` tells it from those that its URN stood for before. */
export function resourceOutputs(
    urn: string,
    serial: number,
    inputs: JsonObject,
    account: Account,
): { id: string; computed: JsonObject } {
    const type = typeOf(urn);
    const plainInputs = open(inputs) as JsonObject;
    const mark = hash(`${urn} ${serial}`, 8);
    const kind = kindOf(type);
    const computed = computedOutputs(type, plainInputs, (property) => valueOf(type, property, mark, account));
    // Of a parameter, AWS's provider makes the name the id, and by that somebody looks it up.
    const id = type === PARAMETER ? (text(plainInputs.name) ?? mark) : `${kind}-${mark}`;
    return { id, computed: { ...computed, ...special(type, plainInputs, mark, account) } };
}

/** Throws where the stand-in knows no such look-up; `told` hears of each value by its place in the answer. */
export function lookUp(
    token: string,
    args: JsonObject,
    account: Account,
    told: (property: string, value: Json) => void = () => undefined,
): JsonObject {
    const answer = LOOK_UPS[token];
    if (answer === undefined) {
        throw new Error(`the stand-in does not know the look-up ${token}: add it to plan/types.ts`);
    }
    const mark = hash(`${token} ${canonical(args)}`, 8);
    const ask = (property: string): Json => {
        const value = valueOf(token, property, mark, account);
        told(property, value);
        return value;
    };
    return answer(args, ask as (property: string) => string, { region: account.region, account: account.id });
}

export function typeOf(urn: string): string {
    return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** `aws:lb/targetGroup:TargetGroup` → `targetGroup`. */
function kindOf(type: string): string {
    return /[:/]([A-Za-z]+):/.exec(type)?.[1] ?? type;
}

const NUMBERS: Readonly<Record<string, number>> = { port: 3306, revision: 1, version: 1 };

function valueOf(type: string, property: string, mark: string, { id, region }: Account): Json {
    if (/arns?(uffix)?$/i.test(property) || property === "arnWithoutRevision") {
        const service = type.split(/[:/]/)[1] ?? type;
        return `arn:aws:${service}:${region}:${id}:${kindOf(type)}/${property}-${mark}`;
    }
    if (property.endsWith(".digest")) {
        return `sha256:${hash(mark, 64)}`;
    }
    return NUMBERS[property] ?? `${property.replace(/[^A-Za-z0-9]+/g, "-")}-${mark}`;
}

/** Values whose form somebody looks at. */
function special(type: string, inputs: JsonObject, mark: string, { id, region }: Account): JsonObject {
    const length = typeof inputs.length === "number" ? inputs.length : 16;
    switch (type) {
        case "aws:ec2/vpc:Vpc":
            return { ipv6CidrBlock: `2a05:d018:1${mark.slice(0, 3)}:1${mark.slice(3, 4)}00::/56` };
        case "aws:secretsmanager/secret:Secret": {
            const name = text(inputs.name) ?? `${text(inputs.namePrefix) ?? ""}${mark}`;
            return { arn: `arn:aws:secretsmanager:${region}:${id}:secret:${name}-${mark.slice(0, 6)}`, name };
        }
        case "aws:secretsmanager/secretVersion:SecretVersion": {
            const digits = hash(`${mark} version`, 32);
            return { versionId: digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-") };
        }
        case "docker-build:index:Image": {
            const digest = `sha256:${hash(canonical(inputs), 64)}`;
            const [tag] = inputs.tags as readonly string[];
            return { digest, ref: `${tag ?? ""}@${digest}` };
        }
        case "random:index/randomPassword:RandomPassword":
            return { result: hash(`${mark} password`, 64).repeat(4).slice(0, length) };
        case "random:index/randomBytes:RandomBytes": {
            const bytes = Buffer.from(hash(`${mark} bytes`, 64).repeat(4).slice(0, length));
            return { base64: bytes.toString("base64"), hex: bytes.toString("hex") };
        }
        default:
            return {};
    }
}
