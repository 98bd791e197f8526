#!/usr/bin/env bash
# Applies what was previewed and approved: this commit, with the steps that were shown.
#
# ENVIRONMENT, STACK, DELIVERY_BUCKET, COMMIT
# APPROVED      true where somebody has seen the preview
# APPROVERS     JSON { <action>: [<ARN of a role>] }, with PIPELINE and EXECUTION
# BUILT         JSON list of the apps whose images `up` builds
# PROMOTES_TO   JSON list of { environment, bucket, region }
# CODEBUILD_SRC_DIR_Preview    what preview.sh wrote
set -euo pipefail
# shellcheck source=delivery/infrastructure.sh
. "$(dirname "${BASH_SOURCE[0]}")/infrastructure.sh"
HERE=$(dirname "${BASH_SOURCE[0]}")

main() {
    need ENVIRONMENT STACK DELIVERY_BUCKET COMMIT
    mkdir -p output
    require_applier
    [[ "${APPROVERS:-{\}}" == "{}" ]] || bash "$HERE/approved.sh"
    pulumi_open
    if [[ "${APPROVED:-false}" == true ]]; then
        as_approved
    fi
    pulumi_run up --yes --skip-preview --refresh --exclude "$ITSELF" ||
        fail "\`pulumi up\` failed. What it did is in the state; another push mends the rest."
    say "$ENVIRONMENT is as of commit $COMMIT."
    # For the next preview.
    npm run -s plan -- "$ENVIRONMENT" --json | aws s3 cp --only-show-errors - "s3://$DELIVERY_BUCKET/applied/plan.json"
    bash "$HERE/hand-on.sh"
}

# Nobody approved anything else than what the preview showed.
as_approved() {
    local shown="${CODEBUILD_SRC_DIR_Preview:?the preview is not there}" now
    now=$(mktemp -d)
    releases_now >"$now/releases.txt"
    diff "$shown/releases.txt" "$now/releases.txt" || say "Released since the preview; that is no part of what was approved."
    preview_json "$now/preview.json" || fail "the preview failed: nothing was changed."
    preview_steps "$now/preview.json" >"$now/steps.txt"
    diff "$shown/steps.txt" "$now/steps.txt" ||
        fail "this is not what was approved: something has changed since. Nothing was applied; release the change once more to see it anew."
    rm -rf "$now"
}

main
