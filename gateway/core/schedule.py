"""When to try again and when to give up (RFC 5321 §4.5.4.1). Pure: seconds in, seconds out."""

from __future__ import annotations

from typing import Final

_MINUTE = 60.0
_HOUR = 3_600.0
# Inside the office a server comes back within minutes, and a people's mail should follow at once (features.md §6.3).
INSIDE_DELAYS_SECONDS: Final = tuple(_MINUTE * minutes for minutes in (1, 2, 5, 10, 15))
# A stranger's server greylists for some minutes, and counts who comes too often.
OUTSIDE_DELAYS_SECONDS: Final = tuple(_MINUTE * minutes for minutes in (5, 10, 20, 30, 60, 120))
# We are the last copy: RFC 5321 §4.5.4.1 asks for at least 4 to 5 days.
LIFETIME_SECONDS: Final = 5 * 86_400.0
# Nobody waits for a notice that comes later, and many are for addresses that never were.
NOTICE_LIFETIME_SECONDS: Final = 86_400.0
# Office people are told by then that their mail still waits (features.md §6.3).
DELAY_NOTICE_SECONDS: Final = 4 * _HOUR


def delay_after(attempts: int, lane: str = "", *, is_trouble: bool = True) -> float:
    """Seconds until the next try on this lane, after this many failed ones (at least 1).

    `is_trouble`: the next hop itself failed. A provider that is away is asked as often as our own server, since all
    mail waits for it; what it puts off is not offered again so soon.
    """
    is_inside = not is_outside(lane) or (lane.startswith("smart_host:") and is_trouble)
    delays = INSIDE_DELAYS_SECONDS if is_inside else OUTSIDE_DELAYS_SECONDS
    return delays[min(max(attempts, 1), len(delays)) - 1]


def lifetime(lane: str, *, is_notice: bool) -> float:
    """How long a message is tried on this lane; `is_notice` for the null reverse-path."""
    return NOTICE_LIFETIME_SECONDS if is_notice and is_outside(lane) else LIFETIME_SECONDS


def is_over(since: float, now: float, lasting: float = LIFETIME_SECONDS) -> bool:
    """True when a message of `since` is not worth another try. Both in seconds since the epoch."""
    return now - since > lasting


def is_outside(lane: str) -> bool:
    """True for the lanes that lead out of the office (D21)."""
    return lane.startswith(("mx:", "smart_host:"))
