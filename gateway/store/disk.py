"""The few calls by which files become durable. Everything that writes gets one, so that tests can make each fail."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from gateway.core.space import Space

# Small pieces (header fields) are joined up to this size, so that a message costs few system calls.
_JOIN_OCTETS = 65_536


class Disk:
    """The real one. Every method raises OSError."""

    def make_folder(self, path: Path) -> None:
        """Make a folder that only we may read, and its parents."""
        path.mkdir(mode=0o700, parents=True, exist_ok=True)

    def open_new(self, path: Path) -> int:
        """A descriptor of a file that did not exist before, readable by us alone."""
        return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)

    def write(self, descriptor: int, octets: bytes | memoryview) -> None:
        """Write all of it; the kernel may take less at a time."""
        rest = memoryview(octets).cast("B")
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    def fsync(self, descriptor: int) -> None:
        """Put the file's octets on the device. After an error the file is lost: a second call may lie."""
        os.fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """Give the descriptor back."""
        os.close(descriptor)

    def rename(self, source: Path, target: Path) -> None:
        """Give the file its name, in one step."""
        source.rename(target)

    def unlink(self, path: Path) -> None:
        """Remove a file; one that is gone already is no error."""
        path.unlink(missing_ok=True)

    def space(self, path: Path) -> Space:
        """What is free on the file system of this path, and all of it."""
        found = os.statvfs(path)
        return Space(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)

    def sync_folder(self, path: Path) -> None:
        """Put the names in a folder on the device."""
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self.fsync(descriptor)
        finally:
            os.close(descriptor)


def joined(pieces: Iterable[bytes | memoryview]) -> Iterable[bytes | memoryview]:
    """The same octets in fewer pieces; large ones are not copied."""
    small = bytearray()
    for piece in pieces:
        if len(piece) < _JOIN_OCTETS:
            small += piece
        if len(piece) >= _JOIN_OCTETS or len(small) >= _JOIN_OCTETS:
            if small:
                yield bytes(small)
                small.clear()
            if len(piece) >= _JOIN_OCTETS:
                yield piece
    if small:
        yield bytes(small)
