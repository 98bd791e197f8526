/**
 * How long a plan takes, beside a bare program that registers as many resources under the same recorder:
 * `npm run bench`. Every measurement is a process of its own; the median of several is shown.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as aws from "@pulumi/aws";
import { planFile } from "../plan/plan";
import { record } from "../plan/record";

interface Measured {
    /** Seconds of the whole process, the start of Node included. */
    readonly wall: number;
    /** MiB. */
    readonly memory: number;
    readonly resources: number;
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

async function child(kind: string, argument: string): Promise<void> {
    const resources =
        kind === "plan" ? (await planFile(argument)).graph.resources.length : await bare(Number(argument));
    process.stdout.write(JSON.stringify({ resources, memory: process.resourceUsage().maxRSS / 1024 }));
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
        return { wall, ...(JSON.parse(run.stdout) as { resources: number; memory: number }) };
    });
    const sorted = runs.sort((a, b) => a.wall - b.wall);
    const median = sorted[Math.floor(RUNS / 2)];
    if (median === undefined) {
        throw new Error("nothing was measured");
    }
    return median;
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
}

const [, , kind, argument] = process.argv;
if (kind !== undefined && argument !== undefined) {
    void child(kind, argument);
} else {
    main();
}
