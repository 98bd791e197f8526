/** What a browser is told, and what is refused before an application sees it. */
import { list } from "../json";
import { controlPage, type Rule } from "../rule";
import { T } from "../types";
import { unless } from "../view";

const headers: Rule = {
    name: "listener-sends-security-headers",
    control: [],
    level: "mandatory",
    waivable: "application",
    description:
        "Browsers are told to come back over HTTPS only and not to guess what a file is; nobody is told which server answers.",
    remediation:
        "Set the listener's `routingHttpResponse…` properties for HSTS, X-Content-Type-Options and the server's name.",
    url: "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.listener, (listener) =>
            listener.text("protocol") === "HTTPS"
                ? [
                      ...unless(
                          /max-age=[1-9]\d{6,}/.test(
                              listener.text("routingHttpResponseStrictTransportSecurityHeaderValue") ?? "",
                          ),
                          "does not tell browsers to stay with HTTPS",
                      ),
                      ...unless(
                          listener.text("routingHttpResponseXContentTypeOptionsHeaderValue") === "nosniff",
                          "lets browsers guess what a file is",
                      ),
                      ...unless(
                          listener.flag("routingHttpResponseServerEnabled") === false,
                          "tells which server answers",
                      ),
                  ]
                : [],
        ),
};

const hasFirewall: Rule = {
    name: "load-balancer-has-firewall",
    control: ["ELB.16"],
    level: "mandatory",
    waivable: "cost",
    description: "A web application firewall looks at requests before the load balancer does.",
    remediation: "Register an aws.wafv2.WebAclAssociation for the load balancer.",
    url: controlPage("ELB.16"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.loadBalancer, (balancer) =>
            unless(
                view.users(balancer, T.firewallAssociation).length > 0,
                "has no firewall for web applications",
            ),
        ),
};

const firewallWorks: Rule = {
    name: "firewall-refuses-known-attacks",
    control: ["WAF.10", "WAF.12", "CKV_AWS_192", "CKV_AWS_342"],
    level: "mandatory",
    waivable: "application",
    description:
        "A firewall has rules, those for known bad inputs among them, which do something and are counted.",
    remediation:
        "Add AWSManagedRulesKnownBadInputsRuleSet; give each rule an action and `cloudwatchMetricsEnabled`.",
    url: controlPage("WAF.10"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.firewall, (firewall) => {
            const rules = firewall.list("rules");
            const metrics = [
                ...list(firewall.at("visibilityConfig")),
                ...rules.flatMap((rule) => list(rule, "visibilityConfig")),
            ];
            return [
                ...unless(
                    JSON.stringify(rules).includes("AWSManagedRulesKnownBadInputsRuleSet"),
                    "lets known attacks through",
                ),
                ...unless(
                    rules.every(
                        (rule) => list(rule, "action").length + list(rule, "overrideAction").length > 0,
                    ),
                    "has a rule that does nothing",
                ),
                ...unless(
                    metrics.every((config) =>
                        JSON.stringify(config).includes('"cloudwatchMetricsEnabled":true'),
                    ),
                    "does not count what it refuses",
                ),
            ];
        }),
};

const firewallLogs: Rule = {
    name: "firewall-logs",
    control: ["WAF.11"],
    level: "advisory",
    waivable: "cost",
    description: "A firewall keeps a log of what it looked at.",
    remediation: "Register an aws.wafv2.WebAclLoggingConfiguration.",
    url: controlPage("WAF.11"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.firewall, (firewall) =>
            unless(view.users(firewall, T.firewallLogs).length > 0, "keeps no log"),
        ),
};

export const FIREWALL: readonly Rule[] = [headers, hasFirewall, firewallWorks, firewallLogs];
