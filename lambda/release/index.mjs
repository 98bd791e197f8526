// @ts-check
/**
 * Gives a digest a tag that stays, so that the repository's lifecycle, which expires untagged images alone, never
 * removes what an environment runs or may return to.
 *
 * Its role needs ecr:BatchGetImage and ecr:PutImage on the repository.
 */
import { client, lazily } from "../shared/aws.mjs";
import { nameOf, refuse, reportable } from "../shared/errors.mjs";
import { realClock, retry } from "../shared/retry.mjs";

/** @typedef {import("../shared/aws.mjs").LambdaContext} LambdaContext */

/**
 * @typedef {object} Request
 * @property {string} repository
 * @property {string} digest
 * @property {string} [tag] default: `release-` and the first twelve of the digest
 */

/** @typedef {Request & { tf?: import("../shared/aws.mjs").Lifecycle }} Event */
/** @typedef {{ imageId?: { imageDigest?: string, imageTag?: string }, imageManifest?: string, imageManifestMediaType?: string }} Image */

/**
 * @typedef {object} EcrClient
 * @property {(input: { repositoryName: string, imageIds: ({ imageDigest: string } | { imageTag: string })[], acceptedMediaTypes: string[] }) => Promise<{ images?: readonly Image[] }>} batchGetImage
 * @property {(input: { repositoryName: string, imageManifest: string, imageManifestMediaType?: string, imageTag: string, imageDigest: string }) => Promise<unknown>} putImage
 */

/** @typedef {{ ecr: EcrClient, clock: import("../shared/retry.mjs").Clock, log: (line: string) => void }} Clients */
/** @typedef {{ ok: true, repository: string, digest: string, tag?: string }} Answer */

/**
 * Every kind of manifest: ECR would translate one that is not named here, and the digest would be another.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-manifest-formats.html
 */
const MEDIA_TYPES = [
    "application/vnd.docker.distribution.manifest.v2+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.oci.image.index.v1+json",
];

/**
 * @param {Clients} clients
 * @returns {(event: Event, context: LambdaContext) => Promise<Answer>}
 */
export function makeHandler({ ecr, clock, log }) {
    return async (event, context) => {
        try {
            const { repository, digest } = event;
            if (event.tf?.action === "delete") {
                return { ok: true, repository, digest };
            }
            const tag = event.tag ?? `release-${String(digest).slice("sha256:".length).slice(0, 12)}`;
            refuse("release", problemsOf({ repository, digest, tag }));
            const deadline = clock.now() + context.getRemainingTimeInMillis() - 5_000;
            await ensureTag({ ecr, clock, deadline }, { repository, digest, tag });
            log(JSON.stringify({ repository, digest, tag }));
            return { ok: true, repository, digest, tag };
        } catch (error) {
            throw reportable(error);
        }
    };
}

/** @param {Required<Request>} request */
function problemsOf({ repository, digest, tag }) {
    return [
        /^[a-z0-9][a-z0-9._/-]*$/.test(repository)
            ? []
            : ["`repository` must be the name of an ECR repository"],
        /^sha256:[0-9a-f]{64}$/.test(digest) ? [] : ["`digest` must be sha256: and 64 hexadecimal digits"],
        /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(tag) ? [] : ["`tag` must be a tag"],
    ].flat();
}

/**
 * @param {{ ecr: EcrClient, clock: import("../shared/retry.mjs").Clock, deadline: number }} with_
 * @param {Required<Request>} request
 */
async function ensureTag({ ecr, clock, deadline }, { repository, digest, tag }) {
    const { images = [] } = await retry(
        () =>
            ecr.batchGetImage({
                repositoryName: repository,
                imageIds: [{ imageDigest: digest }, { imageTag: tag }],
                acceptedMediaTypes: MEDIA_TYPES,
            }),
        { clock, deadline },
    );
    // In a repository whose tags can change, putting the image would silently move the tag.
    const holder = images.find(({ imageId }) => imageId?.imageTag === tag)?.imageId?.imageDigest;
    if (holder === digest) {
        return;
    }
    if (holder !== undefined) {
        throw new Error(taken(repository, tag, digest, holder));
    }
    const image = images.find(({ imageId }) => imageId?.imageDigest === digest);
    const { imageManifest, imageManifestMediaType } = image ?? {};
    if (imageManifest === undefined) {
        throw new Error(
            `The repository ${repository} has no image ${digest}: it expired, or it was pushed to another repository, ` +
                "account or region. Build or copy it again.",
        );
    }
    try {
        await retry(
            () =>
                ecr.putImage({
                    repositoryName: repository,
                    imageManifest,
                    ...(imageManifestMediaType === undefined ? {} : { imageManifestMediaType }),
                    imageTag: tag,
                    imageDigest: digest,
                }),
            { clock, deadline },
        );
    } catch (error) {
        // The digest has the tag already.
        if (nameOf(error) === "ImageAlreadyExistsException") {
            return;
        }
        if (nameOf(error) === "ImageTagAlreadyExistsException") {
            throw new Error(taken(repository, tag, digest, "another image"));
        }
        throw error;
    }
}

/** @param {string} repository @param {string} tag @param {string} digest @param {string} holder */
function taken(repository, tag, digest, holder) {
    return `The tag ${tag} of ${repository} belongs to ${holder}, so ${digest} cannot have it. Choose another tag.`;
}

export const handler = lazily(async () =>
    makeHandler({ ecr: await client("ecr", "ECR"), clock: realClock, log: console.log }),
);
