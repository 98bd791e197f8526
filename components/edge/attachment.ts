import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { isShifted, mayOverlap } from "../../settings/deploy";
import { firstName } from "../../settings/formerly";
import type { AppSettings, Health, Route } from "../../settings/settings";
import { allowFlow } from "../flow";
import type { Network } from "../network";
import { createOwnBalancer, createOwnListener, type OwnBalancer, type OwnBalancerArgs } from "./own";
import type { AliasTarget } from "./records";

/**
 * ECS registers every task with its own port; the group's is a default that nothing uses. Changing it would replace
 * the group, so it is the same for every app.
 */
const GROUP_PORT = 80;

/** With the value that the settings say, it leads a request to tasks that nobody else reaches yet. */
export const TEST_HEADER = "x-selfhost-test";

/** What a load balancer, made or adopted, tells the apps behind it. */
export interface Front {
    readonly listenerArn: pulumi.Input<string>;
    readonly securityGroupId: pulumi.Input<string>;
    /** `app/<name>/<id>` */
    readonly arnSuffix: pulumi.Input<string>;
    readonly dnsName: pulumi.Input<string>;
}

/** How an app's requests come in. */
export type Door =
    | { readonly kind: "shared"; readonly front: Front }
    /** A load balancer of the app's own. */
    | { readonly kind: "own"; readonly args: OwnBalancerArgs };

export interface AttachmentArgs {
    /** As AWS knows it. */
    readonly app: Pick<AppSettings, "deploy" | "health" | "name" | "preset" | "route">;
    readonly environment: string;
    readonly network: Pick<Network, "allowOut" | "vpcId">;
    readonly door: Door;
}

export interface TargetGroups {
    /** ARN of the group that the tasks join. */
    readonly active: pulumi.Output<string>;
    /** ARN of the group that the next release joins; undefined where two releases must not run at a time. */
    readonly alternate: pulumi.Output<string> | undefined;
}

/** An app's place behind the load balancer: the groups its tasks are in, and the rules that send requests there. */
export class Attachment extends pulumi.ComponentResource {
    /** Without a trailing slash. */
    readonly url: pulumi.Input<string>;
    /** The tasks' own; made here, so that rules of databases and file systems can name it before there is a service. */
    readonly securityGroupId: pulumi.Output<string>;
    readonly targetGroups: TargetGroups;
    /** Of one group or of both, as CodeDeploy calls them. */
    readonly targetGroupNames: readonly pulumi.Output<string>[];
    /** `targetgroup/<name>/<id>` of the active group and, where there is one, of the other. */
    readonly targetGroupArnSuffixes: readonly pulumi.Output<string>[];
    readonly loadBalancerArnSuffix: pulumi.Input<string>;
    /** The load balancer's own name. */
    readonly dnsName: pulumi.Input<string>;
    readonly listenerArn: pulumi.Input<string>;
    /** Undefined where the app has the listener to itself. */
    readonly ruleArn: pulumi.Output<string> | undefined;
    /** Leads requests with the header for tests to the new tasks; undefined where the strategy has no such moment. */
    readonly testRuleArn: pulumi.Output<string> | undefined;
    /** Where the app's host leads; undefined: to the environment's load balancer, which sees to it. */
    readonly ownTarget: AliasTarget | undefined;
    /** What a service must wait for: ECS refuses a group without a rule, and tasks need the way out for their image. */
    readonly dependsOn: readonly pulumi.Resource[];

    private readonly appName: string;

