import assert from "node:assert/strict";
import type { Recorded } from "../../../plan/cost/recorded";
import { lineOf, NOBODY, priced, service } from "./fixture";

const quiet = { traffic: NOBODY };

const EIP: Recorded = { type: "aws:ec2/eip:Eip", name: "eip", inputs: {} };

/** A gateway, with subnets in as many zones behind it. */
function nat(inputs: Recorded["inputs"], zones: number): readonly Recorded[] {
    const letters = ["a", "b", "c"].slice(0, zones);
    return [
        { type: "aws:ec2/natGateway:NatGateway", name: "nat", inputs },
        ...letters.flatMap((zone): Recorded[] => [
            {
                type: "aws:ec2/subnet:Subnet",
                name: `subnet-${zone}`,
                inputs: { availabilityZone: `us-east-1${zone}` },
            },
            { type: "aws:ec2/routeTable:RouteTable", name: `table-${zone}`, inputs: {} },
            {
                type: "aws:ec2/routeTableAssociation:RouteTableAssociation",
                name: `association-${zone}`,
                inputs: {},
                refers: { routeTableId: [`table-${zone}`], subnetId: [`subnet-${zone}`] },
            },
            {
                type: "aws:ec2/route:Route",
                name: `route-${zone}`,
                inputs: {},
                refers: { routeTableId: [`table-${zone}`], natGatewayId: ["nat"] },
            },
        ]),
    ];
}

describe("cost of NAT", () => {
    it("one gateway and its address, however many zones use it", () => {
        // 730 × 0.045 = 32.85; 730 × 0.005 = 3.65
        assert.equal(priced([...nat({ availabilityMode: "zonal" }, 2), EIP], quiet).monthly, 36.5);
    });

    it("one for each zone: twice as much for two", () => {
        const [gateway] = nat({ availabilityMode: "zonal" }, 0);
        assert.ok(gateway);
        const second = { ...gateway, name: "nat-b" };
        const costs = priced([gateway, EIP, second, { ...EIP, name: "eip-b" }], quiet);
        assert.equal(costs.monthly, 73);
    });

    it("regional: each zone that it serves, and an address in each", () => {
        const costs = priced(nat({ availabilityMode: "regional" }, 3), quiet);
        assert.equal(lineOf(costs, "Regional NAT gateway, each zone").monthly, 98.55); // 3 × 730 × 0.045
        assert.equal(lineOf(costs, "Public IPv4 address").monthly, 10.95); // 3 × 730 × 0.005
    });

    it("regional with addresses of its own: they are not counted twice", () => {
        const given = { availabilityMode: "regional", availabilityZoneAddresses: [{}] };
        assert.equal(priced([...nat(given, 1), EIP], quiet).monthly, 36.5);
    });

    it("data: what tasks without an address send by themselves, in equal parts", () => {
        const traffic = { ...NOBODY, outboundGb: 10 };
        const [one] = nat({ availabilityMode: "zonal" }, 0);
        assert.ok(one);
        const costs = priced([one, { ...one, name: "nat-b" }, ...service()], { traffic });
        // 10 GB, and 730 hours × 0.2 MB of logs, by two gateways
        assert.equal(lineOf(costs, "NAT gateway, data processed").quantity, (10 + 0.146) / 2);
        const open = priced([one, ...service({ publicIp: true })], { traffic });
        assert.ok(open.lines.every(({ item }) => item !== "NAT gateway, data processed"));
    });
});

