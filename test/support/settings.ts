/** Stack files in tests: a text in, settings or problems out. */
import { settle, type Mode, type Settled } from "../../settings/load";
import type { Problem } from "../../settings/problem";
import type { Settings } from "../../settings/settings";
import { parseStackFile, together } from "../../settings/stackFile";

export interface Given {
    readonly stack?: string;
    readonly mode?: Mode;
    /** Values of config secrets, in the clear. */
    readonly secrets?: Readonly<Record<string, string>>;
}

/** Settles a stack file's text, with what its YAML alone tells. */
export function settleText(
    text: string,
    { stack = "dev", mode = "plan", secrets = {} }: Given = {},
): Settled {
    const file = parseStackFile(text, `Pulumi.${stack}.yaml`, "selfhost");
    const settled = settle(file.entries, mode, (key) => {
        const value = secrets[key];
        if (value === undefined) {
            throw new Error(`the test gives no value for the secret ${key}`);
        }
        return value;
    });
    return { settings: settled.settings, problems: together(file.problems, settled.problems) };
}

/** The settings of a stack file that must be right. */
export function settingsOf(text: string, given: Given = {}): Settings {
    const { settings, problems } = settleText(text, given);
    if (settings === undefined || problems.length > 0) {
        throw new Error(`unexpected problems: ${JSON.stringify(problems, null, 2)}`);
    }
    return settings;
}

/** The problems of a stack file, in its own order. */
export function problemsOf(text: string, given: Given = {}): readonly Problem[] {
    return settleText(text, given).problems;
}
