import { T } from "../../../policy/types";
import { allow, changed, document, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const system = resource(T.fileSystem, "files", { encrypted: true });
const of = { fileSystemId: ref(system) };
const backups = resource(T.backupPolicy, "backups", { ...of, backupPolicy: { status: "ENABLED" } });
const point = resource(T.accessPoint, "point", {
    ...of,
    posixUser: { uid: 911, gid: 911 },
    rootDirectory: { path: "/images" },
});
const subnet = (zone: string) =>
    resource(T.subnet, `data-${zone}`, { availabilityZone: zone, mapPublicIpOnLaunch: false });
const [a, b] = [subnet("a"), subnet("b")];
const target = (name: string, at: typeof a) => resource(T.mountTarget, name, { ...of, subnetId: ref(at) });
const tlsOnly = {
    Effect: "Deny",
    Principal: { AWS: "*" },
    Action: "*",
    Resource: ref(system, "arn"),
    Condition: { Bool: { "aws:SecureTransport": "false" } },
};
const policy = resource(T.fileSystemPolicy, "policy", { ...of, policy: document(tlsOnly) });
const task = resource(T.taskDefinition, "task", {
    volumes: [{ name: "images", efsVolumeConfiguration: { fileSystemId: ref(system) } }],
});
const service = resource(T.service, "service", {
    taskDefinition: ref(task, "arn"),
    networkConfiguration: { subnets: [ref(a), ref(b)] },
});

export const FILES_CASES: Cases = {
    "file-system-encrypted": {
        holds: { "it is": [system] },
        fails: { "nothing is said": [[changed(system, { encrypted: null })], "files is not encrypted"] },
    },
    "file-system-backups": {
        holds: {
            automatic: [system, backups],
            "by a plan": [
                system,
                resource(T.backupSelection, "selection", { resources: [ref(system, "arn")] }),
            ],
        },
        fails: {
            off: [
                [system, changed(backups, { backupPolicy: { status: "DISABLED" } })],
                "files has no backups",
            ],
        },
    },
    "access-point-in-folder": {
        holds: { "a folder": [point] },
        fails: {
            "the root": [
                [changed(point, { rootDirectory: { path: "/" } })],
                "point leads to the whole file system",
            ],
            "nothing is said": [
                [changed(point, { rootDirectory: null })],
                "point leads to the whole file system",
            ],
        },
    },
    "access-point-has-user": {
        holds: { "a number": [point] },
        fails: {
            none: [[changed(point, { posixUser: null })], "point lets clients say who they are, or is root"],
            root: [
                [changed(point, { posixUser: { uid: 0, gid: 0 } })],
                "point lets clients say who they are, or is root",
            ],
        },
    },
    "mount-target-in-private-subnet": {
        holds: { "a subnet for data": [system, a, target("target", a)] },
        fails: {
            "a public one": [
                [system, changed(a, { mapPublicIpOnLaunch: true }), target("target", a)],
                "target is in a subnet that gives public addresses",
            ],
        },
    },
    "mount-target-in-every-zone": {
        holds: {
            "one for each": [system, task, service, a, b, target("one", a), target("two", b)],
            "zones that the stack does not know": [
                system,
                task,
                service,
                a,
                b,
                changed(target("one", a), { subnetId: "subnet-0123456789abcdef0" }),
            ],
        },
        fails: {
            "one is missing": [
                [system, task, service, a, b, target("one", a)],
                "service cannot mount files in b",
            ],
            none: [[system, task, service, a, b], "service cannot mount files in a, b"],
        },
    },
    "file-system-policy": {
        holds: { "a denial": [system, policy] },
        fails: {
            none: [[system], "files has no policy, so that every client that reaches it may write"],
            "everybody may": [
                [
                    system,
                    changed(policy, {
                        policy: document(
                            tlsOnly,
                            allow("elasticfilesystem:ClientMount", "*", { Principal: { AWS: "*" } }),
                        ),
                    }),
                ],
                "files lets in every client that reaches it",
            ],
            "plain text": [
                [system, changed(policy, { policy: document({ ...tlsOnly, Condition: {} }) })],
                "files takes clients without TLS",
            ],
        },
    },
};
