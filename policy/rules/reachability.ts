/** Who reaches whom, computed over security groups: nothing reaches a task but the load balancer, nothing a database or a file system but its app. */
import { allTexts, number, referencesIn } from "../json";
import { containersOf, taskOf } from "../containers";
import { eachFlow, type Flow, groupsOf, isEverybody, membersOf, portText } from "../flows";
import { CONTAINERS_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Item, type Said, unless, type View } from "../view";

const SECURITY_GROUPS = "https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html";

const tasksBehindLoadBalancer: Rule = {
    name: "tasks-only-from-load-balancer",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "Nothing reaches a task but the load balancer, and apps that say so, on the port that the container listens on.",
    remediation:
        "Let in the load balancer's security group, on the container's port; name other apps in `reaches` of theirs.",
    url: SECURITY_GROUPS,
    decidableInPreview: true,
    check: (view) =>
        eachFlow(view, "in", (flow) => {
            const services = membersWithin(view, flow, T.service, T.taskSet);
            return services.length === 0
                ? []
                : [
                      ...unless(
                          isFromLoadBalancer(view, flow, services) || isDeclared(view, flow, services),
                          `lets ${peerText(view, flow)} reach ${names(services)}`,
                      ),
                      ...unless(
                          services.every(
                              (service) => portsOf(service).includes(flow.from) && flow.from === flow.to,
                          ),
                          `opens ${portText(flow)} of ${names(services)}, which is not the port that it listens on`,
                      ),
                  ];
        }),
};

/** A load balancer that the stack adopts is known by the id of its group alone. */
function isFromLoadBalancer(view: View, { peer }: Flow, services: readonly Item[]): boolean {
    if (peer.kind !== "group") {
        return false;
    }
    const group = view.find(peer.group);
    if (group === undefined) {
        return (
            peer.group.startsWith("sg-") &&
            services.every((service) => isBehindAdoptedListener(view, service))
        );
    }
    const members = membersOf(view, group);
    return members.length > 0 && members.every(({ type }) => type === T.loadBalancer);
}

/** Apps that reach another say so: both are in one namespace of Service Connect, and the one that calls starts later. */
function isDeclared(view: View, { peer }: Flow, servers: readonly Item[]): boolean {
    const group = peer.kind === "group" ? view.find(peer.group) : undefined;
    const clients = group === undefined ? [] : membersOf(view, group);
    return (
        clients.length > 0 &&
        clients.every(
            (client) => client.type === T.service && servers.every((server) => calls(client, server)),
        )
    );
}

function calls(client: Item, server: Item): boolean {
    const path = "serviceConnectConfiguration";
    const namespaces = [client, server].map((service) =>
        JSON.stringify(service.at(`${path}.namespace`) ?? null),
    );
    return (
        client !== server &&
        namespaces[0] !== "null" &&
        namespaces[0] === namespaces[1] &&
        server.list(`${path}.services`).length > 0 &&
        client.prerequisites().has(server.urn)
    );
}

/** The rule that sends a service its requests belongs to a listener of somebody else. */
function isBehindAdoptedListener(view: View, service: Item): boolean {
    const rules = service
        .refs("loadBalancers", T.targetGroup)
        .flatMap((group) => view.users(group, T.listenerRule, T.listener));
    return (
        rules.length > 0 &&
        rules.every((rule) => rule.type === T.listenerRule && rule.ref("listenerArn") === undefined)
    );
}

function portsOf(service: Item): readonly (number | undefined)[] {
    return service.list("loadBalancers").map((balancer) => number(balancer, "containerPort"));
}

const tasksHaveGroup: Rule = {
    name: "tasks-in-own-security-group",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "The tasks of every service have a security group of their own.",
    remediation: "Give the service a security group that nothing else is in.",
    url: SECURITY_GROUPS,
    decidableInPreview: true,
    check: (view) =>
        view.each(T.service, (service) => {
            const groups = groupsOf(service);
            const shared = groups
                .flatMap((group) => membersOf(view, group))
                .filter((other) => other !== service);
            return [
                ...unless(groups.length > 0, "has no security group of this stack"),
                ...unless(shared.length === 0, `shares a security group with ${names(shared)}`),
            ];
        }),
};

