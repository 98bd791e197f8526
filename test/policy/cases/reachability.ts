import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const vpc = resource(T.vpc, "vpc");
const group = (name: string) => resource(T.securityGroup, name, { vpcId: ref(vpc), description: name });
const edgeGroup = group("edge-group");
const appGroup = group("app-group");
const otherGroup = group("other-group");
const dataGroup = group("data-group");
const filesGroup = group("files-group");

const subnet = (name: string) =>
    resource(T.subnet, name, { vpcId: ref(vpc), availabilityZone: "eu-west-1a" });
const table = (name: string) => resource(T.routeTable, name, { vpcId: ref(vpc) });
const association = (of: ReturnType<typeof subnet>, to: ReturnType<typeof table>) =>
    resource(T.routeTableAssociation, of.name, { subnetId: ref(of), routeTableId: ref(to) });

const taskSubnet = subnet("task-subnet");
const dataSubnet = subnet("data-subnet");
const taskTable = table("task-table");
const dataTable = table("data-table");
const internet = resource(T.internetGateway, "internet", { vpcId: ref(vpc) });
const nat = resource(T.natGateway, "nat", {});
const toNat = resource(T.route, "to-nat", {
    routeTableId: ref(taskTable),
    destinationCidrBlock: "0.0.0.0/0",
    natGatewayId: ref(nat),
});
const toInternet = resource(T.route, "to-internet", {
    routeTableId: ref(taskTable),
    destinationCidrBlock: "0.0.0.0/0",
    gatewayId: ref(internet),
});

const cluster = resource(T.databaseCluster, "database", {
    vpcSecurityGroupIds: [ref(dataGroup)],
    port: 3306,
});
const secret = resource(T.secret, "user");
const user = resource(T.invocation, "user-made", {
    input: JSON.stringify({ clusterArn: ref(cluster, "arn"), secretArn: ref(secret, "arn") }),
});
const files = resource(T.fileSystem, "files");
const target = resource(T.mountTarget, "target", {
    fileSystemId: ref(files),
    subnetId: ref(dataSubnet),
    securityGroups: [ref(filesGroup)],
});
const containers = (host: string) =>
    JSON.stringify([{ name: "app", environment: [{ name: "DB_HOST", value: host }] }]);
const task = resource(T.taskDefinition, "task", {
    containerDefinitions: containers(ref(cluster, "endpoint")),
    volumes: [{ name: "files", efsVolumeConfiguration: { fileSystemId: ref(files) } }],
});
const otherTask = resource(T.taskDefinition, "other-task", { containerDefinitions: containers("elsewhere") });

const targets = resource(T.targetGroup, "targets");
const rule = resource(T.listenerRule, "rule", {
    listenerArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/b/c",
    actions: [{ type: "forward", targetGroupArn: ref(targets, "arn") }],
});
const service = (name: string, of: typeof task, own: typeof appGroup) =>
    resource(T.service, name, {
        taskDefinition: ref(of, "arn"),
        loadBalancers: [{ targetGroupArn: ref(targets, "arn"), containerName: "app", containerPort: 8080 }],
        networkConfiguration: {
            assignPublicIp: false,
            securityGroups: [ref(own)],
            subnets: [ref(taskSubnet)],
        },
    });
const app = service("app", task, appGroup);
const other = service("other", otherTask, otherGroup);
const balancer = resource(T.loadBalancer, "balancer", { securityGroups: [ref(edgeGroup)] });

const flow = (name: string, to: typeof appGroup, port: number, from: Readonly<Record<string, string>>) =>
    resource(T.ingressRule, name, {
        securityGroupId: ref(to),
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        ...from,
    });
const from = (source: typeof appGroup) => ({ referencedSecurityGroupId: ref(source) });
const out443 = resource(T.egressRule, "out", {
    securityGroupId: ref(appGroup),
    cidrIpv4: "0.0.0.0/0",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
});

const requests = flow("requests", appGroup, 8080, from(edgeGroup));
const queries = flow("queries", dataGroup, 3306, from(appGroup));
const nfs = flow("nfs", filesGroup, 2049, from(appGroup));
const subnets = resource(T.databaseSubnets, "subnets", { subnetIds: [ref(dataSubnet)] });

const groups = [edgeGroup, appGroup, otherGroup, dataGroup, filesGroup];
const apps = [...groups, files, cluster, task, otherTask, app, other, balancer];

