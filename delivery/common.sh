# shellcheck shell=bash
# What the steps of a pipeline share. Sourced, never run.
#
# Everything a step is told arrives as a variable of its environment and is only ever used in quotes: a branch, a tag or
# a commit message is text that anybody with access to a repository chooses.
set -euo pipefail
shopt -s inherit_errexit

# Where CodeBuild has put an artifact of the pipeline.
artifact() {
    local name="CODEBUILD_SRC_DIR_$1"
    printf '%s' "${!name:-}"
}

say() { printf '%s\n' "$*"; }

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# Names of variables that must not be empty.
need() {
    local name
    for name in "$@"; do
        [[ -n "${!name:-}" ]] || fail "the variable $name is empty: the action of the pipeline must set it."
    done
}

is_digest() { [[ "$1" =~ ^sha256:[0-9a-f]{64}$ ]]; }

require_digest() {
    is_digest "$1" || fail "\`$1\` is not a digest. Write sha256: and 64 hexadecimal digits."
}

# Whether a person started the pipeline with a digest to release again.
is_requested() { [[ "${REQUESTED:-none}" != none ]]; }

# A JSON list of texts as an array with the given name.
read_list() {
    local -n into="$1"
    local text
    text=$(jq -er 'if type == "array" then .[] | @base64 else error("not a list") end' <<<"$2") ||
        [[ "$2" == "[]" ]] || fail "\`$2\` is not a list of texts."
    into=()
    local encoded
    for encoded in $text; do
        into+=("$(base64 --decode <<<"$encoded")")
    done
}

# ------------------------------------------------------------------------------------------ images
# A repository is written with its registry: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/selfhost/dev/wiki

registry_of() { printf '%s' "${1%%/*}"; }
name_of() { printf '%s' "${1#*/}"; }
account_of() { printf '%s' "${1%%.*}"; }
region_of() {
    local host
    host=$(registry_of "$1")
    host=${host#*.dkr.ecr.}
    printf '%s' "${host%%.*}"
}

ecr() {
    local repository="$1" operation="$2"
    shift 2
    aws ecr "$operation" --region "$(region_of "$repository")" --registry-id "$(account_of "$repository")" \
        --repository-name "$(name_of "$repository")" "$@"
}

sign_in() {
    aws ecr get-login-password --region "$(region_of "$1")" |
        docker login --username AWS --password-stdin "$(registry_of "$1")" >/dev/null
}

# describe <repository> <imageTag=…|imageDigest=…>: the image as JSON, or nothing where there is none.
describe() {
    local answer errors status=0
    errors=$(mktemp)
    answer=$(ecr "$1" describe-images --image-ids "$2" --output json 2>"$errors") || status=$?
    if [[ $status -ne 0 ]]; then
        if grep -q ImageNotFoundException "$errors"; then
            rm -f "$errors"
            return 0
        fi
        cat "$errors" >&2
        rm -f "$errors"
        fail "the repository $(name_of "$1") cannot be read."
    fi
    rm -f "$errors"
    jq -c '.imageDetails[0]' <<<"$answer"
}

digest_of() {
    local image
    image=$(describe "$1" "$2")
    [[ -z "$image" ]] || jq -r '.imageDigest' <<<"$image"
}

# Fails where the repository does not have the digest.
require_image() {
    [[ -n "$(digest_of "$1" "imageDigest=$2")" ]] ||
        fail "the repository $(name_of "$1") has no image $2: it expired, or it was never pushed there. Build it again, or copy it."
}

# The commit that an image was built from, by its tag; `unknown` where none of its tags is one.
commit_of() {
    local image
    image=$(describe "$1" "imageDigest=$2")
    jq -r '[.imageTags[]? | select(test("^[0-9a-f]{40}$"))][0] // "unknown"' <<<"${image:-null}"
}

# What may be a tag: https://docs.docker.com/reference/cli/docker/image/tag/
tag_of() {
    local tag="${1//[^A-Za-z0-9_.-]/-}"
    tag="${tag:0:128}"
    case "$tag" in
    '' | .* | -*) tag="c${tag:0:127}" ;;
    esac
    printf '%s' "$tag"
}

