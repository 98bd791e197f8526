/** What each strategy makes of an app: the examples, planned. */
import assert from "node:assert/strict";
import type { Graph, Json, Resource } from "../plan/graph";
import { jsonIn, named, ofType as allOf, only, reference } from "./support/graph";
import { graphOf } from "./support/planned";
import { planned } from "./support/stacks";

const RULE = "aws:lb/listenerRule:ListenerRule";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const LISTENER = "aws:lb/listener:Listener";

const native = async (): Promise<Graph> => (await planned("examples/strategies.yaml")).graph;
const withSteps = async (): Promise<Graph> =>
    graphOf(
        "shop",
        `preset: web
pipeline: { source: { github: example/shop } }
deploy: { strategy: codeDeploy, canary: { percent: 10, bake: 5 } }`,
    );

const byCodeDeploy = async (): Promise<Graph> => (await planned("examples/ghostcodedeploy.yaml")).graph;

const serviceOf = (graph: Graph, app: string): Resource => named(graph, `${app}-service`);

type Inputs = Readonly<Record<string, Json>>;

function shapeOf({ inputs }: Resource) {
    const [balancer] = inputs.loadBalancers as readonly Inputs[];
    return {
        controller: inputs.deploymentController,
        configuration: inputs.deploymentConfiguration,
        breaker: inputs.deploymentCircuitBreaker,
        advanced: balancer?.advancedConfiguration,
    };
}

/** What moves when the strategy does; both groups, the rule and the role are the same for all. */
function configurationOf(graph: Graph, app: string): Json | undefined {
    const { configuration } = shapeOf(serviceOf(graph, app));
    return JSON.parse(
        JSON.stringify(configuration, (key, value: unknown) =>
            key === "lifecycleHooks" ? undefined : value,
        ),
    ) as Json;
}

describe("a native strategy", () => {
    it("is told to ECS with minutes as text", async () => {
        const graph = await native();
        assert.deepEqual(
            ["plain", "blue", "bird", "steps"].map((app) => configurationOf(graph, app)),
            [
                { strategy: "ROLLING" },
                { strategy: "BLUE_GREEN", bakeTimeInMinutes: "10" },
                {
                    strategy: "CANARY",
                    bakeTimeInMinutes: "5",
                    canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: "15" },
                },
                {
                    strategy: "LINEAR",
                    bakeTimeInMinutes: "0",
                    linearConfiguration: { stepPercent: 25, stepBakeTimeInMinutes: "5" },
                },
            ],
        );
    });

    it("has a circuit breaker exactly where it is rolling, and says so either way", async () => {
        const graph = await native();
        for (const app of ["plain", "blue", "bird", "steps"]) {
            const rolling = app === "plain";
            const { breaker, controller } = shapeOf(serviceOf(graph, app));
            assert.deepEqual(breaker, { enable: rolling, rollback: rolling });
            assert.deepEqual(controller, { type: "ECS" });
        }
    });

    it("has two target groups, the rule and the role in one shape, whatever the strategy", async () => {
        const graph = await native();
        for (const app of ["plain", "blue", "bird", "steps"]) {
            const advanced = shapeOf(serviceOf(graph, app)).advanced as Inputs;
            const { testListenerRule, ...shape } = { testListenerRule: undefined, ...advanced };
            assert.deepEqual(shape, {
                alternateTargetGroupArn: reference(named(graph, `${app}-b`), "arn"),
                productionListenerRule: reference(only(graph, RULE, `${app}-rule`), "arn"),
                roleArn: reference(named(graph, `${app}-traffic`), "arn"),
            });
            const test = app === "plain" ? undefined : reference(only(graph, RULE, `${app}-test`), "arn");
            assert.equal(testListenerRule, test);
        }
    });

    it("owns the weights of its rules, and a rolling one does not", async () => {
        const graph = await native();
        for (const { name, options } of allOf(graph, RULE)) {
            assert.deepEqual(options.ignoreChanges, name === "plain-rule" ? [] : ["actions"], name);
        }
        for (const app of ["plain", "blue", "bird", "steps"]) {
            assert.ok(!serviceOf(graph, app).options.ignoreChanges.includes("taskDefinition"));
        }
    });

    it("leads tests to the new tasks by the app's own conditions and a header, before everybody's rule", async () => {
        const graph = await native();
        const own = only(graph, RULE, "blue-rule").inputs;
        const test = only(graph, RULE, "blue-test").inputs;
        assert.deepEqual(test.conditions, [
            ...(own.conditions as readonly Json[]),
            { httpHeader: { httpHeaderName: "x-selfhost-test", values: ["preview"] } },
        ]);
        assert.deepEqual(test.actions, own.actions);
        assert.ok(Number(test.priority) < Number(own.priority));
    });

    it("asks the new tasks before visitors reach them, where there is something to ask", async () => {
        const graph = await native();
        const hooks = (app: string) =>
            (shapeOf(serviceOf(graph, app)).configuration as Inputs).lifecycleHooks as
                readonly Inputs[] | undefined;
        assert.deepEqual(hooks("bird"), [
            {
                targetType: "AWS_LAMBDA",
                lifecycleStages: ["POST_TEST_TRAFFIC_SHIFT"],
                hookTargetArn: reference(named(graph, "bird-smoke-function"), "arn"),
                roleArn: reference(named(graph, "bird-hook"), "arn"),
            },
        ]);
        assert.equal(hooks("plain"), undefined);
        const target = named(graph, "bird-smoke-function").inputs.environment as unknown as {
            variables: { SMOKE: string };
        };
        assert.deepEqual((jsonIn(target.variables.SMOKE) as { tests: Json }).tests, [
            { path: "/health", status: 200 },
            { path: "/", status: 200, contains: "Welcome" },
        ]);
        assert.ok(!graph.resources.some(({ name }) => name === "bird-smoke-run"));
    });

    it("asks a rolling app when it is steady, again for whatever it runs", async () => {
        const graph = await native();
        const run = named(graph, "plain-smoke-run");
        const service = serviceOf(graph, "plain");
        assert.ok(run.dependencies.includes(service.urn));
        assert.deepEqual(run.inputs.triggers, {
            service: reference(service, "id"),
            taskDefinition: reference(named(graph, "plain-definition"), "arn"),
        });
        assert.equal((jsonIn(run.inputs.input) as Inputs).putBack, true);
    });

    it("gives `up` as long as its steps may take", async () => {
        const graph = await native();
        const update = (app: string) =>
            Number.parseInt(serviceOf(graph, app).options.customTimeouts?.update ?? "", 10);
        assert.ok(update("bird") >= 15 + 5 + 5);
        assert.ok(update("steps") >= 4 * 5 + 5);
        assert.ok(update("bird") < 15 + 5 + 30);
    });
});

