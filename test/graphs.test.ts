/** What holds for the graph of every stack file, whoever made its resources. */
import assert from "node:assert/strict";
import { stackFiles } from "../scripts/golden";
import { stackName } from "../settings/stackFile";
import { assertWholePolicies } from "./support/documents";
import { assertInOneVpc, ofType } from "./support/graph";
import { planned } from "./support/stacks";

const STACK = "pulumi:pulumi:Stack";

for (const file of stackFiles()) {
    describe(`the graph of ${file}`, () => {
        it("gives every resource a component as its parent, and every component of the program the stack or another", async () => {
            const { graph } = await planned(file);
            const types = new Map(graph.resources.map(({ urn, type }) => [urn, type]));
            for (const { urn, type, parent } of graph.resources.filter(
                (resource) => resource.type !== STACK,
            )) {
                const above = parent === undefined ? undefined : types.get(parent);
                const own = type.startsWith("selfhost:") || type.startsWith("pulumi:providers:");
                assert.ok(
                    above?.startsWith("selfhost:") === true || (own && above === STACK),
                    `${urn} is below ${String(above)}`,
                );
            }
        });

        it("uses the one provider, which carries region, tags and account, for everything in AWS", async () => {
            const { graph } = await planned(file);
            const provider = graph.resources.find(({ type }) => type === "pulumi:providers:aws");
            assert.ok(provider);
            for (const { urn, options } of graph.resources.filter(({ type }) => type.startsWith("aws:"))) {
                assert.equal(options.provider, provider.urn, urn);
            }
        });

        it("refers to nothing that it does not register", async () => {
            const { graph } = await planned(file);
            const urns = new Set(graph.resources.map(({ urn }) => urn));
            for (const resource of graph.resources) {
                const mentioned = [...JSON.stringify(resource.inputs).matchAll(/\$\{(urn:[^}]+)\}/g)].map(
                    ([, text = ""]) => text,
                );
                for (const text of mentioned) {
                    // A name may hold dots, so the URN is the longest beginning that is one.
                    const beginnings = text.split(".").map((_, i, parts) => parts.slice(0, i + 1).join("."));
                    assert.ok(
                        beginnings.some((beginning) => urns.has(beginning)),
                        `${resource.urn} mentions ${text}`,
                    );
                }
                for (const urn of resource.dependencies) {
                    assert.ok(urns.has(urn), `${resource.urn} depends on ${urn}`);
                }
            }
        });

        it("writes whole policy documents: version, names, effects, actions and resources", async () => {
            const { graph } = await planned(file);
            assert.ok(assertWholePolicies(graph) > 0);
        });

        it("has everything of a network in one VPC, never in the account's default one", async () => {
            const { graph } = await planned(file);
            assert.ok(ofType(graph, "aws:ec2/securityGroup:SecurityGroup").length > 0);
            assertInOneVpc(graph);
        });

        it("makes roles only below the path that a deployment from GitHub may make and pass roles in", async () => {
            const { graph } = await planned(file);
            const roles = graph.resources.filter(({ type }) => type === "aws:iam/role:Role");
            assert.ok(roles.length > 0);
            for (const role of roles) {
                assert.equal(role.inputs.path, `/selfhost/${stackName(file)}/`, role.urn);
            }
        });
    });
}
