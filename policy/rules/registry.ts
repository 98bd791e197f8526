/** Image repositories. */
import { text } from "../json";
import { controlPage, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

const scanning: Rule = {
    name: "repository-scans-images",
    control: ["ECR.1"],
    level: "mandatory",
    waivable: "never",
    description: "Images are scanned for known weaknesses when they arrive.",
    remediation: "Set `imageScanningConfiguration.scanOnPush` to true.",
    url: controlPage("ECR.1"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.repository, (repository) =>
            unless(
                repository.flag("imageScanningConfiguration.scanOnPush") === true ||
                    view.all(T.registryScanning).length > 0,
                "does not scan its images",
            ),
        ),
};

const immutable: Rule = {
    name: "repository-tags-immutable",
    control: ["ECR.2"],
    level: "mandatory",
    waivable: "never",
    description: "A tag of an image that was released means the same image for ever.",
    remediation:
        "Set `imageTagMutability` to `IMMUTABLE`, or to `IMMUTABLE_WITH_EXCLUSION` with a filter for tags that move.",
    url: controlPage("ECR.2"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.repository, (repository) => {
            const filters = repository
                .list("imageTagMutabilityExclusionFilters")
                .map((filter) => text(filter, "filter") ?? "*");
            const fixed = ["IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION"].includes(
                repository.text("imageTagMutability") ?? "",
            );
            return unless(
                fixed && filters.every((filter) => /^[^*]{2,}/.test(filter)),
                "lets tags of images move",
            );
        }),
};

const repositoryLifecycle: Rule = {
    name: "repository-lifecycle",
    control: ["ECR.3"],
    level: "mandatory",
    waivable: "never",
    description: "Images that were never released do not stay for ever.",
    remediation: "Register an aws.ecr.LifecyclePolicy.",
    url: controlPage("ECR.3"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.repository, (repository) =>
            unless(
                view.users(repository, T.repositoryLifecycle).length > 0 || lifecycleByName(view, repository),
                "keeps every image for ever",
            ),
        ),
};

/** A name that the program gave is a plain text, in a plan as in AWS. */
function lifecycleByName(view: View, repository: Item): boolean {
    const name = repository.at("name");
    return (
        typeof name === "string" &&
        view.all(T.repositoryLifecycle).some((policy) => policy.at("repository") === name)
    );
}

const repositoryKey: Rule = {
    name: "repository-encrypted-with-own-key",
    control: ["ECR.5", "CKV_AWS_136"],
    level: "mandatory",
    waivable: "cost",
    description: "Images are encrypted with a key whose use can be refused and is recorded.",
    remediation:
        "Set `encryptionConfigurations` to KMS with a key of the environment; it cannot be changed later.",
    url: controlPage("ECR.5"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.repository, (repository) =>
            unless(
                repository
                    .list("encryptionConfigurations")
                    .some((one) => ["KMS", "KMS_DSSE"].includes(text(one, "encryptionType") ?? "")),
                "is not encrypted with a KMS key",
            ),
        ),
};

export const REGISTRY: readonly Rule[] = [scanning, immutable, repositoryLifecycle, repositoryKey];
