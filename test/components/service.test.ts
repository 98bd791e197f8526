import { strict as assert } from "node:assert";
import type { Graph, Json, Resource } from "../../plan/graph";
import { childrenOf, ofType, only, reference } from "../support/graph";
import { ATTACHMENT as PLACE, PARAMETER, recordPlain, recordService, SECRET } from "./service/recording";

const DEFINITION = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE = "aws:ecs/service:Service";
const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

const serviceOf = (graph: Graph): Resource => only(graph, SERVICE);

describe("a task definition", () => {
    it("is identical in a second recording, whatever the order of variables and secrets", async () => {
        const reversed = <T>(values: Readonly<Record<string, T>>) =>
            Object.fromEntries(Object.entries(values).reverse());
        const environmentVariables = { APP_URL: "https://wiki.example.com", APP_LANG: "en" };
        const secrets = { APP_KEY: `${SECRET}:::1`, MAIL_PASSWORD: PARAMETER };
        const first = await recordPlain();
        const second = await recordService({
            environmentVariables: reversed(environmentVariables),
            secrets: reversed(secrets),
        });
        assert.deepEqual(only(first, DEFINITION), only(second, DEFINITION));
    });

    it("leaves the revision before active, so that ECS can go back to it", async () => {
        const { inputs } = only(await recordPlain(), DEFINITION);
        assert.equal(inputs.skipDestroy, true);
        assert.equal(inputs.trackLatest, false);
    });

    it("asks Fargate for the size and the processor that were decided, as text", async () => {
        const { inputs } = only(await recordPlain(), DEFINITION);
        assert.deepEqual(
            [inputs.cpu, inputs.memory, inputs.networkMode, inputs.requiresCompatibilities],
            ["512", "1024", "awsvpc", ["FARGATE"]],
        );
        assert.deepEqual(inputs.runtimePlatform, {
            cpuArchitecture: "ARM64",
            operatingSystemFamily: "LINUX",
        });
        assert.equal(inputs.family, "dev-wiki");
    });

    it("logs to a group that exists before it and keeps its lines as long as was decided", async () => {
        const graph = await recordPlain();
        const group = only(graph, LOG_GROUP);
        assert.equal(group.inputs.name, "/selfhost/dev/wiki");
        assert.equal(group.inputs.retentionInDays, 30);
        assert.ok(only(graph, DEFINITION).dependencies.includes(group.urn));
    });
});

describe("an ECS service", () => {
    it("waits for the permissions it uses, its database user and its way in", async () => {
        const graph = await recordPlain();
        const { dependencies } = serviceOf(graph);
        const needed = [
            only(graph, POLICY, "wiki-execution-policy"),
            only(graph, POLICY, "wiki-task-policy"),
            only(graph, ATTACHMENT, "wiki-traffic-policy"),
            ...graph.resources.filter(({ name }) => name === "rule" || name === "user"),
        ];
        assert.equal(needed.length, 5);
        for (const { urn } of needed) {
            assert.ok(dependencies.includes(urn), urn);
        }
    });

    it("waits until it is steady, as long as its strategy may take", async () => {
        const { inputs, options } = only(await recordPlain(), SERVICE);
        assert.equal(inputs.waitForSteadyState, true);
        assert.equal(inputs.sigintRollback, true);
        assert.equal(options.customTimeouts?.create, "38m");
        assert.equal(options.customTimeouts.update, "38m");
    });

    it("takes a bad revision back by itself", async () => {
        const { inputs } = only(await recordPlain(), SERVICE);
        assert.deepEqual(inputs.deploymentCircuitBreaker, { enable: true, rollback: true });
        assert.deepEqual(inputs.deploymentConfiguration, { strategy: "ROLLING" });
    });

    it("runs on capacity providers and never on a launch type", async () => {
        const { inputs } = only(await recordPlain(), SERVICE);
        assert.deepEqual(inputs.capacityProviderStrategies, [
            { base: 0, capacityProvider: "FARGATE", weight: 1 },
        ]);
        assert.ok(!("launchType" in inputs));
        // Without it the provider refuses to change the line above.
        assert.equal(inputs.forceNewDeployment, true);
    });

    const kept = () => recordService({ assignPublicIp: false, disposable: false });

    it("is reached through its own security group, with a public address only where that is the way out", async () => {
        for (const [graph, assignPublicIp] of [
            [await recordPlain(), true],
            [await kept(), false],
        ] as const) {
            assert.deepEqual(serviceOf(graph).inputs.networkConfiguration, {
                assignPublicIp,
                securityGroups: ["sg-tasks"],
                subnets: ["subnet-a", "subnet-b"],
            });
        }
    });

    it("can be deleted with its tasks running only where the environment is disposable", async () => {
        assert.equal(only(await recordPlain(), SERVICE).inputs.forceDelete, true);
        assert.equal(only(await kept(), SERVICE).inputs.forceDelete, false);
    });

    it("has the role that shifts traffic exactly where there is another group to shift it to", async () => {
        const two = await recordPlain();
        assert.equal(
            only(two, ROLE, "wiki-traffic").inputs.description,
            "Lets ECS shift the traffic of wiki",
        );
        const [balancer] = serviceOf(two).inputs.loadBalancers as readonly Record<string, Json>[];
        assert.deepEqual(balancer?.advancedConfiguration, {
            alternateTargetGroupArn: "arn:alternate",
            productionListenerRule: "arn:rule",
            roleArn: reference(only(two, ROLE, "wiki-traffic"), "arn"),
        });

        const one = await recordService({
            attachment: {
                ...PLACE,
                targetGroups: { active: "arn:active", alternate: undefined },
                dependsOn: [],
            },
        });
        assert.deepEqual(serviceOf(one).inputs.loadBalancers, [
            { containerName: "wiki", containerPort: 80, targetGroupArn: "arn:active" },
        ]);
        assert.equal(ofType(one, ATTACHMENT).length, 0);
    });
});

describe("a service's children", () => {
    it("have the component as their parent and its name in theirs", async () => {
        const graph = await recordPlain();
        const component = only(graph, "selfhost:index:Service");
        const children = childrenOf(graph, component.urn);
        assert.deepEqual(
            graph.resources.filter(({ name }) => name.startsWith("wiki-")).map(({ name }) => name),
            children.map(({ name }) => name),
        );
        assert.ok(children.length >= 10);
    });

    it("are named after the service in the commands an operator types next", async () => {
        const graph = await recordPlain();
        const { logs, status } = graph.outputs.commands as {
            readonly logs: string;
            readonly status: string;
        };
        assert.equal(logs, "aws logs tail /selfhost/dev/wiki --region eu-west-1 --follow --since 1h");
        assert.ok(status.includes(`--services ${reference(serviceOf(graph), "name")} `));
    });
});
