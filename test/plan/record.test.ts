import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { Graph } from "../../plan/graph";
import { type Program, record, type RecordOptions } from "../../plan/record";
import { ofType, only, reference } from "../support/graph";

const BASE = { project: "selfhost", stack: "dev", region: "eu-west-1" };
const CANARY = "canary-8f3b1c";

class Group extends pulumi.ComponentResource {
    constructor(name: string, opts: pulumi.ComponentResourceOptions, children: (group: Group) => void) {
        super("selfhost:index:Group", name, {}, opts);
        children(this);
        this.registerOutputs({});
    }
}

/** Records what a plain function registers. */
function recorded(
    register: () => Record<string, unknown> | undefined,
    options: Partial<RecordOptions> = {},
): Promise<Graph> {
    const program: Program = () => Promise.resolve(register());
    return record(program, { ...BASE, ...options });
}

function bucket(name: string, opts?: pulumi.CustomResourceOptions): aws.s3.Bucket {
    return new aws.s3.Bucket(name, {}, opts);
}

describe("record: identity", () => {
    it("names resources by the types of their parents, without the stack's", async () => {
        const graph = await recorded(() => {
            new Group("outer", {}, (outer) => {
                new Group("inner", { parent: outer }, (inner) => {
                    const parent = bucket("files", { parent: inner });
                    new aws.s3.BucketPolicy("policy", { bucket: parent.id, policy: "{}" }, { parent });
                });
            });
        });
        const urn = "urn:pulumi:dev::selfhost::";
        const group = "selfhost:index:Group";
        assert.deepEqual(
            graph.resources.map((resource) => [resource.urn, resource.parent]),
            [
                [`${urn}pulumi:pulumi:Stack::selfhost-dev`, undefined],
                [`${urn}${group}::outer`, `${urn}pulumi:pulumi:Stack::selfhost-dev`],
                [`${urn}${group}$${group}::inner`, `${urn}${group}::outer`],
                [`${urn}${group}$${group}$aws:s3/bucket:Bucket::files`, `${urn}${group}$${group}::inner`],
                [
                    `${urn}${group}$${group}$aws:s3/bucket:Bucket$aws:s3/bucketPolicy:BucketPolicy::policy`,
                    `${urn}${group}$${group}$aws:s3/bucket:Bucket::files`,
                ],
            ],
        );
    });

    it("tells custom resources, components and components of other packages apart", async () => {
        const graph = await recorded(() => {
            new Group("group", {}, (parent) => {
                bucket("files", { parent });
                const args = { repositoryUrl: "repo", context: "docker/bookstack" };
                const image = new awsx.ecr.Image("image", args, { parent });
                const task = { family: "app", containerDefinitions: image.imageUri };
                new aws.ecs.TaskDefinition("task", task, { parent });
            });
        });
        const kinds = graph.resources.map(({ name, custom, remote }) => [name, custom, remote]);
        assert.deepEqual(kinds, [
            ["selfhost-dev", false, false],
            ["group", false, false],
            ["task", true, false],
            ["files", true, false],
            ["image", false, true],
        ]);
        const image = only(graph, "awsx:ecr:Image");
        const task = only(graph, "aws:ecs/taskDefinition:TaskDefinition");
        assert.equal(task.inputs.containerDefinitions, reference(image, "imageUri"));
        assert.deepEqual(task.dependencies, [image.urn]);
    });

    it("lists siblings by URN, whatever was registered first", async () => {
        const names = (graph: Graph): string[] => graph.resources.map(({ name }) => name);
        const [forwards, backwards] = [
            await recorded(() => void ["a", "b", "c"].map((name) => bucket(name))),
            await recorded(() => void ["c", "b", "a"].map((name) => bucket(name))),
        ];
        assert.deepEqual(names(forwards), ["selfhost-dev", "a", "b", "c"]);
        assert.deepEqual(names(backwards), names(forwards));
    });

    it("refuses two resources of one URN in the engine's words", async () => {
        const twice = recorded(() => {
            bucket("files");
            bucket("files");
        });
        await assert.rejects(twice, {
            message:
                "Duplicate resource URN 'urn:pulumi:dev::selfhost::aws:s3/bucket:Bucket::files'; try giving it a unique name",
        });
    });
});

