/** Decides how an app's tasks are replaced: what the stack file says, else its strategy and its preset. */
import { testPriorityOf } from "./priority";
import type { AppContext } from "./context";
import type { CodeDeploy, Deploy, DeployAlarms, SmokeTest, Step, StrategySettings } from "./deploy";
import { firstName } from "./formerly";
import type { RawApp } from "./appSchema";
import type { Health, Route, Scale } from "./settings";
import { decideTimes, linearMinutes, type ShiftTimes, unhealthyMinutes } from "./times";

/** What of an app is decided before its deployment. */
interface Around {
    readonly route: Route;
    readonly health: Health;
    readonly scale: Scale;
}

type RawDeploy = NonNullable<RawApp["deploy"]>;

/** A canary as AWS's own examples have it. */
const CANARY: Step = { percent: 10, bakeMinutes: 5 };

const LINEAR: Step = { percent: 20, bakeMinutes: 3 };

/** Minutes in which a new version shows under load what no test has found. */
const BAKE_MINUTES = 5;

/** What the function that runs the smoke tests may take. */
const SMOKE_SECONDS = 300;

/** What the alarms of a deployment look for, unless the stack file or the preset says otherwise. */
const ALARMS = { errorPercent: 5, minimumRequests: 20, latencySeconds: 5 } as const;

export function decideDeploy(context: AppContext, around: Around): Deploy {
    const { raw, preset } = context;
    const given = raw.deploy ?? {};
    const strategy = given.strategy ?? "rolling";
    const overlap = preset.manyTasks || (given.overlap === "brief" && preset.briefOverlap);
    // Any other strategy starts all new tasks beside the old ones, and the limits are those of its new tasks alone.
    const percents =
        strategy === "rolling"
            ? {
                  minimumHealthyPercent: given.minimumHealthyPercent ?? (overlap ? 100 : 0),
                  maximumPercent: given.maximumPercent ?? (overlap ? 200 : 100),
              }
            : { minimumHealthyPercent: 100, maximumPercent: 200 };
    const smoke = decideSmoke(context);
    const own = ownOf(context, around);
    const times = decideTimes({
        times: preset.times,
        health: around.health,
        scale: around.scale,
        ...percents,
        shift: shiftOf(own, smoke.length > 0),
        watched: isWatched(context, around),
        given: {
            gracePeriodSeconds: raw.health?.gracePeriod,
            deregistrationSeconds: given.deregistrationDelay,
            stopTimeoutSeconds: given.stopTimeout,
            steadyStateMinutes: given.steadyStateTimeout,
        },
    });
    const common = {
        ...percents,
        ...times,
        // It starts a second task whenever the zones are out of balance, not only in a deployment. CodeDeploy knows none.
        zoneRebalancing:
            given.zoneRebalancing ??
            (preset.manyTasks && percents.maximumPercent > 100 && strategy !== "codeDeploy"),
        alarms: decideAlarms(context, around, times.gracePeriodSeconds),
        smoke,
    };
    return { ...own, ...common };
}

function ownOf({ raw, preset, stack, ...named }: AppContext, { route }: Around): StrategySettings {
    const name = firstName(named);
    const given = raw.deploy ?? {};
    const bake = preset.manyTasks ? BAKE_MINUTES : 0;
    const shifted = {
        bakeMinutes: given.bakeTime ?? bake,
        testHeader: given.testHeader ?? name,
        testPriority: given.testPriority ?? testPriorityOf({ ...route, name, stack }),
    };
    const strategy = given.strategy ?? "rolling";
    switch (strategy) {
        case "blueGreen":
            return { strategy: "blueGreen", ...shifted };
        case "canary":
            return { strategy: "canary", ...shifted, canary: stepOf(given.canary) ?? CANARY };
        case "linear":
            return { strategy: "linear", ...shifted, linear: stepOf(given.linear) ?? LINEAR };
        case "codeDeploy":
            return {
                strategy: "codeDeploy",
                shift: codeDeployShift(given),
                terminationWaitMinutes: given.terminationWait ?? bake,
            };
        case "rolling":
            return { strategy };
    }
}

