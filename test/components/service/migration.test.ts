import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { snapshotPattern } from "../../../components/service/migration";
import type { ServiceArgs } from "../../../components/service/args";
import type { Graph } from "../../../plan/graph";
import { ofType, only, reference, statementsIn } from "../../support/graph";
import { type AppSettings, type Deployer, STRATEGIES } from "../../../settings/settings";
import { app, deployBy } from "./fixture";
import { CLUSTER, recordPlain, recordService } from "./recording";

const INVOCATION = "aws:lambda/invocation:Invocation";
const DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";
const command = ["/command/with-contenv", "php", "artisan", "migrate", "--force"];
const database = {
    clusterIdentifier: "prod-wiki-1",
    clusterArn: "arn:aws:rds:eu-west-1:123456789012:cluster:prod-wiki-1",
};

const recordMigrating = (change: Partial<ServiceArgs> = {}) =>
    recordService({ app: app({ preset: { migrate: command } }), database, disposable: false, ...change });

let kept: Promise<Graph> | undefined;
let disposable: Promise<Graph> | undefined;
const recordKept = () => (kept ??= recordMigrating());
const recordDisposable = () => (disposable ??= recordMigrating({ disposable: true }));

const inputOf = (graph: Graph): Record<string, unknown> => {
    const { input } = only(graph, INVOCATION).inputs;
    assert.ok(typeof input === "string");
    return JSON.parse(input) as Record<string, unknown>;
};

const statementsOf = (graph: Graph) =>
    statementsIn(only(graph, "aws:iam/rolePolicy:RolePolicy", "wiki-migration-policy").inputs.policy);

describe("migrations", () => {
    it("run after their task definition and before the service", async () => {
        const graph = await recordKept();
        const run = only(graph, INVOCATION);
        assert.ok(run.dependencies.includes(only(graph, DEFINITION).urn));
        assert.ok(only(graph, "aws:ecs/service:Service").dependencies.includes(run.urn));
    });

    it("wait for what any task of the app waits for", async () => {
        const graph = await recordKept();
        const { dependencies } = only(graph, INVOCATION);
        for (const name of ["user", "wiki-execution-policy", "wiki-task-policy"]) {
            const needed = graph.resources.find((resource) => resource.name === name);
            assert.ok(needed !== undefined && dependencies.includes(needed.urn), name);
        }
    });

    it("run once per image, and again in another database", async () => {
        const graph = await recordKept();
        const { image } = inputOf(graph);
        assert.deepEqual(only(graph, INVOCATION).inputs.triggers, { image, database: "prod-wiki-1" });
    });

    const RELEASED = {
        kind: "release",
        bootstrap: { kind: "image", uri: `node@sha256:${"1".repeat(64)}` },
        movingTag: undefined,
    } as const;
    /** Who runs them for a new image: `up`, or the pipeline's step before its action. */
    const RUNNERS: readonly (readonly [Deployer, AppSettings["image"], by: "up" | "pipeline"])[] = [
        ["pulumi", app().image, "up"],
        ["pulumi", RELEASED, "up"],
        ["ecs", RELEASED, "pipeline"],
        ["codedeploy", RELEASED, "pipeline"],
        // By hand: no pipeline knows of the image, and `up` registers what a person then deploys.
        ["codedeploy", app().image, "up"],
    ];
    for (const [deployer, image, by] of RUNNERS) {
        it(`run by ${by} for a new image, and by \`up\` in a new database: ${deployer}, ${image.kind}`, async () => {
            const graph = await recordMigrating({
                app: app({ deployer, image, preset: { migrate: command } }),
            });
            const { triggers } = only(graph, INVOCATION).inputs as { triggers: Record<string, unknown> };
            assert.deepEqual(Object.keys(triggers), by === "up" ? ["database", "image"] : ["database"]);
            assert.equal(inputOf(graph).releasedElsewhere, by === "up" ? undefined : true);
        });
    }

    it("are the same before every strategy", async () => {
        const rolling = inputOf(await recordKept());
        for (const strategy of STRATEGIES) {
            const graph = await recordMigrating({
                app: app({ deploy: deployBy(strategy), preset: { migrate: command } }),
            });
            assert.deepEqual(inputOf(graph), rolling);
            const run = only(graph, INVOCATION, "wiki-migration-run");
            assert.ok(only(graph, "aws:ecs/service:Service").dependencies.includes(run.urn));
        }
    });

    it("are the app's own task, in the service's network, with another command", async () => {
        const graph = await recordKept();
        const { cluster, taskDefinition, container, command: said, ...rest } = inputOf(graph);
        const network = only(graph, "aws:ecs/service:Service").inputs.networkConfiguration;
        assert.equal(cluster, "dev");
        assert.equal(taskDefinition, reference(only(graph, DEFINITION), "arn"));
        assert.equal(container, "wiki");
        assert.deepEqual(said, command);
        const { assignPublicIp, securityGroups, subnets } = rest;
        assert.deepEqual({ assignPublicIp, securityGroups, subnets }, network);
    });

    it("are asked for in the words of the handler that runs them", async () => {
        const { readRequest } = await import("../../../lambda/migration/request.mjs");
        const taskDefinition = "arn:aws:ecs:eu-west-1:123456789012:task-definition/dev-wiki:7";
        for (const graph of [await recordKept(), await recordDisposable()]) {
            const event = { ...inputOf(graph), taskDefinition } as unknown as Parameters<
                typeof readRequest
            >[0];
            assert.deepEqual(readRequest(event), event);
        }
    });

    it("have a snapshot before them wherever the data must not be lost", async () => {
        const snapshot = { clusterIdentifier: "prod-wiki-1", keep: 3 };
        assert.deepEqual(inputOf(await recordKept()).snapshot, snapshot);
        assert.ok(!("snapshot" in inputOf(await recordDisposable())));
        const without = inputOf(await recordMigrating({ database: undefined }));
        assert.ok(!("snapshot" in without));
    });

    it("are left out where the preset has none", async () => {
        const graph = await recordPlain();
        assert.deepEqual(ofType(graph, INVOCATION), []);
        assert.deepEqual(ofType(graph, "aws:lambda/function:Function"), []);
    });
});

