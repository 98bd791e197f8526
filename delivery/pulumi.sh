# shellcheck shell=bash
# Runs Pulumi for one stack, and waits for whoever is at it. To be sourced.
#
# STACK            the stack, with its organization where there is one
# DELIVERY_BUCKET  where a build leaves word of itself
# LOCK_MINUTES     how long to wait for another's lock; default: 90
# LOCK_SECONDS     how often to look; default: 20

# Logs in to the backend of PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN, and finds the stack.
pulumi_open() {
    export PULUMI_SKIP_UPDATE_CHECK=true
    # ECR cannot scan an image that comes with attestations: it is a list then.
    export BUILDX_NO_DEFAULT_ATTESTATIONS=1
    if [ -n "${PULUMI_BACKEND_URL:-}" ]; then
        pulumi login --non-interactive "$PULUMI_BACKEND_URL" >/dev/null
    fi
    # Which container is which build, for those that find our lock after we are gone.
    if [ -n "${CODEBUILD_BUILD_ID:-}" ]; then
        printf '%s' "$CODEBUILD_BUILD_ID" |
            aws s3 cp --only-show-errors - "s3://$DELIVERY_BUCKET/running/$(hostname)/${CODEBUILD_BUILD_ID//:/-}"
    fi
}

# pulumi_run up --yes …: the command's status. While another holds the stack's lock, it tries again.
pulumi_run() {
    local log status until
    log=$(mktemp)
    until=$(($(date +%s) + ${LOCK_MINUTES:-90} * 60))
    while true; do
        status=0
        pulumi "$@" --stack "$STACK" --non-interactive --color never 2>&1 | tee "$log" || status=${PIPESTATUS[0]}
        if [ "$status" -eq 0 ] || ! pulumi_is_locked "$log"; then
            rm -f "$log"
            return "$status"
        fi
        if pulumi_owner_is_dead "$log"; then
            echo "The build that holds the lock is over: its lock is taken away." >&2
            pulumi cancel --yes --stack "$STACK" --non-interactive --color never
            continue
        fi
        if [ "$(date +%s)" -ge "$until" ]; then
            echo "$STACK has been locked for ${LOCK_MINUTES:-90} minutes. Who is it? If nobody: pulumi cancel --stack $STACK" >&2
            rm -f "$log"
            return 1
        fi
        echo "$STACK is locked; trying again in ${LOCK_SECONDS:-20} seconds." >&2
        sleep "${LOCK_SECONDS:-20}"
    done
}

# A bucket says the first, Pulumi Cloud the second; there, a dead owner's lease ends by itself.
# https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/lock.go
pulumi_is_locked() {
    grep -Eq 'the stack is currently locked by|Another update is currently in progress' "$1"
}

# Every lock is of a container whose builds are all over. A laptop's is never taken away.
pulumi_owner_is_dead() {
    local host builds id status hosts
    hosts=$(sed -nE 's/.*created by [^@ ]+@([^ ]+) \(pid [0-9]+\) at .*/\1/p' "$1" | sort -u)
    [ -n "$hosts" ] || return 1
    for host in $hosts; do
        builds=$(aws s3api list-objects-v2 --bucket "$DELIVERY_BUCKET" --prefix "running/$host/" \
            --query 'Contents[].Key' --output text) || return 1
        [ -n "$builds" ] && [ "$builds" != None ] || return 1
        for id in $builds; do
            id=${id##*/}
            # The project's name has hyphens, the id after it is a UUID.
            id="${id:0:${#id}-37}:${id: -36}"
            status=$(aws codebuild batch-get-builds --ids "$id" --query 'builds[0].buildStatus' --output text) ||
                return 1
            case $status in
            FAILED | FAULT | STOPPED | SUCCEEDED | TIMED_OUT) ;;
            *) return 1 ;;
            esac
        done
    done
}
