#!/usr/bin/env bash
# Stops a release that somebody approved who may not.
#
# PIPELINE, EXECUTION   of CodePipeline
# STAGE                 of the approvals; empty: any
# APPROVERS             JSON { <action>: [<ARN of a role>] }
set -euo pipefail
# shellcheck source=delivery/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

need PIPELINE EXECUTION APPROVERS
details=$(aws codepipeline list-action-executions --pipeline-name "$PIPELINE" \
    --filter "pipelineExecutionId=$EXECUTION" --output json)
mapfile -t actions < <(jq -r 'keys[]' <<<"$APPROVERS")
for action in "${actions[@]}"; do
    by=$(jq -r --arg action "$action" --arg stage "${STAGE:-}" \
        '[.actionExecutionDetails[] | select(.actionName == $action and ($stage == "" or .stageName == $stage) and .status == "Succeeded")] | sort_by(.lastUpdateTime) | last | .updatedBy // ""' \
        <<<"$details")
    # arn:aws:sts::123456789012:assumed-role/<role>/<session>
    jq -e --arg by "$by" --arg action "$action" \
        '[.[$action][] | capture("^arn:(?<partition>[^:]+):iam::(?<account>[0-9]+):role/(.*/)?(?<role>[^/]+)$")]
            | any(. as $may | $by | startswith("arn:\($may.partition):sts::\($may.account):assumed-role/\($may.role)/"))' \
        <<<"$APPROVERS" >/dev/null ||
        fail "$action was approved by \`$by\`, who is none of $(jq -r --arg action "$action" '.[$action] | join(", ")' <<<"$APPROVERS")."
    say "$action was approved by $by."
done
