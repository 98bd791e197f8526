import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const vpc = resource(T.vpc, "vpc", { cidrBlock: "10.0.0.0/16" });
const closed = resource(T.defaultSecurityGroup, "closed", { vpcId: ref(vpc), ingress: [], egress: [] });
const group = resource(T.securityGroup, "group", { vpcId: ref(vpc), description: "Load balancer" });
const subnet = resource(T.subnet, "subnet", { vpcId: ref(vpc), mapPublicIpOnLaunch: false });
const balancer = resource(T.loadBalancer, "balancer", { securityGroups: [ref(group)] });
const service = resource(T.service, "service", { networkConfiguration: { securityGroups: [ref(group)] } });

const https = resource(T.ingressRule, "https", {
    securityGroupId: ref(group),
    cidrIpv4: "0.0.0.0/0",
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    description: "HTTPS",
});
const out = resource(T.egressRule, "out", {
    securityGroupId: ref(group),
    referencedSecurityGroupId: ref(group),
    ipProtocol: "tcp",
    fromPort: 80,
    toPort: 80,
    description: "Requests",
});

function endpoint(service: string) {
    return resource(T.endpoint, service, {
        vpcId: ref(vpc),
        serviceName: `com.amazonaws.eu-west-1.${service}`,
    });
}

export const NETWORK_CASES: Cases = {
    "default-security-group-closed": {
        holds: { "a group without rules": [vpc, closed] },
        fails: {
            "nobody closes it": [[vpc], "vpc leaves its default security group open"],
            "it has a rule": [
                [
                    vpc,
                    changed(closed, {
                        egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
                    }),
                ],
                "closed is a default security group with rules",
            ],
        },
    },
    "vpc-flow-logs": {
        holds: {
            "refused connections": [
                vpc,
                resource(T.flowLog, "log", { vpcId: ref(vpc), trafficType: "REJECT" }),
            ],
        },
        fails: {
            "no log": [[vpc], "vpc has no flow log of refused connections"],
            "of accepted connections only": [
                [vpc, resource(T.flowLog, "log", { vpcId: ref(vpc), trafficType: "ACCEPT" })],
                "vpc has no flow log of refused connections",
            ],
        },
    },
    "no-default-vpc": {
        holds: { "a VPC of our own": [vpc] },
        fails: {
            "the default VPC": [
                [resource(T.defaultVpc, "default")],
                "default takes over the account's default VPC",
            ],
        },
    },
    "subnet-without-automatic-public-address": {
        holds: { "addresses on demand": [subnet] },
        fails: {
            IPv4: [
                [changed(subnet, { mapPublicIpOnLaunch: true })],
                "subnet gives everything in it a public address",
            ],
            IPv6: [
                [changed(subnet, { assignIpv6AddressOnCreation: true })],
                "subnet gives everything in it an IPv6 address, which is a public one",
            ],
        },
    },
    "vpc-interface-endpoints": {
        holds: { "both of the registry's": [vpc, endpoint("ecr.api"), endpoint("ecr.dkr")] },
        fails: {
            none: [[vpc], "vpc has no interface endpoint for ecr.api and ecr.dkr"],
            "one is missing": [[vpc, endpoint("ecr.api")], "vpc has no interface endpoint for ecr.dkr"],
        },
    },
    "only-web-ports-open": {
        holds: {
            "HTTPS of a load balancer": [group, balancer, https],
            "another port for one network": [
                group,
                balancer,
                changed(https, { cidrIpv4: "203.0.113.0/24", fromPort: 22, toPort: 22 }),
            ],
        },
        fails: {
            "another port": [
                [group, balancer, changed(https, { fromPort: 8443, toPort: 8443 })],
                "https opens tcp 8443 to every address",
            ],
            "every port, over IPv6": [
                [
                    group,
                    balancer,
                    changed(https, {
                        cidrIpv4: null,
                        cidrIpv6: "::/0",
                        ipProtocol: "-1",
                        fromPort: null,
                        toPort: null,
                    }),
                ],
                "https opens everything to every address",
            ],
            "tasks instead of a load balancer": [
                [group, service, https],
                "https opens service to every address",
            ],
            "written inside of the group": [
                [
                    changed(group, {
                        ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
                    }),
                    balancer,
                ],
                "group opens tcp 22 to every address",
            ],
            "a rule of the old kind": [
                [
                    group,
                    balancer,
                    resource(T.securityGroupRule, "old", {
                        type: "ingress",
                        securityGroupId: ref(group),
                        protocol: "tcp",
                        fromPort: 5432,
                        toPort: 5432,
                        cidrBlocks: ["0.0.0.0/0"],
                    }),
                ],
                "old opens tcp 5432 to every address",
            ],
        },
    },
    "high-risk-ports-closed": {
        holds: {
            HTTPS: [group, balancer, https],
            "SSH from one address": [
                group,
                changed(https, { cidrIpv4: "203.0.113.7/32", fromPort: 22, toPort: 22 }),
            ],
        },
        fails: {
            SSH: [[group, changed(https, { fromPort: 22, toPort: 22 })], "https opens 22 to every address"],
            "a range with databases": [
                [group, changed(https, { fromPort: 3300, toPort: 5500 })],
                "https opens 3306, 3389, 4333 to every address",
            ],
        },
    },
    "no-egress-to-everywhere": {
        holds: {
            "to a group": [group, out],
            "to a prefix list": [
                group,
                changed(out, { referencedSecurityGroupId: null, prefixListId: "pl-0123456789abcdef0" }),
            ],
        },
        fails: {
            "to the internet": [
                [group, changed(out, { referencedSecurityGroupId: null, cidrIpv4: "0.0.0.0/0" })],
                "out may reach every address: tcp 80",
            ],
        },
    },
    "security-group-described": {
        holds: { "group and rule": [group, https] },
        fails: {
            "a rule": [[group, changed(https, { description: null })], "https has no description"],
            "a group with what Pulumi says by itself": [
                [changed(group, { description: "Managed by Pulumi" })],
                "group has no description",
            ],
        },
    },
    "security-group-used": {
        holds: { "of a load balancer": [group, balancer] },
        fails: { "of nobody": [[group, https], "group has nothing in it"] },
    },
    "no-inline-rules": {
        holds: {
            "rules of their own": [
                group,
                https,
                resource(T.routeTable, "table", { vpcId: ref(vpc) }),
                resource(T.role, "role", {}),
            ],
        },
        fails: {
            "a security group's": [
                [changed(group, { ingress: [{ protocol: "tcp" }], egress: [{ protocol: "-1" }] })],
                "group has rules for what comes in written inside of it",
                "group has rules for what goes out written inside of it",
            ],
            "a route table's": [
                [resource(T.routeTable, "table", { routes: [{ cidrBlock: "0.0.0.0/0" }] })],
                "table has routes written inside of it",
            ],
            "a role's": [
                [
                    resource(T.role, "role", {
                        inlinePolicies: [{ policy: "{}" }],
                        managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
                    }),
                ],
                "role has policies written inside of it",
                "role has managed policies written inside of it",
            ],
        },
    },
    "one-flow-per-rule": {
        holds: { "one port": [https, out] },
        fails: {
            "a range": [[changed(https, { toPort: 8443 })], "https is for more than one port"],
            everything: [
                [changed(out, { ipProtocol: "-1", fromPort: null, toPort: null })],
                "out is for more than one port",
            ],
        },
    },
};
