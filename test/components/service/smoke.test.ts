import { strict as assert } from "node:assert";
import type { Graph, Json } from "../../../plan/graph";
import { STRATEGIES, type Strategy } from "../../../settings/settings";
import { jsonIn, named, only, reference, statementsIn } from "../../support/graph";
import { app, deployBy } from "./fixture";
import { recordService } from "./recording";

const BEFORE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/dev-wiki/library/node@sha256:0";
const TESTS = [{ path: "/status", status: 200, contains: undefined }];
const SHIFTED = ["blueGreen", "canary", "linear"] as const;

const record = (strategy: Strategy, smoke: typeof TESTS, more = {}): Promise<Graph> =>
    recordService({ app: app({ deploy: { ...deployBy(strategy), smoke } }), ...more });

const functionsIn = (graph: Graph): readonly string[] =>
    graph.resources.filter(({ type }) => type === "aws:lambda/function:Function").map(({ name }) => name);

function targetIn(graph: Graph): Readonly<Record<string, Json>> {
    const { variables } = named(graph, "wiki-smoke-function").inputs.environment as unknown as {
        variables: { SMOKE: string };
    };
    return jsonIn(variables.SMOKE) as Readonly<Record<string, Json>>;
}

describe("the function that asks a new version", () => {
    it("is there wherever something is to be asked", async () => {
        for (const strategy of STRATEGIES) {
            assert.deepEqual(functionsIn(await record(strategy, TESTS)), ["wiki-smoke-function"], strategy);
        }
    });

    it("stays behind ECS's own strategies without tests, because ECS keeps a hook that is left out", async () => {
        for (const strategy of STRATEGIES) {
            const graph = await record(strategy, []);
            const shifted = SHIFTED.some((one) => one === strategy);
            assert.deepEqual(functionsIn(graph), shifted ? ["wiki-smoke-function"] : [], strategy);
            if (shifted) {
                assert.deepEqual(targetIn(graph).tests, []);
                const { deploymentConfiguration } = named(graph, "wiki-service").inputs;
                const { lifecycleHooks } = deploymentConfiguration as Readonly<Record<string, Json>>;
                assert.deepEqual(lifecycleHooks, [
                    {
                        targetType: "AWS_LAMBDA",
                        lifecycleStages: ["POST_TEST_TRAFFIC_SHIFT"],
                        hookTargetArn: reference(named(graph, "wiki-smoke-function"), "arn"),
                        roleArn: reference(named(graph, "wiki-hook"), "arn"),
                    },
                ]);
            }
        }
    });

    it("knows the image that stands in for the first release, which is the same before and after it", async () => {
        for (const strategy of SHIFTED) {
            const [before, after] = await Promise.all(
                [true, false].map(async (standIn) =>
                    record(strategy, TESTS, { standIn, standInImage: BEFORE }),
                ),
            );
            assert.ok(before && after);
            assert.equal(targetIn(before).standInImage, BEFORE);
            assert.deepEqual(targetIn(after), targetIn(before));
        }
    });

    it("asks below the app's own path, in the app's name, with a header for the new tasks", async () => {
        const { route } = app();
        for (const [path, asked] of [
            ["/", "/status"],
            ["/wiki", "/wiki/status"],
        ] as const) {
            const { host } = route;
            const graph = await recordService({
                app: app({ route: { ...route, path }, deploy: { ...deployBy("blueGreen"), smoke: TESTS } }),
            });
            assert.deepEqual(targetIn(graph), {
                protocol: "https",
                address: "dev.elb.amazonaws.com",
                host,
                header: { name: "x-selfhost-test", value: "wiki" },
                tests: [{ path: asked, status: 200 }],
            });
        }
    });

    it("may look at the revision that is being deployed, at this app's alone", async () => {
        const statements = statementsIn(
            only(await record("canary", TESTS), "aws:iam/rolePolicy:RolePolicy", "wiki-smoke-policy").inputs
                .policy,
        );
        const ecs = "arn:aws:ecs:eu-west-1:123456789012";
        assert.deepEqual(
            [statements.SeeWhatRuns?.Resource, statements.SeeWhatIsDeployed?.Resource],
            [[`${ecs}:service/dev/wiki-service-*`], [`${ecs}:service-revision/dev/wiki-service-*/*`]],
        );
    });
});
