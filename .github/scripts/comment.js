// Quotes the texts that the workflows `plan` and `preview` left in artifacts named comment-*, one comment for each stack.
//
// Which pull request that is comes from GitHub's own event, never from the artifact. Of an artifact only small text files
// named <stack>.txt, .md and .mmd are read, straight out of the archive: nothing is unpacked or run. Markdown is taken from
// the branches of this repository alone; whatever a fork left behind is quoted, but for a picture that can only be one.
"use strict";

const { execFileSync } = require("node:child_process");
const { mkdtempSync, rmSync, writeFileSync } = require("node:fs");
const os = require("node:os");
const path = require("node:path");

const TITLES = { plan: "Plan", preview: "Preview" };
const STACK_FILE = /^([a-z][a-z0-9-]{0,30})\.(txt|md|mmd)$/;
const MAX_ARTIFACTS = 10;
const MAX_STACKS = 10;
const MAX_COMMENT = 65_536;
const MAX_PICTURE = 20_000;
const MAX_ARCHIVE_BYTES = 1_000_000;
const MAX_TEXT_BYTES = 2_000_000;
// GitHub takes 65,536 characters; the rest is for what is around the text.
const MAX_QUOTED = 60_000;

/** The open pull request whose head is the commit that the workflow ran on; undefined where it has moved on since. */
async function pullRequest(github, { owner, repo }, run) {
    const { data } = await github.rest.pulls.list({
        owner,
        repo,
        state: "open",
        head: `${run.head_repository.owner.login}:${run.head_branch}`,
        per_page: 100,
    });
    return data.find(
        (pull) =>
            pull.head.sha === run.head_sha && pull.head.repo?.full_name === run.head_repository.full_name,
    );
}

/** The stacks' files in an archive, by stack and ending. `unzip` is given its arguments and answers with what it prints. */
function texts(archive, unzip) {
    const stacks = new Map();
    for (const name of unzip(["-Z1", archive]).split("\n")) {
        const [, stack, ending] = STACK_FILE.exec(name) ?? [];
        if (stack !== undefined && (stacks.has(stack) || stacks.size < MAX_STACKS)) {
            stacks.set(stack, { ...stacks.get(stack), [ending]: unzip(["-p", archive, name]) });
        }
    }
    return new Map([...stacks].filter(([, { txt }]) => txt !== undefined));
}

/** Without what a terminal would act on, and without what nobody sees. */
function cleaned(text) {
    return text
        .replaceAll(/(?![\n\t])\p{Cc}\[[0-9;?]*[A-Za-z]/gu, "")
        .replaceAll(/[^\P{C}\n\t]/gu, "")
        .trimEnd();
}

/** As a code block that the text cannot end. */
function fenced(language, text) {
    const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
    const fence = "`".repeat(longest + 1);
    return `${fence}${language}\n${text}\n${fence}`;
}

function quoted(text, most = MAX_QUOTED) {
    const clean = cleaned(text);
    const cut = clean.length > most ? `${clean.slice(0, most)}\n… (the run has the rest)` : clean;
    return fenced("text", cut);
}

/** The picture, where it is one and nothing else: no link, no setting, nothing to click. */
function picture(text = "") {
    const clean = cleaned(text);
    const drawn =
        clean.startsWith("flowchart LR\n") &&
        clean.length <= MAX_PICTURE &&
        !/%%|@\{|\b(?:click|href|callback|linkStyle|classDef|style)\b|:\/\//i.test(clean);
    return drawn
        ? `<details><summary>Picture</summary>\n\n${fenced("mermaid", clean)}\n\n</details>\n\n`
        : "";
}

function marker(kind, stack) {
    return `<!-- selfhost ${kind} ${stack} -->`;
}

/** @param own whether the run is of a branch of this repository */
function body(kind, stack, { txt, md, mmd }, run, own = false) {
    const failed = run.conclusion === "success" ? "" : " The run failed.";
    const report = kind === "plan" ? ", with the report as an artifact" : "";
    const end = `[${run.head_sha.slice(0, 7)}](${run.html_url})${report}.${failed}`;
    if (own && kind === "plan" && md !== undefined) {
        const whole = `${marker(kind, stack)}\n${md.trimEnd()}\n\n${end}`;
        // Cut anywhere, Markdown would be something else.
        if (md.trim() !== "" && whole.length <= MAX_COMMENT) {
            return whole;
        }
    }
    const drawn = kind === "plan" ? picture(mmd) : "";
    const block = quoted(txt, MAX_QUOTED - drawn.length);
    const shown =
        kind === "plan" ? block : `<details><summary>What would change</summary>\n\n${block}\n\n</details>`;
    return `${marker(kind, stack)}\n### ${TITLES[kind]} of \`${stack}\`\n\n${shown}\n\n${drawn}${end}`;
}

/** Our own comment of this kind and stack is changed, else a new one is made. */
async function publish(github, target, kind, stack, content) {
    const comments = await github.paginate(github.rest.issues.listComments, { ...target, per_page: 100 });
    const mine = comments.find(
        (comment) =>
            comment.user?.login === "github-actions[bot]" &&
            comment.body?.startsWith(`${marker(kind, stack)}\n`),
    );
    const { owner, repo } = target;
    if (mine === undefined) {
        await github.rest.issues.createComment({ ...target, body: content });
    } else if (mine.body !== content) {
        await github.rest.issues.updateComment({ owner, repo, comment_id: mine.id, body: content });
    }
}

async function artifactsOf(github, { owner, repo }, run, kind) {
    const { data } = await github.rest.actions.listWorkflowRunArtifacts({
        owner,
        repo,
        run_id: run.id,
        per_page: 100,
    });
    const named = data.artifacts.filter(
        ({ name, expired }) =>
            !expired && (name === `comment-${kind}` || name.startsWith(`comment-${kind}-`)),
    );
    return named.filter((artifact) => artifact.size_in_bytes <= MAX_ARCHIVE_BYTES).slice(0, MAX_ARTIFACTS);
}

function unzipProgram(args) {
    return execFileSync("unzip", args, { encoding: "utf8", maxBuffer: MAX_TEXT_BYTES });
}

async function run({ github, context, core, unzip = unzipProgram }) {
    const workflow = context.payload.workflow_run;
    const kind = workflow.name;
    if (!Object.hasOwn(TITLES, kind)) {
        throw new Error(`not a workflow to comment on: ${JSON.stringify(kind)}`);
    }
    // A fork's run by the name of preview cannot have asked AWS.
    const { owner, repo } = context.repo;
    const own = workflow.head_repository.full_name === `${owner}/${repo}`;
    if (kind === "preview" && !own) {
        core.info("A preview is of this repository's own branches only.");
        return;
    }
    const pull = await pullRequest(github, context.repo, workflow);
    if (pull === undefined) {
        core.info(`No open pull request has ${workflow.head_sha} as its head.`);
        return;
    }
    const directory = mkdtempSync(path.join(os.tmpdir(), "comment-"));
    try {
        for (const artifact of await artifactsOf(github, context.repo, workflow, kind)) {
            const { data } = await github.rest.actions.downloadArtifact({
                ...context.repo,
                artifact_id: artifact.id,
                archive_format: "zip",
            });
            const archive = path.join(directory, `${artifact.id}.zip`);
            writeFileSync(archive, Buffer.from(data));
            for (const [stack, files] of texts(archive, unzip)) {
                const target = { ...context.repo, issue_number: pull.number };
                await publish(github, target, kind, stack, body(kind, stack, files, workflow, own));
            }
        }
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
}

module.exports = { body, quoted, run, texts };
