# shellcheck shell=bash
# What the steps of the infrastructure pipeline share. Sourced, never run.
# shellcheck source=delivery/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=delivery/pulumi.sh
. "$(dirname "${BASH_SOURCE[0]}")/pulumi.sh"

# The pipeline that this runs in, whose definition changes in its last action alone: when an edit meets a run that is on
# its way, AWS does not say what comes of it.
ITSELF='**::delivery-infrastructure'
export ITSELF

# preview_steps <json of a preview>: a line for each step, with what is different in it; the same for the same work.
preview_steps() {
    jq -r '.steps[]? | select(.op != "same" and .op != "read" and .op != "refresh")
        | "\(.op) \(.urn) \((.diffReasons // []) | sort | join(","))"' "$1" | LC_ALL=C sort -u
}

# preview_json <file>: asks Pulumi; what is wrong goes to the log.
preview_json() {
    pulumi preview --json --refresh --stack "$STACK" --non-interactive >"$1"
}

# in_words <file of steps>: `2 to create, 1 to replace`.
in_words() {
    local words
    words=$(awk '
        { kind = $1 }
        kind ~ /replace/ { kind = "replace" }
        kind ~ /^delete/ { kind = "delete" }
        !((kind, $2) in seen) { seen[kind, $2]; count[kind]++ }
        END {
            split("create update replace delete", order, " ")
            for (i = 1; i <= 4; i++)
                if (count[order[i]])
                    text = text (text == "" ? "" : ", ") count[order[i]] " to " order[i]
            print text
        }' "$1")
    printf '%s' "${words:-nothing to change}"
}

# Fails where the program says that somebody else applies the environment.
require_applier() {
    npm run -s applied-by -- "$ENVIRONMENT" codepipeline || fail "$ENVIRONMENT is not applied by CodePipeline."
}

# The values of all releases, a line for each.
releases_now() {
    aws ssm get-parameters-by-path --path "/selfhost/$ENVIRONMENT/releases" --output json |
        jq -r '.Parameters[]? | "\(.Name) \(.Value)"' | LC_ALL=C sort
}
