/** The load balancer, who may reach it, and what it answers before any app has a rule. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import { ANYWHERE } from "../../settings/cidr";
import type { CreatedEdge } from "../../settings/settings";
import { peerOf } from "../flow";
import type { AccessLogs } from "./accessLogs";

const HTTP = 80;
const HTTPS = 443;

/** Seconds that browsers remember to come by HTTPS only: a year. Names below ours may be somebody else's. */
const HSTS = "max-age=31536000";

export interface LoadBalancerArgs {
    readonly settings: CreatedEdge;
    readonly label: string;
    readonly vpcId: pulumi.Input<string>;
    readonly subnetIds: readonly pulumi.Input<string>[];
    /** True where the subnets have IPv6. */
    readonly dualStack: boolean;
    readonly accessLogs: AccessLogs | undefined;
    /** What must exist before a load balancer can be reached from the internet. */
    readonly dependsOn: readonly pulumi.Resource[];
}

/** A load balancer, and the group of who may reach it and whom it may reach. */
export interface Balancer {
    readonly loadBalancer: aws.lb.LoadBalancer;
    readonly group: aws.ec2.SecurityGroup;
}

export function createLoadBalancer(
    name: string,
    args: LoadBalancerArgs,
    opts: pulumi.CustomResourceOptions,
): Balancer {
    const { settings, label, accessLogs } = args;
    const group = new aws.ec2.SecurityGroup(
        name,
        { vpcId: args.vpcId, description: `Load balancer of ${label}`, tags: { Name: `${label}-alb` } },
        opts,
    );
    allowIn(name, settings, group, opts);
    const loadBalancer = new aws.lb.LoadBalancer(
        name,
        {
            loadBalancerType: "application",
            internal: false,
            ipAddressType: args.dualStack ? "dualstack" : "ipv4",
            subnets: [...args.subnetIds],
            securityGroups: [group.id],
            enableHttp2: true,
            idleTimeout: settings.idleTimeoutSeconds,
            enableDeletionProtection: settings.deletionProtection,
            enableZonalShift: true,
            dropInvalidHeaderFields: true,
            desyncMitigationMode: "defensive",
            xffHeaderProcessingMode: "append",
            // Always written: to the provider, a missing block means that the old one stays.
            accessLogs:
                accessLogs === undefined
                    ? { enabled: false, bucket: "" }
                    : { enabled: true, bucket: accessLogs.bucket },
        },
        { ...opts, dependsOn: [...args.dependsOn, ...(accessLogs?.ready ?? [])] },
    );
    return { loadBalancer, group };
}

/** One rule for each range and port. What the load balancer may reach is added with each app. */
function allowIn(
    name: string,
    { allowedCidrs, certificate }: CreatedEdge,
    group: aws.ec2.SecurityGroup,
    opts: pulumi.CustomResourceOptions,
): void {
    const http = { name: "http", port: HTTP, description: "HTTP, to be sent on to HTTPS" };
    const https = { name: "https", port: HTTPS, description: "HTTPS" };
    const flows = certificate.kind === "none" ? [{ ...http, description: "HTTP" }] : [http, https];
    for (const range of new Set(allowedCidrs)) {
        for (const { name: flow, port, description } of flows) {
            new aws.vpc.SecurityGroupIngressRule(
                `${name}-${flow}-${keyOf(range)}`,
                {
                    securityGroupId: group.id,
                    ipProtocol: "tcp",
                    fromPort: port,
                    toPort: port,
                    ...peerOf(range),
                    description,
                },
                opts,
            );
        }
    }
}

/** Colons would look like the seams of a URN. */
function keyOf(range: string): string {
    const everybody: Readonly<Record<string, string>> = {
        [ANYWHERE.ipv4]: "all",
        [ANYWHERE.ipv6]: "all-ipv6",
    };
    return everybody[range] ?? range.replaceAll(":", "_");
}

export interface ListenersArgs {
    readonly loadBalancer: aws.lb.LoadBalancer;
    readonly certificateArn: pulumi.Input<string> | undefined;
    readonly sslPolicy: string;
}

/**
 * The listener that the apps' rules are added to. Whatever fits none of them is not there. One that is an app's own has
 * no rules and forwards everything, to where CodeDeploy then decides.
 */
export function createListeners(
    name: string,
    { loadBalancer, certificateArn, sslPolicy }: ListenersArgs,
    opts: pulumi.CustomResourceOptions,
    own?: aws.types.input.lb.ListenerDefaultAction,
): aws.lb.Listener {
    const notFound = {
        type: "fixed-response",
        fixedResponse: { contentType: "text/plain", statusCode: "404", messageBody: "Not found" },
    };
    const defaultActions = [own ?? notFound];
    const apps = own === undefined ? opts : { ...opts, ignoreChanges: ["defaultActions"] };
    const http = {
        loadBalancerArn: loadBalancer.arn,
        port: HTTP,
        protocol: "HTTP",
        routingHttpResponseServerEnabled: false,
    };
    if (certificateArn === undefined) {
        return new aws.lb.Listener(`${name}-http`, { ...http, defaultActions }, apps);
    }
    new aws.lb.Listener(`${name}-http`, { ...http, defaultActions: [TO_HTTPS] }, opts);
    return new aws.lb.Listener(
        `${name}-https`,
        {
            loadBalancerArn: loadBalancer.arn,
            port: HTTPS,
            protocol: "HTTPS",
            sslPolicy,
            certificateArn,
            defaultActions,
            routingHttpResponseServerEnabled: false,
            routingHttpResponseStrictTransportSecurityHeaderValue: HSTS,
            routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
        },
        apps,
    );
}

const TO_HTTPS = {
    type: "redirect",
    redirect: {
        protocol: "HTTPS",
        port: String(HTTPS),
        host: "#{host}",
        path: "/#{path}",
        query: "#{query}",
        statusCode: "HTTP_301",
    },
};
