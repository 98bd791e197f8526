/** Waivers: which rule does not count for which resource, why, and until when. */
import type { Profile, UserWaiver } from "../settings/settings";
import type { Condition } from "./conditions";

export interface Waiver extends UserWaiver {
    /** The part of the resource that it is for, where the rule tells parts apart; `*` stands for any text. */
    readonly subject?: string | undefined;
    readonly when?: When | undefined;
    /** Those that are built in need not be of use in every stack. */
    readonly origin: "built-in" | "settings";
}

/** All that is said must be so. */
export interface When {
    readonly profiles?: readonly Profile[] | undefined;
    /** Presets of the app that the resource belongs to. */
    readonly presets?: readonly string[] | undefined;
    readonly condition?: Condition | undefined;
}

type BuiltIn = Omit<Waiver, "origin" | "resource" | "until">;

const DEV: When = { profiles: ["dev"] };
const SMALL: When = { profiles: ["dev", "staging"] };

const DISPOSABLE = "A dev environment is thrown away with its data.";
const NO_RESOURCE = "The action supports no resource.";
const AUTHORIZATION = "https://docs.aws.amazon.com/service-authorization/latest/reference";

const COST: readonly BuiltIn[] = [
    {
        rule: "tasks-without-public-address",
        when: DEV,
        reason: "A NAT gateway costs more than the rest of dev; nothing but the load balancer reaches the tasks.",
    },
    {
        rule: "vpc-flow-logs",
        when: DEV,
        reason: "Nobody looks for an intruder in an environment without data.",
    },
    {
        rule: "vpc-interface-endpoints",
        when: { condition: "has-internet-egress" },
        reason: "An endpoint costs about 7 USD a month in each zone; over the internet the same calls are under TLS.",
    },
    { rule: "load-balancer-access-logs", when: DEV, reason: "The tasks' own logs are enough for dev." },
    { rule: "cluster-container-insights", when: DEV, reason: "CloudWatch's own metrics are enough for dev." },
    {
        rule: "database-in-two-zones",
        when: SMALL,
        reason: "A second instance doubles the price; Aurora makes a new one where the only one fails.",
    },
    {
        rule: "database-enhanced-monitoring",
        reason: "Serverless capacity follows the load: CloudWatch's metrics say what an operator can still change.",
    },
    {
        rule: "database-exports-logs",
        when: SMALL,
        reason: "Who did what is recorded where people's data is.",
    },
    { rule: "database-audits", when: SMALL, reason: "Who did what is recorded where people's data is." },
    { rule: "database-backups", when: DEV, reason: "One day of backups is free, and enough for test data." },
    { rule: "file-system-backups", when: DEV, reason: "Test data need not be had back." },
    {
        rule: "bucket-access-logs",
        when: { condition: "holds-logs" },
        reason: "A log of writing the log would never end.",
    },
    {
        rule: "bucket-access-logs",
        reason: "Nobody reaches the bucket but the app's role; where requests must be on record, CloudTrail's data events of the account have who made them too.",
    },
    {
        rule: "bucket-encrypted-with-own-key",
        when: { condition: "holds-logs" },
        reason: "Load balancers write to buckets with S3's own encryption only: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html",
    },
    {
        rule: "bucket-encrypted-with-own-key",
        reason: "S3 encrypts with a key of its own; one of KMS costs by the request and protects from nobody else.",
    },
    {
        rule: "encrypted-with-own-key",
        reason: "AWS encrypts each of them with a key of its own; one of one's own costs by the month and by the request, and has to outlive every backup.",
    },
    {
        rule: "load-balancer-has-firewall",
        reason: "A firewall costs from 6 USD a month and by the request, and stops what a patched application does not mind; known abuse is kept out by limits of the application itself.",
    },
    {
        rule: "log-group-kept-for-a-year",
        when: SMALL,
        reason: "Nobody asks a year later what happened where nobody worked.",
    },
    {
        rule: "repository-encrypted-with-own-key",
        reason: "ECR encrypts with a key of its own; images hold no secrets.",
    },
];

const OPERATIONS: readonly BuiltIn[] = [
    { rule: "load-balancer-deletion-protection", when: DEV, reason: DISPOSABLE },
    { rule: "database-deletion-protection", when: DEV, reason: DISPOSABLE },
    { rule: "database-final-snapshot", when: DEV, reason: DISPOSABLE },
    { rule: "data-protected", when: DEV, reason: DISPOSABLE },
    {
        rule: "data-protected",
        when: { condition: "holds-logs" },
        reason: "Logs are not what users wrote, and the bucket is not emptied when it is deleted.",
    },
    {
        rule: "data-protected",
        when: { condition: "holds-artifacts" },
        reason: "It holds copies of what is in the repository and in the registry, and is not emptied when it is deleted.",
    },
    { rule: "data-not-emptied", when: DEV, reason: DISPOSABLE },
    { rule: "generated-secret-protected", when: DEV, reason: DISPOSABLE },
    { rule: "secret-recovery-window", when: DEV, reason: DISPOSABLE },
    { rule: "key-deletion-window", when: DEV, reason: DISPOSABLE },
    {
        rule: "bucket-keeps-data",
        when: { condition: "holds-logs" },
        reason: "Logs are kept for the days that the settings say.",
    },
    {
        rule: "bucket-keeps-data",
        when: { condition: "holds-artifacts" },
        reason: "What one step of a pipeline made for the next is of no use a month later; the program and the releases stay.",
    },
    {
        rule: "bucket-versioned",
        when: { condition: "holds-logs" },
        reason: "Log files are written once.",
    },
    {
        rule: "pipeline-asks-before-deploying",
        when: SMALL,
        reason: "A release is tried here before anybody is asked; it goes on to prod when somebody agrees there.",
    },
    {
        rule: "pipeline-asks-before-deploying",
        when: { condition: "releases-what-was-merged" },
        reason: "Who merges to the branch has agreed; the deployment goes back by itself when it fails.",
    },
    {
        rule: "database-minor-upgrades",
        when: { condition: "version-in-full" },
        reason: "The version is named in full: an upgrade that comes by itself would be taken back by the next update.",
    },
];

