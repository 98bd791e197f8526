/** The alarms that take a deployment back, on what a load balancer would measure. */
import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import type { Graph, Json } from "../../../plan/graph";
import type { DeployAlarms } from "../../../settings/settings";
import { named } from "../../support/graph";
import { evaluate, type OfNothing, type Series } from "../../support/metricMath";
import { app, deployBy } from "./fixture";
import { ATTACHMENT, recordService } from "./recording";

const ALARMS: DeployAlarms = {
    kind: "on",
    errorPercent: 5,
    minimumRequests: 20,
    latencySeconds: 5,
    unhealthyMinutes: 4,
};

const recorded = new Map<number, Promise<Graph>>();

/** With one target group, or with two. */
function graphWith(groups: 1 | 2): Promise<Graph> {
    const made =
        recorded.get(groups) ??
        recordService({
            app: app({ deploy: { ...deployBy("rolling"), alarms: ALARMS } }),
            attachment: {
                ...ATTACHMENT,
                targetGroupArnSuffixes: ATTACHMENT.targetGroupArnSuffixes.slice(0, groups),
                dependsOn: [],
            },
        });
    recorded.set(groups, made);
    return made;
}

interface Query {
    readonly id: string;
    readonly expression?: string;
    readonly returnData: boolean;
    readonly metric?: { readonly metricName: string; readonly dimensions: { readonly TargetGroup: string } };
}

/** What a load balancer measured, of the first group and of the other; a metric that is left out has no value at all. */
type Measured = Readonly<Record<string, readonly [Series, Series?]>>;

/** Whether the alarm rings in the last minute. */
function rings(graph: Graph, alarm: string, measured: Measured, ofNothing: OfNothing): boolean {
    const { inputs } = named(graph, `wiki-${alarm}`);
    const queries = inputs.metricQueries as unknown as readonly Query[];
    const minutes = Math.max(...Object.values(measured).flatMap((all) => all.map((one) => one?.length ?? 0)));
    const metrics = Object.fromEntries(
        queries.flatMap(({ id, metric }) => {
            const group = ATTACHMENT.targetGroupArnSuffixes.findIndex(
                (one) => one === metric?.dimensions.TargetGroup,
            );
            return metric === undefined
                ? []
                : [[id, measured[metric.metricName]?.[group] ?? Array.from<undefined>({ length: minutes })]];
        }),
    ) as Readonly<Record<string, Series>>;
    const [returned, ...others] = queries.filter(({ returnData }) => returnData);
    assert.ok(returned?.expression !== undefined && others.length === 0);
    const values = evaluate(returned.expression, { metrics, minutes, ofNothing });
    const { threshold, comparisonOperator, evaluationPeriods, datapointsToAlarm, treatMissingData } = inputs;
    assert.equal(treatMissingData, "notBreaching");
    const isBad = (value: number | undefined) =>
        value !== undefined &&
        (comparisonOperator === "GreaterThanThreshold"
            ? value > (threshold as number)
            : value >= (threshold as number));
    return values.slice(-(evaluationPeriods as number)).filter(isBad).length >= (datapointsToAlarm as number);
}

const always = (value: number | undefined, minutes = 6): Series =>
    Array.from({ length: minutes }, () => value);
const REQUESTS = "RequestCount";
const ERRORS = "HTTPCode_Target_5XX_Count";
const LATENCY = "TargetResponseTime";
const UNHEALTHY = "UnHealthyHostCount";

