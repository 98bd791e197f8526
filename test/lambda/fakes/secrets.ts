import { awsError } from "./common";

/** Secrets Manager: values by version, one of them the current one. */
export class FakeSecrets {
    readonly secrets = new Map<string, { versions: Map<string, string>; current: string | undefined }>();
    puts = 0;

    add(arn: string): void {
        this.secrets.set(arn, { versions: new Map(), current: undefined });
    }

    valueOf(arn: string): string | undefined {
        const secret = this.secrets.get(arn);
        return secret?.current === undefined ? undefined : secret.versions.get(secret.current);
    }

    /** As a person would, in the console. */
    set(arn: string, text: string): void {
        this.add(arn);
        const secret = this.secrets.get(arn);
        secret?.versions.set("by hand", text);
        this.secrets.set(arn, {
            versions: secret?.versions ?? new Map<string, string>(),
            current: "by hand",
        });
    }

    getSecretValue({ SecretId }: { SecretId: string }): Promise<{ SecretString: string; VersionId: string }> {
        const text = this.valueOf(SecretId);
        const version = this.secrets.get(SecretId)?.current;
        if (text === undefined || version === undefined) {
            throw awsError(
                "ResourceNotFoundException",
                "can't find the specified secret value for AWSCURRENT",
            );
        }
        return Promise.resolve({ SecretString: text, VersionId: version });
    }

    putSecretValue(input: {
        SecretId: string;
        SecretString: string;
        ClientRequestToken: string;
    }): Promise<unknown> {
        const secret = this.secrets.get(input.SecretId);
        if (secret === undefined) {
            throw awsError("ResourceNotFoundException", "can't find the specified secret");
        }
        const there = secret.versions.get(input.ClientRequestToken);
        if (there !== undefined && there !== input.SecretString) {
            throw awsError("ResourceExistsException");
        }
        this.puts += 1;
        secret.versions.set(input.ClientRequestToken, input.SecretString);
        secret.current = input.ClientRequestToken;
        return Promise.resolve({});
    }
}