describe("CodeDeploy with steps of the app's own", () => {
    it("has a configuration that its pipeline may read", async () => {
        const graph = await withSteps();
        const { deploymentConfigName: name } = only(
            graph,
            "aws:codedeploy/deploymentConfig:DeploymentConfig",
        ).inputs;
        assert.equal(name, "selfhost-dev-shop-canary-10-5");
        const readers = graph.resources
            .map(({ inputs }) => inputs.policy)
            .filter((policy) => typeof policy === "string")
            .filter((policy) => policy.includes("codedeploy:GetDeploymentConfig"));
        assert.equal(readers.length, 2);
        for (const policy of readers) {
            assert.ok(policy.includes(`:deploymentconfig:${name}"`), policy);
        }
    });
});

describe("the alarms of a deployment", () => {
    it("are what takes it back, each read by its service", async () => {
        const graph = await native();
        for (const app of ["plain", "blue", "bird", "steps"]) {
            const names = ["errors", "latency", "unhealthy"].map((suffix) =>
                reference(only(graph, ALARM, `${app}-${suffix}`), "name"),
            );
            assert.deepEqual(serviceOf(graph, app).inputs.alarms, {
                enable: true,
                rollback: true,
                alarmNames: names,
            });
        }
    });

    it("look at the worse of both groups of the app's own load balancer, and at few requests not at all", async () => {
        const graph = await native();
        const { inputs } = only(graph, ALARM, "bird-errors");
        const [worst, ...measured] = inputs.metricQueries as readonly Inputs[];
        const ratio = (group: number) =>
            `IF(FILL(requests${group}, 0) >= 50, 100 * FILL(errors${group}, 0) / requests${group}, 0)`;
        assert.equal(worst?.expression, `MAX([${ratio(1)}, ${ratio(2)}])`);
        assert.equal(inputs.threshold, 2);
        assert.equal(inputs.treatMissingData, "notBreaching");
        const balancer = reference(only(graph, BALANCER, "edge-alb"), "arnSuffix");
        const groups = measured.map(({ metric }) => (metric as { dimensions: Inputs }).dimensions);
        assert.deepEqual(
            groups,
            ["bird-a", "bird-a", "bird-b", "bird-b"].map((name) => ({
                LoadBalancer: balancer,
                TargetGroup: reference(named(graph, name), "arnSuffix"),
            })),
        );
        const used = new Set(worst.expression.match(/[a-z]+[12]/g));
        assert.deepEqual([...used].sort(), measured.map(({ id }) => id).sort());
    });
});

