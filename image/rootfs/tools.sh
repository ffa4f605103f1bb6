#!/bin/bash
# tools.sh MADE_OF: makes the tools tree, a small Debian with the programs of every later step, so that the build is the same on
# every host. MADE_OF, a hash of its list, becomes a mark in it: another list, another tree.
set -euo pipefail
# shellcheck source=image/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

main() {
    local mark=.made-of-$1 tree=$CACHE/tools new=$CACHE/tools.new list
    # A tree in use, or one whose last making was cut off: its mounts were private, so there are none to trip over.
    rm -rf --one-file-system "$new"
    list=$(mktemp)
    sources main >"$list"
    nice mmdebstrap --quiet --mode=root --variant=apt --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
        --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --include="$(names "$SOURCE/image/rootfs/tools.list" | paste -sd ,)" "$SUITE" "$new" "$list" ||
        fail "the tools tree was not made: does Debian's archive ($DEBIAN_MIRROR) answer? mmdebstrap's own words stand above."
    rm -f "$list"
    : >"$new/$mark"
    rm -rf --one-file-system "$tree"
    mv "$new" "$tree"
}

main "$@"
