import { changed, ref } from "../../support/graphs";
import type { Cases } from "./cases";
import {
    app,
    appGroup,
    association,
    dataSubnet,
    dataTable,
    files,
    internet,
    isolated,
    nat,
    otherGroup,
    out443,
    s3,
    secret,
    subnets,
    target,
    task,
    taskSubnet,
    toInternet,
    toNat,
    registry,
} from "./reachable";

export const ROUTE_CASES: Cases = {
    "data-subnets-without-route": {
        holds: {
            "a table without routes": [
                dataSubnet,
                dataTable,
                association(dataSubnet, dataTable),
                subnets,
                files,
                target,
            ],
        },
        fails: {
            "a route to the internet": [
                [
                    dataSubnet,
                    dataTable,
                    association(dataSubnet, dataTable),
                    subnets,
                    changed(toInternet, { routeTableId: ref(dataTable) }),
                ],
                "subnets is in data-subnet, from which to-internet leads out",
            ],
            "a route that is written inside of the table": [
                [
                    dataSubnet,
                    changed(dataTable, {
                        routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: "igw-0123456789abcdef0" }],
                    }),
                    association(dataSubnet, dataTable),
                    files,
                    target,
                ],
                "target is in data-subnet, from which data-table (route 1) leads out",
            ],
            "the VPC's main table": [
                [dataSubnet, subnets],
                "subnets is in data-subnet, which has no route table of its own",
            ],
        },
    },
    "egress-as-declared": {
        holds: {
            "one of two groups is allowed": [
                ...isolated.filter((one) => one !== app),
                otherGroup,
                changed(app, {
                    networkConfiguration: {
                        assignPublicIp: false,
                        securityGroups: [ref(appGroup), ref(otherGroup)],
                        subnets: [ref(taskSubnet)],
                    },
                }),
                out443,
                nat,
                toNat,
            ],
            "allowed, and a route through NAT": [...isolated, out443, nat, toNat],
            "allowed, and a public address": [
                ...isolated.filter((one) => one !== app),
                changed(app, {
                    networkConfiguration: {
                        assignPublicIp: true,
                        securityGroups: [ref(appGroup)],
                        subnets: [ref(taskSubnet)],
                    },
                }),
                out443,
                internet,
                toInternet,
            ],
            "neither allowed nor a route": isolated,
        },
        fails: {
            "a route where nothing may leave": [
                [...isolated, nat, toNat],
                "app may not connect to the internet, but task-subnet has a route to it",
            ],
            "no route where something may": [
                [...isolated, out443],
                "app may connect to the internet, but does not get there from task-subnet",
            ],
            "an internet gateway without a public address": [
                [...isolated, out443, internet, toInternet],
                "app may connect to the internet, but does not get there from task-subnet",
            ],
        },
    },
    "endpoints-complete": {
        holds: {
            "all that tasks need": [...isolated, ...registry, s3],
            "a way to the internet instead": [...isolated, nat, toNat],
        },
        fails: {
            "none for logs, S3 elsewhere": [
                [...isolated, ...registry.slice(0, 2), changed(s3, { routeTableIds: [ref(dataTable)] })],
                "app starts no task: there is no endpoint for logs, s3",
            ],
            "none for its secrets and sessions": [
                [
                    ...isolated.filter((one) => one !== task && one !== app),
                    secret,
                    changed(task, {
                        containerDefinitions: JSON.stringify([
                            {
                                secrets: [
                                    { name: "A", valueFrom: ref(secret, "arn") },
                                    {
                                        name: "B",
                                        valueFrom: "arn:aws:ssm:eu-west-1:123456789012:parameter/b",
                                    },
                                ],
                            },
                        ]),
                    }),
                    changed(app, { enableExecuteCommand: true }),
                    ...registry,
                    s3,
                ],
                "app starts no task: there is no endpoint for secretsmanager, ssm, ssmmessages",
            ],
        },
    },
};
