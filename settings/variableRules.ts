/** Variables, secrets and secret files of an app that cannot be, each with the reason and what to write instead. */
import type { Context } from "./context";
import type { Problem } from "./problem";

export function variableRules(context: Context): readonly Problem[] {
    return [...envRules(context), ...secretNameRules(context), ...fileRules(context)];
}

/**
 * What ECS tells a task, and what AWS's SDKs look for before they ask for the task role.
 * https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
 */
const PLATFORM =
    /^(AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PROFILE|DEFAULT_PROFILE|CONTAINER_\w+|WEB_IDENTITY_TOKEN_FILE|ROLE_ARN|CONFIG_FILE|SHARED_CREDENTIALS_FILE|EXECUTION_ENV)|ECS_(AGENT_URI|CONTAINER_METADATA_URI\w*))$/;

const PLATFORM_PROBLEM = {
    reason: "would stand in the way of the task role, from which the app has its rights in AWS.",
    fix: "Remove it, and write what the app may do under `permissions:`.",
} as const;

const SECRET_LOOKING = /(PASS(WORD|WD)?|SECRET|TOKEN|(APP|PRIVATE|ACCESS|API)_?KEY|CREDENTIALS?)(_|$)/i;

function envRules({ app, path }: Context): readonly Problem[] {
    return Object.entries(app.env).flatMap(([name, value]): readonly Problem[] => {
        const at = `${path}.env.${name}`;
        if (app.preset.reserved.includes(name)) {
            return [
                {
                    path: at,
                    value,
                    reason: "is set by this program, from what it creates.",
                    fix: "Remove it.",
                },
            ];
        }
        const said = app.secrets.some((secret) => secret.name === name);
        if (PLATFORM.test(name)) {
            return [{ path: at, value: undefined, ...PLATFORM_PROBLEM }];
        }
        if (SECRET_LOOKING.test(name) && value !== "" && !said) {
            const fix = `Run \`pulumi config set --secret selfhost:${app.name}.${name} …\`, or write it under \`secrets:\`.`;
            return [
                {
                    path: at,
                    value: undefined,
                    reason: "looks like a secret, and everybody who may read the task definition would see it.",
                    fix,
                },
            ];
        }
        return [];
    });
}

/** A secret that the program makes itself has no other source, and one that ECS or the task role brings neither. */
function secretNameRules({ app, path }: Context): readonly Problem[] {
    return app.secrets.flatMap(({ name, source }): readonly Problem[] => {
        const at = {
            path: source.kind === "config" ? source.key : `${path}.secrets.${name}`,
            value: undefined,
        };
        if (app.preset.reserved.includes(name)) {
            return [{ ...at, reason: "is set by this program, from what it creates.", fix: "Remove it." }];
        }
        return PLATFORM.test(name) ? [{ ...at, ...PLATFORM_PROBLEM }] : [];
    });
}

/** A secret that becomes a file is one that the app has, and a shell must be able to name it. */
function fileRules({ app, path }: Context): readonly Problem[] {
    return app.secretFiles.flatMap(({ secret, file }): readonly Problem[] => {
        const at = `${path}.files.${secret}`;
        if (!app.secrets.some(({ name }) => name === secret)) {
            const fix = `Run \`pulumi config set --secret selfhost:${app.name}.${secret} …\`, or write it under \`secrets:\`.`;
            return [{ path: at, value: file, reason: "names no secret of this app.", fix }];
        }
        const other = app.secretFiles.find((one) => one.file === file && one.secret < secret);
        if (other !== undefined) {
            const reason = `is the file of \`${other.secret}\` too.`;
            return [{ path: at, value: file, reason, fix: "Write different names." }];
        }
        return /^[A-Za-z_]\w*$/.test(secret)
            ? []
            : [
                  {
                      path: at,
                      value: file,
                      reason: "has a name that a shell cannot read.",
                      fix: "Use letters, digits and `_` in the secret's name.",
                  },
              ];
    });
}