describe("cost of the edge", () => {
    const balancer = (inputs: Recorded["inputs"]): Recorded => ({
        type: "aws:lb/loadBalancer:LoadBalancer",
        name: "alb",
        inputs: { loadBalancerType: "application", internal: false, subnets: ["a", "b"], ...inputs },
    });

    it("load balancer: hours and an address for each zone", () => {
        // 730 × 0.0225 = 16.425; 2 × 730 × 0.005 = 7.30
        assert.equal(priced([balancer({})], quiet).monthly, 23.73); // 23.725
    });

    it("no address where nobody outside reaches it", () => {
        assert.equal(priced([balancer({ internal: true })], quiet).monthly, 16.43);
        const without = { ipAddressType: "dualstack-without-public-ipv4" };
        assert.equal(priced([balancer(without)], quiet).monthly, 16.43);
    });

    it("capacity units: by the data of the services behind it", () => {
        const [task, running] = service({ refers: { loadBalancers: ["alb"] } });
        assert.ok(task && running);
        const open = { ...running, inputs: { ...running.inputs, loadBalancers: [{}] } };
        const traffic = { ...NOBODY, requests: 1_000_000, answerKb: 50 };
        const costs = priced([balancer({}), task, open], { traffic });
        // 1,000,000 × 50 KB = 50 GB: 50 LCU-hours, and 50 GB to the internet
        assert.equal(lineOf(costs, "Load balancer capacity units").monthly, 0.4); // 50 × 0.008
        assert.equal(lineOf(costs, "Load balancer capacity units").idleMonthly, 0);
        assert.equal(lineOf(costs, "Data transfer to the internet").monthly, 4.5); // 50 × 0.09
    });

    it("capacity units: by connections, where answers are small", () => {
        const [task, running] = service({ refers: { loadBalancers: ["alb"] } });
        assert.ok(task && running);
        const open = { ...running, inputs: { ...running.inputs, loadBalancers: [{}] } };
        const costs = priced([balancer({}), task, open], { traffic: { ...NOBODY, requests: 9_000_000 } });
        // 9,000,000 / 5 requests a connection / (25 × 3600) connections an LCU-hour
        assert.equal(lineOf(costs, "Load balancer capacity units").quantity, 20);
    });

    it("a network load balancer is not priced, and said", () => {
        assert.deepEqual(priced([balancer({ loadBalancerType: "network" })]).notPriced, [
            "aws:lb/loadBalancer:LoadBalancer (network)",
        ]);
    });

    it("an alias is free, another record asked for now and then", () => {
        const record = (aliases: readonly string[]): Recorded => ({
            type: "aws:route53/record:Record",
            name: "record",
            inputs: { aliases },
        });
        assert.deepEqual(priced([record(["alb"])]).lines, []);
        assert.equal(lineOf(priced([record([])]), "DNS queries").monthly, 0.0004); // 1000 × 0.40 / 1,000,000
    });
});

describe("cost of endpoints, alarms, flow logs", () => {
    it("interface endpoints: each in each zone", () => {
        const endpoint = (name: string): Recorded => ({
            type: "aws:ec2/vpcEndpoint:VpcEndpoint",
            name,
            inputs: { vpcEndpointType: "Interface", serviceName: `com.x.${name}`, subnetIds: ["a", "b"] },
        });
        const six = ["ecr.api", "ecr.dkr", "logs", "secretsmanager", "ssm", "kms"].map(endpoint);
        assert.equal(priced(six, quiet).monthly, 87.6); // 6 × 2 × 730 × 0.01
    });

    it("a gateway endpoint is free", () => {
        const gateway = {
            type: "aws:ec2/vpcEndpoint:VpcEndpoint",
            name: "s3",
            inputs: { vpcEndpointType: "Gateway" },
        };
        assert.deepEqual(priced([gateway]), { ...priced([]) });
    });

    it("alarms: by the metrics that they watch, and how often", () => {
        const alarm = (inputs: Recorded["inputs"]): number =>
            priced([{ type: "aws:cloudwatch/metricAlarm:MetricAlarm", name: "alarm", inputs }]).monthly;
        assert.equal(alarm({ period: 60 }), 0.1);
        assert.equal(alarm({ period: 10 }), 0.3);
        assert.equal(alarm({ metricQueries: [{ metric: {} }, { metric: {} }, { expression: "a+b" }] }), 0.2);
    });

    it("target tracking keeps two alarms", () => {
        const policy = {
            type: "aws:appautoscaling/policy:Policy",
            name: "cpu",
            inputs: { policyType: "TargetTrackingScaling" },
        };
        assert.equal(priced([policy]).monthly, 0.2);
    });

    it("flow logs: their delivery once, what is kept for as long as it is", () => {
        const flow: readonly Recorded[] = [
            {
                type: "aws:ec2/flowLog:FlowLog",
                name: "flow",
                inputs: { logDestinationType: "cloud-watch-logs", trafficType: "ALL" },
                refers: { logDestination: ["group"] },
            },
            { type: "aws:cloudwatch/logGroup:LogGroup", name: "group", inputs: { retentionInDays: 365 } },
            ...service(),
        ];
        const costs = priced(flow, { traffic: { ...NOBODY, requests: 5_000_000 } });
        // 0.2 GB of scanners, 5,000,000 × 0.12 KB = 0.6 GB
        assert.equal(lineOf(costs, "Flow logs written").monthly, 0.4); // 0.8 × 0.50
        assert.equal(lineOf(costs, "Flow logs written").idleMonthly, 0.1); // 0.2 × 0.50
        assert.equal(lineOf(costs, "Logs kept").quantity, 1.44); // 0.8 × 12 months × 0.15
        assert.ok(costs.lines.every(({ item }) => item !== "Logs written"));
    });
});
