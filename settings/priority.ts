/**
 * Which rule of the load balancer is asked first.
 *
 * A priority follows from the app's own host, path and name alone, so that adding or removing an app never touches
 * another app's rule, and two stacks that share a listener need not know of one another. Within a band it is a hash:
 * of 12 apps that have a host each, two collide in 0.5 % of all cases, of 40 in 5.4 %. `priority:` then settles it.
 */
import { createHash } from "node:crypto";

/** What decides a rule's priority. */
export interface Routed {
    /** The app's name. */
    readonly name: string;
    /** Full host name; undefined where the rule takes every host. */
    readonly host: string | undefined;
    /** Path prefix without a trailing slash; `/` for everything. */
    readonly path: string;
}

/** An app whose rule has its priority. */
export interface Ranked extends Routed {
    readonly priority: number;
}

interface Band {
    readonly first: number;
    readonly size: number;
}

/** The lowest and the highest priority of a rule. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-configuration.html */
export const PRIORITIES = { first: 1, last: 50_000 } as const;

/** Paths of three and more segments share a band. */
const DEEPEST = 3;

/**
 * Sizes of the bands by the depth of the path, deepest first: a path comes before the paths above it. Pull requests
 * come first, because their rules are added to a listener whose other rules must not hide them; hosts come before
 * rules that take every host, of which there are few: without a domain, one load balancer serves everything. Before them
 * all are the rules that lead tests to tasks that nobody else reaches yet.
 */
const SIZES = {
    pullRequest: [500, 500, 1_000, 3_000],
    host: [3_000, 4_000, 16_000, 14_000],
    anyHost: [500, 500, 1_000, 1_000],
} as const;

/** A rule for tests has the conditions of its app's own rule and one more, so it hides nothing but the app's own. */
const TESTS: Band = { first: PRIORITIES.first, size: 5_000 };

const KINDS = ["pullRequest", "host", "anyHost"] as const;

const BANDS: readonly Band[] = KINDS.flatMap((kind) => [...SIZES[kind]]).reduce<Band[]>((bands, size) => {
    const before = bands.at(-1);
    return [
        ...bands,
        { first: before === undefined ? TESTS.first + TESTS.size : before.first + before.size, size },
    ];
}, []);

/** The priority of an app's rule, unless the stack file says another. `stack` is the environment's name. */
export function priorityOf({ name, host, path, stack }: Routed & { readonly stack: string }): number {
    const kind = /^pr-\d+$/.test(stack) ? "pullRequest" : host === undefined ? "anyHost" : "host";
    const depth = Math.min(path.split("/").filter(Boolean).length, DEEPEST);
    const { first, size } = BANDS[KINDS.indexOf(kind) * (DEEPEST + 1) + DEEPEST - depth] ?? NO_BAND;
    return first + (hash(`${host ?? ""} ${path} ${name}`) % size);
}

/** The priority of the rule that leads an app's tests to its new tasks. */
export function testPriorityOf({ name, host, path, stack }: Routed & { readonly stack: string }): number {
    return TESTS.first + (hash(`${host ?? ""} ${path} ${name} ${stack}`) % TESTS.size);
}

/** Pairs of apps whose rules have the same priority, which AWS refuses. */
export function collisions<T extends Ranked>(apps: readonly T[]): readonly (readonly [T, T])[] {
    return pairs(apps).filter(([one, other]) => one.priority === other.priority);
}

/** Pairs of apps of which the first hides the second: it is asked earlier and takes all that the second would. */
export function shadows<T extends Ranked>(apps: readonly T[]): readonly (readonly [T, T])[] {
    return pairs(apps)
        .flatMap(([one, other]) => [[one, other] as const, [other, one] as const])
        .filter(([one, other]) => one.priority < other.priority && takesAllOf(one, other));
}

/** The next priority in the same band that nobody has; undefined where the band is full. */
export function freePriority(priority: number, taken: readonly number[]): number | undefined {
    const band = BANDS.find(({ first, size }) => priority >= first && priority < first + size) ?? NO_BAND;
    const used = new Set(taken);
    return Array.from(
        { length: band.size },
        (_, step) => band.first + ((priority - band.first + step) % band.size),
    ).find((candidate) => !used.has(candidate));
}

const NO_BAND: Band = { first: PRIORITIES.first, size: PRIORITIES.last };

/** Does every request for `other` also fit the rule of `one`? */
function takesAllOf(one: Routed, other: Routed): boolean {
    const host = one.host === undefined || one.host === other.host;
    const path = one.path === "/" || one.path === other.path || other.path.startsWith(`${one.path}/`);
    return host && path;
}

function pairs<T>(items: readonly T[]): readonly (readonly [T, T])[] {
    return items.flatMap((one, index) => items.slice(index + 1).map((other) => [one, other] as const));
}

function hash(text: string): number {
    return createHash("sha256").update(text).digest().readUIntBE(0, 6);
}
