/** Connections that cannot be made, and such as nobody uses. */
import type { Decided } from "./context";
import { partitionOf } from "./decide";
import { GIT_PROVIDERS, type GitProvider } from "./delivery";
import type { PipelineSettings } from "./pipeline";
import type { Problem } from "./problem";

const PATH = "selfhost:delivery.connections";

/** https://docs.aws.amazon.com/codeconnections/latest/APIReference/API_CreateConnection.html */
const LONGEST_NAME = 32;

export function connectionRules(decided: Decided): readonly Problem[] {
    const { raw, apps, stack, region } = decided;
    const { pipeline, connections } = raw.delivery ?? {};
    const used = apps.flatMap((app) => usesOf(app.name, app.pipeline));
    if (partitionOf(region) === "aws-cn") {
        return used.map(({ provider, path }) => ({
            path,
            value: provider,
            reason: "needs a connection to the repository, which is not offered in aws-cn.",
            fix: "Write `s3`, `ecr` or `codecommit` for the source, and let the repository's own automation push there.",
        }));
    }
    const needed = new Set<GitProvider>(used.map(({ provider }) => provider));
    if (pipeline !== undefined) {
        needed.add(pipeline.provider ?? "github");
    }
    // An app or a pipeline whose form is wrong may be what uses it.
    const unknown =
        Object.keys(raw.apps ?? {}).length > apps.length ||
        [...decided.refused].some((path) => /\.pipeline\b/.test(path));
    return GIT_PROVIDERS.flatMap((provider): readonly Problem[] => {
        const given = connections?.[provider];
        const path = `${PATH}.${provider}`;
        if (given !== undefined && !needed.has(provider) && !unknown) {
            const reason = `has no effect: nothing here has its sources at ${provider}.`;
            return [{ path, value: given, reason, fix: "Remove it, or write the pipeline that uses it." }];
        }
        const name = `selfhost-${stack}-${provider}`;
        if (given !== undefined || !needed.has(provider) || name.length <= LONGEST_NAME) {
            return [];
        }
        const reason = `is missing, and one that is made would be called \`${name}\`, which is longer than ${LONGEST_NAME} characters.`;
        return [{ path, value: undefined, reason, fix: "Make one in the console, and write its ARN." }];
    });
}

/** The repositories behind connections that an app's releases come from, and where the stack file says so. */
function usesOf(
    app: string,
    pipeline: PipelineSettings | undefined,
): readonly { readonly provider: GitProvider; readonly path: string }[] {
    const at = `selfhost:apps.${app}.pipeline`;
    const source = pipeline?.source.kind === "promotion" ? pipeline.source.tags : pipeline?.source;
    const all = [
        { path: `${at}.source`, one: source },
        { path: `${at}.imageFrom`, one: pipeline?.imagePipeline?.source },
    ];
    return all.flatMap(({ path, one }) => (one?.kind === "git" ? [{ provider: one.provider, path }] : []));
}