describe("record: references", () => {
    const register = (): undefined => {
        const files = bucket("files");
        const other = bucket("other");
        const policy = pulumi.jsonStringify({ Resource: [files.arn, pulumi.interpolate`${other.arn}/*`] });
        new aws.s3.BucketPolicy("policy", { bucket: files.id, policy }, { dependsOn: [bucket("last")] });
    };

    it("keeps references readable in plain values, interpolations and JSON", async () => {
        const graph = await recorded(register);
        const [files, , other] = ofType(graph, "aws:s3/bucket:Bucket");
        assert.ok(files && other);
        const { inputs } = only(graph, "aws:s3/bucketPolicy:BucketPolicy");
        const policy = JSON.stringify({
            Resource: [reference(files, "arn"), `${reference(other, "arn")}/*`],
        });
        assert.deepEqual(inputs, { bucket: reference(files, "id"), policy });
    });

    it("knows what each property and the whole resource depend on", async () => {
        const graph = await recorded(register);
        const [files, last, other] = ofType(graph, "aws:s3/bucket:Bucket").map(({ urn }) => urn);
        const policy = only(graph, "aws:s3/bucketPolicy:BucketPolicy");
        assert.deepEqual(policy.propertyDependencies, { bucket: [files], policy: [files, other] });
        assert.deepEqual(policy.dependencies, [files, last, other]);
    });

    it("hands inputs back as outputs before anything computed", async () => {
        const graph = await recorded(() => {
            const role = new aws.iam.Role("role", { name: "given", assumeRolePolicy: "{}" });
            const autonamed = new aws.iam.Role("autonamed", { assumeRolePolicy: "{}" });
            return { given: role.name, autonamed: autonamed.name };
        });
        const urn = "urn:pulumi:dev::selfhost::aws:iam/role:Role::autonamed";
        assert.deepEqual(graph.outputs, { given: "given", autonamed: `\${${urn}.name}` });
    });

    it("refers to an explicit provider by its URN and knows of no default one", async () => {
        const graph = await recorded(() => {
            const provider = new aws.Provider("main", { region: "eu-west-1" });
            new Group("group", { provider }, (parent) => bucket("explicit", { parent }));
            bucket("default");
        });
        const [byDefault, explicit] = ofType(graph, "aws:s3/bucket:Bucket");
        assert.equal(explicit?.options.provider, only(graph, "pulumi:providers:aws").urn);
        assert.equal(byDefault?.options.provider, undefined);
        assert.equal(ofType(graph, "pulumi:providers:aws").length, 1);
    });

    it("describes a certificate's validation: a wildcard and its base share their record", async () => {
        const graph = await recorded(() => {
            const certificate = new aws.acm.Certificate("certificate", {
                domainName: "example.com",
                subjectAlternativeNames: ["*.example.com", "other.org"],
                validationMethod: "DNS",
            });
            return {
                domains: certificate.domainValidationOptions.apply((all) => all.map((one) => one.domainName)),
                records: certificate.domainValidationOptions.apply((all) => [
                    ...new Set(all.map((one) => one.resourceRecordName)),
                ]),
            };
        });
        const { urn } = only(graph, "aws:acm/certificate:Certificate");
        assert.deepEqual(graph.outputs, {
            domains: ["example.com", "*.example.com", "other.org"],
            records: ["example.com", "other.org"].map(
                (name) => `\${${urn}.domainValidationOptions[${name}].resourceRecordName}`,
            ),
        });
    });

    it("names a managed master user's secret, and only a managed one's", async () => {
        const graph = await recorded(() => {
            const engine = aws.rds.EngineType.AuroraMysql;
            const managed = new aws.rds.Cluster("managed", { engine, manageMasterUserPassword: true });
            const plain = new aws.rds.Cluster("plain", { engine });
            return {
                managed: managed.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? "none"),
                plain: plain.masterUserSecrets.apply((secrets) => secrets[0]?.secretArn ?? "none"),
            };
        });
        const { urn } = only(graph, "aws:rds/cluster:Cluster", "managed");
        assert.deepEqual(graph.outputs, {
            managed: `\${${urn}.masterUserSecrets[0].secretArn}`,
            plain: "none",
        });
    });
});

