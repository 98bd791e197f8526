#!/usr/bin/env bash
# What `pulumi up` would do with this commit, for whoever approves it.
#
# ENVIRONMENT, STACK, DELIVERY_BUCKET
# Writes output/: preview.txt for people, steps.txt and releases.txt for the action that applies.
set -euo pipefail
# shellcheck source=delivery/infrastructure.sh
. "$(dirname "${BASH_SOURCE[0]}")/infrastructure.sh"

main() {
    need ENVIRONMENT STACK
    mkdir -p output
    require_applier
    # What it costs, and whether a policy is violated: without AWS, so first.
    npm run -s plan -- "$ENVIRONMENT" | tee output/plan.txt
    difference
    pulumi_open
    releases_now >output/releases.txt
    preview_json output/preview.json || {
        jq -r '.diagnostics[]? | select(.severity == "error") | .message' output/preview.json >&2 || true
        fail "the preview failed: nothing was changed. Mend it with another push."
    }
    preview_steps output/preview.json >output/steps.txt
    rm output/preview.json
    pulumi preview --diff --refresh --stack "$STACK" --non-interactive --color never --suppress-progress | tee output/preview.txt
    local words
    words=$(in_words output/steps.txt)
    say "$ENVIRONMENT: $words"
    printf 'export STEPS=%q\nexport PREVIEW=%q\n' "$ENVIRONMENT: $words" "${CODEBUILD_BUILD_URL:-none}" >variables.sh
}

# Against the plan of what was applied last: what would be lost, what gets dearer, who could reach more.
difference() {
    if aws s3 cp --only-show-errors "s3://$DELIVERY_BUCKET/applied/plan.json" - >applied.json 2>/dev/null; then
        npm run -s plan -- "$ENVIRONMENT" --against applied.json | tee output/difference.txt
    else
        say "There is no plan of what was applied before."
    fi
}

main
