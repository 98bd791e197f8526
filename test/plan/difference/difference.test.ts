import assert from "node:assert/strict";
import fc from "fast-check";
import { type Compared, difference, isEmpty, nothing } from "../../../plan/difference/difference";
import type { Change, Difference, PlanDocument, PlannedResource } from "../../../plan/difference/model";
import type { Json } from "../../../plan/graph";
import {
    BUCKET,
    CLUSTER,
    output,
    PASSWORD,
    plan,
    POLICY,
    resource,
    SECRET,
    SUBNET,
    VERSION,
    VPC,
} from "./support";

function between(
    before: readonly PlannedResource[],
    after: readonly PlannedResource[],
    compared: Compared = {},
): Difference {
    return difference(plan(before), plan(after), compared);
}

function names(changes: readonly Pick<Change, "name">[]): readonly string[] {
    return changes.map(({ name }) => name);
}

/** What changes, as `name.path`. */
function paths(changes: readonly Change[]): readonly string[] {
    return changes.flatMap(({ name, properties }) => properties.map(({ path }) => `${name}.${path}`));
}

describe("difference: what changes", () => {
    it("is what came, what went, and what is not as it was", () => {
        const found = between(
            [resource(BUCKET, "a"), resource(BUCKET, "b", { forceDestroy: false }), resource(BUCKET, "c")],
            [resource(BUCKET, "b", { forceDestroy: true }), resource(BUCKET, "c"), resource(BUCKET, "d")],
        );
        assert.deepEqual(names(found.removed), ["a"]);
        assert.deepEqual(names(found.added), ["d"]);
        assert.deepEqual(found.changed, [
            {
                urn: resource(BUCKET, "b").urn,
                type: BUCKET,
                name: "b",
                properties: [{ path: "forceDestroy", before: false, after: true, replaces: false }],
                decided: true,
            },
        ]);
        assert.ok(!isEmpty(found));
    });

    it("is replaced where the provider cannot change it in place", () => {
        const found = between(
            [resource(VPC, "vpc", { cidrBlock: "a" })],
            [resource(VPC, "vpc", { cidrBlock: "b" })],
        );
        assert.deepEqual([names(found.replaced), names(found.changed)], [["vpc"], []]);
    });

    it("is left to the preview where the table has no such type, or it depends on the values", () => {
        for (const [type, property] of [
            ["aws:sns/topic:Topic", "fifoTopic"],
            [SUBNET, "ipv6CidrBlock"],
        ] as const) {
            const { changed } = between(
                [resource(type, "x", { [property]: 1 })],
                [resource(type, "x", { [property]: 2 })],
            );
            assert.deepEqual(
                changed.map(({ decided }) => decided),
                [false],
                type,
            );
        }
    });

    it("is nothing where the program ignores it, and a replacement where the program says so", () => {
        const ignoring = (desiredCount: number): PlannedResource =>
            resource(CLUSTER, "c", { desiredCount }, { options: { ignoreChanges: ["desiredCount"] } });
        assert.ok(isEmpty(between([ignoring(1)], [ignoring(2)])));
        const replacing = (tags: Json): PlannedResource =>
            resource(BUCKET, "b", { tags }, { options: { replaceOnChanges: ["tags"] } });
        assert.deepEqual(names(between([replacing({ a: 1 })], [replacing({ a: 2 })]).replaced), ["b"]);
    });

    it("follows from the replacement of what it refers to, and so on", () => {
        const stack = (cidrBlock: string): readonly PlannedResource[] => {
            const vpc = resource(VPC, "vpc", { cidrBlock });
            const subnet = resource(SUBNET, "subnet", { vpcId: output(vpc, "id"), cidrBlock: "x" });
            const group = resource("aws:rds/subnetGroup:SubnetGroup", "group", {
                subnetIds: [output(subnet, "id")],
            });
            const cluster = resource(CLUSTER, "cluster", { dbSubnetGroupName: output(group, "name") });
            return [cluster, group, subnet, vpc];
        };
        const found = between(stack("a"), stack("b"));
        assert.deepEqual(names(found.replaced), ["subnet", "vpc"]);
        // The group keeps its name when its subnets are others, so that the database stays.
        assert.deepEqual(names(found.changed), ["group"]);
        assert.deepEqual(found.changed[0]?.properties, [
            {
                path: "subnetIds[]",
                before: output(resource(SUBNET, "subnet"), "id"),
                after: output(resource(SUBNET, "subnet"), "id"),
                replaces: false,
                because: resource(SUBNET, "subnet").urn,
            },
        ]);
        assert.match(
            found.warnings.join(),
            /vpc is replaced, and AWS does not let a database's subnet group/,
        );
    });

    it("follows also in a JSON text, and through a list of names and numbers", () => {
        const groups = (port: number): readonly PlannedResource[] => {
            const group = resource("aws:lb/targetGroup:TargetGroup", "a", { port });
            const targetGroups = [{ arn: output(group, "arn"), weight: 100 }];
            const rule = resource("aws:lb/listenerRule:ListenerRule", "rule", {
                actions: [{ forward: { targetGroups } }],
            });
            const policy = resource(POLICY, "policy", {
                policy: JSON.stringify({ Statement: [{ Sid: "A", Resource: output(group, "arn") }] }),
            });
            return [group, rule, policy];
        };
        assert.deepEqual(paths(between(groups(80), groups(81)).changed), [
            "rule.actions.forward.targetGroups.arn",
            "policy.policy.Statement[A].Resource",
        ]);
    });

    it("follows from a generated value although no plan shows it", () => {
        const stack = (length: number): readonly PlannedResource[] => {
            const password = resource(PASSWORD, "password", { length });
            const version = resource(
                VERSION,
                "version",
                { secretString: "[secret]" },
                { dependencies: [password.urn] },
            );
            return [password, version];
        };
        assert.deepEqual(names(between(stack(20), stack(30)).replaced), ["password", "version"]);
    });

    it("is what is in a file, where somebody says that it changed", () => {
        const image = resource("awsx:ecr:Image", "image", { context: "docker/web" });
        const code = resource("aws:lambda/function:Function", "job", {
            code: {
                asset: "assets",
                assets: { "index.mjs": { asset: "file", path: "lambda/job/index.mjs" } },
            },
        });
        const files = (...changedFiles: readonly string[]): readonly string[] =>
            paths(between([image, code], [image, code], { changedFiles }).changed);
        assert.deepEqual(files("docker/web/Dockerfile"), ["image.context"]);
        assert.deepEqual(files("lambda/job/index.mjs"), ["job.code[index.mjs]"]);
        assert.deepEqual(files("docker/website/Dockerfile", "lambda/job/index.mjs.bak"), []);
    });

    it("is a safeguard that is set or lifted", () => {
        const [off, on] = [false, true].map((protect) => resource(BUCKET, "b", {}, { options: { protect } }));
        assert.ok(off && on);
        const { guards, ...rest } = between([on], [off]);
        assert.deepEqual(
            guards.map(({ name, option, set }) => ({ name, option, set })),
            [{ name: "b", option: "protect", set: false }],
        );
        assert.deepEqual([rest.changed, rest.replaced], [[], []]);
    });
});

