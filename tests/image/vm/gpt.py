"""Where partitions lie in an image file, by their names, and what their octets are: no mount, no loop device."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

_SECTOR = 512


@dataclass(frozen=True, slots=True)
class Place:
    """A partition: both numbers in octets from the disk's beginning."""

    offset: int
    size: int


def places(disk: Path) -> dict[str, Place]:
    """All partitions by name. ValueError when the file has no GPT."""
    with disk.open("rb") as file:
        file.seek(_SECTOR)
        header = file.read(_SECTOR)
        if header[:8] != b"EFI PART":
            raise ValueError(f"{disk} has no GPT")
        first, count, size = struct.unpack_from("<QII", header, 72)
        file.seek(first * _SECTOR)
        entries = [file.read(size) for _ in range(count)]
    return {_name(entry): _place(entry) for entry in entries if any(entry[:16])}


def read(disk: Path, name: str, octets: int) -> bytes:
    """The first octets of a partition."""
    with disk.open("rb") as file:
        file.seek(places(disk)[name].offset)
        return file.read(octets)


def write(disk: Path, name: str, content: bytes, at: int = 0) -> None:
    """Overwrite a partition's octets. ValueError when they reach beyond it."""
    place = places(disk)[name]
    if at + len(content) > place.size:
        raise ValueError(f"{len(content)} octets do not fit {name}")
    with disk.open("r+b") as file:
        file.seek(place.offset + at)
        file.write(content)


def _name(entry: bytes) -> str:
    return entry[56:128].decode("utf-16-le").rstrip("\0")


def _place(entry: bytes) -> Place:
    first, last = struct.unpack_from("<QQ", entry, 32)
    return Place(first * _SECTOR, (last - first + 1) * _SECTOR)
