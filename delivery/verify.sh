#!/usr/bin/env bash
# After an ECS or CodeDeploy action: records the release where the right image runs, and takes it back where it does not.
#
# APP, ENVIRONMENT, DIGEST, COMMIT, CLUSTER, SERVICE
# DEPLOYER          ecs or codedeploy
# BEFORE            before.json, as prepare.sh wrote it; default: of the artifact Prepared
# APPLICATION, GROUP, PORT    of CodeDeploy
# SMOKE             function that asks the new version; empty: nothing is asked
set -euo pipefail
# shellcheck source=delivery/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

BEFORE=${BEFORE:-$(artifact Prepared)/before.json}

main() {
    need APP ENVIRONMENT DIGEST COMMIT CLUSTER SERVICE DEPLOYER BEFORE
    require_digest "$DIGEST"
    local status=0
    if [[ "$DEPLOYER" == ecs ]] && ! await_rollout; then
        status=1
    else
        runs "$DIGEST" || status=$?
    fi
    if [[ $status -eq 0 ]]; then
        smoke || status=1
    fi
    case "$status" in
    0) say "$APP runs $DIGEST." ;;
    2) say "$APP has no task now, so nothing is proven of $DIGEST: it is deployed, and not promoted." ;;
    *)
        take_back
        exit 1
        ;;
    esac
    write_parameter "$(release_parameter)" "$(release_value "$DIGEST" "$COMMIT")"
}

# The same questions that `pulumi up` asks; CodeDeploy has asked them by itself.
smoke() {
    [[ -n "${SMOKE:-}" && "$DEPLOYER" == ecs ]] || return 0
    local payload answer failure
    payload=$(mktemp)
    answer=$(mktemp)
    jq -n --arg cluster "$CLUSTER" --arg name "$SERVICE" \
        '{service: {cluster: $cluster, name: $name}, putBack: false}' >"$payload"
    failure=$(aws lambda invoke --function-name "$SMOKE" --cli-read-timeout 910 --cli-binary-format raw-in-base64-out \
        --payload "file://$payload" --query FunctionError --output text "$answer") || return 1
    if [[ "$failure" != None ]]; then
        cat "$answer" >&2
        return 1
    fi
}

take_back() {
    local definition
    definition=$(jq -er '.definition' "$BEFORE")
    say "The release failed: going back to $definition." >&2
    if [[ "$DEPLOYER" == ecs ]]; then
        aws ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --task-definition "$definition" >/dev/null
        await_rollout || say "Going back failed too." >&2
    else
        deploy_again "$definition"
    fi
}

# https://docs.aws.amazon.com/codedeploy/latest/userguide/deployments-create-cli-ecs.html
deploy_again() {
    need APPLICATION GROUP PORT
    local content revision id
    content=$(jq -cn --arg definition "$1" --arg name "$APP" --argjson port "$PORT" '{version: 0.0, Resources: [{TargetService: {
        Type: "AWS::ECS::Service",
        Properties: {TaskDefinition: $definition, LoadBalancerInfo: {ContainerName: $name, ContainerPort: $port}}}}]}')
    revision=$(jq -cn --arg content "$content" '{revisionType: "AppSpecContent", appSpecContent: {content: $content}}')
    id=$(aws deploy create-deployment --application-name "$APPLICATION" --deployment-group-name "$GROUP" \
        --revision "$revision" --query deploymentId --output text)
    aws deploy wait deployment-successful --deployment-id "$id" || say "Going back failed too: see $id." >&2
}

main
