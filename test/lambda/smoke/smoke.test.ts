import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Answer } from "../../../lambda/smoke/index.mjs" with { "resolution-mode": "import" };
import type { Event, Target } from "../../../lambda/smoke/request.mjs" with { "resolution-mode": "import" };
import type { Question, Reply } from "../../../lambda/smoke/ask.mjs" with { "resolution-mode": "import" };
import { awsError, context, FakeClock } from "../fakes/common";

const NEW = "arn:aws:ecs:eu-west-1:123456789012:task-definition/dev-wiki:8";
const OLD = "arn:aws:ecs:eu-west-1:123456789012:task-definition/dev-wiki:7";
const SERVICE = { cluster: "dev", name: "wiki-service-1a2b3c4" };

const target: Target = {
    protocol: "https",
    address: "dev-123.eu-west-1.elb.amazonaws.com",
    host: "wiki.example.com",
    header: { name: "x-selfhost-test", value: "wiki" },
    tests: [
        { path: "/status", status: 200, contains: '"database":true' },
        { path: "/login", status: 302 },
    ],
};

const GOOD: Readonly<Record<string, Reply>> = {
    "/status": { status: 200, text: '{"database":true}' },
    "/login": { status: 302, text: "" },
};

const fromGraph: Event = { service: SERVICE, taskDefinition: NEW, putBack: true };

/** A load balancer, the service behind it, and what was done to them. */
class World {
    readonly clock = new FakeClock();
    readonly asked: Question[] = [];
    readonly reported: unknown[] = [];
    readonly updates: unknown[] = [];
    replies: Record<string, Reply> = { ...GOOD };
    running = { taskDefinition: NEW, desiredCount: 2 };
    sources: readonly { arn: string }[] = [{ arn: "revision-7" }];
    /** Of revisions, and which of them were looked at. */
    images: Record<string, readonly string[]> = {};
    readonly looked: string[] = [];

    readonly ecs = {
        describeServices: () => Promise.resolve({ services: [this.running] }),
        listServiceDeployments: () =>
            Promise.resolve({
                serviceDeployments: [
                    { serviceDeploymentArn: "older", createdAt: new Date(1) },
                    { serviceDeploymentArn: "latest", createdAt: new Date(2) },
                ],
            }),
        describeServiceDeployments: ({ serviceDeploymentArns: [arn] }: { serviceDeploymentArns: string[] }) =>
            Promise.resolve({
                serviceDeployments: [{ sourceServiceRevisions: arn === "latest" ? this.sources : [] }],
            }),
        describeServiceRevisions: ({
            serviceRevisionArns: [arn = ""],
        }: {
            serviceRevisionArns: string[];
        }) => {
            this.looked.push(arn);
            return Promise.resolve({
                serviceRevisions: [
                    {
                        taskDefinition: OLD,
                        containerImages: (this.images[arn] ?? []).map((image) => ({ image })),
                    },
                ],
            });
        },
        updateService: (input: unknown) => {
            this.updates.push(input);
            return Promise.resolve();
        },
    };

    async run(event: Event, at: Target = target): Promise<Answer> {
        const { makeHandler } = await import("../../../lambda/smoke/index.mjs");
        const ask = (question: Question): Promise<Reply> => {
            this.asked.push(question);
            const reply = this.replies[question.path];
            return reply === undefined ? Promise.reject(awsError("ECONNREFUSED")) : Promise.resolve(reply);
        };
        const codeDeploy = {
            putLifecycleEventHookExecutionStatus: (input: unknown) => {
                this.reported.push(input);
                return Promise.resolve();
            },
        };
        const clients = { ask, ecs: this.ecs, codeDeploy, clock: this.clock, log: () => undefined };
        return makeHandler(clients, at)(event, context(this.clock, 300));
    }

    /** What the new version gets wrong. */
    broken(): this {
        this.replies["/status"] = { status: 500, text: "" };
        return this;
    }
}

