import { T } from "../../../policy/types";
import { allow, changed, document, ref, resource } from "../../support/graphs";
import type { Cases } from "./cases";

const key = resource(T.key, "key", { enableKeyRotation: true, deletionWindowInDays: 30 });
const lambda = resource(T.lambda, "function", { runtime: "nodejs24.x" });
const permission = resource(T.lambdaPermission, "permission", {
    principal: "events.amazonaws.com",
    sourceArn: "arn:aws:events:a",
});
const root = allow("kms:*", "*", { Principal: { AWS: "arn:aws:iam::123456789012:root" } });

export const KEY_CASES: Cases = {
    "key-rotates": {
        holds: {
            "it does": [key],
            "it cannot": [changed(key, { enableKeyRotation: false, customerMasterKeySpec: "RSA_2048" })],
        },
        fails: {
            "nothing is said": [
                [changed(key, { enableKeyRotation: null })],
                "key keeps its material for ever",
            ],
        },
    },
    "key-deletion-window": {
        holds: { "30 days": [key], "AWS's choice": [changed(key, { deletionWindowInDays: null })] },
        fails: {
            "a week": [[changed(key, { deletionWindowInDays: 7 })], "key is gone 7 days after its deletion"],
        },
    },
    "key-decided-over-by-account": {
        holds: {
            "the account's policies": [changed(key, { policy: document(root) })],
            "beside the key": [
                key,
                resource(T.keyPolicy, "policy", { keyId: ref(key), policy: document(root) }),
            ],
        },
        fails: {
            "nothing is said": [[key], "key does not say who may use it"],
            "a role": [
                [
                    changed(key, {
                        policy: document(
                            root,
                            allow("kms:Put*", "*", {
                                Principal: { AWS: "arn:aws:iam::123456789012:role/a" },
                            }),
                        ),
                    }),
                ],
                "key (Test) lets arn:aws:iam::123456789012:role/a decide over it",
            ],
        },
    },
};

export const FUNCTION_CASES: Cases = {
    "function-not-public": {
        holds: {
            "a rule of events": [lambda, permission],
            "with a signature": [resource(T.lambdaUrl, "address", { authorizationType: "AWS_IAM" })],
        },
        fails: {
            everybody: [
                [changed(permission, { principal: "*", sourceArn: null })],
                "permission lets everybody of any account call a function",
            ],
            "a service, for anybody": [
                [changed(permission, { sourceArn: null })],
                "permission lets events.amazonaws.com of any account call a function",
            ],
            "an open address": [
                [resource(T.lambdaUrl, "address", { authorizationType: "NONE" })],
                "address lets everybody call a function",
            ],
        },
    },
    "function-runtime-supported": {
        holds: { current: [lambda], "an image": [changed(lambda, { runtime: null, packageType: "Image" })] },
        fails: {
            old: [[changed(lambda, { runtime: "nodejs18.x" })], "function runs on nodejs18.x"],
            none: [[changed(lambda, { runtime: null })], "function runs on no runtime that it names"],
        },
    },
    "function-in-two-zones": {
        holds: {
            "no VPC": [lambda],
            "two subnets": [changed(lambda, { vpcConfig: { subnetIds: ["subnet-1", "subnet-2"] } })],
        },
        fails: {
            "one subnet": [
                [changed(lambda, { vpcConfig: { subnetIds: ["subnet-1"] } })],
                "function is in one zone only",
            ],
        },
    },
};
