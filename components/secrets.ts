import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import * as random from "@pulumi/random";
import { distinct, sortedBy } from "../settings/order";
import type { AppSecret } from "../settings/settings";
import type { Account, Place } from "./place";
import { createSecret } from "./recovery";
import type { Statement } from "./statement";

export interface SecretsArgs extends Place {
    readonly app: string;
    readonly secrets: readonly AppSecret[];
    /** The value of a config secret, by its key. */
    readonly valueOf: (key: string) => pulumi.Input<string>;
}

/** Where a container reads one secret, and what the execution role must be allowed for it. */
interface Reference {
    readonly valueFrom: pulumi.Output<string>;
    readonly secretArn?: pulumi.Input<string>;
    readonly parameterArn?: pulumi.Input<string>;
    readonly kmsKeyArn?: string | undefined;
}

/** The secrets of one app: stored where the program has their values, referred to where it must not. */
export class Secrets extends pulumi.ComponentResource {
    /** `valueFrom` of a container's secrets, by the name of the environment variable, sorted. */
    readonly valueFrom: Readonly<Record<string, pulumi.Output<string>>>;
    /** ARNs of the secrets whose values were generated, by name. */
    readonly generated: Readonly<Record<string, pulumi.Input<string>>>;
    /** What ECS's execution role needs to read them. */
    readonly statements: readonly Statement[];

    constructor(name: string, args: SecretsArgs, opts?: pulumi.ComponentResourceOptions) {
        super("selfhost:index:Secrets", name, {}, opts);
        const references = sortedBy(args.secrets, (secret) => secret.name).map(
            (secret) => [secret.name, this.refer(name, secret, args)] as const,
        );
        this.valueFrom = Object.fromEntries(references.map(([key, { valueFrom }]) => [key, valueFrom]));
        this.generated = Object.fromEntries(
            args.secrets.flatMap(({ name: key, source }) => {
                const arn = references.find(([other]) => other === key)?.[1].secretArn;
                return source.kind === "generated" && arn !== undefined ? [[key, arn]] : [];
            }),
        );
        this.statements = statementsFor(references.map(([, reference]) => reference));
        this.registerOutputs({ valueFrom: this.valueFrom });
    }

    private refer(name: string, secret: AppSecret, args: SecretsArgs): Reference {
        const { source } = secret;
        switch (source.kind) {
            case "config":
                return this.store(name, secret.name, args, pulumi.secret(args.valueOf(source.key)));
            case "missing":
                // Only a plan gets here: it registers what `up` will once the value is there.
                return this.store(name, secret.name, args, pulumi.secret(`missing ${source.key}`));
            case "generated":
                return this.store(name, secret.name, args, this.generate(name, secret.name, source, args));
            case "ssm": {
                const arn = parameterArn(source.parameter, args);
                return { valueFrom: arn, parameterArn: arn, kmsKeyArn: source.kmsKeyArn };
            }
            case "secretsManager": {
                const valueFrom =
                    source.jsonKey === undefined ? source.arn : `${source.arn}:${source.jsonKey}::`;
                return {
                    valueFrom: pulumi.output(valueFrom),
                    secretArn: source.arn,
                    kmsKeyArn: source.kmsKeyArn,
                };
            }
        }
    }

    /** Letters and digits alone: several applications parse, unquote or URL-decode what they read. */
    private generate(
        name: string,
        secretName: string,
        source: { readonly length: number },
        args: SecretsArgs,
    ): pulumi.Output<string> {
        const password = new random.RandomPassword(
            `${name}-${secretName}-value`,
            {
                length: source.length,
                lower: true,
                minLower: 1,
                minNumeric: 1,
                minUpper: 1,
                numeric: true,
                special: false,
                upper: true,
            },
            { parent: this, protect: !args.disposable },
        );
        return password.result;
    }

    private store(
        name: string,
        secretName: string,
        args: SecretsArgs,
        value: pulumi.Output<string>,
    ): Reference {
        const secret = createSecret(
            `${name}-${secretName}`,
            { ...args, key: secretName, what: secretName },
            { parent: this },
        );
        // The version before stays, as AWSPREVIOUS: the task definition before still refers to it.
        const version = new aws.secretsmanager.SecretVersion(
            `${name}-${secretName}-version`,
            { secretId: secret.id, secretString: value },
            { parent: this, retainOnDelete: true },
        );
        // With the version's id, a changed value is a changed task definition, so that ECS deploys it.
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
        const valueFrom = pulumi.interpolate`${secret.arn}:::${version.versionId}`;
        return { valueFrom, secretArn: secret.arn };
    }
}

function parameterArn(parameter: string, { partition, region, accountId }: Account): pulumi.Output<string> {
    if (parameter.startsWith("arn:")) {
        return pulumi.output(parameter);
    }
    const path = parameter.replace(/^\//, "");
    return pulumi.interpolate`arn:${partition}:ssm:${region}:${accountId}:parameter/${path}`;
}

/**
 * The actions that ECS needs to inject secrets; `kms:Decrypt` for customer-managed keys only.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html#task-execution-secrets
 */
function statementsFor(references: readonly Reference[]): readonly Statement[] {
    const keys = references.flatMap(({ kmsKeyArn }) => (kmsKeyArn === undefined ? [] : [kmsKeyArn]));
    const secrets = references.flatMap(({ secretArn }) => (secretArn === undefined ? [] : [secretArn]));
    const parameters = references.flatMap(({ parameterArn: arn }) => (arn === undefined ? [] : [arn]));
    const statements: readonly Statement[] = [
        {
            Sid: "ReadSecrets",
            Effect: "Allow",
            Action: ["secretsmanager:GetSecretValue"],
            Resource: secrets,
        },
        { Sid: "ReadParameters", Effect: "Allow", Action: ["ssm:GetParameters"], Resource: parameters },
        {
            Sid: "DecryptSecrets",
            Effect: "Allow",
            Action: ["kms:Decrypt"],
            Resource: distinct(keys),
        },
    ];
    return statements.filter(({ Resource }) => Resource.length > 0);
}
