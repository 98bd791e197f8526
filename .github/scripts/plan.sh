#!/usr/bin/env bash
# Plans every stack file, beside what it was in the commit of the argument. plans/ gets what a comment quotes: <stack>.txt
# as a terminal shows it, <stack>.md the report, <stack>.mmd the picture; reports/ gets a page for each stack.
# Fails where a stack file is wrong or violates what is mandatory, after all of them.
set -uo pipefail

base=$1
mkdir -p plans reports
status=0

plan() {
    npm run --silent plan -- "$@"
}

for file in Pulumi.*.yaml; do
    stack=${file#Pulumi.}
    stack=${stack%.yaml}
    echo "::group::$stack"
    plan "$stack" --html "reports/$stack.html" >"plans/$stack.txt" 2>&1
    planned=$?
    if [ "$planned" -ne 0 ]; then
        status=1
    fi
    # 2: the stack file is wrong, and there is nothing to draw or to compare.
    if [ "$planned" -lt 2 ]; then
        printf '\n' >>"plans/$stack.txt"
        plan "$stack" --against "$base" >>"plans/$stack.txt" 2>&1
        plan "$stack" --against "$base" --markdown >"plans/$stack.md" 2>/dev/null
        # A commit that cannot be planned, such as one before there were plans.
        if [ $? -ge 2 ]; then
            plan "$stack" --markdown >"plans/$stack.md" 2>/dev/null
        fi
        plan "$stack" --mermaid >"plans/$stack.mmd" 2>/dev/null
    fi
    cat "plans/$stack.txt"
    echo "::endgroup::"
done
exit "$status"
