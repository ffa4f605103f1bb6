#!/bin/bash
# Run a command inside the tools tree: enter.sh COMMAND...
# In it: /src the checkout (read-only), /b its folder .image/BOARD, /cache the cache. All mounts are private and end with the command.
set -euo pipefail
# shellcheck source=image/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../lib.sh"

# What the tools may know of the host: the way to the network, and the choices of whoever builds.
PASSED=(BOARD VERSION DEBIAN_MIRROR DEBIAN_SECURITY_MIRROR SOURCE_DATE_EPOCH http_proxy https_proxy no_proxy
    PIP_INDEX_URL PIP_EXTRA_INDEX_URL PIP_DEFAULT_TIMEOUT)

mounts() {
    local tree=$1
    mkdir -p "$tree"/{src,b,cache}
    # As a mount point of its own, so that programs in the tree can make private name spaces too.
    mount --bind "$tree" "$tree"
    mount -t proc proc "$tree/proc"
    mount -t sysfs sys "$tree/sys"
    mount --rbind /dev "$tree/dev"
    mount -t tmpfs tmpfs "$tree/tmp"
    mount -t tmpfs tmpfs "$tree/run"
    mount --bind "$SOURCE" "$tree/src"
    mount -o remount,bind,ro "$tree/src"
    mount --bind "$SOURCE/.image/${BOARD:-}" "$tree/b"
    mount --bind "$CACHE" "$tree/cache"
    cp -L /etc/resolv.conf /etc/hosts "$tree/etc/"
    # The host may trust authorities of its own (a company's proxy).
    cp -L /etc/ssl/certs/ca-certificates.crt "$tree/etc/ssl/certs/"
}

main() {
    local name passed=()
    [ "${ENTERED:-}" = "$$" ] || ENTERED=$$ exec unshare --mount --propagation private "$0" "$@"
    mkdir -p "$SOURCE/.image/${BOARD:-}"
    mounts "$CACHE/tools"
    for name in "${PASSED[@]}"; do
        if [ -n "${!name:-}" ]; then passed+=("$name=${!name}"); fi
    done
    exec chroot "$CACHE/tools" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 TZ=UTC TERM=dumb \
        "${passed[@]}" sh -c 'cd /src && exec "$@"' _ "$@"
}

main "$@"
