/** Keys of KMS: who decides over them, and how long they last. */
import { number } from "../json";
import { allowing } from "../document";
import { controlPage, POLICIES_LATER, type Rule } from "../rule";
import { T } from "../types";
import { unless } from "../view";

const keyRotation: Rule = {
    name: "key-rotates",
    control: ["KMS.4"],
    level: "mandatory",
    waivable: "never",
    description: "KMS changes the material of every key once a year.",
    remediation: "Set `enableKeyRotation` to true.",
    url: controlPage("KMS.4"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.key, (key) =>
            unless(
                key.flag("enableKeyRotation") === true ||
                    /^(RSA|ECC|HMAC|ML)_/.test(key.text("customerMasterKeySpec") ?? ""),
                "keeps its material for ever",
            ),
        ),
};

const keyDeletion: Rule = {
    name: "key-deletion-window",
    control: ["KMS.3"],
    level: "mandatory",
    waivable: "operations",
    description: "A key that was deleted by mistake can be saved for 30 days.",
    remediation: "Set `deletionWindowInDays` to 30.",
    url: controlPage("KMS.3"),
    decidableInPreview: true,
    check: (view) =>
        view.each(T.key, (key) => {
            const days = number(key.at("deletionWindowInDays")) ?? 30;
            return unless(days >= 30, `is gone ${days} days after its deletion`);
        }),
};

const keyPolicy: Rule = {
    name: "key-decided-over-by-account",
    control: ["CKV2_AWS_64"],
    level: "mandatory",
    waivable: "never",
    description: "The program says who may use a key, and only the account's own policies decide over it.",
    remediation: "Write the key's `policy`; let the account's root, and nobody else, change it.",
    url: "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
    decidableInPreview: POLICIES_LATER,
    check: (view) => [
        ...view.each(T.key, (key) =>
            unless(
                !key.lacks("policy") || view.users(key, T.keyPolicy).length > 0,
                "does not say who may use it",
            ),
        ),
        ...view.each([T.key, T.keyPolicy], (item) =>
            allowing(item.statements("policy"), "kms:PutKeyPolicy").flatMap(({ name, principals }) =>
                principals
                    .filter((principal) => principal.kind !== "AWS" || !principal.name.endsWith(":root"))
                    .map((principal) => ({
                        message: `(${name}) lets ${principal.name} decide over it`,
                        subject: principal.name,
                    })),
            ),
        ),
    ],
};

export const KEYS: readonly Rule[] = [keyRotation, keyDeletion, keyPolicy];