release_tag() { printf 'release-%s' "${1:7:12}"; }

# A tag that stays: the repository's lifecycle keeps what has one.
keep_image() {
    local tag holder
    tag=$(release_tag "$2")
    holder=$(digest_of "$1" "imageTag=$tag")
    [[ "$holder" != "$2" ]] || return 0
    [[ -z "$holder" ]] || fail "the tag $tag of $(name_of "$1") belongs to $holder."
    tag_image "$1" "$2" "$tag"
}

# tag_image <repository> <digest> <tag>
tag_image() {
    local repository="$1" digest="$2" manifest type
    local image
    image=$(ecr "$repository" batch-get-image --image-ids "imageDigest=$digest" --output json \
        --accepted-media-types application/vnd.docker.distribution.manifest.v2+json \
        application/vnd.docker.distribution.manifest.list.v2+json \
        application/vnd.oci.image.manifest.v1+json application/vnd.oci.image.index.v1+json)
    manifest=$(jq -er '.images[0].imageManifest' <<<"$image") || fail "ECR does not give the manifest of $digest."
    type=$(jq -r '.images[0].imageManifestMediaType // empty' <<<"$image")
    ecr "$repository" put-image --image-tag "$3" --image-digest "$digest" --image-manifest "$manifest" \
        ${type:+--image-manifest-media-type "$type"} >/dev/null
}

# ------------------------------------------------------------------------------------------ releases
# The stack owns /selfhost/<environment>/releases/<app>; a pipeline writes its value.

release_parameter() { printf '/selfhost/%s/releases/%s' "$ENVIRONMENT" "$APP"; }
verified_parameter() { printf '/selfhost/%s/%s/%s' "$ENVIRONMENT" "${VERIFIED_IN:-verified}" "$APP"; }

read_parameter() { aws ssm get-parameter --name "$1" --query Parameter.Value --output text; }
write_parameter() { aws ssm put-parameter --name "$1" --value "$2" --overwrite >/dev/null; }

release_value() { jq -cn --arg digest "$1" --arg commit "$2" '{digest: $digest, commit: $commit}'; }

# Of a parameter's value; nothing before the first release.
digest_in() {
    case "$1" in
    "{"*) jq -r '.digest' <<<"$1" ;;
    # Written by a person.
    sha256:*) printf '%s\n' "$1" ;;
    esac
}
commit_in() { [[ "$1" != "{"* ]] || jq -r '.commit' <<<"$1"; }

# A release as the steps of a pipeline hand it on: `release.json`.
write_release() {
    jq -n --arg app "$APP" --arg environment "$ENVIRONMENT" --arg repository "$REPOSITORY" --arg digest "$1" \
        --arg commit "$2" --arg source "${3:-}" --arg changes "${4:-${CONSOLE:-}}" \
        '{app: $app, environment: $environment, repository: $repository, digest: $digest, commit: $commit, source: $source, changes: $changes}' \
        >release.json
}

