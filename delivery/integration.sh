#!/usr/bin/env bash
# Runs an app's own checks after its deployment.
#
# COMMANDS   JSON list; each runs in FOLDER, by default the artifact Source, with URL, DIGEST and COMMIT in its environment
set -euo pipefail
# shellcheck source=delivery/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

FOLDER=${FOLDER:-$(artifact Source)}
need COMMANDS URL DIGEST
export URL DIGEST COMMIT
commands=()
read_list commands "$COMMANDS"
for command in "${commands[@]}"; do
    say "\$ $command"
    (cd "${FOLDER:-.}" && bash -euo pipefail -c "$command") || fail "the check failed: $command"
done
