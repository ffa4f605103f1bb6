"""The C library's allocator, told once that large memory goes back to the system as soon as it is freed.

glibc learns from the first large message that is freed to keep memory of that size for the next one, and each thread
keeps its own: after a burst of large mail the process stays as large as it was then. Knows no message.
"""

from __future__ import annotations

import ctypes
from typing import Final

# From here on an allocation has pages of its own; below, memory is used again, which costs no faults of pages.
LARGE_OCTETS: Final = 1_048_576
# Threads hash large messages, two at a time on a small board: they need no heaps of their own.
HEAPS: Final = 1

# malloc.h: M_MMAP_THRESHOLD and M_ARENA_MAX.
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8


def give_back_large_memory() -> bool:
    """Set both for this process; False where the C library has no such settings."""
    try:
        set_option = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    # Not `and`: each is worth having without the other.
    return all([set_option(_MMAP_THRESHOLD, LARGE_OCTETS) == 1, set_option(_ARENA_MAX, HEAPS) == 1])
