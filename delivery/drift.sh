#!/usr/bin/env bash
# Whether AWS is as it was last applied. Says what is not, to whoever wants to know, and puts it back where told to.
#
# ENVIRONMENT, STACK, DELIVERY_BUCKET
# APPLY         true: put it back
# MAIL_TOPIC    topic of sentences; CHAT_TOPIC  topic of events for Slack and Teams
set -euo pipefail
# shellcheck source=delivery/infrastructure.sh
. "$(dirname "${BASH_SOURCE[0]}")/infrastructure.sh"

main() {
    need ENVIRONMENT STACK DELIVERY_BUCKET
    mkdir -p output
    pulumi_open
    local found words
    found=$(mktemp -d)
    if ! preview_json "$found/preview.json"; then
        tell "$ENVIRONMENT: whether it is as it was applied could not be seen: ${CODEBUILD_BUILD_URL:-}"
        fail "the preview failed."
    fi
    preview_steps "$found/preview.json" >"$found/steps.txt"
    if [[ ! -s "$found/steps.txt" ]]; then
        say "$ENVIRONMENT is as it was applied."
        return
    fi
    words=$(in_words "$found/steps.txt")
    cat "$found/steps.txt"
    if [[ "${APPLY:-false}" != true ]]; then
        tell "$ENVIRONMENT is not as it was applied: $words. ${CODEBUILD_BUILD_URL:-}"
        return
    fi
    if pulumi_run up --yes --skip-preview --refresh; then
        tell "$ENVIRONMENT was not as it was applied, and was put back: $words. ${CODEBUILD_BUILD_URL:-}"
    else
        tell "$ENVIRONMENT is not as it was applied, and could not be put back: $words. ${CODEBUILD_BUILD_URL:-}"
        fail "it could not be put back."
    fi
}

tell() {
    say "$1"
    if [[ -n "${MAIL_TOPIC:-}" ]]; then
        aws sns publish --topic-arn "$MAIL_TOPIC" --subject "selfhost $ENVIRONMENT" --message "$1" >/dev/null
    fi
    if [[ -n "${CHAT_TOPIC:-}" ]]; then
        # https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
        aws sns publish --topic-arn "$CHAT_TOPIC" --message "$(jq -cn --arg text "$1" \
            '{version: "1.0", source: "custom", content: {textType: "client-markdown", description: $text}}')" >/dev/null
    fi
}

main
