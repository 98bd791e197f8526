/** Ways out, computed over subnets and routes: what holds data has none, and tasks have the one that they are meant to have. */
import { allTexts } from "../json";
import { containersOf, taskOf } from "../containers";
import { groupsOf, isEverybody, leadsToTheInternet, routesOf, waysOut } from "../flows";
import { CONTAINERS_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

const dataWithoutWayOut: Rule = {
    name: "data-subnets-without-route",
    control: ["RDS.46"],
    level: "mandatory",
    waivable: "never",
    description: "Subnets that hold databases and file systems have no route out of the VPC.",
    remediation: "Give these subnets a route table without routes.",
    url: "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html#rds-46",
    decidableInPreview: true,
    check: (view) =>
        view.each([T.databaseSubnets, T.mountTarget], (item) => {
            const subnets = item.refs(item.type === T.mountTarget ? "subnetId" : "subnetIds", T.subnet);
            return subnets.flatMap((subnet) => {
                if (routesOf(view, subnet) === undefined) {
                    return [`is in ${subnet.name}, which has no route table of its own`];
                }
                const ways = waysOut(view, subnet);
                return unless(
                    ways.length === 0,
                    `is in ${subnet.name}, from which ${ways.join(" and ")} leads out`,
                );
            });
        }),
};

const wayOutAgrees: Rule = {
    name: "egress-as-declared",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "Tasks that may not connect to the internet have no route to it, and those that may have one.",
    remediation: "Make the routes of the tasks' subnets and the rules of their security group say the same.",
    url: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-networking.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.service, (service) => {
            const subnets = service.refs("networkConfiguration.subnets", T.subnet);
            const allowed = groupsOf(service).some((group) => mayReachEverybody(view, group));
            const isPublic = service.flag("networkConfiguration.assignPublicIp") === true;
            return subnets.flatMap((subnet) => {
                const gateway = leadsToTheInternet(view, subnet, "gatewayId", "egressOnlyGatewayId");
                const translated = leadsToTheInternet(
                    view,
                    subnet,
                    "natGatewayId",
                    "networkInterfaceId",
                    "transitGatewayId",
                );
                const reaches = translated || (gateway && isPublic);
                return [
                    ...unless(
                        allowed || !(gateway || translated),
                        `may not connect to the internet, but ${subnet.name} has a route to it`,
                    ),
                    ...unless(
                        !allowed || reaches,
                        `may connect to the internet, but does not get there from ${subnet.name}`,
                    ),
                ];
            });
        }),
};

function mayReachEverybody(view: View, group: Item): boolean {
    return view
        .users(group, T.egressRule, T.securityGroupRule)
        .some((rule) => rule.refersTo("securityGroupId", group) && isOpenEgress(rule));
}

function isOpenEgress(rule: Item): boolean {
    const ranges = ["cidrIpv4", "cidrIpv6"].map((path) => rule.at(path));
    return (
        rule.type === T.egressRule &&
        ranges.some((range) => typeof range === "string" && isEverybody({ kind: "range", range }))
    );
}

const endpointsComplete: Rule = {
    name: "endpoints-complete",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "Tasks without a way to the internet have an endpoint for every AWS service that they need to start.",
    remediation: "Add the missing services to the network's endpoints.",
    url: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html",
    decidableInPreview: CONTAINERS_LATER,
    check: (view) =>
        view.each(T.service, (service) => {
            const subnets = service.refs("networkConfiguration.subnets", T.subnet);
            if (subnets.length === 0 || subnets.some((subnet) => leadsToTheInternet(view, subnet))) {
                return [];
            }
            const reachable = view
                .all(T.endpoint)
                .filter((endpoint) => subnets.some((subnet) => servesSubnet(view, endpoint, subnet)))
                .map((endpoint) =>
                    (endpoint.text("serviceName") ?? "").replace(/^com\.amazonaws\.[^.]+\./, ""),
                );
            const missing = neededBy(service).filter((name) => !reachable.includes(name));
            return unless(
                missing.length === 0,
                `starts no task: there is no endpoint for ${missing.join(", ")}`,
            );
        }),
};

/** An interface endpoint answers in its subnets' zones for the whole VPC, a gateway in the tables that name it. */
function servesSubnet(view: View, endpoint: Item, subnet: Item): boolean {
    const table = routesOf(view, subnet)?.table;
    return endpoint.text("vpcEndpointType") === "Interface"
        ? endpoint.ref("vpcId") === subnet.ref("vpcId")
        : table !== undefined && endpoint.refersTo("routeTableIds", table);
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html */
function neededBy(service: Item): readonly string[] {
    const task = taskOf(service);
    const values =
        task === undefined
            ? []
            : containersOf(task)
                  .flatMap(({ value }) => allTexts(value))
                  .map(({ text }) => text);
    const reads = (what: RegExp) => values.some((value) => what.test(value));
    return [
        "ecr.api",
        "ecr.dkr",
        "logs",
        "s3",
        ...(reads(/:secretsmanager:|aws:secretsmanager\//) ? ["secretsmanager"] : []),
        ...(reads(/:ssm:[^:]*:[^:]*:parameter|aws:ssm\/parameter:/) ? ["ssm"] : []),
        ...(service.flag("enableExecuteCommand") === true ? ["ssmmessages"] : []),
    ];
}

export const ROUTES: readonly Rule[] = [dataWithoutWayOut, wayOutAgrees, endpointsComplete];
