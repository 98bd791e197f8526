/** `npm run plan -- <stack | file> [--tree | --json] [--traffic normal]` */
import { parseArgs } from "node:util";
import { SettingsError } from "../settings/problem";
import { readTraffic, TrafficError } from "./cost/traffic";
import { json } from "./json";
import { planFile, stackFilePath } from "./plan";
import { summary } from "./summary";
import { tree } from "./tree";

const USAGE =
    "npm run plan -- <stack | file> [--tree | --json] [--traffic light | normal | heavy[,requests=2000000…]]";

/** Exit status: 0 fine, 2 the stack file or the command is wrong. */
async function main(args: readonly string[]): Promise<number> {
    const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
            tree: { type: "boolean" },
            json: { type: "boolean" },
            traffic: { type: "string", default: "normal" },
            help: { type: "boolean" },
        },
    });
    const [target] = positionals;
    if (values.help === true || target === undefined || positionals.length > 1) {
        process.stderr.write(`${USAGE}\n`);
        return values.help === true ? 0 : 2;
    }
    const plan = await planFile(stackFilePath(target), readTraffic(values.traffic));
    process.stdout.write(
        values.json === true
            ? `${JSON.stringify(json(plan), null, 2)}\n`
            : values.tree === true
              ? tree(plan.graph)
              : summary(plan),
    );
    return 0;
}

main(process.argv.slice(2)).then(
    (status) => {
        process.exitCode = status;
    },
    (error: unknown) => {
        const expected =
            error instanceof SettingsError ||
            error instanceof TrafficError ||
            (error instanceof Error && error.stack?.includes("parseArgs"));
        process.stderr.write(
            `${error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error)}\n`,
        );
        process.exitCode = 2;
    },
);