describe("smoke tests", () => {
    it("ask the load balancer by its own name, in the name of the app", async () => {
        const world = new World();
        assert.deepEqual(await world.run(fromGraph), { ok: true });
        assert.deepEqual(
            world.asked.map(({ address, host, path, headers }) => ({ address, host, path, headers })),
            ["/status", "/login"].map((path) => ({
                address: target.address,
                host: "wiki.example.com",
                path,
                headers: {},
            })),
        );
    });

    it("give an answer a minute to become right, and no more", async () => {
        const slow = new World().broken();
        slow.clock.in(20, () => (slow.replies = { ...GOOD }));
        assert.deepEqual(await slow.run(fromGraph), { ok: true });
        const late = new World().broken();
        late.clock.in(61, () => (late.replies = { ...GOOD }));
        await assert.rejects(late.run(fromGraph), /answered 500 and not 200/);
    });

    it("say which answer was wrong, and how", async () => {
        const wrong = (path: string, reply: Reply | undefined) => {
            const world = new World();
            world.replies = Object.fromEntries(
                Object.entries({ ...GOOD, [path]: reply }).flatMap(([key, value]) =>
                    value === undefined ? [] : [[key, value]],
                ),
            );
            return world.run(fromGraph);
        };
        await assert.rejects(
            wrong("/status", { status: 200, text: "{}" }),
            /https:\/\/wiki.example.com\/status answered without "\\"database\\":true"/,
        );
        await assert.rejects(wrong("/login", { status: 200, text: "" }), /\/login answered 200 and not 302/);
        await assert.rejects(wrong("/login", undefined), /\/login did not answer: ECONNREFUSED/);
    });
});

describe("smoke tests as a hook of ECS", () => {
    const BEFORE = "cache/docker/library/node@sha256:0";
    const REVISION = "arn:aws:ecs:eu-west-1:123456789012:service-revision/dev/wiki-service-1a2b3c4/8";
    // As https://docs.aws.amazon.com/AmazonECS/latest/developerguide/lambda-lifecycle-hooks.html shows it.
    const event: Event = {
        lifecycleStage: "POST_TEST_TRAFFIC_SHIFT",
        resourceArn: "arn:aws:ecs:eu-west-1:123456789012:service-deployment/dev/wiki-service-1a2b3c4/EZe5",
        executionDetails: {
            serviceArn: "arn:aws:ecs:eu-west-1:123456789012:service/dev/wiki-service-1a2b3c4",
            targetServiceRevisionArn: REVISION,
        },
    };

    it("ask the new tasks by the header, and let the deployment go on", async () => {
        const world = new World();
        assert.deepEqual(await world.run(event), { hookStatus: "SUCCEEDED" });
        assert.deepEqual(world.asked[0]?.headers, { "x-selfhost-test": "wiki" });
    });

    it("have it taken back otherwise, and leave that to ECS", async () => {
        const world = new World().broken();
        assert.deepEqual(await world.run(event), { hookStatus: "FAILED" });
        assert.deepEqual(world.updates, []);
    });

    it("let what stands in for the first release be deployed", async () => {
        const world = new World().broken();
        world.images = { [REVISION]: ["proxy@sha256:1", BEFORE] };
        assert.deepEqual(await world.run(event, { ...target, standInImage: BEFORE }), {
            hookStatus: "SUCCEEDED",
        });
        assert.deepEqual(world.asked, []);
    });

    it("ask the first release, whoever deploys it, before anything has told them of one", async () => {
        const first = { ...target, standInImage: BEFORE };
        for (const [images, hookStatus] of [
            [["dev/wiki@sha256:a"], "FAILED"],
            // Nobody knows: then it is no stand-in.
            [[], "FAILED"],
        ] as const) {
            const world = new World().broken();
            world.images = { [REVISION]: images, [`${REVISION}9`]: [BEFORE] };
            assert.deepEqual(await world.run(event, first), { hookStatus });
            assert.deepEqual(world.looked, [REVISION]);
        }
        const good = new World();
        good.images = { [REVISION]: ["dev/wiki@sha256:a"] };
        assert.deepEqual(await good.run(event, first), { hookStatus: "SUCCEEDED" });
        assert.equal(good.asked.length, 2);
    });

    it("look at no revision where nothing ever stood in", async () => {
        const world = new World();
        await world.run(event);
        assert.deepEqual(world.looked, []);
    });

    it("let every version pass where there are none: a hook that is taken away stays with ECS", async () => {
        const world = new World().broken();
        assert.deepEqual(await world.run(event, { ...target, tests: [] }), { hookStatus: "SUCCEEDED" });
    });

    it("let a service without tasks be deployed: nobody could answer", async () => {
        const world = new World().broken();
        world.running.desiredCount = 0;
        assert.deepEqual(await world.run(event), { hookStatus: "SUCCEEDED" });
        assert.deepEqual(world.asked, []);
    });
});

