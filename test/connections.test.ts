/** Apps that reach one another past the load balancer, in the graph of the whole program. */
import assert from "node:assert/strict";
import type { Graph, Json, Resource } from "../plan/graph";
import { jsonIn, ofType, only, reference } from "./support/graph";
import { remembered } from "./support/recorded";
import { bookstacks, differing, recordText } from "./support/program";

const NAMESPACE = "aws:servicediscovery/httpNamespace:HttpNamespace";
const SERVICE = "aws:ecs/service:Service";
const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

const record = remembered((apps: Readonly<Record<string, string>>) => recordText(bookstacks(apps)));

const APPS = { alone: "", client: "reaches: [server]", server: "" };
const APART = { alone: "", client: "", server: "" };

const service = (graph: Graph, app: string): Resource => only(graph, SERVICE, `${app}-service`);

interface Container {
    readonly portMappings: readonly Readonly<Record<string, Json>>[];
    readonly environment: readonly { readonly name: string; readonly value: string }[];
}

function container(graph: Graph, app: string): Container {
    const { inputs } = only(graph, "aws:ecs/taskDefinition:TaskDefinition", `${app}-definition`);
    const [found] = jsonIn(inputs.containerDefinitions) as readonly Container[];
    assert.ok(found);
    return found;
}

describe("apps that reach one another", () => {
    it("share a namespace, which there is only where somebody reaches somebody", async () => {
        const graph = await record(APPS);
        const { inputs, urn } = only(graph, NAMESPACE);
        assert.equal(inputs.name, "selfhost-dev");
        assert.match(urn, /selfhost:index:Cluster/);
        assert.deepEqual(ofType(await record(APART), NAMESPACE), []);
    });

    it("leave the load balancer, the databases and everybody else as they are", async () => {
        const [apart, together] = [await record(APART), await record(APPS)];
        assert.deepEqual(
            differing(apart, together)
                .map(({ name }) => name)
                .sort(),
            [
                "client-definition",
                // Its task would find the way open too.
                "client-migration-run",
                "client-service",
                "server-definition",
                "server-service",
            ],
        );
        assert.deepEqual(
            differing(together, apart)
                .map(({ name }) => name)
                .filter((name) => !apart.resources.some((resource) => resource.name === name))
                .sort(),
            ["client-reaches-server-in", "client-reaches-server-out", "cluster-namespace"],
        );
    });

    it("publish the one's port under its name", async () => {
        const graph = await record(APPS);
        assert.deepEqual(container(graph, "server").portMappings, [
            { containerPort: 80, hostPort: 80, name: "http", protocol: "tcp" },
        ]);
        const { enabled, namespace, services } = service(graph, "server").inputs
            .serviceConnectConfiguration as Readonly<Record<string, Json>>;
        assert.deepEqual(
            [enabled, namespace, services],
            [
                true,
                reference(only(graph, NAMESPACE), "arn"),
                [
                    {
                        portName: "http",
                        discoveryName: "server",
                        clientAlias: [{ dnsName: "server", port: 80 }],
                    },
                ],
            ],
        );
    });

    it("give the other its address, and a proxy that publishes nothing", async () => {
        const graph = await record(APPS);
        const variables = container(graph, "client").environment;
        assert.deepEqual(
            variables.filter(({ name }) => name === "SERVER_URL"),
            [{ name: "SERVER_URL", value: "http://server:80" }],
        );
        assert.ok(!container(graph, "server").environment.some(({ name }) => name === "CLIENT_URL"));
        const configuration = service(graph, "client").inputs.serviceConnectConfiguration as Readonly<
            Record<string, Json>
        >;
        assert.equal(configuration.services, undefined);
        assert.deepEqual(container(graph, "client").portMappings, [
            { containerPort: 80, hostPort: 80, protocol: "tcp" },
        ]);
    });

    it("start in that order, and the client again when the server is another one", async () => {
        const graph = await record(APPS);
        const [client, server] = [service(graph, "client"), service(graph, "server")];
        assert.deepEqual(client.inputs.triggers, { server: reference(server, "id") });
        assert.ok(client.dependencies.includes(server.urn));
        assert.ok(!server.dependencies.includes(client.urn));
        assert.equal(server.inputs.triggers, undefined);
    });

    it("never have two services of one name at a time", async () => {
        const graph = await record(APPS);
        assert.deepEqual(
            ["alone", "client", "server"].map((app) => service(graph, app).options.deleteBeforeReplace),
            [false, false, true],
        );
    });

    it("are let through on that port in that direction, and before the tasks start", async () => {
        const graph = await record(APPS);
        const group = (app: string): string =>
            reference(only(graph, "aws:ec2/securityGroup:SecurityGroup", `${app}-tasks`), "id");
        const flow = {
            ipProtocol: "tcp",
            fromPort: 80,
            toPort: 80,
            description: "Requests of client to server",
        };
        const ingress = only(graph, INGRESS, "client-reaches-server-in");
        const egress = only(graph, EGRESS, "client-reaches-server-out");
        assert.deepEqual(ingress.inputs, {
            ...flow,
            securityGroupId: group("server"),
            referencedSecurityGroupId: group("client"),
        });
        assert.deepEqual(egress.inputs, {
            ...flow,
            securityGroupId: group("client"),
            referencedSecurityGroupId: group("server"),
        });
        for (const rule of [ingress, egress]) {
            assert.ok(service(graph, "client").dependencies.includes(rule.urn), rule.name);
        }
    });

    it("are the only ones that are: no other group of tasks lets one in", async () => {
        const graph = await record(APPS);
        const groups = ["alone", "client", "server"].map((app) =>
            reference(only(graph, "aws:ec2/securityGroup:SecurityGroup", `${app}-tasks`), "id"),
        );
        const between = ofType(graph, INGRESS).filter(({ inputs }) =>
            [inputs.securityGroupId, inputs.referencedSecurityGroupId].every((id) =>
                groups.some((group) => group === id),
            ),
        );
        assert.deepEqual(
            between.map(({ name }) => name),
            ["client-reaches-server-in"],
        );
    });

    it("do so in chains, each link behind the one before it", async () => {
        const graph = await record({ app1: "reaches: [app2]", app2: "reaches: [app3]", app3: "" });
        assert.ok(service(graph, "app1").dependencies.includes(service(graph, "app2").urn));
        assert.ok(service(graph, "app2").dependencies.includes(service(graph, "app3").urn));
        const middle = service(graph, "app2").inputs.serviceConnectConfiguration as Readonly<
            Record<string, Json>
        >;
        assert.ok(Array.isArray(middle.services));
        assert.equal(service(graph, "app2").options.deleteBeforeReplace, true);
    });

    it("run in a cluster that was adopted too", async () => {
        const text = bookstacks(APPS, [
            "selfhost:domain: example.com",
            "selfhost:cluster: { existing: ours }",
        ]);
        const graph = await recordText(text);
        assert.equal(only(graph, NAMESPACE).inputs.name, "selfhost-dev");
    });
});