describe("the function that runs migrations", () => {
    it("may run the app's own task definitions in its own cluster and nothing else", async () => {
        const { RunMigration, WatchMigration } = statementsOf(await recordKept());
        assert.deepEqual(RunMigration?.Resource, [
            "arn:aws:ecs:eu-west-1:123456789012:task-definition/dev-wiki:*",
        ]);
        assert.deepEqual(RunMigration.Condition, { ArnEquals: { "ecs:cluster": [CLUSTER] } });
        assert.deepEqual(WatchMigration?.Resource, ["arn:aws:ecs:eu-west-1:123456789012:task/dev/*"]);
    });

    it("may hand the app's two roles to ECS tasks, and no other role to anybody", async () => {
        const graph = await recordKept();
        const { PassTaskRoles } = statementsOf(graph);
        const role = (name: string) => reference(only(graph, "aws:iam/role:Role", name), "arn");
        assert.deepEqual(PassTaskRoles?.Resource, [role("wiki-execution"), role("wiki-task")]);
        assert.deepEqual(PassTaskRoles.Condition, {
            StringEquals: { "iam:PassedToService": ["ecs-tasks.amazonaws.com"] },
        });
    });

    it("may touch snapshots only where it takes them, and delete only what has its tag", async () => {
        const statements = statementsOf(await recordKept());
        const ours = "arn:aws:rds:eu-west-1:123456789012:cluster-snapshot:prod-wiki-1-*";
        assert.deepEqual(statements.TakeSnapshot?.Resource, [database.clusterArn, ours]);
        assert.deepEqual(statements.TagSnapshot?.Resource, [ours]);
        assert.deepEqual(statements.DeleteOldSnapshots?.Resource, [ours]);
        assert.deepEqual(statements.DeleteOldSnapshots.Condition, {
            Null: { "aws:ResourceTag/selfhost:migration": ["false"] },
        });
        assert.ok(!JSON.stringify(statementsOf(await recordDisposable())).includes("rds:"));
    });

    it("may use every name that it gives a snapshot", async () => {
        const { snapshotName } = await import("../../../lambda/migration/snapshot.mjs");
        const identifier = fc.stringMatching(/^[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,16}){1,3}$/);
        const image = `wiki@sha256:${"0123456789abcdef".repeat(4)}`;
        fc.assert(
            fc.property(identifier, fc.integer({ min: 0, max: 4e12 }), (cluster, now) => {
                const prefix = snapshotPattern(cluster).slice(0, -1);
                assert.ok(snapshotName(cluster, image, now).startsWith(prefix), prefix);
            }),
        );
    });
});
