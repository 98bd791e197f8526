/** `npm run plan -- <stack | file> …`: what the command line asks for, printed or written. */
import { parseArgs } from "node:util";
import { SettingsError, StackFileError } from "../settings/problem";
import { readTraffic, type Traffic, TrafficError } from "./cost/traffic";
import { type Comparison, compare, readGates } from "./difference/command";
import { ComparisonError } from "./difference/problem";
import { differenceJson } from "./difference/json";
import { differenceText } from "./difference/text";
import { markdownOf, mermaidOf, writeFiles } from "./drawn";
import { json } from "./json";
import { type Plan, planFile, stackFilePath } from "./plan";
import { summary } from "./summary";
import { screenOf } from "./terminal";
import { tree } from "./tree";

const USAGE = [
    "npm run plan -- <stack | file> [--tree | --json | --mermaid | --markdown] [--svg FILE] [--html FILE]",
    "                [--traffic light | normal | heavy[,requests=2000000…]]",
    "                [--against <git ref | plan.json | stack | file> [--fail-on data-loss,policy,cost+20]]",
].join("\n");

/** What can be printed instead of the summary; one of them. */
const FORMS = ["tree", "json", "mermaid", "markdown"] as const;

const OPTIONS = {
    tree: { type: "boolean" },
    json: { type: "boolean" },
    mermaid: { type: "boolean" },
    markdown: { type: "boolean" },
    svg: { type: "string" },
    html: { type: "string" },
    traffic: { type: "string", default: "normal" },
    against: { type: "string" },
    "fail-on": { type: "string" },
    help: { type: "boolean" },
} as const;

type Asked = ReturnType<typeof parse>["values"];

function parse(args: readonly string[]) {
    return parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
}

/**
 * Exit status: 0 fine, 1 a mandatory policy is violated or what `--fail-on` names has happened, 2 the stack file or the
 * command is wrong.
 */
async function main(args: readonly string[]): Promise<number> {
    const { values, positionals } = parse(args);
    const [target] = positionals;
    const several = FORMS.filter((form) => values[form] === true).length > 1;
    if (values.help === true || target === undefined || positionals.length > 1 || several) {
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
                  passedOn: passedOn(values.traffic, traffic),
              });
    const written = await writeFiles(plan, { svg: values.svg, html: values.html });
    process.stdout.write(printed(values, plan, comparison));
    process.stderr.write(written.map((path) => `wrote ${path}\n`).join(""));
    const violated = mandatory(plan);
    const isShown = comparison === undefined && FORMS.every((form) => values[form] !== true);
    const failures = [...(isShown ? [] : violated), ...(comparison?.failures ?? [])];
    process.stderr.write(failures.map((failure) => `${failure}\n`).join(""));
    return violated.length + failures.length === 0 ? 0 : 1;
}

/** A commit before there was such an option has to be planned without it. */
function passedOn(words: string, { name }: Traffic): readonly string[] {
    return name === "normal" && words === "normal" ? [] : ["--traffic", words];
}

function printed(asked: Asked, plan: Plan, comparison: Comparison | undefined): string {
    const difference = comparison?.difference;
    if (asked.json === true) {
        return `${JSON.stringify({ ...json(plan), ...(difference && { difference: differenceJson(difference) }) }, null, 2)}\n`;
    }
    if (asked.tree === true) {
        return tree(plan.graph);
    }
    if (asked.mermaid === true) {
        return mermaidOf(plan);
    }
    if (asked.markdown === true) {
        return markdownOf(plan, difference);
    }
    const screen = screenOf(process.stdout, process.env);
    return difference === undefined ? summary(plan, screen) : differenceText(difference, screen);
}

/** What is violated and must not be: the summary shows it, what else was asked for does not. */
function mandatory({ policy }: Plan): readonly string[] {
    return policy.violations
        .filter(({ level }) => level === "mandatory")
        .map(({ policy: rule, message }) => `policy ${rule}: ${message}`);
}

/** What a person can mend is said without the program's own lines. */
function said(error: unknown): string {
    if (!(error instanceof Error)) {
        return String(error);
    }
    const expected =
        error instanceof SettingsError ||
        error instanceof StackFileError ||
        error instanceof TrafficError ||
        error instanceof ComparisonError ||
        (error.stack?.includes("parseArgs") ?? false);
    return expected ? error.message : (error.stack ?? error.message);
}

main(process.argv.slice(2)).then(
    (status) => {
        process.exitCode = status;
    },
    (error: unknown) => {
        process.stderr.write(`${said(error)}\n`);
        process.exitCode = 2;
    },
);
