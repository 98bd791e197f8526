import { strict as assert } from "node:assert";
import type { Graph, Json } from "../../../plan/graph";
import type { CodeDeploy, DeployAlarms } from "../../../settings/deploy";
import { named, ofType, reference } from "../../support/graph";
import { app, deployBy } from "./fixture";
import { recordService } from "./recording";

const ON: DeployAlarms = {
    kind: "on",
    errorPercent: 5,
    minimumRequests: 20,
    latencySeconds: 5,
    unhealthyMinutes: 4,
};

const recordGroup = (shift: CodeDeploy["shift"], alarms: DeployAlarms = { kind: "none" }): Promise<Graph> => {
    const deploy = deployBy("codeDeploy");
    assert.ok(deploy.strategy === "codeDeploy");
    return recordService({ app: app({ deployer: "codedeploy", deploy: { ...deploy, shift, alarms } }) });
};

describe("CodeDeploy's group for a service", () => {
    const named10 = { kind: "named", configuration: "CodeDeployDefault.ECSCanary10Percent5Minutes" } as const;

    it("goes by a configuration of AWS's, and makes none then", async () => {
        const graph = await recordGroup(named10);
        assert.deepEqual(ofType(graph, "aws:codedeploy/deploymentConfig:DeploymentConfig"), []);
        const { deploymentConfigName } = named(graph, "wiki-deploy-group").inputs;
        assert.equal(deploymentConfigName, named10.configuration);
    });

    it("goes by one of its own for other steps, with another name for each: none can be changed", async () => {
        const cases: readonly (readonly [CodeDeploy["shift"], name: string, routing: Json])[] = [
            [
                { kind: "canary", percent: 5, bakeMinutes: 7 },
                "selfhost-dev-wiki-canary-5-7",
                { type: "TimeBasedCanary", timeBasedCanary: { interval: 7, percentage: 5 } },
            ],
            [
                { kind: "linear", percent: 20, bakeMinutes: 1 },
                "selfhost-dev-wiki-linear-20-1",
                { type: "TimeBasedLinear", timeBasedLinear: { interval: 1, percentage: 20 } },
            ],
        ];
        for (const [shift, name, routing] of cases) {
            const graph = await recordGroup(shift);
            const steps = named(graph, "wiki-deploy-steps");
            assert.equal(steps.inputs.deploymentConfigName, name);
            assert.deepEqual(steps.inputs.trafficRoutingConfig, routing);
            const group = named(graph, "wiki-deploy-group");
            assert.equal(group.inputs.deploymentConfigName, name);
            assert.ok(group.dependencies.includes(steps.urn));
        }
    });

    it("says something of alarms only where there are some: the provider reads a list without any as none", async () => {
        const [off, on] = [await recordGroup(named10, { kind: "off" }), await recordGroup(named10, ON)];
        assert.equal(named(off, "wiki-deploy-group").inputs.alarmConfiguration, undefined);
        assert.deepEqual(named(on, "wiki-deploy-group").inputs.alarmConfiguration, {
            enabled: true,
            ignorePollAlarmFailure: false,
            alarms: ["errors", "latency", "unhealthy"].map((alarm) =>
                reference(named(on, `wiki-${alarm}`), "name"),
            ),
        });
        const back = (graph: Graph) =>
            (named(graph, "wiki-deploy-group").inputs.autoRollbackConfiguration as { events: Json }).events;
        assert.deepEqual(back(off), ["DEPLOYMENT_FAILURE"]);
        assert.deepEqual(back(on), ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]);
    });

    it("belongs to an application that people and events know by its name", async () => {
        const graph = await recordGroup(named10);
        assert.deepEqual(named(graph, "wiki-deploy").inputs, {
            name: "selfhost-dev-wiki",
            computePlatform: "ECS",
        });
    });
});