describe("record: look-ups", () => {
    it("keeps each once, with its arguments in the references to its results", async () => {
        const graph = await recorded(() => {
            const zone = aws.route53.getZoneOutput({ name: "example.com", privateZone: false });
            const again = aws.route53.getZoneOutput({ name: "example.com", privateZone: false });
            return { zone: zone.zoneId, again: again.zoneId };
        });
        assert.deepEqual(graph.invokes, [
            { token: "aws:route53/getZone:getZone", args: { name: "example.com", privateZone: false } },
        ]);
        const call = "aws:route53/getZone:getZone(name=example.com, privateZone=false)";
        assert.deepEqual(graph.outputs, { zone: `\${${call}.zoneId}`, again: `\${${call}.zoneId}` });
    });

    it("never nests references, and lets what depends on a look-up depend on its arguments", async () => {
        const graph = await recorded(() => {
            const release = new aws.ssm.Parameter("release", { type: "String", insecureValue: "none" });
            const { insecureValue } = aws.ssm.getParameterOutput({ name: release.id });
            new aws.ecs.TaskDefinition("task", { family: "app", containerDefinitions: insecureValue });
        });
        const { urn } = only(graph, "aws:ssm/parameter:Parameter");
        const { inputs, dependencies } = only(graph, "aws:ecs/taskDefinition:TaskDefinition");
        assert.equal(
            inputs.containerDefinitions,
            `\${aws:ssm/getParameter:getParameter(name=${urn}.id).insecureValue}`,
        );
        assert.deepEqual(dependencies, [urn]);
    });

    it("answers with the account and the partition where they are given", async () => {
        const register = (): Record<string, unknown> => ({
            account: aws.getCallerIdentityOutput().accountId,
            partition: aws.getPartitionOutput().partition,
        });
        const known = await recorded(register, { account: "123456789012", region: "us-gov-west-1" });
        const unknown = await recorded(register);
        assert.deepEqual(known.outputs, { account: "123456789012", partition: "aws-us-gov" });
        assert.deepEqual(unknown.outputs, {
            account: "${aws:index/getCallerIdentity:getCallerIdentity().accountId}",
            partition: "aws",
        });
    });
});

describe("record: options", () => {
    it("lets children inherit what the engine and the SDK let them inherit, unless they say otherwise", async () => {
        const graph = await recorded(() => {
            const anchor = bucket("anchor");
            const opts = { protect: true, retainOnDelete: true, deletedWith: anchor };
            new Group("group", opts, (group) => {
                new Group("nested", { parent: group }, (parent) => bucket("inherits", { parent }));
                bucket("refuses", { parent: group, protect: false, retainOnDelete: false });
            });
        });
        const options = (name: string): unknown => {
            const { protect, retainOnDelete, deletedWith } = only(
                graph,
                "aws:s3/bucket:Bucket",
                name,
            ).options;
            return { protect, retainOnDelete, deletedWith };
        };
        const deletedWith = only(graph, "aws:s3/bucket:Bucket", "anchor").urn;
        assert.deepEqual(options("inherits"), { protect: true, retainOnDelete: true, deletedWith });
        assert.deepEqual(options("refuses"), { protect: false, retainOnDelete: false, deletedWith });
        assert.deepEqual(options("anchor"), {
            protect: false,
            retainOnDelete: false,
            deletedWith: undefined,
        });
    });

    it("keeps every option as it was given", async () => {
        const graph = await recorded(() => {
            new aws.ssm.Parameter(
                "parameter",
                { type: "String", insecureValue: "a" },
                {
                    aliases: [
                        { name: "old" },
                        { parent: pulumi.rootStackResource, type: "aws:x:Y" },
                        "urn:old",
                    ],
                    additionalSecretOutputs: ["arn"],
                    customTimeouts: { create: "5m", delete: "1h" },
                    deleteBeforeReplace: true,
                    ignoreChanges: ["insecureValue"],
                    replaceOnChanges: ["type"],
                },
            );
        });
        const stack = only(graph, "pulumi:pulumi:Stack").urn;
        assert.deepEqual(only(graph, "aws:ssm/parameter:Parameter").options, {
            protect: false,
            retainOnDelete: false,
            deleteBeforeReplace: true,
            ignoreChanges: ["insecureValue"],
            replaceOnChanges: ["type"],
            additionalSecretOutputs: ["arn", "value", "valueWo"],
            aliases: [{ name: "old", parent: stack }, { type: "aws:x:Y", parent: null }, "urn:old"],
            deletedWith: undefined,
            provider: undefined,
            customTimeouts: { create: "5m", delete: "1h" },
        });
    });
});

