import assert from "node:assert/strict";
import fc from "fast-check";
import { startCron, stopCron } from "../../../components/service/schedule";
import { timesAWeek, weekOf } from "../../../plan/cost/schedule";

const ALWAYS = { min: 1, max: 3 };

/** Hours of a week in which tasks may run. */
function up(actions: Readonly<Record<string, number>>): number | undefined {
    const listed = Object.entries(actions).map(([schedule, tasks]) => ({ schedule, min: tasks, max: tasks }));
    return weekOf(listed, ALWAYS)
        ?.filter(({ max }) => max > 0)
        .reduce((all, { hours }) => all + hours, 0);
}

describe("a week of scheduled actions", () => {
    const cases: readonly [string, Readonly<Record<string, number>>, number | undefined][] = [
        ["none", {}, 168],
        ["office hours", { "cron(0 7 ? * MON-FRI *)": 1, "cron(0 20 ? * * *)": 0 }, 5 * 13],
        ["every day", { "cron(0 8 ? * * *)": 2, "cron(30 18 ? * * *)": 0 }, 7 * 10.5],
        // Friday's night ends on Saturday, a day that the schedule does not name.
        ["across midnight", { "cron(0 22 ? * MON-FRI *)": 1, "cron(0 6 ? * * *)": 0 }, 5 * 8],
        ["listed days", { "cron(0 9 ? * MON,WED *)": 1, "cron(0 12 ? * * *)": 0 }, 2 * 3],
        ["across the weekend", { "cron(0 9 ? * SAT-MON *)": 1, "cron(0 12 ? * * *)": 0 }, 3 * 3],
        ["days by number, 1 for Sunday", { "cron(0 9 ? * 2-3 *)": 1, "cron(0 12 ? * * *)": 0 }, 2 * 3],
        ["nothing that stops them", { "cron(0 7 ? * MON-FRI *)": 1 }, 168],
        ["a day of the month", { "cron(0 7 1 * ? *)": 1 }, undefined],
        ["a rate", { "rate(1 hour)": 1 }, undefined],
        ["a day that is none", { "cron(0 7 ? * MON-FUN *)": 1 }, undefined],
        ["a step", { "cron(0/15 7 ? * * *)": 1 }, undefined],
    ];
    for (const [name, actions, hours] of cases) {
        it(`${name}: ${hours ?? "cannot be read"}`, () => {
            assert.equal(up(actions), hours);
        });
    }

    it("keeps the bounds that hold without actions", () => {
        assert.deepEqual(weekOf([], ALWAYS), [{ ...ALWAYS, hours: 168 }]);
    });

    it("counts how often tasks start", () => {
        assert.equal(timesAWeek("cron(0 7 ? * MON-FRI *)"), 5);
    });

    it("always has 168 hours, and those of the crons that the service registers", () => {
        const day = fc.constantFrom("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN");
        const minute = fc.integer({ min: 0, max: 24 * 60 - 1 });
        fc.assert(
            fc.property(fc.uniqueArray(day, { minLength: 1 }), minute, minute, (days, start, stop) => {
                fc.pre(start !== stop);
                const text = (of: number): string =>
                    `${String(Math.floor(of / 60)).padStart(2, "0")}:${String(of % 60).padStart(2, "0")}`;
                const schedule = {
                    days: days.join(","),
                    start: text(start),
                    stop: text(stop),
                    timezone: "UTC",
                };
                const week =
                    weekOf(
                        [
                            { schedule: startCron(schedule), min: 1, max: 1 },
                            { schedule: stopCron(schedule), min: 0, max: 0 },
                        ],
                        ALWAYS,
                    ) ?? [];
                const all = week.reduce((sum, { hours }) => sum + hours, 0);
                const running = week.filter(({ max }) => max > 0).reduce((sum, { hours }) => sum + hours, 0);
                const daily = ((stop - start + 24 * 60) % (24 * 60)) / 60;
                assert.ok(Math.abs(all - 168) < 1e-9);
                assert.ok(Math.abs(running - days.length * daily) < 1e-9);
            }),
        );
    });
});
