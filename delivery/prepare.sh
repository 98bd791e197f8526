#!/usr/bin/env bash
# Before an ECS or CodeDeploy action: migrates, brings changed settings to the service, and writes what the action reads.
#
# APP, ENVIRONMENT, DIGEST, REPOSITORY, CLUSTER, SERVICE
# DEPLOYER          ecs or codedeploy
# DEFINITION        s3://…: the app's task definition as the program says it, with <IMAGE1_NAME> for the image
# PORT              of the container
# SMOKE             function that CodeDeploy asks once the traffic is moved; empty: nobody asks
# MIGRATION         JSON { function, request }; empty: the app has no migrations
# Writes imagedefinitions.json, or taskdef.json, appspec.yaml and imageDetail.json; and before.json.
set -euo pipefail
# shellcheck source=delivery/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

LABEL=selfhost.settings

main() {
    need APP ENVIRONMENT DIGEST REPOSITORY CLUSTER SERVICE DEPLOYER DEFINITION
    require_digest "$DIGEST"
    require_image "$REPOSITORY" "$DIGEST"
    keep_image "$REPOSITORY" "$DIGEST"
    TASKDEF=$(mktemp)
    aws s3 cp "$DEFINITION" "$TASKDEF" >/dev/null || fail "there is no $DEFINITION: apply the environment, which writes it."
    IMAGE="$REPOSITORY@$DIGEST"
    BEFORE=$(definition_now)
    REVISION=
    migrate
    case "$DEPLOYER" in
    ecs)
        bring_settings
        image_definitions >imagedefinitions.json
        ;;
    codedeploy)
        labelled >taskdef.json
        appspec >appspec.yaml
        jq -n --arg image "$IMAGE" '{ImageURI: $image}' >imageDetail.json
        ;;
    *) fail "\`$DEPLOYER\` is not ecs or codedeploy." ;;
    esac
    jq -n --arg definition "$BEFORE" '{definition: $definition}' >before.json
}

# What tells the settings of one revision from another's, whatever image it has.
settings_hash() { jq -cS . "$TASKDEF" | sha256sum | cut -c 1-16; }

labelled() {
    jq --arg name "$APP" --arg key "$LABEL" --arg hash "$(settings_hash)" \
        '.containerDefinitions |= map(if .name == $name then .dockerLabels = ((.dockerLabels // {}) + {($key): $hash}) else . end)' \
        "$TASKDEF"
}

# A revision of the program's settings with the new image.
register() {
    [[ -z "$REVISION" ]] || return 0
    local file
    file=$(mktemp)
    labelled | jq --arg image "$IMAGE" '.containerDefinitions |= map(if .image == "<IMAGE1_NAME>" then .image = $image else . end)' >"$file"
    REVISION=$(aws ecs register-task-definition --cli-input-json "file://$file" --query taskDefinition.taskDefinitionArn --output text)
    rm -f "$file"
}

# The function that `pulumi up` would invoke, asked for the new image: once, so not for the one that was released last.
migrate() {
    [[ -n "${MIGRATION:-}" ]] || return 0
    local payload answer failure released
    released=$(read_parameter "$(release_parameter)")
    # What a person has written says nothing of migrations.
    if [[ "$released" == "{"* && "$(digest_in "$released")" == "$DIGEST" ]]; then
        say "$DIGEST is released again: its migrations have run."
        return 0
    fi
    register
    payload=$(mktemp)
    answer=$(mktemp)
    jq --arg image "$IMAGE" --arg definition "$REVISION" '.request + {image: $image, taskDefinition: $definition, standIn: false} | del(.releasedElsewhere)' <<<"$MIGRATION" >"$payload"
    failure=$(aws lambda invoke --function-name "$(jq -r .function <<<"$MIGRATION")" --cli-read-timeout 910 \
        --cli-binary-format raw-in-base64-out --payload "file://$payload" --query FunctionError --output text "$answer")
    if [[ "$failure" != None ]]; then
        cat "$answer" >&2
        fail "the migration failed; the service is as it was."
    fi
    rm -f "$payload" "$answer"
}

# The ECS action takes over the revision that the service runs and changes its image only.
# https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ECS.html
bring_settings() {
    local running
    running=$(aws ecs describe-task-definition --task-definition "$BEFORE" --output json |
        jq -r --arg name "$APP" --arg key "$LABEL" \
            '.taskDefinition.containerDefinitions[] | select(.name == $name).dockerLabels[$key] // ""')
    [[ "$running" != "$(settings_hash)" ]] || return 0
    register
    say "The settings changed since the last release: the service gets them first."
    aws ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --task-definition "$REVISION" >/dev/null
    if ! await_rollout; then
        aws ecs update-service --cluster "$CLUSTER" --service "$SERVICE" --task-definition "$BEFORE" >/dev/null
        await_rollout || true
        fail "the service did not become steady with its new settings; it has the old ones and the old image again."
    fi
}

# https://docs.aws.amazon.com/codepipeline/latest/userguide/file-reference.html#pipelines-create-image-definitions
image_definitions() {
    jq --arg image "$IMAGE" '[.containerDefinitions[] | select(.image == "<IMAGE1_NAME>") | {name: .name, imageUri: $image}]' "$TASKDEF"
}

# https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html
appspec() {
    need PORT
    cat <<YAML
version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: <TASK_DEFINITION>
        LoadBalancerInfo:
          ContainerName: "$APP"
          ContainerPort: $PORT
YAML
    [[ -z "${SMOKE:-}" ]] || printf 'Hooks:\n  - AfterAllowTraffic: "%s"\n' "$SMOKE"
}

main