describe("record: secrets and assets", () => {
    it("keeps no secret, whichever way it travels", async () => {
        const register = (): Record<string, unknown> => {
            const config = new pulumi.Config("selfhost");
            const key = config.requireSecret("key");
            const list = config.requireSecretObject<string[]>("list");
            new aws.ssm.Parameter("secure", { type: "SecureString", value: key });
            new aws.ecs.TaskDefinition("task", {
                family: "app",
                containerDefinitions: pulumi.jsonStringify([{ environment: [{ name: "KEY", value: key }] }]),
            });
            aws.ssm.getParameterOutput({ name: pulumi.interpolate`/${key}` });
            aws.ssm.getParameterOutput({ name: list.apply((all) => all[0] ?? "") });
            const tags = { plain: "seen", inner: pulumi.secret(CANARY) };
            const tagged = new aws.s3.Bucket("tagged", { tags });
            const named = new aws.s3.Bucket("named", { bucket: pulumi.secret(CANARY) });
            return { key, nested: { deep: [key] }, tags: tagged.tags, name: named.bucket };
        };
        const graph = await recorded(register, {
            config: { "selfhost:key": CANARY, "selfhost:list": JSON.stringify([`${CANARY}-2`]) },
            secretKeys: ["selfhost:key", "selfhost:list"],
        });
        assert.ok(!JSON.stringify(graph).includes(CANARY));
        assert.deepEqual(graph.outputs, {
            key: "[secret]",
            nested: { deep: ["[secret]"] },
            tags: "[secret]",
            name: "[secret]",
        });
        assert.deepEqual(only(graph, "aws:s3/bucket:Bucket", "tagged").inputs.tags, {
            plain: "seen",
            inner: "[secret]",
        });
        assert.equal(graph.invokes.length, 1);
    });

    it("treats generated passwords as secrets, and knows who they come from", async () => {
        const graph = await recorded(() => {
            const password = new random.RandomPassword("password", { length: 20 });
            const bytes = new random.RandomBytes("bytes", { length: 32 });
            const secret = new aws.secretsmanager.Secret("secret", {});
            const secretString = pulumi.jsonStringify({ password: password.result });
            new aws.secretsmanager.SecretVersion("version", { secretId: secret.id, secretString });
            return { base64: bytes.base64, hex: bytes.hex, hash: password.bcryptHash };
        });
        const { inputs, propertyDependencies } = only(
            graph,
            "aws:secretsmanager/secretVersion:SecretVersion",
        );
        assert.equal(inputs.secretString, "[secret]");
        assert.deepEqual(propertyDependencies.secretString, [
            only(graph, "random:index/randomPassword:RandomPassword").urn,
        ]);
        assert.deepEqual(graph.outputs, { base64: "[secret]", hex: "[secret]", hash: "[secret]" });
    });

    it("describes assets by paths relative to the project and by hashes", async () => {
        const graph = await recorded(() => {
            const code = new pulumi.asset.AssetArchive({
                "index.js": new pulumi.asset.FileAsset(`${process.cwd()}/lambda/index.js`),
                "text.js": new pulumi.asset.StringAsset("exports.handler = 1"),
                folder: new pulumi.asset.FileArchive("./lambda"),
            });
            new aws.lambda.Function("function", { role: "arn", code });
        });
        assert.deepEqual(only(graph, "aws:lambda/function:Function").inputs.code, {
            asset: "assets",
            assets: {
                "index.js": { asset: "file", path: "lambda/index.js" },
                "text.js": {
                    asset: "text",
                    hash: "30545e08d4c6ffa152c1d2b92b3b7efbc7921a776c1e214d77c517034991e550",
                },
                folder: { asset: "archive", path: "lambda" },
            },
        });
    });
});
