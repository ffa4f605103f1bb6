#!/bin/bash
# A disk for the test of the boot scripts: bootdisk.sh WORK BOARD, inside the tools tree. In WORK lies a kernel. The image's own
# makers lay it out; root file systems and initrd are a few octets, so it takes seconds.
set -euo pipefail
WORK=$1 BOARD=$2
SOURCE=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
head -c 8192 /dev/zero >"$WORK/root.squashfs"
cpio --quiet -o -H newc </dev/null | gzip -n >"$WORK/initrd.img"
POTERNE_ROOT_MIB=8 "$SOURCE/image/layout/disk.sh" "$WORK" "$BOARD" 0.0-test
