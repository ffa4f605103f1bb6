#!/bin/bash
# Inside the tools tree: debs.sh ARCH PACKAGE... fetches packages and unpacks each into /cache/debs/x-PACKAGE, for files that go into the
# firmware partition. None of them is installed anywhere.
set -euo pipefail
# shellcheck source=image/lib.sh
source /src/image/lib.sh
# shellcheck source=image/rootfs/apt.sh
source /src/image/rootfs/apt.sh

main() {
    local arch=$1 name deb empty
    shift
    empty=$(mktemp -d)
    mkdir -p "$empty/var/lib/dpkg"
    : >"$empty/var/lib/dpkg/status"
    apt_options "$arch" "$empty"
    cd "/cache/debs/$arch"
    for name; do
        apt-get "${APT[@]}" download "$name:$arch" >/dev/null || fail "Debian's archive has no package $name for $arch, or does not answer."
        deb=$(find . -name "${name}_*.deb" -printf '%T@ %f\n' | sort -n | awk 'END { print $2 }')
        rm -rf "/cache/debs/x-$name.new"
        dpkg-deb -x "$deb" "/cache/debs/x-$name.new"
        dpkg-deb -f "$deb" Package Version Architecture Source >"/cache/debs/x-$name.new/control"
        rm -rf "/cache/debs/x-$name"
        mv "/cache/debs/x-$name.new" "/cache/debs/x-$name"
    done
}

main "$@"
