/** What cannot be made again is not lost by a mistake. */
import { controlPage, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

const PROTECT = "https://www.pulumi.com/docs/iac/concepts/options/protect/";

/** Deleting or replacing one of these loses what users wrote, or what their tasks run. */
const STATEFUL = [T.databaseCluster, T.bucket, T.fileSystem, T.repository];

const dataProtected: Rule = {
    name: "data-protected",
    control: [],
    level: "mandatory",
    waivable: "operations",
    description: "Pulumi refuses to delete or replace what holds data.",
    remediation: "Set the resource option `protect`.",
    url: PROTECT,
    decidableInPreview: true,
    check: (view) =>
        view.each(STATEFUL, (item) =>
            unless(item.options.protect, "can be deleted or replaced by the next update"),
        ),
};

const generatedProtected: Rule = {
    name: "generated-secret-protected",
    control: [],
    level: "mandatory",
    waivable: "operations",
    description:
        "Pulumi refuses to delete or replace a generated value that an application's data depends on.",
    remediation: "Set the resource option `protect`.",
    url: PROTECT,
    decidableInPreview: true,
    check: (view) =>
        view.each(GENERATED, (item) => {
            const kept =
                view.users(item, T.secretVersion).length > 0 || dependentVersions(view, item).length > 0;
            return unless(!kept || item.options.protect, "can be deleted or replaced by the next update");
        }),
};

const GENERATED = [
    "random:index/randomPassword:RandomPassword",
    "random:index/randomBytes:RandomBytes",
    "random:index/randomString:RandomString",
];

/** A secret value hides the reference, the engine still knows on what it depends. */
function dependentVersions(view: View, item: Item): readonly Item[] {
    return view
        .all(T.secretVersion)
        .filter(({ resource }) =>
            Object.values(resource.propertyDependencies).some((urns) => urns.includes(item.urn)),
        );
}

const notEmptied: Rule = {
    name: "data-not-emptied",
    control: [],
    level: "mandatory",
    waivable: "operations",
    description: "Deleting a bucket or a repository fails as long as something is in it.",
    remediation: "Set `forceDestroy` (bucket) or `forceDelete` (repository) to false.",
    url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/delete-bucket.html",
    decidableInPreview: true,
    check: (view) => [
        ...view.each(T.bucket, (bucket) =>
            unless(bucket.flag("forceDestroy") !== true, "is emptied when it is deleted"),
        ),
        ...view.each(T.repository, (repository) =>
            unless(repository.flag("forceDelete") !== true, "is emptied when it is deleted"),
        ),
    ],
};

const secretRecovery: Rule = {
    name: "secret-recovery-window",
    control: [],
    level: "mandatory",
    waivable: "operations",
    description: "A secret that was deleted by mistake can be had back for a week at least.",
    remediation: "Set `recoveryWindowInDays` to 7 or more.",
    url: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.secret, (secret) => {
            const days = secret.number("recoveryWindowInDays") ?? 30;
            return unless(
                days >= 7,
                days === 0 ? "is gone as soon as it is deleted" : `is gone ${days} days after its deletion`,
            );
        }),
};

const tagged: Rule = {
    name: "provider-tags-everything",
    control: ["ECS.13", "ECS.14", "ECS.15"],
    level: "mandatory",
    waivable: "never",
    description: "Everything carries the name of its environment.",
    remediation: "Give the AWS provider `defaultTags`.",
    url: controlPage("ECS.13"),
    decidableInPreview: true,
    check: (view) =>
        view.each("pulumi:providers:aws", (provider) =>
            unless(
                JSON.stringify(provider.at("defaultTags") ?? "").includes("selfhost:environment"),
                "does not tag what it makes",
            ),
        ),
};

export const PROTECTION: readonly Rule[] = [
    dataProtected,
    generatedProtected,
    notEmptied,
    secretRecovery,
    tagged,
];
