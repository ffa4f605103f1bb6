#!/bin/bash
# Inside the tools tree: kernel.sh WORK takes the kernel and the device trees out of WORK/root, for the boot slot and the firmware partition.
set -euo pipefail

main() {
    local work=$1 root=$1/root
    cp "$root"/boot/vmlinuz-* "$work/kernel"
    rm -rf "$work/dtbs"
    mkdir "$work/dtbs"
    find "$root/usr/lib" -path '*/broadcom/bcm2[78]*rpi*.dtb' -exec cp -t "$work/dtbs" {} +
}

main "$@"
