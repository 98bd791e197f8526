/** Who gets at a database, and how: privately, encrypted, and with nobody's password in the program. */
import { controlPage, type Rule } from "../../rule";
import { T } from "../../types";
import { unless } from "../../view";
import { isMysql, parameter } from "./cluster";

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

export const ACCESS: readonly Rule[] = [
    privateInstances,
    encrypted,
    tlsOnly,
    iamAuthentication,
    port,
    masterName,
    managedPassword,
    certificateAuthority,
    privateSubnets,
];
