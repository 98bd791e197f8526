import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const balancer = resource(T.loadBalancer, "balancer", {
    accessLogs: { enabled: true, bucket: "logs" },
    desyncMitigationMode: "defensive",
    dropInvalidHeaderFields: true,
    enableDeletionProtection: true,
});
const redirect = {
    type: "redirect",
    redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" },
};
const http = resource(T.listener, "http", {
    loadBalancerArn: ref(balancer, "arn"),
    port: 80,
    protocol: "HTTP",
    defaultActions: [redirect],
});
const https = resource(T.listener, "https", {
    loadBalancerArn: ref(balancer, "arn"),
    port: 443,
    protocol: "HTTPS",
    sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
    defaultActions: [{ type: "fixed-response" }],
});
const targets = resource(T.targetGroup, "targets", {
    protocol: "HTTPS",
    healthCheck: { protocol: "HTTPS", path: "/status", matcher: "200" },
});
const rule = resource(T.listenerRule, "rule", {
    listenerArn: ref(http, "arn"),
    actions: [{ type: "forward", targetGroupArn: ref(targets, "arn") }],
});
const certificate = resource(T.certificate, "certificate", { domainName: "example.com" });
const validation = resource(T.certificateValidation, "validation", {
    certificateArn: ref(certificate, "arn"),
});
const zone = (letter: string) =>
    resource(T.subnet, `public-${letter}`, { availabilityZone: `eu-west-1${letter}` });

export const EDGE_CASES: Cases = {
    "http-redirects-to-https": {
        holds: { "a redirect, and HTTPS": [balancer, http, https] },
        fails: {
            "an answer": [
                [balancer, changed(http, { defaultActions: [{ type: "fixed-response" }] })],
                "http answers over HTTP",
            ],
            "nothing at all": [[balancer, changed(http, { defaultActions: [] })], "http answers over HTTP"],
            "for a while only": [
                [
                    balancer,
                    changed(http, {
                        defaultActions: [
                            { ...redirect, redirect: { ...redirect.redirect, statusCode: "HTTP_302" } },
                        ],
                    }),
                ],
                "http answers over HTTP",
            ],
            "a rule that forwards": [[balancer, http, targets, rule], "http answers over HTTP"],
        },
    },
    "listener-uses-https": {
        holds: { HTTPS: [balancer, https] },
        fails: { "HTTP, even to redirect": [[balancer, http], "http does not encrypt"] },
    },
    "listener-tls-policy": {
        holds: { "one that AWS recommends": [balancer, https], "HTTP has none": [balancer, http] },
        fails: {
            "the popular one of 2021": [
                [changed(https, { sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06" })],
                "https has the TLS policy ELBSecurityPolicy-TLS13-1-2-2021-06",
            ],
            none: [
                [changed(https, { sslPolicy: null })],
                "https has the TLS policy that AWS gives where none is named, of 2016",
            ],
        },
    },
    "listener-waits-for-certificate": {
        holds: {
            "the ARN of the validation": [
                certificate,
                validation,
                changed(https, { certificateArn: ref(validation, "certificateArn") }),
            ],
            "the certificate's ARN, which waits": [
                certificate,
                validation,
                changed(https, { certificateArn: ref(certificate, "arn") }, { dependsOn: [validation] }),
            ],
            "an existing certificate": [
                changed(https, { certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/a" }),
            ],
        },
        fails: {
            "the certificate's ARN": [
                [certificate, validation, changed(https, { certificateArn: ref(certificate, "arn") })],
                "https does not wait until certificate is validated",
            ],
        },
    },
    "certificate-key-length": {
        holds: {
            "AWS's choice": [certificate],
            elliptic: [changed(certificate, { keyAlgorithm: "EC_prime256v1" })],
        },
        fails: {
            "1024 bits": [
                [changed(certificate, { keyAlgorithm: "RSA_1024" })],
                "certificate has a key that is too short",
            ],
        },
    },
    "load-balancer-drops-invalid-headers": {
        holds: { "it does": [balancer] },
        fails: {
            "nothing is said": [
                [changed(balancer, { dropInvalidHeaderFields: null })],
                "balancer lets headers through that are not valid HTTP",
            ],
        },
    },
    "load-balancer-desync-mitigation": {
        holds: { defensive: [balancer], "AWS's choice": [changed(balancer, { desyncMitigationMode: null })] },
        fails: {
            monitor: [
                [changed(balancer, { desyncMitigationMode: "monitor" })],
                "balancer passes on requests that can be read in two ways",
            ],
        },
    },
    "load-balancer-access-logs": {
        holds: { "to a bucket": [balancer] },
        fails: {
            off: [
                [changed(balancer, { accessLogs: { enabled: false, bucket: "" } })],
                "balancer keeps no log of requests",
            ],
            "nothing is said": [
                [changed(balancer, { accessLogs: null })],
                "balancer keeps no log of requests",
            ],
        },
    },
    "load-balancer-deletion-protection": {
        holds: { on: [balancer] },
        fails: {
            off: [
                [changed(balancer, { enableDeletionProtection: false })],
                "balancer can be deleted by a mistake",
            ],
        },
    },
    "load-balancer-in-two-zones": {
        holds: {
            "two zones": [
                zone("a"),
                zone("b"),
                changed(balancer, { subnets: [ref(zone("a")), ref(zone("b"))] }),
            ],
            "subnets of somebody else": [changed(balancer, { subnets: ["subnet-1", "subnet-2"] })],
        },
        fails: {
            "one zone": [
                [zone("a"), changed(balancer, { subnets: [ref(zone("a"))] })],
                "balancer is in one zone only",
            ],
            "two subnets of one zone": [
                [
                    zone("a"),
                    resource(T.subnet, "second", { availabilityZone: "eu-west-1a" }),
                    changed(balancer, { subnets: [ref(zone("a")), ref(resource(T.subnet, "second"))] }),
                ],
                "balancer is in one zone only",
            ],
        },
    },
    "no-classic-load-balancer": {
        holds: { "an application load balancer": [balancer] },
        fails: {
            "a classic one": [[resource(T.classicLoadBalancer, "old")], "old is a Classic Load Balancer"],
        },
    },
    "target-group-uses-https": {
        holds: { HTTPS: [targets] },
        fails: {
            HTTP: [[changed(targets, { protocol: "HTTP" })], "targets passes requests on without encryption"],
        },
    },
    "health-check-uses-https": {
        holds: { HTTPS: [targets] },
        fails: {
            HTTP: [
                [changed(targets, { healthCheck: { protocol: "HTTP", path: "/", matcher: "200" } })],
                "targets checks the tasks' health without encryption",
            ],
        },
    },
    "target-group-health-check": {
        holds: { "a path and a code": [targets] },
        fails: {
            none: [
                [changed(targets, { healthCheck: null })],
                "targets does not say what a healthy task answers",
            ],
            off: [
                [changed(targets, { healthCheck: { enabled: false, path: "/", matcher: "200" } })],
                "targets does not say what a healthy task answers",
            ],
            "no code": [
                [changed(targets, { healthCheck: { path: "/" } })],
                "targets does not say what a healthy task answers",
            ],
        },
    },
};
