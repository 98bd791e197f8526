/** Time that passes only when somebody sleeps, errors as the SDK names them, and calls that fail when told to. */

export class FakeClock {
    readonly slept: number[] = [];
    private time = Date.parse("2026-11-30T10:15:00Z");
    private plans: { at: number; what: () => void }[] = [];

    readonly now = (): number => this.time;

    readonly sleep = (milliseconds: number): Promise<void> => {
        this.slept.push(milliseconds);
        this.time += milliseconds;
        const due = this.plans.filter(({ at }) => at <= this.time);
        this.plans = this.plans.filter(({ at }) => at > this.time);
        for (const { what } of due) {
            what();
        }
        return Promise.resolve();
    };

    /** Something that happens by itself when so many seconds have passed. */
    in(seconds: number, what: () => void): void {
        this.plans.push({ at: this.time + seconds * 1000, what });
    }
}

export function awsError(name: string, message = name): Error {
    return Object.assign(new Error(message), { name });
}

/** What every handler reads of Lambda's context. */
export function context(
    clock: FakeClock,
    seconds = 900,
    functionName = "dev-job",
): { functionName: string; getRemainingTimeInMillis: () => number } {
    const end = clock.now() + seconds * 1000;
    return { functionName, getRemainingTimeInMillis: () => end - clock.now() };
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** Counts the calls of several clients together, and lets one of them fail, before or after it took effect. */
export class Trouble {
    calls = 0;
    readonly log: string[] = [];
    private failing: { call: number; when: "before" | "after" } | undefined;

    fail(call: number, when: "before" | "after"): void {
        this.calls = 0;
        this.failing = { call, when };
    }

    stop(): void {
        this.calls = 0;
        this.failing = undefined;
    }

    watch<Client extends object>(client: Client): Client {
        return new Proxy(client, {
            get: (target, key, receiver): unknown => {
                const found: unknown = Reflect.get(target, key, receiver);
                if (typeof found !== "function") {
                    return found;
                }
                return async (...args: unknown[]): Promise<unknown> => {
                    const call = ++this.calls;
                    this.log.push(String(key));
                    const failing = this.failing?.call === call ? this.failing.when : undefined;
                    if (failing === "before") {
                        throw new Error(`the connection broke before ${String(key)}`);
                    }
                    if (failing === "after") {
                        await (async () => (found as Method).apply(target, args))().catch(() => undefined);
                        throw new Error(`the connection broke after ${String(key)}`);
                    }
                    return (found as Method).apply(target, args);
                };
            },
        });
    }
}
