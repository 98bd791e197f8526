import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Secrets, type SecretsArgs } from "../../components/secrets";
import type { Graph } from "../../plan/graph";
import type { AppSecret } from "../../settings/settings";
import { assertParents, named, ofType, only } from "../support/graph";
import { ACCOUNT, REGION, recorded } from "../support/recorded";

const SECRET = "aws:secretsmanager/secret:Secret";
const VERSION = "aws:secretsmanager/secretVersion:SecretVersion";
const PASSWORD = "random:index/randomPassword:RandomPassword";
const CANARY = "canary-7f31";

const APP_KEY: AppSecret = { name: "APP_KEY", source: { kind: "config", key: "selfhost:wiki.APP_KEY" } };
const GENERATED: AppSecret = { name: "ADMIN_PASSWORD", source: { kind: "generated", length: 40 } };

function recordSecrets(
    secrets: readonly AppSecret[],
    disposable = false,
    valueOf: SecretsArgs["valueOf"] = (key) => pulumi.secret(`${CANARY} of ${key}`),
): Promise<Graph> {
    return recorded(() => {
        const component = new Secrets("wiki-secrets", {
            environment: "prod",
            app: "wiki",
            secrets,
            valueOf,
            disposable,
            partition: "aws",
            region: REGION,
            accountId: ACCOUNT,
        });
        return {
            valueFrom: component.valueFrom,
            generated: component.generated,
            order: Object.keys(component.valueFrom),
            statements: pulumi.output(component.statements),
        };
    });
}

