import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertDone, assertStopped, called, COMMIT, json, NEW, OLD, type Outcome, step } from "./world";

const FROM = "999999999999.dkr.ecr.us-east-1.amazonaws.com/selfhost/test/wiki";
const TO = "images-eu-west-1-selfhost_dev_wiki";
const INCOMING = {
    app: "wiki",
    environment: "test",
    repository: FROM,
    digest: NEW,
    commit: COMMIT,
    source: "https://github.com/example/wiki",
};

async function copy(
    incoming: object,
    environment: Record<string, string> = {},
    files: Record<string, string> = {},
): Promise<Outcome> {
    const folder = mkdtempSync(join(tmpdir(), "selfhost-incoming-"));
    const file = join(folder, "release.json");
    try {
        writeFileSync(file, JSON.stringify(incoming));
        return await step(
            "copy.sh",
            { REQUESTED: "none", INCOMING: file, FROM, COMMIT: "", ...environment },
            files,
        );
    } finally {
        rmSync(folder, { recursive: true });
    }
}

describe("a promotion", () => {
    it("copies the digest from account to account and region to region, and builds nothing", async () => {
        const outcome = await copy(INCOMING);
        assertDone(outcome);
        assert.deepEqual(called(outcome, "docker buildx build"), []);
        assert.deepEqual(
            called(outcome, "docker login").map((call) => call.split(" ").at(-2)),
            ["999999999999.dkr.ecr.us-east-1.amazonaws.com", "123456789012.dkr.ecr.eu-west-1.amazonaws.com"],
        );
        const [created = "", ...others] = called(outcome, "docker buildx imagetools create");
        assert.deepEqual(others, []);
        assert.match(created, new RegExp(`--prefer-index=false .* ${FROM}@${NEW} $`));
        assert.match(outcome.file(TO) ?? "", new RegExp(`^release-${"a".repeat(12)} ${NEW}$`, "m"));
        assert.match(outcome.file(TO) ?? "", new RegExp(`^${COMMIT} ${NEW}$`, "m"));
        assert.deepEqual(json(outcome.file("release.json")), {
            ...INCOMING,
            environment: "dev",
            repository: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfhost/dev/wiki",
            changes: `https://github.com/example/wiki/compare/${"f".repeat(40)}...${COMMIT}`,
        });
    });

    it("does nothing again where the digest is there", async () => {
        const outcome = await copy(INCOMING, {}, { [TO]: `release-${"a".repeat(12)} ${NEW}\n` });
        assertDone(outcome);
        assert.deepEqual(called(outcome, "docker"), []);
    });

    it("stops at a copy that is not the same image", async () => {
        assertStopped(
            await copy(INCOMING, {}, { "changes-digest": "1", "next-digest": OLD }),
            /the copy is sha256:0+, not/,
        );
    });

    it("stops where the image is missing or may not be read", async () => {
        assertStopped(
            await copy(INCOMING, {}, { "fail-docker-imagetools": "1" }),
            /was not copied from selfhost\/test\/wiki/,
        );
    });

    it("takes releases of the app alone, from the one repository alone", async () => {
        const [app, repository, digest] = await Promise.all([
            copy({ ...INCOMING, app: "shop" }),
            copy({ ...INCOMING, repository: FROM.replace("999", "666") }),
            copy({ ...INCOMING, digest: "latest" }),
        ]);
        assertStopped(app, /is a release of shop/);
        assertStopped(repository, /only .* may be promoted/);
        assertStopped(digest, /is not a digest/);
    });

    it("started by a tag, takes the image of the tagged commit alone", async () => {
        const [same, other] = await Promise.all([
            copy(INCOMING, { COMMIT }),
            copy(INCOMING, { COMMIT: "e".repeat(40) }),
        ]);
        assertDone(same);
        assertStopped(other, /the tag is on the commit e+, and what was verified last is/);
    });

    it("reads what ECR's source action writes, and copies nothing within a repository", async () => {
        const own = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfhost/dev/wiki";
        const outcome = await copy({ ImageDigest: OLD, RepositoryName: "selfhost/dev/wiki" }, { FROM: own });
        assertDone(outcome);
        assert.deepEqual(called(outcome, "docker"), []);
        const { digest, commit } = json(outcome.file("release.json")) as Record<string, string>;
        assert.deepEqual([digest, commit], [OLD, "f".repeat(40)]);
    });

    it("looks an earlier digest up instead, where a person asks for it", async () => {
        const outcome = await copy(INCOMING, { REQUESTED: OLD });
        assertDone(outcome);
        assert.deepEqual(called(outcome, "docker"), []);
        assert.equal((json(outcome.file("release.json")) as { digest: string }).digest, OLD);
    });
});
