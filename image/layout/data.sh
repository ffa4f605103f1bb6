#!/bin/bash
# Makes what belongs to no slot: the boot loader's state and the first, small data partition. Sourced; needs ids.sh and WORK.

readonly DATA_MIB=64

# data_state: one sector that says "A, then B, three tries each", in the form of the board's boot loader.
data_state() {
    local image=$WORK/bootstate.img
    if [ "$BOOTLOADER" = uboot ]; then
        printf 'BOOT_ORDER=A B\nBOOT_A_LEFT=3\nBOOT_B_LEFT=3\n' | mkenvimage -s 0x200 -o "$image" -
    else
        rm -f "$image"
        grub-editenv "$image" create
        grub-editenv "$image" set 'ORDER=A B' A_OK=1 A_TRY=0 B_OK=1 B_TRY=0
    fi
}

# data_partition: an empty ext4 that grows when the box starts first.
data_partition() {
    local image=$WORK/data.img
    rm -f "$image"
    truncate -s "${DATA_MIB}M" "$image"
    E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH mke2fs -q -t ext4 -L data -U "$(id_of data)" \
        -E "hash_seed=$(id_of hash-seed),lazy_itable_init=1,root_owner=0:0" -O ^metadata_csum_seed,^orphan_file "$image"
}
