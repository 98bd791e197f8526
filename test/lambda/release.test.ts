import assert from "node:assert/strict";
import type { Answer, Event } from "../../lambda/release/index.mjs" with { "resolution-mode": "import" };
import { FakeClock, Trouble, awsError, context } from "./fakes/common";
import { FakeEcr } from "./fakes/ecr";

const DIGEST = `sha256:${"0123456789ab".padEnd(64, "c")}`;
const OTHER = `sha256:${"0123456789ab".padEnd(64, "d")}`;
const TAG = "release-0123456789ab";
const event: Event = { repository: "dev/wiki", digest: DIGEST };

class World {
    readonly clock = new FakeClock();
    readonly trouble = new Trouble();
    readonly ecr = new FakeEcr();

    constructor() {
        const mediaType = "application/vnd.oci.image.manifest.v1+json";
        this.ecr.images.set(DIGEST, { manifest: '{ "schemaVersion": 2 }', mediaType });
        this.ecr.images.set(OTHER, { manifest: '{"schemaVersion":2}', mediaType });
    }

    async run(request: Event = event): Promise<Answer> {
        const { makeHandler } = await import("../../lambda/release/index.mjs");
        const ecr = this.trouble.watch(this.ecr) as unknown as Parameters<typeof makeHandler>[0]["ecr"];
        return makeHandler({ ecr, clock: this.clock, log: () => undefined })(
            request,
            context(this.clock, 60),
        );
    }
}

describe("release", () => {
    it("gives the digest a tag of its own, with the manifest as it is", async () => {
        const world = new World();
        assert.deepEqual(await world.run(), { ok: true, repository: "dev/wiki", digest: DIGEST, tag: TAG });
        assert.equal(world.ecr.tags.get(TAG), DIGEST);
    });

    it("takes a tag that it is given", async () => {
        const world = new World();
        await world.run({ ...event, tag: "v1.2" });
        assert.equal(world.ecr.tags.get("v1.2"), DIGEST);
    });

    it("changes nothing when run again, and ends the same wherever it was cut off", async () => {
        const whole = new World();
        await whole.run();
        await whole.run();
        assert.equal(whole.ecr.puts, 1);
        for (const call of [1, 2]) {
            for (const when of ["before", "after"] as const) {
                const world = new World();
                world.trouble.fail(call, when);
                await assert.rejects(world.run(), /the connection broke/);
                world.trouble.stop();
                await world.run();
                assert.equal(world.ecr.tags.get(TAG), DIGEST);
                assert.equal(world.ecr.puts, 1);
            }
        }
    });

    it("is content when somebody else has just given the digest that tag", async () => {
        const world = new World();
        world.ecr.putImage = () => Promise.reject(awsError("ImageAlreadyExistsException"));
        assert.equal((await world.run()).ok, true);
    });

    for (const immutable of [true, false]) {
        it(`never takes a tag from another digest, ${immutable ? "immutable" : "mutable"} tags`, async () => {
            const world = new World();
            world.ecr.immutable = immutable;
            world.ecr.tags.set(TAG, OTHER);
            await assert.rejects(world.run(), new RegExp(`The tag ${TAG} of dev/wiki belongs to ${OTHER}`));
            assert.equal(world.ecr.tags.get(TAG), OTHER);
        });
    }

    it("says so when somebody else takes the tag at the same moment", async () => {
        const world = new World();
        world.ecr.putImage = () => Promise.reject(awsError("ImageTagAlreadyExistsException"));
        await assert.rejects(world.run(), /belongs to another image/);
    });

    it("says what to do when the digest is not there", async () => {
        const world = new World();
        world.ecr.images.delete(DIGEST);
        await assert.rejects(world.run(), /dev\/wiki has no image sha256:0123.*Build or copy it again/);
    });

    it("does nothing on deletion: what was released may be wanted again", async () => {
        const world = new World();
        await world.run();
        world.trouble.calls = 0;
        await world.run({ ...event, tf: { action: "delete" } });
        assert.equal(world.trouble.calls, 0);
        assert.equal(world.ecr.tags.get(TAG), DIGEST);
    });

    it("lists everything that is wrong with a request", async () => {
        const broken = { repository: "A b", digest: "latest", tag: ".x" };
        await assert.rejects(new World().run(broken), /`repository` .*`digest` .*`tag` /);
    });
});
