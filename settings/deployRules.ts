/** Deployments that cannot move, and tasks that must not run beside one another. */
import type { Context } from "./context";
import type { Problem } from "./problem";
import type { RawApp } from "./appSchema";
import type { AppSettings } from "./settings";
import { strategyRules } from "./strategyRules";
import { stuckAt } from "./times";

export function deployRules({ app, raw, path, ...rest }: Context): readonly Problem[] {
    const { minimumHealthyPercent, maximumPercent } = app.deploy;
    const value = { minimumHealthyPercent, maximumPercent };
    const found = [...strategyRules({ app, raw, path, ...rest }), ...overlapRules(app, raw, path)];
    if (found.length > 0 || app.deploy.strategy !== "rolling") {
        return found;
    }
    const stuck = stuckAt(app.scale, minimumHealthyPercent, maximumPercent);
    if (stuck !== undefined) {
        const reason = `leaves a deployment of ${stuck === 1 ? "one task" : `${stuck} tasks`} no room: none may stop and none may start.`;
        const fix = "Write `maximumPercent: 200`, or `minimumHealthyPercent: 0`.";
        return [{ path: `${path}.deploy`, value, reason, fix }];
    }
    if (app.deploy.zoneRebalancing && maximumPercent <= 100) {
        const reason = "starts a task before it stops one, which `maximumPercent: 100` forbids.";
        const fix = "Write false, or a higher `maximumPercent`.";
        return [{ path: `${path}.deploy.zoneRebalancing`, value: true, reason, fix }];
    }
    return [];
}

/** Two tasks at once: never by accident, and with `overlap: brief` only where the application bears it. */
function overlapRules({ preset, deploy }: AppSettings, raw: RawApp, path: string): readonly Problem[] {
    const overlap = raw.deploy?.overlap;
    const { minimumHealthyPercent, maximumPercent } = deploy;
    const at = `${path}.deploy`;
    if (overlap !== undefined && preset.manyTasks) {
        const reason = `is for applications that may run one task only; ${preset.title} always may run several.`;
        return [{ path: `${at}.overlap`, value: overlap, reason, fix: "Remove it." }];
    }
    if (overlap !== undefined && !preset.briefOverlap) {
        const reason = `would let two tasks of ${preset.title} write at once, which damages its data however brief it is.`;
        const fix = "Remove it: a deployment then stops the old task before it starts the new one.";
        return [{ path: `${at}.overlap`, value: overlap, reason, fix }];
    }
    if (preset.manyTasks || deploy.strategy !== "rolling") {
        return [];
    }
    const value = { minimumHealthyPercent, maximumPercent };
    if (
        overlap !== undefined &&
        (maximumPercent > 200 || (maximumPercent === 100 && minimumHealthyPercent < 100))
    ) {
        const reason =
            maximumPercent > 200
                ? "is for one old and one new task, and this lets more run."
                : "has no effect: the old task stops first.";
        const fix = "Remove `minimumHealthyPercent` and `maximumPercent`, or `overlap`.";
        return [{ path: `${at}.overlap`, value, reason, fix }];
    }
    if (overlap === undefined && maximumPercent > 100) {
        const reason = `lets two tasks of ${preset.title} run at once, which it does not allow.`;
        const accept = preset.briefOverlap
            ? `, or \`overlap: brief\`, which accepts what docs/presets/${preset.name}.md says of it`
            : "";
        const fix = `Write \`minimumHealthyPercent: 0\` and \`maximumPercent: 100\`${accept}.`;
        return [{ path: at, value, reason, fix }];
    }
    if (deploy.zoneRebalancing) {
        const reason = `starts a second task at any time, and only one task of ${preset.title} may run.`;
        return [{ path: `${at}.zoneRebalancing`, value: true, reason, fix: "Remove it." }];
    }
    return [];
}
