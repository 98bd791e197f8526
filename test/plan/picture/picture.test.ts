/** The picture shows what the graph says: every subnet, every flow that both sides allow, and nothing else. */
import assert from "node:assert/strict";
import type { Graph, Resource } from "../../../plan/graph";
import type { Picture } from "../../../plan/picture/model";
import { pictureOf } from "../../../plan/picture/picture";
import { stackFiles } from "../../../scripts/golden";
import { graph as graphOf, resource } from "../../support/graphs";
import { bookstacks, recordText } from "../../support/program";
import { planned } from "../../support/stacks";

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";

function rulesOf(graph: Graph, type: string): readonly Resource[] {
    return graph.resources.filter((one) => one.type === type);
}

/** Boxes that have something in a security group, read from the text of its inputs alone. */
function boxesIn(group: unknown, graph: Graph, picture: Picture): readonly string[] {
    const members = graph.resources
        .filter(({ type }) => !type.startsWith("aws:vpc/securityGroup") && !type.startsWith("aws:lambda/"))
        .filter(({ inputs }) => JSON.stringify(inputs).includes(JSON.stringify(group)))
        .map(({ urn }) => urn);
    return picture.nodes.filter(({ urns }) => urns.some((urn) => members.includes(urn))).map(({ id }) => id);
}

/** `from → to: port` for each rule between groups that has its other half. */
function expectedFlows(graph: Graph, picture: Picture): readonly string[] {
    const out = rulesOf(graph, EGRESS);
    return rulesOf(graph, INGRESS).flatMap(({ inputs: rule }) => {
        const from = rule.referencedSecurityGroupId;
        const answered = out.some(
            ({ inputs }) =>
                inputs.securityGroupId === from &&
                inputs.referencedSecurityGroupId === rule.securityGroupId &&
                inputs.fromPort === rule.fromPort,
        );
        return answered
            ? boxesIn(from, graph, picture).flatMap((source) =>
                  boxesIn(rule.securityGroupId, graph, picture).map(
                      (target) => `${source} → ${target}: ${JSON.stringify(rule.fromPort)}`,
                  ),
              )
            : [];
    });
}

function drawnFlows({ flows, nodes }: Picture): readonly string[] {
    const inside = (id: string): boolean => nodes.find((node) => node.id === id)?.place !== "outside";
    return flows
        .filter(({ from, to }) => inside(from) && inside(to))
        .flatMap(({ from, to, ports }) => ports.map((port) => `${from} → ${to}: ${port}`));
}

function without(graph: Graph, unwanted: (one: Resource) => boolean): Graph {
    return { ...graph, resources: graph.resources.filter((one) => !unwanted(one)) };
}