describe("CodeDeploy", () => {
    it("has a load balancer of the app's own, whose default action alone decides where requests go", async () => {
        const graph = await byCodeDeploy();
        const listener = only(graph, LISTENER, "ghost-https");
        const [blue, green] = [named(graph, "ghost-c1"), named(graph, "ghost-c2")];
        assert.deepEqual(listener.options.ignoreChanges, ["defaultActions"]);
        const [action] = listener.inputs.defaultActions as unknown as [{ forward: { targetGroups: Json } }];
        assert.deepEqual(action.forward.targetGroups, [
            { arn: reference(blue, "arn"), weight: 100 },
            { arn: reference(green, "arn"), weight: 0 },
        ]);
        assert.ok(!allOf(graph, RULE).some(({ name }) => name.startsWith("ghost")));
        assert.equal(listener.inputs.loadBalancerArn, reference(only(graph, BALANCER, "ghost-alb"), "arn"));
    });

    it("owns what its service runs and where, and nothing else", async () => {
        const { inputs, options } = named(await byCodeDeploy(), "ghost-codedeploy");
        assert.deepEqual(inputs.deploymentController, { type: "CODE_DEPLOY" });
        assert.deepEqual([...options.ignoreChanges].sort(), ["loadBalancers", "taskDefinition"]);
        assert.deepEqual(
            [inputs.waitForSteadyState, inputs.forceNewDeployment, inputs.sigintRollback],
            [false, false, false],
        );
        for (const absent of ["alarms", "deploymentCircuitBreaker", "deploymentConfiguration"]) {
            assert.ok(!(absent in inputs), absent);
        }
    });

    it("moves requests between both groups on that listener, and takes back what an alarm rings for", async () => {
        const graph = await byCodeDeploy();
        const { inputs } = named(graph, "ghost-deploy-group");
        assert.deepEqual(inputs.loadBalancerInfo, {
            targetGroupPairInfo: {
                prodTrafficRoute: { listenerArns: [reference(only(graph, LISTENER, "ghost-https"), "arn")] },
                targetGroups: ["ghost-c1", "ghost-c2"].map((name) => ({
                    name: reference(named(graph, name), "name"),
                })),
            },
        });
        assert.deepEqual(inputs.deploymentStyle, {
            deploymentType: "BLUE_GREEN",
            deploymentOption: "WITH_TRAFFIC_CONTROL",
        });
        assert.equal(inputs.deploymentConfigName, "CodeDeployDefault.ECSAllAtOnce");
        assert.deepEqual(inputs.autoRollbackConfiguration, {
            enabled: true,
            events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
        });
        const { alarms } = inputs.alarmConfiguration as unknown as { alarms: readonly string[] };
        assert.deepEqual(
            alarms,
            allOf(graph, ALARM)
                .map((alarm) => reference(alarm, "name"))
                .sort(),
        );
    });

    it("may change this service and listener, hand over these roles, and nobody else's", async () => {
        const graph = await byCodeDeploy();
        const { Statement } = jsonIn(named(graph, "ghost-deploy-policy").inputs.policy) as {
            Statement: readonly {
                Sid: string;
                Action: readonly string[];
                Resource: string | readonly string[];
            }[];
        };
        const everywhere = Statement.filter(({ Resource }) => Resource === "*").map(({ Sid }) => Sid);
        assert.deepEqual(everywhere, ["SeeTheLoadBalancer"]);
        const pass = Statement.find(({ Sid }) => Sid === "PassTaskRoles");
        assert.deepEqual(pass?.Resource, [
            reference(named(graph, "ghost-execution"), "arn"),
            reference(named(graph, "ghost-task"), "arn"),
        ]);
        const trust = JSON.stringify(jsonIn(named(graph, "ghost-deploy-role").inputs.assumeRolePolicy));
        assert.match(trust, /aws:SourceAccount/);
        assert.match(trust, /aws:SourceArn/);
    });

    it("gets the app's name when its tasks answer there, and not before", async () => {
        const graph = await byCodeDeploy();
        const balancer = only(graph, BALANCER, "ghost-alb");
        const first = named(graph, "ghost-smoke-first");
        for (const type of ["a", "aaaa"]) {
            const record = named(graph, `edge-blog.example.com-${type}`);
            assert.deepEqual(
                (record.inputs.aliases as readonly Inputs[])[0]?.name,
                reference(balancer, "dnsName"),
            );
            assert.ok(record.dependencies.includes(first.urn));
        }
        assert.ok(first.dependencies.includes(named(graph, "ghost-codedeploy").urn));
    });
});
