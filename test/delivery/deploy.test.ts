import assert from "node:assert/strict";
import {
    assertDone,
    assertStopped,
    called,
    COMMIT,
    IMAGES,
    NEW,
    OLD,
    type Outcome,
    RELEASE,
    release,
    running,
    step,
} from "./world";

const PUSHED = { [IMAGES]: `${"f".repeat(40)} ${OLD}\n${COMMIT} ${NEW}\n` };
const BEFORE = release(OLD, "f".repeat(40));

function deploy(
    files: Record<string, string> = {},
    environment: Record<string, string> = {},
): Promise<Outcome> {
    return step("deploy.sh", environment, { ...PUSHED, ...files });
}

const UUID = "11111111-2222-3333-4444-555555555555";

const ups = (outcome: Outcome) => called(outcome, "pulumi up");
const released = (outcome: Outcome) => (outcome.file(RELEASE) ?? "").trim();

describe("a release by `pulumi up`", () => {
    it("writes the release, applies what follows from it and nothing else, and looks at what runs", async () => {
        const outcome = await deploy();
        assertDone(outcome);
        assert.equal(released(outcome), release(NEW));
        const [up = "", ...others] = ups(outcome);
        assert.deepEqual(others, []);
        assert.deepEqual(
            [...up.matchAll(/--target (\S+)/g)].map(([, target]) => target),
            ["definition", "migration-run", "service", "smoke-run"].map(
                (part) => String.raw`\*\*::wiki-${part}`,
            ),
        );
        assert.match(up, /^pulumi up --yes --skip-preview --refresh .* --stack dev --non-interactive/);
        assert.equal(called(outcome, "aws ecs describe-tasks").length, 1);
    });

    it("keeps the image from the repository's lifecycle before anything else happens", async () => {
        const outcome = await deploy();
        assert.match(outcome.file(IMAGES) ?? "", new RegExp(`^release-${"a".repeat(12)} ${NEW}$`, "m"));
        const put = outcome.calls.findIndex((call) => call.startsWith("aws ecr put-image"));
        assert.ok(
            put >= 0 && put < outcome.calls.findIndex((call) => call.startsWith("aws ssm put-parameter")),
        );
    });

    it("asks the stack for the app's facts where the action does not tell them", async () => {
        const outputs = JSON.stringify({
            cluster: "selfhost-dev",
            apps: {
                wiki: {
                    url: "https://wiki.example.com",
                    service: "wiki-1234567",
                    repository: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfhost/dev/wiki",
                },
            },
        });
        const nothing = { CLUSTER: "", SERVICE: "", REPOSITORY: "" };
        const [known, unknown] = await Promise.all([
            deploy({ outputs }, nothing),
            deploy({ outputs: '{"cluster":"selfhost-dev","apps":{}}' }, nothing),
        ]);
        assertDone(known);
        // For the checks of the other environment's pipeline, which has no address of its own to ask.
        assert.equal(known.file("variables.sh"), "export URL=https://wiki.example.com\n");
        assertStopped(unknown, /the stack dev has no app wiki/);
    });

    it("finds an app that the stack calls otherwise than AWS does", async () => {
        const outputs = JSON.stringify({
            cluster: "selfhost-dev",
            apps: {
                aaa: { formerly: ["wik", "wikis"], service: "another", repository: "another" },
                handbook: {
                    formerly: ["wiki", "guide"],
                    service: "wiki-1234567",
                    repository: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfhost/dev/wiki",
                },
            },
        });
        const told = await deploy({ outputs });
        const asked = await deploy({ outputs }, { CLUSTER: "", SERVICE: "", REPOSITORY: "" });
        for (const outcome of [told, asked]) {
            assertDone(outcome);
            assert.equal(released(outcome), release(NEW));
            const [up = ""] = ups(outcome);
            assert.deepEqual(
                [...up.matchAll(/--target \S*::([\w-]+)/g)].map(([, target]) => target),
                ["definition", "migration-run", "service", "smoke-run"].map((part) => `handbook-${part}`),
            );
        }
    });

    it("changes nothing for an image that does not exist", async () => {
        const outcome = await deploy({ [IMAGES]: `${COMMIT} ${OLD}\n` });
        assertStopped(outcome, /has no image sha256:a+: it expired, or it was never pushed/);
        assert.deepEqual([released(outcome), ups(outcome).length], [BEFORE, 0]);
    });

    it("goes back to the release before, and fails, when the deployment does", async () => {
        const outcome = await deploy({ ups: "failed\nok\n" });
        assertStopped(outcome, /The release failed: going back/);
        assert.equal(released(outcome), BEFORE);
        assert.equal(ups(outcome).length, 2);
    });

    it("goes back when `up` succeeds and other tasks run: ECS may have gone back by itself", async () => {
        const outcome = await deploy({ ups: "same\nok\n" });
        assertStopped(outcome, /The service runs sha256:0+, not sha256:a+/);
        assert.deepEqual([released(outcome), ups(outcome).length], [BEFORE, 2]);
    });

    it("goes back when the service is right and a task is not", async () => {
        const outcome = await deploy({ running: OLD });
        assertStopped(outcome, /Tasks still run sha256:0+/);
        assert.equal(released(outcome), BEFORE);
    });

    it("goes back when nobody can tell what runs", async () => {
        const outcomes = await Promise.all(
            ["describe-services", "describe-tasks", "list-tasks", "describe-task-definition"].map(
                (operation) => deploy({ [`fail-ecs-${operation}`]: "ThrottlingException" }),
            ),
        );
        for (const outcome of outcomes) {
            assertStopped(outcome, /going back/);
            assert.equal(released(outcome), BEFORE);
        }
    });

    it("is deployed, and proves nothing, where there are no tasks", async () => {
        const outcome = await deploy({ tasks: '{"taskArns": []}' });
        assertDone(outcome);
        assert.match(outcome.output, /nothing is proven/);
        assert.equal(released(outcome), release(NEW));
    });

    it("refuses an app that is not a name: targets would be a pattern", async () => {
        assertStopped(await deploy({}, { APP: "*" }), /is not the name of an app/);
    });
});

