#!/bin/bash
# Inside the tools tree: plan.sh ARCH PACKAGE... asks the archive, once a day, and prints the packages that a root would
# be made of today: file name and hash, one a line. This list is what a root's place in the cache is named after.
set -euo pipefail
# shellcheck source=image/lib.sh
source /src/image/lib.sh
# shellcheck source=image/rootfs/apt.sh
source /src/image/rootfs/apt.sh

# What was asked today, of the same archive, is not asked again.
refresh() {
    local sources=/cache/apt-$1/sources.list
    sources main non-free-firmware >"$sources.new"
    if cmp -s "$sources" "$sources.new" && [ -n "$(find "/cache/apt-$1/asked" -mmin -1440 2>/dev/null)" ]; then return 0; fi
    mv "$sources.new" "$sources"
    apt-get "${APT[@]}" update >&2 || fail "Debian's archive ($DEBIAN_MIRROR) does not answer: mend the network, or name another one with DEBIAN_MIRROR."
    touch "/cache/apt-$1/asked"
}

main() {
    local arch=$1 empty
    shift
    empty=$(mktemp -d)
    mkdir -p "$empty/var/lib/dpkg"
    : >"$empty/var/lib/dpkg/status"
    apt_options "$arch" "$empty"
    refresh "$arch"
    apt-get "${APT[@]}" --print-uris install '?and(?essential,?not(?exact-name(apt)))' "$@" | awk '{ print $2, $4 }' | LC_ALL=C sort
}

main "$@"
