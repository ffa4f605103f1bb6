#!/bin/bash
# Inside the tools tree: seal.sh ROOT OUT.squashfs packs a finished root. Every file gets the commit's date, so that two builds
# of one commit are the same octets, and so that systemd finds nothing newer than its stamps.
set -euo pipefail

main() {
    local root=$1 out=$2
    # Volatile layers above a root whose caches are up to date (ldconfig, hwdb, sysusers): nothing is made anew at each boot.
    touch "$root/etc/.updated" "$root/var/.updated" "$root/usr/lib/clock-epoch"
    find "$root" -print0 | xargs -0 touch -h -d "@$SOURCE_DATE_EPOCH"
    rm -f "$out"
    nice mksquashfs "$root" "$out.new" -comp zstd -Xcompression-level "${SQUASHFS_LEVEL:-15}" -b 128K -noappend -quiet -no-progress
    mv "$out.new" "$out"
}

main "$@"