describe("difference: two environments", () => {
    const environment = (stack: string, size: number): PlanDocument => {
        const files = resource(BUCKET, "files", { bucket: `selfhost-${stack}-files` }, {}, stack);
        const policy = resource(POLICY, "policy", { bucket: output(files, "id"), size }, {}, stack);
        return plan([files, policy], { stack, region: stack === "prod" ? "eu-west-1" : "us-east-1" });
    };

    it("differ in more than their names", () => {
        assert.ok(isEmpty(difference(environment("dev", 1), environment("prod", 1))));
        assert.deepEqual(paths(difference(environment("dev", 1), environment("prod", 2)).changed), [
            "policy.size",
        ]);
    });

    it("replace and lose nothing: none becomes the other", () => {
        const found = difference(
            plan([resource(VPC, "vpc", { cidrBlock: "a" }), resource(BUCKET, "b")]),
            plan([resource(VPC, "vpc", { cidrBlock: "b" }, {}, "prod")], { stack: "prod" }),
        );
        assert.equal(found.sameStack, false);
        assert.deepEqual([found.replaced, found.dataLoss, found.warnings], [[], [], []]);
        assert.deepEqual([names(found.changed), names(found.removed)], [["vpc"], ["b"]]);
    });

    it("ignore nothing: what a program leaves alone later it has set first", () => {
        const desired = (stack: string, count: number): PlanDocument =>
            plan([resource(CLUSTER, "c", { count }, { options: { ignoreChanges: ["count"] } }, stack)], {
                stack,
            });
        assert.deepEqual(paths(difference(desired("dev", 1), desired("prod", 2)).changed), ["c.count"]);
    });
});

