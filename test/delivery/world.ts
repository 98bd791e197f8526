/** A small world for the steps of a pipeline: real bash, with recording stand-ins for aws, docker and pulumi on the path. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const OLD = `sha256:${"0".repeat(64)}`;
export const NEW = `sha256:${"a".repeat(64)}`;
export const COMMIT = "0123456789abcdef0123456789abcdef01234567";
export const REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfhost/dev/wiki";
export const RELEASE = "parameter_selfhost_dev_releases_wiki";
export const VERIFIED = "parameter_selfhost_dev_verified_wiki";
/** The same of an image that `up` has built. */
export const BUILT = "parameter_selfhost_dev_built_wiki";

/** Of the stand-in for ECR: `<tag> <digest>` a line. */
export const IMAGES = "images-eu-west-1-selfhost_dev_wiki";

export const ENVIRONMENT = {
    APP: "wiki",
    ENVIRONMENT: "dev",
    REPOSITORY,
    CLUSTER: "selfhost-dev",
    SERVICE: "wiki-1234567",
    DIGEST: NEW,
    COMMIT,
    DELIVERY_BUCKET: "delivery",
    STACK: "dev",
    CODEBUILD_BUILD_ID: "selfhost-dev-deploy:00000000-2222-3333-4444-555555555555",
} as const;

const SCRIPTS = join(__dirname, "../../delivery");

export interface Outcome {
    readonly code: number;
    readonly output: string;
    /** What was called, a line for each. */
    readonly calls: readonly string[];
    /** A file that the step wrote, or one of the world; undefined where there is none. */
    readonly file: (name: string) => string | undefined;
}

export const release = (digest: string, commit = COMMIT): string => JSON.stringify({ digest, commit });

/** A service that runs the image with the digest. */
export function running(digest: string, settings?: string): Readonly<Record<string, string>> {
    const container = {
        name: "wiki",
        image: `${REPOSITORY}@${digest}`,
        ...(settings === undefined ? {} : { dockerLabels: { "selfhost.settings": settings } }),
    };
    return {
        service: JSON.stringify({
            services: [
                {
                    taskDefinition: "arn:aws:ecs:eu-west-1:123456789012:task-definition/dev-wiki:6",
                    deployments: [{ status: "PRIMARY", rolloutState: "COMPLETED" }],
                },
            ],
        }),
        "definition-dev-wiki:6": JSON.stringify({ taskDefinition: { containerDefinitions: [container] } }),
        tasks: JSON.stringify({ taskArns: ["arn:aws:ecs:eu-west-1:123456789012:task/selfhost-dev/1"] }),
    };
}

/** What the stand-ins know unless a test says otherwise. */
export const USUAL: Readonly<Record<string, string>> = {
    ...running(OLD),
    [RELEASE]: release(OLD, "f".repeat(40)),
    [VERIFIED]: release(OLD, "f".repeat(40)),
    [BUILT]: release(OLD, "f".repeat(40)),
    [IMAGES]: `${"f".repeat(40)} ${OLD}\n`,
    "next-digest": NEW,
    scan: JSON.stringify({
        imageScanStatus: { status: "COMPLETE" },
        imageScanFindings: { findingSeverityCounts: {} },
    }),
    ups: "ok\n",
    calls: "",
};

/** Runs a step of a pipeline in a world with the given files more, or with an empty text, less. */
export async function step(
    script: string,
    environment: Readonly<Record<string, string>> = {},
    files: Readonly<Record<string, string>> = {},
    sources: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
    const folder = mkdtempSync(join(tmpdir(), "selfhost-step-"));
    try {
        fill(join(folder, "world"), { ...USUAL, ...files });
        fill(join(folder, "sources"), { Dockerfile: "FROM scratch\n", ...sources });
        mkdirSync(join(folder, "work"));
        const { code, output } = await bash(join(SCRIPTS, script), join(folder, "work"), {
            ...ENVIRONMENT,
            WORLD: join(folder, "world"),
            SOURCE: join(folder, "sources"),
            CODEBUILD_SRC_DIR_Preview: join(folder, "sources"),
            PATH: `${join(__dirname, "bin")}:${process.env.PATH ?? ""}`,
            HOME: folder,
            ...environment,
        });
        const written = new Map(
            ["work", "world"].flatMap((part) =>
                readdirSync(join(folder, part), { withFileTypes: true })
                    .filter((entry) => entry.isFile())
                    .map(({ name }) => [name, readFileSync(join(folder, part, name), "utf8")] as const),
            ),
        );
        const calls = (written.get("calls") ?? "").split("\n").filter((line) => line !== "");
        return { code, output, calls, file: (name) => written.get(name) };
    } finally {
        rmSync(folder, { recursive: true });
    }
}

export function fill(folder: string, files: Readonly<Record<string, string>>): void {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        if (text !== "" || name === "calls") {
            writeFileSync(join(folder, name), text);
        }
    }
}

function bash(
    script: string,
    cwd: string,
    env: Readonly<Record<string, string>>,
): Promise<{ code: number; output: string }> {
    assert.ok(existsSync(script), script);
    return new Promise((resolve) => {
        execFile("bash", [script], { cwd, env, timeout: 20_000 }, (error, stdout, stderr) => {
            const code = error === null ? 0 : typeof error.code === "number" ? error.code : -1;
            resolve({ code, output: `${stdout}${stderr}` });
        });
    });
}

/** The step ended well. */
export function assertDone({ code, output }: Outcome): void {
    assert.equal(code, 0, output);
}

/** The step stopped the pipeline and said why. */
export function assertStopped({ code, output }: Outcome, says: RegExp): void {
    assert.notEqual(code, 0, output);
    assert.match(output, says);
}

/** The calls that start with the words. */
export function called({ calls }: Outcome, words: string): readonly string[] {
    return calls.filter((call) => call.startsWith(words));
}

export function json(text: string | undefined): unknown {
    assert.ok(text !== undefined, "the file was not written");
    return JSON.parse(text);
}
