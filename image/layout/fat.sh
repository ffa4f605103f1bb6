#!/bin/bash
# Makes FAT file systems without mounting them. Sourced; needs ids.sh and SOURCE_DATE_EPOCH.

# fat_make IMAGE MIB BITS LABEL: an empty file system.
fat_make() {
    local image=$1 mib=$2 bits=$3 label=$4
    rm -f "$image"
    truncate -s "${mib}M" "$image"
    mkfs.vfat --invariant -F "$bits" -s "$((bits == 32 ? 1 : 4))" -n "$label" -i "$(serial_of "$label")" "$image" >/dev/null
}

# fat_copy IMAGE FOLDER: what the folder holds, in the order of names, with the build's date.
fat_copy() {
    local image=$1 folder=$2 names
    find "$folder" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
    mapfile -t names < <(cd "$folder" && find . -mindepth 1 -maxdepth 1 -printf '%f\n' | LC_ALL=C sort)
    (cd "$folder" && MTOOLS_SKIP_CHECK=1 TZ=UTC mcopy -Q -s -m -i "$image" "${names[@]}" ::)
}
