#!/usr/bin/env bash
# Each image that `up` built: whether it runs, and then on to the environments that come next. A person's too, after an
# `up` by hand; the output `delivery` has the command.
#
# ENVIRONMENT, STACK, COMMIT
# BUILT         JSON list of the apps whose images `up` builds, by the names that AWS knows
# PROMOTES_TO   JSON list of { environment, bucket, region }
set -euo pipefail
HERE=$(dirname "${BASH_SOURCE[0]}")
# shellcheck source=delivery/common.sh
. "$HERE/common.sh"

main() {
    need ENVIRONMENT STACK COMMIT
    local apps outputs app name image cluster service
    read_list apps "${BUILT:-[]}"
    [[ ${#apps[@]} -gt 0 ]] || return 0
    outputs=$(pulumi stack output --json --stack "$STACK")
    cluster=$(jq -er '.cluster' <<<"$outputs")
    for app in "${apps[@]}"; do
        name=$(name_in "$outputs" "$app")
        image=$(jq -r --arg app "$name" '.apps[$app].image // ""' <<<"$outputs")
        [[ "$image" == *@sha256:* ]] || fail "the stack does not say which image $app has."
        service=$(jq -er --arg app "$name" '.apps[$app].service' <<<"$outputs")
        VERIFIED_IN=built APP=$app DIGEST=${image##*@} REPOSITORY=${image%@*} CLUSTER=$cluster SERVICE=$service bash "$HERE/publish.sh"
    done
}

main
