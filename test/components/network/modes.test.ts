import assert from "node:assert/strict";
import { ofType, only, reference } from "../../support/graph";
import { REGION } from "../../support/recorded";
import {
    EGRESS_RULE,
    ENDPOINT,
    INGRESS_RULE,
    INTERNET,
    NAT,
    routesOf,
    SUBNET,
    subnetIds,
    TABLE,
    VPC,
    withEgress,
} from "./fixture";

describe("publicIp", () => {
    it("runs tasks in the public subnets with addresses of their own", async () => {
        const graph = await withEgress("publicIp");
        assert.deepEqual(graph.outputs.taskSubnetIds, subnetIds(graph, "public"));
        assert.equal(graph.outputs.assignPublicIp, true);
    });

    it("has no NAT, and private subnets that lead nowhere", async () => {
        const graph = await withEgress("publicIp");
        assert.deepEqual(ofType(graph, NAT), []);
        assert.deepEqual(routesOf(graph, "network-private-a"), {});
    });
});

describe("natSingle", () => {
    it("sends every zone through one gateway, in the first zone's public subnet", async () => {
        const graph = await withEgress("natSingle");
        const gateway = only(graph, NAT);
        assert.equal(gateway.inputs.subnetId, reference(only(graph, SUBNET, "network-public-a"), "id"));
        for (const zone of ["a", "b"]) {
            assert.deepEqual(routesOf(graph, `network-private-${zone}`), {
                "0.0.0.0/0": reference(gateway, "id"),
            });
        }
    });

    it("runs tasks in the private subnets, without addresses of their own", async () => {
        const graph = await withEgress("natSingle");
        assert.deepEqual(graph.outputs.taskSubnetIds, subnetIds(graph, "private"));
        assert.equal(graph.outputs.assignPublicIp, false);
    });
});

describe("natPerAz", () => {
    it("each private route table uses the NAT gateway of its own zone", async () => {
        const graph = await withEgress("natPerAz");
        for (const zone of ["a", "b"]) {
            const gateway = only(graph, NAT, `network-nat-${zone}`);
            assert.equal(
                gateway.inputs.subnetId,
                reference(only(graph, SUBNET, `network-public-${zone}`), "id"),
            );
            assert.deepEqual(routesOf(graph, `network-private-${zone}`), {
                "0.0.0.0/0": reference(gateway, "id"),
            });
        }
    });

    it("makes no gateway before the VPC has an internet gateway", async () => {
        const graph = await withEgress("natPerAz");
        const internet = only(graph, INTERNET);
        for (const gateway of ofType(graph, NAT)) {
            assert.ok(gateway.dependencies.includes(internet.urn));
        }
    });
});

describe("natRegional", () => {
    it("sends every zone through one gateway that is in no subnet and finds its own addresses", async () => {
        const graph = await withEgress("natRegional");
        const gateway = only(graph, NAT);
        assert.deepEqual(
            { ...gateway.inputs, tags: undefined },
            {
                vpcId: reference(only(graph, VPC), "id"),
                availabilityMode: "regional",
                connectivityType: "public",
                tags: undefined,
            },
        );
        assert.deepEqual(ofType(graph, "aws:ec2/eip:Eip"), []);
        for (const zone of ["a", "b"]) {
            assert.deepEqual(routesOf(graph, `network-private-${zone}`), {
                "0.0.0.0/0": reference(gateway, "id"),
            });
        }
    });
});

describe("endpoints", () => {
    it("no route of a task's subnet leaves the VPC", async () => {
        const graph = await withEgress("endpoints");
        assert.deepEqual(ofType(graph, NAT), []);
        assert.deepEqual(routesOf(graph, "network-private-a"), {});
        assert.deepEqual(routesOf(graph, "network-private-b"), {});
    });

    it("tasks may reach the endpoints and S3, and nothing on the internet", async () => {
        const graph = await withEgress("endpoints");
        const group = reference(only(graph, "aws:ec2/securityGroup:SecurityGroup", "network-endpoint"), "id");
        const s3 = reference(only(graph, ENDPOINT, "network-s3"), "prefixListId");
        const allowed = ofType(graph, EGRESS_RULE).map(({ inputs }) => ({
            group: inputs.referencedSecurityGroupId ?? null,
            list: inputs.prefixListId ?? null,
            ranges: [inputs.cidrIpv4, inputs.cidrIpv6].filter(Boolean),
            ports: [inputs.fromPort, inputs.toPort],
        }));
        assert.deepEqual(allowed, [
            { group, list: null, ranges: [], ports: [443, 443] },
            { group: null, list: s3, ranges: [], ports: [443, 443] },
        ]);
    });

    it("have one for every service that the settings name, under the service's own name", async () => {
        const graph = await withEgress("endpoints");
        const services = ofType(graph, ENDPOINT).filter(
            ({ inputs }) => inputs.vpcEndpointType === "Interface",
        );
        assert.deepEqual(
            services.map(({ inputs }) => inputs.serviceName),
            ["ecr.api", "ecr.dkr", "logs"].map((service) => `com.amazonaws.${REGION}.${service}`),
        );
        assert.ok(services.every(({ inputs }) => inputs.privateDnsEnabled === true));
    });

    it("are reached from the groups that were let out, and from nowhere else", async () => {
        const graph = await withEgress("endpoints");
        const { inputs } = only(graph, INGRESS_RULE);
        assert.equal(inputs.referencedSecurityGroupId, "sg-tasks");
        assert.equal(inputs.fromPort, 443);
        assert.deepEqual([inputs.cidrIpv4, inputs.cidrIpv6], [undefined, undefined]);
    });

    it("exist in this mode alone", async () => {
        for (const mode of ["publicIp", "natSingle", "natPerAz", "natRegional"] as const) {
            assert.equal(ofType(await withEgress(mode), ENDPOINT).length, 1, mode);
        }
    });
});

describe("another word for egress", () => {
    it("changes ways out, and leaves subnets, tables and the load balancer's network as they are", async () => {
        const kept = [VPC, SUBNET, TABLE, INTERNET];
        const before = await withEgress("publicIp");
        for (const mode of ["natSingle", "natPerAz", "natRegional", "endpoints"] as const) {
            const after = await withEgress(mode);
            for (const type of kept) {
                assert.deepEqual(ofType(after, type), ofType(before, type), `${type} with ${mode}`);
            }
        }
    });
});
