#!/usr/bin/env bash
# Releases a digest with `pulumi up`, of the program that the environment last applied and of nothing but the app.
#
# APP, ENVIRONMENT, DIGEST, COMMIT    what is released, and where; the app by the name that AWS knows
# STACK             of the state; default: the environment
# REPOSITORY, CLUSTER, SERVICE    of the app; default: the stack's outputs
# DELIVERY_BUCKET   and what else pulumi.sh needs
# A release that fails is taken back: the one before is applied again, and this exits with 1.
set -euo pipefail
# shellcheck source=delivery/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=delivery/pulumi.sh
. "$(dirname "${BASH_SOURCE[0]}")/pulumi.sh"

STACK=${STACK:-${ENVIRONMENT:-}}

main() {
    need APP ENVIRONMENT DIGEST COMMIT DELIVERY_BUCKET STACK
    [[ "$APP" =~ ^[a-z][a-z0-9-]*$ ]] || fail "\`$APP\` is not the name of an app."
    require_digest "$DIGEST"
    pulumi_open
    NAME=
    facts
    [[ -n "$NAME" ]] || NAME=$(name_in "$(pulumi stack output --json --stack "$STACK")" "$APP")
    require_image "$REPOSITORY" "$DIGEST"
    keep_image "$REPOSITORY" "$DIGEST"
    local before
    before=$(read_parameter "$(release_parameter)")
    say "Releasing $DIGEST (commit $COMMIT); before: $before"
    write_parameter "$(release_parameter)" "$(release_value "$DIGEST" "$COMMIT")"
    if apply && is_running; then
        say "$APP runs $DIGEST."
        # For the checks of a pipeline that is another environment's.
        [[ -z "${APP_URL:-}" ]] || printf 'export URL=%q\n' "$APP_URL" >variables.sh
        return
    fi
    take_back "$before"
    exit 1
}

# Exactly what follows from a release. What is no target cannot change, whatever the program says of it.
# https://www.pulumi.com/docs/iac/cli/commands/pulumi_up/
apply() {
    local target targets=()
    for target in definition migration-run service smoke-run; do
        targets+=(--target "**::$NAME-$target")
    done
    pulumi_run up --yes --skip-preview --refresh "${targets[@]}"
}

# `up` succeeds where ECS went back to the revision before and the state has the new one; tasks do not lie.
# https://github.com/pulumi/pulumi-aws/issues/4487
is_running() {
    local status=0
    runs "$DIGEST" || status=$?
    if [[ $status -eq 2 ]]; then
        say "$APP has no task now, so nothing is proven of $DIGEST: it is deployed, and not promoted."
        return 0
    fi
    return "$status"
}

take_back() {
    say "The release failed: going back to $1." >&2
    write_parameter "$(release_parameter)" "$1"
    apply || say "Going back failed too. Run \`pulumi up --refresh --stack $STACK\` once the cause is known." >&2
}

main
