#!/usr/bin/env bash
# Tests, builds and pushes an app's image, once for each commit; or looks up one that is to be released again.
#
# SOURCE       the app's sources, a folder; default: the artifact Source
# COMMIT       of the sources: becomes the image's tag and label
# REPOSITORY   where the image goes
# REQUESTED    a digest to release again; `none`: build
# CONTEXT, DOCKERFILE, BUILD_ARGS (JSON), PLATFORM    as of `docker buildx build`, relative to SOURCE
# PLATFORM_DOCKERFILE    a Dockerfile of the program's instead of the sources' own; FILES: its context, a folder of the sources
# TESTS        JSON list of commands that run in SOURCE before the build
# SCAN         critical, high or none: the severity that stops a release
# SOURCE_URL   of the repository, for people; BRANCH: for the label
# SBOMS        s3://…: where bills of materials are kept, by digest
# PUSH         yes, or no: a check that leaves nothing behind
# Writes release.json and, where there is one, sbom.spdx.json.
set -euo pipefail
# shellcheck source=delivery/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

PUSH=${PUSH:-yes}
SOURCE=${SOURCE:-$(artifact Source)}
PROGRAM=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

main() {
    need APP ENVIRONMENT SOURCE COMMIT PLATFORM
    if [[ "$PUSH" == no ]]; then
        run_tests
        build_image --output type=cacheonly
        return
    fi
    need REPOSITORY
    if is_requested; then
        release_again "$REQUESTED"
        return
    fi
    local tag digest
    tag=$(tag_of "$COMMIT")
    digest=$(digest_of "$REPOSITORY" "imageTag=$tag")
    if [[ -n "$digest" ]]; then
        say "The commit $COMMIT has its image already: $digest."
        has_bill "$digest" || {
            sign_in "$REPOSITORY"
            bill_of_materials
            keep_bill "$digest"
        }
    else
        run_tests
        sign_in "$REPOSITORY"
        push_image "$tag"
        digest=$(digest_of "$REPOSITORY" "imageTag=$tag")
        [[ -n "$digest" ]] || fail "ECR has no image with the tag $tag after the push."
        keep_bill "$digest"
    fi
    require_digest "$digest"
    scan "$digest"
    write_release "$digest" "$COMMIT" "${SOURCE_URL:-}" "$(changes_of "${SOURCE_URL:-}" "$COMMIT")"
    point_to "$digest"
}

release_again() {
    require_digest "$1"
    require_image "$REPOSITORY" "$1"
    local commit
    commit=$(commit_of "$REPOSITORY" "$1")
    say "Releasing $1 again, from the commit $commit."
    write_release "$1" "$commit" "${SOURCE_URL:-}" "$(changes_of "${SOURCE_URL:-}" "$commit")"
}

run_tests() {
    local commands command
    read_list commands "${TESTS:-[]}"
    for command in "${commands[@]}"; do
        say "\$ $command"
        (cd "$SOURCE" && bash -euo pipefail -c "$command") || fail "the test failed: $command"
    done
}

# The Dockerfile and context, both absolute.
build_image() {
    local context dockerfile arguments=() pair pairs given=${BUILD_ARGS:-}
    if [[ -n "${PLATFORM_DOCKERFILE:-}" ]]; then
        context=$(site_context)
        dockerfile="$PROGRAM/$PLATFORM_DOCKERFILE"
    else
        context="$SOURCE/${CONTEXT:-.}"
        dockerfile="$SOURCE/${DOCKERFILE:-Dockerfile}"
    fi
    [[ -d "$context" ]] || fail "the sources have no folder ${CONTEXT:-${FILES:-.}}."
    [[ -f "$dockerfile" ]] || fail "the sources have no file ${DOCKERFILE:-Dockerfile}."
    read_list pairs "$(jq -c '[. // {} | to_entries[] | "\(.key)=\(.value)"]' <<<"${given:-null}")"
    for pair in "${pairs[@]}"; do
        arguments+=(--build-arg "$pair")
    done
    docker buildx inspect selfhost >/dev/null 2>&1 || docker buildx create --name selfhost --driver docker-container >/dev/null
    docker buildx build --builder selfhost --platform "$PLATFORM" --provenance=false --sbom=false --file "$dockerfile" \
        --label "org.opencontainers.image.revision=$COMMIT" \
        --label "org.opencontainers.image.source=${SOURCE_URL:-}" \
        --label "org.opencontainers.image.ref.name=${BRANCH:-}" \
        "${arguments[@]}" "$@" "$context"
}

