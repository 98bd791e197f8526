import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
    assertDone,
    assertStopped,
    called,
    COMMIT,
    IMAGES,
    json,
    NEW,
    OLD,
    type Outcome,
    REPOSITORY,
    step,
} from "./world";

const BUILD = {
    PLATFORM: "linux/arm64",
    CONTEXT: ".",
    DOCKERFILE: "Dockerfile",
    REQUESTED: "none",
    SOURCE_URL: "https://github.com/example/wiki",
    BRANCH: "main",
};

function build(
    environment: Record<string, string> = {},
    files: Record<string, string> = {},
): Promise<Outcome> {
    return step("build.sh", { ...BUILD, ...environment }, files);
}

const pushes = (outcome: Outcome) =>
    called(outcome, "docker buildx build").filter((call) => call.includes(" --push "));

describe("the build of an image", () => {
    it("pushes once, under the commit, and hands the digest on with a link to what is new", async () => {
        const outcome = await build({ BUILD_ARGS: '{"A":"1 2","B":"$(touch x)"}' });
        assertDone(outcome);
        assert.equal(pushes(outcome).length, 1);
        const [push = ""] = pushes(outcome);
        for (const words of [
            "--platform linux/arm64",
            "--provenance=false --sbom=false",
            `--tag ${REPOSITORY}:${COMMIT}`,
            `--label org.opencontainers.image.revision=${COMMIT}`,
            String.raw`--build-arg A=1\ 2 --build-arg B=\$\(touch\ x\)`,
        ]) {
            assert.ok(push.includes(words), `${words} in ${push}`);
        }
        assert.deepEqual(json(outcome.file("release.json")), {
            app: "wiki",
            environment: "dev",
            repository: REPOSITORY,
            digest: NEW,
            commit: COMMIT,
            source: "https://github.com/example/wiki",
            changes: `https://github.com/example/wiki/compare/${"f".repeat(40)}...${COMMIT}`,
        });
        assert.deepEqual(json(outcome.file("sbom.spdx.json")), { spdxVersion: "SPDX-2.3" });
    });

    it("does nothing again for a commit that has its image: a tag never moves", async () => {
        const outcome = await build({}, { [IMAGES]: `${COMMIT} ${NEW}\n` });
        assertDone(outcome);
        assert.deepEqual(called(outcome, "docker"), []);
        assert.equal((json(outcome.file("release.json")) as { digest: string }).digest, NEW);
    });

    it("runs the app's tests first, in the sources, and stops at the first that fails", async () => {
        const tests = JSON.stringify(["test -f Dockerfile", "echo one two; false", "echo never"]);
        const outcome = await build({ TESTS: tests });
        assertStopped(outcome, /the test failed: echo one two; false/);
        assert.match(outcome.output, /one two/);
        assert.doesNotMatch(outcome.output, /never/);
        assert.deepEqual(called(outcome, "docker"), []);
    });

    it("keeps the bill of materials by the digest, longer than the pipeline keeps its own", async () => {
        const kept = "object-delivery_sbom_wiki_" + "a".repeat(64) + ".spdx.json";
        const [outcome, none, off] = await Promise.all([
            build({ SBOMS: "s3://delivery/sbom/wiki" }),
            build({ SBOMS: "s3://gone/sbom/wiki" }, { "no-bucket-gone": "yes" }),
            build({ SBOMS: "s3://delivery/sbom/wiki", SBOM: "no" }),
        ]);
        assertDone(outcome);
        assert.match(outcome.file(kept) ?? "", /spdxVersion/);
        assertStopped(none, /was not kept in s3:\/\/gone/);
        assertDone(off);
        assert.equal(off.file(kept), undefined);
    });

    it("makes up for a bill that was not kept, though the commit has its image", async () => {
        const object = "object-delivery_sbom_wiki_" + "a".repeat(64) + ".spdx.json";
        const has = { [IMAGES]: `${COMMIT} ${NEW}\n` };
        const [late, kept] = await Promise.all([
            build({ SBOMS: "s3://delivery/sbom/wiki" }, has),
            build({ SBOMS: "s3://delivery/sbom/wiki" }, { ...has, [object]: "{}" }),
        ]);
        assertDone(late);
        assert.match(late.file(object) ?? "", /spdxVersion/);
        assert.deepEqual(
            called(late, "docker buildx build").filter((call) => call.includes("--push")),
            [],
        );
        assertDone(kept);
        assert.deepEqual(called(kept, "docker"), []);
    });

    it("stops when the build fails, and hands nothing on", async () => {
        const outcome = await build({}, { "fail-docker-build": "1" });
        assertStopped(outcome, /not built and pushed/);
        assert.equal(outcome.file("release.json"), undefined);
    });

    it("stops when the push fails, and hands nothing on", async () => {
        const outcome = await build({}, { "fail-docker-push": "1" });
        assertStopped(outcome, /not built and pushed/);
        assert.equal(outcome.file("release.json"), undefined);
    });

    it("does not take a registry that cannot be read for one without the image", async () => {
        const outcome = await build({}, { "fail-ecr-describe-images": "AccessDeniedException" });
        assertStopped(outcome, /cannot be read/);
        assert.deepEqual(called(outcome, "docker"), []);
    });

    it("stops at vulnerabilities of the severity that was said", async () => {
        const findings = (counts: Record<string, number>) => ({
            scan: JSON.stringify({
                imageScanStatus: { status: "ACTIVE" },
                imageScanFindings: { findingSeverityCounts: counts },
            }),
        });
        const [high, low, off, unscannable] = await Promise.all([
            build({ SCAN: "high" }, findings({ HIGH: 2, CRITICAL: 1 })),
            build({ SCAN: "critical" }, findings({ HIGH: 2 })),
            build({ SCAN: "none" }, findings({ CRITICAL: 2 })),
            build({}, { scan: JSON.stringify({ imageScanStatus: { status: "UNSUPPORTED_IMAGE" } }) }),
        ]);
        assertStopped(high, /found 3 vulnerabilities/);
        assertDone(low);
        assertDone(off);
        assertStopped(unscannable, /could not scan/);
    });

    it("uses branch names as text, whatever they are", async () => {
        const mark = join(tmpdir(), "selfhost-evaluated");
        rmSync(mark, { force: true });
        const branches = [
            "feature/ä b$(x)",
            `$(touch ${mark})`,
            `"; touch ${mark}; "`,
            `\`touch ${mark}\``,
            "-x'y",
        ];
        const outcomes = await Promise.all(branches.map((BRANCH) => build({ BRANCH, SBOM: "no" })));
        outcomes.forEach(assertDone);
        assert.equal(existsSync(mark), false);
        assert.equal(pushes(outcomes[0] ?? assert.fail()).length, 1);
    });

    it("looks an earlier digest up instead, where a person asks for it", async () => {
        const [known, unknown, wrong] = await Promise.all([
            build({ REQUESTED: OLD }),
            build({ REQUESTED: NEW }),
            build({ REQUESTED: "latest; rm -rf /" }),
        ]);
        assertDone(known);
        assert.deepEqual(called(known, "docker"), []);
        assert.equal((json(known.file("release.json")) as { commit: string }).commit, "f".repeat(40));
        assertStopped(unknown, /has no image sha256:a+: it expired/);
        assertStopped(wrong, /is not a digest/);
    });

    it("leaves nothing behind where it only checks", async () => {
        const outcome = await build({ PUSH: "no", TESTS: '["true"]' });
        assertDone(outcome);
        assert.deepEqual(pushes(outcome), []);
        assert.deepEqual(called(outcome, "aws"), []);
    });

    it("takes nothing but the folder of a contributor, with the platform's Dockerfile", async () => {
        const platform = join(__dirname, "../../docker/site/Dockerfile");
        const site = { PLATFORM_DOCKERFILE: "docker/site/Dockerfile", FILES: "site" };
        const [good, missing] = await Promise.all([
            step(
                "build.sh",
                { ...BUILD, ...site },
                {},
                { "site/index.html": "hello", Dockerfile: "FROM evil\n" },
            ),
            step("build.sh", { ...BUILD, ...site }, {}, { "index.html": "hello" }),
        ]);
        assertDone(good);
        const [push = ""] = pushes(good);
        assert.ok(push.includes(`--file ${platform} `) && push.endsWith("/sources/site "), push);
        assertStopped(missing, /have no folder site/);
    });

    it("moves the tag that another pipeline waits for, at last", async () => {
        const outcome = await build({ MOVING_TAG: "up-live" }, { [IMAGES]: `up-live ${OLD}\n` });
        assertDone(outcome);
        assert.match(outcome.file(IMAGES) ?? "", new RegExp(`^up-live ${NEW}$`, "m"));
    });
});
