/** Mocha's usual report, the five slowest tests, and the seed of what was left to chance. */
import { reporters, Runner, type MochaOptions, type Test } from "mocha";
import { SEED } from "./seed";

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
                console.log(["  slowest:", ...slowest.map(line), `  SELFHOST_SEED=${SEED}`, ""].join("\n"));
            }
        });
    }
};

function line({ title, seconds }: { readonly title: string; readonly seconds: number }): string {
    return `    ${seconds.toFixed(1).padStart(6)} s  ${title}`;
}
