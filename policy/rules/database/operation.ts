/** What is told of a database, and how it stays current. */
import { controlPage, type Rule } from "../../rule";
import { T } from "../../types";
import { unless } from "../../view";
import { isMysql, parameter } from "./cluster";

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

export const OPERATION: readonly Rule[] = [
    enhancedMonitoring,
    exportsLogs,
    auditParameters,
    minorUpgrades,
    events,
];
