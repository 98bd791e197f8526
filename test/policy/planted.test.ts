/** Mistakes that people make, one by one in the graph of prod as it is: each is found. */
import assert from "node:assert/strict";
import type { Graph, Json, Resource } from "../../plan/graph";
import { type Context, evaluate, type Violation } from "../../policy/evaluate";
import { T } from "../../policy/types";
import { contextOf } from "../../policy/standing";
import { BUILT_IN } from "../../policy/waivers";
import { only } from "../support/graph";
import { allow, changed, document, ref, resource } from "../support/graphs";
import { planned } from "../support/stacks";

type Change = (graph: Graph) => readonly Resource[];

function textAt({ inputs }: Resource, property: string): string {
    const value = inputs[property];
    assert.ok(typeof value === "string", `${property} must be a text`);
    return value;
}

/** Other inputs for one resource; `null` removes one. */
function set(type: string, name: string, inputs: Readonly<Record<string, Json>>): Change {
    return (graph) => {
        const old = only(graph, type, name);
        const planted = changed(old, inputs);
        const { propertyDependencies, dependencies, options } = old;
        return graph.resources.map((one) =>
            one === old
                ? {
                      ...planted,
                      options,
                      dependencies,
                      propertyDependencies: { ...propertyDependencies, ...planted.propertyDependencies },
                  }
                : one,
        );
    };
}

function remove(type: string, name: string): Change {
    return (graph) => graph.resources.filter((one) => one !== only(graph, type, name));
}

function add(make: (graph: Graph) => Resource): Change {
    return (graph) => [...graph.resources, make(graph)];
}

function unprotect(type: string, name: string): Change {
    return (graph) =>
        graph.resources.map((one) =>
            one === only(graph, type, name) ? { ...one, options: { ...one.options, protect: false } } : one,
        );
}

/** Another text within the containers of the one task definition. */
function inContainers(from: string | RegExp, to: string): Change {
    return (graph) => {
        const task = only(graph, T.taskDefinition);
        const text = textAt(task, "containerDefinitions");
        assert.notEqual(text.replace(from, to), text, `${String(from)} must be there`);
        return set(T.taskDefinition, task.name, { containerDefinitions: text.replace(from, to) })(graph);
    };
}

function statement(name: string, more: Json): Change {
    return (graph) => {
        const policy = only(graph, T.rolePolicy, name);
        const old = JSON.parse(textAt(policy, "policy")) as { Statement: readonly Json[] };
        return set(T.rolePolicy, name, { policy: document(...old.Statement, more) })(graph);
    };
}

function flow(name: string, to: string, port: number, from: Readonly<Record<string, string>>): Change {
    return add((graph) =>
        resource(T.ingressRule, name, {
            securityGroupId: ref(only(graph, T.securityGroup, to)),
            ipProtocol: "tcp",
            fromPort: port,
            toPort: port,
            description: name,
            ...from,
        }),
    );
}

const TRUST = document({
    Effect: "Allow",
    Principal: { Service: "ecs-tasks.amazonaws.com" },
    Action: "sts:AssumeRole",
});

