/** Mocha's usual report, and the five slowest tests: what to look at when the engine tests take too long. */
import { reporters, Runner, type MochaOptions, type Test } from "mocha";

const SHOWN = 5;

export = class SlowestFive extends reporters.Spec {
    constructor(runner: Runner, options: MochaOptions) {
        super(runner, options);
        const finished: { readonly title: string; readonly seconds: number }[] = [];
        runner.on(Runner.constants.EVENT_TEST_END, (test: Test) => {
            finished.push({ title: test.fullTitle(), seconds: (test.duration ?? 0) / 1000 });
        });
        runner.once(Runner.constants.EVENT_RUN_END, () => {
            const slowest = finished.sort((a, b) => b.seconds - a.seconds).slice(0, SHOWN);
            if (slowest.length > 0) {
                console.log(["  slowest:", ...slowest.map(line), ""].join("\n"));
            }
        });
    }
};

function line({ title, seconds }: { readonly title: string; readonly seconds: number }): string {
    return `    ${seconds.toFixed(1).padStart(6)} s  ${title}`;
}
