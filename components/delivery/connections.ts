/** The connections to where repositories are. */
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { GitProvider } from "../../settings/delivery";
import type { DeliveryArgs, Options } from "./args";

const PROVIDER_TYPES: Readonly<Record<GitProvider, string>> = {
    bitbucket: "Bitbucket",
    github: "GitHub",
    gitlab: "GitLab",
};

/** The ARN of each: adopted, or made here and accepted by a person in the console. */
export function connectionsOf(
    name: string,
    { environment, settings }: DeliveryArgs,
    opts: Options,
): ReadonlyMap<GitProvider, pulumi.Input<string>> {
    return new Map(
        settings.connections.map(({ provider, arn }): [GitProvider, pulumi.Input<string>] => [
            provider,
            arn ??
                new aws.codeconnections.Connection(
                    `${name}-${provider}`,
                    {
                        // At most 32 characters.
                        // https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_CreateConnection.html
                        name: connectionName(environment, provider),
                        providerType: PROVIDER_TYPES[provider],
                    },
                    opts,
                ).arn,
        ]),
    );
}

export function connectionName(environment: string, provider: GitProvider): string {
    return `selfhost-${environment}-${provider}`;
}
