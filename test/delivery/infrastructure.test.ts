import assert from "node:assert/strict";
import { assertDone, assertStopped, BUILT, called, NEW, OLD, type Outcome, running, step } from "./world";

const URN = "urn:pulumi:dev::selfhost::selfhost:index:Service$aws:ecs/service:Service::wiki-service";
const IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfhost/dev/wiki";

/** What `pulumi preview --json` prints, as far as it is read. */
function previewOf(
    ...steps: readonly { op: string; urn?: string; diffReasons?: readonly string[] }[]
): string {
    const all = [{ op: "refresh" }, { op: "same" }, { op: "read" }, ...steps];
    return JSON.stringify({ steps: all.map((one) => ({ urn: URN, ...one })) });
}

const UPDATE = previewOf({ op: "update", diffReasons: ["taskDefinition", "desiredCount"] });
const SHOWN = `update ${URN} desiredCount,taskDefinition\n`;
const RELEASES = `parameter_selfhost_dev_releases_wiki ${JSON.stringify({ digest: OLD, commit: "f".repeat(40) })}\n`;

const ups = (outcome: Outcome) => called(outcome, "pulumi up");

describe("the preview of the infrastructure pipeline", () => {
    const preview = (files: Record<string, string> = {}) =>
        step(
            "preview.sh",
            { CODEBUILD_BUILD_URL: "https://console/build?a=1&b='2'" },
            { "preview.json": UPDATE, ...files },
        );

    it("shows the plan and the preview, and tells the approval what to say, in words that bash can read", async () => {
        const outcome = await preview();
        assertDone(outcome);
        assert.match(outcome.output, /74 resources[^]*the preview, for people[^]*dev: 1 to update/);
        assert.deepEqual(ups(outcome), []);
        assert.equal(
            outcome.file("variables.sh"),
            "export STEPS=dev:\\ 1\\ to\\ update\nexport PREVIEW=https://console/build\\?a=1\\&b=\\'2\\'\n",
        );
    });

    it("compares with the plan of what was applied last, where there is one", async () => {
        const [first, next] = await Promise.all([
            preview(),
            preview({ "object-delivery_applied_plan.json": "the plan before" }),
        ]);
        assertDone(first);
        assert.match(first.output, /There is no plan of what was applied before/);
        assert.match(next.output, /compared with the plan before/);
    });

    it("looks at what AWS has, and at everything that would change, the pipeline itself too", async () => {
        const outcome = await preview();
        for (const call of called(outcome, "pulumi preview")) {
            assert.match(call, /--refresh/);
            assert.doesNotMatch(call, /--exclude|--target/);
        }
        assert.equal(called(outcome, "pulumi preview").length, 2);
    });

    it("stops where somebody else applies the environment, before AWS is asked anything", async () => {
        const outcome = await preview({ "applied-by": "github" });
        assertStopped(outcome, /dev is applied by github, not by codepipeline/);
        assert.deepEqual([called(outcome, "aws"), called(outcome, "pulumi")], [[], []]);
    });

    it("stops where it fails, and says what was wrong", async () => {
        const problem = { diagnostics: [{ severity: "error", message: "Pulumi.dev.yaml has one problem" }] };
        const outcome = await preview({ "preview.json": JSON.stringify(problem), "preview-fails": "yes" });
        assertStopped(outcome, /Pulumi\.dev\.yaml has one problem\n[^]*nothing was changed/);
    });

    it("counts a replacement once, whatever steps it takes", async () => {
        const other = URN.replace("wiki-service", "wiki-log");
        const outcome = await preview({
            "preview.json": previewOf(
                { op: "create-replacement" },
                { op: "replace" },
                { op: "delete-replaced" },
                { op: "create", urn: other },
                { op: "delete", urn: `${other}-old` },
            ),
        });
        assert.match(outcome.output, /dev: 1 to create, 1 to replace, 1 to delete/);
    });

    it("says so where there is nothing to do", async () => {
        assert.match((await preview({ "preview.json": previewOf() })).output, /dev: nothing to change/);
    });
});

