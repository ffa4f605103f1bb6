#!/bin/bash
# Lays the partitions and the whole disk: disk.sh WORK BOARD VERSION, inside the tools tree.
# In WORK: root.squashfs, kernel, initrd.img and, for a Pi, dtbs/. Out: rootslot.img bootslot.img firmware.img bootstate.img data.img disk.img.
# No mounts, no loop devices; the same input gives the same octets.
set -euo pipefail

WORK=$1 BOARD=$2
# shellcheck disable=SC2034 # ids.sh reads it
VERSION=$3
SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-1760000000} TZ=UTC LC_ALL=C.UTF-8
# shellcheck source=image/boards/amd64.sh
source "$SOURCE/image/boards/$BOARD.sh"
for part in ids fat slot data firmware; do
    # shellcheck source=/dev/null
    source "$SOURCE/image/layout/$part.sh"
done

# Basic data for the Pi, EFI system partition for UEFI; "Linux reserved" for the slots; our own type for data (image/base: repart.d).
readonly TYPE_ESP=c12a7328-f81f-11d2-ba4b-00a0c93ec93b
readonly TYPE_BASIC=ebd0a0a2-b9e5-4433-87c0-68b6b72699c7
readonly TYPE_RESERVED=8da63339-0007-60c0-c436-083ac8230908
readonly TYPE_PRIVATE=7a2f6d61-696c-4761-7465-776179000001

# disk_values: what partitions.cfg reads from the environment.
disk_values() {
    local name
    export TYPE_FIRMWARE=$TYPE_BASIC TYPE_SLOT=$TYPE_RESERVED TYPE_DATA=$TYPE_PRIVATE TABLE=hybrid BOOT_MIB ROOT_MIB
    if [ "$BOOTLOADER" = grub ]; then TYPE_FIRMWARE=$TYPE_ESP TABLE=gpt; fi
    for name in disk firmware bootstate bootA rootA bootB rootB data; do
        export "ID_${name^^}=$(id_of "$name")"
    done
    DISK_SIGNATURE=0x$(serial_of disk)
    export DISK_SIGNATURE
}

# disk_assemble: partitions.cfg and the images -> disk.img
disk_assemble() {
    local plan=$WORK/partitions.cfg scratch=$WORK/genimage
    if [ "$BOOTLOADER" = uboot ]; then
        sed 's/#hybrid //' "$SOURCE/image/layout/partitions.cfg" >"$plan"
    else
        grep -v '#hybrid ' "$SOURCE/image/layout/partitions.cfg" >"$plan"
    fi
    rm -rf "$scratch" "$WORK/disk.img"
    mkdir -p "$scratch/root"
    if ! genimage --config "$plan" --inputpath "$WORK" --outputpath "$WORK" --rootpath "$scratch/root" --tmppath "$scratch/tmp" \
        >"$WORK/genimage.log" 2>&1; then
        cat "$WORK/genimage.log" >&2
        return 1
    fi
    rm -rf "$scratch"
}

disk_values
slot_root
slot_boot
data_state
data_partition
firmware_partition
disk_assemble
