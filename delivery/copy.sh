#!/usr/bin/env bash
# Brings an image that exists into the environment's own repository, byte by byte: promotion never rebuilds.
#
# REPOSITORY   where the image goes
# REQUESTED    a digest that this environment had before; `none`: the one of INCOMING
# INCOMING     release.json of the environment before, or imageDetail.json of a source that is a repository; default:
#              INCOMING_FILE of the artifact INCOMING_ARTIFACT
# FROM         the only repository that INCOMING may name
# COMMIT       where a tag starts the promotion, the commit that it names: the image must be its
# Writes release.json.
set -euo pipefail
# shellcheck source=delivery/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

INCOMING=${INCOMING:-$(artifact "${INCOMING_ARTIFACT:-Source}")/${INCOMING_FILE:-release.json}}

main() {
    need APP ENVIRONMENT REPOSITORY
    if is_requested; then
        require_digest "$REQUESTED"
        require_image "$REPOSITORY" "$REQUESTED"
        hand_on "$REQUESTED" "$(commit_of "$REPOSITORY" "$REQUESTED")" "${SOURCE_URL:-}"
        return
    fi
    need FROM
    [[ -f "$INCOMING" ]] || fail "the source has no file $(basename "$INCOMING")."
    local digest commit source
    digest=$(jq -er '.digest // .ImageDigest' "$INCOMING") || fail "$(basename "$INCOMING") names no digest."
    require_digest "$digest"
    commit=$(jq -r '.commit // "unknown"' "$INCOMING")
    source=$(jq -r '.source // ""' "$INCOMING")
    check_origin
    if [[ -n "${COMMIT:-}" && "$COMMIT" != "$commit" ]]; then
        fail "the tag is on the commit $COMMIT, and what was verified last is $commit. Wait until the tagged commit is verified there."
    fi
    [[ "$commit" != unknown ]] || commit=$(commit_of "$FROM" "$digest")
    copy_image "$digest" "$commit"
    hand_on "$digest" "$commit" "$source"
}

hand_on() {
    write_release "$1" "$2" "$3" "$(changes_of "$3" "$2")"
}

# What lies in the bucket does not decide from where an image comes.
check_origin() {
    local app from
    app=$(jq -r '.app // env.APP' "$INCOMING")
    [[ "$app" == "$APP" ]] || fail "this is a release of $app, not of $APP."
    from=$(jq -r '.repository // env.FROM' "$INCOMING")
    [[ "$from" == "$FROM" ]] || fail "the release comes from $from, and only $FROM may be promoted here."
}

copy_image() {
    local digest="$1" commit="$2" tag there
    if [[ "$REPOSITORY" == "$FROM" ]]; then
        require_image "$REPOSITORY" "$digest"
        return
    fi
    tag=$(release_tag "$digest")
    there=$(digest_of "$REPOSITORY" "imageTag=$tag")
    if [[ -z "$there" ]]; then
        sign_in "$FROM"
        [[ "$(registry_of "$FROM")" == "$(registry_of "$REPOSITORY")" ]] || sign_in "$REPOSITORY"
        local tags=(--tag "$REPOSITORY:$tag")
        # An image that was built twice from a commit keeps the tag of the first.
        if [[ "$commit" =~ ^[0-9a-f]{40}$ && -z "$(digest_of "$REPOSITORY" "imageTag=$commit")" ]]; then
            tags+=(--tag "$REPOSITORY:$commit")
        fi
        docker buildx imagetools create --prefer-index=false "${tags[@]}" "$FROM@$digest" ||
            fail "$digest was not copied from $(name_of "$FROM"): does its repository let this account read it?"
        there=$(digest_of "$REPOSITORY" "imageTag=$tag")
    fi
    [[ "$there" == "$digest" ]] || fail "the copy is $there, not $digest."
}

main
