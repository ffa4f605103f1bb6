"""When to try again and when to give up (RFC 5321 §4.5.4.1). Pure: seconds in, seconds out."""

from __future__ import annotations

from typing import Final

_MINUTE = 60.0
# Inside the office a server comes back within minutes, and a people's mail should follow at once (features.md §6.3).
INSIDE_DELAYS_SECONDS: Final = tuple(_MINUTE * minutes for minutes in (1, 2, 5, 10, 15))
# We are the last copy: RFC 5321 §4.5.4.1 asks for at least 4 to 5 days.
LIFETIME_SECONDS: Final = 5 * 86_400.0


def delay_after(attempts: int) -> float:
    """Seconds until the next try, after this many failed ones (at least 1)."""
    return INSIDE_DELAYS_SECONDS[min(max(attempts, 1), len(INSIDE_DELAYS_SECONDS)) - 1]


def is_over(since: float, now: float) -> bool:
    """True when a message of `since` is not worth another try. Both in seconds since the epoch."""
    return now - since > LIFETIME_SECONDS
