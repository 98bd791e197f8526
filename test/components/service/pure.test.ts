import { strict as assert } from "node:assert";
import { commands } from "../../../components/service/commands";
import { capacityOf, deploymentOf, loadBalancerOf, timeoutsOf } from "../../../components/service/deployment";
import { policyDocument } from "../../../components/statement";
import { autoscalingOwnsCount, startCron, stopCron } from "../../../components/service/schedule";
import type { Deploy, Schedule } from "../../../settings/settings";
import { app } from "./fixture";

const hours: Schedule = { days: "MON-FRI", start: "07:00", stop: "20:30", timezone: "Europe/Berlin" };

describe("office hours", () => {
    const table: readonly [Schedule, start: string, stop: string][] = [
        [hours, "cron(0 7 ? * MON-FRI *)", "cron(30 20 ? * * *)"],
        [{ ...hours, days: "MON,WED", start: "09:05" }, "cron(5 9 ? * MON,WED *)", "cron(30 20 ? * * *)"],
        [{ ...hours, start: "20:00", stop: "02:00" }, "cron(0 20 ? * MON-FRI *)", "cron(0 2 ? * * *)"],
        [{ ...hours, start: "00:00", stop: "08:09" }, "cron(0 0 ? * MON-FRI *)", "cron(9 8 ? * * *)"],
    ];
    for (const [schedule, start, stop] of table) {
        it(`${schedule.days} ${schedule.start}-${schedule.stop} are ${start} and ${stop}`, () => {
            assert.equal(startCron(schedule), start);
            assert.equal(stopCron(schedule), stop);
        });
    }
});

describe("the number of tasks", () => {
    const table: readonly [string, { min: number; max: number; schedule: Schedule | undefined }, boolean][] =
        [
            ["fixed", { min: 2, max: 2, schedule: undefined }, false],
            ["a range", { min: 1, max: 2, schedule: undefined }, true],
            ["fixed, but by the hour", { min: 2, max: 2, schedule: hours }, true],
        ];
    for (const [what, scale, owned] of table) {
        it(`is ${owned ? "autoscaling's" : "the program's"} where it is ${what}`, () => {
            assert.equal(autoscalingOwnsCount(scale), owned);
        });
    }
});

describe("a deployment", () => {
    const deploy: Deploy = { ...app().deploy, minimumHealthyPercent: 0, maximumPercent: 100 };

    it("writes strategy and circuit breaker even where they are the default", () => {
        const written = deploymentOf(deploy);
        assert.deepEqual(written.deploymentConfiguration, { strategy: "ROLLING" });
        assert.deepEqual(written.deploymentCircuitBreaker, { enable: true, rollback: true });
        assert.deepEqual(written.deploymentController, { type: "ECS" });
    });

    it("writes no list of alarms without an alarm in it, which the provider cannot send", () => {
        assert.ok(!("alarms" in deploymentOf(deploy)));
    });

    it("always says whether zones are rebalanced", () => {
        const said = (zoneRebalancing: boolean) =>
            deploymentOf({ ...deploy, zoneRebalancing }).availabilityZoneRebalancing;
        assert.equal(said(true), "ENABLED");
        assert.equal(said(false), "DISABLED");
    });

    it("waits at least as long as the settings say, and for the draining when it is deleted", () => {
        const slow = {
            ...deploy,
            steadyStateMinutes: 47,
            deregistrationSeconds: 3600,
            stopTimeoutSeconds: 120,
        };
        const { create, update, delete: gone } = timeoutsOf(slow);
        assert.equal(create, "47m");
        assert.equal(update, "47m");
        assert.ok(Number.parseInt(gone ?? "", 10) > 62);
    });
});

describe("capacity", () => {
    it("is sorted and complete, whatever order it is given in", () => {
        const spot = { provider: "FARGATE_SPOT", base: 0, weight: 4 } as const;
        const demand = { provider: "FARGATE", base: 1, weight: 1 } as const;
        const sorted = [
            { capacityProvider: "FARGATE", base: 1, weight: 1 },
            { capacityProvider: "FARGATE_SPOT", base: 0, weight: 4 },
        ];
        assert.deepEqual(capacityOf([spot, demand]), sorted);
        assert.deepEqual(capacityOf([demand, spot]), sorted);
    });
});

describe("a load balancer's part of a service", () => {
    const groups = { active: "arn:active", alternate: "arn:alternate" };

    it("names the other group, the rule and the role wherever there are two groups", () => {
        assert.deepEqual(
            loadBalancerOf(
                app(),
                { targetGroups: groups, ruleArn: "arn:rule", testRuleArn: undefined },
                "arn:role",
            ).advancedConfiguration,
            {
                alternateTargetGroupArn: "arn:alternate",
                productionListenerRule: "arn:rule",
                roleArn: "arn:role",
            },
        );
    });

    it("names the active group alone where tasks never overlap", () => {
        const one = loadBalancerOf(
            app(),
            {
                targetGroups: { ...groups, alternate: undefined },
                ruleArn: "arn:rule",
                testRuleArn: undefined,
            },
            undefined,
        );
        assert.deepEqual(one, { containerName: "wiki", containerPort: 80, targetGroupArn: "arn:active" });
    });
});

describe("a policy", () => {
    it("has no two statements of one name, which IAM refuses", () => {
        const statement = {
            Sid: "Read",
            Effect: "Allow",
            Action: ["s3:GetObject"],
            Resource: ["arn:x"],
        } as const;
        assert.throws(() => policyDocument([statement, statement]), /called `Read`/);
    });
});

describe("the operator's commands", () => {
    const where = {
        region: "eu-west-1",
        cluster: "dev",
        service: "wiki-1234567",
        container: "wiki",
        logGroup: "/selfhost/dev/wiki",
        exec: true,
    };

    it("can be pasted as they are", () => {
        assert.deepEqual(commands(where), {
            logs: "aws logs tail /selfhost/dev/wiki --region eu-west-1 --follow --since 1h",
            status: "aws ecs describe-services --region eu-west-1 --cluster dev --services wiki-1234567 --query 'services[0].[deployments,events[:5].message]'",
            exec:
                "aws ecs execute-command --region eu-west-1 --cluster dev --task " +
                '"$(aws ecs list-tasks --region eu-west-1 --cluster dev --service-name wiki-1234567 ' +
                "--query 'taskArns[0]' --output text)\" --container wiki --interactive --command /bin/sh",
        });
    });

    it("offer a shell only where ECS Exec is on", () => {
        assert.equal(commands({ ...where, exec: false }).exec, undefined);
    });
});
