/** Aurora: encrypted, private, backed up, and with nobody's password in the program. */
import { list, text } from "../json";
import { controlPage, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

/** Names that every attacker tries. */
const WELL_KNOWN_USERS = [
    "admin",
    "administrator",
    "awsuser",
    "master",
    "mysql",
    "postgres",
    "rdsadmin",
    "root",
];

const BACKUP_DAYS = 7;

const privateInstances: Rule = {
    name: "database-not-public",
    control: ["RDS.2"],
    level: "mandatory",
    waivable: "never",
    description: "No database has an address on the internet.",
    remediation: "Set `publiclyAccessible` of the instance to false.",
    url: controlPage("RDS.2"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseInstance, (instance) =>
            unless(instance.flag("publiclyAccessible") !== true, "has an address on the internet"),
        ),
};

const encrypted: Rule = {
    name: "database-encrypted",
    control: ["RDS.3", "RDS.4", "RDS.27"],
    level: "mandatory",
    waivable: "never",
    description: "Databases, and with them their snapshots, are encrypted.",
    remediation: "Set `storageEncrypted` of the cluster to true; it cannot be changed later.",
    url: controlPage("RDS.27"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) =>
            unless(cluster.flag("storageEncrypted") === true, "is not encrypted"),
        ),
};

const twoInstances: Rule = {
    name: "database-in-two-zones",
    control: ["RDS.5", "RDS.15"],
    level: "mandatory",
    waivable: "cost",
    description: "A second instance takes over when the first, or its zone, fails.",
    remediation: "Set `database.instances` of the app to 2.",
    url: controlPage("RDS.15"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) =>
            unless(instancesOf(view, cluster).length >= 2, "has no instance that could take over"),
        ),
};

const enhancedMonitoring: Rule = {
    name: "database-enhanced-monitoring",
    control: ["RDS.6"],
    level: "advisory",
    waivable: "cost",
    description: "The operating system of database instances is watched.",
    remediation: "Set `monitoringInterval` of the instance to 60 and give it a `monitoringRoleArn`.",
    url: controlPage("RDS.6"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseInstance, (instance) =>
            unless(
                [1, 5, 10, 15, 30, 60].includes(instance.number("monitoringInterval") ?? 0),
                "has no enhanced monitoring",
            ),
        ),
};

const deletionProtection: Rule = {
    name: "database-deletion-protection",
    control: ["RDS.7"],
    level: "mandatory",
    waivable: "operations",
    description: "AWS refuses to delete the database.",
    remediation: "Set `database.deletionProtection` of the app to true.",
    url: controlPage("RDS.7"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) =>
            unless(cluster.flag("deletionProtection") === true, "can be deleted by a mistake"),
        ),
};

const exportsLogs: Rule = {
    name: "database-exports-logs",
    control: ["RDS.9", "RDS.34", "RDS.36", "RDS.37"],
    level: "mandatory",
    waivable: "cost",
    description: "Aurora MySQL exports its audit log, Aurora PostgreSQL its log.",
    remediation: "Add `audit` (Aurora MySQL) or `postgresql` to `database.logExports` of the app.",
    url: controlPage("RDS.34"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) => {
            const wanted = isMysql(cluster) ? "audit" : "postgresql";
            return unless(
                cluster.texts("enabledCloudwatchLogsExports").includes(wanted),
                `does not export its ${wanted} log`,
            );
        }),
};

const auditParameters: Rule = {
    name: "database-audits",
    control: ["RDS.45"],
    level: "mandatory",
    waivable: "cost",
    description: "Aurora MySQL writes an audit log.",
    remediation: "Add `audit` to `database.logExports` of the app, which sets `server_audit_logging` too.",
    url: controlPage("RDS.45"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) =>
            isMysql(cluster)
                ? unless(
                      parameter(cluster, "server_audit_logging") === "1" &&
                          (parameter(cluster, "server_audit_events") ?? "") !== "",
                      "writes no audit log",
                  )
                : [],
        ),
};

const tlsOnly: Rule = {
    name: "database-requires-tls",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "A database refuses connections without TLS.",
    remediation:
        "Set `require_secure_transport` (Aurora MySQL) to `ON` or `rds.force_ssl` (Aurora PostgreSQL) to `1`.",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Security.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) => {
            const value = parameter(cluster, isMysql(cluster) ? "require_secure_transport" : "rds.force_ssl");
            return unless(["on", "1"].includes((value ?? "").toLowerCase()), "takes connections without TLS");
        }),
};

