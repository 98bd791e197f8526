import type { Json } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const certificate = resource(T.certificate, "certificate", {
    options: { certificateTransparencyLoggingPreference: "ENABLED" },
});
const listener = resource(T.listener, "https", {
    protocol: "HTTPS",
    routingHttpResponseServerEnabled: false,
    routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=31536000",
    routingHttpResponseXContentTypeOptionsHeaderValue: "nosniff",
});
const balancer = resource(T.loadBalancer, "balancer");
const visible = { cloudwatchMetricsEnabled: true };
const rule = (more: Readonly<Record<string, Json>>): Json => ({
    statement: { managedRuleGroupStatement: { name: "AWSManagedRulesKnownBadInputsRuleSet" } },
    visibilityConfig: visible,
    ...more,
});
const firewall = resource(T.firewall, "firewall", {
    visibilityConfig: visible,
    rules: [rule({ overrideAction: { none: {} } })],
});
const task = (more: Readonly<Record<string, Json>>) =>
    resource(T.taskDefinition, "task", { containerDefinitions: JSON.stringify([{ name: "app", ...more }]) });
const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** What the outside sees of an environment, and what is kept of what it did. */
export const OUTSIDE_CASES: Cases = {
    "certificate-replaced-without-gap": {
        holds: { "it is": [certificate], "nothing is said": [resource(T.certificate, "certificate")] },
        fails: {
            "the old one goes first": [
                [{ ...certificate, options: { ...certificate.options, deleteBeforeReplace: true } }],
                "certificate is deleted before there is another one",
            ],
            "nobody knows": [
                [changed(certificate, { options: { certificateTransparencyLoggingPreference: "DISABLED" } })],
                "certificate is kept out of the public logs",
            ],
        },
    },
    "listener-sends-security-headers": {
        holds: {
            "all of them": [listener],
            "over HTTP": [resource(T.listener, "http", { protocol: "HTTP" })],
        },
        fails: {
            "none of them": [
                [resource(T.listener, "https", { protocol: "HTTPS" })],
                "https does not tell browsers to stay with HTTPS",
                "https lets browsers guess what a file is",
                "https tells which server answers",
            ],
            "for an hour": [
                [
                    changed(listener, {
                        routingHttpResponseStrictTransportSecurityHeaderValue: "max-age=3600",
                    }),
                ],
                "https does not tell browsers to stay with HTTPS",
            ],
        },
    },
    "load-balancer-has-firewall": {
        holds: {
            "it has": [
                balancer,
                firewall,
                resource(T.firewallAssociation, "association", { resourceArn: ref(balancer, "arn") }),
            ],
        },
        fails: { "it has none": [[balancer], "balancer has no firewall for web applications"] },
    },
    "firewall-refuses-known-attacks": {
        holds: { "it does": [firewall] },
        fails: {
            "no rules": [[changed(firewall, { rules: [] })], "firewall lets known attacks through"],
            "a rule without an action": [
                [changed(firewall, { rules: [rule({})] })],
                "firewall has a rule that does nothing",
            ],
            "nothing is counted": [
                [changed(firewall, { visibilityConfig: { cloudwatchMetricsEnabled: false } })],
                "firewall does not count what it refuses",
            ],
        },
    },
    "firewall-logs": {
        holds: {
            "it does": [firewall, resource(T.firewallLogs, "log", { resourceArn: ref(firewall, "arn") })],
        },
        fails: { "it does not": [[firewall], "firewall keeps no log"] },
    },
    "encrypted-with-own-key": {
        holds: {
            "each with one": [
                resource(T.secret, "secret", { kmsKeyId: "arn" }),
                resource(T.logGroup, "logs", { kmsKeyId: "arn" }),
                resource(T.vault, "vault", { kmsKeyArn: "arn" }),
                resource(T.pipeline, "pipeline", {
                    artifactStores: [{ encryptionKey: { id: "arn", type: "KMS" } }],
                }),
            ],
            "a parameter that is no secret": [resource(T.parameter, "p", { type: "String" })],
        },
        fails: {
            "with AWS's": [
                [
                    resource(T.databaseCluster, "database"),
                    resource(T.fileSystem, "files"),
                    resource(T.secret, "secret"),
                    resource(T.topic, "topic"),
                    resource(T.parameter, "p", { type: "SecureString" }),
                ],
                "database is encrypted with a key of AWS",
                "files is encrypted with a key of AWS",
                "secret is encrypted with a key of AWS",
                "topic is encrypted with a key of AWS",
                "p is encrypted with a key of AWS",
            ],
            artifacts: [
                [resource(T.pipeline, "pipeline", { artifactStores: [{ type: "S3" }] })],
                "pipeline leaves artifacts that are encrypted with a key of AWS",
            ],
        },
    },
    "no-secret-in-command": {
        holds: {
            "variables by their names": [
                task({
                    command: ["sh", "-c", 'mysql --password="$DB_PASSWORD" -e "select 1"'],
                    healthCheck: { command: ["CMD-SHELL", "curl -f http://localhost/ || exit 1"] },
                    dockerLabels: { "com.example.team": "web" },
                }),
            ],
            "a machine that says nothing": [
                resource(T.instance, "machine", { userData: "#!/bin/sh\nsysctl -w net.ipv4.ip_forward=1" }),
            ],
        },
        fails: {
            "a command": [
                [task({ command: ["sh", "-c", "mysql --password=hunter2"] })],
                "task: container `app` has a command or a label that gives `--password` in the clear",
            ],
            "a health check": [
                [task({ healthCheck: { command: ["CMD-SHELL", "curl -u me:hunter2 http://localhost/"] } })],
                "task: container `app` has a command or a label that signs in with a password in the clear",
            ],
            "a label": [
                [task({ dockerLabels: { API_TOKEN: "abc" } })],
                "task: container `app` has a command or a label that sets `API_TOKEN` in the clear",
            ],
            "user data": [
                [resource(T.instance, "machine", { userData: "#!/bin/sh\nexport DB_PASSWORD=hunter2" })],
                "machine has user data that sets `DB_PASSWORD` in the clear",
            ],
            "user data in base64": [
                [
                    resource(T.launchTemplate, "template", {
                        userData: base64("#!/bin/sh\nexport API_KEY=hunter2\n"),
                    }),
                ],
                "template has user data that sets `API_KEY` in the clear",
            ],
        },
    },
    "log-group-kept-for-a-year": {
        holds: {
            "a year": [resource(T.logGroup, "logs", { retentionInDays: 365 })],
            "for ever, which another rule minds": [resource(T.logGroup, "logs")],
        },
        fails: {
            "a week": [
                [resource(T.logGroup, "logs", { retentionInDays: 7 })],
                "logs forgets its lines after 7 days",
            ],
        },
    },
    "type-known-to-rules": {
        holds: {
            "types of ours, and of others than AWS": [
                firewall,
                resource("random:index/randomPassword:RandomPassword", "password"),
                resource("aws:ec2/eip:Eip", "address"),
            ],
        },
        fails: {
            "a cache": [
                [resource("aws:elasticache/replicationGroup:ReplicationGroup", "cache")],
                "cache is of the type aws:elasticache/replicationGroup:ReplicationGroup, which no rule looks at",
            ],
        },
    },
};
