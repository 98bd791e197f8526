/** Several apps on one database cluster, in the graph of the whole program. */
import assert from "node:assert/strict";
import { describeShared } from "../plan/describe";
import type { Graph, Resource } from "../plan/graph";
import { groups } from "../plan/sections";
import { jsonIn, ofType, only, statementsIn } from "./support/graph";
import { remembered } from "./support/recorded";
import { bookstacks, differing, recordText } from "./support/program";
import { settingsOf } from "./support/settings";

const CLUSTER = "aws:rds/cluster:Cluster";
const INVOCATION = "aws:lambda/invocation:Invocation";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";

const SHARED = ["selfhost:domain: example.com", "selfhost:databases: { shared: { engine: aurora-mysql } }"];
const USES = "database: { use: shared }";

const record = remembered((names: readonly string[], stack: string, config: readonly string[] = SHARED) =>
    recordText(bookstacks(Object.fromEntries(names.map((name) => [name, USES])), config), stack),
);

const usersOf = (graph: Graph): readonly Resource[] =>
    ofType(graph, INVOCATION).filter(({ name }) => /-user-\d+-\d+$/.test(name));

describe("two apps on one database cluster", () => {
    it("have one cluster, which bears the shared name", async () => {
        const graph = await record(["one", "two"], "dev");
        assert.equal(only(graph, CLUSTER).inputs.clusterIdentifier, "dev-shared-1");
        assert.equal(ofType(graph, "aws:rds/clusterInstance:ClusterInstance").length, 1);
    });

    it("have a database, a user and a secret each, and each task reads its own secret alone", async () => {
        const graph = await record(["one", "two"], "dev");
        const requests = usersOf(graph).map(({ inputs }) => jsonIn(inputs.input) as Record<string, unknown>);
        assert.deepEqual(
            requests.map(({ database, user, family }) => [database, user, family]),
            [
                ["one", "one_1", "dev-one"],
                ["two", "two_1", "dev-two"],
            ],
        );
        const secrets = requests.map(({ secretArn }) => String(secretArn));
        assert.equal(new Set(secrets).size, 2);
        for (const [i, app] of ["one", "two"].entries()) {
            const definition = only(graph, "aws:ecs/taskDefinition:TaskDefinition", `${app}-definition`);
            const text = JSON.stringify(definition.inputs);
            assert.ok(text.includes(secrets[i] ?? "?"), app);
            assert.ok(!text.includes(secrets[1 - i] ?? "?"), app);
        }
    });

    it("have users that are made by a function each, which reads no secret of the other's", async () => {
        const graph = await record(["one", "two"], "dev");
        const secrets = ofType(graph, "aws:secretsmanager/secret:Secret");
        for (const app of ["one", "two"]) {
            const policy = only(
                graph,
                "aws:iam/rolePolicy:RolePolicy",
                `shared-database-${app}-user-1-1-policy`,
            );
            const foreign = secrets.filter(
                ({ name }) => name.includes("-user-") && name !== `shared-database-${app}-user-1-1-secret`,
            );
            assert.equal(foreign.length, 1);
            assert.ok(!JSON.stringify(statementsIn(policy.inputs.policy)).includes(foreign[0]?.urn ?? "?"));
        }
        const functions = ofType(graph, "aws:lambda/function:Function").map(({ name }) => name);
        assert.ok(functions.includes("shared-database-one-users-function"));
        assert.ok(functions.includes("shared-database-two-users-function"));
    });

    it("are let in one by one", async () => {
        const graph = await record(["one", "two"], "dev");
        const group = only(graph, "aws:ec2/securityGroup:SecurityGroup", "shared-database-group");
        const rules = ofType(graph, INGRESS).filter(
            ({ inputs }) => inputs.securityGroupId === `\${${group.urn}.id}`,
        );
        assert.deepEqual(
            rules.map(({ name, inputs }) => [name, inputs.fromPort, inputs.description]),
            [
                ["shared-database-one-in", 3306, "Database connections from one"],
                ["shared-database-two-in", 3306, "Database connections from two"],
            ],
        );
    });

    it("are told of one another by nothing: a third one changes no resource", async () => {
        const [two, three] = [
            await record(["one", "two"], "prod"),
            await record(["one", "three", "two"], "prod"),
        ];
        assert.deepEqual(differing(two, three), []);
        assert.ok(differing(three, two).length > 10);
        assert.deepEqual(
            differing(three, two)
                .map(({ urn }) => urn.split("::").at(-1) ?? "")
                .filter((name) => !name.includes("three")),
            [],
        );
    });

    it("are snapshotted before a migration under the identifier of the cluster that they share", async () => {
        const graph = await record(["one", "two"], "prod");
        for (const app of ["one", "two"]) {
            const { inputs } = only(graph, INVOCATION, `${app}-migration-run`);
            const { snapshot } = jsonIn(inputs.input) as { snapshot: { clusterIdentifier: string } };
            assert.equal(snapshot.clusterIdentifier, "prod-shared-1");
            const policy = only(graph, "aws:iam/rolePolicy:RolePolicy", `${app}-migration-policy`);
            const { Resource: where } = statementsIn(policy.inputs.policy).TakeSnapshot ?? {};
            assert.ok(JSON.stringify(where).includes(only(graph, CLUSTER).urn));
        }
    });

    it("move together when the cluster is restored, with a user for each in the new one", async () => {
        const restored = [
            "selfhost:domain: example.com",
            "selfhost:databases: { shared: { engine: aurora-mysql, restore: { generation: 2, snapshot: a } } }",
        ];
        const graph = await record(["one", "two"], "prod", restored);
        assert.deepEqual(
            ofType(graph, CLUSTER).map(({ inputs }) => inputs.clusterIdentifier),
            ["prod-shared-1", "prod-shared-2"],
        );
        assert.deepEqual(
            usersOf(graph).map(({ name }) => name),
            ["one-user-1-1", "one-user-2-1", "two-user-1-1", "two-user-2-1"].map(
                (name) => `shared-database-${name}`,
            ),
        );
        const host = `\${${only(graph, CLUSTER, "shared-database-2").urn}.endpoint}`;
        for (const { inputs } of ofType(graph, "aws:ecs/taskDefinition:TaskDefinition")) {
            assert.ok(JSON.stringify(inputs).includes(JSON.stringify(host).slice(1, -1)));
        }
    });

    it("fit in the names that AWS allows, however long theirs are", async () => {
        const [app, name] = [`a${"b".repeat(19)}`, `s${"t".repeat(9)}`];
        const text = bookstacks({ [app]: `database: { use: ${name} }` }, [
            "selfhost:domain: example.com",
            `selfhost:databases: { ${name}: { engine: aurora-mysql } }`,
        ]);
        const graph = await recordText(text);
        // https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html; eight more are Pulumi's.
        for (const type of ["aws:lambda/function:Function", "aws:iam/role:Role"]) {
            for (const resource of ofType(graph, type)) {
                assert.ok(resource.name.length + 8 <= 64, resource.name);
            }
        }
    });

    it("belong to themselves in a plan, and the cluster to neither", async () => {
        const graph = await record(["one", "two"], "dev");
        const found = new Map(
            groups(graph, ["one", "shared", "two"]).map(({ name, resources }) => [name, resources]),
        );
        const types = (name: string) => new Set((found.get(name) ?? []).map(({ type }) => type));
        assert.ok(types("shared").has(CLUSTER) && types("shared").has(INVOCATION));
        assert.ok(!types("one").has(CLUSTER) && types("one").has("aws:ecs/service:Service"));
        const { databases, apps } = settingsOf(bookstacks({ one: USES, two: USES }, SHARED));
        assert.deepEqual(
            databases.map((cluster) => describeShared(cluster, apps)),
            [["Aurora MySQL 0-2 ACU, pauses · shared by one two"]],
        );
    });

    it("say in the outputs where it is", async () => {
        const graph = await record(["one", "two"], "dev");
        const host = `\${${only(graph, CLUSTER).urn}.endpoint}`;
        assert.deepEqual(graph.outputs.databases, { shared: host });
    });
});