const iamAuthentication: Rule = {
    name: "database-iam-authentication",
    control: ["RDS.10", "RDS.12"],
    level: "mandatory",
    waivable: "never",
    description: "People and programs with a role can sign in to the database without a password.",
    remediation: "Set `iamDatabaseAuthenticationEnabled` of the cluster to true; it costs nothing.",
    url: controlPage("RDS.12"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) =>
            unless(cluster.flag("iamDatabaseAuthenticationEnabled") === true, "takes passwords alone"),
        ),
};

const backups: Rule = {
    name: "database-backups",
    control: ["RDS.11", "RDS.50"],
    level: "mandatory",
    waivable: "cost",
    description: "A database can be restored to any time of the last seven days.",
    remediation: "Set `database.backupRetentionDays` of the app to 7 or more.",
    url: controlPage("RDS.50"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) => {
            const days = cluster.number("backupRetentionPeriod") ?? 1;
            return unless(days >= BACKUP_DAYS, `keeps backups for ${days} ${days === 1 ? "day" : "days"}`);
        }),
};

const finalSnapshot: Rule = {
    name: "database-final-snapshot",
    control: [],
    level: "mandatory",
    waivable: "operations",
    description: "A database that is deleted leaves a snapshot, and the backups that it had.",
    remediation: "Set `database.finalSnapshot` of the app to true.",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) => [
            ...unless(
                cluster.flag("skipFinalSnapshot") !== true && !cluster.lacks("finalSnapshotIdentifier"),
                "leaves no snapshot when it is deleted",
            ),
            ...unless(
                cluster.flag("deleteAutomatedBackups") === false,
                "takes its backups with it when it is deleted",
            ),
        ]),
};

const minorUpgrades: Rule = {
    name: "database-minor-upgrades",
    control: ["RDS.13", "RDS.35"],
    level: "mandatory",
    waivable: "operations",
    description: "Minor versions of the database engine, which fix what is insecure, come by themselves.",
    remediation: "Name only the version's beginning in `database.version`, and AWS upgrades it.",
    url: controlPage("RDS.35"),
    decidableInPreview: true,
    check: (view) => [
        ...view.each(T.databaseCluster, (cluster) =>
            unless(cluster.flag("autoMinorVersionUpgrade") !== false, "stays at its minor version"),
        ),
        ...view.each(T.databaseInstance, (instance) =>
            unless(instance.flag("autoMinorVersionUpgrade") !== false, "stays at its minor version"),
        ),
    ],
};

const backtrack: Rule = {
    name: "database-backtracking",
    control: ["RDS.14"],
    level: "mandatory",
    waivable: "application",
    description: "An Aurora MySQL cluster can be wound back in place.",
    remediation: "Set `backtrackWindow` of a new cluster.",
    url: controlPage("RDS.14"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) =>
            isMysql(cluster)
                ? unless((cluster.number("backtrackWindow") ?? 0) > 0, "cannot be wound back in place")
                : [],
        ),
};

const tagsOnSnapshots: Rule = {
    name: "database-snapshots-tagged",
    control: ["RDS.16", "RDS.17"],
    level: "advisory",
    waivable: "never",
    description: "Snapshots carry the tags of their database.",
    remediation: "Set `copyTagsToSnapshot` to true.",
    url: controlPage("RDS.16"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) =>
            unless(cluster.flag("copyTagsToSnapshot") === true, "has snapshots without its tags"),
        ),
};

const events: Rule = {
    name: "database-events-have-readers",
    control: ["RDS.19", "RDS.20", "RDS.21", "RDS.22"],
    level: "advisory",
    waivable: "operations",
    description:
        "Where somebody is told of alarms, they are told of failures and maintenance of databases too.",
    remediation: "Register an aws.rds.EventSubscription of the type `db-cluster`.",
    url: controlPage("RDS.19"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) => {
            const subscribed = view.all(T.databaseEvents).some((subscription) => {
                const sources = subscription.list("sourceIds");
                return (
                    subscription.text("sourceType") === "db-cluster" &&
                    (sources.length === 0 || subscription.refersTo("sourceIds", cluster))
                );
            });
            const told = view
                .all(T.topic)
                .some((topic) => view.users(topic, T.alarm, T.compositeAlarm).length > 0);
            return unless(!told || subscribed, "fails without telling anybody");
        }),
};

