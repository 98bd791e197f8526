/** An edge on its own, in a network of two zones, and what a test reads from it. */
import { Edge } from "../../../components/edge";
import { Network } from "../../../components/network";
import type { Graph } from "../../../plan/graph";
import type { AdoptedEdge, AppSettings, CreatedEdge, EdgeSettings } from "../../../settings/settings";
import { created as createdNetwork } from "../network/fixture";
import { app } from "../service/fixture";
import { ACCOUNT, REGION, recorded } from "../../support/recorded";

export const LISTENER = "aws:lb/listener:Listener";
export const RULE = "aws:lb/listenerRule:ListenerRule";
export const LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer";
export const TARGET_GROUP = "aws:lb/targetGroup:TargetGroup";
export const RECORD = "aws:route53/record:Record";
export const GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
export const INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

export const SSL_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09";
export const THEIR_LISTENER = `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:listener/app/shared/50dc6c495c0c9188/f2f7dc8efc522ab2`;

/** With a domain in Route 53 and a certificate of its own. */
export function created(change: Partial<CreatedEdge> = {}): CreatedEdge {
    return {
        kind: "create",
        domain: "example.com",
        dns: { kind: "route53", zone: { name: "example.com" } },
        certificate: { kind: "issued", domain: "example.com", alternativeNames: ["*.example.com"] },
        sslPolicy: SSL_POLICY,
        allowedCidrs: ["0.0.0.0/0", "::/0"],
        accessLogDays: 30,
        deletionProtection: true,
        idleTimeoutSeconds: 60,
        ...change,
    };
}

export function withoutDomain(): CreatedEdge {
    return created({ domain: undefined, dns: { kind: "none" }, certificate: { kind: "none" } });
}

export function adopted(change: Partial<AdoptedEdge> = {}): AdoptedEdge {
    return {
        kind: "adopt",
        domain: "example.com",
        dns: { kind: "route53", zone: { name: "example.com" } },
        listenerArn: THEIR_LISTENER,
        securityGroupId: "sg-theirs",
        ...change,
    };
}

export const WIKI = app({ name: "wiki" });
export const BLOG = app({
    name: "blog",
    preset: { manyTasks: false, briefOverlap: false, port: 2368 },
    route: { host: "www.example.com", path: "/blog", priority: 200, url: "https://www.example.com/blog" },
});

/** An edge with an attachment for each app; outputs are what the services get. */
export function recordEdge(
    settings: EdgeSettings,
    apps: readonly AppSettings[] = [WIKI],
    disposable = false,
    network: "create" | "adopt" = "create",
): Promise<Graph> {
    return recorded(() => {
        const vpc = new Network("network", {
            settings:
                network === "create"
                    ? createdNetwork()
                    : {
                          kind: "adopt",
                          vpcId: "vpc-1",
                          publicSubnetIds: ["subnet-1", "subnet-2"],
                          privateSubnetIds: ["subnet-3"],
                          dataSubnetIds: ["subnet-4"],
                          egress: "existing",
                      },
            environment: "prod",
            region: REGION,
            partition: "aws",
            accountId: ACCOUNT,
        });
        const edge = new Edge("edge", {
            settings,
            environment: "prod",
            accountId: ACCOUNT,
            disposable,
            network: vpc,
            apps,
        });
        const attachments = apps.map((one) => {
            const { url, securityGroupId, targetGroups, ruleArn, dependsOn, ...rest } = edge.attach(one);
            const suffixes = [rest.loadBalancerArnSuffix, ...rest.targetGroupArnSuffixes];
            const waits = dependsOn.map(({ urn }) => urn);
            return [one.name, { url, securityGroupId, targetGroups, ruleArn, suffixes, waits }] as const;
        });
        return { dnsName: edge.dnsName, ...Object.fromEntries(attachments) };
    });
}