const PLANTED: Readonly<Record<string, readonly [Change, string]>> = {
    "tasks open to everybody": [
        flow("open", "bookstack-tasks", 80, { cidrIpv4: "0.0.0.0/0" }),
        "tasks-only-from-load-balancer",
    ],
    "the database open to the VPC": [
        flow("near", "bookstack-database-group", 3306, { cidrIpv4: "10.30.0.0/16" }),
        "database-only-from-its-app",
    ],
    "the file system open to the load balancer": [
        (graph) =>
            flow("edge", "bookstack-storage-files-group", 2049, {
                referencedSecurityGroupId: ref(only(graph, T.securityGroup, "edge-alb")),
            })(graph),
        "file-system-only-from-its-app",
    ],
    "a way out for the database": [
        add((graph) =>
            resource(T.route, "leak", {
                routeTableId: ref(only(graph, T.routeTable, "network-data")),
                destinationCidrBlock: "0.0.0.0/0",
                gatewayId: ref(only(graph, T.internetGateway)),
            }),
        ),
        "data-subnets-without-route",
    ],
    "SSH for everybody at the load balancer": [
        flow("shell", "edge-alb", 22, { cidrIpv4: "0.0.0.0/0" }),
        "high-risk-ports-closed",
    ],
    "a public database": [
        set(T.databaseInstance, "bookstack-database-1-0", { publiclyAccessible: true }),
        "database-not-public",
    ],
    "a database in the clear": [
        set(T.databaseCluster, "bookstack-database-1", { storageEncrypted: false }),
        "database-encrypted",
    ],
    "one day of backups": [
        set(T.databaseCluster, "bookstack-database-1", { backupRetentionPeriod: 1 }),
        "database-backups",
    ],
    "no final snapshot": [
        set(T.databaseCluster, "bookstack-database-1", { skipFinalSnapshot: true }),
        "database-final-snapshot",
    ],
    "no deletion protection": [
        set(T.databaseCluster, "bookstack-database-1", { deletionProtection: false }),
        "database-deletion-protection",
    ],
    "a password in the program": [
        set(T.databaseCluster, "bookstack-database-1", { masterPassword: "[secret]" }),
        "database-master-password-managed",
    ],
    "connections without TLS": [
        set(T.databaseParameters, "bookstack-database-parameters", { parameters: [] }),
        "database-requires-tls",
    ],
    "an unprotected database": [unprotect(T.databaseCluster, "bookstack-database-1"), "data-protected"],
    "an unprotected bucket": [unprotect(T.bucket, "bookstack-storage-bucket"), "data-protected"],
    "a bucket that is emptied": [
        set(T.bucket, "bookstack-storage-bucket", { forceDestroy: true }),
        "data-not-emptied",
    ],
    "a bucket that can be public": [
        remove(T.bucketPublicAccess, "bookstack-storage-bucket-public-access"),
        "bucket-blocks-public-access",
    ],
    "a bucket without TLS": [
        remove(T.bucketPolicy, "bookstack-storage-bucket-policy"),
        "bucket-requires-tls",
    ],
    "a bucket without versions": [
        remove(T.bucketVersioning, "bookstack-storage-bucket-versioning"),
        "bucket-versioned",
    ],
    "files that are gone after a month": [
        set(T.bucketLifecycle, "bookstack-storage-bucket-lifecycle", {
            rules: [{ status: "Enabled", expiration: { days: 30 } }],
        }),
        "bucket-keeps-data",
    ],
    "a file system for everybody": [
        remove(T.fileSystemPolicy, "bookstack-storage-files-policy"),
        "file-system-policy",
    ],
    "a file system without backups": [
        set(T.backupPolicy, "bookstack-storage-files-backup", { backupPolicy: { status: "DISABLED" } }),
        "file-system-backups",
    ],
    "an old TLS policy": [
        set(T.listener, "edge-https", { sslPolicy: "ELBSecurityPolicy-2016-08" }),
        "listener-tls-policy",
    ],
    "pages over HTTP": [
        set(T.listener, "edge-http", { defaultActions: [{ type: "fixed-response" }] }),
        "http-redirects-to-https",
    ],
    "no access logs": [
        set(T.loadBalancer, "edge-alb", { accessLogs: { enabled: false, bucket: "" } }),
        "load-balancer-access-logs",
    ],
    "no health check": [
        set(T.targetGroup, "bookstack-a", { healthCheck: null }),
        "target-group-health-check",
    ],
    "tasks with public addresses": [
        (graph) => {
            const service = only(graph, T.service);
            const network = service.inputs.networkConfiguration as Readonly<Record<string, Json>>;
            return set(T.service, service.name, {
                networkConfiguration: { ...network, assignPublicIp: true },
            })(graph);
        },
        "tasks-without-public-address",
    ],
    "no circuit breaker": [
        set(T.service, "bookstack-service", { deploymentCircuitBreaker: null }),
        "service-returns-from-bad-release",
    ],
    "an image by its tag": [
        inContainers(/"image":"[^"]*"/, '"image":"123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:latest"'),
        "image-by-digest",
    ],
    "a secret as a variable": [
        inContainers('"environment":[', '"environment":[{"name":"MAIL_PASSWORD_2","value":"hunter2"},'),
        "no-secret-in-environment",
    ],
    "an access key in a variable": [
        inContainers(
            '"environment":[',
            `"environment":[{"name":"THING","value":"${["AKIA", "IOSFODNN7EXAMPLE"].join("")}"},`,
        ),
        "no-secret-value-in-plain-text",
    ],
    "the master user's password": [
        (graph) =>
            inContainers(
                /"secrets":\[/,
                `"secrets":[{"name":"ROOT","valueFrom":"${ref(only(graph, T.databaseCluster), "masterUserSecrets[0].secretArn")}:password::"},`,
            )(graph),
        "container-reads-no-rotating-secret",
    ],
    "a log that blocks": [
        inContainers('"mode":"non-blocking"', '"mode":"blocking"'),
        "container-logs-without-blocking",
    ],
    "a privileged container": [
        inContainers('"essential":true', '"essential":true,"privileged":true'),
        "container-unprivileged",
    ],
    "a secret tag": [
        set(T.bucket, "bookstack-storage-bucket", { tags: { ApiToken: "abc" } }),
        "no-secret-in-plain-settings",
    ],
    "a secret for a function": [
        set(T.lambda, "bookstack-database-users-function", {
            environment: { variables: { DB_PASSWORD: "hunter2" } },
        }),
        "no-secret-in-plain-settings",
    ],
    "one role for both": [
        (graph) =>
            set(T.taskDefinition, "bookstack-definition", {
                taskRoleArn: ref(only(graph, T.role, "bookstack-execution"), "arn"),
            })(graph),
        "task-roles-apart",
    ],
    "every action": [statement("bookstack-task-policy", allow("*", "*")), "no-administrator"],
    "every action of a service": [
        statement("bookstack-task-policy", allow("s3:*", "arn:aws:s3:::other/*")),
        "policy-names-its-actions",
    ],
    "every resource": [
        statement("bookstack-task-policy", allow("s3:GetObject", "*")),
        "policy-names-its-resources",
    ],
    "every role to hand on": [
        statement("bookstack-migration-policy", allow("iam:PassRole", "*")),
        "pass-role-limited",
    ],
    "files for the execution role": [
        statement("bookstack-execution-policy", allow("s3:GetObject", "arn:aws:s3:::other/*")),
        "execution-role-only-starts-tasks",
    ],
    "secrets for the application": [
        statement(
            "bookstack-task-policy",
            allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:a"),
        ),
        "task-role-only-serves-application",
    ],
    "trust in any account": [
        set(T.role, "bookstack-task", { assumeRolePolicy: TRUST }),
        "trust-limited-to-account",
    ],
    "a log for ever": [set(T.logGroup, "bookstack-logs", { retentionInDays: null }), "log-group-expires"],
    "rules inside of a group": [
        set(T.securityGroup, "bookstack-tasks", {
            egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
        }),
        "no-inline-rules",
    ],
    "no flow logs": [remove("aws:ec2/flowLog:FlowLog", "network-flow-logs"), "vpc-flow-logs"],
    "an open default group": [
        remove(T.defaultSecurityGroup, "network-vpc-default"),
        "default-security-group-closed",
    ],
    "an alarm for nobody": [add(() => resource(T.alarm, "alarm", { alarmActions: [] })), "alarm-has-reader"],
    "a topic that alarms may not write to": [
        (graph) => {
            const topic = resource(T.topic, "topic");
            return [
                ...graph.resources,
                topic,
                resource(T.topicSubscription, "reader", { topic: ref(topic, "arn") }),
                resource(T.alarm, "alarm", { alarmActions: [ref(topic, "arn")] }),
                resource(T.topicPolicy, "policy", {
                    arn: ref(topic, "arn"),
                    policy: document(
                        allow("sns:Publish", ref(topic, "arn"), {
                            Principal: { Service: "events.amazonaws.com" },
                        }),
                    ),
                }),
            ];
        },
        "topic-allows-its-publishers",
    ],
};

describe("mistakes in the graph of prod", () => {
    let graph: Graph;
    let context: Context;
    let old: readonly string[];

    const judge = (resources: readonly Resource[]): readonly Violation[] =>
        evaluate({ ...graph, resources }, BUILT_IN, context).violations;
    const key = ({ policy, urn }: Violation): string => `${policy} ${urn}`;

    before(async () => {
        const plan = await planned("Pulumi.prod.yaml");
        graph = plan.graph;
        context = contextOf(plan.settings, "2026-11-21");
        old = judge(graph.resources).map(key);
    });

    for (const [label, [change, rule]] of Object.entries(PLANTED)) {
        it(`${label}: ${rule}`, () => {
            const found = judge(change(graph)).filter((violation) => !old.includes(key(violation)));
            assert.ok(
                found.some(({ policy, level }) => policy === rule && level === "mandatory"),
                `found only ${JSON.stringify(found)}`,
            );
        });
    }
});
