/** The load balancer, its listeners and target groups, and the certificate. */
import type { Json } from "../../plan/graph";
import { at, list, text } from "../json";
import { controlPage, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

/** https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-17 */
const TLS_POLICIES = [
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-2021-06",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
    "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09",
    "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
];

const redirects: Rule = {
    name: "http-redirects-to-https",
    control: ["ELB.1"],
    level: "mandatory",
    waivable: "never",
    description: "A listener for HTTP does nothing but send everybody on to HTTPS.",
    remediation: "Set `selfhost:domain`, so that the environment gets a certificate.",
    url: controlPage("ELB.1"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.listener, (listener) =>
            unless(
                listener.text("protocol") !== "HTTP" ||
                    (redirectsToHttps(listener) && rulesOf(view, listener).length === 0),
                "answers over HTTP",
            ),
        ),
};

export function redirectsToHttps(listener: Item): boolean {
    const actions = listener.list("defaultActions");
    return actions.length > 0 && actions.every(toHttps);
}

function toHttps(action: Json): boolean {
    return (
        text(action, "type") === "redirect" &&
        text(action, "redirect.protocol") === "HTTPS" &&
        text(action, "redirect.port") === "443" &&
        text(action, "redirect.statusCode") === "HTTP_301"
    );
}

function rulesOf(view: View, listener: Item): readonly Item[] {
    return view.users(listener, T.listenerRule).filter((rule) => !rule.list("actions").every(toHttps));
}

const listenersEncrypt: Rule = {
    name: "listener-uses-https",
    control: ["ELB.18"],
    level: "mandatory",
    waivable: "never",
    description: "Every listener of a load balancer encrypts.",
    remediation: "Give the listener the protocol HTTPS and a certificate.",
    url: controlPage("ELB.18"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.listener, (listener) =>
            unless(["HTTPS", "TLS", "QUIC"].includes(listener.text("protocol") ?? ""), "does not encrypt"),
        ),
};

const tlsPolicy: Rule = {
    name: "listener-tls-policy",
    control: ["ELB.17"],
    level: "mandatory",
    waivable: "never",
    description: "Listeners take no protocol older than TLS 1.2 and no cipher that AWS no longer recommends.",
    remediation: "Set `selfhost:edge.sslPolicy` to `ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09`.",
    url: controlPage("ELB.17"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.listener, (listener) => {
            const policy = listener.text("sslPolicy");
            return listener.text("protocol") === "HTTPS"
                ? unless(
                      TLS_POLICIES.includes(policy ?? ""),
                      `has the TLS policy ${policy ?? "that AWS gives where none is named, of 2016"}`,
                  )
                : [];
        }),
};

const invalidHeaders: Rule = {
    name: "load-balancer-drops-invalid-headers",
    control: ["ELB.4"],
    level: "mandatory",
    waivable: "never",
    description: "The load balancer drops headers that are not valid HTTP.",
    remediation: "Set `dropInvalidHeaderFields` to true.",
    url: controlPage("ELB.4"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.loadBalancer, (balancer) =>
            unless(
                balancer.flag("dropInvalidHeaderFields") === true,
                "lets headers through that are not valid HTTP",
            ),
        ),
};

const desync: Rule = {
    name: "load-balancer-desync-mitigation",
    control: ["ELB.12"],
    level: "mandatory",
    waivable: "never",
    description: "Requests that two servers may read differently are not passed on.",
    remediation: "Set `desyncMitigationMode` to `defensive` or `strictest`.",
    url: controlPage("ELB.12"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.loadBalancer, (balancer) =>
            unless(
                ["defensive", "strictest"].includes(balancer.text("desyncMitigationMode") ?? "defensive"),
                "passes on requests that can be read in two ways",
            ),
        ),
};

const accessLogs: Rule = {
    name: "load-balancer-access-logs",
    control: ["ELB.5"],
    level: "mandatory",
    waivable: "cost",
    description: "The load balancer keeps a log of requests.",
    remediation: "Set `selfhost:edge.accessLogDays` to a number of days.",
    url: controlPage("ELB.5"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.loadBalancer, (balancer) =>
            unless(
                balancer.flag("accessLogs.enabled") === true &&
                    at(balancer.at("accessLogs"), "bucket") !== "",
                "keeps no log of requests",
            ),
        ),
};

const deletionProtection: Rule = {
    name: "load-balancer-deletion-protection",
    control: ["ELB.6"],
    level: "mandatory",
    waivable: "operations",
    description: "AWS refuses to delete the load balancer.",
    remediation: "Set `selfhost:edge.deletionProtection` to true.",
    url: controlPage("ELB.6"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.loadBalancer, (balancer) =>
            unless(balancer.flag("enableDeletionProtection") === true, "can be deleted by a mistake"),
        ),
};

const twoZones: Rule = {
    name: "load-balancer-in-two-zones",
    control: ["ELB.13"],
    level: "mandatory",
    waivable: "never",
    description: "The load balancer is in at least two availability zones.",
    remediation: "Set `selfhost:network.zones` to two zones or more.",
    url: controlPage("ELB.13"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.loadBalancer, (balancer) => {
            const subnets = balancer.refs("subnets", T.subnet);
            const zones = new Set(subnets.map((subnet) => subnet.text("availabilityZone")));
            const adopted = balancer.list("subnets").length - subnets.length;
            return unless(zones.size + Math.max(0, adopted) >= 2, "is in one zone only");
        }),
};

const noClassic: Rule = {
    name: "no-classic-load-balancer",
    control: ["ELB.2", "ELB.3", "ELB.7", "ELB.8", "ELB.9", "ELB.10", "ELB.14"],
    level: "mandatory",
    waivable: "never",
    description: "There is no load balancer of the generation before.",
    remediation: "Use aws.lb.LoadBalancer.",
    url: controlPage("ELB.2"),
    decidableInPreview: true,
    check: (view) => view.each(T.classicLoadBalancer, () => ["is a Classic Load Balancer"]),
};

const targetGroupEncrypts: Rule = {
    name: "target-group-uses-https",
    control: ["ELB.22", "CKV_AWS_378"],
    level: "mandatory",
    waivable: "application",
    description: "Requests are encrypted between the load balancer and the tasks too.",
    remediation: "Let the container speak TLS and give the target group the protocol HTTPS.",
    url: controlPage("ELB.22"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.targetGroup, (group) =>
            unless(
                ["HTTPS", "TLS", "QUIC"].includes(group.text("protocol") ?? ""),
                "passes requests on without encryption",
            ),
        ),
};

const healthCheckEncrypts: Rule = {
    name: "health-check-uses-https",
    control: ["ELB.21"],
    level: "mandatory",
    waivable: "application",
    description: "Health checks are encrypted.",
    remediation: "Let the container speak TLS and give the health check the protocol HTTPS.",
    url: controlPage("ELB.21"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.targetGroup, (group) =>
            unless(
                group.text("healthCheck.protocol") === "HTTPS",
                "checks the tasks' health without encryption",
            ),
        ),
};

const healthCheck: Rule = {
    name: "target-group-health-check",
    control: ["CKV_AWS_261"],
    level: "mandatory",
    waivable: "never",
    description: "A target group asks its tasks whether they are well, at a path that was chosen for it.",
    remediation: "Give the target group a `healthCheck` with a `path` and a `matcher`.",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.targetGroup, (group) => {
            const checks = list(group.at("healthCheck"));
            const good = checks.some(
                (check) =>
                    at(check, "enabled") !== false &&
                    text(check, "path") !== undefined &&
                    text(check, "matcher") !== undefined,
            );
            return unless(good, "does not say what a healthy task answers");
        }),
};

export const EDGE: readonly Rule[] = [
    redirects,
    listenersEncrypt,
    tlsPolicy,
    invalidHeaders,
    desync,
    accessLogs,
    deletionProtection,
    twoZones,
    noClassic,
    targetGroupEncrypts,
    healthCheckEncrypts,
    healthCheck,
];