describe("an app's secrets", () => {
    it("has every resource below its component", async () => {
        assertParents(await recordSecrets([APP_KEY, GENERATED]), "wiki-secrets");
    });

    it("keeps a config secret in Secrets Manager and shows its value nowhere", async () => {
        const graph = await recordSecrets([APP_KEY]);
        assert.equal(only(graph, VERSION).inputs.secretString, "[secret]");
        assert.ok(!JSON.stringify(graph).includes(CANARY));
    });

    it("marks a config value as secret even where its reader did not", async () => {
        const graph = await recordSecrets([APP_KEY], false, () => CANARY);
        assert.ok(!JSON.stringify(graph).includes(CANARY));
    });

    it("refers to the version, so that a changed value is a changed task definition", async () => {
        const graph = await recordSecrets([APP_KEY]);
        const { urn: secret } = only(graph, SECRET);
        const { urn: version } = only(graph, VERSION);
        assert.deepEqual(graph.outputs.valueFrom, {
            APP_KEY: `\${${secret}.arn}:::\${${version}.versionId}`,
        });
    });

    it("keeps the version before, which the task definition before refers to", async () => {
        assert.equal(only(await recordSecrets([APP_KEY]), VERSION).options.retainOnDelete, true);
    });

    it("has a readable name that can be taken again after a deletion", async () => {
        const { inputs } = only(await recordSecrets([APP_KEY]), SECRET);
        assert.equal(inputs.namePrefix, "selfhost/prod/wiki/APP_KEY-");
        assert.equal(inputs.name, undefined);
    });

    it("can be recovered for 30 days, but not in an environment that may be thrown away", async () => {
        assert.equal(only(await recordSecrets([APP_KEY]), SECRET).inputs.recoveryWindowInDays, 30);
        const thrownAway = await recordSecrets([APP_KEY], true);
        assert.equal(only(thrownAway, SECRET).inputs.recoveryWindowInDays, 0);
    });

    it("generates letters and digits alone, at least one of each kind", async () => {
        const { inputs } = only(await recordSecrets([GENERATED]), PASSWORD);
        assert.equal(inputs.length, 40);
        assert.equal(inputs.special, false);
        assert.deepEqual([inputs.minLower, inputs.minUpper, inputs.minNumeric], [1, 1, 1]);
    });

    it("protects a generated value, but not in an environment that may be thrown away", async () => {
        assert.equal(only(await recordSecrets([GENERATED]), PASSWORD).options.protect, true);
        const thrownAway = await recordSecrets([GENERATED], true);
        assert.equal(only(thrownAway, PASSWORD).options.protect, false);
    });

    it("says where a generated value can be read, and of no other", async () => {
        const graph = await recordSecrets([APP_KEY, GENERATED]);
        assert.deepEqual(graph.outputs.generated, {
            ADMIN_PASSWORD: `\${${named(graph, "wiki-secrets-ADMIN_PASSWORD").urn}.arn}`,
        });
    });

    it("registers for a missing secret exactly what it will once its value is there", async () => {
        const missing: AppSecret = {
            name: "APP_KEY",
            source: { kind: "missing", key: "selfhost:wiki.APP_KEY" },
        };
        assert.deepEqual(await recordSecrets([missing]), await recordSecrets([APP_KEY]));
    });

    it("refers to a parameter, and asks for customer-managed keys alone", async () => {
        const graph = await recordSecrets([
            { name: "MAIL", source: { kind: "ssm", parameter: "/mail/password", kmsKeyArn: undefined } },
            { name: "OTHER", source: { kind: "ssm", parameter: "other", kmsKeyArn: "arn:aws:kms:key/1" } },
        ]);
        const mail = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/mail/password`;
        const other = `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/other`;
        assert.deepEqual(graph.outputs.valueFrom, { MAIL: mail, OTHER: other });
        assert.deepEqual(graph.outputs.statements, [
            {
                Sid: "ReadParameters",
                Effect: "Allow",
                Action: ["ssm:GetParameters"],
                Resource: [mail, other],
            },
            {
                Sid: "DecryptSecrets",
                Effect: "Allow",
                Action: ["kms:Decrypt"],
                Resource: ["arn:aws:kms:key/1"],
            },
        ]);
    });

    it("takes a parameter's ARN as it is", async () => {
        const parameter = "arn:aws:ssm:eu-central-1:210987654321:parameter/shared";
        const graph = await recordSecrets([
            { name: "X", source: { kind: "ssm", parameter, kmsKeyArn: undefined } },
        ]);
        assert.deepEqual(graph.outputs.valueFrom, { X: parameter });
    });

    it("refers to a secret of somebody else's, whole or one JSON key of it, without seeing the value", async () => {
        const arn = `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:oidc-AbCdEf`;
        const source = { kind: "secretsManager", arn, kmsKeyArn: undefined } as const;
        const graph = await recordSecrets([
            { name: "WHOLE", source: { ...source, jsonKey: undefined } },
            { name: "PART", source: { ...source, jsonKey: "client_secret" } },
        ]);
        assert.deepEqual(graph.outputs.valueFrom, { PART: `${arn}:client_secret::`, WHOLE: arn });
        assert.deepEqual(ofType(graph, SECRET), []);
    });

    it("lets the execution role read these secrets and no others", async () => {
        const graph = await recordSecrets([APP_KEY, GENERATED]);
        assert.deepEqual(graph.outputs.statements, [
            {
                Sid: "ReadSecrets",
                Effect: "Allow",
                Action: ["secretsmanager:GetSecretValue"],
                Resource: ["wiki-secrets-ADMIN_PASSWORD", "wiki-secrets-APP_KEY"].map(
                    (name) => `\${${named(graph, name).urn}.arn}`,
                ),
            },
        ]);
    });

    it("asks for nothing where an app has no secrets", async () => {
        const graph = await recordSecrets([]);
        assert.deepEqual([graph.outputs.valueFrom, graph.outputs.statements], [{}, []]);
    });

    it("is the same in whatever order the secrets are given", async () => {
        const [one, other] = [
            await recordSecrets([APP_KEY, GENERATED]),
            await recordSecrets([GENERATED, APP_KEY]),
        ];
        assert.deepEqual(one, other);
        assert.deepEqual(one.outputs.order, ["ADMIN_PASSWORD", "APP_KEY"]);
    });
});
