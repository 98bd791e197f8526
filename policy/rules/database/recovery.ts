/** What a database survives: a zone that fails, a mistake, its own end. */
import { controlPage, type Rule } from "../../rule";
import { T } from "../../types";
import { unless } from "../../view";
import { instancesOf, isMysql } from "./cluster";

const BACKUP_DAYS = 7;

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

export const RECOVERY: readonly Rule[] = [
    twoInstances,
    deletionProtection,
    backups,
    finalSnapshot,
    backtrack,
    tagsOnSnapshots,
];
