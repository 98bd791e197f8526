/** VPC, subnets and security groups, each by itself; who reaches whom is in reachability.ts. */
import { list, number, text } from "../json";
import { eachFlow, includes, isEverybody, membersOf, portText } from "../flows";
import { controlPage, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

/** Ports that may be open to everybody. */
const PUBLIC_PORTS = [80, 443];

/** https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19 */
const HIGH_RISK_PORTS = [
    20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
    8088, 8888, 9200, 9300,
];

const defaultGroupClosed: Rule = {
    name: "default-security-group-closed",
    control: ["EC2.2"],
    level: "mandatory",
    waivable: "never",
    description: "A VPC's default security group has no rules, so that nothing works by accident.",
    remediation: "Register an aws.ec2.DefaultSecurityGroup for the VPC with empty `ingress` and `egress`.",
    url: controlPage("EC2.2"),
    decidableInPreview: true,
    check: (view) => [
        ...view.each(T.vpc, (vpc) =>
            unless(
                view.users(vpc, T.defaultSecurityGroup).length > 0,
                "leaves its default security group open",
            ),
        ),
        ...view.each(T.defaultSecurityGroup, (group) =>
            unless(
                group.list("ingress").length === 0 && group.list("egress").length === 0,
                "is a default security group with rules",
            ),
        ),
    ],
};

const flowLogs: Rule = {
    name: "vpc-flow-logs",
    control: ["EC2.6"],
    level: "mandatory",
    waivable: "cost",
    description: "A VPC keeps a record of connections, at least of those that were refused.",
    remediation: "Set `selfhost:network.flowLogs` to `reject` or `all`.",
    url: controlPage("EC2.6"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.vpc, (vpc) =>
            unless(
                view
                    .users(vpc, T.flowLog)
                    .some((log) => ["ALL", "REJECT"].includes(log.text("trafficType") ?? "")),
                "has no flow log of refused connections",
            ),
        ),
};

const noDefaultVpc: Rule = {
    name: "no-default-vpc",
    control: ["AVD-AWS-0101"],
    level: "mandatory",
    waivable: "never",
    description: "Nothing is in the account's default VPC, all of whose subnets are public.",
    remediation: "Let the environment make its VPC, or adopt one with `selfhost:network.vpc`.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html",
    decidableInPreview: true,
    check: (view) => view.each(T.defaultVpc, () => ["takes over the account's default VPC"]),
};

const subnetsWithoutPublicAddresses: Rule = {
    name: "subnet-without-automatic-public-address",
    control: ["EC2.15"],
    level: "mandatory",
    waivable: "never",
    description: "No subnet gives a public address to whatever starts in it.",
    remediation: "Set `mapPublicIpOnLaunch` and `assignIpv6AddressOnCreation` of the subnet to false.",
    url: controlPage("EC2.15"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.subnet, (subnet) => [
            ...unless(subnet.flag("mapPublicIpOnLaunch") !== true, "gives everything in it a public address"),
            ...unless(
                subnet.flag("assignIpv6AddressOnCreation") !== true,
                "gives everything in it an IPv6 address, which is a public one",
            ),
        ]),
};

const interfaceEndpoints: Rule = {
    name: "vpc-interface-endpoints",
    control: ["EC2.10", "EC2.55", "EC2.56", "EC2.57"],
    level: "advisory",
    waivable: "cost",
    description:
        "The registry and the other AWS services that tasks use are reached without leaving the VPC.",
    remediation: "Set `selfhost:network.egress` to `endpoints`, or accept the way through the internet.",
    url: controlPage("EC2.55"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.vpc, (vpc) => {
            const missing = ["ecr.api", "ecr.dkr"].filter(
                (service) => endpointsOf(view, vpc, service).length === 0,
            );
            return unless(missing.length === 0, `has no interface endpoint for ${missing.join(" and ")}`);
        }),
};

function endpointsOf(view: View, vpc: Item, service: string): readonly Item[] {
    return view
        .users(vpc, T.endpoint)
        .filter((endpoint) => (endpoint.text("serviceName") ?? "").endsWith(`.${service}`));
}

const openPorts: Rule = {
    name: "only-web-ports-open",
    control: ["EC2.13", "EC2.14", "EC2.18", "EC2.53", "EC2.54"],
    level: "mandatory",
    waivable: "never",
    description: "Only ports 80 and 443 of a load balancer are open to every address.",
    remediation: "Name the security group that may connect, instead of an address range.",
    url: controlPage("EC2.18"),
    decidableInPreview: true,
    check: (view) =>
        eachFlow(view, "in", (flow) => {
            if (!isEverybody(flow.peer)) {
                return [];
            }
            const web =
                flow.protocol === "tcp" && flow.from === flow.to && PUBLIC_PORTS.includes(flow.from ?? 0);
            const members = membersOfGroup(view, flow.group);
            const strangers = members.filter(({ type }) => type !== T.loadBalancer);
            return [
                ...unless(web, `opens ${portText(flow)} to every address`),
                ...unless(
                    strangers.length === 0,
                    `opens ${strangers.map(({ name }) => name).join(", ")} to every address`,
                ),
            ];
        }),
};

const highRiskPorts: Rule = {
    name: "high-risk-ports-closed",
    control: ["EC2.19"],
    level: "mandatory",
    waivable: "never",
    description: "No port of a database, a remote shell or an administration tool is open to every address.",
    remediation: "Remove the rule, or name the security group that may connect.",
    url: controlPage("EC2.19"),
    decidableInPreview: true,
    check: (view) =>
        eachFlow(view, "in", (flow) => {
            const open = isEverybody(flow.peer) ? HIGH_RISK_PORTS.filter((port) => includes(flow, port)) : [];
            return unless(open.length === 0, `opens ${open.slice(0, 3).join(", ")} to every address`);
        }),
};

const closedEgress: Rule = {
    name: "no-egress-to-everywhere",
    control: ["AVD-AWS-0104"],
    level: "mandatory",
    waivable: "application",
    description:
        "Nothing may connect to every address: what leaves is named by security group or by prefix list.",
    remediation: "Name the security group or the prefix list that is connected to.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    decidableInPreview: true,
    check: (view) =>
        eachFlow(view, "out", (flow) =>
            isEverybody(flow.peer)
                ? [{ message: `may reach every address: ${portText(flow)}`, subject: portText(flow) }]
                : [],
        ),
};

const described: Rule = {
    name: "security-group-described",
    control: ["CKV_AWS_23"],
    level: "mandatory",
    waivable: "never",
    description: "Every security group and every rule says what it is for.",
    remediation: "Write a `description`.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    decidableInPreview: true,
    check: (view) =>
        view.each([T.securityGroup, T.ingressRule, T.egressRule, T.securityGroupRule], (item) =>
            unless(
                (item.text("description") ?? "") !== "" && item.text("description") !== "Managed by Pulumi",
                "has no description",
            ),
        ),
};

const used: Rule = {
    name: "security-group-used",
    control: ["CKV2_AWS_5"],
    level: "mandatory",
    waivable: "never",
    description: "Every security group has something in it.",
    remediation: "Remove the group and its rules.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-groups.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.securityGroup, (group) => unless(membersOf(view, group).length > 0, "has nothing in it")),
};

const standaloneRules: Rule = {
    name: "no-inline-rules",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "Rules of security groups, routes and policies of roles are resources of their own, one for each.",
    remediation:
        "Register SecurityGroupIngressRule, SecurityGroupEgressRule, Route and RolePolicy resources.",
    url: "https://www.pulumi.com/registry/packages/aws/api-docs/ec2/securitygroup/",
    decidableInPreview: true,
    check: (view) => [
        ...view.each(T.securityGroup, (group) => [
            ...unless(
                list(group.at("ingress")).length === 0,
                "has rules for what comes in written inside of it",
            ),
            ...unless(
                list(group.at("egress")).length === 0,
                "has rules for what goes out written inside of it",
            ),
        ]),
        ...view.each(T.routeTable, (table) =>
            unless(list(table.at("routes")).length === 0, "has routes written inside of it"),
        ),
        ...view.each(T.role, (role) => [
            ...unless(list(role.at("inlinePolicies")).length === 0, "has policies written inside of it"),
            ...unless(
                list(role.at("managedPolicyArns")).length === 0,
                "has managed policies written inside of it",
            ),
        ]),
    ],
};

const oneFlowPerRule: Rule = {
    name: "one-flow-per-rule",
    control: [],
    level: "mandatory",
    waivable: "never",
    description:
        "A rule of a security group is one port and one peer, so that each can be seen, added and removed alone.",
    remediation: "Write a rule for each port, with the same `fromPort` and `toPort`.",
    url: "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    decidableInPreview: true,
    check: (view) =>
        view.each([T.ingressRule, T.egressRule], (rule) =>
            unless(
                text(rule.at("ipProtocol")) !== "-1" &&
                    number(rule.at("fromPort")) === number(rule.at("toPort")),
                "is for more than one port",
            ),
        ),
};

function membersOfGroup(view: View, urn: string): readonly Item[] {
    const group = view.find(urn);
    return group === undefined ? [] : membersOf(view, group);
}

export const NETWORK: readonly Rule[] = [
    defaultGroupClosed,
    flowLogs,
    noDefaultVpc,
    subnetsWithoutPublicAddresses,
    interfaceEndpoints,
    openPorts,
    highRiskPorts,
    closedEgress,
    described,
    used,
    standaloneRules,
    oneFlowPerRule,
];
