#!/bin/bash
# Inside the tools tree: stage.sh WORK ROOT.tar WHEELS BOARD VERSION makes WORK/root: Debian's root with all of ours in it,
# nothing taken away yet. Order matters: Debian, then Poterne, last the users and what starts at boot.
set -euo pipefail
# shellcheck source=image/lib.sh
source /src/image/lib.sh

names_of_release() {
    local release=$1/usr/lib/os-release board=$2 version=$3
    sed -i -e '/^VERSION_ID=/d' -e '/^BUG_REPORT_URL=/d' "$release"
    printf 'IMAGE_ID=poterne\nIMAGE_VERSION=%s\nPOTERNE_BOARD=%s\n' "$version" "$board" >>"$release"
}

# What is enabled: presets decide alone.
starts() {
    systemd-sysusers --root="$1"
    systemctl --root="$1" --quiet preset-all
    # The same numbers and days at each build; no copies of the files before.
    rm -f "$1"/etc/{passwd,group,shadow,gshadow,.pwd.lock,.updated}- "$1/etc/.pwd.lock"
    sed -i -E 's/^([^:]*:[^:]*:)[0-9]+:/\119723:/' "$1/etc/shadow"
    # Empty, so that the box makes its own and keeps it; "missing" would count as a first boot each time.
    : >"$1/etc/machine-id"
}

main() {
    local tar=$2 wheels=$3 board=$4 version=$5 root=$1/root
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    tar -C "$root" --numeric-owner --xattrs --xattrs-include='*' -xf "$tar"
    /src/image/rootfs/application.sh "$root" "$wheels"
    names_of_release "$root" "$board" "$version"
    starts "$root"
}

main "$@"