const CASES: readonly (readonly [what: string, alarm: string, measured: Measured, rings: boolean])[] = [
    ["nobody asks", "errors", { [REQUESTS]: [always(undefined)] }, false],
    ["nobody has ever asked, and nothing is measured", "errors", { none: [always(undefined)] }, false],
    ["every answer is right", "errors", { [REQUESTS]: [always(900)] }, false],
    ["every answer is wrong", "errors", { [REQUESTS]: [always(900)], [ERRORS]: [always(900)] }, true],
    [
        "the canary alone is wrong, and its errors are few among everybody's answers",
        "errors",
        { [REQUESTS]: [always(900), always(30)], [ERRORS]: [always(undefined), always(30)] },
        true,
    ],
    ["one in twenty is wrong", "errors", { [REQUESTS]: [always(100)], [ERRORS]: [always(5)] }, false],
    [
        "more than one in twenty is wrong",
        "errors",
        { [REQUESTS]: [always(100)], [ERRORS]: [always(6)] },
        true,
    ],
    ["few ask", "errors", { [REQUESTS]: [always(19)], [ERRORS]: [always(19)] }, false],
    [
        "few ask the canary",
        "errors",
        { [REQUESTS]: [always(900), always(19)], [ERRORS]: [always(undefined), always(19)] },
        false,
    ],
    [
        "one minute was bad",
        "errors",
        {
            [REQUESTS]: [always(100)],
            [ERRORS]: [[undefined, undefined, undefined, undefined, 100, undefined]],
        },
        false,
    ],
    [
        "two minutes of three were bad",
        "errors",
        { [REQUESTS]: [always(100)], [ERRORS]: [[undefined, undefined, undefined, 100, undefined, 100]] },
        true,
    ],
    [
        "it was bad, and is over",
        "errors",
        { [REQUESTS]: [always(100)], [ERRORS]: [[100, 100, 100, undefined, undefined, undefined]] },
        false,
    ],
    ["answers are slow", "latency", { [REQUESTS]: [always(100)], [LATENCY]: [always(5.1)] }, true],
    ["answers are not slow", "latency", { [REQUESTS]: [always(100)], [LATENCY]: [always(5)] }, false],
    [
        "the canary's are slow",
        "latency",
        { [REQUESTS]: [always(900), always(20)], [LATENCY]: [always(0.1), always(9)] },
        true,
    ],
    ["one slow answer", "latency", { [REQUESTS]: [always(1)], [LATENCY]: [always(30)] }, false],
    [
        "slow while a task was cold",
        "latency",
        { [REQUESTS]: [always(100)], [LATENCY]: [[9, 9, 9, 9, 0.1, 0.1]] },
        false,
    ],
    ["a task never gets healthy", "unhealthy", { [UNHEALTHY]: [always(0), always(1)] }, true],
    ["a task starts", "unhealthy", { [UNHEALTHY]: [always(0), [undefined, undefined, 0, 1, 1, 1]] }, false],
    ["all are healthy", "unhealthy", { [UNHEALTHY]: [always(0), always(0)] }, false],
    ["the other group has no task", "unhealthy", { [UNHEALTHY]: [always(0)] }, false],
];

describe("an alarm of a deployment", () => {
    for (const [what, alarm, measured, expected] of CASES) {
        it(`${expected ? "rings" : "is silent"} (${alarm}): ${what}`, async () => {
            const groups = Object.values(measured).some(([, other]) => other !== undefined)
                ? ([2] as const)
                : ([1, 2] as const);
            for (const group of groups) {
                const graph = await graphWith(group);
                for (const ofNothing of ["filled", "nothing"] as const) {
                    assert.equal(rings(graph, alarm, measured, ofNothing), expected, `${group} ${ofNothing}`);
                }
            }
        });
    }

    it("about errors rings exactly when one group's share was too high, above the floor, in two minutes of three", async () => {
        const graph = await graphWith(2);
        const minute = fc.option(fc.integer({ min: 1, max: 60 }), { nil: undefined });
        const group = fc.array(fc.tuple(minute, fc.integer({ min: 0, max: 10 })), {
            minLength: 3,
            maxLength: 3,
        });
        fc.assert(
            fc.property(
                group,
                group,
                fc.constantFrom("filled" as const, "nothing" as const),
                (a, b, model) => {
                    const requests = [a, b].map((one) => one.map(([asked]) => asked));
                    // No error without a request, and none is measured as no error.
                    const errors = [a, b].map((one) =>
                        one.map(([asked, wrong]) =>
                            asked === undefined || wrong === 0 ? undefined : Math.min(asked, wrong),
                        ),
                    );
                    const pair = ([one = [], other = []]: readonly Series[]) => [one, other] as const;
                    const measured = { [REQUESTS]: pair(requests), [ERRORS]: pair(errors) };
                    const isBad = (at: number) =>
                        [0, 1].some((one) => {
                            const asked = requests[one]?.[at] ?? 0;
                            return asked >= 20 && (errors[one]?.[at] ?? 0) / asked > 0.05;
                        });
                    assert.equal(
                        rings(graph, "errors", measured, model),
                        [0, 1, 2].filter(isBad).length >= 2,
                    );
                },
            ),
        );
    });

    it("reads every metric that it measures, by the names of the load balancer and of the group", async () => {
        const graph = await graphWith(2);
        for (const alarm of ["errors", "latency", "unhealthy"]) {
            const [worst, ...measured] = named(graph, `wiki-${alarm}`).inputs
                .metricQueries as readonly Readonly<Record<string, Json>>[];
            const used = new Set((worst?.expression as string).match(/[a-z]+\d/g));
            assert.deepEqual([...used].sort(), measured.map(({ id }) => id).sort());
        }
    });
});