for (const file of stackFiles()) {
    describe(`the picture of ${file}`, () => {
        it("has a place for every type of resource that the stack uses", async () => {
            assert.deepEqual(pictureOf((await planned(file)).graph).notPlaced, []);
        });

        it("has every subnet in one tier, with its zone and its addresses", async () => {
            const { graph } = await planned(file);
            const own = rulesOf(graph, "aws:ec2/subnet:Subnet").map(({ name, inputs }) =>
                JSON.stringify([name, inputs.availabilityZone, inputs.cidrBlock]),
            );
            // Of somebody else's subnets, nothing is known but the id.
            const placed = JSON.stringify(graph.resources.filter(({ custom }) => custom));
            const adopted = [...placed.matchAll(/"(subnet-[0-9a-f]{17})"/g)].map(([, id]) => id);
            const subnets = [...own, ...new Set(adopted.map((id) => JSON.stringify([id, "", id])))];
            const drawn = pictureOf(graph).places.flatMap((place) =>
                place.subnets.map(({ name, zone, cidr }) => JSON.stringify([name, zone, cidr])),
            );
            assert.deepEqual([...drawn].sort(), [...subnets].sort());
        });

        it("lets flow between boxes exactly what the rules of both sides allow", async () => {
            const { graph } = await planned(file);
            const picture = pictureOf(graph);
            const expected = expectedFlows(graph, picture);
            // Behind somebody else's load balancer, every request comes from outside.
            assert.equal(expected.length > 0, rulesOf(graph, "aws:lb/loadBalancer:LoadBalancer").length > 0);
            assert.deepEqual([...drawnFlows(picture)].sort(), [...expected].sort());
        });

        it("uses every rule for an arrow, or says why not", async () => {
            const { graph } = await planned(file);
            const { flows, notDrawn } = pictureOf(graph);
            const rules = [...rulesOf(graph, INGRESS), ...rulesOf(graph, EGRESS)].map(({ urn }) => urn);
            const told = [...flows.flatMap((flow) => flow.rules), ...notDrawn.map(({ urn }) => urn)];
            assert.deepEqual([...new Set(told)].sort(), [...rules].sort());
        });

        it("has every box in one of its places, and every arrow between its boxes", async () => {
            const { nodes, places, flows, uses } = pictureOf((await planned(file)).graph);
            const ids = nodes.map(({ id }) => id);
            assert.equal(new Set(ids).size, ids.length);
            for (const { id, place } of nodes) {
                assert.ok(
                    places.some((one) => one.id === place),
                    `${id} is in ${place}`,
                );
            }
            for (const { from, to } of [...flows, ...uses]) {
                assert.ok(ids.includes(from) && ids.includes(to), `${from} → ${to}`);
            }
        });

        it("has every resource in one box at most", async () => {
            const urns = pictureOf((await planned(file)).graph).nodes.flatMap((node) => node.urns);
            assert.equal(new Set(urns).size, urns.length);
        });
    });
}

