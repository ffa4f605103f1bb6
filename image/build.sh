#!/bin/bash
# The image from nothing: make image BOARD=rpi-arm64|virt-arm64|amd64 [VERSION=...]. The order of the steps, and nothing else.
set -euo pipefail
# shellcheck source=image/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

BOARD=${BOARD:-rpi-arm64}
OUT=$SOURCE/.image/$BOARD

boards() { basename -s .sh "$SOURCE"/image/boards/*.sh | paste -sd ' '; }

# What must hold before anything is written.
check() {
    [ -e "$SOURCE/image/boards/$BOARD.sh" ] || fail "there is no board $BOARD: choose one of: $(boards)."
    # shellcheck source=image/boards/rpi-arm64.sh
    source "$SOURCE/image/boards/$BOARD.sh"
    need_root
    need_command mmdebstrap mmdebstrap
    need_command git git
    [ -e "$KEYRING" ] || fail "the keys of Debian's archive are missing: apt-get install debian-archive-keyring"
    need_space "$CACHE" 6000
    need_space "$OUT" 5000
    find_mirrors
}

# The release of a tag is its name; else the project's version, how many commits, and which (dirty: with changes of the working tree).
version() {
    local git=(git -C "$SOURCE" -c "safe.directory=$SOURCE") base
    base=$(sed -n 's/^version = "\(.*\)"/\1/p' "$SOURCE/pyproject.toml" | head -1)
    "${git[@]}" describe --tags --match 'v[0-9]*' --dirty 2>/dev/null | sed 's/^v//' && return 0
    echo "$base-$("${git[@]}" rev-list --count HEAD)-g$("${git[@]}" describe --always --exclude '*' --dirty)"
}

main() {
    check
    VERSION=${VERSION:-$(version)}
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$SOURCE" -c "safe.directory=$SOURCE" log -1 --format=%ct)}
    export BOARD VERSION SOURCE_DATE_EPOCH
    say "Poterne $VERSION for $WHAT"
    # shellcheck source=image/rootfs/steps.sh
    source "$SOURCE/image/rootfs/steps.sh"
    step_tools
    if [ "$ARCH" = arm64 ]; then need_binfmt; fi
    step_root
    step_wheels
    step_debs
    step_stage
    step_initrd
    step_seal
    step_disk
    step_publish
    say "done: $OUT"
}

main "$@"
