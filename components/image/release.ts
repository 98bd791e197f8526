/** The release of an app: a parameter that the stack owns and a pipeline writes. */
import * as pulumi from "@pulumi/pulumi";
import * as aws from "@pulumi/aws";

/** Of both parameters, until a pipeline has written them. */
const NOTHING = "bootstrap";

export interface Release {
    /** `sha256:…`. */
    readonly digest: string;
    /** Of the sources; `unknown` where nobody knows. */
    readonly commit: string;
}

export interface ReleaseParameters {
    /** Undefined before the first release; read now, not remembered. */
    readonly release: pulumi.Output<Release | undefined>;
    /** Of the release. */
    readonly arn: pulumi.Output<string>;
    /** Of the release that was seen to run, and checked. */
    readonly verifiedArn: pulumi.Output<string>;
}

/** `/selfhost/<environment>/releases/<app>`; the scripts of delivery/ write there. */
function releaseName(environment: string, app: string): string {
    return `/selfhost/${environment}/releases/${app}`;
}

/** `/selfhost/<environment>/verified/<app>`. */
function verifiedName(environment: string, app: string): string {
    return `/selfhost/${environment}/verified/${app}`;
}

export function createReleaseParameters(
    name: string,
    { environment, app, disposable }: { environment: string; app: string; disposable: boolean },
    parent: pulumi.Resource,
): ReleaseParameters {
    const create = (suffix: string, parameterName: string, description: string) =>
        new aws.ssm.Parameter(
            `${name}-${suffix}`,
            { name: parameterName, type: "String", insecureValue: NOTHING, description },
            // The value is the pipeline's; the stack owns the parameter, so that one that is missing is an error.
            { parent, ignoreChanges: ["insecureValue"], protect: !disposable },
        );
    const released = create("release", releaseName(environment, app), `What ${app} is to run`);
    const verified = create("verified", verifiedName(environment, app), `What ${app} was seen to run`);
    const { insecureValue } = aws.ssm.getParameterOutput({ name: released.id }, { parent });
    return {
        // What follows from it waits for the parameter also where a preview does not know its id, and asks for nothing.
        release: pulumi.all([insecureValue, released.id]).apply(([text]) => parseRelease(text)),
        arn: released.arn,
        verifiedArn: verified.arn,
    };
}

/**
 * What a pipeline writes, or a digest that a person has written by itself. Never the first release again: a text that is
 * no digest is one that ECR does not have, so that ECS keeps the release before and `up` fails.
 */
export function parseRelease(text: string): Release | undefined {
    if (text === NOTHING) {
        return undefined;
    }
    if (!text.startsWith("{")) {
        return { digest: text, commit: "unknown" };
    }
    const { digest, commit } = asObject(text);
    if (typeof digest !== "string" || typeof commit !== "string") {
        throw new Error(`\`${text}\` is no release. Write {"digest":"sha256:…","commit":"…"}.`);
    }
    return { digest, commit };
}

/** What a text says, or nothing: a person may have written it. */
export function asObject(text: string): { readonly digest?: unknown; readonly commit?: unknown } {
    try {
        const value: unknown = JSON.parse(text);
        return typeof value === "object" && value !== null ? value : {};
    } catch {
        return {};
    }
}
