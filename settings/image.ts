/** Decides where an app's image comes from. */
import { posix } from "node:path";
import type { KnownApp } from "../apps/app";
import type { Problem } from "./problem";
import type { RawImage } from "./appSchema";
import type { ImageSource } from "./settings";

/**
 * Registries that ECR's pull-through cache knows, and whether it needs credentials for them.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-rule.html
 */
const CACHED_REGISTRIES: Readonly<
    Record<string, { readonly upstream: string; readonly credential: boolean }>
> = {
    "public.ecr.aws": { upstream: "public.ecr.aws", credential: false },
    "quay.io": { upstream: "quay.io", credential: false },
    "registry.k8s.io": { upstream: "registry.k8s.io", credential: false },
    "docker.io": { upstream: "registry-1.docker.io", credential: true },
    "registry-1.docker.io": { upstream: "registry-1.docker.io", credential: true },
    "ghcr.io": { upstream: "ghcr.io", credential: true },
    "registry.gitlab.com": { upstream: "registry.gitlab.com", credential: true },
};

/** The context whose Dockerfile is `FROM ${BASE}` and nothing else. */
const MIRROR_CONTEXT = "docker/from";

export function decideImage(
    raw: RawImage | undefined,
    preset: KnownApp,
    path: string,
): { image: ImageSource; problems: readonly Problem[] } {
    if (raw !== undefined && "uri" in raw) {
        return decideFixed(raw.uri, raw.credential, path);
    }
    const own = ownContext(preset);
    const context = raw?.build.context ?? own?.folder;
    const folder = context ?? ".";
    // A context of somebody's own has its own Dockerfile.
    const dockerfile = raw?.build.context === undefined ? own?.dockerfile : undefined;
    const image: ImageSource = {
        kind: "build",
        context: folder,
        dockerfile:
            raw?.build.dockerfile === undefined
                ? (dockerfile ?? posix.join(folder, "Dockerfile"))
                : posix.join(folder, raw.build.dockerfile),
        args: { ...preset.buildArgs, ...raw?.build.args },
    };
    const missing: Problem = {
        path: `${path}.build.context`,
        value: undefined,
        reason: `is missing, and the preset \`${preset.name}\` has no image of its own.`,
        fix: "Write `image: { build: { context: <folder> } }` or `image: { uri: <registry>/<image>@sha256:… }`.",
    };
    return { image, problems: context === undefined ? [missing] : [] };
}

/** Both relative to the project. */
function ownContext({ context }: KnownApp): { folder: string; dockerfile: string } | undefined {
    if (typeof context !== "string") {
        return context;
    }
    const folder = `docker/${context}`;
    return { folder, dockerfile: `${folder}/Dockerfile` };
}

function decideFixed(
    uri: string,
    credential: string | undefined,
    path: string,
): { image: ImageSource; problems: readonly Problem[] } {
    const slash = uri.indexOf("/");
    const registry = uri.slice(0, slash);
    if (/^\d{12}\.dkr\.ecr\./.test(registry)) {
        return { image: { kind: "image", uri }, problems: [] };
    }
    const known = CACHED_REGISTRIES[registry];
    const mirror = `Write \`image: { build: { context: ${MIRROR_CONTEXT}, args: { BASE: "${uri}" } } }\`: \`pulumi up\` then copies it to ECR.`;
    const image: ImageSource = {
        kind: "cached",
        registry: known?.upstream ?? registry,
        image: uri.slice(slash + 1),
        credentialArn: credential,
    };
    if (known === undefined) {
        return {
            image,
            problems: [
                {
                    path: `${path}.uri`,
                    value: uri,
                    reason: "is in a registry that ECR cannot cache.",
                    fix: mirror,
                },
            ],
        };
    }
    if (known.credential && credential === undefined) {
        const reason = `is missing: ECR caches ${registry} only with a user name and a token.`;
        return { image, problems: [{ path: `${path}.credential`, value: undefined, reason, fix: mirror }] };
    }
    return { image, problems: [] };
}