describe("difference: what is lost", () => {
    function loss(gone: PlannedResource, others: readonly PlannedResource[] = []): string {
        const { dataLoss } = between([gone, ...others], []);
        const found = dataLoss.find(({ urn }) => urn === gone.urn);
        return found === undefined ? "nothing" : [found.outcome, ...found.said].join("; ");
    }

    const TABLE: readonly (readonly [string, PlannedResource, string])[] = [
        ["a bucket that may be emptied", resource(BUCKET, "b", { forceDestroy: true }), "lost"],
        ["a bucket", resource(BUCKET, "b", {}), "refused; S3 keeps a bucket that is not empty"],
        [
            "a protected bucket",
            resource(BUCKET, "b", { forceDestroy: true }, { options: { protect: true } }),
            "refused; protected: `pulumi up` refuses",
        ],
        [
            "a bucket that stays",
            resource(BUCKET, "b", { forceDestroy: true }, { options: { retainOnDelete: true } }),
            "kept; it stays in AWS, where Pulumi no longer manages it",
        ],
        ["a database without a snapshot", resource(CLUSTER, "c", { skipFinalSnapshot: true }), "lost"],
        [
            "a database",
            resource(CLUSTER, "c", { skipFinalSnapshot: false }),
            "recoverable; a final snapshot is taken",
        ],
        [
            "a database with every protection",
            resource(CLUSTER, "c", { deletionProtection: true }, { options: { protect: true } }),
            "refused; protected: `pulumi up` refuses; RDS's deletion protection is on; a final snapshot is taken",
        ],
        ["files", resource("aws:efs/fileSystem:FileSystem", "f"), "lost"],
        ["images", resource("aws:ecr/repository:Repository", "r", { forceDelete: true }), "lost"],
        [
            "a key",
            resource("aws:kms/key:Key", "k", { deletionWindowInDays: 7 }),
            "recoverable; KMS takes it back for 7 days",
        ],
        ["a secret that others write", resource(SECRET, "s", { recoveryWindowInDays: 0 }), "lost"],
        [
            "a secret with a way back",
            resource(SECRET, "s"),
            "recoverable; Secrets Manager restores it for 30 days",
        ],
        [
            "a parameter that others write",
            resource(
                "aws:ssm/parameter:Parameter",
                "p",
                {},
                { options: { ignoreChanges: ["insecureValue"] } },
            ),
            "lost",
        ],
        ["a parameter that the program writes", resource("aws:ssm/parameter:Parameter", "p"), "nothing"],
        ["a random value that is nobody's secret", resource(PASSWORD, "r"), "nothing"],
        ["an instance of a database", resource("aws:rds/clusterInstance:ClusterInstance", "i"), "nothing"],
    ];

    for (const [what, gone, expected] of TABLE) {
        it(`${what}: ${expected}`, () => {
            assert.equal(loss(gone), expected);
        });
    }

    it("a secret that the program can write again is no loss, a generated one is, and so is its value", () => {
        const secret = resource(SECRET, "secret", { recoveryWindowInDays: 0 });
        const password = resource(PASSWORD, "password");
        const version = (...more: readonly PlannedResource[]): PlannedResource =>
            resource(VERSION, "version", {}, { dependencies: [secret, ...more].map(({ urn }) => urn) });
        assert.equal(loss(secret, [version()]), "nothing");
        assert.equal(loss(secret, [version(password), password]), "lost");
        assert.equal(loss(password, [version(password), secret]), "lost");
        const invocation = resource(
            "aws:lambda/invocation:Invocation",
            "user",
            {},
            { dependencies: [secret.urn] },
        );
        assert.equal(loss(secret, [invocation]), "nothing", "a database user's, which goes with the user");
    });

    it("is said of what is replaced, as it was set up before", () => {
        const cluster = (engine: string, deletionProtection: boolean): PlannedResource =>
            resource(CLUSTER, "c", { engine, deletionProtection });
        const { dataLoss } = between([cluster("a", true)], [cluster("b", false)]);
        assert.deepEqual(
            dataLoss.map(({ how, outcome }) => [how, outcome]),
            [["replaced", "refused"]],
        );
    });

    it("is everything, where the region changes", () => {
        const [before, after] = ["eu-west-1", "eu-central-1"].map((region) =>
            plan([resource(BUCKET, "b")], { region }),
        );
        assert.ok(before && after);
        const found = difference(before, after);
        assert.deepEqual(
            found.dataLoss.map(({ how }) => how),
            ["left behind"],
        );
        assert.match(found.warnings.join(), /from eu-west-1 to eu-central-1/);
    });
});

