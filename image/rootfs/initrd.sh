#!/bin/bash
# Inside the tools tree: initrd.sh ROOT OUT makes the initrd of the root's kernel, in a copy-on-write layer above the root,
# with image/boot/initramfs as its whole configuration. Slow for a foreign architecture, so build.sh keeps the result.
set -euo pipefail
# shellcheck source=image/lib.sh
source /src/image/lib.sh

main() {
    local root=$1 out=$2 kernel
    kernel=$(basename "$root"/usr/lib/modules/*)
    mkdir -p "$root/etc/initramfs-tools"
    rsync -a --exclude=README.md --chown=0:0 /src/image/boot/initramfs/ "$root/etc/initramfs-tools/"
    mkdir -p "$(dirname "$out")"
    # shellcheck disable=SC2016 # the inner shell fills them in
    unshare --mount --propagation private bash -c '
        root=$1 kernel=$2
        mount --bind /dev "$root/dev"; mount -t proc proc "$root/proc"; mount -t sysfs sys "$root/sys"; mount -t tmpfs tmpfs "$root/tmp"; mount -t tmpfs tmpfs "$root/run"
        chroot "$root" env SOURCE_DATE_EPOCH=1704067200 mkinitramfs -o /tmp/initrd "$kernel" >&2 && cat "$root/tmp/initrd"' \
        _ "$root" "$kernel" >"$out.new" 2>"$out.log" || { tail -20 "$out.log" >&2; rm -f "$out.new"; fail "the initrd was not made; mkinitramfs' words stand above."; }
    rm "$out.log"
    mv "$out.new" "$out"
}

main "$@"