    constructor(
        private readonly name: string,
        args: AttachmentArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("selfhost:index:Attachment", name, {}, opts);
        const { app, network, door } = args;
        const own =
            door.kind === "own" ? createOwnBalancer(`${name}-alb`, door.args, { parent: this }) : undefined;
        const way = this.openWay(name, args, own?.group.id ?? sharedFront(door).securityGroupId);
        const out = network.allowOut(`${name}-to`, way.groupId, { parent: this });
        const [active, alternate] = this.createTargetGroups(name, args);
        const entry =
            own === undefined
                ? this.createRules(name, args, sharedFront(door), active, alternate)
                : this.createListener(name, own, active, alternate);

        this.appName = app.name;
        this.url = urlOf(app.route, entry.front.dnsName);
        this.securityGroupId = way.groupId;
        this.targetGroups = { active: active.arn, alternate: alternate?.arn };
        const groups = alternate === undefined ? [active] : [active, alternate];
        this.targetGroupNames = groups.map((group) => group.name);
        this.targetGroupArnSuffixes = groups.map(({ arnSuffix }) => arnSuffix);
        this.loadBalancerArnSuffix = entry.front.arnSuffix;
        this.dnsName = entry.front.dnsName;
        this.listenerArn = entry.front.listenerArn;
        this.ruleArn = entry.rule?.arn;
        this.testRuleArn = entry.test?.arn;
        this.ownTarget = entry.target;
        this.dependsOn = [...entry.ready, ...way.flows, ...out];
        this.registerOutputs({
            url: this.url,
            securityGroupId: this.securityGroupId,
            targetGroups: this.targetGroups,
            ruleArn: this.ruleArn,
        });
    }

    /** Lets the tasks call those of another app; returns what must exist before they can. */
    allowTo(
        app: Pick<AppSettings, "name" | "formerly" | "preset">,
        server: Pick<Attachment, "securityGroupId">,
    ): readonly pulumi.Resource[] {
        return allowFlow(
            `${this.name}-reaches-${app.name}`,
            {
                fromGroupId: this.securityGroupId,
                toGroupId: server.securityGroupId,
                port: app.preset.port,
                description: `Requests of ${this.appName} to ${firstName(app)}`,
            },
            { parent: this },
            app.formerly.map((former) => `${this.name}-reaches-${former}`),
        );
    }

    /** The tasks' security group, and the load balancer's way to it. */
    private openWay(
        name: string,
        { app, environment, network, door }: AttachmentArgs,
        fromGroupId: pulumi.Input<string>,
    ): { readonly groupId: pulumi.Output<string>; readonly flows: readonly pulumi.Resource[] } {
        const group = new aws.ec2.SecurityGroup(
            `${name}-tasks`,
            {
                vpcId: network.vpcId,
                description: `Tasks of ${app.name} in ${environment}`,
                tags: { Name: `${environment}-${app.name}-tasks` },
            },
            { parent: this },
        );
        // Beside the other, not in its place: while a service moves to a load balancer of its own, both have tasks to reach.
        const flows = allowFlow(
            door.kind === "own" ? `${name}-own-requests` : `${name}-requests`,
            {
                fromGroupId,
                toGroupId: group.id,
                port: app.preset.port,
                description: `Requests and health checks for ${app.name}`,
            },
            { parent: this },
        );
        return { groupId: group.id, flows };
    }

    /** A group belongs to one load balancer, so those behind the app's own are others than those behind the shared one. */
    private createTargetGroups(
        name: string,
        args: AttachmentArgs,
    ): readonly [aws.lb.TargetGroup, aws.lb.TargetGroup | undefined] {
        const [a, b] = args.door.kind === "own" ? [`${name}-c1`, `${name}-c2`] : [`${name}-a`, `${name}-b`];
        return [
            this.createTargetGroup(a, args),
            mayOverlap(args.app.preset) ? this.createTargetGroup(b, args) : undefined,
        ];
    }

    private createTargetGroup(name: string, { app, network }: AttachmentArgs): aws.lb.TargetGroup {
        return new aws.lb.TargetGroup(
            name,
            {
                vpcId: network.vpcId,
                targetType: "ip",
                ipAddressType: "ipv4",
                protocol: "HTTP",
                protocolVersion: "HTTP1",
                port: GROUP_PORT,
                deregistrationDelay: app.deploy.deregistrationSeconds,
                slowStart: 0,
                healthCheck: healthCheckOf(app.health),
                stickiness: { type: "lb_cookie", enabled: false, cookieDuration: 86_400 },
            },
            { parent: this },
        );
    }

