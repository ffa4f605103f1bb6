#!/bin/bash
# Makes what one slot holds: the root file system with its hash tree, and the boot partition that names the tree's root.
# Sourced; needs ids.sh, fat.sh, WORK, ARCH and CONSOLE.

readonly BOOT_MIB=64
readonly ROOT_MIB=${POTERNE_ROOT_MIB:-640}

# slot_root: root.squashfs -> rootslot.img (dm-verity's tree behind the file system); sets VERITY_HASH and VERITY_OFFSET.
slot_root() {
    local image=$WORK/rootslot.img size
    cp "$WORK/root.squashfs" "$image"
    size=$(stat -c %s "$image")
    VERITY_OFFSET=$(((size + 4095) / 4096 * 4096))
    truncate -s "$VERITY_OFFSET" "$image"
    VERITY_HASH=$(veritysetup format --hash-offset="$VERITY_OFFSET" --salt="$(salt_of root)" --uuid="$(id_of verity)" \
        "$image" "$image" | awk '/^Root hash:/ { print $3 }')
    slot_fits "$image" "$ROOT_MIB"
}

slot_fits() {
    local size
    size=$(stat -c %s "$1")
    if ((size > $2 * 1024 * 1024)); then
        echo "layout: ${1##*/} has $((size / 1024 / 1024)) MB and its partition $2 MB: take packages out (image/rootfs/packages.list)" >&2
        return 1
    fi
}

# slot_env ARGS: the line for both boot loaders, as GRUB's environment block (U-Boot passes over lines that begin with #).
slot_env() {
    local block
    block=$(printf '# GRUB Environment Block\nslot_args=%s\n.' "$1")
    block=${block%.}
    if ((${#block} > 1024)); then
        echo "layout: the kernel's command line is too long for slot.env" >&2
        return 1
    fi
    printf '%s%*s' "$block" $((1024 - ${#block})) '' | tr ' ' '#' | sed '2s/#/ /g'
}

# slot_kernel: as the boot loader wants it. U-Boot unpacks gzip, GRUB starts what Debian ships.
slot_kernel() {
    if [ "$ARCH" = arm64 ] && ! gzip -t "$WORK/kernel" 2>/dev/null; then
        gzip -9nc "$WORK/kernel"
    else
        cat "$WORK/kernel"
    fi
}

# slot_boot: kernel, initrd and slot.env -> bootslot.img
slot_boot() {
    local files=$WORK/bootslot
    rm -rf "$files"
    mkdir -p "$files"
    slot_kernel >"$files/kernel.img"
    cp "$WORK/initrd.img" "$files/initrd.img"
    slot_env "root=/dev/mapper/root rootfstype=squashfs verity.hash=$VERITY_HASH verity.offset=$VERITY_OFFSET $CONSOLE" >"$files/slot.env"
    fat_make "$WORK/bootslot.img" "$BOOT_MIB" 16 SLOT
    fat_copy "$WORK/bootslot.img" "$files"
}