# Where somebody who approves can read what is new since the live release: a link, or where there is none a sentence.
changes_of() {
    local source="$1" commit="$2" live
    live=$(commit_in "$(read_parameter "$(release_parameter)")")
    if [[ ! "$source" =~ ^https://[A-Za-z0-9./_-]+$ || ! "$commit" =~ ^[0-9a-f]{40}$ ]]; then
        printf ''
    elif [[ ! "$live" =~ ^[0-9a-f]{40}$ || "$live" == "$commit" ]]; then
        printf '%s/commit/%s' "$source" "$commit"
    else
        printf '%s/compare/%s...%s' "$source" "$live" "$commit"
    fi
}

# ------------------------------------------------------------------------------------------ what runs

# name_in <outputs of the stack> <app>: what the stack calls the app, which AWS may know by a name that it had before.
name_in() {
    jq -r --arg app "$2" \
        '[(.apps // {}) | to_entries[] | select(.key == $app or ((.value.formerly // []) | index($app))).key][0] // $app' <<<"$1"
}

# The app's repository, cluster, service and NAME in the stack, from what that last told, where the action does not tell them.
facts() {
    [[ -z "${REPOSITORY:-}" || -z "${CLUSTER:-}" || -z "${SERVICE:-}" ]] || return 0
    local outputs
    outputs=$(pulumi stack output --json --stack "$STACK")
    NAME=$(name_in "$outputs" "$APP")
    CLUSTER=$(jq -er '.cluster' <<<"$outputs")
    SERVICE=$(jq -er --arg app "$NAME" '.apps[$app].service' <<<"$outputs") ||
        fail "the stack $STACK has no app $APP: apply the environment first."
    APP_URL=$(jq -r --arg app "$NAME" '.apps[$app].url // ""' <<<"$outputs")
    REPOSITORY=$(jq -er --arg app "$NAME" '.apps[$app].repository' <<<"$outputs") ||
        fail "$APP has no repository in the stack $STACK: it is not released by a pipeline."
}

seconds_left() { printf '%s' $((DEADLINE - $(date +%s))); }

# The service as JSON.
service_now() {
    local answer
    answer=$(aws ecs describe-services --cluster "$CLUSTER" --services "$SERVICE" --output json)
    jq -ce '.services[0] // error("no such service")' <<<"$answer" ||
        fail "the cluster $CLUSTER has no service $SERVICE."
}

# The task definition that a service runs, whoever deploys to it.
definition_now() {
    jq -r '([.taskSets[]? | select(.status == "PRIMARY")][0] // .).taskDefinition' <<<"$(service_now)"
}

# Waits until the deployment in progress is over; fails where ECS gave it up.
await_rollout() {
    DEADLINE=$(($(date +%s) + ${ROLLOUT_SECONDS:-1800}))
    local service state
    while true; do
        service=$(service_now) || return 1
        state=$(jq -r '([.deployments[]? | select(.status == "PRIMARY")][0] // {}).rolloutState // "COMPLETED"' <<<"$service")
        case "$state" in
        COMPLETED) return 0 ;;
        FAILED)
            jq -r '[.deployments[] | select(.status == "PRIMARY")][0].rolloutStateReason // "ECS gave the deployment up."' \
                <<<"$service" >&2
            return 1
            ;;
        esac
        if [[ $(seconds_left) -le 0 ]]; then
            say "The deployment is not over after ${ROLLOUT_SECONDS:-1800} seconds." >&2
            return 1
        fi
        sleep "${POLL_SECONDS:-10}"
    done
}

# runs <digest>: 0 where the service and every running task have it, 2 where no task runs, else 1 and a sentence.
# Called where a failure is looked at, so every line that may fail says what then.
runs() {
    local digest="$1" definition image tasks described others
    definition=$(definition_now) || return 1
    image=$(aws ecs describe-task-definition --task-definition "$definition" --output json |
        jq -r --arg name "$APP" '.taskDefinition.containerDefinitions[] | select(.name == $name).image') || return 1
    if [[ "${image##*@}" != "$digest" ]]; then
        say "The service runs ${image##*@}, not $digest." >&2
        return 1
    fi
    tasks=$(aws ecs list-tasks --cluster "$CLUSTER" --service-name "$SERVICE" --desired-status RUNNING --output json |
        jq -c '.taskArns') || return 1
    [[ "$tasks" != "[]" ]] || return 2
    local arns
    mapfile -t arns < <(jq -r '.[0:100][]' <<<"$tasks")
    described=$(aws ecs describe-tasks --cluster "$CLUSTER" --tasks "${arns[@]}" --output json) || return 1
    others=$(jq -r --arg name "$APP" --arg digest "$digest" \
        '[.tasks[].containers[] | select(.name == $name).imageDigest | select(. != $digest)] | unique | join(", ")' \
        <<<"$described") || return 1
    if [[ -n "$others" ]]; then
        say "Tasks still run $others, not $digest." >&2
        return 1
    fi
}