    private createRules(
        name: string,
        { app }: AttachmentArgs,
        front: Front,
        active: aws.lb.TargetGroup,
        alternate: aws.lb.TargetGroup | undefined,
    ): Entry {
        const rule = (suffix: string, priority: number, more: aws.types.input.lb.ListenerRuleCondition[]) =>
            new aws.lb.ListenerRule(
                `${name}-${suffix}`,
                {
                    listenerArn: front.listenerArn,
                    priority,
                    conditions: [...conditionsOf(app.route), ...more],
                    actions: [forwardTo(active, alternate)],
                    tags: { Name: app.name },
                },
                // ECS moves the weights: after an odd number of deployments all requests belong to the other group.
                { parent: this, ignoreChanges: isShifted(app.deploy) ? ["actions"] : [] },
            );
        const own = rule("rule", app.route.priority, []);
        const test = isShifted(app.deploy)
            ? rule("test", app.deploy.testPriority, [
                  { httpHeader: { httpHeaderName: TEST_HEADER, values: [app.deploy.testHeader] } },
              ])
            : undefined;
        return { front, rule: own, test, target: undefined, ready: test === undefined ? [own] : [own, test] };
    }

    /** The listener's default action alone is what AWS describes for CodeDeploy, which then is its owner. */
    private createListener(
        name: string,
        own: OwnBalancer,
        active: aws.lb.TargetGroup,
        alternate: aws.lb.TargetGroup | undefined,
    ): Entry {
        const { loadBalancer, group } = own;
        const listener = createOwnListener(name, own, forwardTo(active, alternate), { parent: this });
        const { arnSuffix, dnsName, zoneId } = loadBalancer;
        return {
            front: { listenerArn: listener.arn, securityGroupId: group.id, arnSuffix, dnsName },
            rule: undefined,
            test: undefined,
            target: { dnsName, zoneId },
            ready: [listener],
        };
    }
}

/** What leads requests to an app. */
interface Entry {
    readonly front: Front;
    readonly rule: aws.lb.ListenerRule | undefined;
    readonly test: aws.lb.ListenerRule | undefined;
    readonly target: AliasTarget | undefined;
    readonly ready: readonly pulumi.Resource[];
}

function sharedFront(door: Door): Front {
    if (door.kind === "own") {
        throw new Error("an app with a load balancer of its own has no place on the shared one");
    }
    return door.front;
}

/** All requests go to the active group. Where there are two, both are named, as ECS wants it for shifting traffic. */
function forwardTo(active: aws.lb.TargetGroup, alternate: aws.lb.TargetGroup | undefined) {
    return alternate === undefined
        ? { type: "forward", targetGroupArn: active.arn }
        : {
              type: "forward",
              forward: {
                  targetGroups: [
                      { arn: active.arn, weight: 100 },
                      { arn: alternate.arn, weight: 0 },
                  ],
                  stickiness: { enabled: false, duration: 3600 },
              },
          };
}

/** The requests that belong to a route. AWS wants at least one condition. */
export function conditionsOf({
    host,
    path,
}: Pick<Route, "host" | "path">): aws.types.input.lb.ListenerRuleCondition[] {
    const hosts = host === undefined ? [] : [{ hostHeader: { values: [host] } }];
    if (path !== "/") {
        return [...hosts, { pathPattern: { values: [path, `${path}/*`] } }];
    }
    return host === undefined ? [{ pathPattern: { values: ["/*"] } }] : hosts;
}

function healthCheckOf(health: Health): aws.types.input.lb.TargetGroupHealthCheck {
    return {
        enabled: true,
        protocol: "HTTP",
        port: "traffic-port",
        path: health.path,
        matcher: health.matcher,
        interval: health.intervalSeconds,
        timeout: health.timeoutSeconds,
        healthyThreshold: health.healthyThreshold,
        unhealthyThreshold: health.unhealthyThreshold,
    };
}

function urlOf({ url, path }: Route, dnsName: pulumi.Input<string>): pulumi.Input<string> {
    return url ?? pulumi.interpolate`http://${dnsName}${path === "/" ? "" : path}`;
}
