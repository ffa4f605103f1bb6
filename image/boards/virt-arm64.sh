# shellcheck shell=bash disable=SC2034
# QEMU's virt machine and arm64 servers that start U-Boot.
ARCH=arm64
KERNEL=linux-image-arm64
BOARD_DEBS=()
BOOTLOADER=uboot
CONSOLE="console=tty1 console=ttyAMA0,115200"
COMPATIBLE=poterne-virt-arm64
WHAT="a virtual arm64 machine (QEMU virt with U-Boot)"
