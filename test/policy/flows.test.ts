/** Flows, wherever the rules of a security group are written. */
import assert from "node:assert/strict";
import type { Json, Resource } from "../../plan/graph";
import { flowsOf, includes, portText } from "../../policy/flows";
import { T } from "../../policy/types";
import { View } from "../../policy/view";
import { graph, ref, resource } from "../support/graphs";

const own = resource(T.securityGroup, "own");
const other = resource(T.securityGroup, "other");

function flows(item: Resource) {
    const view = new View(graph(own, other, ...(item === own ? [] : [item])));
    const found = view.find(item.urn);
    assert.ok(found);
    return flowsOf(found);
}

function said(item: Resource): readonly string[] {
    return flows(item).map((flow) => {
        const { direction, group, peer, inline } = flow;
        const end =
            peer.kind === "group" ? nameOf(peer.group) : peer.kind === "range" ? peer.range : peer.list;
        return `${nameOf(group)} ${direction} ${end} ${portText(flow)}${inline ? ", inside" : ""}`;
    });
}

function nameOf(urn: string): string {
    return urn.split("::").at(-1) ?? urn;
}

const tcp = { fromPort: 80, toPort: 81 };

describe("flows", () => {
    const cases: Readonly<Record<string, readonly [string, Readonly<Record<string, Json>>, ...string[]]>> = {
        "a range": [T.ingressRule, { ipProtocol: "tcp", ...tcp, cidrIpv6: "::/0" }, "own in ::/0 tcp 80-81"],
        "a group": [
            T.egressRule,
            { ipProtocol: "udp", fromPort: 53, toPort: 53, referencedSecurityGroupId: ref(other) },
            "own out other udp 53",
        ],
        "a group of somebody else": [
            T.ingressRule,
            { ipProtocol: "-1", referencedSecurityGroupId: "sg-1" },
            "own in sg-1 everything",
        ],
        "a prefix list": [
            T.egressRule,
            { ipProtocol: "tcp", ...tcp, prefixListId: "pl-1" },
            "own out pl-1 tcp 80-81",
        ],
        "a rule of the old kind, with several ranges": [
            T.securityGroupRule,
            {
                type: "egress",
                protocol: "tcp",
                ...tcp,
                cidrBlocks: ["10.0.0.0/8"],
                ipv6CidrBlocks: ["::/0"],
                prefixListIds: ["pl-1"],
            },
            "own out 10.0.0.0/8 tcp 80-81",
            "own out ::/0 tcp 80-81",
            "own out pl-1 tcp 80-81",
        ],
        "a rule of the old kind, for a group": [
            T.securityGroupRule,
            { type: "ingress", protocol: "tcp", ...tcp, sourceSecurityGroupId: ref(other) },
            "own in other tcp 80-81",
        ],
        "a rule of the old kind, for itself": [
            T.securityGroupRule,
            { type: "ingress", protocol: "icmp", self: true },
            "own in own icmp",
        ],
        "a rule of the old kind, not for itself": [
            T.securityGroupRule,
            { type: "ingress", protocol: "tcp", ...tcp, self: false, cidrBlocks: ["10.0.0.0/8"] },
            "own in 10.0.0.0/8 tcp 80-81",
        ],
    };
    for (const [label, [type, inputs, ...expected]] of Object.entries(cases)) {
        it(`are found in ${label}`, () => {
            assert.deepEqual(
                said(resource(type, "rule", { securityGroupId: ref(own), ...inputs })),
                expected,
            );
        });
    }

    it("are found inside of a group, in both directions", () => {
        const group = {
            ...own,
            ...resource(T.securityGroup, "own", {
                ingress: [{ protocol: "tcp", ...tcp, securityGroups: [ref(other), "sg-1"], self: true }],
                egress: [{ protocol: "-1", cidrBlocks: ["0.0.0.0/0"], self: false }],
            }),
        };
        const view = new View(graph(group, other));
        const item = view.find(group.urn);
        assert.ok(item);
        assert.deepEqual(
            flowsOf(item).map(
                (flow) =>
                    `${flow.direction} ${nameOf(flow.peer.kind === "group" ? flow.peer.group : "")} ${portText(flow)}`,
            ),
            ["in other tcp 80-81", "in sg-1 tcp 80-81", "in own tcp 80-81", "out  everything"],
        );
        assert.ok(flowsOf(item).every(({ inline }) => inline));
    });

    it("include the ports between their first and last, and with every protocol all of them", () => {
        const [range] = flows(
            resource(T.ingressRule, "rule", {
                securityGroupId: ref(own),
                ipProtocol: "tcp",
                ...tcp,
                cidrIpv4: "10.0.0.0/8",
            }),
        );
        const [all] = flows(
            resource(T.ingressRule, "rule", {
                securityGroupId: ref(own),
                ipProtocol: "-1",
                cidrIpv4: "10.0.0.0/8",
            }),
        );
        assert.ok(range && all);
        assert.deepEqual(
            [79, 80, 81, 82].map((port) => includes(range, port)),
            [false, true, true, false],
        );
        assert.ok(includes(all, 1));
    });
});
