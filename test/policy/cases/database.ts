import type { Resource } from "../../../plan/graph";
import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Case, Cases } from "./cases";

const parameters = resource(T.databaseParameters, "parameters", {
    parameters: [
        { name: "require_secure_transport", value: "ON" },
        { name: "server_audit_events", value: "CONNECT" },
        { name: "server_audit_logging", value: "1" },
    ],
});
const cluster = resource(T.databaseCluster, "database", {
    backtrackWindow: 3600,
    backupRetentionPeriod: 7,
    copyTagsToSnapshot: true,
    dbClusterParameterGroupName: ref(parameters, "name"),
    dbSubnetGroupName: "subnets",
    deleteAutomatedBackups: false,
    deletionProtection: true,
    enabledCloudwatchLogsExports: ["audit"],
    engine: "aurora-mysql",
    finalSnapshotIdentifier: "database-final",
    iamDatabaseAuthenticationEnabled: true,
    manageMasterUserPassword: true,
    masterUsername: "selfhost_master",
    port: 3307,
    skipFinalSnapshot: false,
    storageEncrypted: true,
});
const instance = (name: string): Resource =>
    resource(T.databaseInstance, name, {
        autoMinorVersionUpgrade: true,
        caCertIdentifier: "rds-ca-rsa2048-g1",
        clusterIdentifier: ref(cluster),
        monitoringInterval: 60,
        publiclyAccessible: false,
    });
const [first, second] = [instance("first"), instance("second")];
const topic = resource(T.topic, "alarms");
const alarm = resource(T.alarm, "alarm", { alarmActions: [ref(topic, "arn")] });
const events = resource(T.databaseEvents, "events", {
    sourceType: "db-cluster",
    snsTopic: ref(topic, "arn"),
});

/** Holds for the cluster above, and not when these inputs are different. */
function ofCluster(wrong: Parameters<typeof changed>[1], says: string, more: Case["fails"] = {}): Case {
    return {
        holds: { "as it should be": [cluster, parameters] },
        fails: {
            [JSON.stringify(wrong)]: [[changed(cluster, wrong), parameters], `database ${says}`],
            ...more,
        },
    };
}

function ofInstance(wrong: Parameters<typeof changed>[1], says: string): Case {
    return {
        holds: { "as it should be": [cluster, first] },
        fails: { [JSON.stringify(wrong)]: [[cluster, changed(first, wrong)], `first ${says}`] },
    };
}

export const DATABASE_CASES: Cases = {
    "database-not-public": ofInstance({ publiclyAccessible: true }, "has an address on the internet"),
    "database-encrypted": ofCluster({ storageEncrypted: null }, "is not encrypted", {
        "it says no": [[changed(cluster, { storageEncrypted: false })], "database is not encrypted"],
    }),
    "database-in-two-zones": {
        holds: { "two instances": [cluster, first, second] },
        fails: { "one instance": [[cluster, first], "database has no instance that could take over"] },
    },
    "database-enhanced-monitoring": ofInstance({ monitoringInterval: 0 }, "has no enhanced monitoring"),
    "database-deletion-protection": ofCluster({ deletionProtection: false }, "can be deleted by a mistake"),
    "database-exports-logs": ofCluster(
        { enabledCloudwatchLogsExports: ["error"] },
        "does not export its audit log",
        {
            PostgreSQL: [
                [changed(cluster, { engine: "aurora-postgresql", enabledCloudwatchLogsExports: [] })],
                "database does not export its postgresql log",
            ],
        },
    ),
    "database-audits": {
        holds: {
            "it does": [cluster, parameters],
            "PostgreSQL has another way": [changed(cluster, { engine: "aurora-postgresql" })],
        },
        fails: {
            "logging is off": [
                [
                    cluster,
                    changed(parameters, { parameters: [{ name: "server_audit_events", value: "CONNECT" }] }),
                ],
                "database writes no audit log",
            ],
        },
    },
    "database-requires-tls": {
        holds: {
            MySQL: [cluster, parameters],
            PostgreSQL: [
                changed(cluster, { engine: "aurora-postgresql" }),
                changed(parameters, { parameters: [{ name: "rds.force_ssl", value: "1" }] }),
            ],
        },
        fails: {
            "it may": [
                [
                    cluster,
                    changed(parameters, { parameters: [{ name: "require_secure_transport", value: "OFF" }] }),
                ],
                "database takes connections without TLS",
            ],
            "nothing is said": [
                [changed(cluster, { dbClusterParameterGroupName: null })],
                "database takes connections without TLS",
            ],
        },
    },
    "database-iam-authentication": ofCluster(
        { iamDatabaseAuthenticationEnabled: null },
        "takes passwords alone",
    ),
    "database-backups": ofCluster({ backupRetentionPeriod: 1 }, "keeps backups for 1 day", {
        six: [[changed(cluster, { backupRetentionPeriod: 6 })], "database keeps backups for 6 days"],
    }),
    "database-final-snapshot": ofCluster(
        { skipFinalSnapshot: true },
        "leaves no snapshot when it is deleted",
        {
            "no name for it": [
                [changed(cluster, { finalSnapshotIdentifier: null })],
                "database leaves no snapshot when it is deleted",
            ],
            "backups go too": [
                [changed(cluster, { deleteAutomatedBackups: true })],
                "database takes its backups with it when it is deleted",
            ],
        },
    ),
    "database-minor-upgrades": ofCluster({ autoMinorVersionUpgrade: false }, "stays at its minor version", {
        "of an instance": [
            [changed(first, { autoMinorVersionUpgrade: false })],
            "first stays at its minor version",
        ],
    }),
    "database-backtracking": ofCluster({ backtrackWindow: null }, "cannot be wound back in place"),
    "database-snapshots-tagged": ofCluster({ copyTagsToSnapshot: null }, "has snapshots without its tags"),
    "database-events-have-readers": {
        holds: {
            "nobody is told of anything": [cluster],
            "somebody is": [cluster, topic, alarm, events],
            "topics are for pipelines": [cluster, topic],
        },
        fails: {
            "alarms alone": [[cluster, topic, alarm], "database fails without telling anybody"],
            "events of others": [
                [cluster, topic, alarm, changed(events, { sourceIds: ["another"] })],
                "database fails without telling anybody",
            ],
        },
    },
    "database-port": ofCluster({ port: 3306 }, "listens on port 3306"),
    "database-master-user-name": ofCluster({ masterUsername: "admin" }, "has a master user called admin"),
    "database-master-password-managed": ofCluster(
        { manageMasterUserPassword: null },
        "does not leave the master user's password to RDS",
        {
            "a password, secret or not": [
                [changed(cluster, { masterPassword: "[secret]" })],
                "database gets the master user's password from the program",
            ],
        },
    ),
    "database-certificate-authority": ofInstance(
        { caCertIdentifier: "rds-ca-2019" },
        "does not say which authority signs its certificate, or names an expired one",
    ),
    "database-placed-by-subnets": ofCluster(
        { availabilityZones: ["eu-west-1a", "eu-west-1b"] },
        "names its zones, which replaces it when AWS adds one",
        {
            "no subnet group": [
                [changed(cluster, { dbSubnetGroupName: null })],
                "database is in the default VPC: it names no subnet group",
            ],
        },
    ),
};
