"""How much room for messages is left, and how much must be left before another is begun. Pure: octets in, octets out.

The order in which room is given up is `gateway/store/README.md`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Kept for what was promised or begun: mail that must be held, the databases' logs (4 MiB each), their growth.
RESERVE_OCTETS: Final = 67_108_864
# On a small file system the reserve is this share of it.
RESERVE_SHARE: Final = 8
# reliability.md §11.8: the message, and what edits, names and the file system add to it.
_MARGIN_PER_CENT: Final = 150


@dataclass(frozen=True, slots=True)
class Space:
    """A file system's free octets, for us and not for root only, and all its octets."""

    free_octets: int
    total_octets: int

    @property
    def reserve_octets(self) -> int:
        """What new mail may not use."""
        return min(RESERVE_OCTETS, self.total_octets // RESERVE_SHARE)

    @property
    def usable_octets(self) -> int:
        """What new mail may use; negative while the reserve itself is in use."""
        return self.free_octets - self.reserve_octets


def needed(begun_octets: int, memory_octets: int) -> int:
    """The room that transactions must find, by the sizes of the messages begun.

    They never hold more than the memory for messages (D15) at one time.
    """
    return min(begun_octets, memory_octets) * _MARGIN_PER_CENT // 100
