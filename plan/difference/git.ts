/** A ref of this repository, planned by its own program in a work tree of its own. */
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { nothing } from "./difference";
import type { PlanDocument } from "./model";
import { ComparisonError } from "./problem";
import { parsePlan } from "./read";

const run = promisify(execFile);

/** A plan is some hundred kilobytes. */
const MAX_BYTES = 64 * 1024 * 1024;

const RUNNER = ["--require", "ts-node/register/transpile-only", join("plan", "main.ts")];

export interface Earlier {
    readonly document: PlanDocument;
    /** What people read: `main (a1b2c3d)`. */
    readonly label: string;
    /** Files that differ from the working tree's, relative to the project. */
    readonly changedFiles: readonly string[];
}

/** The commit that a ref names; undefined where it names none. */
export async function commitOf(ref: string, root: string): Promise<string | undefined> {
    try {
        return await git(root, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`]);
    } catch {
        return undefined;
    }
}

/** Plans the same stack file as of a commit. A commit without that file has no such stack: everything is new. */
export async function planAt(
    { ref, commit }: { readonly ref: string; readonly commit: string },
    { root, stackFile, after, passedOn }: Wanted,
): Promise<Earlier> {
    const label = ref.startsWith(commit.slice(0, 7)) ? commit.slice(0, 7) : `${ref} (${commit.slice(0, 7)})`;
    const prefix = await git(root, ["rev-parse", "--show-prefix"]);
    const folder = mkdtempSync(join(tmpdir(), "selfhost-plan-"));
    const tree = join(folder, "tree");
    try {
        await git(root, ["worktree", "add", "--detach", "--force", "--quiet", tree, commit]);
        const project = join(tree, prefix);
        const file = fileIn(project, root, stackFile);
        const document = existsSync(file)
            ? await planIn({ project, file, label, root, passedOn })
            : nothing(after);
        return { document, label, changedFiles: await changedFiles(root, commit) };
    } finally {
        await git(root, ["worktree", "remove", "--force", tree]).catch(() => undefined);
        rmSync(folder, { recursive: true, force: true });
        await git(root, ["worktree", "prune"]).catch(() => undefined);
    }
}

export interface Wanted {
    /** The project's folder. */
    readonly root: string;
    readonly stackFile: string;
    /** The plan to compare with. */
    readonly after: PlanDocument;
    /** Options for the earlier plan's command. */
    readonly passedOn: readonly string[];
}

/** The same file in the work tree. Throws where it lies outside of the project, as no commit can have it. */
function fileIn(project: string, root: string, stackFile: string): string {
    const path = relative(root, stackFile);
    if (path.startsWith(`..${sep}`)) {
        throw new ComparisonError(
            `${stackFile} is outside of the project: no commit has it. Compare it with a plan.json.`,
        );
    }
    return join(project, path);
}

interface PlanIn {
    readonly project: string;
    readonly file: string;
    readonly label: string;
    readonly root: string;
    readonly passedOn: readonly string[];
}

async function planIn({ project, file, label, root, passedOn }: PlanIn): Promise<PlanDocument> {
    if (!existsSync(join(project, "plan", "main.ts"))) {
        throw new ComparisonError(
            `${label} has no plan/main.ts: it cannot be planned. Compare with a later commit, or a plan.json.`,
        );
    }
    // What is installed here serves both, unless a commit has its own.
    if (!existsSync(join(project, "node_modules"))) {
        symlinkSync(join(root, "node_modules"), join(project, "node_modules"));
    }
    const args = [...RUNNER, relative(project, file), "--json", ...passedOn];
    const { status, stdout, stderr } = await node(args, project);
    if (!stdout.startsWith("{")) {
        throw new ComparisonError(`${label} cannot be planned (status ${status}):\n${whyNot(stderr.trim())}`);
    }
    return parsePlan(stdout, `what ${label} plans`);
}

/** What it printed; of a package that is not installed here, only which one it is, and what to do. */
function whyNot(said: string): string {
    const missing = /Cannot find module '([^'./][^']*)'/.exec(said)?.[1];
    return missing === undefined
        ? said === ""
            ? "it printed no plan"
            : said
        : `It needs the package ${missing}, which is not installed here. Plan it where it is: check that commit out, npm ci, npm run -s plan -- <stack> --json >plan.json; then compare with that plan.json.`;
}

/** A plan that violates a policy ends with a status, and is a plan. */
async function node(
    args: readonly string[],
    cwd: string,
): Promise<{ readonly status: number; readonly stdout: string; readonly stderr: string }> {
    try {
        const done = await run(process.execPath, args, { cwd, maxBuffer: MAX_BYTES });
        return { status: 0, ...done };
    } catch (error) {
        const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string };
        return {
            status: typeof code === "number" ? code : 1,
            stdout: stdout ?? "",
            stderr: stderr ?? String(error),
        };
    }
}

/** Committed, staged, edited and new files. */
async function changedFiles(root: string, commit: string): Promise<readonly string[]> {
    const [edited, untracked] = await Promise.all([
        git(root, ["diff", "--name-only", "--no-renames", "--relative", "-z", commit]),
        git(root, ["ls-files", "--others", "--exclude-standard", "-z"]),
    ]);
    return [...edited.split("\0"), ...untracked.split("\0")].filter((path) => path !== "");
}

/** Arguments go to git as they are: no shell reads them. */
async function git(cwd: string, args: readonly string[]): Promise<string> {
    const { stdout } = await run("git", [...args], { cwd, maxBuffer: MAX_BYTES });
    return stdout.trimEnd();
}
