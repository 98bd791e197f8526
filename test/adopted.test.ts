/** What exists already (VPC, listener, cluster, zone, certificate) is referred to, and neither made again nor edited. */
import assert from "node:assert/strict";
import type { Graph } from "../plan/graph";
import { bookstacks, recordText } from "./support/program";
import { remembered } from "./support/recorded";

const ACCOUNT = "arn:aws:%:eu-west-1:123456789012:";
const THEIRS = {
    vpc: "vpc-0123456789abcdef0",
    subnets: [1, 2, 3, 4].map((number) => `subnet-0123456789abcdef${number}`),
    listener: `${ACCOUNT.replace("%", "elasticloadbalancing")}listener/app/theirs/50dc6c495c0c9188/f2f7dc8efc522ab2`,
    group: "sg-0123456789abcdef0",
    cluster: "theirs",
    zone: "Z0123456789ABCDEFGHIJ",
    certificate: `${ACCOUNT.replace("%", "acm")}certificate/12345678-1234-1234-1234-123456789012`,
};

const [a, b, c, d] = THEIRS.subnets;
const NETWORK = `selfhost:network: { vpc: { id: ${THEIRS.vpc}, publicSubnets: [${a}, ${b}], privateSubnets: [${c}, ${d}], dataSubnets: [${c}, ${d}] } }`;

/** Lines below `config:`; what is named in them, and of which kinds there must be nothing then. */
const CASES = {
    VPC: {
        lines: [NETWORK],
        ids: [THEIRS.vpc, ...THEIRS.subnets],
        none: /^aws:ec2\/(vpc|subnet|route|routeTable|routeTableAssociation|internetGateway|natGateway|defaultSecurityGroup|vpcEndpoint|flowLog):/,
    },
    listener: {
        lines: [
            NETWORK,
            `selfhost:edge: { listener: { arn: "${THEIRS.listener}", securityGroup: ${THEIRS.group} } }`,
        ],
        ids: [THEIRS.listener, THEIRS.group],
        none: /^aws:(lb\/(loadBalancer|listener|listenerCertificate)|acm\/\w+):/,
    },
    cluster: {
        lines: [`selfhost:cluster: { existing: ${THEIRS.cluster} }`],
        ids: [THEIRS.cluster],
        none: /^aws:ecs\/(cluster|clusterCapacityProviders):/,
    },
    zone: { lines: [`selfhost:zone: ${THEIRS.zone}`], ids: [THEIRS.zone], none: /^aws:route53\/zone:/ },
    certificate: {
        lines: [`selfhost:certificate: ${THEIRS.certificate}`],
        ids: [THEIRS.certificate],
        none: /^aws:acm\//,
    },
};

/**
 * Types that may name what is adopted, by the property that does: rules, records, groups, and what runs in it. Each of them
 * is a thing of its own, which goes without a trace when it is deleted.
 */
const BESIDE: Readonly<Record<string, readonly string[]>> = {
    "aws:acm/certificateValidation:CertificateValidation": ["certificateArn"],
    "aws:appautoscaling/target:Target": ["resourceId"],
    "aws:appautoscaling/policy:Policy": ["resourceId"],
    "aws:appautoscaling/scheduledAction:ScheduledAction": ["resourceId"],
    "aws:cloudwatch/metricAlarm:MetricAlarm": ["metricQueries", "dimensions"],
    "aws:ec2/securityGroup:SecurityGroup": ["vpcId"],
    "aws:ecs/service:Service": ["cluster", "networkConfiguration"],
    "aws:efs/mountTarget:MountTarget": ["subnetId"],
    "aws:iam/rolePolicy:RolePolicy": ["policy"],
    "aws:lambda/function:Function": ["environment"],
    "aws:ecs/taskDefinition:TaskDefinition": ["containerDefinitions"],
    "aws:lambda/invocation:Invocation": ["input", "triggers"],
    "aws:lb/listener:Listener": ["certificateArn"],
    "aws:lb/listenerRule:ListenerRule": ["listenerArn"],
    "aws:lb/loadBalancer:LoadBalancer": ["subnets"],
    "aws:lb/targetGroup:TargetGroup": ["vpcId"],
    "aws:rds/subnetGroup:SubnetGroup": ["subnetIds"],
    "aws:route53/record:Record": ["zoneId"],
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
        "securityGroupId",
        "referencedSecurityGroupId",
    ],
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ["referencedSecurityGroupId"],
};

const graphOf = remembered((lines: readonly string[]): Promise<Graph> =>
    recordText(bookstacks({ wiki: "" }, ["selfhost:domain: example.com", ...lines]), "prod"),
);

describe("what a stack file adopts", () => {
    for (const [what, { lines, ids, none }] of Object.entries(CASES)) {
        it(`${what}: is not made again`, async () => {
            const { resources } = await graphOf(lines);
            assert.deepEqual(
                resources.filter(({ type }) => none.test(type)).map(({ urn }) => urn),
                [],
            );
        });

        it(`${what}: is named by what stands beside it, and by nothing that would change it`, async () => {
            const { resources } = await graphOf(lines);
            const naming = resources
                .filter(({ custom }) => custom)
                .flatMap(({ type, name, inputs }) =>
                    Object.entries(inputs)
                        .filter(([, value]) => ids.some((id) => JSON.stringify(value).includes(id)))
                        .map(([property]) => ({ type, name, property })),
                );
            assert.ok(naming.length > 0, "nothing refers to it");
            assert.deepEqual(
                naming.filter(({ type, property }) => BESIDE[type]?.includes(property) !== true),
                [],
            );
            assert.ok(
                resources.every(({ options }) => !("import" in options)),
                "something is imported, and would be managed from then on",
            );
        });
    }
});
