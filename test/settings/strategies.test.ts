import assert from "node:assert/strict";
import fc from "fast-check";
import { CODE_DEPLOY_CONFIGURATIONS, isShifted, STRATEGIES } from "../../settings/deploy";
import type { Deploy } from "../../settings/settings";
import { decideTimes, linearMinutes, type TimesInput } from "../../settings/times";
import { problemsOf, settingsOf } from "../support/settings";

const DOMAIN = "selfhost:domain: example.com";

/** A staging stack with one app of two to four tasks, unless it says otherwise. */
function stack(
    deploy: string,
    { app = "preset: web, scale: { min: 2, max: 4 }", config = DOMAIN, more = "" } = {},
) {
    const lines = [
        "aws:region: eu-west-1",
        config,
        "selfhost:apps:",
        `  shop: { ${app}, deploy: { ${deploy} } }`,
        more,
    ];
    return `config:\n${lines
        .flatMap((line) => line.split("\n"))
        .filter((line) => line !== "")
        .map((line) => `  ${line}`)
        .join("\n")}\n`;
}

const given = { stack: "staging" };

function deployOf(deploy: string, around?: Parameters<typeof stack>[1]): Deploy {
    const [app] = settingsOf(stack(deploy, around), given).apps;
    assert.ok(app);
    return app.deploy;
}

const GHOST = { app: "preset: ghost" };

describe("a strategy", () => {
    it("is one word, with everything else decided", () => {
        const own = (strategy: string) => {
            const { deployer, deploy } =
                settingsOf(stack(`strategy: ${strategy}`), given).apps[0] ?? assert.fail();
            const { testPriority, ...rest } = { testPriority: undefined, ...deploy };
            assert.equal(typeof testPriority, isShifted(deploy) ? "number" : "undefined");
            const common = Object.keys(deployOf("strategy: rolling"));
            return [
                deployer,
                Object.fromEntries(
                    Object.entries(rest).filter(([key]) => key === "strategy" || !common.includes(key)),
                ),
            ];
        };
        assert.deepEqual(STRATEGIES.map(own), [
            ["pulumi", { strategy: "rolling" }],
            ["pulumi", { strategy: "blueGreen", bakeMinutes: 5, testHeader: "shop" }],
            [
                "pulumi",
                {
                    strategy: "canary",
                    bakeMinutes: 5,
                    testHeader: "shop",
                    canary: { percent: 10, bakeMinutes: 5 },
                },
            ],
            [
                "pulumi",
                {
                    strategy: "linear",
                    bakeMinutes: 5,
                    testHeader: "shop",
                    linear: { percent: 20, bakeMinutes: 3 },
                },
            ],
            [
                "codedeploy",
                {
                    strategy: "codeDeploy",
                    shift: { kind: "named", configuration: "CodeDeployDefault.ECSAllAtOnce" },
                    terminationWaitMinutes: 5,
                },
            ],
        ]);
    });

    it("starts all new tasks beside the old ones, unless it is rolling", () => {
        for (const strategy of STRATEGIES) {
            const { minimumHealthyPercent, maximumPercent } = deployOf(`strategy: ${strategy}`);
            assert.deepEqual([minimumHealthyPercent, maximumPercent], [100, 200]);
        }
        assert.equal(deployOf("strategy: codeDeploy").zoneRebalancing, false);
        const ghost = deployOf("strategy: blueGreen, overlap: brief", GHOST);
        assert.deepEqual([ghost.maximumPercent, ghost.zoneRebalancing], [200, false]);
    });

    it("keeps two tasks of a one-task application side by side no longer than it must", () => {
        const blue = deployOf("strategy: blueGreen, overlap: brief", GHOST);
        assert.ok(isShifted(blue) && blue.bakeMinutes === 0);
        const code = deployOf("strategy: codeDeploy, overlap: brief", GHOST);
        assert.ok(code.strategy === "codeDeploy" && code.terminationWaitMinutes === 0);
    });
});

