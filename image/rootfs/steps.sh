# shellcheck shell=bash
# The steps of build.sh, with the caches around the slow ones. Sourced by it. A thing in the cache is named after what it was made of,
# and gets its name only when it is whole.

WORK=/b/work # as the tools tree sees it

# kept PATH COMMAND...: run the command, which makes PATH, unless that is there; two builds at once make it once.
kept() {
    local path=$1
    shift
    (
        flock 9
        if [ -e "$path" ]; then
            say "  kept from an earlier build: ${path#"$CACHE"/}"
        else
            "$@"
        fi
        touch "$path"
    ) 9>"$CACHE/lock"
}

step_tools() {
    local made_of
    made_of=$(key "$SOURCE/image/rootfs/tools.list" "$SOURCE/image/rootfs/tools.sh")
    say "tools tree"
    kept "$CACHE/tools/.made-of-$made_of" "$SOURCE/image/rootfs/tools.sh" "$made_of"
}

step_root() {
    local packages plan
    mapfile -t packages < <(names "$SOURCE/image/rootfs/packages.list")
    packages+=("$KERNEL")
    say "root of Debian's packages ($ARCH)"
    mkdir -p "$OUT"
    in_tools image/rootfs/plan.sh "$ARCH" "${packages[@]}" >"$OUT/packages.plan"
    plan=$( (key "$SOURCE"/image/rootfs/{root.sh,apt.sh,users.list} && cat "$OUT/packages.plan") | key -)
    ROOT=root-$ARCH-$plan
    kept "$CACHE/$ROOT.tar" in_tools image/rootfs/root.sh "$ARCH" "/cache/$ROOT.tar" "${packages[@]}"
}

step_wheels() {
    WHEELS=wheels/$ARCH-$(key "$SOURCE/requirements.txt" "$SOURCE/image/rootfs/wheels.sh")
    say "Python packages of requirements.txt"
    kept "$CACHE/$WHEELS" make_wheels
}

make_wheels() {
    rm -rf "${CACHE:?}/$WHEELS.new"
    in_tools image/rootfs/wheels.sh "$ARCH" "/cache/$WHEELS.new"
    mv "$CACHE/$WHEELS.new" "$CACHE/$WHEELS"
}

step_debs() {
    [ "${#BOARD_DEBS[@]}" -gt 0 ] || return 0
    say "boot firmware: ${BOARD_DEBS[*]}"
    in_tools image/rootfs/debs.sh "$ARCH" "${BOARD_DEBS[@]}"
}

step_stage() {
    say "Poterne into the root"
    in_tools image/rootfs/stage.sh "$WORK" "/cache/$ROOT.tar" "/cache/$WHEELS" "$BOARD" "$VERSION"
}

step_initrd() {
    local initrd
    initrd=initrd-$ARCH-$( (echo "$ROOT" && key "$SOURCE/image/boot/initramfs" "$SOURCE/image/rootfs/initrd.sh") | key -)
    say "initrd"
    kept "$CACHE/$initrd" in_tools image/rootfs/initrd.sh "$WORK/root" "/cache/$initrd"
    cp "$CACHE/$initrd" "$OUT/work/initrd.img"
}

step_seal() {
    say "what is not needed goes; squashfs"
    in_tools image/rootfs/kernel.sh "$WORK"
    in_tools image/rootfs/prune.sh "$WORK/root"
    in_tools image/rootfs/seal.sh "$WORK/root" "$WORK/root.squashfs"
}

step_disk() {
    say "partitions and disk"
    in_tools image/layout/disk.sh "$WORK" "$BOARD" "$VERSION"
}

step_publish() {
    say "image to download"
    in_tools image/layout/publish.sh "$WORK" /b "$BOARD" "$VERSION"
}
