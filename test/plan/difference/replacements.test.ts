import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { REPLACEMENTS, replaces } from "../../../plan/difference/replacements";
import { ROOT, stackFiles } from "../../../scripts/golden";
import { planned } from "../../support/stacks";

/** The arguments that the SDK declares for a type: `aws:rds/cluster:Cluster` → those of ClusterArgs. */
function argumentsOf(type: string): ReadonlySet<string> {
    const [, pack = "", module = ""] = /^(aws|random):([^:]+):/.exec(type) ?? [];
    const file = pack === "random" ? module.replace("index/", "") : module;
    const declaration = path.join(ROOT, "node_modules/@pulumi", pack, `${file}.d.ts`);
    assert.ok(existsSync(declaration), `${type} has no declaration`);
    const [, args = ""] = readFileSync(declaration, "utf8").split(/export interface \w+Args \{/);
    return new Set([...args.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name = ""]) => name));
}

/** Where data is, and what is in front of it. */
const MUST_BE_KNOWN =
    /^aws:(rds|efs|s3|secretsmanager|kms|ecr|ssm|lb)\/|^aws:backup\/vault:|^aws:ecs\/|^aws:ec2\/(vpc|subnet):|^random:/;

describe("difference: what is replaced", () => {
    for (const [type, { source, properties, sometimes = [] }] of Object.entries(REPLACEMENTS)) {
        it(`${type}: properties that exist, and where the provider says so`, () => {
            const known = argumentsOf(type);
            const said = "allBut" in properties ? properties.allBut : properties;
            const unknown = [...said, ...sometimes].filter(
                (property) => !known.has(property.split(".")[0] ?? ""),
            );
            assert.deepEqual(unknown, []);
            assert.match(
                source,
                /^https:\/\/github\.com\/hashicorp\/terraform-provider-(aws|random)\/blob\/main\/internal\/.+\.go$/,
            );
        });
    }

    it("is known of everything stateful and of the load balancer, in every stack", async () => {
        for (const file of stackFiles()) {
            const { graph } = await planned(file);
            const missing = graph.resources
                .map(({ type }) => type)
                .filter((type) => MUST_BE_KNOWN.test(type) && !(type in REPLACEMENTS));
            assert.deepEqual([...new Set(missing)], [], file);
        }
    });

    for (const [type, at, expected] of [
        ["aws:ec2/vpc:Vpc", "cidrBlock", true],
        ["aws:ec2/vpc:Vpc", "enableDnsSupport", false],
        ["aws:ec2/vpc:Vpc", "instanceTenancy", undefined],
        ["aws:ec2/vpc:Vpc", "cidrBlockOfSomethingElse", false],
        ["aws:efs/accessPoint:AccessPoint", "rootDirectory.path", true],
        ["aws:efs/accessPoint:AccessPoint", "tags.Name", false],
        ["aws:ecr/repository:Repository", "encryptionConfigurations[0].kmsKey", true],
        ["aws:rds/cluster:Cluster", "engineVersion", false],
        ["aws:ecs/taskDefinition:TaskDefinition", "containerDefinitions[app].environment.A", true],
        ["aws:ecs/taskDefinition:TaskDefinition", "tags.Name", false],
        ["aws:sns/topic:Topic", "name", undefined],
    ] as const) {
        it(`${type} ${at}: ${String(expected)}`, () => {
            assert.equal(replaces(type, at), expected);
        });
    }

    it("is what the program says, too", () => {
        assert.equal(replaces("aws:sns/topic:Topic", "tags.Name", ["tags"]), true);
        assert.equal(replaces("aws:ec2/vpc:Vpc", "tags.Name", ["*"]), true);
    });
});
