/** Whether what was deleted can still be saved, and for how long. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";
import type { Place } from "./place";

/** Days; the shortest and the longest wait of KMS. https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html */
const KEY_DAYS = { disposable: 7, kept: 30 } as const;

/** Days; 0 is at once. https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html */
const SECRET_DAYS = { disposable: 0, kept: 30 } as const;

/** Days between the order to delete a key and its end. */
export function keyRecoveryDays({ disposable }: Pick<Place, "disposable">): number {
    return disposable ? KEY_DAYS.disposable : KEY_DAYS.kept;
}

export interface SecretArgs extends Pick<Place, "environment" | "disposable"> {
    readonly app: string;
    /** The last word of its name. */
    readonly key: string;
    /** What it holds. */
    readonly what: string;
}

/** A secret of an app, `selfhost/<environment>/<app>/<key>-…`, without its value. */
export function createSecret(
    name: string,
    { environment, app, key, what, disposable }: SecretArgs,
    opts: pulumi.CustomResourceOptions,
): aws.secretsmanager.Secret {
    return new aws.secretsmanager.Secret(
        name,
        {
            // A prefix, not a name: the name of a deleted secret is taken until its recovery window ends.
            namePrefix: secretPrefix({ environment, app, key }),
            description: `${what} of ${app} in ${environment}`,
            recoveryWindowInDays: disposable ? SECRET_DAYS.disposable : SECRET_DAYS.kept,
        },
        opts,
    );
}

/** How the names of all secrets begin that an app ever had under a key. */
export function secretPrefix({
    environment,
    app,
    key,
}: Pick<SecretArgs, "environment" | "app" | "key">): string {
    return `selfhost/${environment}/${app}/${key}-`;
}