const APPLICATION: readonly BuiltIn[] = [
    {
        rule: "listener-uses-https",
        when: { condition: "redirects-to-https" },
        reason: "The listener on port 80 does nothing but send people on to HTTPS.",
    },
    {
        rule: "listener-uses-https",
        when: { profiles: ["dev"], condition: "no-certificate" },
        reason: "Without a domain there is no certificate; for a first look only.",
    },
    {
        rule: "http-redirects-to-https",
        when: { profiles: ["dev"], condition: "no-certificate" },
        reason: "Without a domain there is no certificate; for a first look only.",
    },
    {
        rule: "target-group-uses-https",
        reason: "The application speaks HTTP only; its requests stay in the VPC, between two security groups.",
    },
    {
        rule: "health-check-uses-https",
        reason: "The application speaks HTTP only; its requests stay in the VPC, between two security groups.",
    },
    ...["tcp 443", "tcp 465", "tcp 587"].map((subject) => ({
        rule: "no-egress-to-everywhere",
        subject,
        when: { condition: "of-tasks" as const },
        reason: "Sign-in, webhooks and mail go to addresses that nobody knows beforehand, over TLS.",
    })),
    {
        rule: "database-backtracking",
        reason: "A restore goes into a new cluster beside the old one, to any second of the backups' time.",
    },
    {
        rule: "database-port",
        reason: "Only the app's tasks reach the port, whichever it is: see database-only-from-its-app.",
    },
    {
        rule: "container-read-only-root",
        when: { presets: ["bookstack"] },
        reason: "LinuxServer's image writes to its root file system when it starts.",
    },
    {
        rule: "container-read-only-root",
        when: { presets: ["ghost"] },
        reason: "Ghost unpacks uploads in /tmp, where an empty volume would belong to root.",
    },
    {
        rule: "container-read-only-root",
        when: { presets: ["backstage"] },
        reason: "Backstage writes its configuration into the pages that it serves when it starts, and works in /tmp.",
    },
    {
        rule: "container-not-root",
        when: { presets: ["bookstack"] },
        reason: "LinuxServer's image starts as root and gives its processes to the user 911.",
    },
    {
        rule: "container-not-root",
        subject: "secret-files",
        reason: "An empty volume belongs to root: this container writes the secrets' files into it, and ends before the application starts.",
    },
    {
        rule: "secret-rotates",
        when: { condition: "read-by-container" },
        reason: "A container reads a secret when it starts: a new generation changes it, without a failed request.",
    },
    {
        rule: "secret-rotates",
        when: { condition: "of-database-before" },
        reason: "The user of a database that a restore left behind goes with it; until then it lets the apps go back.",
    },
    {
        rule: "trust-limited-to-account",
        subject: "ecs.amazonaws.com",
        reason: "AWS documents no source condition for the role with which ECS shifts traffic: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html",
    },
    {
        rule: "no-managed-policy",
        subject: "AmazonECSInfrastructureRolePolicyForLoadBalancers",
        reason: "AWS changes what ECS needs to shift traffic; this policy is limited to load balancers that ECS is told of.",
    },
];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
const WITHOUT_RESOURCE: readonly BuiltIn[] = [
    { action: "ecr:GetAuthorizationToken", page: "list_amazonelasticcontainerregistry" },
    { action: "ecs:DescribeTaskDefinition", page: "list_amazonelasticcontainerservice" },
    { action: "ecs:ListServices", page: "list_amazonelasticcontainerservice" },
    { action: "ecs:ListTasks", page: "list_amazonelasticcontainerservice" },
    { action: "elasticloadbalancing:DescribeListeners", page: "list_awselasticloadbalancingv2" },
    { action: "elasticloadbalancing:DescribeRules", page: "list_awselasticloadbalancingv2" },
    { action: "elasticloadbalancing:DescribeTargetGroups", page: "list_awselasticloadbalancingv2" },
    { action: "logs:DescribeLogGroups", page: "list_amazoncloudwatchlogs" },
    { action: "ssmmessages:*", page: "list_amazonsessionmanagermessagegatewayservice" },
].map(({ action, page }) => ({
    rule: "policy-names-its-resources",
    subject: action,
    reason: `${NO_RESOURCE} ${AUTHORIZATION}/${page}.html`,
}));

const LISTED: readonly BuiltIn[] = [
    {
        rule: "policy-names-its-resources",
        subject: "ecs:RegisterTaskDefinition",
        reason: "The actions of CodePipeline ask for it on every definition, and whoever registers one has to pass its roles: https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html#edit-role-ecs",
    },
    {
        rule: "policy-names-its-resources",
        subject: "rds:DescribeDBClusterSnapshots",
        reason: `A list of a cluster's snapshots asks for all of them, and changes none. ${AUTHORIZATION}/list_amazonrds.html`,
    },
];

export const BUILT_IN: readonly Waiver[] = [
    ...COST,
    ...OPERATIONS,
    ...APPLICATION,
    ...WITHOUT_RESOURCE,
    ...LISTED,
].map((waiver) => ({
    ...waiver,
    resource: "*",
    until: undefined,
    origin: "built-in",
}));

/** A stack file's own, in the form that `evaluate` takes. */
export function fromSettings(waivers: readonly UserWaiver[]): readonly Waiver[] {
    return waivers.map((waiver) => ({ ...waiver, origin: "settings" }));
}
