import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import manifest from "../../package.json";

interface Step {
    readonly name?: string;
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
    readonly env?: Readonly<Record<string, string>>;
}

interface Job {
    readonly if?: string;
    readonly needs?: string | readonly string[];
    readonly uses?: string;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly environment?: string;
    readonly concurrency?: { readonly group: string; readonly "cancel-in-progress"?: boolean | string };
    readonly "timeout-minutes"?: number;
    readonly steps?: readonly Step[];
}

interface Workflow {
    readonly name: string;
    readonly on: string | Readonly<Record<string, unknown>>;
    readonly permissions?: Readonly<Record<string, string>>;
    readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = path.join(__dirname, "../../.github/workflows");
const texts = new Map(
    readdirSync(FOLDER).map((file) => [file, readFileSync(path.join(FOLDER, file), "utf8")]),
);
const workflows = new Map([...texts].map(([file, text]) => [file, parse(text) as Workflow]));
const jobs = [...workflows].flatMap(([file, workflow]) =>
    Object.entries(workflow.jobs).map(([id, job]) => ({ where: `${file}: ${id}`, workflow, job })),
);
const steps = jobs.flatMap(({ where, job }) => (job.steps ?? []).map((step) => ({ where, step })));

function workflow(file: string): Workflow {
    const found = workflows.get(file);
    assert.ok(found, `${file} is missing`);
    return found;
}

function events({ on }: Workflow): string[] {
    return typeof on === "string" ? [on] : Object.keys(on);
}

function job(file: string, id: string): Job {
    const found = workflow(file).jobs[id];
    assert.ok(found, `${file} has no job ${id}`);
    return found;
}

function runs(found: Job): string {
    return (found.steps ?? []).map((step) => step.run ?? "").join("\n");
}

describe("workflows: supply chain", () => {
    it("pin every action to a commit, and say which version that is", () => {
        const uses = [...texts].flatMap(([file, text]) =>
            [...text.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map((match) => ({ file, use: match[1] ?? "" })),
        );
        assert.ok(uses.length > 15);
        const loose = uses.filter(
            ({ use }) =>
                !use.startsWith("./.github/workflows/") &&
                !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(use),
        );
        assert.deepEqual(loose, []);
    });

    it("use one version of each action", () => {
        const pins = new Map<string, Set<string>>();
        for (const { step } of steps) {
            const [action = "", commit = ""] = (step.uses ?? "").split("@");
            pins.set(action, (pins.get(action) ?? new Set()).add(commit));
        }
        assert.deepEqual(
            [...pins].filter(([, commits]) => commits.size > 1),
            [],
        );
    });

    it("install from the lock file, and the CLI that the program's SDK is of", () => {
        const scripts = steps.map(({ step }) => step.run ?? "").join("\n");
        assert.doesNotMatch(scripts, /npm (install|i)\b|npx /);
        const versions = steps.flatMap(({ step }) => step.with?.["pulumi-version"] ?? []);
        assert.deepEqual([...new Set(versions)], [manifest.dependencies["@pulumi/pulumi"]]);
    });
});

describe("workflows: credentials", () => {
    it("know no secret but the job's own token", () => {
        for (const [file, text] of texts) {
            assert.doesNotMatch(text, /\$\{\{[^}]*\bsecrets\b/, file);
            assert.doesNotMatch(
                text,
                /secrets: inherit|aws-access-key-id|AWS_SECRET|PULUMI_ACCESS_TOKEN/,
                file,
            );
        }
    });

    it("never run a pull request's code with the base repository's rights", () => {
        for (const [file, text] of texts) {
            assert.ok(!events(workflow(file)).includes("pull_request_target"), file);
            assert.doesNotMatch(text, /allow-unsafe-pr-checkout/, file);
        }
        for (const { where, step } of steps.filter(({ step }) =>
            step.uses?.startsWith("actions/checkout@"),
        )) {
            assert.equal(step.with?.["persist-credentials"], false, where);
            assert.equal(step.with.ref, undefined, where);
        }
    });

    it("start with nothing but reading, and add what a job needs in the job", () => {
        for (const [file, { permissions }] of workflows) {
            assert.ok(permissions, file);
            assert.ok(
                Object.entries(permissions).every(
                    ([scope, level]) => scope === "contents" && level === "read",
                ),
                file,
            );
        }
        const writing = jobs.flatMap(({ where, job: { permissions = {} } }) =>
            Object.entries(permissions).flatMap(([scope, level]) =>
                level === "write" ? [`${where}: ${scope}`] : [],
            ),
        );
        assert.deepEqual(writing.sort(), [
            "comment.yml: comment: pull-requests",
            "preview.yml: preview: id-token",
            "up-stack.yml: up: id-token",
            "up.yml: dev: id-token",
            "up.yml: prod: id-token",
            "up.yml: staging: id-token",
        ]);
    });

    it("give a fork's pull request no token for AWS", () => {
        const open = jobs.filter(({ workflow }) => events(workflow).includes("pull_request"));
        for (const { where, job, workflow } of open.filter(
            ({ job }) => job.permissions?.["id-token"] === "write",
        )) {
            const gate = workflow.jobs[String(job.needs)];
            assert.match(gate?.if ?? "", /head\.repo\.full_name == github\.repository/, where);
        }
        assert.deepEqual(workflow("plan.yml").permissions, { contents: "read" });
        assert.equal(job("plan.yml", "plan").permissions, undefined);
        assert.doesNotMatch(texts.get("plan.yml") ?? "", /aws-actions|vars\./);
    });

    it("take a role, for an hour or the two that an update may need", () => {
        const logins = steps.filter(({ step }) => step.uses?.startsWith("aws-actions/"));
        assert.deepEqual(
            logins.map(({ where, step }) => [
                where,
                step.with?.["role-to-assume"],
                step.with?.["role-duration-seconds"],
            ]),
            [
                ["preview.yml: preview", "${{ fromJSON(vars.STACKS)[matrix.stack].preview }}", undefined],
                ["up-stack.yml: up", "${{ fromJSON(vars.STACKS)[inputs.stack].deploy }}", 7200],
            ],
        );
        const limit = job("up-stack.yml", "up")["timeout-minutes"] ?? Infinity;
        assert.ok(limit * 60 < 7200, "the credentials outlast the job");
    });

    it("put no expression that others write into a script", () => {
        for (const { where, step } of steps) {
            assert.doesNotMatch(step.run ?? "", /\$\{\{/, where);
            const script = step.with?.script;
            assert.ok(typeof script !== "string" || !script.includes("${{"), where);
        }
    });
});

describe("workflows: behaviour", () => {
    it("end: every job has a limit", () => {
        for (const { where, job } of jobs) {
            assert.ok(job.uses !== undefined || (job["timeout-minutes"] ?? 0) > 0, where);
        }
    });

    it("check on every push and pull request what npm run check checks, on every Node that is supported", () => {
        const on = workflow("check.yml").on;
        assert.deepEqual(on, { push: null, pull_request: null, schedule: [{ cron: "17 3 * * *" }] });
        const check = job("check.yml", "check") as Job & { strategy: { matrix: { node: number[] } } };
        assert.deepEqual(check.strategy.matrix.node, [20, 22, 24]);
        assert.match(runs(check), /npm ci\nnpm run check/);
    });

    it("do not let the engine's tests be skipped, and run all of them at night", () => {
        const engine = job("check.yml", "engine") as Job & { env: Record<string, string> };
        assert.equal(engine.env.SELFHOST_ENGINE_REQUIRED, "1");
        assert.match(engine.env.SELFHOST_ENGINE_ALL ?? "", /github\.event_name == 'schedule' && '1'/);
        assert.match(runs(engine), /npm run test:engine/);
    });

    it("preview without waiting, and show nothing that a comment should not", () => {
        const preview = job("preview.yml", "preview");
        assert.match(runs(preview), /pulumi preview .*--diff/);
        assert.match(runs(preview), /sed "s\/\$ACCOUNT\/\(account\)\/g"/);
        assert.doesNotMatch(runs(preview), /--show-secrets/);
        assert.equal(preview.concurrency?.["cancel-in-progress"], true);
    });

    it("deploy main alone, after the checks, one stack after the other", () => {
        assert.deepEqual(workflow("up.yml").on, { push: { branches: ["main"] }, workflow_dispatch: null });
        const needs = { dev: "check", staging: ["check", "dev"], prod: ["check", "dev", "staging"] };
        for (const [stack, before] of Object.entries(needs)) {
            const up = job("up.yml", stack);
            assert.deepEqual(up.needs, before);
            // A stack that GitHub does not deploy is skipped without stopping those after it; one that failed stops them.
            assert.match(up.if ?? "", /!failure\(\) && !cancelled\(\) && github\.ref == 'refs\/heads\/main'/);
            assert.ok(up.if?.includes(`fromJSON(vars.STACKS || '{}').${stack} `));
        }
    });

    it("deploy behind the stack's environment, and never twice at once", () => {
        const up = job("up-stack.yml", "up");
        assert.equal(up.environment, "${{ inputs.stack }}");
        assert.deepEqual(up.concurrency, { group: "up-${{ inputs.stack }}", "cancel-in-progress": false });
    });

    it("ask who applies the stack before they have credentials", () => {
        const steps = job("up-stack.yml", "up").steps ?? [];
        const asks = steps.findIndex(({ run }) => run?.includes('applied-by -- "$STACK" github') === true);
        const credentials = steps.findIndex(
            ({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@") === true,
        );
        assert.ok(asks >= 0 && asks < credentials);
    });

    it("refresh with every update, and refuse to go back", () => {
        const up = job("up-stack.yml", "up");
        assert.match(runs(up), /refuse-older\.sh "\$STACK"\npulumi up --stack "\$STACK" --refresh --yes/);
        const checkout = up.steps?.find((step) => step.uses?.startsWith("actions/checkout@"));
        assert.equal(checkout?.with?.["fetch-depth"], 0, "it compares with earlier commits");
    });

    it("comment on what plan and preview left, and on nothing else", () => {
        const on = workflow("comment.yml").on as { workflow_run: { workflows: string[] } };
        assert.deepEqual(
            on.workflow_run.workflows,
            ["plan.yml", "preview.yml"].map((file) => workflow(file).name),
        );
        assert.match(job("comment.yml", "comment").if ?? "", /workflow_run\.event == 'pull_request'/);
        const artifacts = steps.flatMap(({ step }) =>
            step.uses?.startsWith("actions/upload-artifact@") ? [step.with?.name] : [],
        );
        assert.deepEqual(artifacts.sort(), [
            "comment-plan",
            "comment-preview-${{ matrix.stack }}",
            "reports",
        ]);
    });
});
