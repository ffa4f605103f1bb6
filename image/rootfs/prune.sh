#!/bin/bash
# Inside the tools tree: prune.sh ROOT takes out what the box never uses: unneeded.list, modules.list.
set -euo pipefail
# shellcheck source=image/lib.sh
source /src/image/lib.sh

# Patterns are the lists' own; a pattern that meets nothing is no error (boards differ).
unneeded() {
    local pattern
    while read -r pattern; do
        # shellcheck disable=SC2086 # the pattern is meant to be one
        (cd "$1" && rm -rf --one-file-system $pattern)
    done < <(names /src/image/rootfs/unneeded.list)
}

modules() {
    local kernel pattern
    kernel=$(basename "$1"/usr/lib/modules/*)
    while read -r pattern; do
        rm -rf "$1/usr/lib/modules/$kernel/kernel/$pattern"
    done < <(names /src/image/rootfs/modules.list)
    depmod -b "$1/usr" "$kernel" 2>/dev/null || depmod -b "$1" "$kernel"
}

main() {
    unneeded "$1"
    modules "$1"
    find "$1/var/log" "$1/var/cache" -type f -delete
}

main "$@"