function stepOf(raw: { percent: number; bake: number } | undefined): Step | undefined {
    return raw === undefined ? undefined : { percent: raw.percent, bakeMinutes: raw.bake };
}

function codeDeployShift({ canary, linear, configuration }: RawDeploy): CodeDeploy["shift"] {
    const first = stepOf(canary);
    if (first !== undefined) {
        return { kind: "canary", ...first };
    }
    const each = stepOf(linear);
    return each === undefined
        ? { kind: "named", configuration: configuration ?? "CodeDeployDefault.ECSAllAtOnce" }
        : { kind: "linear", ...each };
}

function shiftOf(own: StrategySettings, tested: boolean): ShiftTimes | undefined {
    const testSeconds = tested ? SMOKE_SECONDS : 0;
    switch (own.strategy) {
        case "rolling":
            return undefined;
        case "blueGreen":
            return { shiftMinutes: 0, bakeMinutes: own.bakeMinutes, testSeconds };
        case "canary":
            return { shiftMinutes: own.canary.bakeMinutes, bakeMinutes: own.bakeMinutes, testSeconds };
        case "linear":
            return { shiftMinutes: linearMinutes(own.linear), bakeMinutes: own.bakeMinutes, testSeconds };
        case "codeDeploy":
            return {
                shiftMinutes: codeDeployMinutes(own.shift),
                bakeMinutes: own.terminationWaitMinutes,
                testSeconds,
            };
    }
}

/** The names say it: `ECSCanary10Percent5Minutes`, `ECSLinear10PercentEvery3Minutes`. */
function codeDeployMinutes(shift: CodeDeploy["shift"]): number {
    if (shift.kind !== "named") {
        return shift.kind === "canary" ? shift.bakeMinutes : linearMinutes(shift);
    }
    const [, kind, percent, minutes] =
        /ECS(Canary|Linear)(\d+)Percent(?:Every)?(\d+)Minutes$/.exec(shift.configuration) ?? [];
    const step = { percent: Number(percent), bakeMinutes: Number(minutes) };
    return kind === undefined ? 0 : kind === "Canary" ? step.bakeMinutes : linearMinutes(step);
}

function isWatched({ raw, defaults }: AppContext, { scale }: Around): boolean {
    const given = raw.deploy?.alarms;
    const usual = defaults.app.deployChecks || (raw.deploy?.strategy ?? "rolling") !== "rolling";
    return given === undefined ? usual && scale.schedule === undefined : given.enabled !== false;
}

function decideAlarms(context: AppContext, around: Around, gracePeriodSeconds: number): DeployAlarms {
    const { raw, preset } = context;
    const given = raw.deploy?.alarms;
    if (given?.enabled === false) {
        return { kind: "off" };
    }
    if (!isWatched(context, around)) {
        return { kind: "none" };
    }
    return {
        kind: "on",
        errorPercent: given?.errorPercent ?? ALARMS.errorPercent,
        minimumRequests: given?.minimumRequests ?? ALARMS.minimumRequests,
        latencySeconds: given?.latency ?? preset.latencySeconds ?? ALARMS.latencySeconds,
        unhealthyMinutes: unhealthyMinutes(gracePeriodSeconds),
    };
}

function decideSmoke({ raw, preset, defaults, environment }: AppContext): readonly SmokeTest[] {
    const given = raw.deploy?.smoke;
    if (given !== undefined) {
        return given.map(({ path, status = 200, contains }) => ({ path, status, contains }));
    }
    const usual = defaults.app.deployChecks || (raw.deploy?.strategy ?? "rolling") !== "rolling";
    // The function that asks comes from the internet; nobody knows whom somebody else's load balancer lets in.
    const open = environment.edge?.allow === undefined && environment.edge?.listener === undefined;
    return usual && open ? (preset.smoke ?? []) : [];
}
