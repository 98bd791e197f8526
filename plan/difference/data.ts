/** What holds data, and what becomes of it when the resource goes. */
import type { Json } from "../graph";
import type { Change, DataLoss, PlannedResource } from "./model";

type Inputs = PlannedResource["inputs"];

interface Holder {
    /** What is in it. */
    readonly holds: string;
    /** What AWS itself refuses, or leaves to restore from, as the resource is set up before the change. */
    readonly aws: (inputs: Inputs) => readonly Remainder[];
}

interface Remainder {
    readonly outcome: "refused" | "recoverable";
    readonly said: string;
}

const GENERATORS = /^random:index\/random(Bytes|Password|String|Uuid|Pet):/;

const HOLDERS: Readonly<Record<string, Holder>> = {
    "aws:rds/cluster:Cluster": { holds: "the database", aws: database },
    "aws:rds/instance:Instance": { holds: "the database", aws: database },
    // https://docs.aws.amazon.com/efs/latest/ug/delete-efs-fs.html
    "aws:efs/fileSystem:FileSystem": { holds: "the files", aws: () => [] },
    "aws:s3/bucket:Bucket": {
        holds: "the objects",
        // https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html
        aws: ({ forceDestroy }) =>
            refusedUnless(forceDestroy === true, "S3 keeps a bucket that is not empty"),
    },
    "aws:ecr/repository:Repository": {
        holds: "the images",
        // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html
        aws: ({ forceDelete }) => refusedUnless(forceDelete === true, "ECR keeps a repository with images"),
    },
    // https://docs.aws.amazon.com/codecommit/latest/userguide/how-to-delete-repository.html
    "aws:codecommit/repository:Repository": { holds: "the sources", aws: () => [] },
    "aws:kms/key:Key": {
        holds: "what it encrypts",
        // https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
        aws: ({ deletionWindowInDays }) => recoverable(deletionWindowInDays ?? 30, "KMS takes it back"),
    },
    "aws:secretsmanager/secret:Secret": {
        holds: "the secret's value",
        // https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html
        aws: ({ recoveryWindowInDays }) =>
            recoverable(recoveryWindowInDays ?? 30, "Secrets Manager restores it"),
    },
    "aws:backup/vault:Vault": {
        holds: "the backups",
        // https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault.html
        aws: ({ forceDestroy }) =>
            refusedUnless(forceDestroy === true, "AWS Backup keeps a vault with backups"),
    },
    "aws:dynamodb/table:Table": {
        holds: "the table",
        aws: ({ deletionProtectionEnabled }) =>
            refusedUnless(deletionProtectionEnabled !== true, "DynamoDB's deletion protection is on"),
    },
};

/** What holds data, and may be replaced for what changes in it. */
export function mayBeReplaced(changes: readonly Change[]): readonly string[] {
    return changes.flatMap(({ name, type, decided, properties }) => {
        const holds = decided ? undefined : HOLDERS[type]?.holds;
        const paths = [...new Set(properties.map(({ path }) => path))].join(", ");
        return holds === undefined
            ? []
            : [
                  `${name} (${holds}) may be replaced, which only \`pulumi preview\` can tell: changed ${paths}`,
              ];
    });
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_DeleteCluster.html */
function database({ deletionProtection, skipFinalSnapshot }: Inputs): readonly Remainder[] {
    return [
        ...refusedUnless(deletionProtection !== true, "RDS's deletion protection is on"),
        ...(skipFinalSnapshot === true
            ? []
            : [{ outcome: "recoverable" as const, said: "a final snapshot is taken" }]),
    ];
}

function refusedUnless(allowed: boolean, said: string): readonly Remainder[] {
    return allowed ? [] : [{ outcome: "refused", said }];
}

function recoverable(days: Json, said: string): readonly Remainder[] {
    return typeof days === "number" && days > 0
        ? [{ outcome: "recoverable", said: `${said} for ${days} days` }]
        : [];
}

/** Finds what a resource of a plan holds that nothing in the plan could bring back. */
export function holder(
    resources: readonly PlannedResource[],
): (resource: PlannedResource) => string | undefined {
    const versions = resources.filter(
        ({ type }) => type === "aws:secretsmanager/secretVersion:SecretVersion",
    );
    const invocations = resources.filter(({ type }) => type === "aws:lambda/invocation:Invocation");
    const generated = new Set(versions.flatMap(({ dependencies }) => dependencies));
    const generators = new Set(
        resources
            .filter(({ type, urn }) => GENERATORS.test(type) && generated.has(urn))
            .map(({ urn }) => urn),
    );
    const writers = (urn: string): readonly PlannedResource[] =>
        [...versions, ...invocations].filter(({ dependencies }) => dependencies.includes(urn));
    return (resource) => {
        if (generators.has(resource.urn)) {
            return "a generated secret";
        }
        if (resource.type === "aws:secretsmanager/secret:Secret") {
            const by = writers(resource.urn);
            const again = by.length > 0 && !by.some((writer) => dependsOnAny(writer, generators));
            return again ? undefined : HOLDERS[resource.type]?.holds;
        }
        if (resource.type === "aws:ssm/parameter:Parameter") {
            const ignored = resource.options.ignoreChanges ?? [];
            return ignored.some((property) => /^(insecureValue|value)$/.test(property))
                ? "a value that others write"
                : undefined;
        }
        return HOLDERS[resource.type]?.holds;
    };
}

function dependsOnAny({ dependencies }: PlannedResource, urns: ReadonlySet<string>): boolean {
    return dependencies.some((urn) => urns.has(urn));
}

/** What happens to the data of a resource, as it is set up before the change. */
export function loss(resource: PlannedResource, holds: string, how: DataLoss["how"]): DataLoss {
    const { urn, type, name, options, inputs } = resource;
    const entry = { urn, type, name, how, holds };
    if (how === "left behind") {
        return { ...entry, outcome: "lost", said: ["data does not follow into another region"] };
    }
    if (options.retainOnDelete === true) {
        return { ...entry, outcome: "kept", said: ["it stays in AWS, where Pulumi no longer manages it"] };
    }
    const remainders = [
        ...(options.protect === true
            ? [{ outcome: "refused" as const, said: "protected: `pulumi up` refuses" }]
            : []),
        ...(HOLDERS[type]?.aws(inputs) ?? []),
    ];
    const outcome =
        (["refused", "recoverable"] as const).find((word) =>
            remainders.some((one) => one.outcome === word),
        ) ?? "lost";
    return { ...entry, outcome, said: remainders.map(({ said }) => said) };
}
