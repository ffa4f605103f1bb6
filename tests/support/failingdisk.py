"""A Disk whose calls fail or stand still when a test says so, and that counts them."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from gateway.core.space import Space
from gateway.store.disk import Disk

Hook = Callable[[str], None]


def _nothing(point: str) -> None:
    """Stop nowhere."""


class FailingDisk(Disk):
    """`calls` counts by name. `at` is told `before:NAME` and `after:NAME` of each call, in its thread; it may block."""

    def __init__(self, at: Hook = _nothing) -> None:
        self.calls: Counter[str] = Counter()
        self.at = at
        self.is_as_large_as: Space | None = None
        self._failures: dict[str, tuple[int, int]] = {}

    def fail(self, call: str, number: int = errno.ENOSPC, after: int = 0) -> None:
        """Let every `call` raise this error, once it has gone well `after` times more."""
        self._failures[call] = (number, after)

    def heal(self) -> None:
        """Let everything go well again."""
        self._failures.clear()

    def open_new(self, path: Path) -> int:
        with _Step(self, "open_new"):
            return super().open_new(path)

    def write(self, descriptor: int, octets: bytes | memoryview) -> None:
        """A disk that is full takes a part first."""
        try:
            with _Step(self, "write"):
                super().write(descriptor, octets)
        except OSError:
            os.write(descriptor, memoryview(octets)[: len(octets) // 2])
            raise

    def fsync(self, descriptor: int) -> None:
        with _Step(self, "fsync"):
            super().fsync(descriptor)

    def close(self, descriptor: int) -> None:
        """The descriptor is gone even where close reports an error."""
        super().close(descriptor)
        with _Step(self, "close"):
            pass

    def rename(self, source: Path, target: Path) -> None:
        with _Step(self, "rename"):
            super().rename(source, target)

    def unlink(self, path: Path) -> None:
        with _Step(self, "unlink"):
            super().unlink(path)

    def space(self, path: Path) -> Space:
        """What the test says, else the truth."""
        with _Step(self, "space"):
            return self.is_as_large_as or super().space(path)

    def sync_folder(self, path: Path) -> None:
        with _Step(self, "sync_folder"):
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

    def begin(self, call: str) -> None:
        """Count it, stop at it, or let it fail."""
        self.calls[call] += 1
        self.at(f"before:{call}")
        number, after = self._failures.get(call, (0, 0))
        if number and after:
            self._failures[call] = (number, after - 1)
        elif number:
            raise OSError(number, os.strerror(number))


class _Step:
    """One call."""

    def __init__(self, disk: FailingDisk, call: str) -> None:
        self._disk = disk
        self._call = call

    def __enter__(self) -> None:
        self._disk.begin(self._call)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._disk.at(f"after:{self._call}")
