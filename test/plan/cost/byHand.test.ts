/**
 * The three stacks with normal traffic, recomputed: what is in each is counted in its stack file and its tree, what an hour
 * or a gigabyte costs is what AWS listed for us-east-1 between May and September 2026 (docs/cost.md has each date), and the
 * rest is arithmetic. Nothing of plan/cost is used but its answer.
 */
import assert from "node:assert/strict";
import { costOfPlan } from "../../../plan/cost/page";
import { planned } from "../../support/stacks";

const HOURS = 730;
const WEEKS = HOURS / 168;
const DAYS = 365 / 12;

/** A bill: what is charged for, and dollars in a month and in one without a visitor. */
type Bill = Readonly<Record<string, readonly [number, number]>>;

function same(amount: number): readonly [number, number] {
    return [amount, amount];
}

/** What is kept of logs: so many GB a month, for so many days, compressed to 15 %, at $0.03. */
function kept(gigabytes: number, days: number): number {
    return gigabytes * (days / DAYS) * 0.15 * 0.03;
}

/** Half a million answers of 60 KB are 30 GB: 30 hours of a capacity unit, more than their 100,000 connections are. */
const ANSWERED: Bill = {
    "Application Load Balancer": same(HOURS * 0.0225),
    "Load balancer capacity units": [30 * 0.008, 0],
    "Data transfer to the internet": [30 * 0.09, 0],
};

/** 5 GB of database, file system and 2 GB of images; ten database operations and 5 KB of files for each request. */
const STORED: Bill = {
    "Aurora storage": same(5 * 0.1),
    "Aurora I/O": [5 * 0.2, 0],
    "EFS storage": same(5 * 0.3),
    "EFS elastic reads": [2.5 * 0.03, 0],
    "EFS elastic writes": [0.25 * 0.06, 0],
    "ECR storage": same(2 * 0.1),
    // The app's key, its first administrator's password, its database user, and the master user.
    Secret: same(4 * 0.4),
    "DNS queries": same(0.001 * 0.4),
};

/** 20 GB; 25,000 objects read, a tenth as many written. Beside it, other buckets' GB. */
function s3(others: number): Bill {
    return {
        "S3 storage": same((20 + others) * 0.023),
        "S3 reads": [25 * 0.0004, 0],
        "S3 writes and lists": [2.5 * 0.005, 0],
    };
}

/** Half a KB of access log for each request, for so many days. */
function accessLogs(days: number): number {
    return 0.25 * (days / DAYS);
}

/** What eight runs of a pipeline leave. */
const ARTIFACTS = 8 * 0.05;

/** Jobs of a minute with a GB of memory, a quarter of it or so, at each of eight deployments. */
function jobs(count: number): Bill {
    return {
        "Lambda requests": [(count * 8 * 0.2) / 1_000_000, 0],
        "Lambda time, ARM": [count * 8 * 60 * 0.25 * 0.0000133334, 0],
    };
}

/** Some logs that hardly anything is written to, 0.01 GB a month each, and others; flow logs come at a price of their own. */
function logs(rare: number, days: number, others: readonly (readonly [number, number])[], flows = 0): Bill {
    const all = [...others, ...Array.from({ length: rare }, () => [0.01, 0.01] as const)];
    const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);
    const storage = sum(all.map(([busy]) => kept(busy, days))) + kept(flows, days);
    return {
        "Logs written": [sum(all.map(([busy]) => busy * 0.5)), sum(all.map(([, idle]) => idle * 0.5))],
        "Logs kept": same(storage),
    };
}

/** Hours in which a task writes 0.2 MB each, and half a million requests of 0.5 KB. */
function appLog(hours: number, idleHours: number): readonly [number, number] {
    return [(hours * 0.2) / 1000 + 0.25, (idleHours * 0.2) / 1000];
}

// Five days of thirteen hours: 282.44 hours a month with a task, of which somebody uses it 200; one task in five on demand.
const OFFICE = 5 * 13 * WEEKS;
// Each morning's first task works for a minute, then the database waits five for another connection. A deployment as well.
const WAKING = (60 + 300) / 3600;

const DEV: Bill = {
    ...ANSWERED,
    ...STORED,
    ...s3(0),
    ...jobs(3),
    // Functions for users, releases and migrations, and ECS Exec.
    ...logs(4, 7, [appLog(OFFICE, OFFICE)]),
    "KMS key": same(1),
    "Fargate vCPU, ARM": same((OFFICE / 5) * 0.5 * 0.03238),
    "Fargate memory, ARM": same((OFFICE / 5) * 1 * 0.00356),
    "Fargate Spot vCPU, ARM": same(((OFFICE * 4) / 5) * 0.5 * 0.01030969),
    "Fargate Spot memory, ARM": same(((OFFICE * 4) / 5) * 1 * 0.00113349),
    // The load balancer's in two zones, and the task's own.
    "Public IPv4 address": same((2 * HOURS + OFFICE) * 0.005),
    // A fifth of the way from 0 to 2 ACU is less than the half at which it starts.
    "Aurora Serverless v2": [(200 + (5 * WEEKS + 8) * WAKING) * 0.5 * 0.12, 5 * WEEKS * WAKING * 0.5 * 0.12],
};

const PIPELINE: Bill = {
    // Source, build, release, verification and promotion, three minutes each.
    "Pipeline actions": [8 * 5 * 3 * 0.002, 0],
    // One machine builds or copies the image, another runs `pulumi up`.
    "Builds, ARM": [2 * 8 * 3 * 0.0034, 0],
};

// 730 hours of one task, and 200 of a fifth of another: the first always on demand, of the others every second.
const STAGING_TASKS = HOURS + 200 * 0.2;

