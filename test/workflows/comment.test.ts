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

interface Comment {
    readonly body: (kind: string, stack: string, text: string, run: Run) => string;
    readonly quoted: (text: string) => string;
    readonly texts: (archive: string, unzip: Unzip) => Map<string, string>;
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
        const same = { ...mine, body: comment.body("plan", "dev", "a plan", workflowRun()) };
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
        assert.deepEqual([...comment.texts("x.zip", archive(files))], [["dev", "dev.txt"]]);
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
                `${long.slice(0, 50)}\n${"y".repeat(70_000)}`,
                workflowRun(),
            );
            assert.ok(body.length < 65_536);
            assert.match(body, /the run has the rest/);
        }
    });

    it("says which commit it is of, and that the run failed", () => {
        const body = comment.body("plan", "dev", "2 problems", workflowRun({ conclusion: "failure" }));
        assert.match(body, /^<!-- selfhost plan dev -->\n### Plan of `dev`\n/);
        assert.match(
            body,
            /\[0123456\]\(https:\/\/github\.com\/octo\/wiki\/actions\/runs\/7\)\. The run failed\.$/,
        );
    });
});
