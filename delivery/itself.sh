#!/usr/bin/env bash
# The last action of the infrastructure pipeline: brings its own definition to what the commit says, and where that has
# changed anything, starts anew, so that the new definition is seen to work.
#
# ENVIRONMENT, STACK, DELIVERY_BUCKET, PIPELINE
set -euo pipefail
# shellcheck source=delivery/infrastructure.sh
. "$(dirname "${BASH_SOURCE[0]}")/infrastructure.sh"

version() { aws codepipeline get-pipeline --name "$PIPELINE" --query pipeline.version --output text; }

main() {
    need ENVIRONMENT STACK PIPELINE
    mkdir -p output
    require_applier
    pulumi_open
    local before after
    before=$(version)
    pulumi_run up --yes --skip-preview --refresh --target "$ITSELF"
    after=$(version)
    if [[ "$before" == "$after" ]]; then
        say "$PIPELINE is as it was."
        return
    fi
    say "$PIPELINE has changed (version $before to $after): starting it anew."
    aws codepipeline start-pipeline-execution --name "$PIPELINE" >/dev/null
}

main
