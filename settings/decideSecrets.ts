/** Decides where each secret of an app comes from. */
import type { AppContext } from "./context";
import { NAMESPACE } from "./config";
import { suggestion } from "./check";
import type { Problem } from "./problem";
import type { RawReference } from "./appSchema";
import type { AppSecret } from "./settings";

/** Letters and digits of a generated secret: 40 of 62 carry 238 bits. */
const GENERATED_LENGTH = 40;

export function decideSecrets(context: AppContext): {
    readonly secrets: readonly AppSecret[];
    readonly problems: readonly Problem[];
} {
    const { name: app, path, preset, raw, secretKeys } = context;
    const references = raw.secrets ?? {};
    const configured = new Map(secretKeys.map(({ key, name }) => [name, key]));
    const names = new Set([...Object.keys(preset.secrets), ...configured.keys(), ...Object.keys(references)]);
    const secrets: AppSecret[] = [];
    const problems: Problem[] = [];
    for (const name of [...names].sort()) {
        const reference = references[name];
        const key = configured.get(name);
        if (reference !== undefined && key !== undefined) {
            problems.push({
                path: `${path}.secrets.${name}`,
                value: reference,
                reason: `has two sources: this one and the config secret \`${key}\`.`,
                fix: `Remove it, or run \`pulumi config rm ${key}\`.`,
            });
        }
        const source = sourceOf(context, name, reference, key);
        if (source !== undefined) {
            secrets.push({ name, source });
        }
        if (source !== undefined && name in (raw.env ?? {})) {
            problems.push({
                path: `${path}.env.${name}`,
                value: undefined,
                reason: "is a secret too; only one of the two can reach the container.",
                fix: "Remove it here.",
            });
        }
    }
    return { secrets, problems: [...problems, ...strangeNames(context, app, configured)] };
}

function sourceOf(
    context: AppContext,
    name: string,
    reference: RawReference | undefined,
    key: string | undefined,
): AppSecret["source"] | undefined {
    if (reference !== undefined) {
        return "ssm" in reference
            ? { kind: "ssm", parameter: reference.ssm, kmsKeyArn: reference.kmsKey }
            : {
                  kind: "secretsManager",
                  arn: reference.secretsManager,
                  jsonKey: reference.key,
                  kmsKeyArn: reference.kmsKey,
              };
    }
    if (key !== undefined) {
        return { kind: "config", key };
    }
    switch (context.preset.secrets[name]?.when) {
        case "generate":
            return { kind: "generated", length: GENERATED_LENGTH };
        case "require":
            return { kind: "missing", key: `${NAMESPACE}:${context.name}.${name}` };
        case "optional":
        case undefined:
            return undefined;
    }
}

/** A config secret whose name is nearly, but not quite, one that the preset requires. */
function strangeNames(
    { preset }: AppContext,
    app: string,
    configured: ReadonlyMap<string, string>,
): readonly Problem[] {
    const required = Object.keys(preset.secrets).filter(
        (name) => preset.secrets[name]?.when === "require" && !configured.has(name),
    );
    return [...configured].flatMap(([name, key]) => {
        const near = required.find(
            (known) =>
                known.toLowerCase().replaceAll(/[_-]/g, "") === name.toLowerCase().replaceAll(/[_-]/g, ""),
        );
        return near === undefined
            ? []
            : [
                  {
                      path: key,
                      value: undefined,
                      reason: `is not a secret that ${app} reads.`,
                      fix: suggestion(name, [near]),
                  },
              ];
    });
}
