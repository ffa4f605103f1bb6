"""A large message in a file that has no name: where it waits when the memory for messages is nearly used up (D15).

Nobody else can find it and nothing is left of it after a crash. Never synced: nothing is promised about it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from gateway.worker.sealed import Growing, Sealed


class Filed(Growing):
    """As `Growing`, on the disk of `folder`. What another process is given can be read and not written."""

    __slots__ = ()

    def __init__(self, folder: Path) -> None:
        """Raises OSError where the folder is missing or takes no file."""
        self._descriptor = -1
        with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
            self._descriptor = os.dup(file.fileno())
        self.size_octets = 0

    def sealed(self) -> Sealed:
        """All of it; this is over then. Raises OSError, ValueError for nothing at all, which can't be mapped."""
        readable = os.open(f"/proc/self/fd/{self._descriptor}", os.O_RDONLY | os.O_CLOEXEC)
        self.close()
        self._descriptor = readable  # ours to close until it is mapped
        made = Sealed(readable, self.size_octets)
        self._descriptor = -1
        return made
