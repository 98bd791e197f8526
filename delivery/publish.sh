#!/usr/bin/env bash
# The last step: what runs was checked, so it is recorded as verified and handed to the environments that promote it.
#
# APP, ENVIRONMENT, DIGEST, COMMIT
# REPOSITORY, CLUSTER, SERVICE    of the app; default: the stack's outputs
# PROMOTES_TO   JSON list of { environment, bucket, region }
# SOURCE_URL    of the repository, for people
set -euo pipefail
# shellcheck source=delivery/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=delivery/pulumi.sh
. "$(dirname "${BASH_SOURCE[0]}")/pulumi.sh"

STACK=${STACK:-${ENVIRONMENT:-}}

main() {
    need APP ENVIRONMENT DIGEST COMMIT STACK
    require_digest "$DIGEST"
    [[ -n "${REPOSITORY:-}" && -n "${CLUSTER:-}" && -n "${SERVICE:-}" ]] || pulumi_open
    facts
    local status=0
    runs "$DIGEST" || status=$?
    case "$status" in
    0) ;;
    2)
        say "$APP has no task now, so nothing is proven of $DIGEST: it is not promoted. Run the pipeline again in its office hours."
        return
        ;;
    *) fail "something else was deployed meanwhile: $DIGEST is not promoted." ;;
    esac
    name_commit
    if [[ "$(digest_in "$(read_parameter "$(verified_parameter)")")" == "$DIGEST" ]]; then
        say "$DIGEST was verified before, and is not handed on again."
        return
    fi
    hand_on
    write_parameter "$(verified_parameter)" "$(release_value "$DIGEST" "$COMMIT")"
}

# What `up` has built has no tag of its commit yet.
name_commit() {
    [[ "$COMMIT" =~ ^[0-9a-f]{40}$ && "$(commit_of "$REPOSITORY" "$DIGEST")" == unknown ]] || return 0
    if [[ -n "$(digest_of "$REPOSITORY" "imageTag=$COMMIT")" ]]; then
        say "$COMMIT was built before, with another outcome; that image keeps its tag."
        return 0
    fi
    tag_image "$REPOSITORY" "$DIGEST" "$COMMIT"
}

hand_on() {
    local folder targets target bucket
    folder=$(mktemp -d)
    (cd "$folder" && write_release "$DIGEST" "$COMMIT" "${SOURCE_URL:-}" && python3 -m zipfile -c "$APP.zip" release.json)
    mapfile -t targets < <(jq -c '.[]' <<<"${PROMOTES_TO:-[]}")
    for target in "${targets[@]}"; do
        bucket=$(jq -r '.bucket' <<<"$target")
        send "$folder/$APP.zip" "$bucket" "$(jq -r '.region' <<<"$target")" "$(jq -r '.environment' <<<"$target")"
    done
    rm -rf "$folder"
}

send() {
    local errors
    errors=$(mktemp)
    if aws s3 cp "$1" "s3://$2/incoming/$APP.zip" --region "$3" >/dev/null 2>"$errors"; then
        say "$4 has it: s3://$2/incoming/$APP.zip"
    elif grep -q NoSuchBucket "$errors"; then
        say "$4 does not exist yet (no bucket $2): it gets the release after its first \`pulumi up\`, when this step runs again."
    else
        cat "$errors" >&2
        fail "$4 did not get the release."
    fi
}

main
