/** The one reader of Pulumi's configuration: which keys there are, which are secret, and what they hold. */
import * as pulumi from "@pulumi/pulumi";
import * as runtime from "@pulumi/pulumi/runtime/config";

/** The namespace of every key, whatever the project is called: `pulumi new` lets people rename it. */
export const NAMESPACE = "selfhost";

export interface ConfigEntries {
    /** Where a person finds the keys, for messages: `Pulumi.dev.yaml`. */
    readonly file: string;
    readonly project: string;
    readonly stack: string;
    /** Full key → text, as the engine hands it over: objects are JSON. Values of secrets are left out. */
    readonly values: ReadonlyMap<string, string>;
    /** Keys that hold a secret, alone or somewhere inside. */
    readonly secrets: ReadonlySet<string>;
}

/** The SDK has it (runtime/config.js) and leaves it out of its declarations. */
const { isConfigSecret } = runtime as unknown as { isConfigSecret: (key: string) => boolean };

/** Everything that the engine was configured with. */
export function readConfig(): ConfigEntries {
    const entries = Object.entries(runtime.allConfig());
    return {
        file: `Pulumi.${pulumi.getStack()}.yaml`,
        project: pulumi.getProject(),
        stack: pulumi.getStack(),
        values: new Map(entries.filter(([key]) => !isConfigSecret(key))),
        secrets: new Set(entries.map(([key]) => key).filter((key) => isConfigSecret(key))),
    };
}

/** The value of a config secret; it stays a secret wherever it goes. */
export function secretValue(key: string): pulumi.Output<string> {
    return new pulumi.Config(NAMESPACE).requireSecret(key.slice(NAMESPACE.length + 1));
}

/** The value of a config secret in the clear, only to be looked at: a check, never an input. */
export function inspectSecret(key: string): string {
    return new pulumi.Config(NAMESPACE).require(key.slice(NAMESPACE.length + 1));
}
