#!/bin/bash
# Brings what is baked into the image onto the content volume, then starts Ghost as the official image does.
#
# A theme replaces the one of the same name, so that a push changes the blog. Everything else is copied only where the
# volume has nothing of that name: what was uploaded or changed there is never touched.
set -euo pipefail

baked=${SELFHOST_CONTENT:-/usr/local/share/selfhost/content}
content=${GHOST_CONTENT:-/var/lib/ghost/content}
# On the same file system, so that a rename puts things in place: a start that is cut off leaves the old or the new.
stage=$content/.selfhost

install_theme() {
    local new=$1 name=${1##*/} target
    target=$content/themes/$name
    # Reading is much cheaper than writing on a network file system, and most starts bring nothing new.
    if diff -rq --no-dereference "$new" "$target" >/dev/null 2>&1; then
        return
    fi
    cp -R "$new" "$stage/new"
    if [[ -e $target || -L $target ]]; then
        mv -T "$target" "$stage/old"
    fi
    mv -T "$stage/new" "$target"
    rm -rf "$stage/old"
    echo "selfhost: installed the theme $name"
}

install_file() {
    local file=$1 target=$content/${1#"$baked/"}
    if [[ -e $target || -L $target ]]; then
        return
    fi
    mkdir -p "${target%/*}"
    cp "$file" "$stage/new"
    mv -nT "$stage/new" "$target"
    echo "selfhost: installed ${target#"$content/"}"
}

# ECS starts the next task while the one before still finishes its last requests: it counts neither of the two as running.
# A lock on the volume, which the kernel keeps until Ghost has ended, lets only one of them at an SQLite file. Where a
# task died with it, the file system gives it up after a while.
# https://docs.aws.amazon.com/efs/latest/ug/nfs-features.html
wait_for_turn() {
    exec 9>"$content/.selfhost.lock"
    if ! flock -n 9; then
        echo "selfhost: waiting for the task before this one to end"
        if ! flock -w "${SELFHOST_LOCK_SECONDS:-300}" 9; then
            echo "selfhost: another task still writes to this volume" >&2
            exit 1
        fi
    fi
}

# Any other command, such as a shell, finds the volume as it is.
if [[ "$*" == node*current/index.js* ]]; then
    if [[ ${SELFHOST_ONE_WRITER:-} == true ]]; then
        wait_for_turn
    fi
    rm -rf "$stage"
    mkdir -p "$stage" "$content/themes"
    for theme in "$baked"/themes/*/; do
        if [[ -d $theme ]]; then
            install_theme "${theme%/}"
        fi
    done
    while IFS= read -r -d '' file; do
        install_file "$file"
    done < <(find "$baked" -path "$baked/themes" -prune -o -type f -print0)
    rm -rf "$stage"
fi

exec docker-entrypoint.sh "$@"
