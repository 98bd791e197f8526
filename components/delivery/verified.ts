/** What was last seen to run, for the apps whose images `up` itself builds: the next environment gets each digest once. */
import * as aws from "@pulumi/aws";
import type { DeliveryArgs, Options } from "./args";

/** `delivery/publish.sh` writes it; the stack only makes and removes it. */
export function keepVerified(name: string, { environment, settings }: DeliveryArgs, opts: Options): void {
    for (const app of settings.promotesTo.length === 0 ? [] : settings.builds.apps) {
        new aws.ssm.Parameter(
            `${name}-${app}`,
            {
                name: `/selfhost/${environment}/verified/${app}`,
                description: `Digest of ${app} that was last seen to run in ${environment}`,
                type: "String",
                insecureValue: "none",
            },
            { ...opts, ignoreChanges: ["insecureValue"] },
        );
    }
}
