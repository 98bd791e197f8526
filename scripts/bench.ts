/**
 * How long a plan takes, beside a bare program that registers as many resources under the same recorder, and what each
 * reader of its graph adds: `npm run bench`. Every measurement is a process of its own; the median of several is shown.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import { evaluate } from "../policy/evaluate";
import { contextOf, today, waiversOf } from "../policy/standing";
import { staysConnected } from "../plan/cost/awake";
import { cost } from "../plan/cost/cost";
import { loadPrices } from "../plan/cost/prices";
import { TRAFFIC } from "../plan/cost/traffic";
import { markdownOf, mermaidOf, writeFiles } from "../plan/drawn";
import { json } from "../plan/json";
import { type Plan, planFile } from "../plan/plan";
import { record } from "../plan/record";
import { summary } from "../plan/summary";

interface Measured {
    /** Seconds of the whole process, the start of Node included. */
    readonly wall: number;
    /** MiB. */
    readonly memory: number;
    readonly resources: number;
    readonly readers?: Readonly<Record<string, number>>;
}

const RUNS = 5;
const APPS = [1, 2, 4, 8, 16];

/** A stack file with so many apps of their own. */
function stackFile(apps: number): string {
    const entries = Array.from(
        { length: apps },
        (_, i) => `    wiki${i + 1}: { preset: bookstack, admin: { email: a@example.com } }`,
    );
    return [
        "config:",
        "  aws:region: eu-west-1",
        "  selfhost:profile: dev",
        "  selfhost:domain: example.com",
        "  selfhost:apps:",
        ...entries,
        "",
    ].join("\n");
}

/** Registers `count` resources with nothing around them. */
async function bare(count: number): Promise<number> {
    const graph = await record(
        () => {
            const groups = Array.from(
                { length: count },
                (_, i) => new aws.cloudwatch.LogGroup(`group-${i}`, { retentionInDays: 7 }),
            );
            return Promise.resolve({ arns: groups.map((group) => group.arn) });
        },
        { project: "selfhost", stack: "bench", region: "eu-west-1" },
    );
    return graph.resources.length;
}

/** What can be asked of a plan, once for each; all but the last two are part of every plan. */
const READERS: Readonly<Record<string, (plan: Plan) => unknown>> = {
    cost: ({ graph, settings }) =>
        cost(graph, {
            prices: loadPrices(settings.region),
            traffic: TRAFFIC.normal,
            awake: staysConnected(graph, settings.apps),
        }),
    policy: ({ graph, settings }) => evaluate(graph, waiversOf(settings), contextOf(settings, today())),
    summary: (plan) => summary(plan),
    JSON: (plan) => JSON.stringify(json(plan)),
    "mermaid, markdown": (plan) => [mermaidOf(plan), markdownOf(plan)],
    "picture, report": (plan) => {
        const folder = mkdtempSync(join(tmpdir(), "selfhost-report-"));
        return writeFiles(plan, { svg: join(folder, "p.svg"), html: join(folder, "p.html") }).finally(() => {
            rmSync(folder, { recursive: true });
        });
    },
};

/** Milliseconds of each reader, the loading of its code included where it is loaded for it. */
async function shares(file: string): Promise<{ resources: number; readers: Record<string, number> }> {
    const plan = await planFile(file);
    const readers: Record<string, number> = {};
    for (const [name, read] of Object.entries(READERS)) {
        const start = performance.now();
        await read(plan);
        readers[name] = performance.now() - start;
    }
    return { resources: plan.graph.resources.length, readers };
}

async function child(kind: string, argument: string): Promise<void> {
    const done =
        kind === "plan"
            ? { resources: (await planFile(argument)).graph.resources.length }
            : kind === "everything"
              ? await shares(argument)
              : { resources: await bare(Number(argument)) };
    process.stdout.write(JSON.stringify({ ...done, memory: process.resourceUsage().maxRSS / 1024 }));
}

function measure(kind: string, argument: string): Measured {
    const runs = Array.from({ length: RUNS }, (): Measured => {
        const start = process.hrtime.bigint();
        const run = spawnSync(
            process.execPath,
            ["--require", "./scripts/typescript.cjs", __filename, kind, argument],
            { encoding: "utf8" },
        );
        if (run.status !== 0) {
            throw new Error(run.stderr);
        }
        const wall = Number(process.hrtime.bigint() - start) / 1e9;
        return { wall, ...(JSON.parse(run.stdout) as Omit<Measured, "wall">) };
    });
    const sorted = runs.sort((a, b) => a.wall - b.wall);
    const median = sorted[Math.floor(RUNS / 2)];
    if (median === undefined) {
        throw new Error("nothing was measured");
    }
    return median;
}

/** What everything that can be asked of prod adds to its plan. */
function readersOfProd(): void {
    const file = "Pulumi.prod.yaml";
    const plan = measure("plan", file);
    const everything = measure("everything", file);
    const ratio = (everything.wall / plan.wall).toFixed(2);
    console.log(
        `\nprod: a plan ${plan.wall.toFixed(2)} s, with every reader ${everything.wall.toFixed(2)} s, ratio ${ratio}`,
    );
    for (const [name, took] of Object.entries(everything.readers ?? {})) {
        const share = ((took / 1000 / everything.wall) * 100).toFixed(1);
        console.log(`  ${name.padEnd(20)}${took.toFixed(0).padStart(6)} ms ${share.padStart(6)} %`);
    }
}

function main(): void {
    const folder = mkdtempSync(join(tmpdir(), "selfhost-bench-"));
    try {
        console.log("apps  resources   plan s   bare s   ratio   plan MiB   bare MiB");
        for (const apps of APPS) {
            const path = join(folder, `Pulumi.bench${apps}.yaml`);
            writeFileSync(path, stackFile(apps));
            const plan = measure("plan", path);
            const same = measure("bare", String(plan.resources));
            const cells = [
                plan.wall.toFixed(2),
                same.wall.toFixed(2),
                (plan.wall / same.wall).toFixed(2),
                plan.memory.toFixed(0),
                same.memory.toFixed(0),
            ];
            console.log(
                [
                    String(apps).padStart(4),
                    String(plan.resources).padStart(10),
                    ...cells.map((cell) => cell.padStart(8)),
                ].join(" "),
            );
        }
    } finally {
        rmSync(folder, { recursive: true });
    }
    readersOfProd();
}

const [, , kind, argument] = process.argv;
if (kind !== undefined && argument !== undefined) {
    void child(kind, argument);
} else {
    main();
}
