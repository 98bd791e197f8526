#!/usr/bin/env bash
# Fails where the stack was last updated with a commit that is later than the one that is checked out: an approval that
# comes late, or an old run that is started again, would take everything since back. Needs the whole history.
set -euo pipefail

stack=$1
applied=$(pulumi stack history --stack "$stack" --page-size 1 --json |
    node --print 'JSON.parse(require("fs").readFileSync(0))[0]?.environment?.["git.head"] ?? ""')
mine=$(git rev-parse HEAD)

if [ -z "$applied" ] || [ "$applied" = "$mine" ]; then
    exit 0
fi
# A commit that is not in this history (somebody's laptop) is neither earlier nor later.
if git merge-base --is-ancestor "$mine" "$applied" 2>/dev/null; then
    echo "::error::$stack has $applied, which is later than $mine. To go back, revert in main." >&2
    exit 1
fi