describe("a stack that another run has locked", () => {
    it("is waited for", async () => {
        const outcome = await deploy({ ups: "locked laptop\nlocked laptop\nok\n" });
        assertDone(outcome);
        assert.deepEqual([ups(outcome).length, called(outcome, "sleep").length], [3, 2]);
        assert.deepEqual(called(outcome, "pulumi cancel"), []);
    });

    it("is left alone while a build that is running has it", async () => {
        const outcome = await deploy({
            ups: "locked other\nok\n",
            [`object-delivery_running_other_selfhost-dev-deploy-${UUID}`]: "build",
            "build-status": "IN_PROGRESS",
        });
        assertDone(outcome);
        assert.deepEqual(called(outcome, "pulumi cancel"), []);
    });

    it("is freed from a build that has ended", async () => {
        const outcome = await deploy({
            ups: "locked dead\nok\n",
            [`object-delivery_running_dead_selfhost-dev-deploy-${UUID}`]: "build",
            "build-status": "STOPPED",
        });
        assertDone(outcome);
        assert.equal(called(outcome, "pulumi cancel").length, 1);
        assert.deepEqual(called(outcome, "sleep"), []);
    });

    it("is never freed from somebody whom nobody knows", async () => {
        const outcome = await deploy({ ups: "locked laptop\nok\n", "build-status": "SUCCEEDED" });
        assertDone(outcome);
        assert.deepEqual(called(outcome, "pulumi cancel"), []);
        assert.deepEqual(called(outcome, "aws codebuild"), []);
    });

    it("is given up at last, and the release with it", async () => {
        const outcome = await deploy({ ups: "locked laptop\n" }, { LOCK_MINUTES: "0" });
        assertStopped(outcome, /has been locked for 0 minutes/);
        assert.equal(released(outcome), BEFORE);
    });
});

describe("integration commands", () => {
    it("know the URL and the release, and stop the pipeline when one fails", async () => {
        const commands = ['test "$URL" = https://wiki.example.com', 'test "$DIGEST" != ""', "exit 3"];
        const outcome = await step("integration.sh", {
            COMMANDS: JSON.stringify(commands),
            URL: "https://wiki.example.com",
        });
        assertStopped(outcome, /the check failed: exit 3/);
        assertDone(
            await step("integration.sh", {
                COMMANDS: JSON.stringify(commands.slice(0, 2)),
                URL: "https://wiki.example.com",
            }),
        );
    });
});

