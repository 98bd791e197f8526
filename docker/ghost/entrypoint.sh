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

# Any other command, such as a shell, finds the volume as it is.
if [[ "$*" == node*current/index.js* ]]; then
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