describe("the picture", () => {
    const box = (picture: Picture, kind: string): Picture["nodes"][number] => {
        const found = picture.nodes.find((node) => node.kind === kind);
        assert.ok(found, `no ${kind}`);
        return found;
    };

    it("orders tiers from the internet to the data", async () => {
        for (const file of ["Pulumi.dev.yaml", "Pulumi.prod.yaml"]) {
            const { places } = pictureOf((await planned(file)).graph);
            const tiers = places.filter(({ kind }) => kind === "tier");
            assert.deepEqual(
                tiers.map(({ title }) => title),
                ["Public subnets", "Private subnets", "Data subnets"],
            );
        }
    });

    it("says where the routes of each tier lead", async () => {
        const ways = pictureOf((await planned("Pulumi.prod.yaml")).graph).places.map(({ wayOut }) => wayOut);
        assert.deepEqual(
            ways.filter((way) => way !== undefined),
            ["way out: internet gateway", "way out: NAT gateway", "no way out"],
        );
    });

    it("puts boxes where their subnets are", async () => {
        const [dev, prod] = [
            pictureOf((await planned("Pulumi.dev.yaml")).graph),
            pictureOf((await planned("Pulumi.prod.yaml")).graph),
        ];
        assert.equal(box(dev, "service").place, "tier-public");
        assert.equal(box(prod, "service").place, "tier-private");
        for (const kind of ["database", "fileSystem"]) {
            assert.equal(box(prod, kind).place, "tier-data");
            assert.deepEqual(box(prod, kind).zones, ["a", "b", "c"]);
        }
        assert.equal(box(prod, "loadBalancer").place, "tier-public");
        assert.equal(box(prod, "bucket").place, "region");
    });

    it("leads to the internet through the NAT gateway where the routes do, and directly where they do not", async () => {
        const out = async (file: string): Promise<Picture["flows"]> =>
            pictureOf((await planned(file)).graph).flows.filter(({ to }) => to === "internet");
        assert.deepEqual(
            (await out("Pulumi.prod.yaml")).map(({ via, ports }) => [via, ports]),
            [["gateway-all", ["443", "465", "587"]]],
        );
        assert.deepEqual(
            (await out("Pulumi.dev.yaml")).map(({ via }) => via),
            [undefined],
        );
    });

    it("lets in from the internet what the load balancer's rules do", async () => {
        const { flows } = pictureOf((await planned("Pulumi.prod.yaml")).graph);
        const entering = flows.filter(({ from }) => from === "internet");
        assert.deepEqual(
            entering.map(({ to, ports }) => [to, ports]),
            [["loadBalancer-edge-alb", ["80", "443"]]],
        );
    });

    it("draws no arrow for a rule without its other half, and says so", async () => {
        const { graph } = await planned("Pulumi.prod.yaml");
        const half = without(graph, ({ name }) => name === "bookstack-database-bookstack-out");
        const before = pictureOf(graph);
        const { flows, notDrawn } = pictureOf(half);
        assert.equal(flows.length, before.flows.length - 1);
        assert.deepEqual(
            notDrawn.map(({ name, why }) => [name, why]),
            [["bookstack-database-bookstack-in", "nothing lets it out on the other side"]],
        );
    });

    it("draws no arrow to the internet where no route leads there", async () => {
        const { graph } = await planned("Pulumi.prod.yaml");
        const closed = without(graph, ({ name }) => /^network-private-.*internet/.test(name));
        const { flows, notDrawn } = pictureOf(closed);
        assert.ok(!flows.some(({ to }) => to === "internet"));
        assert.deepEqual([...new Set(notDrawn.map(({ why }) => why))], ["no route leads there"]);
    });

    it("lists a type that nobody gave a place", () => {
        const { notPlaced } = pictureOf(graphOf(resource("aws:made/up:Thing", "thing")));
        assert.deepEqual(notPlaced, ["aws:made/up:Thing"]);
    });

    it("lists a part of something that is not there", () => {
        const { notPlaced } = pictureOf(graphOf(resource("aws:lb/listener:Listener", "alone")));
        assert.deepEqual(notPlaced, ["aws:lb/listener:Listener alone, which is part of nothing"]);
    });

    it("shows a load balancer of somebody else's as what it is here: a security group outside", () => {
        const group = resource("aws:ec2/securityGroup:SecurityGroup", "tasks");
        const rule = resource(INGRESS, "in", {
            securityGroupId: `\${${group.urn}.id}`,
            referencedSecurityGroupId: "sg-0123",
            fromPort: 80,
            toPort: 80,
            ipProtocol: "tcp",
            description: "Requests",
        });
        const service = resource("aws:ecs/service:Service", "web", {
            networkConfiguration: {
                securityGroups: [`\${${group.urn}.id}`],
                subnets: ["subnet-1", "subnet-2"],
            },
        });
        const { nodes, flows, places, vpc } = pictureOf(graphOf(group, rule, service));
        assert.deepEqual(
            flows.map(({ from, to, ports, why }) => [from, to, ports, why]),
            [["outside-sg-0123", "service-web", ["80"], ["Requests"]]],
        );
        assert.deepEqual(nodes.find(({ id }) => id === "outside-sg-0123")?.lines, ["sg-0123"]);
        assert.equal(vpc, "Existing VPC");
        assert.deepEqual(
            places
                .filter(({ kind }) => kind === "tier")
                .map(({ subnets }) => subnets.map(({ name }) => name)),
            [["subnet-1", "subnet-2"]],
        );
    });

    it("draws a flow to a gateway endpoint, whose rule names a prefix list", async () => {
        const text = bookstacks({ wiki: "" }, [
            "selfhost:domain: example.com",
            "selfhost:network: { egress: endpoints }",
        ]);
        const picture = pictureOf(await recordText(text, "prod"));
        const ends = picture.flows.filter(({ from }) => from.startsWith("service-")).map(({ to }) => to);
        assert.ok(ends.includes("endpoints-Gateway") && ends.includes("endpoints-Interface"), ends.join(" "));
        assert.ok(!ends.includes("internet"));
    });

    it("keeps what several services use below what one uses", async () => {
        const text = bookstacks({ wiki: "", notes: "" });
        const { nodes, uses } = pictureOf(await recordText(text));
        const secrets = nodes.find(({ kind }) => kind === "secrets");
        assert.deepEqual(
            uses.filter(({ to }) => to === secrets?.id).map(({ from }) => from),
            ["service-notes-service", "service-wiki-service"],
        );
    });
});
