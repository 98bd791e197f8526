/** What `--against` names, in a repository of its own with a program that only prints what it is given. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
    copyFileSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { earlier, type Other } from "../../../plan/difference/against";
import type { PlanDocument } from "../../../plan/difference/model";
import { ROOT } from "../../../scripts/golden";
import { BUCKET, plan, resource } from "./support";

/** Prints the stack file as JSON; ends with the status that it names. */
const PROGRAM = `
import { readFileSync } from "node:fs";
const [file, option, ...others] = process.argv.slice(2);
if (option !== "--json") throw new Error("not --json: " + option);
const text = readFileSync(file, "utf8");
if (text.includes("wrong")) { process.stderr.write("one problem in " + file); process.exit(2); }
const bucket = { urn: "urn:pulumi:dev::selfhost::${BUCKET}::" + text.trim(), type: "${BUCKET}", name: text.trim(), inputs: { others } };
process.stdout.write(JSON.stringify({ project: "selfhost", stack: "dev", region: "eu-west-1", resources: [bucket] }));
process.exitCode = text.includes("violating") ? 1 : 0;
`;

const IDENTITY = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];

describe("difference: against", () => {
    let repository = "";
    let root = "";

    const git = (...args: readonly string[]): string =>
        execFileSync("git", [...IDENTITY, ...args], { cwd: repository, encoding: "utf8" });

    const write = (file: string, text: string): void => {
        mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
        writeFileSync(path.join(root, file), text);
    };

    const commit = (message: string): void => {
        git("add", "--all");
        git("commit", "--quiet", "--message", message);
        git("tag", message);
    };

    function wanted(given: Partial<Other> = {}): Other {
        return {
            root,
            stackFile: path.join(root, "Pulumi.dev.yaml"),
            after: plan([resource(BUCKET, "files")]),
            passedOn: [],
            stackFileOf: (word) => (word === "staging" ? "Pulumi.staging.yaml" : undefined),
            planOf: (file) => Promise.resolve(plan([], { stack: file })),
            ...given,
        };
    }

    const against = (word: string, given: Partial<Other> = {}): ReturnType<typeof earlier> =>
        earlier(word, wanted(given));

    const names = ({ resources }: PlanDocument): readonly string[] => resources.map(({ name }) => name);

    before(() => {
        repository = mkdtempSync(path.join(tmpdir(), "against-"));
        // The project is a folder of the repository, as it is in a repository of many things.
        root = path.join(repository, "in fra");
        git("init", "--quiet", "--initial-branch", "main");
        write(".gitignore", "node_modules\n");
        write("README.md", "nothing to plan yet\n");
        write("Pulumi.dev.yaml", "files");
        commit("without-program");
        write("plan/main.ts", PROGRAM);
        copyFileSync(path.join(ROOT, "tsconfig.json"), path.join(root, "tsconfig.json"));
        write("docker/Dockerfile", "FROM scratch\n");
        commit("planned");
        write("Pulumi.dev.yaml", "violating");
        commit("violating");
        write("Pulumi.dev.yaml", "wrong");
        commit("wrong");
        write("plan/main.ts", 'import "a-package-of-last-year";');
        write("Pulumi.dev.yaml", "files");
        commit("of-other-packages");
        write("plan/main.ts", PROGRAM);
        write("Pulumi.dev.yaml", "wrong");
        symlinkSync(path.join(ROOT, "node_modules"), path.join(root, "node_modules"));
        write("docker/Dockerfile", "FROM nothing\n");
        write("lambda/new file.mjs", "");
    });

    after(() => {
        rmSync(repository, { recursive: true, force: true });
    });

    afterEach(() => {
        assert.equal(git("worktree", "list").trim().split("\n").length, 1, "a work tree is left behind");
    });

    it("a plan.json is read", async () => {
        const file = path.join(repository, "kept.json");
        writeFileSync(file, JSON.stringify(plan([resource(BUCKET, "kept")])));
        const found = await against(file);
        assert.deepEqual([found.label, names(found.document)], ["kept.json", ["kept"]]);
        writeFileSync(file, "[]");
        await assert.rejects(against(file), /kept\.json is no plan's JSON/);
    });

    it("a stack comes before a branch of its name", async () => {
        git("branch", "staging", "planned");
        const found = await against("staging");
        assert.deepEqual([found.label, found.document.stack], ["staging", "Pulumi.staging.yaml"]);
    });

    it("a ref is planned by its own program, with the files that differ from today's", async () => {
        const found = await against("planned", { passedOn: ["--traffic", "heavy"] });
        assert.match(found.label, /^planned \([0-9a-f]{7}\)$/);
        assert.deepEqual(names(found.document), ["files"]);
        assert.deepEqual(found.document.resources[0]?.inputs.others, ["--traffic", "heavy"]);
        assert.deepEqual([...found.changedFiles].sort(), [
            "Pulumi.dev.yaml",
            "docker/Dockerfile",
            "lambda/new file.mjs",
        ]);
    });

    it("a plan that violates a policy is a plan", async () => {
        assert.deepEqual(names((await against("violating")).document), ["violating"]);
    });

    it("a ref without the stack's file has no such stack", async () => {
        const found = await against("planned", { stackFile: path.join(root, "Pulumi.new.yaml") });
        assert.deepEqual(found.document, {
            project: "selfhost",
            stack: "dev",
            region: "eu-west-1",
            resources: [],
        });
    });

    for (const [what, word, message] of [
        ["a ref that has no plan", "without-program", /without-program \(\w{7}\) has no plan\/main\.ts/],
        [
            "a ref whose stack file is wrong",
            "wrong",
            /cannot be planned \(status 2\):\none problem in Pulumi\.dev\.yaml/,
        ],
        [
            "a ref that needs a package which is not installed",
            "of-other-packages",
            /^of-other-packages \(\w{7}\) cannot be planned \(status 1\):\nIt needs the package a-package-of-last-year, which is not installed here\..*then compare with that plan\.json\.$/,
        ],
        ["a word that is nothing", "nonsense", /there is no such plan\.json, stack, stack file or git ref/],
        ["an option in a ref's place", "--output=/etc/passwd", /no such plan\.json/],
        ["a shell's words", "main; touch pwned", /no such plan\.json/],
        ["a blob", "planned:in fra/Pulumi.dev.yaml", /no such plan\.json/],
    ] as const) {
        it(`${what}: refused, with why`, async () => {
            await assert.rejects(against(word), { message });
            assert.ok(!existsSync(path.join(root, "pwned")));
        });
    }

    it("a stack file outside of the project is in no commit", async () => {
        const stackFile = path.join(repository, "..", "Pulumi.dev.yaml");
        await assert.rejects(against("planned", { stackFile }), /is outside of the project/);
    });
});
