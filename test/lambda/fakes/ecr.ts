import { awsError } from "./common";

/** One ECR repository: manifests by digest, digests by tag. */
export class FakeEcr {
    readonly images = new Map<string, { manifest: string; mediaType: string }>();
    readonly tags = new Map<string, string>();
    immutable = true;
    puts = 0;

    batchGetImage({
        imageIds,
    }: {
        imageIds: readonly ({ imageDigest: string } | { imageTag: string })[];
    }): Promise<{
        images: unknown[];
        failures: unknown[];
    }> {
        const images = imageIds.flatMap((id) => {
            const tag = "imageTag" in id ? id.imageTag : undefined;
            const digest = "imageDigest" in id ? id.imageDigest : this.tags.get(id.imageTag);
            const image = digest === undefined ? undefined : this.images.get(digest);
            return image === undefined
                ? []
                : [
                      {
                          imageId: { imageDigest: digest, ...(tag === undefined ? {} : { imageTag: tag }) },
                          imageManifest: image.manifest,
                          imageManifestMediaType: image.mediaType,
                      },
                  ];
        });
        return Promise.resolve({ images, failures: [] });
    }

    putImage(input: {
        imageManifest: string;
        imageManifestMediaType?: string;
        imageTag: string;
        imageDigest: string;
    }): Promise<unknown> {
        const stored = this.images.get(input.imageDigest);
        if (stored?.manifest !== input.imageManifest || stored.mediaType !== input.imageManifestMediaType) {
            throw awsError("ImageDigestDoesNotMatchException");
        }
        const holder = this.tags.get(input.imageTag);
        if (holder === input.imageDigest) {
            throw awsError("ImageAlreadyExistsException");
        }
        if (holder !== undefined && this.immutable) {
            throw awsError("ImageTagAlreadyExistsException");
        }
        this.puts += 1;
        this.tags.set(input.imageTag, input.imageDigest);
        return Promise.resolve({});
    }
}
