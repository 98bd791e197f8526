import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path from "node:path";

interface Run {
    readonly name: string;
    readonly id: number;
    readonly conclusion: string;
    readonly head_sha: string;
    readonly head_branch: string;
    readonly html_url: string;
    readonly head_repository: { readonly full_name: string; readonly owner: { readonly login: string } };
}

type Unzip = (args: readonly string[]) => string;

interface Files {
    readonly txt: string;
    readonly md?: string;
    readonly mmd?: string;
}

interface Comment {
    readonly body: (kind: string, stack: string, files: Files, run: Run, own?: boolean) => string;
    readonly quoted: (text: string) => string;
    readonly texts: (archive: string, unzip: Unzip) => Map<string, Files>;
    readonly run: (given: {
        github: unknown;
        context: unknown;
        core: unknown;
        unzip: Unzip;
    }) => Promise<void>;
}

const comment = createRequire(__filename)(
    path.join(__dirname, "../../.github/scripts/comment.js"),
) as Comment;

const SHA = "0123456789abcdef0123456789abcdef01234567";

function workflowRun(given: Partial<Run> = {}): Run {
    return {
        name: "plan",
        id: 7,
        conclusion: "success",
        head_sha: SHA,
        head_branch: "topic",
        html_url: "https://github.com/octo/wiki/actions/runs/7",
        head_repository: { full_name: "fork/wiki", owner: { login: "fork" } },
        ...given,
    };
}

interface Existing {
    readonly id: number;
    readonly user: { readonly login: string };
    readonly body: string;
}

const PULL = { number: 5, head: { sha: SHA, repo: { full_name: "fork/wiki" } } };

/** A GitHub with these pull requests, comments and artifacts, which remembers what was asked of it. */
function fakeGitHub(given: { pulls?: unknown[]; comments?: Existing[]; artifacts?: unknown[] } = {}) {
    const asked: { call: string; args: Record<string, unknown> }[] = [];
    const answer = (call: string, data: unknown) => (args: Record<string, unknown>) => {
        asked.push({ call, args });
        return Promise.resolve({ data });
    };
    const artifact = { id: 1, name: "comment-plan", size_in_bytes: 500, expired: false };
    const github = {
        paginate: () => Promise.resolve(given.comments ?? []),
        rest: {
            pulls: { list: answer("list", given.pulls ?? [PULL]) },
            issues: {
                listComments: undefined,
                createComment: answer("create", {}),
                updateComment: answer("update", {}),
            },
            actions: {
                listWorkflowRunArtifacts: answer("artifacts", { artifacts: given.artifacts ?? [artifact] }),
                downloadArtifact: answer("download", new ArrayBuffer(3)),
            },
        },
    };
    const written = () => asked.filter(({ call }) => call === "create" || call === "update");
    return { github, asked, written };
}

function archive(files: Record<string, string>): Unzip {
    return ([mode, , name]) =>
        mode === "-Z1" ? `${Object.keys(files).join("\n")}\n` : (files[name ?? ""] ?? "");
}

async function post(
    fake: ReturnType<typeof fakeGitHub>,
    {
        files = { "dev.txt": "a plan" },
        run = {},
    }: { files?: Record<string, string>; run?: Partial<Run> } = {},
) {
    await comment.run({
        github: fake.github,
        context: { repo: { owner: "octo", repo: "wiki" }, payload: { workflow_run: workflowRun(run) } },
        core: { info: () => undefined },
        unzip: archive(files),
    });
}

describe("comment: which pull request", () => {
    it("is found by the event's head, and gets one comment for each stack", async () => {
        const fake = fakeGitHub();
        await post(fake, { files: { "dev.txt": "one", "prod.txt": "two" } });
        assert.equal(fake.asked[0]?.args.head, "fork:topic");
        assert.deepEqual(
            fake.written().map(({ call, args }) => [call, args.issue_number]),
            [
                ["create", 5],
                ["create", 5],
            ],
        );
    });

    for (const [why, pull] of [
        ["has moved on", { ...PULL, head: { ...PULL.head, sha: "f".repeat(40) } }],
        [
            "is of another repository with the same branch",
            { ...PULL, head: { sha: SHA, repo: { full_name: "x/wiki" } } },
        ],
        ["has lost its repository", { ...PULL, head: { sha: SHA, repo: null } }],
    ] as const) {
        it(`gets nothing where it ${why}`, async () => {
            const fake = fakeGitHub({ pulls: [pull] });
            await post(fake);
            assert.deepEqual(fake.written(), []);
        });
    }

    it("of a fork gets no preview: only a plan can come from there", async () => {
        const fake = fakeGitHub({
            artifacts: [{ id: 1, name: "comment-preview-prod", size_in_bytes: 5, expired: false }],
        });
        await post(fake, { run: { name: "preview" } });
        assert.deepEqual(fake.asked, []);
    });

    it("is not asked for by any other workflow", async () => {
        await assert.rejects(
            post(fakeGitHub(), { run: { name: "constructor" } }),
            /not a workflow to comment on/,
        );
    });
});

