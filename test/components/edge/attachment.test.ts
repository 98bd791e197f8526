import assert from "node:assert/strict";
import { conditionsOf } from "../../../components/edge/attachment";
import type { Graph } from "../../../plan/graph";
import { assertParents, ofType, only, reference } from "../../support/graph";
import { remembered } from "../../support/recorded";
import { app } from "../service/fixture";
import {
    adopted,
    BLOG,
    created,
    EGRESS_RULE,
    GROUP,
    INGRESS_RULE,
    recordEdge,
    RULE,
    TARGET_GROUP,
    THEIR_LISTENER,
    WIKI,
    withoutDomain,
} from "./fixture";

const both = remembered(() => recordEdge(created(), [WIKI, BLOG]));

interface Attached {
    readonly url: string;
    readonly securityGroupId: string;
    readonly targetGroups: { readonly active: string; readonly alternate?: string };
    readonly ruleArn: string;
    readonly suffixes: readonly string[];
    readonly waits: readonly string[];
}

/** What `attach` answered. */
function attached(graph: Graph, name: string): Attached {
    return graph.outputs[name] as unknown as Attached;
}

describe("an app behind the load balancer", () => {
    it("has two target groups from its first day, so that its strategy can change later", async () => {
        const graph = await both();
        const [a, b] = [only(graph, TARGET_GROUP, "wiki-a"), only(graph, TARGET_GROUP, "wiki-b")];
        assert.deepEqual(a.inputs, b.inputs);
        assert.deepEqual(only(graph, RULE, "wiki-rule").inputs.actions, [
            {
                type: "forward",
                forward: {
                    targetGroups: [
                        { arn: reference(a, "arn"), weight: 100 },
                        { arn: reference(b, "arn"), weight: 0 },
                    ],
                    stickiness: { enabled: false, duration: 3600 },
                },
            },
        ]);
        assert.deepEqual(attached(graph, "wiki").targetGroups, {
            active: reference(a, "arn"),
            alternate: reference(b, "arn"),
        });
    });

    it("has one where two releases must not run at a time", async () => {
        const graph = await both();
        const group = only(graph, TARGET_GROUP, "blog-a");
        assert.equal(ofType(graph, TARGET_GROUP).filter(({ name }) => name.startsWith("blog")).length, 1);
        assert.deepEqual(only(graph, RULE, "blog-rule").inputs.actions, [
            { type: "forward", targetGroupArn: reference(group, "arn") },
        ]);
        assert.deepEqual(attached(graph, "blog").targetGroups, { active: reference(group, "arn") });
    });

    it("may change its port without a new target group", async () => {
        const ports = ofType(await both(), TARGET_GROUP).map(({ inputs }) => inputs.port);
        assert.deepEqual([...new Set(ports)], [80]);
    });

    it("is checked and drained as its settings say, over IPv4", async () => {
        const { inputs } = only(await both(), TARGET_GROUP, "wiki-a");
        assert.deepEqual(inputs.healthCheck, {
            enabled: true,
            protocol: "HTTP",
            port: "traffic-port",
            path: "/status",
            matcher: "200",
            interval: 30,
            timeout: 10,
            healthyThreshold: 2,
            unhealthyThreshold: 3,
        });
        assert.equal(inputs.deregistrationDelay, WIKI.deploy.deregistrationSeconds);
        assert.deepEqual([inputs.targetType, inputs.ipAddressType], ["ip", "ipv4"]);
    });

    it("has a rule of its own, with the priority that was decided", async () => {
        const graph = await both();
        assert.equal(only(graph, RULE, "wiki-rule").inputs.priority, 100);
        assert.equal(only(graph, RULE, "blog-rule").inputs.priority, 200);
    });

    it("leaves the others as they are when it comes or goes", async () => {
        const alone = await recordEdge(created(), [WIKI]);
        const together = await both();
        const ofWiki = ({ resources }: Graph) => resources.filter(({ name }) => name.startsWith("wiki-"));
        assert.deepEqual(ofWiki(alone), ofWiki(together));
        assert.ok(ofWiki(alone).length > 5);
    });

    it("is reached by the load balancer alone, on its own port", async () => {
        const graph = await both();
        const balancer = reference(only(graph, GROUP, "edge-alb"), "id");
        for (const [name, port] of [
            ["wiki", 80],
            ["blog", 2368],
        ] as const) {
            const tasks = reference(only(graph, GROUP, `${name}-tasks`), "id");
            assert.equal(attached(graph, name).securityGroupId, tasks);
            const incoming = ofType(graph, INGRESS_RULE)
                .filter(({ inputs }) => inputs.securityGroupId === tasks)
                .map(({ inputs }) => [inputs.referencedSecurityGroupId, inputs.fromPort, inputs.toPort]);
            assert.deepEqual(incoming, [[balancer, port, port]]);
        }
    });

    it("is all that the load balancer reaches", async () => {
        const graph = await both();
        const balancer = reference(only(graph, GROUP, "edge-alb"), "id");
        const reached = ofType(graph, EGRESS_RULE)
            .filter(({ inputs }) => inputs.securityGroupId === balancer)
            .map(({ inputs }) => [inputs.referencedSecurityGroupId, inputs.fromPort]);
        assert.deepEqual(reached, [
            [attached(graph, "blog").securityGroupId, 2368],
            [attached(graph, "wiki").securityGroupId, 80],
        ]);
    });

    it("tells a service to wait for its rule, its flows and its way out", async () => {
        const graph = await both();
        const waits = attached(graph, "wiki").waits.map((urn) => urn.split("::").at(-1));
        for (const name of ["wiki-rule", "wiki-requests-in", "wiki-requests-out", "wiki-to-https"]) {
            assert.ok(waits.includes(name), name);
        }
        assert.ok(waits.includes("network-public-internet"));
    });

    it("tells a service the labels of its metrics", async () => {
        const graph = await both();
        const [balancer, group] = attached(graph, "wiki").suffixes;
        assert.match(balancer ?? "", /edge-alb\.arnSuffix/);
        assert.equal(group, reference(only(graph, TARGET_GROUP, "wiki-a"), "arnSuffix"));
        const theirs = await recordEdge(adopted(), [WIKI], false, "adopt");
        assert.equal(attached(theirs, "wiki").suffixes[0], "app/shared/50dc6c495c0c9188");
        assert.ok(THEIR_LISTENER.includes("app/shared/50dc6c495c0c9188"));
    });

    it("is the parent of all that belongs to it", async () => {
        const graph = await both();
        const own = graph.resources.filter(({ urn }) => urn.includes("selfhost:index:Attachment"));
        const { urn } = only({ ...graph, resources: own }, "selfhost:index:Attachment", "wiki");
        const wiki = own.filter(({ name, parent }) => name === "wiki" || parent === urn);
        assertParents({ ...graph, resources: wiki }, "wiki");
        assert.ok(own.filter(({ name }) => name.startsWith("wiki-")).every(({ parent }) => parent === urn));
    });
});