# A folder with nothing but the contributor's files: whatever else is in their repository stays out of the image.
site_context() {
    local files="$SOURCE/${FILES:-.}"
    [[ -d "$files" ]] || fail "the sources have no folder ${FILES:-.}: put the site there."
    printf '%s' "$files"
}

push_image() {
    local cache="$REPOSITORY:cache"
    build_image --push --tag "$REPOSITORY:$1" \
        --cache-from "type=registry,ref=$cache" \
        --cache-to "type=registry,ref=$cache,mode=max,image-manifest=true,oci-mediatypes=true,ignore-error=true" ||
        fail "the image was not built and pushed."
    bill_of_materials
}

# From the layers that were just built, as a file of its own: an index with attestations cannot be scanned by ECR.
# https://docs.docker.com/build/metadata/attestations/sbom/
bill_of_materials() {
    [[ "${SBOM:-yes}" == yes ]] || return 0
    local folder
    folder=$(mktemp -d)
    build_image --sbom=true --output "type=local,dest=$folder" ||
        fail "the bill of materials was not made: without it nobody can say later what was in the image."
    cp "$folder/sbom.spdx.json" sbom.spdx.json
    rm -rf "$folder"
}

# An image whose bill was not kept has its tag all the same.
has_bill() {
    [[ -z "${SBOMS:-}" || "${SBOM:-yes}" != yes ]] ||
        aws s3 cp --only-show-errors "$SBOMS/${1#sha256:}.spdx.json" sbom.spdx.json 2>/dev/null
}

# By the digest, for as long as somebody may ask what was in an image; the pipeline's own copy expires with its artifacts.
keep_bill() {
    [[ -n "${SBOMS:-}" && -f sbom.spdx.json ]] || return 0
    aws s3 cp --only-show-errors sbom.spdx.json "$SBOMS/${1#sha256:}.spdx.json" ||
        fail "the bill of materials was not kept in $SBOMS."
}

# Waits for ECR's findings: basic scanning ends, enhanced scanning stays active.
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html
scan() {
    local digest="$1" deadline answer status worst
    [[ "${SCAN:-critical}" != none ]] || return 0
    deadline=$(($(date +%s) + ${SCAN_SECONDS:-600}))
    while true; do
        answer=$(ecr "$REPOSITORY" describe-image-scan-findings --image-id "imageDigest=$digest" --max-items 1 \
            --output json 2>/dev/null) || answer='{}'
        status=$(jq -r '.imageScanStatus.status // "PENDING"' <<<"$answer")
        case "$status" in
        COMPLETE | ACTIVE) break ;;
        FAILED | UNSUPPORTED_IMAGE | SCAN_ELIGIBILITY_EXPIRED | FINDINGS_UNAVAILABLE | LIMIT_EXCEEDED | IMAGE_ARCHIVED)
            fail "ECR could not scan $digest ($status), so nobody knows what is in it. \`scan: { failOn: none }\` releases it all the same."
            ;;
        esac
        [[ $(date +%s) -lt $deadline ]] || fail "ECR has not scanned $digest after ${SCAN_SECONDS:-600} seconds."
        sleep "${POLL_SECONDS:-5}"
    done
    worst=$(jq -r --arg from "${SCAN:-critical}" \
        '.imageScanFindings.findingSeverityCounts // {} | (.CRITICAL // 0) + (if $from == "high" then .HIGH // 0 else 0 end)' \
        <<<"$answer")
    [[ "$worst" == 0 ]] || fail "the scan found $worst vulnerabilities that are ${SCAN:-critical} or worse: \
aws ecr describe-image-scan-findings --repository-name $(name_of "$REPOSITORY") --image-id imageDigest=$digest"
}

# The tag that moves, where another pipeline waits for it: `up-live`.
point_to() {
    [[ -n "${MOVING_TAG:-}" ]] || return 0
    [[ "$(digest_of "$REPOSITORY" "imageTag=$MOVING_TAG")" == "$1" ]] || tag_image "$REPOSITORY" "$1" "$MOVING_TAG"
}

main
