"""Memory of one message that a worker is given as it is: written once, then sealed, and read where it lies.

Nobody can change sealed memory any more (memfd_create(2)), so that another process may look at it without a copy. Knows
neither messages nor workers.
"""

from __future__ import annotations

import fcntl
import os
from mmap import MAP_PRIVATE, PROT_READ, mmap
from typing import Final, Self

_SEALS: Final = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


class Sealed(mmap):
    """The octets. `descriptor` is what another process maps; it is open as long as anybody looks at the octets."""

    descriptor: int

    def __new__(cls, descriptor: int, octets: int) -> Self:
        """Takes the descriptor over. Raises OSError, ValueError."""
        # Private: Linux before 6.7 shares nothing that is sealed against writing. Nothing is copied for it.
        made = super().__new__(cls, descriptor, octets, MAP_PRIVATE, PROT_READ)
        made.descriptor = descriptor
        return made

    def __del__(self) -> None:
        """Close the descriptor."""
        os.close(self.descriptor)


class Growing:
    """Memory that is written. Seal it, or close it."""

    __slots__ = ("_descriptor", "size_octets")

    def __init__(self) -> None:
        """Raises OSError where there is no such memory, or no descriptor left."""
        self._descriptor = os.memfd_create("message", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        self.size_octets = 0

    def add(self, octets: bytes | bytearray | memoryview) -> None:
        """Put octets behind those that are there. Raises OSError when memory ends."""
        rest = memoryview(octets)
        while rest:
            written = os.write(self._descriptor, rest)
            self.size_octets += written
            rest = rest[written:]

    def sealed(self) -> Sealed:
        """All of it; this is over then. Raises OSError, ValueError for nothing at all, which can't be mapped."""
        fcntl.fcntl(self._descriptor, fcntl.F_ADD_SEALS, _SEALS)
        made = Sealed(self._descriptor, self.size_octets)
        self._descriptor = -1
        return made

    def close(self) -> None:
        """Give the memory back, unless it was sealed."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __del__(self) -> None:
        """As `close`."""
        self.close()