describe("alarms and smoke tests", () => {
    const kinds = (profile: string, deploy: string) => {
        const { apps } = settingsOf(stack(deploy), { stack: profile });
        const [app] = apps;
        return [app?.deploy.alarms.kind, (app?.deploy.smoke.length ?? 0) > 0];
    };

    it("are there in staging and prod, and for every strategy but rolling", () => {
        assert.deepEqual(kinds("dev", "strategy: rolling"), ["none", false]);
        assert.deepEqual(kinds("staging", "strategy: rolling"), ["on", true]);
        assert.deepEqual(kinds("prod", "strategy: rolling"), ["on", true]);
        assert.deepEqual(kinds("dev", "strategy: blueGreen"), ["on", true]);
    });

    it("can be switched off, which the service is told, and changed", () => {
        assert.deepEqual(kinds("prod", "alarms: { enabled: false }, smoke: []"), ["off", false]);
        const { alarms, smoke } = deployOf(
            "alarms: { errorPercent: 1, latency: 0.5 }, smoke: [{ path: /a, contains: b }]",
        );
        assert.deepEqual(
            { ...alarms, unhealthyMinutes: 0 },
            { kind: "on", errorPercent: 1, minimumRequests: 20, latencySeconds: 0.5, unhealthyMinutes: 0 },
        );
        assert.deepEqual(smoke, [{ path: "/a", status: 200, contains: "b" }]);
    });

    it("say nothing of an app that is not always there, or that the internet does not reach", () => {
        const app = "preset: web, scale: { schedule: { days: MON-FRI, start: '07:00', stop: '20:00' } }";
        assert.equal(deployOf("strategy: rolling", { app }).alarms.kind, "none");
        const config = `${DOMAIN}\nselfhost:edge: { allow: [203.0.113.0/24] }`;
        assert.deepEqual(deployOf("strategy: blueGreen", { config }).smoke, []);
    });

    it("let a task be unhealthy for longer than it may take to start", () => {
        const { alarms, gracePeriodSeconds } = deployOf("strategy: blueGreen, overlap: brief", GHOST);
        assert.ok(alarms.kind === "on" && alarms.unhealthyMinutes * 60 > gracePeriodSeconds);
    });
});

const WEEK = "preset: web, scale: { schedule: { days: MON-FRI, start: '07:00', stop: '20:00' } }";
const OTHER = "  blog: { preset: web, host: shop, path: /blog }";

