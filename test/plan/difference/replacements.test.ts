import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { REPLACEMENTS, replaces } from "../../../plan/difference/replacements";
import { ROOT, stackFiles } from "../../../scripts/golden";
import { planned } from "../../support/stacks";
import { NAMING } from "../../engine/provider/facts";

/**
 * What the provider itself answered, asked to plan a change of each property of each type from one value to another, from
 * nothing to a value, and from a value to nothing (`PlanResourceChange` of its plugin protocol).
 */
interface Answer {
    readonly replaced?: readonly string[];
    /** Of those, what it leaves alone where the property goes. */
    readonly kept?: readonly string[];
    /** Replaced by some changes only. */
    readonly depends?: readonly string[];
    /** In the SDK, and not yet in that version. */
    readonly newer?: readonly string[];
}

const PROVIDER = JSON.parse(readFileSync(path.join(ROOT, "test/engine/provider/answers.json"), "utf8")) as {
    readonly provider: string;
    readonly types: Readonly<Record<string, Answer>>;
};

/** What is otherwise by now, or in the way that this program uses it. */
const OTHERWISE: Readonly<Record<string, readonly string[]>> = {
    // In place since https://github.com/hashicorp/terraform-provider-aws/pull/43533
    "aws:ecs/service:Service": ["capacityProviderStrategies"],
    // In place with the scope CRUD, which every invocation of this program has.
    "aws:lambda/invocation:Invocation": ["input"],
};

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

    for (const [type, { replaced = [], kept = [], depends = [], newer = [] }] of Object.entries(
        PROVIDER.types,
    )) {
        const rule = REPLACEMENTS[type];
        if (rule === undefined) {
            continue;
        }
        const { properties, sometimes = [] } = rule;
        const known = [...argumentsOf(type)].filter((property) => property !== "region");
        const ofBoth = known.filter((one) => !newer.includes(one) && OTHERWISE[type]?.includes(one) !== true);
        const words = (wanted: boolean | undefined, removed: boolean) =>
            ofBoth.filter((property) => replaces(type, property, { removed }) === wanted).sort();

        it(`${type}: what ${PROVIDER.provider} answers`, () => {
            assert.deepEqual(
                words(true, false).filter((property) => !sometimes.includes(property)),
                ofBoth.filter((one) => replaced.includes(one) && !sometimes.includes(one)).sort(),
            );
            const undecided = (one: string): boolean =>
                replaces(type, one) === undefined || rule.comingAndGoing?.includes(one) === true;
            assert.deepEqual(
                depends.filter((one) => !undecided(one)),
                [],
            );
            assert.ok("allBut" in properties || !properties.some((one) => sometimes.includes(one)));
        });

        it(`${type}: what it leaves alone where the program no longer says it`, () => {
            // A name that goes is made up anew.
            const { property: name = "" } = NAMING[type] ?? {};
            const isName = (one: string): boolean =>
                [name, `${name}Prefix`, "name", "namePrefix"].includes(one);
            const left = ofBoth.filter(
                (one) => kept.includes(one) && !sometimes.includes(one) && !isName(one),
            );
            assert.deepEqual(
                left.filter((one) => replaces(type, one, { removed: true }) !== false),
                [],
            );
            assert.deepEqual(
                words(true, true).filter((one) => rule.comingAndGoing?.includes(one) !== true),
                ofBoth.filter(
                    (one) => replaced.includes(one) && !sometimes.includes(one) && !left.includes(one),
                ),
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

    for (const [at, how, expected] of [
        ["cidrIpv4", {}, false],
        ["cidrIpv4", { removed: true }, true],
        ["referencedSecurityGroupId", { added: true }, true],
    ] as const) {
        it(`a rule of a security group, ${at} ${JSON.stringify(how)}: ${String(expected)}`, () => {
            assert.equal(
                replaces("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", at, how),
                expected,
            );
        });
    }

    it("is what the program says, too", () => {
        assert.equal(replaces("aws:sns/topic:Topic", "tags.Name", { replaceOnChanges: ["tags"] }), true);
        assert.equal(replaces("aws:ec2/vpc:Vpc", "tags.Name", { replaceOnChanges: ["*"] }), true);
    });
});
