#!/bin/bash
# Inside the tools tree: root.sh ARCH OUT.tar PACKAGE... makes a root file system of Debian's packages, nothing of ours in it.
# The essential set comes from mmdebstrap; the rest is unpacked by the tools tree's own apt and dpkg, at native speed also for
# a foreign architecture: only maintainer scripts run in the root. Beside OUT.tar: OUT.manifest.
set -euo pipefail
# shellcheck source=image/lib.sh
source /src/image/lib.sh
# shellcheck source=image/rootfs/apt.sh
source /src/image/rootfs/apt.sh

# All times in the root are this or older; the image's own date comes later, with the commit's.
export SOURCE_DATE_EPOCH=1704067200

essential() {
    local arch=$1 root=$2 left options=()
    for left in "${LEFT_OUT[@]}"; do options+=("--dpkgopt=$left"); done
    sources main >/tmp/sources.list
    mmdebstrap -q --mode=root --variant=essential "--architectures=$arch" --format=directory "${options[@]}" "$SUITE" "$root" /tmp/sources.list
    # These are the build's choices, not the box's.
    rm -f "$root"/etc/dpkg/dpkg.cfg.d/99mmdebstrap "$root"/etc/apt/apt.conf.d/99mmdebstrap
}

# Numbers that must not depend on the order of installation (users.list says why).
fixed_users() {
    local root=$1 name uid gid home shell _
    while read -r name uid gid home shell _; do
        echo "$name:x:$gid:" >>"$root/etc/group"
        echo "$name:!*::" >>"$root/etc/gshadow"
        [ "$uid" != - ] || continue
        echo "$name:x:$uid:$gid::$home:${shell/#-/\/usr\/sbin\/nologin}" >>"$root/etc/passwd"
        echo "$name:!*:$((SOURCE_DATE_EPOCH / 86400))::::::" >>"$root/etc/shadow"
    done < <(grep -v -e '^#' -e '^$' /src/image/rootfs/users.list)
}

# Nothing starts, nothing is byte-compiled (the tools tree's Python does it for all, natively and the same each time).
stubs() {
    local root=$1 name
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    for name in py3compile py3clean; do printf '#!/bin/sh\nexit 0\n' >"$root/usr/bin/$name"; done
    chmod 755 "$root"/usr/sbin/policy-rc.d "$root"/usr/bin/py3{compile,clean}
}

# The mounts live in a name space of their own: when apt ends, none is left in the folder.
install() {
    local arch=$1 root=$2
    shift 2
    apt_options "$arch" "$root"
    export INITRD=No DEBIAN_FRONTEND=noninteractive DEBCONF_NONINTERACTIVE_SEEN=true
    # shellcheck disable=SC2016 # the inner shell fills them in
    unshare --mount --propagation private bash -c '
        root=$1; shift
        mount --bind /dev "$root/dev"; mount -t proc proc "$root/proc"; mount -t tmpfs tmpfs "$root/tmp"; mount -t tmpfs tmpfs "$root/run"
        exec "$@"' _ "$root" apt-get "${APT[@]}" install "$@" >"$root.log" 2>&1 || { tail -30 "$root.log" >&2; fail "a package did not install; its last words stand above."; }
}

# What each device must make for itself, and what only the building needed.
forget() {
    local root=$1
    rm -f "$root"/usr/sbin/policy-rc.d "$root"/usr/bin/py3{compile,clean} "$root"/etc/machine-id "$root"/var/lib/dbus/machine-id "$root"/etc/ssh/ssh_host_* \
        "$root"/etc/{passwd,group,shadow,gshadow,subuid,subgid}- "$root"/var/lib/dpkg/*-old "$root"/var/lib/systemd/random-seed "$root"/etc/{resolv.conf,hostname}
    rm -rf "$root"/var/lib/apt/lists/*
    find "$root/var/log" "$root/var/cache" -type f -delete
}

# Debian's modules, by the tools tree's Python of the same release. The hash form holds no time and is never checked again.
compile() {
    find "$1/usr/lib/python3" "$1"/usr/lib/python3.* -name __pycache__ -type d -prune -exec rm -rf {} +
    python3 -m compileall -q -j 2 --invalidation-mode unchecked-hash -s "$1" -p / "$1"/usr/lib/python3.* "$1/usr/lib/python3" >/dev/null || true
}

manifest() {
    dpkg-query --admindir="$1/var/lib/dpkg" -W -f '${Package} ${Version} ${Architecture} ${source:Package} ${source:Version} ${Installed-Size}\n' | LC_ALL=C sort
}

pack() {
    tar -C "$1" --sort=name --mtime="@$SOURCE_DATE_EPOCH" --clamp-mtime --numeric-owner --xattrs --xattrs-include='*' \
        --pax-option='exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime' -cf "$2" .
}

main() {
    local arch=$1 out=$2 root=/cache/new-root.$$
    shift 2
    # shellcheck disable=SC2064 # the names are local, and known now
    trap "rm -rf --one-file-system $root $root.log" EXIT
    mkdir -m 755 "$root"
    say "$arch root: essential packages"
    essential "$arch" "$root"
    fixed_users "$root"
    stubs "$root"
    say "$arch root: $# packages and what they need"
    install "$arch" "$root" "$@"
    say "$arch root: Python's modules, packing"
    forget "$root"
    compile "$root"
    manifest "$root" >"${out%.tar}.manifest"
    pack "$root" "$out.new"
    mv "$out.new" "$out"
}

main "$@"
