"""One message file: written whole or not at all, and looked at. Synchronous; runs in threads.

`messages` makes many of them durable together.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gateway.store.disk import Disk, joined
from gateway.store.errors import DamagedMessage, StoreError, of_reading, of_writing
from gateway.store.format import (
    END_OCTETS,
    HEAD_MAXIMUM_OCTETS,
    FileHeader,
    decode,
    decode_end,
    decode_head,
    encode_end,
    encode_head,
)

Pieces = Iterable[bytes | memoryview]

# Enough for the envelope of nearly every message; a longer one costs a second read.
_HEAD_READ_OCTETS = 65_536


@dataclass(frozen=True, slots=True)
class Scanned:
    """One file of a folder. `header` is None when it is damaged; then `damage` says how."""

    name: str
    header: FileHeader | None
    size_octets: int
    damage: str = ""


def temporary_path(path: Path) -> Path:
    """Where a file is while it is being written."""
    return path.with_name(f".{path.name}.tmp")


def write(disk: Disk, path: Path, header: FileHeader, pieces: Pieces, *, synced: bool) -> int:
    """Write a file and give it its name; the size of the message in it. The folder is not synced here.

    Raises StoreError: then neither the file nor its temporary name is there. After a failed fsync the descriptor
    is closed and never asked again: the kernel may have dropped the pages (reliability.md §1).
    """
    temporary = temporary_path(path)
    try:
        descriptor = disk.open_new(temporary)
        try:
            size = _fill(disk, descriptor, header, pieces)
            if synced:
                disk.fsync(descriptor)
        finally:
            disk.close(descriptor)
        disk.rename(temporary, path)
    except OSError as error:
        discard(disk, temporary)
        raise of_writing(error) from error
    except BaseException:
        discard(disk, temporary)
        raise
    return size


def discard(disk: Disk, path: Path) -> None:
    """Remove what nobody was promised, as far as the disk lets us; the next start does the rest."""
    with suppress(OSError):
        disk.unlink(path)


def load(path: Path) -> bytes:
    """All octets of a file. Raises StoreError."""
    # Not mmap: a bad sector under a mapping is SIGBUS and ends the process, a failed read is an error.
    try:
        return path.read_bytes()
    except OSError as error:
        raise of_reading(error) from error


def scan(path: Path, *, prove: bool) -> Scanned:
    """What a file is: with `prove` its hash is checked, else only envelope and end. Never raises for the file."""
    try:
        if prove:
            stored = decode(load(path))
            return Scanned(path.name, stored.header, len(stored.octets))
        header, size = glance(path)
    except StoreError as error:
        return Scanned(path.name, None, 0, str(error))
    return Scanned(path.name, header, size)


def glance(path: Path) -> tuple[FileHeader, int]:
    """Envelope and size of a file whose length is right; its octets are not read. Raises StoreError."""
    try:
        with path.open("rb") as file:
            whole = os.fstat(file.fileno()).st_size
            start = file.read(_HEAD_READ_OCTETS)
            if start.count(b"\n") < 2:
                start += file.read(HEAD_MAXIMUM_OCTETS)
            header, body_at = decode_head(start)
            file.seek(max(whole - END_OCTETS, 0))
            size, _ = decode_end(file.read())
    except OSError as error:
        raise of_reading(error) from error
    if whole != body_at + size + END_OCTETS:
        raise DamagedMessage(f"cut: {whole - body_at - END_OCTETS} octets of {size}")
    return header, size


def _fill(disk: Disk, descriptor: int, header: FileHeader, pieces: Pieces) -> int:
    """Write envelope, octets and end; the size of the octets."""
    head = encode_head(header)
    digest = hashlib.sha256(head)
    disk.write(descriptor, head)
    size = 0
    for piece in joined(pieces):
        digest.update(piece)
        disk.write(descriptor, piece)
        size += len(piece)
    disk.write(descriptor, encode_end(size, digest.hexdigest()))
    return size
