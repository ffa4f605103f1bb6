# shellcheck shell=bash
# What every step of the image's build uses: messages with times, the checks before it starts, the caches, the tools tree.
# Sourced, never run. It knows no board and no package.

SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${POTERNE_IMAGE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/poterne-image}
SUITE=trixie

# say WORDS...: one line of progress, with the seconds since this script's start.
say() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

# fail WHAT CURE: one sentence for a person, and the end.
fail() {
    printf 'image: %s\n' "$*" >&2
    exit 1
}

# Mounts and foreign owners need root; a container without the right to mount counts as none.
need_root() {
    [ "$(id -u)" -eq 0 ] || fail "the image is built by root, because files in it belong to many users: run it with sudo."
    unshare --mount --propagation private true 2>/dev/null ||
        fail "this machine allows no mounts, not even to root: run the build outside the container, or in a privileged one."
}

# need_space FOLDER MIB: what a step is going to write must fit before it begins.
need_space() {
    local free
    mkdir -p "$1" 2>/dev/null || fail "the folder $1 can't be made: choose another with POTERNE_IMAGE_CACHE, or mend its rights."
    free=$(df --output=avail -BM "$1" | tail -1 | tr -dc 0-9)
    [ "$free" -ge "$2" ] ||
        fail "$1 has $free MiB free and the build needs $2: make room there (make image-clean), or set POTERNE_IMAGE_CACHE to another disk."
}

# need_command COMMAND PACKAGE
need_command() {
    command -v "$1" >/dev/null || fail "the command $1 is missing: apt-get install $2"
}

# binfmt_lets_run: whether the kernel runs arm64 programs in any chroot (flag F: the interpreter is opened at registration).
binfmt_lets_run() {
    local entry
    [ "$(uname -m)" = aarch64 ] && return 0
    for entry in "$BINFMT"/*; do
        grep -q '^enabled' "$entry" 2>/dev/null && grep -q '^flags:.*F' "$entry" && grep -q '^magic 7f454c460201010000000000000000000200b700' "$entry" && return 0
    done
    return 1
}

# need_binfmt: register qemu-aarch64 where nobody did. This holds for the whole machine until its next start, so it is told.
BINFMT=${POTERNE_BINFMT:-/proc/sys/fs/binfmt_misc}
need_binfmt() {
    local magic='\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
    local mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
    [ -e "$BINFMT/register" ] || mount -t binfmt_misc binfmt_misc "$BINFMT" 2>/dev/null || true
    binfmt_lets_run && return 0
    printf '%s' ":poterne-aarch64:M::$magic:$mask:$CACHE/tools/usr/bin/qemu-aarch64:OCF" >"$BINFMT/register" 2>/dev/null || true
    binfmt_lets_run ||
        fail "this kernel runs no arm64 programs and lets none be registered: apt-get install qemu-user-static on the machine itself (outside containers), or build BOARD=amd64."
    say "registered qemu-aarch64 with this kernel (until the next start of the machine; undo: echo -1 > $BINFMT/poterne-aarch64)"
}

# archive LABEL: the address of Debian's archive that this machine's own apt uses.
archive() {
    command -v apt-get >/dev/null || return 0
    # shellcheck disable=SC2016 # apt fills them in
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        awk -F'|' -v label="$1" '$1 == "Debian" && $2 == label { sub("/$", "", $3); print $3; exit }'
}

# find_mirrors: DEBIAN_MIRROR and DEBIAN_SECURITY_MIRROR, as given or as apt has them.
find_mirrors() {
    DEBIAN_MIRROR=${DEBIAN_MIRROR:-$(archive Debian)}
    [ -n "$DEBIAN_MIRROR" ] ||
        fail "no archive of Debian's is known here: run apt-get update on a Debian machine, or name one: make image DEBIAN_MIRROR=http://HOST/debian"
    DEBIAN_SECURITY_MIRROR=${DEBIAN_SECURITY_MIRROR:-$(archive Debian-Security)}
    DEBIAN_SECURITY_MIRROR=${DEBIAN_SECURITY_MIRROR:-${DEBIAN_MIRROR%/}-security}
    export DEBIAN_MIRROR DEBIAN_SECURITY_MIRROR
}

# sources COMPONENT...: lines for a sources.list.
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
sources() {
    printf "deb [signed-by=$KEYRING] %s %s $*\n" "$DEBIAN_MIRROR" "$SUITE" "$DEBIAN_MIRROR" "$SUITE-updates" "$DEBIAN_SECURITY_MIRROR" "$SUITE-security"
}

# names LIST...: the first word of each line that is no comment.
names() { awk '!/^#/ && NF { print $1 }' "$@"; }

# key FILE...: a short name for what these files and folders hold. Standard input counts too when the last word is "-".
key() {
    local path
    for path; do
        if [ "$path" = - ]; then cat; else find "$path" -type f ! -name README.md -print0 | LC_ALL=C sort -z | xargs -0r sha256sum | awk '{ print $1 }'; fi
    done | sha256sum | cut -c1-16
}

# in_tools COMMAND...: run it inside the tools tree.
in_tools() { "$SOURCE/image/rootfs/enter.sh" "$@"; }