describe("what the infrastructure pipeline applies", () => {
    function up(
        files: Record<string, string> = {},
        environment: Record<string, string> = {},
        shown: Readonly<Record<string, string>> = { "steps.txt": SHOWN, "releases.txt": RELEASES },
    ): Promise<Outcome> {
        return step(
            "up.sh",
            { APPROVED: "true", ...environment },
            { "preview.json": UPDATE, ups: "same\n", ...files },
            shown,
        );
    }

    it("is what was approved, all but the pipeline itself", async () => {
        const outcome = await up();
        assertDone(outcome);
        const [applied = "", ...others] = ups(outcome);
        assert.deepEqual(others, []);
        assert.equal(outcome.file("object-delivery_applied_plan.json"), '{"resources":[]}\n');
        assert.match(
            applied,
            /^pulumi up --yes --skip-preview --refresh --exclude \\\*\\\*::delivery-infrastructure --stack dev/,
        );
    });

    it("is nothing where the steps are others now, more or fewer", async () => {
        const more = previewOf(
            { op: "update", diffReasons: ["taskDefinition", "desiredCount"] },
            { op: "delete" },
        );
        const outcomes = await Promise.all([more, previewOf()].map((json) => up({ "preview.json": json })));
        for (const outcome of outcomes) {
            assertStopped(outcome, /this is not what was approved/);
            assert.deepEqual(ups(outcome), []);
        }
    });

    it("goes on where an app was released meanwhile, and says so", async () => {
        const outcome = await up({ parameter_selfhost_dev_releases_wiki: '{"digest":"sha256:new"}' });
        assertDone(outcome);
        assert.match(outcome.output, /Released since the preview/);
    });

    it("needs no preview where nobody was asked", async () => {
        const outcome = await up({}, { APPROVED: "false" }, {});
        assertDone(outcome);
        assert.deepEqual(called(outcome, "pulumi preview"), []);
    });

    it("is nothing where the one who agreed may not", async () => {
        const actions = JSON.stringify({
            actionExecutionDetails: [
                {
                    actionName: "Approval1",
                    status: "Succeeded",
                    updatedBy: "arn:aws:sts::123456789012:assumed-role/developer/eve",
                },
            ],
        });
        const asked = {
            APPROVERS: JSON.stringify({ Approval1: ["arn:aws:iam::123456789012:role/lead"] }),
            PIPELINE: "selfhost-dev-infrastructure",
            EXECUTION: "1",
        };
        const refused = await up({ actions }, asked);
        assertStopped(refused, /Approval1 was approved by/);
        assert.deepEqual(ups(refused), []);
        assertDone(await up({ actions: actions.replace("/developer/", "/lead/") }, asked));
    });

    it("is nothing where somebody else applies the environment", async () => {
        const outcome = await up({ "applied-by": "hand" });
        assertStopped(outcome, /is not applied by CodePipeline/);
        assert.deepEqual([called(outcome, "aws"), called(outcome, "pulumi")], [[], []]);
    });

    it("waits for another run, and takes away the lock of a build that is over", async () => {
        const waited = await up({ ups: "locked laptop\nsame\n" });
        assertDone(waited);
        assert.deepEqual([ups(waited).length, called(waited, "pulumi cancel").length], [2, 0]);
        const stale = await up({
            ups: "locked dead\nsame\n",
            "object-delivery_running_dead_selfhost-dev-deploy-11111111-2222-3333-4444-555555555555": "build",
            "build-status": "STOPPED",
        });
        assertDone(stale);
        assert.equal(called(stale, "pulumi cancel").length, 1);
    });

    const outputs = JSON.stringify({
        cluster: "selfhost-dev",
        apps: { wiki: { image: `${IMAGE}@${NEW}`, service: "wiki-1234567" } },
    });
    const built = {
        BUILT: '["wiki"]',
        PROMOTES_TO: JSON.stringify([{ environment: "staging", bucket: "next", region: "eu-west-1" }]),
    };

    it("is handed on where it builds an image and the image runs", async () => {
        const outcome = await up({ ...running(NEW), outputs }, built);
        assertDone(outcome);
        assert.match(outcome.output, /staging has it: s3:\/\/next\/incoming\/wiki\.zip/);
        assert.match(outcome.file(BUILT) ?? "", new RegExp(NEW));
    });

    it("is handed on under the name that AWS knows, whatever the stack calls the app now", async () => {
        const renamed = outputs.replace('"wiki":{', '"handbook":{"formerly":["wiki"],');
        const outcome = await up({ ...running(NEW), outputs: renamed }, built);
        assertDone(outcome);
        assert.match(outcome.output, /staging has it: s3:\/\/next\/incoming\/wiki\.zip/);
        assert.match(outcome.file(BUILT) ?? "", new RegExp(NEW));
    });

    it("fails, and hands nothing on, where something else runs: ECS may have gone back", async () => {
        const outcome = await up({ ...running(OLD), outputs }, built);
        assertStopped(outcome, /is not promoted/);
        assert.ok(!outcome.calls.some((call) => call.includes("incoming")));
        assert.doesNotMatch(outcome.file(BUILT) ?? "", new RegExp(NEW));
    });

    it("fails where `up` does, and hands nothing on", async () => {
        const outcome = await up({ ...running(NEW), outputs, ups: "failed\n" }, built);
        assertStopped(outcome, /`pulumi up` failed/);
        assert.doesNotMatch(outcome.output, /staging has it/);
    });
});

