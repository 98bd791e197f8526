/** Resources of an app that had other names: the state knows them by those, and aliases lead there. */
import type * as pulumi from "@pulumi/pulumi";
import type { AppSettings } from "../settings/settings";
import { firstName } from "../settings/formerly";

/**
 * The options, with the names that a resource had. Children whose names begin with their parent's need none of their own.
 * https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/
 */
export function aliased<Options extends object>(
    opts: Options,
    formerly: readonly string[],
    nameOf: (former: string) => string,
): Options & Pick<pulumi.ResourceOptions, "aliases"> {
    return formerly.length === 0
        ? opts
        : { ...opts, aliases: formerly.map((former) => ({ name: nameOf(former) })) };
}

/** The app as AWS knows it. Whatever is called after it there cannot be called otherwise without being another thing. */
export function inAws<App extends Pick<AppSettings, "name" | "formerly">>(app: App): App {
    return { ...app, name: firstName(app) };
}
