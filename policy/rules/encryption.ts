/** Keys of one's own, whose use can be refused and is on record, for everything that AWS encrypts with its keys otherwise. */
import { list, text } from "../json";
import type { Rule } from "../rule";
import { T } from "../types";
import { type Item, unless } from "../view";

/** Where each type names its key; a bucket, a repository and the sessions of ECS Exec have rules of their own. */
const KEY_OF: Readonly<Record<string, string>> = {
    [T.buildProject]: "encryptionKey",
    [T.databaseCluster]: "kmsKeyId",
    [T.fileSystem]: "kmsKeyId",
    [T.logGroup]: "kmsKeyId",
    [T.secret]: "kmsKeyId",
    [T.topic]: "kmsMasterKeyId",
    [T.vault]: "kmsKeyArn",
};

const ownKey: Rule = {
    name: "encrypted-with-own-key",
    control: [
        "Backup.1",
        "SNS.1",
        "CKV_AWS_147",
        "CKV_AWS_149",
        "CKV_AWS_158",
        "CKV_AWS_166",
        "CKV_AWS_184",
        "CKV_AWS_219",
        "CKV_AWS_327",
        "CKV_AWS_337",
    ],
    level: "advisory",
    waivable: "cost",
    description:
        "Logs, secrets, databases, files, topics and artifacts are encrypted with a key whose use can be refused and is recorded.",
    remediation: "Name a key of the environment; for most it cannot be changed later.",
    url: "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#customer-mgn-key",
    decidableInPreview: true,
    check: (view) => [
        ...view.each(Object.keys(KEY_OF), (item) =>
            unless(!item.lacks(KEY_OF[item.type] ?? ""), "is encrypted with a key of AWS"),
        ),
        ...view.each(T.parameter, (parameter) =>
            unless(
                parameter.text("type") !== "SecureString" || !parameter.lacks("keyId"),
                "is encrypted with a key of AWS",
            ),
        ),
        ...view.each(T.pipeline, (pipeline) =>
            unless(artifactsHaveKey(pipeline), "leaves artifacts that are encrypted with a key of AWS"),
        ),
    ],
};

function artifactsHaveKey(pipeline: Item): boolean {
    return pipeline
        .list("artifactStores")
        .every((store) => list(store, "encryptionKey").some((key) => text(key, "type") === "KMS"));
}

export const ENCRYPTION: readonly Rule[] = [ownKey];
