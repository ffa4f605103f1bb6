# shellcheck shell=bash disable=SC2034
# A virtual machine or small PC with UEFI.
ARCH=amd64
KERNEL=linux-image-amd64
BOARD_DEBS=()
BOOTLOADER=grub
CONSOLE="console=ttyS0,115200 console=tty1"
COMPATIBLE=poterne-amd64
WHAT="a virtual machine or a small PC with UEFI (amd64)"
