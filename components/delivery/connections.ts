/** The connections to where repositories are. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { GitProvider } from "../../settings/delivery";
import { connectionsConsole } from "../../settings/deliveryNotes";
import type { DeliveryArgs, Options } from "./args";

const PROVIDER_TYPES: Readonly<Record<GitProvider, string>> = {
    bitbucket: "Bitbucket",
    github: "GitHub",
    gitlab: "GitLab",
};

export interface Connected {
    readonly arn: pulumi.Input<string>;
    /** `AVAILABLE`, or `PENDING` with where a person accepts it; undefined for one that is adopted. */
    readonly status: pulumi.Output<string> | undefined;
}

/** Each connection that a pipeline uses: adopted, or made here and accepted by a person in the console. */
export function connect(
    name: string,
    args: DeliveryArgs,
    opts: Options,
): ReadonlyMap<GitProvider, Connected> {
    return new Map(
        args.settings.connections.map(({ provider, arn }): [GitProvider, Connected] => [
            provider,
            arn === undefined ? create(name, provider, args, opts) : { arn, status: undefined },
        ]),
    );
}

function create(
    name: string,
    provider: GitProvider,
    { environment, region }: DeliveryArgs,
    opts: Options,
): Connected {
    const connection = new aws.codeconnections.Connection(
        `${name}-${provider}`,
        { name: `selfhost-${environment}-${provider}`, providerType: PROVIDER_TYPES[provider] },
        opts,
    );
    return {
        arn: connection.arn,
        status: connection.connectionStatus.apply((status) =>
            status === "PENDING" ? `PENDING: accept it in ${connectionsConsole(region)}` : status,
        ),
    };
}
