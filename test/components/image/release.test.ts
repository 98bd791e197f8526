import assert from "node:assert/strict";
import { parseRelease } from "../../../components/image/release";

const DIGEST = `sha256:${"a".repeat(64)}`;

describe("the release that a parameter names", () => {
    it("is none, as long as nobody has written it", () => {
        assert.equal(parseRelease("bootstrap"), undefined);
    });

    it("is the digest and the commit that a pipeline wrote", () => {
        const release = { digest: DIGEST, commit: "0a1b2c3" };
        assert.deepEqual(parseRelease(JSON.stringify(release)), release);
    });

    it("is the digest that a person wrote, of nobody knows which commit", () => {
        assert.deepEqual(parseRelease(DIGEST), { digest: DIGEST, commit: "unknown" });
    });

    it("is never the first one again, whatever the text is", () => {
        assert.deepEqual(parseRelease("latest"), { digest: "latest", commit: "unknown" });
        for (const text of ["{", "{}", `{"digest":"${DIGEST}"}`]) {
            assert.throws(() => parseRelease(text), /is no release/);
        }
    });
});
