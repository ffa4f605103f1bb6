# shellcheck shell=bash disable=SC2034
# Raspberry Pi 3, 3+, 4, 400, Compute Module 3 and 4, Zero 2 W.
ARCH=arm64
KERNEL=linux-image-arm64
BOARD_DEBS=(raspi-firmware u-boot-rpi) # firmware partition only, never installed
BOOTLOADER=uboot
CONSOLE="console=ttyS1,115200 console=tty1"
COMPATIBLE=poterne-rpi-arm64
WHAT="a Raspberry Pi 3, 3+, 4, 400, CM3, CM4 or Zero 2 W"
