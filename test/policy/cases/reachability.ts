import { T } from "../../../policy/types";
import { changed, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";
import {
    app,
    appGroup,
    apps,
    balancer,
    called,
    caller,
    dataGroup,
    edgeGroup,
    filesGroup,
    flow,
    from,
    group,
    nfs,
    otherGroup,
    published,
    queries,
    requests,
    rule,
    secret,
    target,
    targets,
    task,
    user,
    connected,
    groups,
} from "./reachable";

export const REACHABILITY_CASES: Cases = {
    "tasks-only-from-load-balancer": {
        holds: {
            "the load balancer, on the container's port": [...apps, requests],
            "an app that says that it reaches it": [...connected, called],
            "a load balancer that the stack adopts": [
                ...groups,
                task,
                app,
                targets,
                rule,
                flow("requests", appGroup, 8080, { referencedSecurityGroupId: "sg-0123456789abcdef0" }),
            ],
        },
        fails: {
            "an app that reaches it, where nothing is published": [
                [
                    ...connected.filter((one) => one !== published),
                    changed(published, { serviceConnectConfiguration: { namespace: "apps" } }),
                    called,
                ],
                "called lets other reach app",
            ],
            "an app of another namespace": [
                [
                    ...connected.filter((one) => one !== caller),
                    changed(
                        caller,
                        { serviceConnectConfiguration: { namespace: "others" } },
                        { dependsOn: [published] },
                    ),
                    called,
                ],
                "called lets other reach app",
            ],
            everybody: [
                [...apps, flow("open", appGroup, 8080, { cidrIpv4: "0.0.0.0/0" })],
                "open lets everybody reach app",
            ],
            "addresses of the VPC": [
                [...apps, flow("near", appGroup, 8080, { cidrIpv4: "10.0.0.0/16" })],
                "near lets the addresses 10.0.0.0/16 reach app",
            ],
            "another app's tasks": [
                [...apps, flow("next-door", appGroup, 8080, from(otherGroup))],
                "next-door lets other reach app",
            ],
            "its own tasks": [
                [...apps, flow("itself", appGroup, 8080, from(appGroup))],
                "itself lets app reach app",
            ],
            "an app that reaches it, and something else in that app's group": [
                [
                    ...connected,
                    resource(T.lambda, "function", { vpcConfig: { securityGroupIds: [ref(otherGroup)] } }),
                    called,
                ],
                "called lets other, function reach app",
            ],
            "a load balancer's group that something else is in too": [
                [
                    ...apps,
                    resource(T.instance, "bastion", { vpcSecurityGroupIds: [ref(edgeGroup)] }),
                    requests,
                ],
                "requests lets balancer, bastion reach app",
            ],
            "a group that nothing is in": [
                [...apps, group("empty"), flow("nobody", appGroup, 8080, from(group("empty")))],
                "nobody lets the security group empty reach app",
            ],
            "a prefix list": [
                [...apps, flow("list", appGroup, 8080, { prefixListId: "pl-0123456789abcdef0" })],
                "list lets the addresses of a prefix list reach app",
            ],
            "a group that is not the stack's, beside a listener that is": [
                [
                    ...apps,
                    targets,
                    changed(rule, { listenerArn: ref(resource(T.listener, "listener"), "arn") }),
                    resource(T.listener, "listener"),
                    flow("foreign", appGroup, 8080, { referencedSecurityGroupId: "sg-0123456789abcdef0" }),
                ],
                "foreign lets the security group sg-0123456789abcdef0 reach app",
            ],
            "another port": [
                [...apps, flow("debug", appGroup, 9229, from(edgeGroup))],
                "debug opens tcp 9229 of app, which is not the port that it listens on",
            ],
            "written inside of the group": [
                [
                    ...apps.filter((one) => one !== appGroup),
                    changed(appGroup, {
                        ingress: [{ protocol: "tcp", fromPort: 8080, toPort: 8080, self: true }],
                    }),
                ],
                "app-group lets app reach app",
            ],
        },
    },
    "tasks-in-own-security-group": {
        holds: { "one for each": apps },
        fails: {
            "none of the stack": [
                [task, changed(app, { networkConfiguration: { subnets: [] } })],
                "app has no security group of this stack",
            ],
            "shared with the load balancer": [
                [appGroup, task, app, changed(balancer, { securityGroups: [ref(appGroup)] })],
                "app shares a security group with balancer",
            ],
        },
    },
    "database-only-from-its-app": {
        holds: {
            "the app whose variables name it": [...apps, queries],
            "the app that reads the secret of a user in it": [
                ...apps.filter((one) => one !== task),
                secret,
                user,
                changed(task, {
                    containerDefinitions: JSON.stringify([
                        {
                            name: "app",
                            secrets: [{ name: "DB_HOST", valueFrom: `${ref(secret, "arn")}:host::` }],
                        },
                    ]),
                }),
                queries,
            ],
        },
        fails: {
            "another app": [
                [...apps, flow("others", dataGroup, 3306, from(otherGroup))],
                "others lets other reach database",
            ],
            "its app, and something else in the app's group": [
                [
                    ...apps,
                    resource(T.lambda, "function", { vpcConfig: { securityGroupIds: [ref(appGroup)] } }),
                    queries,
                ],
                "queries lets app, function reach database",
            ],
            "the load balancer": [
                [...apps, flow("edge", dataGroup, 3306, from(edgeGroup))],
                "edge lets balancer reach database",
            ],
            everybody: [
                [...apps, flow("open", dataGroup, 3306, { cidrIpv6: "::/0" })],
                "open lets everybody reach database",
            ],
            "another port": [
                [...apps, flow("shell", dataGroup, 22, from(appGroup))],
                "shell opens tcp 22 of database, which is not the database's port",
            ],
        },
    },
    "file-system-only-from-its-app": {
        holds: { "the app that mounts it": [...apps, target, nfs] },
        fails: {
            "another app": [
                [...apps, target, flow("others", filesGroup, 2049, from(otherGroup))],
                "others lets other reach files",
            ],
            "more ports": [
                [...apps, target, changed(nfs, { toPort: 2050 })],
                "nfs opens tcp 2049-2050 of target; NFS is on port 2049",
            ],
            "another port": [
                [...apps, target, flow("all", filesGroup, 111, from(appGroup))],
                "all opens tcp 111 of target; NFS is on port 2049",
            ],
        },
    },
};
