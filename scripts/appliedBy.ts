/**
 * `npm run applied-by -- <stack> [hand | github | codepipeline]`: who applies an environment, as its stack file says.
 * Exit status: 0 it is the one who asks, 1 it is somebody else, 2 the stack file or the command is wrong.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { APPLIERS, type Applier } from "../settings/delivery";

const ROOT = path.join(__dirname, "..");

/** What a stack file says; the rest of it is checked by those who use it. */
function applierIn(text: string): Applier | undefined {
    const file: unknown = parse(text);
    const said = ["config", "selfhost:delivery", "appliedBy"].reduce<unknown>(
        (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
        file,
    );
    return said === undefined ? "hand" : APPLIERS.find((applier) => applier === said);
}

export function answer(
    args: readonly string[],
    read: (stack: string) => string | undefined,
): { status: number; text: string } {
    const [stack, asking, ...more] = args;
    const known = asking === undefined || APPLIERS.some((applier) => applier === asking);
    if (stack === undefined || !known || more.length > 0) {
        return { status: 2, text: `npm run applied-by -- <stack> [${APPLIERS.join(" | ")}]` };
    }
    const text = read(stack);
    if (text === undefined) {
        return { status: 2, text: `There is no Pulumi.${stack}.yaml.` };
    }
    const applier = applierIn(text);
    if (applier === undefined) {
        return { status: 2, text: `Pulumi.${stack}.yaml names nobody who could apply it.` };
    }
    if (asking === undefined || asking === applier) {
        return { status: 0, text: applier };
    }
    return {
        status: 1,
        text: `${stack} is applied by ${applier}, not by ${asking}: selfhost:delivery.appliedBy in Pulumi.${stack}.yaml says so.`,
    };
}

function fromDisk(stack: string): string | undefined {
    const file = path.join(ROOT, `Pulumi.${stack}.yaml`);
    return /^[\w-]+$/.test(stack) && existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

if (require.main === module) {
    const { status, text } = answer(process.argv.slice(2), fromDisk);
    (status === 0 ? process.stdout : process.stderr).write(`${text}\n`);
    process.exitCode = status;
}