const port: Rule = {
    name: "database-port",
    control: ["RDS.23"],
    level: "advisory",
    waivable: "application",
    description: "A database does not listen on the port that everybody expects.",
    remediation: "Set `port` of the cluster to another one.",
    url: controlPage("RDS.23"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) => {
            const usual = isMysql(cluster) ? 3306 : 5432;
            return unless((cluster.number("port") ?? usual) !== usual, `listens on port ${usual}`);
        }),
};

const masterName: Rule = {
    name: "database-master-user-name",
    control: ["RDS.24", "RDS.25"],
    level: "mandatory",
    waivable: "never",
    description: "The master user does not have a name that everybody tries.",
    remediation: "Set `masterUsername` to something of your own.",
    url: controlPage("RDS.24"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) => {
            const name = cluster.text("masterUsername");
            return unless(
                name === undefined || !WELL_KNOWN_USERS.includes(name),
                `has a master user called ${name ?? ""}`,
            );
        }),
};

const managedPassword: Rule = {
    name: "database-master-password-managed",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "RDS makes and keeps the master user's password; it is in no program and no state.",
    remediation: "Set `manageMasterUserPassword` to true and remove `masterPassword`.",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) => [
            ...unless(
                cluster.flag("manageMasterUserPassword") === true,
                "does not leave the master user's password to RDS",
            ),
            ...unless(
                ["masterPassword", "masterPasswordWo"].every((path) => cluster.lacks(path)),
                "gets the master user's password from the program",
            ),
        ]),
};

const certificateAuthority: Rule = {
    name: "database-certificate-authority",
    control: ["CKV_AWS_211"],
    level: "mandatory",
    waivable: "never",
    description: "The database's certificate is of an authority that is valid for decades.",
    remediation: "Set `caCertIdentifier` of the instance to `rds-ca-rsa2048-g1`.",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.SSL.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseInstance, (instance) =>
            unless(
                /^rds-ca-(rsa2048|rsa4096|ecc384)-g\d+$/.test(instance.text("caCertIdentifier") ?? ""),
                "does not say which authority signs its certificate, or names an expired one",
            ),
        ),
};

const privateSubnets: Rule = {
    name: "database-placed-by-subnets",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "A cluster's zones follow from its subnets: naming them replaces the cluster on every run.",
    remediation: "Remove `availabilityZones` from the cluster and name the `dbSubnetGroupName`.",
    url: "https://www.pulumi.com/registry/packages/aws/api-docs/rds/cluster/",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.databaseCluster, (cluster) => [
            ...unless(
                cluster.lacks("availabilityZones"),
                "names its zones, which replaces it when AWS adds one",
            ),
            ...unless(!cluster.lacks("dbSubnetGroupName"), "is in the default VPC: it names no subnet group"),
        ]),
};

function isMysql(cluster: Item): boolean {
    return (cluster.text("engine") ?? "").includes("mysql");
}

function instancesOf(view: View, cluster: Item): readonly Item[] {
    return view
        .users(cluster, T.databaseInstance)
        .filter((instance) => instance.refersTo("clusterIdentifier", cluster));
}

/** The value of a parameter of the cluster's group. */
function parameter(cluster: Item, name: string): string | undefined {
    const group = cluster.ref("dbClusterParameterGroupName", T.databaseParameters);
    const found = list(group?.at("parameters")).find((entry) => text(entry, "name") === name);
    return text(found, "value");
}

export const DATABASE: readonly Rule[] = [
    privateInstances,
    encrypted,
    twoInstances,
    enhancedMonitoring,
    deletionProtection,
    exportsLogs,
    auditParameters,
    tlsOnly,
    iamAuthentication,
    backups,
    finalSnapshot,
    minorUpgrades,
    backtrack,
    tagsOnSnapshots,
    events,
    port,
    masterName,
    managedPassword,
    certificateAuthority,
    privateSubnets,
];
