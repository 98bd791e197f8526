/** What a strategy cannot be combined with, each with the reason and what to write instead. */
import type { Context } from "./context";
import { STRATEGIES, type Strategy } from "./deploy";
import { oneOf } from "./nearest";
import type { Problem } from "./problem";

export function strategyRules(context: Context): readonly Problem[] {
    const foreign = fieldRules(context);
    return foreign.length > 0
        ? foreign
        : [
              ...deployerRules(context),
              ...writerRules(context),
              ...canaryRules(context),
              ...codeDeployRules(context),
              ...checkRules(context),
          ];
}

const SHIFTED = ["blueGreen", "canary", "linear"] as const;

/** The strategies that read a field; one that is not here is everybody's. */
const READERS = {
    minimumHealthyPercent: ["rolling"],
    maximumPercent: ["rolling"],
    bakeTime: SHIFTED,
    testHeader: SHIFTED,
    testPriority: SHIFTED,
    canary: ["canary", "codeDeploy"],
    linear: ["linear", "codeDeploy"],
    configuration: ["codeDeploy"],
    terminationWait: ["codeDeploy"],
    zoneRebalancing: ["rolling", ...SHIFTED],
} as const satisfies Readonly<Record<string, readonly Strategy[]>>;

const FIELDS = Object.keys(READERS) as (keyof typeof READERS)[];

/** A field that the strategy does not read would be a promise that nobody keeps. */
function fieldRules({ app, raw, path }: Context): readonly Problem[] {
    const { strategy } = app.deploy;
    return FIELDS.filter(
        (field) => raw.deploy?.[field] !== undefined && !readers(field).includes(strategy),
    ).map((field) => {
        const others = readers(field).map((reader) => `\`strategy: ${reader}\``);
        return {
            path: `${path}.deploy.${field}`,
            value: raw.deploy?.[field],
            reason: `is not read with \`strategy: ${strategy}\`.`,
            fix: `Remove it, or write ${oneOf(others)}.`,
        };
    });
}

function readers(field: keyof typeof READERS): readonly Strategy[] {
    return READERS[field];
}

/** CodeDeploy's services take new revisions from CodeDeploy alone, and its actions know no other services. */
function deployerRules({ app, raw, path }: Context): readonly Problem[] {
    const { deployer } = app;
    const { strategy } = app.deploy;
    if ((strategy === "codeDeploy") === (deployer === "codedeploy")) {
        return [];
    }
    return strategy === "codeDeploy"
        ? [
              {
                  path: `${path}.deploy.strategy`,
                  value: strategy,
                  reason: `leaves deployments to CodeDeploy, and \`pipeline.deploy: ${deployer}\` would update the service itself, which ECS refuses.`,
                  fix: `Write \`pipeline: { deploy: codedeploy }\`, or another strategy: ${oneOf(STRATEGIES.filter((one) => one !== strategy))}.`,
              },
          ]
        : [
              {
                  path: `${path}.pipeline.deploy`,
                  value: deployer,
                  reason: `needs a service that CodeDeploy deploys, and the strategy is \`${raw.deploy?.strategy ?? "rolling"}\`.`,
                  fix: "Write `deploy: { strategy: codeDeploy }`, or `pipeline: { deploy: ecs }`.",
              },
          ];
}

/** Minutes that still are a brief overlap of two tasks of which one should be alone. */
const BRIEF_MINUTES = 10;

/** Every strategy but `rolling` starts the new tasks beside the old ones. */
function writerRules({ app, raw, path }: Context): readonly Problem[] {
    const { preset, deploy } = app;
    const { strategy } = deploy;
    const at = `${path}.deploy`;
    if (
        strategy === "rolling" ||
        preset.manyTasks ||
        (raw.deploy?.overlap !== undefined && !preset.briefOverlap)
    ) {
        return [];
    }
    if (raw.deploy?.overlap === undefined) {
        const reason = `runs the old and the new task of ${preset.title} at once, which it does not allow.`;
        const accept = preset.briefOverlap
            ? ` or \`overlap: brief\`, which accepts what docs/presets/${preset.name}.md says of it`
            : "";
        const fix = `Write \`strategy: rolling\`${accept === "" ? "" : `,${accept}`}.`;
        return [{ path: `${at}.strategy`, value: strategy, reason, fix }];
    }
    const shared =
        strategy === "canary" ||
        strategy === "linear" ||
        (strategy === "codeDeploy" && codeDeployShares(raw.deploy.configuration, deploy.shift.kind));
    if (shared) {
        const reason = `sends visitors to the old and the new task of ${preset.title} in turn, and each knows only what it wrote itself.`;
        const where = strategy === "codeDeploy" ? codeDeployField(raw.deploy) : "strategy";
        const fix =
            strategy === "codeDeploy"
                ? "Write `configuration: CodeDeployDefault.ECSAllAtOnce`."
                : "Write `strategy: blueGreen`, where all visitors change over at once.";
        return [{ path: `${at}.${where}`, value: raw.deploy[where], reason, fix }];
    }
    const [field, minutes] =
        strategy === "codeDeploy"
            ? (["terminationWait", deploy.terminationWaitMinutes] as const)
            : (["bakeTime", deploy.bakeMinutes] as const);
    return minutes <= BRIEF_MINUTES
        ? []
        : [
              {
                  path: `${at}.${field}`,
                  value: minutes,
                  reason: `keeps two tasks of ${preset.title} running side by side for longer than \`overlap: brief\` accepts.`,
                  fix: `Write \`${field}: ${BRIEF_MINUTES}\` or less.`,
              },
          ];
}

