import { inspect } from "node:util";

/** One thing that is wrong with a stack file, in the words of the person who has to mend it. */
export interface Problem {
    /** The key as it is written in the stack file: `selfhost:apps.bookstack.task.memory`. */
    readonly path: string;
    /** What stands there; undefined where the key is missing. Never the value of a secret. */
    readonly value: unknown;
    /** What is wrong, as the end of a sentence that starts with the path. */
    readonly reason: string;
    /** What to write or to run instead. */
    readonly fix: string;
}

/** A stack file that cannot be used: every problem in one message, thrown before anything is registered. */
export class SettingsError extends Error {
    constructor(
        readonly file: string,
        readonly problems: readonly Problem[],
    ) {
        super(format(file, problems));
        this.name = "SettingsError";
    }

    /**
     * What `pulumi` prints: the message, without the stack and without the problems a second time.
     * Some releases of Node take half a minute to colour that stack (https://github.com/nodejs/node/issues/64011).
     */
    [inspect.custom](): string {
        return this.message;
    }
}

/** A stack file that is not there. */
export class StackFileError extends Error {
    constructor(message: string) {
        super(message);
        this.name = "StackFileError";
    }
}

/** The message a person reads; problems in the order of the stack file's own keys. */
export function format(file: string, problems: readonly Problem[]): string {
    const count = problems.length === 1 ? "one problem" : `${problems.length} problems`;
    const lines = problems.flatMap(({ path, value, reason, fix }) => [
        "",
        `  ${path}${value === undefined ? "" : ` = ${show(value)}`}`,
        `    ${reason}`,
        `    → ${fix}`,
    ]);
    return [`${file} has ${count}. Nothing was registered.`, ...lines, ""].join("\n");
}

/** A value, never undefined, as it would stand in YAML, cut where it is long. */
export function show(value: unknown): string {
    const text = JSON.stringify(value);
    return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
