/** The buildspecs, run as CodeBuild does: command after command in one bash, with whatever names people choose. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { CHECK_BUILDSPEC, STEP_BUILDSPEC } from "../../components/pipeline/projects";
import { ROOT } from "../../scripts/golden";
import { ALL, share } from "../support/seed";
import { COMMIT, ENVIRONMENT, fill, json, NEW, OLD, REPOSITORY, USUAL } from "./world";

const DEPLOY_BUILDSPEC = readFileSync(join(ROOT, "delivery", "buildspec.yml"), "utf8");

interface Buildspec {
    readonly env: { readonly shell: string; readonly "exported-variables"?: readonly string[] };
    readonly phases: Readonly<Record<string, { readonly commands: readonly string[] }>>;
    readonly artifacts?: { readonly "base-directory": string };
}

interface Built {
    readonly code: number;
    readonly output: string;
    readonly exported: Readonly<Record<string, string>>;
    readonly calls: readonly string[];
    /** Of the artifact. */
    readonly file: (name: string) => string | undefined;
}

/** Each command is evaluated in the same bash, and the first that fails ends the build; then what is exported is written down. */
const RUNNER = `cd "$CODEBUILD_SRC_DIR"
for file in "$COMMANDS"/*; do
    eval "$(cat "$file")" || exit $?
done
for name in $EXPORTED; do printf '%s\\0%s\\0' "$name" "\${!name:-}"; done >"$EXPORTS"
`;

