import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { AppSettings, Health, Route } from "../../settings/settings";
import { allowFlow } from "../flow";
import type { Network } from "../network";

/**
 * ECS registers every task with its own port; the group's is a default that nothing uses. Changing it would replace
 * the group, so it is the same for every app.
 */
const GROUP_PORT = 80;

/** What a load balancer, made or adopted, tells the apps behind it. */
export interface Front {
    readonly listenerArn: pulumi.Input<string>;
    readonly securityGroupId: pulumi.Input<string>;
    /** `app/<name>/<id>` */
    readonly arnSuffix: pulumi.Input<string>;
    readonly dnsName: pulumi.Input<string>;
}

export interface AttachmentArgs {
    readonly app: Pick<AppSettings, "deploy" | "health" | "name" | "preset" | "route">;
    readonly label: string;
    readonly network: Pick<Network, "allowOut" | "vpcId">;
    readonly front: Front;
}

export interface TargetGroups {
    /** ARN of the group that the tasks join. */
    readonly active: pulumi.Output<string>;
    /** ARN of the group that the next release joins; undefined where two releases must not run at a time. */
    readonly alternate: pulumi.Output<string> | undefined;
}

/** An app's place behind the load balancer: the group its tasks are in, and the rule that sends requests there. */
export class Attachment extends pulumi.ComponentResource {
    /** Without a trailing slash. */
    readonly url: pulumi.Input<string>;
    /** The tasks' own; made here, so that rules of databases and file systems can name it before there is a service. */
    readonly securityGroupId: pulumi.Output<string>;
    readonly targetGroups: TargetGroups;
    /** `targetgroup/<name>/<id>` of the active group. */
    readonly targetGroupArnSuffix: pulumi.Output<string>;
    readonly loadBalancerArnSuffix: pulumi.Input<string>;
    readonly ruleArn: pulumi.Output<string>;
    /** What a service must wait for: ECS refuses a group without a rule, and tasks need the way out for their image. */
    readonly dependsOn: readonly pulumi.Resource[];

    private readonly label: string;

    constructor(name: string, args: AttachmentArgs, opts?: pulumi.ComponentResourceOptions) {
        super("selfhost:index:Attachment", name, {}, opts);
        const { app, front, network } = args;
        const group = this.createSecurityGroup(name, args);
        const flows = allowFlow(
            `${name}-requests`,
            {
                fromGroupId: front.securityGroupId,
                toGroupId: group.id,
                port: app.preset.port,
                description: `Requests and health checks for ${app.name}`,
            },
            { parent: this },
        );
        const out = network.allowOut(`${name}-to`, group.id, { parent: this });
        const active = this.createTargetGroup(`${name}-a`, args);
        const alternate = app.preset.manyTasks ? this.createTargetGroup(`${name}-b`, args) : undefined;
        const rule = this.createRule(`${name}-rule`, args, active, alternate);

        this.label = name;
        this.url = urlOf(app.route, front.dnsName);
        this.securityGroupId = group.id;
        this.targetGroups = { active: active.arn, alternate: alternate?.arn };
        this.targetGroupArnSuffix = active.arnSuffix;
        this.loadBalancerArnSuffix = front.arnSuffix;
        this.ruleArn = rule.arn;
        this.dependsOn = [rule, ...flows, ...out];
        this.registerOutputs({
            url: this.url,
            securityGroupId: this.securityGroupId,
            targetGroups: this.targetGroups,
            ruleArn: this.ruleArn,
        });
    }

    /** Lets the tasks call those of another app; returns what must exist before they can. */
    allowTo(
        { name, preset }: Pick<AppSettings, "name" | "preset">,
        server: Pick<Attachment, "securityGroupId">,
    ): readonly pulumi.Resource[] {
        return allowFlow(
            `${this.label}-reaches-${name}`,
            {
                fromGroupId: this.securityGroupId,
                toGroupId: server.securityGroupId,
                port: preset.port,
                description: `Requests of ${this.label} to ${name}`,
            },
            { parent: this },
        );
    }

    private createSecurityGroup(name: string, { label, network }: AttachmentArgs): aws.ec2.SecurityGroup {
        return new aws.ec2.SecurityGroup(
            `${name}-tasks`,
            {
                vpcId: network.vpcId,
                description: `Tasks of ${name} in ${label}`,
                tags: { Name: `${label}-${name}-tasks` },
            },
            { parent: this },
        );
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

    /** All requests go to the active group. Where there are two, both are in the rule, as ECS wants it for shifting traffic. */
    private createRule(
        name: string,
        { app, front }: AttachmentArgs,
        active: aws.lb.TargetGroup,
        alternate: aws.lb.TargetGroup | undefined,
    ): aws.lb.ListenerRule {
        const action =
            alternate === undefined
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
        return new aws.lb.ListenerRule(
            name,
            {
                listenerArn: front.listenerArn,
                priority: app.route.priority,
                conditions: conditionsOf(app.route),
                actions: [action],
                tags: { Name: app.name },
            },
            { parent: this },
        );
    }
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
