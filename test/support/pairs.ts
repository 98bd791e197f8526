/** Few combinations in which every two values meet that can. */

export type Dimensions = Readonly<Record<string, readonly string[]>>;
export type Combination = Readonly<Record<string, string>>;

export interface Covered {
    readonly stacks: readonly Combination[];
    /** How many pairs meet. */
    readonly covered: number;
    /** Pair → why the two cannot meet. */
    readonly impossible: ReadonlyMap<string, string>;
}

/** What is wrong with a combination: nothing, where there is none. */
export interface Refusal {
    readonly count: number;
    readonly reason: string;
}

/** Where a walk ended. */
interface Walk {
    readonly combination: Combination;
    readonly refusal: Refusal;
}

/** Walks to a possible combination, and how long each may be, before two values are said not to go together. */
const WALKS = 4;
const STEPS = 50;

/** The same in every run: what is covered is a fact about the program. */
const SEED = 20261121;

export class Coverage {
    private result: Covered | undefined;
    private readonly known = new Map<string, Refusal>();
    private readonly random = generator(SEED);
    private possible: Dimensions;

    constructor(
        private readonly dimensions: Dimensions,
        private readonly refusal: (combination: Combination) => Refusal,
    ) {
        this.possible = dimensions;
    }

    find(): Covered {
        this.result ??= this.search();
        return this.result;
    }

    private search(): Covered {
        const stacks: Combination[] = [];
        const open = new Map(this.pairs().map((pair) => [pairName(pair), pair]));
        const total = open.size;
        const impossible = new Map<string, string>();
        const alone = this.impossibleAlone();
        for (const [name, pair] of open) {
            const why = Object.entries(pair).flatMap(([key, value]) => alone.get(`${key} ${value}`) ?? []);
            if (why[0] !== undefined) {
                impossible.set(name, why[0]);
                open.delete(name);
            }
        }
        for (const [name, pair] of open) {
            if (!open.has(name)) {
                continue;
            }
            const { combination, reason } = this.meeting(pair, open);
            if (combination === undefined) {
                impossible.set(name, reason);
                open.delete(name);
                continue;
            }
            stacks.push(combination);
            for (const met of pairsIn(combination)) {
                open.delete(met);
            }
        }
        return { stacks, covered: total - impossible.size, impossible };
    }

    /** Values that go with nothing, which nothing is tried with any more. */
    private impossibleAlone(): ReadonlyMap<string, string> {
        const found = new Map<string, string>();
        for (const [key, values] of Object.entries(this.dimensions)) {
            for (const value of values) {
                const { combination, reason } = this.meeting({ [key]: value }, new Map());
                if (combination === undefined) {
                    found.set(`${key} ${value}`, reason);
                }
            }
        }
        this.possible = Object.fromEntries(
            Object.entries(this.dimensions).map(([key, values]) => [
                key,
                values.filter((value) => !found.has(`${key} ${value}`)),
            ]),
        );
        return found;
    }

    /** Of the possible combinations with that pair, one that has many other pairs that nobody has met yet. */
    private meeting(
        pair: Combination,
        open: ReadonlyMap<string, Combination>,
    ): { readonly combination: Combination | undefined; readonly reason: string } {
        const walks: Walk[] = [];
        for (let i = 0; i < WALKS && walks.filter(({ refusal }) => refusal.count === 0).length < 2; i++) {
            walks.push(this.walk(pair, this.completed(pair, open)));
        }
        const fresh = (combination: Combination): number =>
            pairsIn(combination).filter((name) => open.has(name)).length;
        const [best] = walks.sort(
            (a, b) => a.refusal.count - b.refusal.count || fresh(b.combination) - fresh(a.combination),
        );
        return best?.refusal.count === 0
            ? { combination: best.combination, reason: "" }
            : { combination: undefined, reason: best?.refusal.reason ?? "" };
    }

    /** Changes one value after the other, never those of the pair, as long as there is anything wrong. */
    private walk(pair: Combination, start: Combination): Walk {
        const free = Object.entries(this.possible).filter(([key]) => !(key in pair));
        let at = { combination: start, refusal: this.refusalOf(start) };
        for (let step = 0; step < STEPS && at.refusal.count > 0; step++) {
            const [key, values] = this.one(free);
            const combination = { ...at.combination, [key]: this.one(values) };
            const refusal = this.refusalOf(combination);
            if (refusal.count <= at.refusal.count) {
                at = { combination, refusal };
            }
        }
        return at;
    }

    private one<Item>(items: readonly Item[]): Item {
        const item = items[Math.floor(this.random() * items.length)];
        if (item === undefined) {
            throw new Error("a dimension without values");
        }
        return item;
    }

    /** The rest by chance, half of it from another pair that nobody has met. */
    private completed(pair: Combination, open: ReadonlyMap<string, Combination>): Combination {
        const other = open.size === 0 ? {} : this.one([...open.values()]);
        const some = Object.fromEntries(
            Object.entries(this.possible).map(([key, values]) => [key, this.one(values)]),
        );
        return this.random() < 0.5 ? { ...some, ...other, ...pair } : { ...some, ...pair };
    }

    private refusalOf(combination: Combination): Refusal {
        const name = JSON.stringify(Object.entries(combination).sort());
        const refusal = this.known.get(name) ?? this.refusal(combination);
        this.known.set(name, refusal);
        return refusal;
    }

    private pairs(): readonly Combination[] {
        const keys = Object.keys(this.dimensions).sort();
        return keys.flatMap((one, i) =>
            keys
                .slice(i + 1)
                .flatMap((other) =>
                    (this.dimensions[one] ?? []).flatMap((a) =>
                        (this.dimensions[other] ?? []).map((b) => ({ [one]: a, [other]: b })),
                    ),
                ),
        );
    }
}

function pairsIn(combination: Combination): readonly string[] {
    const entries = Object.entries(combination).sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.flatMap(([one, a], i) =>
        entries.slice(i + 1).map(([other, b]) => pairName({ [one]: a, [other]: b })),
    );
}

function pairName(pair: Combination): string {
    return Object.entries(pair)
        .map(([key, value]) => `${key} ${value}`)
        .join(", ");
}

/** Mulberry32: small, and good enough that two draws in a row have nothing to do with one another. */
function generator(seed: number): () => number {
    let state = seed;
    return () => {
        state = (state + 0x6d2b79f5) | 0;
        let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
        mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    };
}
