/** Who may run `pulumi up`: one, and the others are refused before anything is registered. */
import type { Applier } from "./delivery";
import { SettingsError } from "./problem";
import type { Settings } from "./settings";

/** The variable with which a person may apply what somebody else applies: at first, and when that one is broken. */
const BY_HAND = { name: "SELFHOST_APPLY", value: "by-hand" } as const;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * Who is running this, by what the machines say of themselves.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
 * https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function runner(variables: Variables): Applier {
    if (variables.CODEBUILD_BUILD_ARN !== undefined) {
        return "codepipeline";
    }
    return variables.GITHUB_ACTIONS === "true" ? "github" : "hand";
}

/** Who applies the environment: nobody else may, except for what belongs to releases. */
function applierOf({ delivery }: Pick<Settings, "delivery">): Applier {
    return delivery?.appliedBy ?? "hand";
}

/**
 * Throws where a machine applies this environment, and this is another. A build of CodeBuild may always: it runs in a
 * pipeline of the environment itself, whose scripts ask before they apply more than a release. Where a person applies
 * it, the workflows ask too.
 */
export function refuseOthers(settings: Settings, variables: Variables): void {
    const applier = applierOf(settings);
    const who = runner(variables);
    const may = applier === "hand" || who === applier || who === "codepipeline";
    if (may || variables[BY_HAND.name] === BY_HAND.value) {
        return;
    }
    throw new SettingsError(`Pulumi.${settings.environment}.yaml`, [
        {
            path: "selfhost:delivery.appliedBy",
            value: applier,
            reason: `applies this environment, and this is ${WHO[who]}.`,
            fix: `Push the change and let ${applier} apply it; at first, or when that is broken: \`${BY_HAND.name}=${BY_HAND.value} pulumi up\`.`,
        },
    ]);
}

const WHO: Readonly<Record<Applier, string>> = {
    codepipeline: "a build of CodeBuild",
    github: "a workflow of GitHub Actions",
    hand: "a person's machine",
};
