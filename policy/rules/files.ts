/** File systems: encrypted, backed up, and open to those alone who were let in. */
import { deniesPlainText, isForEverybody } from "../document";
import { controlPage, POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { type Item, unless, type View } from "../view";

const fileSystemEncrypted: Rule = {
    name: "file-system-encrypted",
    control: ["EFS.1", "EFS.8"],
    level: "mandatory",
    waivable: "never",
    description: "File systems are encrypted.",
    remediation: "Set `encrypted` to true; it cannot be changed later.",
    url: controlPage("EFS.1"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.fileSystem, (system) => unless(system.flag("encrypted") === true, "is not encrypted")),
};

const fileSystemBackups: Rule = {
    name: "file-system-backups",
    control: ["EFS.2", "EFS.7", "CKV2_AWS_18"],
    level: "mandatory",
    waivable: "cost",
    description: "File systems are backed up.",
    remediation: "Set `storage.backups` of the app to true.",
    url: controlPage("EFS.2"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.fileSystem, (system) => {
            const automatic = partsOf(view, system, T.backupPolicy).some(
                (policy) => policy.text("backupPolicy.status") === "ENABLED",
            );
            return unless(automatic || view.users(system, T.backupSelection).length > 0, "has no backups");
        }),
};

const accessPointFolder: Rule = {
    name: "access-point-in-folder",
    control: ["EFS.3"],
    level: "mandatory",
    waivable: "never",
    description: "An access point leads to one folder, not to the whole file system.",
    remediation: "Set `rootDirectory.path` to a folder.",
    url: controlPage("EFS.3"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.accessPoint, (point) =>
            unless((point.text("rootDirectory.path") ?? "/") !== "/", "leads to the whole file system"),
        ),
};

const accessPointUser: Rule = {
    name: "access-point-has-user",
    control: ["EFS.4"],
    level: "mandatory",
    waivable: "never",
    description: "An access point says as which user it reads and writes.",
    remediation: "Set `posixUser`, and not to 0.",
    url: controlPage("EFS.4"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.accessPoint, (point) =>
            unless((point.number("posixUser.uid") ?? 0) !== 0, "lets clients say who they are, or is root"),
        ),
};

const mountTargetsPrivate: Rule = {
    name: "mount-target-in-private-subnet",
    control: ["EFS.6"],
    level: "mandatory",
    waivable: "never",
    description: "File systems are not in subnets that give public addresses.",
    remediation: "Put the mount target into the data subnets.",
    url: controlPage("EFS.6"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.mountTarget, (target) =>
            unless(
                target
                    .refs("subnetId", T.subnet)
                    .every((subnet) => subnet.flag("mapPublicIpOnLaunch") !== true),
                "is in a subnet that gives public addresses",
            ),
        ),
};

const oneTargetPerZone: Rule = {
    name: "mount-target-in-every-zone",
    control: [],
    level: "mandatory",
    waivable: "never",
    description: "Every zone in which tasks run has a mount target of the file systems that they mount.",
    remediation: "Register a mount target for each zone of the network.",
    url: "https://docs.aws.amazon.com/efs/latest/ug/accessing-fs.html",
    decidableInPreview: true,
    check: (view) =>
        view.each(T.service, (service) => {
            const zones = zonesOf(service.refs("networkConfiguration.subnets", T.subnet));
            const systems = service
                .refs("taskDefinition", T.taskDefinition)
                .flatMap((task) => task.refs("volumes", T.fileSystem));
            return [...new Set(systems)].flatMap((system) => {
                const targets = partsOf(view, system, T.mountTarget);
                const covered = zonesOf(targets.flatMap((target) => target.refs("subnetId", T.subnet)));
                const missing = zones.filter((zone) => !covered.includes(zone));
                // Of subnets that the stack adopts, the zones are not known here.
                const known = covered.length > 0 || targets.length === 0;
                return unless(
                    !known || missing.length === 0,
                    `cannot mount ${system.name} in ${missing.join(", ")}`,
                );
            });
        }),
};

const fileSystemPolicy: Rule = {
    name: "file-system-policy",
    control: ["CKV_AWS_329"],
    level: "mandatory",
    waivable: "never",
    description: "A file system refuses clients without TLS, and clients that no role lets in.",
    remediation: "Register an aws.efs.FileSystemPolicy that denies both.",
    url: "https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) =>
        view.each(T.fileSystem, (system) => {
            const policies = partsOf(view, system, T.fileSystemPolicy);
            const statements = policies.flatMap((policy) => policy.statements("policy"));
            return [
                ...unless(
                    policies.length > 0,
                    "has no policy, so that every client that reaches it may write",
                ),
                ...unless(
                    policies.length === 0 || statements.some(deniesPlainText),
                    "takes clients without TLS",
                ),
                ...unless(
                    !statements.some(
                        (one) => one.allows && isForEverybody(one) && one.conditions.length === 0,
                    ),
                    "lets in every client that reaches it",
                ),
            ];
        }),
};

/** The resources of a type that say something about a file system. */
function partsOf(view: View, system: Item, type: string): readonly Item[] {
    return view.users(system, type).filter((part) => part.refersTo("fileSystemId", system));
}

function zonesOf(subnets: readonly Item[]): readonly string[] {
    return [...new Set(subnets.map((subnet) => subnet.text("availabilityZone") ?? ""))].filter(
        (zone) => zone !== "",
    );
}

export const FILES: readonly Rule[] = [
    fileSystemEncrypted,
    fileSystemBackups,
    accessPointFolder,
    accessPointUser,
    mountTargetsPrivate,
    oneTargetPerZone,
    fileSystemPolicy,
];