/** In folders with a blank, a quote and an umlaut in their names. Which of them is the primary source is the project's. */
function run(
    text: string,
    primary: "program" | "sources",
    variables: Readonly<Record<string, string>>,
    files: Readonly<Record<string, string>> = {},
): Built {
    const folder = mkdtempSync(join(tmpdir(), "selfhost bü'ild-"));
    const at = (...parts: readonly string[]) => join(folder, ...parts);
    try {
        const { env, phases, artifacts } = parse(text) as Buildspec;
        assert.equal(env.shell, "bash");
        cpSync(join(ROOT, "delivery"), at("program", "delivery"), { recursive: true });
        // What it brings is on this machine already.
        writeFileSync(at("program", "delivery", "install.sh"), 'echo install >>"$WORLD/calls"\n');
        fill(at("sources"), { Dockerfile: "FROM scratch\n" });
        fill(at("world"), { ...USUAL, ...files });
        mkdirSync(at("commands"));
        const commands = Object.values(phases).flatMap((phase) => phase.commands);
        commands.forEach((command, i) => {
            writeFileSync(at("commands", String(100 + i)), command);
        });
        const { code, output } = bash({
            ...ENVIRONMENT,
            COMMANDS: at("commands"),
            EXPORTED: (env["exported-variables"] ?? []).join(" "),
            EXPORTS: at("exports"),
            WORLD: at("world"),
            HOME: folder,
            CODEBUILD_SRC_DIR: at(primary),
            CODEBUILD_SRC_DIR_Program: at("program"),
            CODEBUILD_SRC_DIR_Source: at("sources"),
            CODEBUILD_SRC_DIR_Preview: at("sources"),
            PATH: `${join(__dirname, "bin")}:${process.env.PATH ?? ""}`,
            ...variables,
        });
        const artifact = at(primary, artifacts?.["base-directory"] ?? "none");
        const written = new Map(
            (existsSync(artifact) ? readdirSync(artifact) : []).map((name) => [
                name,
                readFileSync(join(artifact, name), "utf8"),
            ]),
        );
        const calls = readFileSync(at("world", "calls"), "utf8").split("\n").filter(Boolean);
        return { code, output, calls, exported: exportsIn(at("exports")), file: (name) => written.get(name) };
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function bash(env: Readonly<Record<string, string>>): { code: number; output: string } {
    try {
        const output = execFileSync("bash", ["-c", RUNNER], { env, encoding: "utf8", stdio: "pipe" });
        return { code: 0, output };
    } catch (error) {
        const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
        return { code: status, output: `${stdout}${stderr}` };
    }
}

function exportsIn(path: string): Readonly<Record<string, string>> {
    const texts = existsSync(path) ? readFileSync(path, "utf8").split("\0") : [];
    const pairs = texts.flatMap((name, i) =>
        i % 2 === 0 && name !== "" ? [[name, texts[i + 1] ?? ""]] : [],
    );
    return Object.fromEntries(pairs) as Readonly<Record<string, string>>;
}

const MARK = join(tmpdir(), `selfhost-evaluated-${process.pid}`);

/** What Git lets somebody call a branch or a tag, and a person may type where a pipeline is started. */
const NAMES = [
    "feature/login",
    "fix/ä-ö-ü/日本語",
    `$(touch ${MARK})`,
    `\`touch ${MARK}\``,
    `";touch ${MARK};"`,
    `';touch ${MARK};'`,
    `a&&touch ${MARK}`,
    "-rf",
    "--help",
    "a b  c",
    "%s%n\\",
    "${IFS}#{Source.CommitId}",
    "x".repeat(2000),
    "two\nlines",
];

/** All of them at once, and two by the seed; each with `SELFHOST_ALL=1`. */
const CHOSEN = ALL ? NAMES : [NAMES.join(" "), ...share(NAMES, 2)];

const BUILD = {
    STEP: "build",
    PLATFORM: "linux/arm64",
    CONTEXT: ".",
    DOCKERFILE: "Dockerfile",
    REQUESTED: "none",
    SBOM: "no",
    SOURCE_URL: "https://github.com/example/wiki",
};

afterEach(() => {
    rmSync(MARK, { force: true });
});

describe("the buildspec of an app's steps", () => {
    it("builds, and tells the actions after it which image it was", () => {
        const built = run(STEP_BUILDSPEC, "program", {
            ...BUILD,
            SBOM: "yes",
            TESTS: '["test -f Dockerfile"]',
        });
        assert.equal(built.code, 0, built.output);
        assert.deepEqual(built.exported, {
            CHANGES: `https://github.com/example/wiki/compare/${"f".repeat(40)}...${COMMIT}`,
            COMMIT,
            DIGEST: NEW,
        });
        assert.ok(built.file("sbom.spdx.json") !== undefined);
        assert.equal((json(built.file("release.json")) as { repository: string }).repository, REPOSITORY);
    });

    it("takes commits, branches and tags as text, whatever they are", () => {
        for (const name of CHOSEN) {
            const built = run(STEP_BUILDSPEC, "program", {
                ...BUILD,
                BRANCH: name,
                COMMIT: name,
                CODEBUILD_SOURCE_VERSION: name,
                CODEBUILD_RESOLVED_SOURCE_VERSION: name,
            });
            assert.equal(built.code, 0, `${name}: ${built.output}`);
            assert.deepEqual([built.exported.COMMIT, built.exported.DIGEST], [name, NEW]);
            const pushes = built.calls.filter((call) => /^docker buildx build .* --push /.test(call));
            assert.equal(pushes.length, 1);
            const [, tag = ""] = /--tag (\S+)/.exec(pushes[0] ?? "") ?? [];
            assert.match(tag.replace(`${REPOSITORY}:`, ""), /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/, name);
        }
        assert.equal(existsSync(MARK), false);
    });

    it("releases again what a digest names, and nothing that is none", () => {
        const again = run(STEP_BUILDSPEC, "program", { ...BUILD, REQUESTED: OLD });
        assert.deepEqual([again.code, again.exported.DIGEST], [0, OLD]);
        for (const name of CHOSEN) {
            const built = run(STEP_BUILDSPEC, "program", { ...BUILD, REQUESTED: name });
            assert.notEqual(built.code, 0);
            assert.deepEqual([built.exported, built.file("release.json")], [{}, undefined], name);
        }
        assert.equal(existsSync(MARK), false);
    });

    it("ends with the first step that fails, and hands nothing on", () => {
        const failing: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
            [{ TESTS: '["exit 3"]' }, {}],
            [{}, { "fail-docker-build": "yes" }],
            [{}, { "fail-docker-push": "yes" }],
            [{ STEP: "copy", FROM: "other" }, {}],
            [{ STEP: "no-such-step" }, {}],
        ];
        for (const [variables, files] of failing) {
            const built = run(STEP_BUILDSPEC, "program", { ...BUILD, ...variables }, files);
            assert.notEqual(built.code, 0, JSON.stringify(variables));
            assert.deepEqual([built.exported, built.file("release.json")], [{}, undefined]);
        }
    });
});

describe("the buildspec of checks", () => {
    const CHECK = { ...BUILD, PUSH: "no", TESTS: '["test -f Dockerfile"]' };

    it("builds what was pushed with the program's scripts, and pushes nothing, whatever the branch is called", () => {
        for (const name of CHOSEN) {
            const built = run(CHECK_BUILDSPEC, "sources", {
                ...CHECK,
                CODEBUILD_RESOLVED_SOURCE_VERSION: COMMIT,
                CODEBUILD_SOURCE_VERSION: name,
                CODEBUILD_WEBHOOK_HEAD_REF: `refs/heads/${name}`,
                CODEBUILD_WEBHOOK_BASE_REF: "refs/heads/main",
            });
            assert.equal(built.code, 0, built.output);
            assert.deepEqual(
                built.calls.filter((call) => /--push|^aws/.test(call)),
                [],
            );
        }
        assert.equal(existsSync(MARK), false);
    });

    it("fails where a test does", () => {
        const variables = { ...CHECK, CODEBUILD_RESOLVED_SOURCE_VERSION: COMMIT, TESTS: '["false"]' };
        assert.notEqual(run(CHECK_BUILDSPEC, "sources", variables).code, 0);
    });
});

describe("the buildspec that runs Pulumi", () => {
    const preview = JSON.stringify({ steps: [{ op: "create", urn: "urn:pulumi:dev::selfhost::a::b" }] });

    it("installs, previews, and tells the approval what to say", () => {
        const variables = { SCRIPT: "preview", CODEBUILD_BUILD_URL: "https://console/a?b='c'" };
        const built = run(DEPLOY_BUILDSPEC, "program", variables, { "preview.json": preview });
        assert.equal(built.code, 0, built.output);
        assert.equal(built.calls[0], "install");
        assert.deepEqual(built.exported, {
            PREVIEW: "https://console/a?b='c'",
            STEPS: "dev: 1 to create",
            URL: "",
        });
        assert.ok(built.file("steps.txt") !== undefined);
    });

    it("releases in a stage of another environment's pipeline, and tells it the address", () => {
        const url = "https://wiki.example.com";
        const app = { service: ENVIRONMENT.SERVICE, repository: REPOSITORY, url };
        const outputs = JSON.stringify({ cluster: ENVIRONMENT.CLUSTER, apps: { wiki: app } });
        const elsewhere = { SCRIPT: "deploy", CLUSTER: "", SERVICE: "", REPOSITORY: "" };
        const pushed = { "images-eu-west-1-selfhost_dev_wiki": `${COMMIT} ${NEW}\n` };
        const built = run(DEPLOY_BUILDSPEC, "program", elsewhere, { outputs, ...pushed });
        assert.equal(built.code, 0, built.output);
        assert.equal(built.exported.URL, url);
        const failed = run(DEPLOY_BUILDSPEC, "program", elsewhere, {
            outputs,
            ...pushed,
            ups: "failed\nok\n",
        });
        assert.notEqual(failed.code, 0);
        assert.deepEqual(failed.exported, {});
    });

    it("takes commits and sources as text, whatever they are", () => {
        const pushed = { "images-eu-west-1-selfhost_dev_wiki": `${COMMIT} ${NEW}\n` };
        for (const name of ALL ? NAMES : CHOSEN.slice(0, 1)) {
            const variables = { SCRIPT: "deploy", COMMIT: name, SOURCE_URL: name };
            const built = run(DEPLOY_BUILDSPEC, "program", variables, pushed);
            assert.equal(built.code, 0, `${name}: ${built.output}`);
        }
        assert.equal(existsSync(MARK), false);
    });

    it("ends where the script does not exist, or is none of its own", () => {
        for (const SCRIPT of ["", "no-such-script", "../../../../tmp/x", `x; touch ${MARK}; #`]) {
            assert.notEqual(run(DEPLOY_BUILDSPEC, "program", { SCRIPT }).code, 0, SCRIPT);
        }
        assert.equal(existsSync(MARK), false);
    });
});
