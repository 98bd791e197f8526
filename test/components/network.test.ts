import assert from "node:assert/strict";
import type { AdoptedNetwork, CreatedNetwork } from "../../settings/settings";
import { assertParents, ofType, only, reference, statementsIn } from "../support/graph";
import { ACCOUNT, REGION, remembered } from "../support/recorded";
import {
    created,
    EGRESS_RULE,
    ENDPOINT,
    INGRESS_RULE,
    INTERNET,
    recordNetwork,
    routesOf,
    strings,
    SUBNET,
    TABLE,
    TIERS,
    VPC,
    withEgress,
} from "./network/fixture";

describe("every network", () => {
    it("has a subnet for each tier and zone, with the ranges that were decided", async () => {
        const graph = await withEgress("natPerAz");
        const settings = created();
        for (const zone of settings.zones) {
            for (const tier of TIERS) {
                const { inputs } = only(graph, SUBNET, `network-${tier}-${zone.letter}`);
                assert.equal(inputs.cidrBlock, zone[`${tier}Cidr`]);
                assert.equal(inputs.availabilityZone, zone.name);
            }
        }
        assert.equal(ofType(graph, SUBNET).length, settings.zones.length * TIERS.length);
    });

    it("gives no subnet's members public addresses by themselves", async () => {
        for (const { inputs } of ofType(await withEgress("publicIp"), SUBNET)) {
            assert.equal(inputs.mapPublicIpOnLaunch, false);
            assert.equal(inputs.assignIpv6AddressOnCreation, false);
        }
    });

    it("closes the default security group: it has no rules", async () => {
        const { inputs } = only(
            await withEgress("natSingle"),
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        );
        assert.deepEqual([inputs.ingress, inputs.egress], [[], []]);
    });

    it("resolves the private names of endpoints and file systems", async () => {
        const { inputs } = only(await withEgress("endpoints"), VPC);
        assert.equal(inputs.enableDnsSupport, true);
        assert.equal(inputs.enableDnsHostnames, true);
    });

    it("reaches S3 through a gateway endpoint from every table", async () => {
        for (const mode of ["publicIp", "natRegional", "endpoints"] as const) {
            const graph = await withEgress(mode);
            const { inputs } = only(graph, ENDPOINT, "network-s3");
            const tables = ofType(graph, TABLE).map((table) => reference(table, "id"));
            assert.equal(inputs.vpcEndpointType, "Gateway");
            assert.deepEqual([...strings(inputs.routeTableIds)].sort(), tables.sort());
        }
    });

    it("never lets the data tier out of the VPC", async () => {
        for (const mode of ["publicIp", "natSingle", "natPerAz", "natRegional", "endpoints"] as const) {
            const graph = await withEgress(mode);
            assert.deepEqual(routesOf(graph, "network-data-a"), {}, mode);
            assert.deepEqual(routesOf(graph, "network-data-b"), {}, mode);
        }
    });

    it("has IPv6 for the load balancer's subnets and nowhere else", async () => {
        const graph = await withEgress("natPerAz");
        const internet = reference(only(graph, INTERNET), "id");
        assert.equal(only(graph, VPC).inputs.assignGeneratedIpv6CidrBlock, true);
        assert.equal(routesOf(graph, "network-public-a")["::/0"], internet);
        assert.equal(routesOf(graph, "network-private-a")["::/0"], undefined);
        assert.equal(graph.outputs.dualStack, true);
    });

    it("has no IPv6 anywhere where the settings ask for none", async () => {
        const graph = await recordNetwork(created({ ipv6: false }));
        assert.equal(only(graph, VPC).inputs.assignGeneratedIpv6CidrBlock, false);
        assert.equal(routesOf(graph, "network-public-a")["::/0"], undefined);
        assert.ok(!JSON.stringify(graph.resources).includes("::/0"));
        assert.equal(graph.outputs.dualStack, false);
    });

    it("is the parent of all that it makes", async () => {
        assertParents(await withEgress("natPerAz"), "network");
    });

    it("tells where the load balancer's requests come from", async () => {
        const { outputs } = await withEgress("publicIp");
        assert.deepEqual(outputs.publicCidrs, ["10.10.0.0/20", "10.10.16.0/20"]);
    });
});

