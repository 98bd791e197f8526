/**
 * Alarms on metric math, evaluated on sample data: numbers, `FILL`, `IF`, `MAX` of a list, and the operators that the
 * program's expressions use.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
/** A value for each minute; undefined: nothing was measured in it. */
export type Series = readonly (number | undefined)[];

/** What `FILL` makes of a metric that has no value at all: AWS does not say whether it is filled too. */
export type OfNothing = "filled" | "nothing";

interface World {
    readonly metrics: Readonly<Record<string, Series>>;
    readonly minutes: number;
    readonly ofNothing: OfNothing;
}

type Value = number | Series | { readonly all: readonly Series[] };

const TOKEN = /\s*(>=|[A-Za-z_]\w*|\d+(?:\.\d+)?|[()[\],*/+>])/y;

/** The value of an expression in each minute. */
export function evaluate(expression: string, world: World): Series {
    const tokens = tokensOf(expression);
    const value = comparison(tokens, world);
    if (tokens.length > 0) {
        throw new Error(`${tokens.join(" ")} is left of ${expression}`);
    }
    return seriesOf(value, world);
}

function tokensOf(text: string): string[] {
    const tokens: string[] = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
        const [, token] = TOKEN.exec(text) ?? [];
        if (token === undefined) {
            throw new Error(`${text} is not understood`);
        }
        tokens.push(token);
    }
    return tokens;
}

function comparison(tokens: string[], world: World): Value {
    const left = sum(tokens, world);
    const [operator] = tokens;
    if (operator !== ">=" && operator !== ">") {
        return left;
    }
    tokens.shift();
    const right = sum(tokens, world);
    return combined(world, left, right, (a, b) => Number(operator === ">" ? a > b : a >= b));
}

function sum(tokens: string[], world: World): Value {
    let value = product(tokens, world);
    while (tokens[0] === "+") {
        tokens.shift();
        value = combined(world, value, product(tokens, world), (a, b) => a + b);
    }
    return value;
}

function product(tokens: string[], world: World): Value {
    let value = operand(tokens, world);
    while (tokens[0] === "*" || tokens[0] === "/") {
        const times = tokens.shift() === "*";
        // What is divided by nothing is not measured.
        const of = (a: number, b: number) => (times ? a * b : b === 0 ? undefined : a / b);
        value = combined(world, value, operand(tokens, world), of);
    }
    return value;
}

function operand(tokens: string[], world: World): Value {
    const token = tokens.shift() ?? "";
    if (token === "[") {
        return { all: list(tokens, "]", world).map((value) => seriesOf(value, world)) };
    }
    if (/^\d/.test(token)) {
        return Number(token);
    }
    if (tokens[0] === "(") {
        tokens.shift();
        return call(token, list(tokens, ")", world), world);
    }
    const series = world.metrics[token];
    if (series === undefined) {
        throw new Error(`no metric is called \`${token}\``);
    }
    return series;
}

function list(tokens: string[], end: string, world: World): Value[] {
    const values: Value[] = [];
    do {
        values.push(comparison(tokens, world));
    } while (tokens.shift() === "," && tokens[0] !== end);
    return values;
}

function call(name: string, values: readonly Value[], world: World): Value {
    const [first] = values;
    if (name === "MAX" && typeof first === "object" && "all" in first) {
        return Array.from({ length: world.minutes }, (_, minute) => {
            const known = first.all.flatMap((one) => one[minute] ?? []);
            return known.length === 0 ? undefined : Math.max(...known);
        });
    }
    const [a = [], b = [], c = []] = values.map((value) => seriesOf(value, world));
    switch (name) {
        case "FILL": {
            const empty = a.every((value) => value === undefined);
            return empty && world.ofNothing === "nothing" ? a : a.map((value, minute) => value ?? b[minute]);
        }
        case "IF":
            // Nothing is no condition that holds.
            return a.map((value, minute) => (value === 1 ? b[minute] : c[minute]));
        default:
            throw new Error(`\`${name}\` is not known here`);
    }
}

function combined(
    world: World,
    left: Value,
    right: Value,
    of: (a: number, b: number) => number | undefined,
): Series {
    const [a, b] = [seriesOf(left, world), seriesOf(right, world)];
    return a.map((value, minute) => {
        const other = b[minute];
        return value === undefined || other === undefined ? undefined : of(value, other);
    });
}

function seriesOf(value: Value, { minutes }: World): Series {
    if (typeof value === "number") {
        return Array.from({ length: minutes }, () => value);
    }
    if ("all" in value) {
        throw new Error("a list of series stands where one is wanted");
    }
    return value;
}