describe("comment: in place", () => {
    const mine = { id: 9, user: { login: "github-actions[bot]" }, body: "<!-- selfhost plan dev -->\nold" };

    it("changes our comment on the same stack", async () => {
        const fake = fakeGitHub({
            comments: [{ ...mine, id: 8, body: "<!-- selfhost plan prod -->\nold" }, mine],
        });
        await post(fake);
        assert.deepEqual(
            fake.written().map(({ call, args }) => [call, args.comment_id]),
            [["update", 9]],
        );
    });

    it("leaves alone what somebody else wrote with our marker", async () => {
        const fake = fakeGitHub({ comments: [{ ...mine, user: { login: "mallory" } }] });
        await post(fake);
        assert.deepEqual(
            fake.written().map(({ call }) => call),
            ["create"],
        );
    });

    it("does nothing where nothing has changed", async () => {
        const same = { ...mine, body: comment.body("plan", "dev", { txt: "a plan" }, workflowRun()) };
        const fake = fakeGitHub({ comments: [same] });
        await post(fake);
        assert.deepEqual(fake.written(), []);
    });
});

describe("comment: what it takes from an artifact", () => {
    it("is text files named after stacks, and no more than ten", () => {
        const files = Object.fromEntries(
            ["../dev.txt", "a/b.txt", "-rf.txt", "dev.md", "DEV.txt", "dev.txt", ".txt"].map((name) => [
                name,
                name,
            ]),
        );
        assert.deepEqual(
            [...comment.texts("x.zip", archive(files))],
            [["dev", { txt: "dev.txt", md: "dev.md" }]],
        );
        const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`s${index}.txt`, "x"]));
        assert.equal(comment.texts("x.zip", archive(many)).size, 10);
    });

    it("is never a large archive, an expired one, or one of another name", async () => {
        const artifact = { id: 1, name: "comment-plan", size_in_bytes: 500, expired: false };
        const fake = fakeGitHub({
            artifacts: [
                { ...artifact, size_in_bytes: 1_000_001 },
                { ...artifact, expired: true },
                { ...artifact, name: "coverage" },
                { ...artifact, name: "comment-preview-dev" },
            ],
        });
        await post(fake);
        assert.ok(!fake.asked.some(({ call }) => call === "download"));
    });

    it("is quoted so that it cannot end its own quotation", () => {
        const text = "```\n</details> @everyone\n````";
        const block = comment.quoted(text);
        assert.ok(block.startsWith("`````text\n") && block.endsWith("\n`````"));
        assert.equal(block.split("\n`````").length, 2);
    });

    it("loses colours and invisible characters", () => {
        assert.equal(
            comment.quoted("\u001b[31mred\u001b[0m\u202e\u0007\r\n\tend"),
            "```text\nred\n\tend\n```",
        );
    });

    it("is cut to what GitHub takes, with everything around it", () => {
        for (const character of ["x", "`"]) {
            const long = character.repeat(70_000);
            const body = comment.body(
                "preview",
                "dev",
                { txt: `${long.slice(0, 50)}\n${"y".repeat(70_000)}` },
                workflowRun(),
            );
            assert.ok(body.length < 65_536);
            assert.match(body, /the run has the rest/);
        }
    });

    it("says which commit it is of, and that the run failed", () => {
        const body = comment.body(
            "plan",
            "dev",
            { txt: "2 problems" },
            workflowRun({ conclusion: "failure" }),
        );
        assert.match(body, /^<!-- selfhost plan dev -->\n### Plan of `dev`\n/);
        assert.match(
            body,
            /\[0123456\]\(https:\/\/github\.com\/octo\/wiki\/actions\/runs\/7\), with the report as an artifact\. The run failed\.$/,
        );
    });
});

describe("comment: Markdown and pictures", () => {
    const PICTURE = 'flowchart LR\n  n0["<b>wiki</b>"]\n  n0 -->|"443"| n1';
    const files: Files = { txt: "a plan", md: "### a **report**", mmd: PICTURE };
    const own = (given: Partial<Files> = {}) =>
        comment.body("plan", "dev", { ...files, ...given }, workflowRun(), true);

    it("are the report itself, of this repository's own branches", () => {
        assert.match(own(), /^<!-- selfhost plan dev -->\n### a \*\*report\*\*\n\n\[0123456\]/);
    });

    it("are never taken from a fork: its text is quoted, its picture drawn", async () => {
        const fake = fakeGitHub();
        await post(fake, { files: { "dev.txt": "a plan", "dev.md": "### @everyone", "dev.mmd": PICTURE } });
        const [written] = fake.written();
        const body = String(written?.args.body);
        assert.ok(!body.includes("@everyone"));
        assert.match(body, /```text\na plan\n```/);
        assert.match(body, /```mermaid\nflowchart LR\n/);
    });

    it("are the text where the report would not fit", () => {
        const body = own({ md: "x".repeat(65_500) });
        assert.ok(body.length < 65_536);
        assert.match(body, /```text\na plan/);
        assert.match(own({ md: " \n" }), /```text\na plan/);
    });

    it("of a picture show nothing that is more than one", () => {
        for (const mmd of [
            `${PICTURE}\n  click n0 "https://example.com"`,
            `%%{init: {}}%%\n${PICTURE}`,
            `${PICTURE}\n%%{init: {}}%%`,
            "sequenceDiagram\n  a->>b: hi",
            `${PICTURE}${"x".repeat(20_000)}`,
            "",
        ]) {
            assert.ok(!comment.body("plan", "dev", { ...files, mmd }, workflowRun()).includes("mermaid"));
        }
        const ticks = comment.body(
            "plan",
            "dev",
            { ...files, mmd: `${PICTURE}\n\`\`\`\n# out` },
            workflowRun(),
        );
        assert.match(ticks, /^````mermaid$/m);
    });

    it("leave room for each other", () => {
        const picture = `${PICTURE}\n${"x".repeat(19_000)}`;
        const body = comment.body("plan", "dev", { txt: "y".repeat(90_000), mmd: picture }, workflowRun());
        assert.ok(body.length < 65_536);
        assert.match(body, /mermaid/);
    });
});
