import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import { Cluster } from "../../components/cluster";
import type { Graph } from "../../plan/graph";
import type { ClusterSettings, CreatedCluster } from "../../settings/settings";
import { assertParents, ofType, only, reference, statementsIn } from "../support/graph";
import { ACCOUNT, REGION, recorded, remembered } from "../support/recorded";

const CLUSTER = "aws:ecs/cluster:Cluster";
const CAPACITY = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders";
const KEY = "aws:kms/key:Key";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";

function created(change: Partial<CreatedCluster> = {}): CreatedCluster {
    return {
        kind: "create",
        name: "selfhost-prod",
        containerInsights: "enhanced",
        capacity: [
            { provider: "FARGATE", base: 1, weight: 1 },
            { provider: "FARGATE_SPOT", base: 0, weight: 4 },
        ],
        execLogDays: 90,
        namespace: undefined,
        ...change,
    };
}

function recordCluster(settings: ClusterSettings, disposable = false): Promise<Graph> {
    return recorded(() => {
        const { name, arn, execAudit } = new Cluster("cluster", {
            settings,
            environment: "prod",
            region: REGION,
            partition: "aws",
            accountId: ACCOUNT,
            disposable,
        });
        return { name, arn, execAudit };
    });
}

const usual = remembered(() => recordCluster(created()));
const withoutExec = remembered(() => recordCluster(created({ execLogDays: undefined })));

describe("a cluster", () => {
    it("has the name that people type, and the insights of the settings", async () => {
        const { inputs } = only(await usual(), CLUSTER);
        assert.equal(inputs.name, "selfhost-prod");
        assert.deepEqual(inputs.settings, [{ name: "containerInsights", value: "enhanced" }]);
    });

    it("runs on Fargate and Fargate Spot in the proportions of the settings", async () => {
        const { inputs } = only(await usual(), CAPACITY);
        assert.deepEqual(inputs.capacityProviders, ["FARGATE", "FARGATE_SPOT"]);
        assert.deepEqual(inputs.defaultCapacityProviderStrategies, [
            { capacityProvider: "FARGATE", base: 1, weight: 1 },
            { capacityProvider: "FARGATE_SPOT", base: 0, weight: 4 },
        ]);
    });

    it("tells its ARN to nobody before it has Fargate", async () => {
        const graph = await recorded(() => {
            const { arn } = new Cluster("cluster", {
                settings: created(),
                environment: "prod",
                region: REGION,
                partition: "aws",
                accountId: ACCOUNT,
                disposable: false,
            });
            new aws.ssm.Parameter("reader", { type: "String", insecureValue: arn });
            return {};
        });
        const reader = only(graph, "aws:ssm/parameter:Parameter");
        assert.equal(reader.inputs.insecureValue, reference(only(graph, CLUSTER), "arn"));
        assert.ok(reader.dependencies.includes(only(graph, CAPACITY).urn));
    });

    it("is the parent of all that it makes", async () => {
        assertParents(await usual(), "cluster");
    });
});

describe("ECS Exec", () => {
    it("is recorded, encrypted, as long as the settings say", async () => {
        const graph = await usual();
        const [key, group] = [only(graph, KEY), only(graph, LOG_GROUP)];
        assert.deepEqual(only(graph, CLUSTER).inputs.configuration, {
            executeCommandConfiguration: {
                logging: "OVERRIDE",
                kmsKeyId: reference(key, "arn"),
                logConfiguration: {
                    cloudWatchEncryptionEnabled: true,
                    cloudWatchLogGroupName: "/selfhost/prod/ecs/exec",
                },
            },
        });
        assert.equal(group.inputs.kmsKeyId, reference(key, "arn"));
        assert.equal(group.inputs.retentionInDays, 90);
        assert.deepEqual(graph.outputs.execAudit, {
            logGroupArn: reference(group, "arn"),
            kmsKeyArn: reference(key, "arn"),
        });
    });

    it("has a key that turns by itself, used by the log service for that log alone", async () => {
        const { inputs } = only(await usual(), KEY);
        assert.equal(inputs.enableKeyRotation, true);
        const { Account, Logs, ...others } = statementsIn(inputs.policy);
        assert.deepEqual(others, {});
        assert.deepEqual(Account?.Principal, { AWS: `arn:aws:iam::${ACCOUNT}:root` });
        assert.deepEqual(Logs?.Principal, { Service: `logs.${REGION}.amazonaws.com` });
        assert.deepEqual(Logs.Condition, {
            ArnEquals: {
                "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/selfhost/prod/ecs/exec`,
            },
        });
    });

    it("leaves its key a month to be saved, but for a disposable environment", async () => {
        assert.equal(only(await usual(), KEY).inputs.deletionWindowInDays, 30);
        assert.equal(only(await recordCluster(created(), true), KEY).inputs.deletionWindowInDays, 7);
    });

    it("has neither log nor key where no app allows it, and says so to AWS", async () => {
        const graph = await withoutExec();
        assert.deepEqual([...ofType(graph, KEY), ...ofType(graph, LOG_GROUP)], []);
        assert.deepEqual(only(graph, CLUSTER).inputs.configuration, {
            executeCommandConfiguration: { logging: "DEFAULT" },
        });
        assert.equal(graph.outputs.execAudit, undefined);
    });
});

describe("an adopted cluster", () => {
    it("is named, and neither made, changed nor looked up", async () => {
        const graph = await recordCluster({
            kind: "adopt",
            name: "theirs",
            capacity: [],
            namespace: undefined,
        });
        assert.deepEqual(
            graph.resources.filter(({ type }) => type.startsWith("aws:")),
            [],
        );
        assert.deepEqual(graph.invokes, []);
        assert.equal(graph.outputs.arn, `arn:aws:ecs:${REGION}:${ACCOUNT}:cluster/theirs`);
        assert.equal(graph.outputs.name, "theirs");
    });
});