const published = changed(app, {
    serviceConnectConfiguration: {
        namespace: "apps",
        services: [{ portName: "http", clientAlias: [{ dnsName: "app" }] }],
    },
});
const caller = changed(
    other,
    { serviceConnectConfiguration: { namespace: "apps" } },
    { dependsOn: [published] },
);
const called = flow("called", appGroup, 8080, from(otherGroup));
const connected = [...groups, files, cluster, task, otherTask, published, caller, balancer];

const endpoint = (name: string, more: Readonly<Record<string, string | readonly string[]>> = {}) =>
    resource(T.endpoint, name, {
        vpcId: ref(vpc),
        vpcEndpointType: "Interface",
        serviceName: `com.amazonaws.eu-west-1.${name}`,
        ...more,
    });
const s3 = endpoint("s3", { vpcEndpointType: "Gateway", routeTableIds: [ref(taskTable)] });
const registry = ["ecr.api", "ecr.dkr", "logs"].map((name) => endpoint(name));
const isolated = [vpc, appGroup, taskSubnet, taskTable, association(taskSubnet, taskTable), task, app];

export const REACHABILITY_CASES: Cases = {
    "tasks-only-from-load-balancer": {
        holds: {
            "the load balancer, on the container's port": [...apps, requests],
            "an app that says that it reaches it": [...connected, called],
            "a load balancer that the stack adopts": [
                ...groups,
                task,
                app,
                targets,
                rule,
                flow("requests", appGroup, 8080, { referencedSecurityGroupId: "sg-0123456789abcdef0" }),
            ],
        },
        fails: {
            "an app that reaches it, where nothing is published": [
                [
                    ...connected.filter((one) => one !== published),
                    changed(published, { serviceConnectConfiguration: { namespace: "apps" } }),
                    called,
                ],
                "called lets other reach app",
            ],
            "an app of another namespace": [
                [
                    ...connected.filter((one) => one !== caller),
                    changed(
                        caller,
                        { serviceConnectConfiguration: { namespace: "others" } },
                        { dependsOn: [published] },
                    ),
                    called,
                ],
                "called lets other reach app",
            ],
            everybody: [
                [...apps, flow("open", appGroup, 8080, { cidrIpv4: "0.0.0.0/0" })],
                "open lets everybody reach app",
            ],
            "addresses of the VPC": [
                [...apps, flow("near", appGroup, 8080, { cidrIpv4: "10.0.0.0/16" })],
                "near lets the addresses 10.0.0.0/16 reach app",
            ],
            "another app's tasks": [
                [...apps, flow("next-door", appGroup, 8080, from(otherGroup))],
                "next-door lets other reach app",
            ],
            "its own tasks": [
                [...apps, flow("itself", appGroup, 8080, from(appGroup))],
                "itself lets app reach app",
            ],
            "a group that nothing is in": [
                [...apps, group("empty"), flow("nobody", appGroup, 8080, from(group("empty")))],
                "nobody lets the security group empty reach app",
            ],
            "a prefix list": [
                [...apps, flow("list", appGroup, 8080, { prefixListId: "pl-0123456789abcdef0" })],
                "list lets the addresses of a prefix list reach app",
            ],
            "a group that is not the stack's, beside a listener that is": [
                [
                    ...apps,
                    targets,
                    changed(rule, { listenerArn: ref(resource(T.listener, "listener"), "arn") }),
                    resource(T.listener, "listener"),
                    flow("foreign", appGroup, 8080, { referencedSecurityGroupId: "sg-0123456789abcdef0" }),
                ],
                "foreign lets the security group sg-0123456789abcdef0 reach app",
            ],
            "another port": [
                [...apps, flow("debug", appGroup, 9229, from(edgeGroup))],
                "debug opens tcp 9229 of app, which is not the port that it listens on",
            ],
            "written inside of the group": [
                [
                    ...apps.filter((one) => one !== appGroup),
                    changed(appGroup, {
                        ingress: [{ protocol: "tcp", fromPort: 8080, toPort: 8080, self: true }],
                    }),
                ],
                "app-group lets app reach app",
            ],
        },
    },
    "tasks-in-own-security-group": {
        holds: { "one for each": apps },
        fails: {
            "none of the stack": [
                [task, changed(app, { networkConfiguration: { subnets: [] } })],
                "app has no security group of this stack",
            ],
            "shared with the load balancer": [
                [appGroup, task, app, changed(balancer, { securityGroups: [ref(appGroup)] })],
                "app shares a security group with balancer",
            ],
        },
    },
    "database-only-from-its-app": {
        holds: {
            "the app whose variables name it": [...apps, queries],
            "the app that reads the secret of a user in it": [
                ...apps.filter((one) => one !== task),
                secret,
                user,
                changed(task, {
                    containerDefinitions: JSON.stringify([
                        {
                            name: "app",
                            secrets: [{ name: "DB_HOST", valueFrom: `${ref(secret, "arn")}:host::` }],
                        },
                    ]),
                }),
                queries,
            ],
        },
        fails: {
            "another app": [
                [...apps, flow("others", dataGroup, 3306, from(otherGroup))],
                "others lets other reach database",
            ],
            "the load balancer": [
                [...apps, flow("edge", dataGroup, 3306, from(edgeGroup))],
                "edge lets balancer reach database",
            ],
            everybody: [
                [...apps, flow("open", dataGroup, 3306, { cidrIpv6: "::/0" })],
                "open lets everybody reach database",
            ],
            "another port": [
                [...apps, flow("shell", dataGroup, 22, from(appGroup))],
                "shell opens tcp 22 of database, which is not the database's port",
            ],
        },
    },
    "file-system-only-from-its-app": {
        holds: { "the app that mounts it": [...apps, target, nfs] },
        fails: {
            "another app": [
                [...apps, target, flow("others", filesGroup, 2049, from(otherGroup))],
                "others lets other reach files",
            ],
            "another port": [
                [...apps, target, flow("all", filesGroup, 111, from(appGroup))],
                "all opens tcp 111 of target; NFS is on port 2049",
            ],
        },
    },
    "data-subnets-without-route": {
        holds: {
            "a table without routes": [
                dataSubnet,
                dataTable,
                association(dataSubnet, dataTable),
                subnets,
                files,
                target,
            ],
        },
        fails: {
            "a route to the internet": [
                [
                    dataSubnet,
                    dataTable,
                    association(dataSubnet, dataTable),
                    subnets,
                    changed(toInternet, { routeTableId: ref(dataTable) }),
                ],
                "subnets is in data-subnet, from which to-internet leads out",
            ],
            "a route that is written inside of the table": [
                [
                    dataSubnet,
                    changed(dataTable, {
                        routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-0123456789abcdef0" }],
                    }),
                    association(dataSubnet, dataTable),
                    files,
                    target,
                ],
                "target is in data-subnet, from which data-table (route 1) leads out",
            ],
            "the VPC's main table": [
                [dataSubnet, subnets],
                "subnets is in data-subnet, which has no route table of its own",
            ],
        },
    },
    "egress-as-declared": {
        holds: {
            "allowed, and a route through NAT": [...isolated, out443, nat, toNat],
            "allowed, and a public address": [
                ...isolated.filter((one) => one !== app),
                changed(app, {
                    networkConfiguration: {
                        assignPublicIp: true,
                        securityGroups: [ref(appGroup)],
                        subnets: [ref(taskSubnet)],
                    },
                }),
                out443,
                internet,
                toInternet,
            ],
            "neither allowed nor a route": isolated,
        },
        fails: {
            "a route where nothing may leave": [
                [...isolated, nat, toNat],
                "app may not connect to the internet, but task-subnet has a route to it",
            ],
            "no route where something may": [
                [...isolated, out443],
                "app may connect to the internet, but does not get there from task-subnet",
            ],
            "an internet gateway without a public address": [
                [...isolated, out443, internet, toInternet],
                "app may connect to the internet, but does not get there from task-subnet",
            ],
        },
    },
    "endpoints-complete": {
        holds: {
            "all that tasks need": [...isolated, ...registry, s3],
            "a way to the internet instead": [...isolated, nat, toNat],
        },
        fails: {
            "none for logs, S3 elsewhere": [
                [...isolated, ...registry.slice(0, 2), changed(s3, { routeTableIds: [ref(dataTable)] })],
                "app starts no task: there is no endpoint for logs, s3",
            ],
            "none for its secrets and sessions": [
                [
                    ...isolated.filter((one) => one !== task && one !== app),
                    secret,
                    changed(task, {
                        containerDefinitions: JSON.stringify([
                            {
                                secrets: [
                                    { name: "A", valueFrom: ref(secret, "arn") },
                                    {
                                        name: "B",
                                        valueFrom: "arn:aws:ssm:eu-west-1:123456789012:parameter/b",
                                    },
                                ],
                            },
                        ]),
                    }),
                    changed(app, { enableExecuteCommand: true }),
                    ...registry,
                    s3,
                ],
                "app starts no task: there is no endpoint for secretsmanager, ssm, ssmmessages",
            ],
        },
    },
};
