/** What was last seen to run, for the apps whose images `up` itself builds: the next environment gets each digest once. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { asObject } from "../image/release";
import type { DeliveryArgs, Options } from "./args";

/** Until something was seen to run. */
const NOTHING = "none";

/**
 * `delivery/publish.sh` writes it; the stack only makes and removes it. By app: digest and commit, as they were written
 * last.
 */
export function keepVerified(
    name: string,
    { environment, settings }: DeliveryArgs,
    opts: Options & { readonly parent: pulumi.Resource },
): ReadonlyMap<string, pulumi.Output<unknown>> {
    const { promotesTo, appliedBy, builds } = settings;
    // What nobody looks at is recorded by nobody.
    const kept = promotesTo.length > 0 || appliedBy === "codepipeline" ? builds.apps : [];
    return new Map(
        kept.map((app) => {
            const parameter = new aws.ssm.Parameter(
                `${name}-${app}`,
                {
                    // Not where a pipeline keeps it: an app that gets one has both for as long as an `up` lasts.
                    name: `/selfhost/${environment}/built/${app}`,
                    description: `Digest of ${app} that was last seen to run in ${environment}`,
                    type: "String",
                    insecureValue: NOTHING,
                },
                { ...opts, ignoreChanges: ["insecureValue"] },
            );
            const { insecureValue } = aws.ssm.getParameterOutput(
                { name: parameter.id },
                { parent: opts.parent },
            );
            return [app, insecureValue.apply(shown)];
        }),
    );
}

function shown(text: string): unknown {
    return text === NOTHING ? "nothing yet" : text.startsWith("{") ? asObject(text) : text;
}