describe("smoke tests as a hook of CodeDeploy", () => {
    const event: Event = { DeploymentId: "d-1", LifecycleEventHookExecutionId: "e-1" };
    const report = (status: string) => ({
        deploymentId: "d-1",
        lifecycleEventHookExecutionId: "e-1",
        status,
    });

    it("report how they ended", async () => {
        const good = new World();
        await good.run(event);
        assert.deepEqual(good.reported, [report("Succeeded")]);
        const bad = new World().broken();
        await bad.run(event);
        assert.deepEqual(bad.reported, [report("Failed")]);
    });
});

describe("smoke tests after a deployment", () => {
    it("put the version before back, and fail", async () => {
        const world = new World().broken();
        await assert.rejects(world.run(fromGraph), /goes back to dev-wiki:7.*`pulumi up --refresh`/);
        assert.deepEqual(world.updates, [{ cluster: "dev", service: SERVICE.name, taskDefinition: OLD }]);
    });

    it("fail as long as something else runs than what was deployed, whatever it answers", async () => {
        const world = new World();
        world.running.taskDefinition = OLD;
        await assert.rejects(world.run(fromGraph), /runs dev-wiki:7 and not dev-wiki:8.*--refresh/);
        assert.deepEqual(world.asked, []);
    });

    it("leave the first version running, since there is no other", async () => {
        const world = new World().broken();
        world.sources = [];
        await assert.rejects(world.run(fromGraph), /keeps running: there is no other/);
        assert.deepEqual(world.updates, []);
    });

    it("put nothing back for a pipeline, which does so itself", async () => {
        const world = new World().broken();
        await assert.rejects(world.run({ service: SERVICE }), /answered 500/);
        assert.deepEqual(world.updates, []);
    });

    it("ask nobody outside of office hours, of a stand-in, when deleted, or twice about the first tasks", async () => {
        const asleep = new World().broken();
        asleep.running.desiredCount = 0;
        const standIn = new World().broken();
        const gone = new World().broken();
        for (const [world, event] of [
            [asleep, fromGraph],
            [standIn, { ...fromGraph, standIn: true }],
            [gone, { ...fromGraph, tf: { action: "delete" } }],
            [new World().broken(), { first: true, patienceSeconds: 240, tf: { action: "update" } }],
        ] as const) {
            assert.equal("ok" in (await world.run(event)), true);
            assert.deepEqual([world.asked, world.updates], [[], []]);
        }
    });

    it("wait for the first tasks of a service as long as they are told", async () => {
        const world = new World();
        world.replies = {};
        world.clock.in(200, () => (world.replies = { ...GOOD }));
        const created: Event = { first: true, patienceSeconds: 240, tf: { action: "create" } };
        assert.deepEqual(await world.run(created), { ok: true });
        assert.deepEqual(await new World().run({ ...fromGraph, tf: { action: "update" } }), { ok: true });
    });
});

describe("a smoke test's target", () => {
    it("is refused with everything that is wrong with it", async () => {
        const { readTarget } = await import("../../../lambda/smoke/request.mjs");
        assert.throws(() => readTarget(undefined), /`protocol`.*`address`.*`header`.*`tests` must be a list/);
        assert.deepEqual(readTarget(JSON.stringify(target)), target);
    });

    it("is asked over the network with its own name, the header, and no redirect followed", async () => {
        const { askHttp } = await import("../../../lambda/smoke/ask.mjs");
        const seen: unknown[] = [];
        const server = createServer((request, response) => {
            seen.push([request.url, request.headers.host, request.headers["x-selfhost-test"]]);
            response.writeHead(302, { location: "/elsewhere" }).end("moved");
        });
        await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
        try {
            const { port } = server.address() as AddressInfo;
            const reply = await askHttp({
                protocol: "http",
                address: "127.0.0.1",
                port,
                host: "wiki.example.com",
                path: "/status",
                headers: { "x-selfhost-test": "wiki" },
            });
            assert.deepEqual(reply, { status: 302, text: "moved" });
            assert.deepEqual(seen, [["/status", "wiki.example.com", "wiki"]]);
        } finally {
            server.close();
        }
    });
});
