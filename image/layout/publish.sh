#!/bin/bash
# Makes of the disk what people download: publish.sh WORK OUT BOARD VERSION, inside the tools tree.
# Out: poterne-VERSION-BOARD.img.zst and .img.bmap; for amd64 also .qcow2; disk.img, unpacked, for QEMU and the tests.
set -euo pipefail

WORK=$1 OUT=$2 BOARD=$3 VERSION=$4
NAME=$OUT/poterne-$VERSION-$BOARD
DISK_GIB=${POTERNE_VM_GIB:-8}

# Holes stay holes: bmaptool finds what need not be written by them.
publish_raw() {
    cp --sparse=always "$WORK/disk.img" "$OUT/disk.img.part"
    fallocate --dig-holes "$OUT/disk.img.part"
    mv "$OUT/disk.img.part" "$OUT/disk.img"
}

publish_compressed() {
    bmaptool -q create "$OUT/disk.img" -o "$NAME.img.bmap"
    # The name inside is the one of the image that people have.
    sed -i "s/disk\.img/${NAME##*/}.img/" "$NAME.img.bmap"
    zstd -q -f -T0 -12 "$OUT/disk.img" -o "$NAME.img.zst"
}

# A virtual disk has room from the start; its data partition grows into it.
publish_virtual() {
    qemu-img convert -q -O qcow2 -c -o compression_type=zstd "$OUT/disk.img" "$NAME.qcow2"
    qemu-img resize -q "$NAME.qcow2" "${DISK_GIB}G"
}

rm -f "$OUT"/poterne-*-"$BOARD".{img.zst,img.bmap,qcow2}
publish_raw
publish_compressed
if [ "$BOARD" = amd64 ]; then publish_virtual; fi
