/** How an app's tasks are replaced: everything that is decided about a deployment, by strategy. */

/** How an app's tasks are replaced. All but the last are ECS's own. */
export const STRATEGIES = ["rolling", "blueGreen", "canary", "linear", "codeDeploy"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** Who puts a release into ECS: `pulumi up`, or a pipeline's ECS or CodeDeploy action. */
export const DEPLOYERS = ["pulumi", "ecs", "codedeploy"] as const;
export type Deployer = (typeof DEPLOYERS)[number];

export type Deploy = DeployCommon & StrategySettings;

/** What only the strategy has. */
export type StrategySettings = Rolling | BlueGreen | Canary | Linear | CodeDeploy;

export interface DeployCommon {
    readonly minimumHealthyPercent: number;
    readonly maximumPercent: number;
    /** Seconds from a task's start until the load balancer's verdict counts. */
    readonly gracePeriodSeconds: number;
    readonly deregistrationSeconds: number;
    readonly stopTimeoutSeconds: number;
    /** How long a deployment may take until the service is steady; as long `up` waits. */
    readonly steadyStateMinutes: number;
    readonly zoneRebalancing: boolean;
    readonly alarms: DeployAlarms;
    /** In sequence; empty: there are none. */
    readonly smoke: readonly SmokeTest[];
}

/** A batch of tasks after the other, within the two percentages. */
export interface Rolling {
    readonly strategy: "rolling";
}

interface Shifted {
    /** Minutes that the old tasks stay once all requests go to the new ones. */
    readonly bakeMinutes: number;
    /** Value of the header that leads a request to the new tasks before anybody else's. */
    readonly testHeader: string;
    /** Priority of the rule that looks at the header. */
    readonly testPriority: number;
}

/** All requests at once, from the old tasks to as many new ones. */
export interface BlueGreen extends Shifted {
    readonly strategy: "blueGreen";
}

/** A share of the requests first, then the rest. */
export interface Canary extends Shifted {
    readonly strategy: "canary";
    readonly canary: Step;
}

/** Share by share. */
export interface Linear extends Shifted {
    readonly strategy: "linear";
    readonly linear: Step;
}

export interface Step {
    /** Of the requests. */
    readonly percent: number;
    /** Minutes until the next step. */
    readonly bakeMinutes: number;
}

/** CodeDeploy, on a load balancer of the app's own. */
export interface CodeDeploy {
    readonly strategy: "codeDeploy";
    readonly shift:
        | { readonly kind: "named"; readonly configuration: CodeDeployConfiguration }
        | ({ readonly kind: "canary" } & Step)
        | ({ readonly kind: "linear" } & Step);
    /** Minutes that the old tasks stay once all requests go to the new ones. */
    readonly terminationWaitMinutes: number;
}

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html#deployment-configuration-ecs */
export const CODE_DEPLOY_CONFIGURATIONS = [
    "CodeDeployDefault.ECSAllAtOnce",
    "CodeDeployDefault.ECSCanary10Percent5Minutes",
    "CodeDeployDefault.ECSCanary10Percent15Minutes",
    "CodeDeployDefault.ECSLinear10PercentEvery1Minutes",
    "CodeDeployDefault.ECSLinear10PercentEvery3Minutes",
] as const;
export type CodeDeployConfiguration = (typeof CODE_DEPLOY_CONFIGURATIONS)[number];

/** What takes a deployment back. */
export type DeployAlarms =
    /** There never were any. */
    | { readonly kind: "none" }
    /** Switched off: the service has to be told, because what it is not told it keeps. */
    | { readonly kind: "off" }
    | AlarmThresholds;

export interface AlarmThresholds {
    readonly kind: "on";
    /** Answers 5xx, in percent of an old or a new version's requests. */
    readonly errorPercent: number;
    /** Fewer requests than this in a minute prove nothing. */
    readonly minimumRequests: number;
    /** Of the slowest twentieth of the answers. */
    readonly latencySeconds: number;
    /** A task may be unhealthy for as long as it may take to start. */
    readonly unhealthyMinutes: number;
}

export interface SmokeTest {
    /** As a visitor would ask, below the app's own path. */
    readonly path: string;
    readonly status: number;
    /** Text that the answer must contain; undefined: any. */
    readonly contains: string | undefined;
}

/** Whether ECS itself moves requests from one target group to the other. */
export function isShifted(deploy: Deploy): deploy is DeployCommon & (BlueGreen | Canary | Linear) {
    return deploy.strategy === "blueGreen" || deploy.strategy === "canary" || deploy.strategy === "linear";
}

/**
 * Whether an app may ever leave `rolling`, and so has two target groups from its first day: to a living service ECS adds
 * none in the middle of a deployment.
 */
export function mayOverlap(preset: { readonly manyTasks: boolean; readonly briefOverlap: boolean }): boolean {
    return preset.manyTasks || preset.briefOverlap;
}

/** CodeDeploy's application for an app: what people and events call it. */
export function codeDeployName(environment: string, app: string): string {
    return `selfhost-${environment}-${app}`;
}

/** The configuration of CodeDeploy that an app's own steps need; nothing of one can change, so its name has all of it. */
export function codeDeployStepsName(
    environment: string,
    app: string,
    shift: { readonly kind: "canary" | "linear" } & Step,
): string {
    return `${codeDeployName(environment, app)}-${shift.kind}-${shift.percent}-${shift.bakeMinutes}`;
}

/** Of all apps that CodeDeploy deploys. */
export function codeDeployNames(
    environment: string,
    apps: readonly { readonly name: string; readonly deploy: Pick<Deploy, "strategy"> }[],
): readonly string[] {
    return apps
        .filter(({ deploy }) => deploy.strategy === "codeDeploy")
        .map(({ name }) => codeDeployName(environment, name))
        .sort();
}
