/** Which images of an app's repository may change, and which go after a while. */
import type { ImageSource } from "../../settings/settings";

/** Days that an image without a tag stays: built but never released. */
const UNTAGGED_DAYS = 14;

/** Days that what a pipeline built stays when nobody releases it. */
const BUILD_DAYS = 90;

/** Releases that can be released again. */
const KEPT_RELEASES = 200;

/** Tags that may move: those of `up`; and of a pipeline, the layers that the next build starts from. */
export function movingTags(kind: ImageSource["kind"]): readonly string[] {
    return kind === "release" ? ["cache", "up-*"] : ["up-*"];
}

/**
 * Tagged images stay: what an environment runs, may return to, or was offered as a stage has a tag of its own. Of a pipeline's builds only those
 * with the tag of a release do: an image that a rule with a lower number is about is safe from those with a higher one.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export function lifecycleOf(kind: ImageSource["kind"]) {
    const untagged = {
        description: "Images that were never released",
        selection: {
            tagStatus: "untagged",
            countType: "sinceImagePushed",
            countUnit: "days",
            countNumber: UNTAGGED_DAYS,
        },
        action: { type: "expire" },
    };
    const releases = {
        description: "Releases",
        selection: {
            tagStatus: "tagged",
            tagPatternList: ["release-*"],
            countType: "imageCountMoreThan",
            countNumber: KEPT_RELEASES,
        },
        action: { type: "expire" },
    };
    const builds = {
        description: "Builds that were not released",
        selection: {
            tagStatus: "any",
            countType: "sinceImagePushed",
            countUnit: "days",
            countNumber: BUILD_DAYS,
        },
        action: { type: "expire" },
    };
    const rules = kind === "release" ? [releases, untagged, builds] : [untagged];
    return { rules: rules.map((rule, i) => ({ rulePriority: i + 1, ...rule })) };
}
