import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
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
    RELEASE,
    release,
    REPOSITORY,
    running,
    step,
} from "./world";

const DEFINITION = "arn:aws:ecs:eu-west-1:123456789012:task-definition/dev-wiki";
const TASKDEF = {
    family: "dev-wiki",
    cpu: "512",
    memory: "1024",
    containerDefinitions: [
        { name: "secret-files", image: "<IMAGE1_NAME>", essential: false },
        { name: "wiki", image: "<IMAGE1_NAME>", essential: true, dockerLabels: { team: "a" } },
        { name: "sidecar", image: "public.ecr.aws/x/y@sha256:1", essential: false },
    ],
};
/** As `jq -cS` writes it. */
const SETTINGS = createHash("sha256")
    .update(`${canonical(TASKDEF)}\n`)
    .digest("hex")
    .slice(0, 16);
const PUSHED = { [IMAGES]: `${COMMIT} ${NEW}\n` };

function canonical(value: unknown): string {
    if (Array.isArray(value)) {
        return `[${value.map(canonical).join(",")}]`;
    }
    if (typeof value === "object" && value !== null) {
        const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
        return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(",")}}`;
    }
    return JSON.stringify(value);
}

async function withFile<T>(content: unknown, use: (file: string) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), "selfhost-file-"));
    try {
        const file = join(folder, "file.json");
        writeFileSync(file, JSON.stringify(content));
        return await use(file);
    } finally {
        rmSync(folder, { recursive: true });
    }
}

function prepare(
    deployer: string,
    files: Record<string, string> = {},
    environment: Record<string, string> = {},
): Promise<Outcome> {
    const definition = { "object-delivery_apps_wiki_taskdef.json": JSON.stringify(TASKDEF) };
    return step(
        "prepare.sh",
        {
            DEPLOYER: deployer,
            DEFINITION: "s3://delivery/apps/wiki/taskdef.json",
            PORT: "80",
            ...environment,
        },
        { ...PUSHED, ...definition, ...files },
    );
}

describe("what the ECS action reads", () => {
    it("names every container of the app's image, with its digest", async () => {
        const outcome = await prepare("ecs", running(OLD, SETTINGS));
        assertDone(outcome);
        // https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html
        assert.deepEqual(json(outcome.file("imagedefinitions.json")), [
            { name: "secret-files", imageUri: `${REPOSITORY}@${NEW}` },
            { name: "wiki", imageUri: `${REPOSITORY}@${NEW}` },
        ]);
        assert.deepEqual(json(outcome.file("before.json")), { definition: `${DEFINITION}:6` });
    });

    it("leaves the service to the action where its settings are the program's", async () => {
        const outcome = await prepare("ecs", running(OLD, SETTINGS));
        assert.deepEqual(called(outcome, "aws ecs update-service"), []);
        assert.deepEqual(called(outcome, "aws ecs register-task-definition"), []);
    });

    it("comes after changed settings, or the image before the first release, which the action would keep", async () => {
        const outcome = await prepare("ecs", running(OLD, "another"));
        assertDone(outcome);
        assert.equal(called(outcome, "aws ecs update-service").length, 1);
        const registered = json(outcome.file("definition-dev-wiki:99")) as { taskDefinition: typeof TASKDEF };
        assert.deepEqual(
            registered.taskDefinition.containerDefinitions.map(({ image }) => image),
            [`${REPOSITORY}@${NEW}`, `${REPOSITORY}@${NEW}`, "public.ecr.aws/x/y@sha256:1"],
        );
        assert.deepEqual(registered.taskDefinition.containerDefinitions[1]?.dockerLabels, {
            team: "a",
            "selfhost.settings": SETTINGS,
        });
    });

    it("is not reached when the new settings do not run: the service gets the old ones back", async () => {
        const outcome = await prepare("ecs", { ...running(OLD, "another"), rollout: "FAILED" });
        assertStopped(outcome, /tasks failed to start[\s\S]*did not become steady/);
        assert.match(called(outcome, "aws ecs update-service").at(-1) ?? "", /task-definition\/dev-wiki:6/);
        assert.equal(outcome.file("imagedefinitions.json"), undefined);
    });

    it("comes after the migrations of the new image, and not at all when they fail", async () => {
        const migration = {
            function: "wiki-migration",
            request: { cluster: "selfhost-dev", command: ["migrate"] },
        };
        const environment = { MIGRATION: JSON.stringify(migration) };
        const [good, bad] = await Promise.all([
            prepare("ecs", running(OLD, SETTINGS), environment),
            prepare("ecs", { ...running(OLD, SETTINGS), migration: "Unhandled" }, environment),
        ]);
        assertDone(good);
        assert.deepEqual(json(good.file("migration-request")), {
            cluster: "selfhost-dev",
            command: ["migrate"],
            standIn: false,
            image: `${REPOSITORY}@${NEW}`,
            taskDefinition: `${DEFINITION}:99`,
        });
        assertStopped(bad, /table exists[\s\S]*the migration failed/);
        assert.equal(bad.file("imagedefinitions.json"), undefined);
    });

    it("comes without migrations where the same image is released again, for its settings", async () => {
        const environment = { MIGRATION: JSON.stringify({ function: "wiki-migration", request: {} }) };
        const again = { ...running(NEW, "another"), [RELEASE]: release(NEW) };
        for (const deployer of ["ecs", "codedeploy"]) {
            const outcome = await prepare(deployer, again, environment);
            assertDone(outcome);
            assert.deepEqual(called(outcome, "aws lambda invoke"), [], deployer);
        }
        // Nobody knows whether those of a digest that a person wrote have run.
        const byHand = await prepare("ecs", { ...again, [RELEASE]: NEW }, environment);
        assert.equal(called(byHand, "aws lambda invoke").length, 1);
    });

    it("needs the definition that the program writes", async () => {
        const missing = { "object-delivery_apps_wiki_taskdef.json": "" };
        assertStopped(await prepare("ecs", missing), /apply the environment, which writes it/);
    });

    it("needs an image that exists", async () => {
        assertStopped(await prepare("ecs", { [IMAGES]: `x ${OLD}\n` }), /has no image/);
    });
});

describe("what the CodeDeploy action reads", () => {
    it("is in the form of its three files", async () => {
        const outcome = await prepare("codedeploy", {}, { SMOKE: "wiki-smoke" });
        assertDone(outcome);
        // https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECSbluegreen.html
        assert.deepEqual(json(outcome.file("imageDetail.json")), { ImageURI: `${REPOSITORY}@${NEW}` });
        const taskdef = json(outcome.file("taskdef.json")) as typeof TASKDEF;
        assert.deepEqual(Object.keys(taskdef).sort(), Object.keys(TASKDEF).sort());
        assert.deepEqual(
            taskdef.containerDefinitions.map(({ image }) => image),
            ["<IMAGE1_NAME>", "<IMAGE1_NAME>", "public.ecr.aws/x/y@sha256:1"],
        );
        // https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
        assert.deepEqual(parse(outcome.file("appspec.yaml") ?? ""), {
            version: 0,
            Resources: [
                {
                    TargetService: {
                        Type: "AWS::ECS::Service",
                        Properties: {
                            TaskDefinition: "<TASK_DEFINITION>",
                            LoadBalancerInfo: { ContainerName: "wiki", ContainerPort: 80 },
                        },
                    },
                },
            ],
            Hooks: [{ AfterAllowTraffic: "wiki-smoke" }],
        });
        assert.deepEqual(called(outcome, "aws ecs update-service"), []);
    });

    it("knows the revision before from the primary task set", async () => {
        const service = JSON.stringify({
            services: [
                {
                    taskDefinition: `${DEFINITION}:1`,
                    taskSets: [
                        { status: "ACTIVE", taskDefinition: `${DEFINITION}:3` },
                        { status: "PRIMARY", taskDefinition: `${DEFINITION}:2` },
                    ],
                },
            ],
        });
        const outcome = await prepare("codedeploy", { service });
        assert.deepEqual(json(outcome.file("before.json")), { definition: `${DEFINITION}:2` });
    });
});

describe("after an action", () => {
    const verify = (
        deployer: string,
        files: Record<string, string>,
        environment: Record<string, string> = {},
    ) =>
        withFile({ definition: `${DEFINITION}:5` }, (file) =>
            step(
                "verify.sh",
                {
                    DEPLOYER: deployer,
                    BEFORE: file,
                    APPLICATION: "wiki",
                    GROUP: "wiki",
                    PORT: "80",
                    ...environment,
                },
                files,
            ),
        );
    const released = (outcome: Outcome) => (outcome.file(RELEASE) ?? "").trim();

    it("the release is recorded when the right image runs", async () => {
        for (const outcome of await Promise.all([
            verify("ecs", running(NEW)),
            verify("codedeploy", running(NEW)),
        ])) {
            assertDone(outcome);
            assert.equal(released(outcome), release(NEW));
        }
    });

    it("the revision before comes back, and the step fails, when another does", async () => {
        const outcome = await verify("ecs", running(OLD));
        assertStopped(outcome, /The service runs sha256:0+[\s\S]*going back/);
        assert.match(called(outcome, "aws ecs update-service")[0] ?? "", /dev-wiki:5/);
        assert.equal(released(outcome), release(OLD, "f".repeat(40)));
    });

    it("the revision before comes back when the smoke test fails", async () => {
        const outcome = await verify(
            "ecs",
            { ...running(NEW), migration: "Unhandled" },
            { SMOKE: "wiki-smoke" },
        );
        assertStopped(outcome, /going back/);
        assert.equal(released(outcome), release(OLD, "f".repeat(40)));
    });

    it("CodeDeploy, which alone may change its services, is asked for the revision before", async () => {
        const outcome = await verify("codedeploy", running(OLD));
        assertStopped(outcome, /going back/);
        assert.deepEqual(called(outcome, "aws ecs update-service"), []);
        const { revisionType, appSpecContent } = json(outcome.file("revision")) as {
            revisionType: string;
            appSpecContent: { content: string };
        };
        assert.equal(revisionType, "AppSpecContent");
        const { Resources } = JSON.parse(appSpecContent.content) as {
            Resources: readonly { TargetService: { Properties: { TaskDefinition: string } } }[];
        };
        assert.equal(Resources[0]?.TargetService.Properties.TaskDefinition, `${DEFINITION}:5`);
    });
});
