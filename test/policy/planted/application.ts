import type { Json } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { only } from "../../support/graph";
import { ref, resource } from "../../support/graphs";
import { add, flow, inContainers, options, type Plantings, remove, rewrite, set } from "./changes";

/** Mistakes around what an application is reached by, keeps and runs, in prod. */
export const APPLICATION: Plantings = {
    "tasks open to everybody": [
        flow("open", "bookstack-tasks", 80, { cidrIpv4: "0.0.0.0/0" }),
        "tasks-only-from-load-balancer",
        "only-web-ports-open",
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
        "only-web-ports-open",
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
        rewrite(
            T.databaseParameters,
            "bookstack-database-parameters",
            "parameters",
            /"value":"ON"/i,
            '"value":"OFF"',
        ),
        "database-requires-tls",
    ],
    "an unprotected database": [
        options(T.databaseCluster, "bookstack-database-1", { protect: false }),
        "data-protected",
    ],
    "an unprotected bucket": [
        options(T.bucket, "bookstack-storage-bucket", { protect: false }),
        "data-protected",
    ],
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
        set(T.bucketVersioning, "bookstack-storage-bucket-versioning", {
            versioningConfiguration: { status: "Suspended" },
        }),
        "bucket-versioned",
    ],
    "files that are gone after a month": [
        set(T.bucketLifecycle, "bookstack-storage-bucket-lifecycle", {
            rules: [
                {
                    status: "Enabled",
                    expiration: { days: 30 },
                    noncurrentVersionExpiration: { noncurrentDays: 30 },
                    abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
                },
            ],
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
        "listener-uses-https",
    ],
    "no access logs": [
        set(T.loadBalancer, "edge-alb", { accessLogs: { enabled: false, bucket: "" } }),
        "load-balancer-access-logs",
        "bucket-keeps-data",
        "bucket-versioned",
        "data-protected",
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
        "execution-role-can-start-tasks",
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
        "execution-role-can-start-tasks",
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
};