const STAGING: Bill = {
    ...ANSWERED,
    ...STORED,
    ...s3(ARTIFACTS + accessLogs(30)),
    ...PIPELINE,
    ...jobs(3),
    // Of ECS Exec, database errors, users, migrations, tests, and the two builds.
    ...logs(7, 30, [appLog(STAGING_TASKS, HOURS)], 0.2),
    "KMS key": same(1),
    // 12 of the cluster, 25 of the service and its task definition.
    "Container Insights metrics": same((12 + 25) * 0.3),
    // Of metrics: of CPU two, of errors and slowness four each, of health two.
    Alarm: same((2 + 4 + 4 + 2) * 0.1),
    "Fargate vCPU, ARM": [(HOURS + 20) * 0.5 * 0.03238, HOURS * 0.5 * 0.03238],
    "Fargate memory, ARM": [(HOURS + 20) * 1 * 0.00356, HOURS * 1 * 0.00356],
    "Fargate Spot vCPU, ARM": [20 * 0.5 * 0.01030969, 0],
    "Fargate Spot memory, ARM": [20 * 1 * 0.00113349, 0],
    // The load balancer's in two zones, the gateway's.
    "Public IPv4 address": same(3 * HOURS * 0.005),
    "NAT gateway": same(HOURS * 0.045),
    // What the app sends by itself, and its log.
    "NAT gateway, data processed": [
        (5 + (STAGING_TASKS * 0.2) / 1000 + 0.25) * 0.045,
        ((HOURS * 0.2) / 1000) * 0.045,
    ],
    "Flow logs written": same(0.2 * 0.5),
    // 200 hours a fifth of the way from 0.5 to 4 ACU, 530 at the least.
    "Aurora Serverless v2": [(200 * (0.5 + 0.2 * 3.5) + 530 * 0.5) * 0.12, HOURS * 0.5 * 0.12],
    // Six days of 2 % beyond the one that is free; 35 of the file system's.
    "Aurora backup beyond the database's size": same(5 * 0.02 * 6 * 0.021),
    "Backup of EFS": same(5 * (1 + 0.02 * 35) * 0.05),
};

// Two tasks of a whole vCPU and 2 GB, and 200 hours a fifth of the way to six.
const PROD_TASKS = 2 * HOURS + 200 * 0.2 * 4;

const PROD: Bill = {
    ...ANSWERED,
    ...STORED,
    ...s3(ARTIFACTS + accessLogs(90)),
    ...PIPELINE,
    ...jobs(3),
    // The audit log has 0.5 KB for each request.
    // Of database errors and slow queries, users, migrations, tests, and the two builds.
    ...logs(7, 365, [appLog(PROD_TASKS, 2 * HOURS), [0.01 + 0.25, 0.01]], 0.2 + 0.06),
    // 29 of the cluster, 57 of the service, 26 of each task and of each container.
    "Container Insights metrics, enhanced": [
        (29 + 57 + (52 * PROD_TASKS) / HOURS) * 0.07,
        (29 + 57 + 52 * 2) * 0.07,
    ],
    Alarm: same((2 + 4 + 4 + 2) * 0.1),
    "Fargate vCPU, ARM": [PROD_TASKS * 0.03238, 2 * HOURS * 0.03238],
    "Fargate memory, ARM": [PROD_TASKS * 2 * 0.00356, 2 * HOURS * 2 * 0.00356],
    // The load balancer's in three zones, and three gateways'.
    "Public IPv4 address": same(6 * HOURS * 0.005),
    "NAT gateway": same(3 * HOURS * 0.045),
    "NAT gateway, data processed": [
        (5 + (PROD_TASKS * 0.2) / 1000 + 0.25) * 0.045,
        ((2 * HOURS * 0.2) / 1000) * 0.045,
    ],
    // 0.12 KB for each request.
    "Flow logs written": [(0.2 + 0.06) * 0.5, 0.2 * 0.5],
    // Two instances, 200 hours a fifth of the way from 0.5 to 8 ACU.
    "Aurora Serverless v2": [2 * (200 * (0.5 + 0.2 * 7.5) + 530 * 0.5) * 0.12, 2 * HOURS * 0.5 * 0.12],
    "Aurora backup beyond the database's size": same(5 * 0.02 * 34 * 0.021),
    "Backup of EFS": same(5 * (1 + 0.02 * 35) * 0.05),
};

describe("the bill of three stacks, by hand", () => {
    for (const [stack, bill, monthly, idleMonthly] of [
        ["dev", DEV, 49.34, 33.11],
        ["staging", STAGING, 158.82, 136.67],
        ["prod", PROD, 385.9, 301.79],
    ] as const) {
        it(`${stack}: $${monthly.toFixed(2)} a month, $${idleMonthly.toFixed(2)} idle`, async () => {
            const said = costOfPlan(await planned(`Pulumi.${stack}.yaml`));
            const items = new Map<string, [number, number]>();
            for (const { item, monthly: busy, idleMonthly: idle } of said.lines) {
                const [a, b] = items.get(item) ?? [0, 0];
                items.set(item, [a + busy, b + idle]);
            }
            const shown = (entries: Iterable<readonly [string, readonly [number, number]]>) =>
                [...entries].map(([item, [a, b]]) => `${item}: ${a.toFixed(3)} ${b.toFixed(3)}`).sort();
            assert.deepEqual(shown(items), shown(Object.entries(bill)));
            const total = (at: 0 | 1): string =>
                Object.values(bill)
                    .reduce((all, amounts) => all + amounts[at], 0)
                    .toFixed(2);
            assert.deepEqual([total(0), total(1)], [monthly.toFixed(2), idleMonthly.toFixed(2)]);
            assert.deepEqual([said.monthly, said.idleMonthly], [monthly, idleMonthly]);
        });
    }
});