function codeDeployShares(configuration: string | undefined, kind: "named" | "canary" | "linear"): boolean {
    return kind !== "named" || (configuration !== undefined && !configuration.endsWith("AllAtOnce"));
}

function codeDeployField(raw: { canary?: unknown; linear?: unknown }): "canary" | "linear" | "configuration" {
    return raw.canary !== undefined ? "canary" : raw.linear !== undefined ? "linear" : "configuration";
}

/** A canary beside one task is another whole application, for a share of what one task does. */
function canaryRules({ app, raw, path, decided }: Context): readonly Problem[] {
    const { deploy, scale } = app;
    if (
        deploy.strategy !== "canary" ||
        !app.preset.manyTasks ||
        scale.max > 1 ||
        decided.refused.has(`${path}.deploy.canary.percent`)
    ) {
        return [];
    }
    const reason = `is less than one task, and one task is all there is: ${deploy.canary.percent} % of what it gets is too little to judge a version by.`;
    return [
        {
            path: `${path}.deploy.canary`,
            value: raw.deploy?.canary,
            reason,
            fix: "Write `strategy: blueGreen`, which tests the new task before visitors reach it, or `scale: { max: 2 }` or more.",
        },
    ];
}

function codeDeployRules({ app, raw, path, decided }: Context): readonly Problem[] {
    if (app.deploy.strategy !== "codeDeploy") {
        return [];
    }
    const at = `${path}.deploy.strategy`;
    const problem = (reason: string, fix: string): Problem => ({
        path: at,
        value: "codeDeploy",
        reason,
        fix,
    });
    const ways = (["configuration", "canary", "linear"] as const).filter(
        (key) => raw.deploy?.[key] !== undefined,
    );
    const [, second] = ways;
    const problems: Problem[] = [];
    if (second !== undefined) {
        problems.push({
            path: `${path}.deploy.${second}`,
            value: raw.deploy?.[second],
            reason: `says how requests move, and so does \`${ways[0] ?? ""}\`.`,
            fix: "Keep one of the two.",
        });
    }
    if (decided.raw.edge?.listener !== undefined) {
        problems.push(
            problem(
                "needs a load balancer of the app's own, and the environment uses one that exists.",
                "Write `strategy: blueGreen`, which needs a rule alone.",
            ),
        );
    }
    if (decided.raw.domain === undefined) {
        problems.push(
            problem(
                "needs a load balancer of the app's own, which visitors find by the app's host name, and there is no domain.",
                "Write `selfhost:domain`, or `strategy: blueGreen`.",
            ),
        );
    }
    const other = decided.apps.find(({ name, route }) => name !== app.name && route.host === app.route.host);
    if (other !== undefined && app.route.host !== undefined) {
        problems.push(
            problem(
                `needs a load balancer of the app's own, and \`${other.name}\` answers at ${app.route.host} too: a name leads to one.`,
                "Give one of them another `host`, or write `strategy: blueGreen`.",
            ),
        );
    }
    // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html
    if (app.reached || app.reaches.length > 0) {
        const fix = "Write another strategy, or let the apps call one another by their public URLs.";
        problems.push(
            problem("does not work with Service Connect, which direct calls between apps use.", fix),
        );
    }
    return problems;
}

/** Alarms and tests that could not tell a good version from a bad one. */
function checkRules({ app, raw, path, decided }: Context): readonly Problem[] {
    const { deploy, scale } = app;
    const problems: Problem[] = [];
    if (deploy.alarms.kind === "on" && scale.schedule !== undefined) {
        problems.push({
            path: `${path}.deploy.alarms`,
            value: raw.deploy?.alarms,
            reason: "watches a service that has no tasks outside of its schedule, when nothing it measures means anything.",
            fix: "Remove it, or the schedule.",
        });
    }
    if (deploy.smoke.length > 0 && decided.raw.edge?.allow !== undefined) {
        problems.push({
            path: `${path}.deploy.smoke`,
            value: raw.deploy?.smoke,
            reason: "is asked from the internet, like a visitor, and `selfhost:edge.allow` lets only some addresses in.",
            fix: "Remove it, or `allow`; the load balancer's own health check is still asked of every task.",
        });
    }
    return problems;
}
