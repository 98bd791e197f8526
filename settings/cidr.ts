/** Address ranges: how a VPC is divided, and the arithmetic that the rules for stack files need. */

/** An IPv4 range: `first` and `last` are addresses as 32-bit numbers. */
export interface Range {
    readonly first: number;
    readonly last: number;
    readonly prefix: number;
}

/** The ranges of one zone's subnets, by tier. */
export interface ZoneCidrs {
    readonly letter: string;
    readonly public: string;
    readonly private: string;
    readonly data: string;
}

/** Zones that fit beside one another. */
const SLOTS = 4;

/** A VPC is divided into sixteen subnets. */
const SUBNET_BITS = 4;

const EVERYTHING: Range = { first: 0, last: 2 ** 32 - 1, prefix: 0 };
const TIERS = { public: 0, private: 1, data: 2 } as const;

/** Every address. */
export const ANYWHERE = { ipv4: "0.0.0.0/0", ipv6: "::/0" } as const;

/** Whether the text of a range is of IPv6; otherwise it is of IPv4. */
export function isIpv6(range: string): boolean {
    return range.includes(":");
}

/** The range of an address range's text; undefined where it is none, or where bits behind the prefix are set. */
export function parseCidr(text: string): Range | undefined {
    const range = enclosing(text);
    return range !== undefined && format(range) === text ? range : undefined;
}

/** The range that was meant, without the bits behind the prefix: `10.0.1.7/24` is `10.0.1.0/24`; undefined where it is none. */
export function canonical(text: string): string | undefined {
    const range = enclosing(text);
    return range === undefined ? undefined : format(range);
}

/** Do two ranges share an address? */
export function overlaps(one: Range, other: Range): boolean {
    return one.first <= other.last && other.first <= one.last;
}

/** Does `outer` hold every address of `inner`? */
export function contains(outer: Range, inner: Range): boolean {
    return outer.first <= inner.first && inner.last <= outer.last;
}

/**
 * The place of a zone in every tier, 0 to 3. It follows from the zone's letter alone, so that adding, removing or
 * reordering zones moves no other zone's subnets: a subnet that moves is replaced, with everything in it.
 */
export function slotOf(letter: string): number {
    return (letter.charCodeAt(0) - "a".charCodeAt(0)) % SLOTS;
}

/** Pairs of zones that cannot be used together, because they have the same place: `a` and `e`, `b` and `f`. */
export function sharedSlots(letters: readonly string[]): readonly (readonly [string, string])[] {
    return letters.flatMap((letter, index) =>
        letters
            .slice(index + 1)
            .filter((other) => slotOf(other) === slotOf(letter))
            .map((other) => [letter, other] as const),
    );
}

/**
 * Divides a VPC: a quarter for each tier (public, private, data) and one to spare, four subnets in each quarter.
 *
 * Total, so that settings can be decided before they are judged: what the rules for stack files refuse (a range that
 * is too small, zones that share a place) gives subnets that nobody registers.
 */
export function allocate(cidr: string, letters: readonly string[]): readonly ZoneCidrs[] {
    const vpc = enclosing(cidr) ?? EVERYTHING;
    return letters.map((letter) => ({
        letter,
        public: subnet(vpc, TIERS.public, slotOf(letter)),
        private: subnet(vpc, TIERS.private, slotOf(letter)),
        data: subnet(vpc, TIERS.data, slotOf(letter)),
    }));
}

/**
 * The `slot`th /64 of the /56 that AWS gives a VPC, undefined where it has none. Any other text comes back as it is: in
 * a plan that is the reference to a range which only AWS knows, and the subnet must be seen to have one.
 */
export function ipv6Subnet(block: string, slot: number): string | undefined {
    const groups = /^([0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,3})::\/56$/i.exec(block)?.[1]?.split(":");
    if (groups === undefined) {
        return block === "" ? undefined : block;
    }
    const [first = "0", second = "0", third = "0", fourth = "0"] = groups;
    const numbers = [first, second, third, fourth].map((group) => Number.parseInt(group, 16));
    const last = (numbers.pop() ?? 0) + slot;
    // AWS answers in the shortest form; any other would be a difference forever.
    const text = [...numbers, last].map((number) => number.toString(16)).join(":");
    return `${text.replace(/(:0)+$/, "")}::/64`;
}

function subnet(vpc: Range, quarter: number, slot: number): string {
    const prefix = vpc.prefix + SUBNET_BITS;
    const size = sizeOf(prefix);
    const first = vpc.first + (quarter * SLOTS + slot) * size;
    return format({ first, last: first + size - 1, prefix });
}

function enclosing(text: string): Range | undefined {
    const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
    if (match === null) {
        return undefined;
    }
    const [a = 256, b = 256, c = 256, d = 256, prefix = 33] = match.slice(1).map(Number);
    if ([a, b, c, d].some((octet) => octet > 255) || prefix > 32) {
        return undefined;
    }
    const address = ((a * 256 + b) * 256 + c) * 256 + d;
    const first = address - (address % sizeOf(prefix));
    return { first, last: first + sizeOf(prefix) - 1, prefix };
}

function format({ first, prefix }: Range): string {
    const octets = [24, 16, 8, 0].map((bits) => Math.floor(first / 2 ** bits) % 256);
    return `${octets.join(".")}/${prefix}`;
}

function sizeOf(prefix: number): number {
    return 2 ** (32 - prefix);
}
