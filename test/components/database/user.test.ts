import assert from "node:assert/strict";
import type { Graph } from "../../../plan/graph";
import { jsonIn, named, ofType, only, statementsIn } from "../../support/graph";
import { ACCOUNT, REGION } from "../../support/recorded";
import { CLUSTER, DEV, INSTANCE, INVOCATION, recordDatabase, SECRET } from "./fixture";

describe("the app's user of a database", () => {
    it("has a password that neither the program nor its state ever holds", async () => {
        const graph = await recordDatabase();
        assert.deepEqual(ofType(graph, "aws:secretsmanager/secretVersion:SecretVersion"), []);
        assert.deepEqual(ofType(graph, "random:index/randomPassword:RandomPassword"), []);
    });

    it("has a secret that nothing rotates behind the tasks' backs", async () => {
        const graph = await recordDatabase();
        assert.deepEqual(ofType(graph, "aws:secretsmanager/secretRotation:SecretRotation"), []);
    });

    it("is not the master user, whose secret no container reads", async () => {
        const graph = await recordDatabase();
        const master = graph.outputs.masterSecretArn;
        assert.ok(typeof master === "string" && master.includes("masterUserSecrets"));
        assert.ok(
            !JSON.stringify([graph.outputs.valueFrom, graph.outputs.statements]).includes(
                "masterUserSecrets",
            ),
        );
    });

    it("reaches the container as two keys of its secret", async () => {
        const graph = await recordDatabase();
        const arn = `\${${only(graph, SECRET).urn}.arn}`;
        assert.deepEqual(graph.outputs.valueFrom, {
            DB_USERNAME: `${arn}:username::`,
            DB_PASSWORD: `${arn}:password::`,
        });
        assert.deepEqual(graph.outputs.statements, [
            {
                Sid: "ReadDatabaseUser",
                Effect: "Allow",
                Action: ["secretsmanager:GetSecretValue"],
                Resource: [arn],
            },
        ]);
    });

    it("is made in this cluster, with the words that the function reads", async () => {
        const graph = await recordDatabase();
        const cluster = only(graph, CLUSTER).urn;
        const { inputs } = only(graph, INVOCATION);
        assert.equal(inputs.lifecycleScope, "CRUD");
        assert.deepEqual(jsonIn(inputs.input), {
            adminSecretArn: graph.outputs.masterSecretArn,
            cluster: "prod",
            clusterArn: `\${${cluster}.arn}`,
            database: "wiki",
            engine: "aurora-mysql",
            family: "prod-wiki",
            host: `\${${cluster}.endpoint}`,
            port: 3306,
            secretArn: `\${${only(graph, SECRET).urn}.arn}`,
            user: "wiki_1",
        });
    });

    it("is made when every instance answers", async () => {
        const graph = await recordDatabase();
        const { dependencies, urn } = only(graph, INVOCATION);
        for (const instance of ofType(graph, INSTANCE)) {
            assert.ok(dependencies.includes(instance.urn), instance.name);
        }
        assert.deepEqual(graph.outputs.ready, [urn]);
    });

    it("is made by a function that reaches this cluster, these secrets and questions about these tasks", async () => {
        const graph = await recordDatabase();
        const statements = statementsIn(named(graph, "wiki-database-user-1-1-policy").inputs.policy);
        const secret = `\${${only(graph, SECRET).urn}.arn}`;
        const ecs = `arn:aws:ecs:${REGION}:${ACCOUNT}`;
        assert.deepEqual(
            Object.values(statements).map(({ Action, Resource }) => [Action, Resource]),
            [
                [
                    ["rds-data:ExecuteStatement", "rds:DescribeDBClusters"],
                    [`\${${only(graph, CLUSTER).urn}.arn}`],
                ],
                [["secretsmanager:GetSecretValue"], [graph.outputs.masterSecretArn, secret]],
                [["secretsmanager:PutSecretValue"], [secret]],
                [["ecs:ListServices", "ecs:ListTasks"], "*"],
                [
                    ["ecs:DescribeServices", "ecs:DescribeTasks"],
                    [`${ecs}:service/prod/*`, `${ecs}:task/prod/*`],
                ],
                [["ecs:DescribeTaskDefinition"], "*"],
            ],
        );
        assert.deepEqual(statements.ListTasks?.Condition, {
            ArnEquals: { "ecs:cluster": [`${ecs}:cluster/prod`] },
        });
    });

    it("is another one, with another secret, for each generation of the credentials", async () => {
        const [first, second] = [await recordDatabase(), await recordDatabase({}, false, 2)];
        const user = (graph: Graph) =>
            (jsonIn(only(graph, INVOCATION).inputs.input) as { user: string }).user;
        assert.deepEqual([user(first), user(second)], ["wiki_1", "wiki_2"]);
        assert.notEqual(only(first, SECRET).urn, only(second, SECRET).urn);
        assert.notEqual(only(first, INVOCATION).urn, only(second, INVOCATION).urn);
        assert.equal(only(first, CLUSTER).urn, only(second, CLUSTER).urn);
    });

    it("has a secret whose name can be taken again after a deletion", async () => {
        const kept = only(await recordDatabase(), SECRET).inputs;
        assert.deepEqual([kept.namePrefix, kept.recoveryWindowInDays], ["selfhost/prod/wiki/database-", 30]);
        assert.equal(only(await recordDatabase(DEV, true), SECRET).inputs.recoveryWindowInDays, 0);
    });
});
