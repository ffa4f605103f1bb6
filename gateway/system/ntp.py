"""Whether somebody keeps the machine's time of day right: the kernel knows it from its NTP client.

Asks with adjtimex(2), which needs no privilege to read. Knows no network.
"""

from __future__ import annotations

import ctypes

# adjtimex(2): the answer of a kernel whose clock nobody disciplines.
_TIME_ERROR = 5
# struct timex has 208 octets on 64 bits and fewer elsewhere; all zeros asks and sets nothing.
_TIMEX_OCTETS = 512


def kernel_time_is_kept() -> bool:
    """True while an NTP client keeps the clock; False without one, and where the kernel can't be asked."""
    try:
        adjtimex = ctypes.CDLL(None, use_errno=True).adjtimex
    except (AttributeError, OSError):
        return False
    answer: int = adjtimex(ctypes.create_string_buffer(_TIMEX_OCTETS))
    return 0 <= answer < _TIME_ERROR