/** What is refused: what the stack file says, where the problem is, why, and what to write. */
const REFUSED: readonly (readonly [
    name: string,
    deploy: string,
    around: Parameters<typeof stack>[1],
    path: string,
    reason: RegExp,
    fix: RegExp,
])[] = [
    [
        "limits of another",
        "strategy: canary, maximumPercent: 150",
        {},
        "maximumPercent",
        /not read with `strategy: canary`/,
        /`strategy: rolling`/,
    ],
    [
        "a bake time of another",
        "bakeTime: 3",
        {},
        "bakeTime",
        /not read with `strategy: rolling`/,
        /`strategy: blueGreen`/,
    ],
    [
        "steps of another",
        "strategy: blueGreen, canary: { percent: 5, bake: 1 }",
        {},
        "canary",
        /not read with/,
        /`strategy: canary` or `strategy: codeDeploy`/,
    ],
    [
        "a wait of another",
        "strategy: linear, terminationWait: 5",
        {},
        "terminationWait",
        /not read with/,
        /`strategy: codeDeploy`/,
    ],
    [
        "a test header of another",
        "strategy: codeDeploy, testHeader: x",
        {},
        "testHeader",
        /not read with/,
        /Remove it/,
    ],
    [
        "rebalancing by CodeDeploy",
        "strategy: codeDeploy, zoneRebalancing: true",
        {},
        "zoneRebalancing",
        /not read with/,
        /Remove it/,
    ],
    [
        "two tasks by the way",
        "strategy: blueGreen",
        GHOST,
        "strategy",
        /old and the new task of Ghost at once/,
        /`overlap: brief`/,
    ],
    [
        "two tasks of a file",
        "strategy: blueGreen",
        { app: "preset: ghost, sqlite: true" },
        "strategy",
        /does not allow/,
        /^Write `strategy: rolling`\.$/,
    ],
    [
        "visitors on two Ghosts",
        "strategy: canary, overlap: brief",
        GHOST,
        "strategy",
        /in turn/,
        /`strategy: blueGreen`/,
    ],
    [
        "a long look at two Ghosts",
        "strategy: blueGreen, overlap: brief, bakeTime: 60",
        GHOST,
        "bakeTime",
        /longer than `overlap: brief`/,
        /`bakeTime: 10`/,
    ],
    [
        "two Ghosts by CodeDeploy",
        "strategy: codeDeploy, overlap: brief, terminationWait: 30",
        GHOST,
        "terminationWait",
        /longer than/,
        /`terminationWait: 10`/,
    ],
    [
        "a share of Ghost by CodeDeploy",
        "strategy: codeDeploy, overlap: brief, configuration: CodeDeployDefault.ECSCanary10Percent5Minutes",
        GHOST,
        "configuration",
        /in turn/,
        /ECSAllAtOnce/,
    ],
    [
        "a canary of one task",
        "strategy: canary",
        { app: "preset: web, scale: { min: 1, max: 1 }" },
        "canary",
        /less than one task/,
        /`scale: \{ max: 2 \}`/,
    ],
    [
        "two ways for CodeDeploy",
        "strategy: codeDeploy, canary: { percent: 5, bake: 1 }, linear: { percent: 5, bake: 1 }",
        {},
        "linear",
        /so does `canary`/,
        /one of the two/,
    ],
    [
        "alarms in office hours",
        "alarms: { latency: 1 }",
        { app: WEEK },
        "alarms",
        /no tasks outside of its schedule/,
        /the schedule/,
    ],
    [
        "tests from outside",
        "smoke: [{ path: / }]",
        { config: `${DOMAIN}\nselfhost:edge: { allow: [203.0.113.0/24] }` },
        "smoke",
        /only some addresses/,
        /`allow`/,
    ],
    [
        "CodeDeploy on a shared name",
        "strategy: codeDeploy",
        { more: OTHER },
        "strategy",
        /`blog` answers at shop.example.com too/,
        /another `host`/,
    ],
    [
        "CodeDeploy and Service Connect",
        "strategy: codeDeploy",
        { app: "preset: web, reaches: [blog]", more: "  blog: { preset: web }" },
        "strategy",
        /Service Connect/,
        /public URLs/,
    ],
    [
        "a test after the app's own rule",
        "strategy: blueGreen, testPriority: 400",
        { app: "preset: web, priority: 300" },
        "testPriority",
        /not before the app's own rule \(300\)/,
        /`testPriority: 299`/,
    ],
    [
        "a test in another's place",
        "strategy: blueGreen, testPriority: 400",
        { more: "  blog: { preset: web, priority: 400 }" },
        "testPriority",
        /priority of `blog` too/,
        /`testPriority: 399`/,
    ],
];

describe("what a strategy cannot be combined with", () => {
    for (const [name, deploy, around, path, reason, fix] of REFUSED) {
        it(`is refused with the reason: ${name}`, () => {
            const [problem, ...others] = problemsOf(stack(deploy, around), given);
            assert.deepEqual(others, []);
            assert.equal(problem?.path, `selfhost:apps.shop.deploy.${path}`);
            assert.match(problem.reason, reason);
            assert.match(problem.fix, fix);
        });
    }

    it("is refused: CodeDeploy on a load balancer that exists, or that has no name", () => {
        const reasons = (config: string, of: string) =>
            problemsOf(stack("strategy: codeDeploy", { config }), { stack: of }).map(({ reason }) => reason);
        assert.match(reasons("", "dev").join(), /there is no domain/);
        const listener =
            "arn: arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/1234567890abcdef/1234567890abcdef, securityGroup: sg-0123456789abcdef0";
        assert.match(
            reasons(`${DOMAIN}\nselfhost:edge: { listener: { ${listener} } }`, "staging").join(),
            /uses one that exists/,
        );
    });
});

