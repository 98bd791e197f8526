/** Names of images and repositories, within ECR's limits. */
import { createHash } from "node:crypto";

/**
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PullThroughCacheRule.html
 */
const CACHE_PREFIX_LIMIT = 30;

export interface EcrImage {
    readonly accountId: string;
    readonly region: string;
    readonly repository: string;
}

/** `selfhost/prod/bookstack`. */
export function repositoryName(environment: string, app: string): string {
    return `selfhost/${slug(environment)}/${slug(app)}`;
}

/** `prod-bookstack`: an app's own corner of the cache, so that another environment's destruction does not empty it. */
export function cachePrefix(environment: string, app: string): string {
    const name = `${slug(environment)}-${slug(app)}`;
    if (name.length <= CACHE_PREFIX_LIMIT) {
        return name;
    }
    const hash = createHash("sha256").update(name).digest("hex").slice(0, 6);
    return `${name.slice(0, CACHE_PREFIX_LIMIT - hash.length - 1).replace(/-$/, "")}-${hash}`;
}

/** `docker/library/httpd@sha256:…` → `docker/library/httpd`. */
export function withoutVersion(image: string): string {
    return image.replace(/@.*$/, "").replace(/:[^:/]*$/, "");
}

/** `…/bookstack@sha256:…` → `sha256:…`. */
export function digestOf(uri: string): string {
    return uri.slice(uri.indexOf("@") + 1);
}

/** What an image's URI in a private ECR registry says; undefined for other registries. */
export function parseEcrImage(uri: string): EcrImage | undefined {
    const match = /^(\d{12})\.dkr\.ecr(?:-fips)?\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/(.+)$/.exec(uri);
    if (match === null) {
        return undefined;
    }
    const [, accountId = "", region = "", image = ""] = match;
    return { accountId, region, repository: withoutVersion(image) };
}

/** `amazonaws.com`, but in China. */
export function dnsSuffix(partition: string): string {
    return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}

function slug(text: string): string {
    return text
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, "-")
        .replace(/^-|-$/g, "");
}
