#!/bin/bash
# Identities of disks, partitions and file systems: the same for the same board and version, so that two builds are alike.
# Sourced; needs BOARD and VERSION.

# A UUID (version 8, variant RFC 9562) for a name.
id_of() {
    local hash
    hash=$(printf 'poterne %s %s %s' "$BOARD" "$VERSION" "$1" | sha256sum)
    printf '%s-%s-8%s-a%s-%s\n' "${hash:0:8}" "${hash:8:4}" "${hash:13:3}" "${hash:17:3}" "${hash:20:12}"
}

# 32 bits in hexadecimal: the serial number of a FAT, the signature of an MBR.
serial_of() {
    printf 'poterne %s %s %s' "$BOARD" "$VERSION" "$1" | sha256sum | cut -c1-8
}

# The salt of the hash tree: 32 octets.
salt_of() {
    printf 'poterne salt %s %s %s' "$BOARD" "$VERSION" "$1" | sha256sum | cut -c1-64
}