describe("how long a deployment may take", () => {
    const minutes = (deploy: string, around?: Parameters<typeof stack>[1]) =>
        deployOf(`${deploy}, smoke: []`, around).steadyStateMinutes;
    const blue = minutes("strategy: blueGreen, bakeTime: 0");

    it("is start, steps, bake and drain, and something to spare", () => {
        assert.equal(minutes("strategy: blueGreen, bakeTime: 30"), blue + 30);
        assert.equal(minutes("strategy: canary, bakeTime: 7, canary: { percent: 5, bake: 60 }"), blue + 67);
        assert.equal(
            minutes("strategy: linear, bakeTime: 7, linear: { percent: 30, bake: 10 }"),
            blue + 4 * 10 + 7,
        );
        const { steadyStateMinutes, gracePeriodSeconds, deregistrationSeconds, stopTimeoutSeconds } =
            deployOf("strategy: blueGreen, bakeTime: 0, smoke: []");
        const least = gracePeriodSeconds + deregistrationSeconds + stopTimeoutSeconds;
        assert.ok(steadyStateMinutes * 60 >= least + 180);
    });

    it("is CodeDeploy's own where a configuration's name says it", () => {
        const named = CODE_DEPLOY_CONFIGURATIONS.map((name) =>
            minutes(`strategy: codeDeploy, terminationWait: 0, configuration: ${name}`),
        );
        assert.deepEqual(
            named.map((one) => one - blue),
            [0, 5, 15, 10, 30],
        );
    });

    it("covers the tests, and what the stack file says comes before all that", () => {
        const tested = deployOf("strategy: blueGreen, bakeTime: 0").steadyStateMinutes;
        assert.equal(tested, blue + 5);
        assert.equal(minutes("strategy: blueGreen, steadyStateTimeout: 99"), 99);
    });

    it("grows with every part of it", () => {
        const input: TimesInput = {
            times: { startSeconds: 60, deregistrationSeconds: 30, stopSeconds: 30 },
            health: {
                path: "/",
                matcher: "200",
                intervalSeconds: 10,
                timeoutSeconds: 5,
                healthyThreshold: 2,
                unhealthyThreshold: 2,
            },
            scale: { min: 1, max: 3 },
            minimumHealthyPercent: 100,
            maximumPercent: 200,
        };
        const any = fc.record({
            shiftMinutes: fc.integer({ min: 0, max: 1440 }),
            bakeMinutes: fc.integer({ min: 0, max: 1440 }),
            testSeconds: fc.integer({ min: 0, max: 900 }),
        });
        fc.assert(
            fc.property(any, (shift) => {
                const { steadyStateMinutes } = decideTimes({ ...input, shift });
                assert.ok(
                    steadyStateMinutes * 60 >=
                        60 * (shift.shiftMinutes + shift.bakeMinutes) + shift.testSeconds + 60 + 30 + 30,
                );
            }),
        );
    });

    it("has as many steps as it takes to move everybody", () => {
        fc.assert(
            fc.property(
                fc.integer({ min: 3, max: 99 }),
                fc.integer({ min: 0, max: 60 }),
                (percent, bakeMinutes) => {
                    const steps =
                        bakeMinutes === 0 ? 0 : linearMinutes({ percent, bakeMinutes }) / bakeMinutes;
                    assert.ok(bakeMinutes === 0 || (steps * percent >= 100 && (steps - 1) * percent < 100));
                },
            ),
        );
    });
});