describe("tasks", () => {
    it("may reach the internet on the ports of the applications alone", async () => {
        for (const mode of ["publicIp", "natSingle", "natPerAz", "natRegional"] as const) {
            const rules = ofType(await withEgress(mode), EGRESS_RULE);
            assert.ok(rules.length > 0);
            for (const { inputs } of rules) {
                assert.equal(inputs.ipProtocol, "tcp");
                assert.equal(inputs.fromPort, inputs.toPort);
                assert.ok([443, 465, 587].includes(Number(inputs.fromPort)));
            }
        }
    });

    it("are never let in by the network", async () => {
        for (const mode of ["publicIp", "natSingle", "natPerAz", "natRegional"] as const) {
            assert.deepEqual(ofType(await withEgress(mode), INGRESS_RULE), [], mode);
        }
    });

    it("wait for their way out", async () => {
        const ways = {
            publicIp: ["network-public-internet", "network-public-a"],
            natSingle: ["network-private-a-internet", "network-private-b-internet", "network-private-a"],
            endpoints: ["network-endpoint-ecr.dkr", "network-s3", "network-private-a"],
        } as const;
        for (const [mode, names] of Object.entries(ways)) {
            const { ready } = (await withEgress(mode as keyof typeof ways)).outputs;
            const waited = strings(ready).map((urn) => urn.split("::").at(-1));
            assert.deepEqual(
                names.filter((name) => !waited.includes(name)),
                [],
                mode,
            );
        }
    });
});

describe("flow logs", () => {
    const recordFlowLogs = remembered((flowLogs: CreatedNetwork["flowLogs"]) =>
        recordNetwork(created({ flowLogs })),
    );

    it("keep what the settings say", async () => {
        const flowLog = "aws:ec2/flowLog:FlowLog";
        assert.deepEqual(ofType(await recordFlowLogs("none"), flowLog), []);
        assert.equal(only(await recordFlowLogs("reject"), flowLog).inputs.trafficType, "REJECT");
        assert.equal(only(await recordFlowLogs("all"), flowLog).inputs.trafficType, "ALL");
    });

    it("are kept as long as the settings say, under a name that a person finds", async () => {
        const { inputs } = only(await recordFlowLogs("all"), "aws:cloudwatch/logGroup:LogGroup");
        assert.equal(inputs.name, "/selfhost/prod/vpc/flow-logs");
        assert.equal(inputs.retentionInDays, 30);
    });

    it("are written with a role that only flow logs of this account and region may take", async () => {
        const { inputs } = only(await recordFlowLogs("all"), "aws:iam/role:Role");
        assert.deepEqual(statementsIn(inputs.assumeRolePolicy).FlowLogs?.Condition, {
            StringEquals: { "aws:SourceAccount": ACCOUNT },
            ArnLike: { "aws:SourceArn": `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc-flow-log/*` },
        });
    });

    it("are written to their own group alone", async () => {
        const graph = await recordFlowLogs("all");
        const group = reference(only(graph, "aws:cloudwatch/logGroup:LogGroup"), "arn");
        const policy = only(graph, "aws:iam/rolePolicy:RolePolicy");
        const { Write, Find } = statementsIn(policy.inputs.policy);
        assert.equal(Write?.Resource, `${group}:*`);
        assert.equal(Find?.Action, "logs:DescribeLogGroups");
        assert.ok(only(graph, "aws:ec2/flowLog:FlowLog").dependencies.includes(policy.urn));
    });
});

describe("an adopted network", () => {
    const adopted: AdoptedNetwork = {
        kind: "adopt",
        vpcId: "vpc-1",
        publicSubnetIds: ["subnet-1", "subnet-2"],
        privateSubnetIds: ["subnet-3"],
        dataSubnetIds: ["subnet-4"],
        egress: "existing",
    };
    const recordAdopted = remembered((egress: AdoptedNetwork["egress"]) =>
        recordNetwork({ ...adopted, egress }),
    );

    it("gets nothing but rules beside it", async () => {
        const graph = await recordAdopted("existing");
        const types = new Set(graph.resources.filter(({ custom }) => custom).map(({ type }) => type));
        types.delete("pulumi:pulumi:Stack");
        assert.deepEqual([...types], [EGRESS_RULE]);
    });

    it("runs tasks in its private subnets, or in its public ones where there are no others", async () => {
        const existing = await recordAdopted("existing");
        assert.deepEqual(existing.outputs.taskSubnetIds, ["subnet-3"]);
        assert.equal(existing.outputs.assignPublicIp, false);
        const open = await recordAdopted("publicIp");
        assert.deepEqual(open.outputs.taskSubnetIds, ["subnet-1", "subnet-2"]);
        assert.equal(open.outputs.assignPublicIp, true);
    });

    it("is asked for the ranges of its public subnets, and for nothing else", async () => {
        const { invokes } = await recordAdopted("existing");
        assert.deepEqual(invokes, [
            { token: "aws:ec2/getSubnet:getSubnet", args: { id: "subnet-1" } },
            { token: "aws:ec2/getSubnet:getSubnet", args: { id: "subnet-2" } },
        ]);
    });

    it("is not taken to have IPv6", async () => {
        assert.equal((await recordAdopted("existing")).outputs.dualStack, false);
    });
});