describe("the last step", () => {
    const TO = JSON.stringify([
        { environment: "staging", bucket: "staging-bucket", region: "eu-west-1" },
        { environment: "later", bucket: "later-bucket", region: "us-east-1" },
    ]);
    const VERIFIED = "parameter_selfhost_dev_verified_wiki";
    const verified = (outcome: Outcome) => (outcome.file(VERIFIED) ?? "").trim();

    it("records what runs and hands it to the environments that are there", async () => {
        const outcome = await step(
            "publish.sh",
            { PROMOTES_TO: TO },
            { ...running(NEW), "no-bucket-later-bucket": "1" },
        );
        assertDone(outcome);
        assert.equal(verified(outcome), release(NEW));
        assert.ok(outcome.file("object-staging-bucket_incoming_wiki.zip")?.startsWith("PK"));
        assert.match(outcome.output, /later does not exist yet/);
    });

    it("gives what `up` has built the tag of its commit, which never moves", async () => {
        const other = `sha256:${"b".repeat(64)}`;
        const [fresh, known, taken, nobody] = await Promise.all([
            step("publish.sh", {}, { ...running(NEW), [IMAGES]: `up-wiki ${NEW}\n` }),
            step("publish.sh", {}, { ...running(NEW), [IMAGES]: `${"e".repeat(40)} ${NEW}\n` }),
            step("publish.sh", {}, { ...running(NEW), [IMAGES]: `${COMMIT} ${other}\nup-wiki ${NEW}\n` }),
            step("publish.sh", { COMMIT: "unknown" }, { ...running(NEW), [IMAGES]: `up-wiki ${NEW}\n` }),
        ]);
        [fresh, known, taken, nobody].forEach(assertDone);
        assert.equal(fresh.file(IMAGES), `up-wiki ${NEW}\n${COMMIT} ${NEW}\n`);
        assert.equal(known.file(IMAGES), `${"e".repeat(40)} ${NEW}\n`);
        assert.equal(taken.file(IMAGES), `${COMMIT} ${other}\nup-wiki ${NEW}\n`);
        assert.match(taken.output, /was built before, with another outcome/);
        assert.equal(nobody.file(IMAGES), `up-wiki ${NEW}\n`);
    });

    it("hands nothing on while something else runs, or nothing at all", async () => {
        const [other, none] = await Promise.all([
            step("publish.sh", { PROMOTES_TO: TO }),
            step("publish.sh", { PROMOTES_TO: TO }, { ...running(NEW), tasks: '{"taskArns": []}' }),
        ]);
        assertStopped(other, /something else was deployed meanwhile/);
        assertDone(none);
        for (const outcome of [other, none]) {
            assert.equal(verified(outcome), BEFORE);
            assert.deepEqual(called(outcome, "aws s3"), []);
        }
    });

    it("hands a digest on once: going back to it is no new release for others", async () => {
        const outcome = await step("publish.sh", { PROMOTES_TO: TO }, running(OLD));
        assertStopped(outcome, /something else/);
        const again = await step("publish.sh", { PROMOTES_TO: TO, DIGEST: OLD }, running(OLD));
        assertDone(again);
        assert.deepEqual(called(again, "aws s3"), []);
    });

    it("records nothing where handing on failed", async () => {
        const outcome = await step(
            "publish.sh",
            { PROMOTES_TO: TO },
            { ...running(NEW), "fail-s3-cp": "AccessDenied" },
        );
        assertStopped(outcome, /staging did not get the release/);
        assert.equal(verified(outcome), BEFORE);
    });
});

describe("an approval that only some may give", () => {
    const ROLE = "arn:aws:iam::123456789012:role/people/release-managers";
    const approved = (by: string, role = ROLE) =>
        step(
            "approved.sh",
            { PIPELINE: "dev-wiki", EXECUTION: "1", APPROVERS: JSON.stringify({ Approve1: [role] }) },
            {
                actions: JSON.stringify({
                    actionExecutionDetails: [
                        { actionName: "Approve1", status: "Succeeded", updatedBy: by, lastUpdateTime: 1 },
                    ],
                }),
            },
        );

    it("counts from a session of the role, and from nobody else", async () => {
        const session = "arn:aws:sts::123456789012:assumed-role/release-managers/ann";
        assertDone(await approved(session));
        const outcomes = await Promise.all([
            approved("arn:aws:sts::123456789012:assumed-role/release-managers-2/ann"),
            approved("arn:aws:sts::999999999999:assumed-role/release-managers/ann"),
            approved("arn:aws:iam::123456789012:user/release-managers"),
            approved(""),
        ]);
        for (const outcome of outcomes) {
            assertStopped(outcome, /who is none of arn:aws:iam::123456789012:role\/people\/release-managers/);
        }
    });
});