const databaseBehindApp: Rule = {
    name: "database-only-from-its-app",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "Nothing reaches a database but the tasks of the app that uses it, on its port.",
    remediation: "Let only the security group of the app's tasks in.",
    url: "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.RDSSecurityGroups.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        eachFlow(view, "in", (flow) => {
            const clusters = membersWithin(view, flow, T.databaseCluster);
            const ports = clusters.map((cluster) => cluster.number("port"));
            return clusters.length === 0
                ? []
                : [
                      ...strangers(view, flow, clusters, usesDatabase),
                      ...unless(
                          flow.from === flow.to &&
                              ports.every((port) => port === undefined || port === flow.from),
                          `opens ${portText(flow)} of ${names(clusters)}, which is not the database's port`,
                      ),
                  ];
        }),
};

const filesBehindApp: Rule = {
    name: "file-system-only-from-its-app",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "Nothing reaches a file system but the tasks of the app that mounts it.",
    remediation: "Let only the security group of the app's tasks in, on port 2049.",
    url: "https://docs.aws.amazon.com/efs/latest/ug/network-access.html",
    decidableInPreview: true,
    check: (view) =>
        eachFlow(view, "in", (flow) => {
            const targets = membersWithin(view, flow, T.mountTarget);
            const systems = targets.flatMap((target) => target.refs("fileSystemId", T.fileSystem));
            return targets.length === 0
                ? []
                : [
                      ...strangers(view, flow, systems, mounts),
                      ...unless(
                          flow.from === 2049 && flow.to === 2049,
                          `opens ${portText(flow)} of ${names(targets)}; NFS is on port 2049`,
                      ),
                  ];
        }),
};

type Uses = (view: View, service: Item, store: Item) => boolean;

/** Says who else than services that use one of the stores is let in. */
function strangers(view: View, flow: Flow, stores: readonly Item[], uses: Uses): readonly Said[] {
    const group = flow.peer.kind === "group" ? view.find(flow.peer.group) : undefined;
    const members = group === undefined ? [] : membersOf(view, group);
    const known =
        members.length > 0 &&
        members.every(
            (service) => service.type === T.service && stores.some((store) => uses(view, service, store)),
        );
    return unless(known, `lets ${peerText(view, flow)} reach ${names(stores)}`);
}

/** A container's variables name the cluster, or a secret that something tells about the cluster. */
function usesDatabase(view: View, service: Item, cluster: Item): boolean {
    const task = taskOf(service);
    if (task === undefined) {
        return false;
    }
    const named = containersOf(task)
        .flatMap(({ value }) => allTexts(value))
        .flatMap(({ text }) => referencesIn(text).map((reference) => view.resolve(reference)));
    const told = view
        .users(cluster, T.invocation)
        .flatMap((invocation) => invocation.refs("input", T.secret));
    return named.some((item) => item === cluster || (item !== undefined && told.includes(item)));
}

function mounts(_view: View, service: Item, system: Item): boolean {
    return taskOf(service)?.refersTo("volumes", system) ?? false;
}

function membersWithin(view: View, flow: Flow, ...types: readonly string[]): readonly Item[] {
    const group = view.find(flow.group);
    return group === undefined ? [] : membersOf(view, group).filter(({ type }) => types.includes(type));
}

/** Who is at the other end, in words. */
function peerText(view: View, { peer }: Flow): string {
    switch (peer.kind) {
        case "range":
            return isEverybody(peer) ? "everybody" : `the addresses ${peer.range}`;
        case "list":
            return "the addresses of a prefix list";
        case "group": {
            const group = view.find(peer.group);
            const members = group === undefined ? [] : membersOf(view, group);
            return members.length > 0 ? names(members) : `the security group ${group?.name ?? peer.group}`;
        }
    }
}

function names(items: readonly Item[]): string {
    return [...new Set(items.map(({ name }) => name))].join(", ");
}

export const REACHABILITY: readonly Rule[] = [
    tasksBehindLoadBalancer,
    tasksHaveGroup,
    databaseBehindApp,
    filesBehindApp,
];
