import { strict as assert } from "node:assert";
import * as fc from "fast-check";
import { batchOf, decideTimes, deleteMinutes, stuckAt, type TimesInput } from "../../settings/times";

const input: TimesInput = {
    times: { startSeconds: 240, deregistrationSeconds: 30, stopSeconds: 30 },
    health: {
        path: "/status",
        matcher: "200",
        intervalSeconds: 30,
        timeoutSeconds: 10,
        healthyThreshold: 2,
        unhealthyThreshold: 3,
    },
    scale: { min: 1, max: 2 },
    minimumHealthyPercent: 100,
    maximumPercent: 200,
};

const anyInput: fc.Arbitrary<TimesInput> = fc
    .record({
        startSeconds: fc.integer({ min: 0, max: 1800 }),
        deregistrationSeconds: fc.integer({ min: 0, max: 9999 }),
        stopSeconds: fc.integer({ min: 0, max: 999 }),
        min: fc.integer({ min: 1, max: 20 }),
        more: fc.integer({ min: 0, max: 20 }),
        minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
        maximumPercent: fc.integer({ min: 100, max: 400 }),
    })
    .map(({ startSeconds, deregistrationSeconds, stopSeconds, min, more, ...percents }) => ({
        ...input,
        times: { startSeconds, deregistrationSeconds, stopSeconds },
        scale: { min, max: min + more },
        ...percents,
    }));

describe("times of a deployment", () => {
    it("lets a task start and become healthy before failed checks count", () => {
        assert.equal(decideTimes(input).gracePeriodSeconds, 240 + 2 * 30 + 10);
    });

    it("waits until the circuit breaker has given up on a bad revision and the old one is back", () => {
        // One task: three failures one after the other, each of 60 to provision, 310 of grace and 90 of failed checks;
        // the old revision joins again (370), the last one leaves (60), 180 to spare.
        assert.equal(
            decideTimes({ ...input, scale: { min: 1, max: 1 } }).steadyStateMinutes,
            Math.ceil((3 * (60 + 310 + 90) + 370 + 60 + 180) / 60),
        );
    });

    it("waits for every round of a deployment that replaces one task at a time", () => {
        const oneByOne = { ...input, scale: { min: 6, max: 6 }, maximumPercent: 117 };
        assert.equal(batchOf(6, 100, 117), 1);
        assert.equal(decideTimes(oneByOne).steadyStateMinutes, Math.ceil((6 * (60 + 310 + 60) + 180) / 60));
    });

    it("never exceeds Fargate's 120 s between the stop signal and the end, nor an hour of draining", () => {
        fc.assert(
            fc.property(anyInput, (any) => {
                const { stopTimeoutSeconds, deregistrationSeconds } = decideTimes(any);
                assert.ok(stopTimeoutSeconds <= 120);
                assert.ok(deregistrationSeconds <= 3600);
            }),
        );
    });

    it("always ends after a whole good deployment, at any number of tasks", () => {
        fc.assert(
            fc.property(anyInput, (any) => {
                const times = decideTimes(any);
                const one = times.gracePeriodSeconds + times.deregistrationSeconds + times.stopTimeoutSeconds;
                assert.ok(Number.isFinite(times.steadyStateMinutes));
                assert.ok(times.steadyStateMinutes * 60 > one);
            }),
        );
    });

    it("takes what the stack file says and derives the rest from it", () => {
        const given = { deregistrationSeconds: 600, gracePeriodSeconds: undefined };
        const times = decideTimes({ ...input, given });
        assert.equal(times.deregistrationSeconds, 600);
        assert.equal(times.gracePeriodSeconds, 310);
        assert.ok(times.steadyStateMinutes >= decideTimes(input).steadyStateMinutes + 9);
    });

    it("lets a service be deleted only after its tasks have drained and stopped", () => {
        assert.ok(deleteMinutes({ deregistrationSeconds: 3600, stopTimeoutSeconds: 120 }) * 60 >= 3720 + 300);
    });
});

describe("the batch of a rolling deployment", () => {
    const table: readonly [count: number, min: number, max: number, batch: number][] = [
        [1, 100, 200, 1],
        [1, 0, 100, 1],
        [2, 100, 150, 1],
        [3, 100, 150, 1],
        [4, 100, 150, 2],
        [4, 50, 100, 2],
        [4, 100, 400, 4],
        [1, 100, 150, 0],
        [1, 50, 100, 0],
        [3, 100, 100, 0],
    ];
    for (const [count, min, max, batch] of table) {
        it(`of ${count} between ${min} % and ${max} % is ${batch}`, () => {
            assert.equal(batchOf(count, min, max), batch);
        });
    }

    it("names the smallest number of tasks at which nothing could ever move", () => {
        assert.equal(stuckAt({ min: 1, max: 4 }, 100, 150), 1);
        assert.equal(stuckAt({ min: 2, max: 4 }, 100, 150), undefined);
        assert.equal(stuckAt({ min: 2, max: 4 }, 100, 100), 2);
        assert.equal(stuckAt({ min: 1, max: 1 }, 0, 100), undefined);
    });
});
