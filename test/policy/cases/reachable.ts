/** Two apps, a database and files, and the networks they are in. */
import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";

export const vpc = resource(T.vpc, "vpc");
export const group = (name: string) =>
    resource(T.securityGroup, name, { vpcId: ref(vpc), description: name });
export const edgeGroup = group("edge-group");
export const appGroup = group("app-group");
export const otherGroup = group("other-group");
export const dataGroup = group("data-group");
export const filesGroup = group("files-group");

export const subnet = (name: string) =>
    resource(T.subnet, name, { vpcId: ref(vpc), availabilityZone: "eu-west-1a" });
export const table = (name: string) => resource(T.routeTable, name, { vpcId: ref(vpc) });
export const association = (of: ReturnType<typeof subnet>, to: ReturnType<typeof table>) =>
    resource(T.routeTableAssociation, of.name, { subnetId: ref(of), routeTableId: ref(to) });

export const taskSubnet = subnet("task-subnet");
export const dataSubnet = subnet("data-subnet");
export const taskTable = table("task-table");
export const dataTable = table("data-table");
export const internet = resource(T.internetGateway, "internet", { vpcId: ref(vpc) });
export const nat = resource(T.natGateway, "nat", {});
export const toNat = resource(T.route, "to-nat", {
    routeTableId: ref(taskTable),
    destinationCidrBlock: "0.0.0.0/0",
    natGatewayId: ref(nat),
});
export const toInternet = resource(T.route, "to-internet", {
    routeTableId: ref(taskTable),
    destinationCidrBlock: "0.0.0.0/0",
    gatewayId: ref(internet),
});

export const cluster = resource(T.databaseCluster, "database", {
    vpcSecurityGroupIds: [ref(dataGroup)],
    port: 3306,
});
export const secret = resource(T.secret, "user");
export const user = resource(T.invocation, "user-made", {
    input: JSON.stringify({ clusterArn: ref(cluster, "arn"), secretArn: ref(secret, "arn") }),
});
export const files = resource(T.fileSystem, "files");
export const target = resource(T.mountTarget, "target", {
    fileSystemId: ref(files),
    subnetId: ref(dataSubnet),
    securityGroups: [ref(filesGroup)],
});
export const containers = (host: string) =>
    JSON.stringify([{ name: "app", environment: [{ name: "DB_HOST", value: host }] }]);
export const task = resource(T.taskDefinition, "task", {
    containerDefinitions: containers(ref(cluster, "endpoint")),
    volumes: [{ name: "files", efsVolumeConfiguration: { fileSystemId: ref(files) } }],
});
export const otherTask = resource(T.taskDefinition, "other-task", {
    containerDefinitions: containers("elsewhere"),
});

export const targets = resource(T.targetGroup, "targets");
export const rule = resource(T.listenerRule, "rule", {
    listenerArn: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener/app/a/b/c",
    actions: [{ type: "forward", targetGroupArn: ref(targets, "arn") }],
});
export const service = (name: string, of: typeof task, own: typeof appGroup) =>
    resource(T.service, name, {
        taskDefinition: ref(of, "arn"),
        loadBalancers: [{ targetGroupArn: ref(targets, "arn"), containerName: "app", containerPort: 8080 }],
        networkConfiguration: {
            assignPublicIp: false,
            securityGroups: [ref(own)],
            subnets: [ref(taskSubnet)],
        },
    });
export const app = service("app", task, appGroup);
export const other = service("other", otherTask, otherGroup);
export const balancer = resource(T.loadBalancer, "balancer", { securityGroups: [ref(edgeGroup)] });

export const flow = (
    name: string,
    to: typeof appGroup,
    port: number,
    from: Readonly<Record<string, string>>,
) =>
    resource(T.ingressRule, name, {
        securityGroupId: ref(to),
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        ...from,
    });
export const from = (source: typeof appGroup) => ({ referencedSecurityGroupId: ref(source) });
export const out443 = resource(T.egressRule, "out", {
    securityGroupId: ref(appGroup),
    cidrIpv4: "0.0.0.0/0",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
});

export const requests = flow("requests", appGroup, 8080, from(edgeGroup));
export const queries = flow("queries", dataGroup, 3306, from(appGroup));
export const nfs = flow("nfs", filesGroup, 2049, from(appGroup));
export const subnets = resource(T.databaseSubnets, "subnets", { subnetIds: [ref(dataSubnet)] });

export const groups = [edgeGroup, appGroup, otherGroup, dataGroup, filesGroup];
export const apps = [...groups, files, cluster, task, otherTask, app, other, balancer];

export const published = changed(app, {
    serviceConnectConfiguration: {
        namespace: "apps",
        services: [{ portName: "http", clientAlias: [{ dnsName: "app" }] }],
    },
});
export const caller = changed(
    other,
    { serviceConnectConfiguration: { namespace: "apps" } },
    { dependsOn: [published] },
);
export const called = flow("called", appGroup, 8080, from(otherGroup));
export const connected = [...groups, files, cluster, task, otherTask, published, caller, balancer];

export const endpoint = (name: string, more: Readonly<Record<string, string | readonly string[]>> = {}) =>
    resource(T.endpoint, name, {
        vpcId: ref(vpc),
        vpcEndpointType: "Interface",
        serviceName: `com.amazonaws.eu-west-1.${name}`,
        ...more,
    });
export const s3 = endpoint("s3", { vpcEndpointType: "Gateway", routeTableIds: [ref(taskTable)] });
export const registry = ["ecr.api", "ecr.dkr", "logs"].map((name) => endpoint(name));
export const isolated = [vpc, appGroup, taskSubnet, taskTable, association(taskSubnet, taskTable), task, app];
