/** `npm run plan -- <stack | file> [--tree | --json] [--against <ref | plan.json | stack>] [--traffic normal]` */
import { parseArgs } from "node:util";
import { SettingsError } from "../settings/problem";
import { readTraffic, TrafficError } from "./cost/traffic";
import { compare, readGates } from "./difference/command";
import { ComparisonError } from "./difference/problem";
import { differenceText } from "./difference/text";
import { json } from "./json";
import { type Plan, planFile, stackFilePath } from "./plan";
import { summary } from "./summary";
import { tree } from "./tree";

const USAGE = [
    "npm run plan -- <stack | file> [--tree | --json] [--traffic light | normal | heavy[,requests=2000000…]]",
    "                [--against <git ref | plan.json | stack | file> [--fail-on data-loss,policy,cost+20]]",
].join("\n");

/** Exit status: 0 fine, 1 a mandatory policy is violated or what `--fail-on` names has happened, 2 the stack file or the command is wrong. */
async function main(args: readonly string[]): Promise<number> {
    const { values, positionals } = parseArgs({
        args: [...args],
        allowPositionals: true,
        options: {
            tree: { type: "boolean" },
            json: { type: "boolean" },
            traffic: { type: "string", default: "normal" },
            against: { type: "string" },
            "fail-on": { type: "string" },
            help: { type: "boolean" },
        },
    });
    const [target] = positionals;
    if (values.help === true || target === undefined || positionals.length > 1) {
        process.stderr.write(`${USAGE}\n`);
        return values.help === true ? 0 : 2;
    }
    const gates = readGates(values["fail-on"], values.against);
    const traffic = readTraffic(values.traffic);
    const plan = await planFile(stackFilePath(target), traffic);
    const comparison =
        values.against === undefined
            ? undefined
            : await compare(plan, {
                  against: values.against,
                  target,
                  gates,
                  planOf: (file) => planFile(file, traffic),
                  // A commit before there was such an option has to be planned without it.
                  passedOn: values.traffic === "normal" ? [] : ["--traffic", values.traffic],
              });
    if (values.json === true) {
        const document = { ...json(plan), ...(comparison && { difference: comparison.difference }) };
        process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    } else if (values.tree === true) {
        process.stdout.write(tree(plan.graph));
    } else {
        process.stdout.write(
            comparison === undefined ? summary(plan) : differenceText(comparison.difference),
        );
    }
    return failed([...mandatory(plan), ...(comparison?.failures ?? [])]);
}

/** What is violated and must not be, where what was asked for does not show it. */
function mandatory({ policy }: Plan): readonly string[] {
    return policy.violations
        .filter(({ level }) => level === "mandatory")
        .map(({ policy: rule, message }) => `policy ${rule}: ${message}`);
}

function failed(failures: readonly string[]): number {
    process.stderr.write(failures.map((failure) => `${failure}\n`).join(""));
    return failures.length === 0 ? 0 : 1;
}

main(process.argv.slice(2)).then(
    (status) => {
        process.exitCode = status;
    },
    (error: unknown) => {
        const expected =
            error instanceof SettingsError ||
            error instanceof TrafficError ||
            error instanceof ComparisonError ||
            (error instanceof Error && error.stack?.includes("parseArgs"));
        process.stderr.write(
            `${error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error)}\n`,
        );
        process.exitCode = 2;
    },
);