describe("an app's address", () => {
    it("is what the settings say", async () => {
        assert.equal(attached(await both(), "blog").url, "https://www.example.com/blog");
    });

    it("is the load balancer's own name without a domain, and never ends in a slash", async () => {
        const root = app({
            name: "root",
            route: { host: undefined, path: "/", priority: 1, url: undefined },
        });
        const docs = app({
            name: "docs",
            route: { host: undefined, path: "/docs", priority: 2, url: undefined },
        });
        const graph = await recordEdge(withoutDomain(), [root, docs]);
        assert.match(attached(graph, "root").url, /^http:\/\/\$\{.*edge-alb\.dnsName\}$/);
        assert.match(attached(graph, "docs").url, /^http:\/\/\$\{.*edge-alb\.dnsName\}\/docs$/);
    });
});

describe("the conditions of a rule", () => {
    it("are the host, and the path with everything below it", () => {
        assert.deepEqual(conditionsOf({ host: "wiki.example.com", path: "/" }), [
            { hostHeader: { values: ["wiki.example.com"] } },
        ]);
        assert.deepEqual(conditionsOf({ host: "wiki.example.com", path: "/docs" }), [
            { hostHeader: { values: ["wiki.example.com"] } },
            { pathPattern: { values: ["/docs", "/docs/*"] } },
        ]);
        assert.deepEqual(conditionsOf({ host: undefined, path: "/docs" }), [
            { pathPattern: { values: ["/docs", "/docs/*"] } },
        ]);
    });

    it("are never none, which AWS refuses", () => {
        assert.deepEqual(conditionsOf({ host: undefined, path: "/" }), [{ pathPattern: { values: ["/*"] } }]);
    });
});
