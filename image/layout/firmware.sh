#!/bin/bash
# Makes the firmware partition: what the machine's own firmware reads, the boot script, and the place for a poterne.toml.
# It is written when the card is, never by an update. Sourced; needs ids.sh, fat.sh, WORK, BOARD, BOOTLOADER.

readonly FIRMWARE_MIB=64
readonly DEBS=${POTERNE_DEBS:-/cache/debs}
readonly GRUB_MODULES=(part_gpt part_msdos fat loadenv blocklist probe regexp test echo linux normal boot reboot sleep
    serial terminal configfile all_video efi_gop efi_uga minicmd search)

# firmware_script FOLDER: U-Boot's script; the date inside is the build's.
firmware_script() {
    mkimage -A arm64 -T script -C none -n poterne -d "$SOURCE/image/boot/boot.cmd" "$1/boot.scr" >/dev/null
}

# firmware_pi FOLDER: the first steps of a Raspberry Pi, U-Boot, and the device trees under the names the firmware asks for.
firmware_pi() {
    local folder=$1 pi=$DEBS/x-raspi-firmware name
    cp "$SOURCE/image/boot/config.txt" "$folder/"
    cp "$DEBS/x-u-boot-rpi/usr/lib/u-boot/rpi_arm64/u-boot.bin" "$folder/"
    for name in bootcode.bin start.elf fixup.dat start4.elf fixup4.dat; do
        cp "$pi/usr/lib/raspi-firmware/$name" "$folder/"
    done
    cp -r "$pi/usr/lib/raspi-firmware/overlays" "$folder/overlays"
    cp "$pi/usr/share/doc/raspi-firmware/copyright" "$folder/LICENCE.broadcom"
    cp "$WORK"/dtbs/bcm2711-rpi-{4-b,400,cm4-io}.dtb "$WORK"/dtbs/bcm2837-rpi-{3-a-plus,3-b,3-b-plus,cm3-io3,zero-2-w}.dtb "$folder/"
}

# firmware_grub FOLDER: one EFI program with its configuration inside, and the twin of the boot state.
firmware_grub() {
    local folder=$1 inside=$WORK/grub-inside
    rm -rf "$inside"
    mkdir -p "$inside/boot/grub" "$folder/EFI/BOOT" "$folder/EFI/poterne"
    cp "$SOURCE/image/boot/grub.cfg" "$inside/boot/grub/grub.cfg"
    tar -C "$inside" --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=ustar -cf "$WORK/grub-inside.tar" boot
    # With -m the prefix is always (memdisk)/boot/grub, whatever -p says.
    grub-mkimage -O x86_64-efi -o "$folder/EFI/BOOT/BOOTX64.EFI" -m "$WORK/grub-inside.tar" -p '(memdisk)/boot/grub' \
        memdisk tar "${GRUB_MODULES[@]}"
    cp "$WORK/bootstate.img" "$folder/EFI/poterne/grubenv"
}

# firmware_partition: all of it -> firmware.img
firmware_partition() {
    local files=$WORK/firmware
    rm -rf "$files"
    mkdir -p "$files"
    case $BOOTLOADER in
        uboot) firmware_script "$files" ;;
        grub) firmware_grub "$files" ;;
    esac
    if [[ $BOARD == rpi-* ]]; then firmware_pi "$files"; fi
    if [ -d "$SOURCE/image/firstboot/firmware" ]; then cp -r "$SOURCE/image/firstboot/firmware/." "$files/"; fi
    fat_make "$WORK/firmware.img" "$FIRMWARE_MIB" 32 FIRMWARE
    fat_copy "$WORK/firmware.img" "$files"
}