describe("difference: cost and policy", () => {
    const violation = {
        policy: "encrypted",
        level: "mandatory",
        urn: resource(BUCKET, "b").urn,
        message: "is not",
    };
    const costs = (monthly: number): Pick<PlanDocument, "cost"> => ({
        cost: { currency: "USD", monthly, idleMonthly: 1, lines: [{ urn: violation.urn, monthly }] },
    });

    it("are there where both plans have them", () => {
        const { cost, policy } = difference(
            plan([], { ...costs(10), policy: { violations: [] } }),
            plan([], { ...costs(12.5), policy: { violations: [violation] } }),
        );
        assert.deepEqual(cost, {
            currency: "USD",
            monthly: { before: 10, after: 12.5, change: 2.5 },
            idleMonthly: { before: 1, after: 1, change: 0 },
            resources: [{ urn: violation.urn, before: 10, after: 12.5 }],
        });
        assert.deepEqual(policy, { before: 0, after: 1, added: [violation], resolved: [] });
        const partly = difference(plan([], costs(10)), plan([], { policy: { violations: [] } }));
        assert.deepEqual([partly.cost, partly.policy], [undefined, undefined]);
    });

    it("of another stack are about the same resources", () => {
        const prod = plan([], {
            stack: "prod",
            policy: { violations: [{ ...violation, urn: resource(BUCKET, "b", {}, {}, "prod").urn }] },
        });
        const { policy } = difference(prod, plan([], { policy: { violations: [violation] } }));
        assert.deepEqual([policy?.added, policy?.resolved], [[], []]);
    });
});

describe("difference: laws", () => {
    const value = fc.oneof(
        fc.constantFrom("a", "b", "c"),
        fc.integer({ min: 0, max: 3 }),
        fc.array(fc.constantFrom("x", "y", "z")),
    );
    const planned = fc
        .uniqueArray(
            fc.record({
                type: fc.constantFrom(BUCKET, VPC, CLUSTER, "aws:sns/topic:Topic"),
                name: fc.constantFrom("a-1", "a-2", "b-1", "b-2", "c"),
                inputs: fc.dictionary(fc.constantFrom("cidrBlock", "engine", "tags", "bucket"), value),
                protect: fc.boolean(),
            }),
            { selector: ({ type, name }) => `${type} ${name}` },
        )
        .map((list) =>
            plan(
                list.map(({ type, name, inputs, protect }) =>
                    resource(type, name, inputs, { options: { protect } }),
                ),
            ),
        );

    it("a plan does not differ from itself", () => {
        fc.assert(fc.property(planned, (one) => isEmpty(difference(one, one))));
    });

    it("the other way round, what came goes and what changed changes back", () => {
        fc.assert(
            fc.property(planned, planned, (before, after) => {
                const [there, back] = [difference(before, after), difference(after, before)];
                const urns = (list: readonly { urn: string }[]): string[] =>
                    list.map(({ urn }) => urn).sort();
                assert.deepEqual(urns(there.added), urns(back.removed));
                assert.deepEqual(urns(there.removed), urns(back.added));
                // What goes may stay as it is in AWS where what comes replaces: together they are the same.
                const differing = ({ replaced, changed }: Difference): string[] =>
                    urns([...replaced, ...changed]);
                assert.deepEqual(differing(there), differing(back));
                assert.deepEqual(urns(there.guards), urns(back.guards));
            }),
        );
    });

    it("every resource is accounted for, once", () => {
        fc.assert(
            fc.property(planned, planned, (before, after) => {
                const { added, removed, replaced, changed } = difference(before, after);
                const same = after.resources.length - added.length;
                assert.equal(same, before.resources.length - removed.length);
                assert.ok(replaced.length + changed.length <= same);
            }),
        );
    });

    it("against nothing, everything is new", () => {
        fc.assert(
            fc.property(planned, (one) => {
                const { added, removed, replaced, changed } = difference(nothing(one), one);
                assert.equal(added.length, one.resources.length);
                assert.deepEqual([removed, replaced, changed], [[], [], []]);
            }),
        );
    });
});
