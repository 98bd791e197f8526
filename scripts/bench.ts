/**
 * How long a plan takes, beside a bare program that registers as many resources under the same recorder, and what each
 * reader of its graph adds: `npm run bench`, or `npm run bench -- prod` for the
 * latter alone. Every measurement is a process of its own; the median of several is shown.
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
import { type Plan, planFile, recordFile } from "../plan/plan";
import { record } from "../plan/record";
import { summary } from "../plan/summary";

interface Measured {
    /** Seconds of the whole process, the start of Node included. */
    readonly wall: number;
    /** Seconds of processor time: what else runs on the machine hardly changes it. */
    readonly cpu: number;
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

/** Part of every plan. */
const OF_EVERY_PLAN: Readonly<Record<string, (plan: Plan) => unknown>> = {
    cost: ({ graph, settings }) =>
        cost(graph, {
            prices: loadPrices(settings.region),
            traffic: TRAFFIC.normal,
            awake: staysConnected(graph, settings.apps),
        }),
    policy: ({ graph, settings }) => evaluate(graph, waiversOf(settings), contextOf(settings, today())),
};

/** What can be asked of a plan beside, in this order. */
const READERS: Readonly<Record<string, (plan: Plan) => unknown>> = {
    summary: (plan) => summary(plan),
    JSON: (plan) => JSON.stringify(json(plan)),
    "mermaid, markdown": (plan) => [mermaidOf(plan), markdownOf(plan)],
    picture: (plan) => written(plan, "svg"),
    report: (plan) => written(plan, "html"),
};

async function written(plan: Plan, kind: "svg" | "html"): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "selfhost-report-"));
    const path = join(folder, `plan.${kind}`);
    await writeFiles(plan, {
        svg: kind === "svg" ? path : undefined,
        html: kind === "html" ? path : undefined,
    });
    rmSync(folder, { recursive: true });
}

/** Milliseconds of each reader, the loading of its code included where it is loaded for it. */
async function shares(plan: Plan, readers: typeof READERS): Promise<Record<string, number>> {
    const took: Record<string, number> = {};
    for (const [name, read] of Object.entries(readers)) {
        const start = performance.now();
        await read(plan);
        took[name] = performance.now() - start;
    }
    return took;
}

/** So far, of this process. */
function usage(): Pick<Measured, "wall" | "cpu" | "memory"> {
    const { user, system } = process.cpuUsage();
    return {
        wall: performance.now() / 1000,
        cpu: (user + system) / 1e6,
        memory: process.resourceUsage().maxRSS / 1024,
    };
}

async function child(kind: string, argument: string): Promise<Measured> {
    switch (kind) {
        case "recorded": {
            const { graph } = await recordFile(argument);
            return { ...usage(), resources: graph.resources.length };
        }
        case "plan": {
            const { graph } = await planFile(argument);
            return { ...usage(), resources: graph.resources.length };
        }
        case "everything": {
            const plan = await planFile(argument);
            const readers = await shares(plan, READERS);
            const used = usage();
            // Asked for once more, to know how much of the plan they were.
            return {
                ...used,
                resources: plan.graph.resources.length,
                readers: { ...(await shares(plan, OF_EVERY_PLAN)), ...readers },
            };
        }
        default: {
            const resources = await bare(Number(argument));
            return { ...usage(), resources };
        }
    }
}

function measure(kind: string, argument: string): Measured {
    const runs = Array.from({ length: RUNS }, (): Measured => {
        const run = spawnSync(
            process.execPath,
            ["--require", "./scripts/typescript.cjs", __filename, kind, argument],
            { encoding: "utf8" },
        );
        if (run.status !== 0) {
            throw new Error(run.stderr);
        }
        return JSON.parse(run.stdout) as Measured;
    });
    const sorted = runs.sort((a, b) => a.cpu - b.cpu);
    const median = sorted[Math.floor(RUNS / 2)];
    if (median === undefined) {
        throw new Error("nothing was measured");
    }
    return median;
}

/** What everything that can be asked of prod adds to its graph: at most half as much again. */
function readersOfProd(): void {
    const file = "Pulumi.prod.yaml";
    const recorded = measure("recorded", file);
    const plan = measure("plan", file);
    const everything = measure("everything", file);
    const row = (what: string, { wall, cpu }: Measured): string =>
        `  ${what.padEnd(28)}${wall.toFixed(2).padStart(6)} s ${cpu.toFixed(2).padStart(6)} s ${(cpu / recorded.cpu).toFixed(2).padStart(6)}`;
    console.log("\nprod                            took  processor   ratio");
    console.log(row("the graph alone", recorded));
    console.log(row("a plan: cost and policy too", plan));
    console.log(row("everything", everything));
    for (const [name, took] of Object.entries(everything.readers ?? {})) {
        const share = ((took / 1000 / everything.wall) * 100).toFixed(1);
        console.log(`    ${name.padEnd(20)}${took.toFixed(0).padStart(6)} ms ${share.padStart(6)} %`);
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
if (kind === "prod") {
    readersOfProd();
} else if (kind !== undefined && argument !== undefined) {
    void child(kind, argument).then((measured) => {
        process.stdout.write(JSON.stringify(measured));
    });
} else {
    main();
}
