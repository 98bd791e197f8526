/** Conditions of waivers that a list of names cannot say: each looks at one resource of the graph. */
import { routesOf, leadsToTheInternet, membersOf } from "./flows";
import { actionsBy, actionsOf } from "./pipelines";
import { redirectsToHttps } from "./rules/edge";
import { T } from "./types";
import type { Item, View } from "./view";

export const CONDITIONS = {
    /** A listener for HTTP whose load balancer has no other. */
    "no-certificate": (item, view) => {
        const balancer = item.ref("loadBalancerArn", T.loadBalancer);
        const siblings = balancer === undefined ? [] : view.users(balancer, T.listener);
        return siblings.every((listener) => listener.text("protocol") === "HTTP");
    },
    /** A listener that does nothing but send people on to HTTPS. */
    "redirects-to-https": (item) => redirectsToHttps(item),
    /** A rule of the security group of tasks. */
    "of-tasks": (item, view) => {
        const group = item.ref("securityGroupId", T.securityGroup);
        return group !== undefined && membersOf(view, group).some(({ type }) => type === T.service);
    },
    /** A bucket that holds nothing but logs. */
    "holds-logs": (item, view) =>
        view.users(item, T.loadBalancer).some((balancer) => balancer.refersTo("accessLogs", item)) ||
        view.users(item, T.bucketLogging).some((logging) => logging.refersTo("targetBucket", item)),
    /** A bucket that builds hand things on in. */
    "holds-artifacts": (item, view) => view.users(item, T.buildProject).length > 0,
    /** A pipeline of an app that releases what was pushed to its own repository: it does not apply the program. */
    "releases-what-was-merged": (item) =>
        actionsBy(item, "CodeCommit", "CodeStarSourceConnection", "ECR").length > 0 &&
        actionsOf(item).every(({ stage }) => !stage.startsWith("Apply")),
    /** A VPC in which some tasks, or none, have a way to the internet. */
    "has-internet-egress": (item, view) =>
        view.all(T.service).every((service) => {
            const subnets = service.refs("networkConfiguration.subnets", T.subnet);
            return subnets.every(
                (subnet) => routesOf(view, subnet) === undefined || leadsToTheInternet(view, subnet),
            );
        }) || item.type !== T.vpc,
    /** A database whose engine's version is named in full: an upgrade that comes by itself would be taken back. */
    "version-in-full": (item) => {
        const cluster =
            item.type === T.databaseCluster ? item : item.ref("clusterIdentifier", T.databaseCluster);
        return /mysql_aurora\.\d+\.\d+\.\d+$|^\d+\.\d+$/.test(cluster?.text("engineVersion") ?? "");
    },
    /** A secret that a container reads when it starts, and never again. */
    "read-by-container": (item, view) =>
        view.users(item, T.taskDefinition).some((task) => task.refersTo("containerDefinitions", item)),
    /** The user of a database that is kept beside the one that is used: no container reads the secret any more. */
    "of-database-before": (item, view) =>
        view.users(item, T.invocation).length > 0 && view.users(item, T.taskDefinition).length === 0,
} as const satisfies Readonly<Record<string, (item: Item, view: View) => boolean>>;

export type Condition = keyof typeof CONDITIONS;