describe("the infrastructure pipeline's own definition", () => {
    const itself = (files: Record<string, string>) =>
        step("itself.sh", { PIPELINE: "selfhost-dev-infrastructure" }, { ups: "same\n", ...files });

    it("is all that the last action changes", async () => {
        const outcome = await itself({ versions: "3\n3\n" });
        assertDone(outcome);
        assert.match(ups(outcome)[0] ?? "", /--target \\\*\\\*::delivery-infrastructure --stack/);
        assert.deepEqual(called(outcome, "aws codepipeline start-pipeline-execution"), []);
    });

    it("starts the pipeline anew where it has changed", async () => {
        const outcome = await itself({ versions: "3\n4\n" });
        assertDone(outcome);
        assert.equal(called(outcome, "aws codepipeline start-pipeline-execution").length, 1);
    });

    it("starts nothing where the change failed", async () => {
        const outcome = await itself({ versions: "3\n4\n", ups: "failed\n" });
        assertStopped(outcome, /failed/);
        assert.deepEqual(called(outcome, "aws codepipeline start-pipeline-execution"), []);
    });
});

describe("the look for drift", () => {
    const topics = { MAIL_TOPIC: "arn:mail", CHAT_TOPIC: "arn:chat" };
    const drift = (files: Record<string, string>, environment: Record<string, string> = {}) =>
        step("drift.sh", { ...topics, ...environment }, { ups: "same\n", ...files });

    it("tells nobody where there is none", async () => {
        const outcome = await drift({ "preview.json": previewOf() });
        assertDone(outcome);
        assert.deepEqual([ups(outcome), outcome.file("published")], [[], undefined]);
    });

    it("tells what there is, and changes nothing", async () => {
        const outcome = await drift({ "preview.json": UPDATE });
        assertDone(outcome);
        assert.deepEqual(ups(outcome), []);
        const [mail = "", chat = ""] = (outcome.file("published") ?? "").trim().split("\n");
        assert.match(mail, /^dev is not as it was applied: 1 to update\./);
        const message = JSON.parse(chat) as {
            version: string;
            source: string;
            content: { description: string };
        };
        assert.deepEqual(
            [message.version, message.source, message.content.description],
            ["1.0", "custom", mail],
        );
    });

    it("is put back where it is told to, and says how that went", async () => {
        const [good, bad] = await Promise.all(
            ["same\n", "failed\n"].map((outcome) =>
                drift({ "preview.json": UPDATE, ups: outcome }, { APPLY: "true" }),
            ),
        );
        assert.ok(good && bad);
        assertDone(good);
        assert.equal(ups(good).length, 1);
        assert.match(good.file("published") ?? "", /and was put back/);
        assertStopped(bad, /could not be put back/);
        assert.match(bad.file("published") ?? "", /could not be put back/);
    });

    it("tells that it could not look", async () => {
        const outcome = await drift({ "preview.json": "{}", "preview-fails": "yes" });
        assertStopped(outcome, /the preview failed/);
        assert.match(outcome.file("published") ?? "", /could not be seen/);
    });
});
