/**
 * One setting of each kind, edited in a stack that has something of each kind: what the engine would then change is what
 * the setting is about. Three by seed, or all with the flag.
 */
import assert from "node:assert/strict";
import { ALL, assertStateIsPlan, choose, createStack, engineSuite } from "./support/engine";
import { changesIn, type EngineStack, type StackConfig } from "./support/stack";

const FILE = `config:
  aws:region: eu-west-1
  selfhost:profile: staging
  selfhost:domain: example.com
  selfhost:delivery: { notifications: { emails: [team@example.com] } }
  selfhost:apps:
    bookstack:
      host: wiki
      admin: { email: admin@example.com }
      secrets: { APP_KEY: { ssm: /wiki/key } }
    shop:
      preset: web
      deploy: { strategy: canary }
      scale: { min: 2, max: 4 }
      database: {}
      bucket: true
      pipeline: { source: { github: example/shop } }
`;

type Settings = Record<string, unknown>;

interface Edit {
    readonly change: (config: StackConfig & { readonly shop: Settings }) => void;
    /** Logical names that change for certain. */
    readonly changes: readonly string[];
    /** Names that may change with them. */
    readonly follows?: RegExp;
}

/** Whatever is in the containers is a new revision, which the service runs and a pipeline's next release starts from. */
const REVISION = ["shop-definition", "shop-pipeline-taskdef"];
const RUNS = /^shop-(service|smoke-run|migration-run)$/;

/** Pipelines run the program as it was applied last, with its stack file. */
const PROGRAM = "delivery-program";

const EDITS: Readonly<Record<string, Edit>> = {
    "network: flow logs": {
        change: ({ environment }) => (environment["selfhost:network"] = { flowLogs: "all" }),
        changes: ["network-flow-logs"],
    },
    "edge: how long access logs are kept": {
        change: ({ environment }) => (environment["selfhost:edge"] = { accessLogDays: 14 }),
        changes: ["edge-access-logs-lifecycle"],
    },
    "cluster: Container Insights": {
        change: ({ environment }) => (environment["selfhost:cluster"] = { insights: "enhanced" }),
        changes: ["cluster-cluster"],
    },
    "delivery: who is told": {
        change: ({ environment }) =>
            (environment["selfhost:delivery"] = {
                notifications: { emails: ["team@example.com", "b@example.com"] },
            }),
        changes: ["delivery-mail-b-example-com"],
    },
    "tags: the provider alone, which tags everything": {
        change: ({ environment }) => (environment["selfhost:tags"] = { project: "shop" }),
        changes: ["aws"],
    },
    "waivers: nothing": {
        change: ({ environment }) =>
            (environment["selfhost:waivers"] = [
                { rule: "vpc-flow-logs", resource: "network", reason: "Somebody else keeps them." },
            ]),
        changes: [],
    },
    "an app's host": {
        change: ({ shop }) => (shop.host = "store"),
        changes: [
            "edge-shop.example.com-a",
            "edge-store.example.com-a",
            "shop-rule",
            "shop-smoke-function",
            "shop-test",
            ...REVISION,
        ],
        follows: /^edge-(shop|store)\.example\.com-aaaa$|^shop-(service|smoke-run|pipeline-pipeline)$/,
    },
    "an app's path": {
        change: ({ shop }) => (shop.path = "/shop"),
        changes: ["shop-rule", "shop-smoke-function", "shop-test", ...REVISION],
        follows: /^shop-(service|smoke-run|pipeline-pipeline|pipeline-steps)$/,
    },
    "an app's size": {
        change: ({ shop }) => (shop.task = { cpu: 1024, memory: 2048 }),
        changes: REVISION,
        follows: RUNS,
    },
    "an app's scaling": {
        change: ({ shop }) => (shop.scale = { min: 2, max: 6, cpuPercent: 50 }),
        changes: ["shop-cpu", "shop-scaling"],
    },
    "an app's health check": {
        change: ({ shop }) => (shop.health = { path: "/up" }),
        changes: ["shop-a", "shop-b", "shop-smoke-function"],
        follows: /^shop-smoke-run$/,
    },
    "an app's strategy": {
        change: ({ shop }) => (shop.deploy = { strategy: "blueGreen" }),
        changes: ["shop-pipeline-pipeline", "shop-pipeline-steps", "shop-service"],
    },
    "an app's alarms": {
        change: ({ shop }) => (shop.deploy = { strategy: "canary", alarms: { errorPercent: 7 } }),
        changes: ["shop-errors"],
    },
    "an app's tests": {
        change: ({ shop }) =>
            (shop.deploy = { strategy: "canary", smoke: [{ path: "/health", contains: "ok" }] }),
        changes: ["shop-smoke-function"],
    },
    "an app's pipeline": {
        change: ({ shop }) => (shop.pipeline = { source: { github: "example/shop", branch: "release" } }),
        changes: ["shop-pipeline-pipeline"],
    },
    "an app's database": {
        change: ({ shop }) => (shop.database = { maxCapacity: 6 }),
        changes: ["shop-database-1"],
    },
    "the files of an app": {
        change: ({ bookstack }) => (bookstack.storage = { keepOldVersionsDays: 3 }),
        changes: ["bookstack-storage-bucket-lifecycle"],
    },
    "a variable": {
        change: ({ shop }) => (shop.env = { COLOUR: "red" }),
        changes: REVISION,
        follows: RUNS,
    },
    "a secret": {
        change: ({ shop }) => (shop.secrets = { TOKEN: { ssm: "/shop/token" } }),
        changes: [...REVISION, "shop-execution-policy"],
        follows: RUNS,
    },
    "what the application may do": {
        change: ({ shop }) =>
            (shop.permissions = [
                { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-1:123456789012:orders"] },
            ]),
        changes: ["shop-task-policy"],
    },
    "how long logs are kept": {
        change: ({ shop }) => (shop.logs = { retentionDays: 5 }),
        changes: ["shop-logs", "shop-pipeline-image-log", "shop-pipeline-steps-log", "shop-smoke-log"],
    },
    "what the container starts": {
        change: ({ shop }) => (shop.command = ["node", "other.mjs"]),
        changes: REVISION,
        follows: RUNS,
    },
};

engineSuite("one edited setting on the real engine", (project) => {
    let stack: EngineStack;

    it("is made", async () => {
        stack = await createStack(project(), "kinds", { file: FILE });
        await stack.up();
        await assertStateIsPlan(stack);
    });

    const titles = Object.keys(EDITS);
    const some = [0, 1, 2].map((turn) => choose(titles, `kind of setting ${turn}`));
    for (const title of ALL ? titles : new Set(some)) {
        const { change, changes, follows } = EDITS[title] ?? { change: () => undefined, changes: [] };
        it(`${title}: changes what it is about`, async () => {
            const text = stack.fileText();
            stack.edit((config) => {
                change({ ...config, shop: config.apps.shop ?? {} });
            });
            const found = changesIn(await stack.preview());
            stack.setFileText(text);
            const names = [...new Set(found.map((line) => line.split(" ")[1] ?? ""))].sort();
            assert.deepEqual(
                names.filter((name) => name !== PROGRAM && follows?.test(name) !== true),
                [...changes].sort(),
                found.join("\n"),
            );
        });
    }
});
