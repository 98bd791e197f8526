import { strict as assert } from "node:assert";
import type { Graph } from "../../../plan/graph";
import { type PolicyStatement, ofType, only, reference, statementsIn } from "../../support/graph";
import { app } from "./fixture";
import { CLUSTER, PARAMETER, recordPlain, recordService, SECRET } from "./recording";

const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const EXECUTION = "wiki-execution-policy";
const TASK = "wiki-task-policy";

type Statements = Readonly<Record<string, PolicyStatement>>;

const statementsOf = (graph: Graph, name: string): Statements =>
    statementsIn(only(graph, POLICY, name).inputs.policy);

const actionsOf = (statements: Statements): string =>
    JSON.stringify(Object.values(statements).map(({ Action }) => Action));

const ownLog = (graph: Graph): string =>
    `${reference(only(graph, "aws:cloudwatch/logGroup:LogGroup"), "arn")}:*`;

const recordExec = () => recordService({ app: app({ exec: true }) });

describe("a service's roles", () => {
    it("differ: what starts a task and what runs in it", async () => {
        const graph = await recordPlain();
        const { executionRoleArn, taskRoleArn } = only(graph, "aws:ecs/taskDefinition:TaskDefinition").inputs;
        assert.equal(executionRoleArn, reference(only(graph, ROLE, "wiki-execution"), "arn"));
        assert.equal(taskRoleArn, reference(only(graph, ROLE, "wiki-task"), "arn"));
        assert.deepEqual(Object.keys(statementsOf(graph, TASK)), ["ReadFiles"]);
        assert.ok(!("ReadFiles" in statementsOf(graph, EXECUTION)));
    });

    it("can be taken by ECS tasks of this account and region alone", async () => {
        const graph = await recordPlain();
        for (const name of ["wiki-execution", "wiki-task"]) {
            const trust = statementsIn(only(graph, ROLE, name).inputs.assumeRolePolicy);
            assert.deepEqual(Object.keys(trust), ["EcsTasks"]);
            assert.deepEqual(trust.EcsTasks?.Principal, { Service: "ecs-tasks.amazonaws.com" });
            assert.deepEqual(trust.EcsTasks.Condition, {
                StringEquals: { "aws:SourceAccount": "123456789012" },
                ArnLike: { "aws:SourceArn": "arn:aws:ecs:eu-west-1:123456789012:*" },
            });
        }
    });

    it("keep, in the execution role, what another revision may not need in a policy of its own", async () => {
        const READ = { Sid: "ReadUser", Effect: "Allow", Action: ["secretsmanager:GetSecretValue"] } as const;
        const before = await recordService({
            executionGrants: { "user-1-1": [{ ...READ, Resource: ["arn:1"] }] },
        });
        const after = await recordService({
            executionGrants: { "user-1-2": [{ ...READ, Resource: ["arn:2"] }] },
        });
        assert.deepEqual(statementsOf(before, "wiki-execution-user-1-1").ReadUser?.Resource, ["arn:1"]);
        assert.deepEqual(statementsOf(after, "wiki-execution-user-1-2").ReadUser?.Resource, ["arn:2"]);
        assert.deepEqual(statementsOf(before, EXECUTION), statementsOf(after, EXECUTION));
        const { dependencies } = only(after, "aws:ecs/service:Service");
        assert.ok(dependencies.includes(only(after, POLICY, "wiki-execution-user-1-2").urn));
    });

    it("read, in the execution role, exactly the secrets that the container lists", async () => {
        const graph = await recordPlain();
        const { containerDefinitions } = only(graph, "aws:ecs/taskDefinition:TaskDefinition").inputs;
        assert.ok(typeof containerDefinitions === "string");
        const [container] = JSON.parse(containerDefinitions) as { secrets: { valueFrom: string }[] }[];
        assert.deepEqual(
            container?.secrets.map(({ valueFrom }) => valueFrom),
            [`${SECRET}:::1`, PARAMETER],
        );
        const { ReadSecrets, ReadParameters, ...others } = statementsOf(graph, EXECUTION);
        assert.deepEqual(ReadSecrets?.Resource, [SECRET]);
        assert.deepEqual(ReadParameters?.Resource, [PARAMETER]);
        assert.deepEqual(Object.keys(others).sort(), ["PullImage", "WriteLogs"]);
        assert.ok(!actionsOf(statementsOf(graph, TASK)).includes("secretsmanager:GetSecretValue"));
    });

    it("write to the app's own log group and to no other", async () => {
        const graph = await recordPlain();
        const { WriteLogs, ...others } = statementsOf(graph, EXECUTION);
        assert.deepEqual(WriteLogs?.Resource, [ownLog(graph)]);
        assert.ok(!actionsOf(others).includes("logs:"));
    });

    it("have no policy where the application does nothing in AWS", async () => {
        const graph = await recordService({ taskStatements: [] });
        assert.deepEqual(
            ofType(graph, POLICY).map(({ name }) => name),
            [EXECUTION],
        );
    });

    it("allow every resource only where AWS knows no other", async () => {
        const graph = await recordExec();
        const wide = [EXECUTION, TASK]
            .flatMap((name) => Object.values(statementsOf(graph, name)))
            .filter(
                ({ Resource }) => Resource === "*" || (Array.isArray(Resource) && Resource.includes("*")),
            );
        assert.deepEqual(wide.map(({ Sid }) => Sid).sort(), ["FindExecLog", "OpenExecSession"]);
    });
});

describe("ECS Exec", () => {
    const ecsService = (graph: Graph) => only(graph, "aws:ecs/service:Service").inputs;

    it("is off, in the service and in the task's role, unless the app allows it", async () => {
        const graph = await recordPlain();
        assert.equal(ecsService(graph).enableExecuteCommand, false);
        assert.ok(!("OpenExecSession" in statementsOf(graph, TASK)));
    });

    it("is the task's own, never the execution role's", async () => {
        const graph = await recordExec();
        assert.equal(ecsService(graph).enableExecuteCommand, true);
        assert.ok("OpenExecSession" in statementsOf(graph, TASK));
        assert.ok(!("OpenExecSession" in statementsOf(graph, EXECUTION)));
    });

    it("is recorded where the cluster says, and readable only with its key", async () => {
        const execAudit = { logGroupArn: "arn:audit", kmsKeyArn: "arn:key" };
        const cluster = { name: "dev", arn: CLUSTER, execAudit };
        const statements = statementsOf(await recordService({ app: app({ exec: true }), cluster }), TASK);
        assert.deepEqual(statements.RecordExecSession?.Resource, ["arn:audit:*"]);
        assert.deepEqual(statements.DecryptExecSession?.Resource, ["arn:key"]);
    });

    it("is recorded in the app's own log where the cluster is somebody else's", async () => {
        const graph = await recordExec();
        assert.deepEqual(statementsOf(graph, TASK).RecordExecSession?.Resource, [ownLog(graph)]);
        assert.ok(!("DecryptExecSession" in statementsOf(graph, TASK)));
    });
});
