/** Everything that went wrong in one run; the first of it is what the caller hears. */

/** Found by the recorder, as opposed to thrown by the program. */
export interface Problem {
    readonly kind: "unknown type" | "unknown value" | "engine";
    readonly message: string;
}

export class Failures {
    /** Kept as soon as something failed. */
    readonly first: Promise<void>;
    private readonly found: unknown[] = [];
    private announce: () => void = () => undefined;

    constructor() {
        this.first = new Promise((resolve) => {
            this.announce = resolve;
        });
    }

    /** A problem, or whatever the program threw. */
    add(failure: unknown): void {
        if (!this.found.includes(failure)) {
            this.found.push(failure);
            this.announce();
        }
    }

    /** Problems of one kind are told together: five missing types are one error, not five runs. */
    throwFirst(): void {
        if (this.found.length === 0) {
            return;
        }
        const [first] = this.found;
        if (!isProblem(first)) {
            throw asThrown(first);
        }
        const problems = this.found.filter(isProblem);
        // A type that the plan does not know leaves unknown values behind: those are no news.
        const kind = problems.some((problem) => problem.kind === "unknown type")
            ? "unknown type"
            : first.kind;
        const messages = problems
            .filter((problem) => problem.kind === kind)
            .map((problem) => problem.message);
        throw new Error([...new Set(messages)].join("\n"));
    }
}

function isProblem(failure: unknown): failure is Problem {
    return (
        typeof failure === "object" && failure !== null && "kind" in failure && !(failure instanceof Error)
    );
}

/** The SDK writes the path of properties that an error travelled along in front of its message. */
function asThrown(failure: unknown): Error {
    if (!(failure instanceof Error)) {
        return new Error(String(failure));
    }
    failure.message = failure.message.replace(/^(error serializing property "[^"]*": )+/, "");
    return failure;
}
