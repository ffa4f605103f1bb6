"""What a next hop said about addresses, and how long that counts.

Keeps folded addresses and monotonic times, so that a clock that jumps or isn't set yet changes nothing (D17).
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from gateway.net.clock import Clock

POSITIVE_SECONDS = 4 * 86_400.0
REFRESH_SECONDS = 86_400.0
NEGATIVE_SECONDS = 3_600.0
# Ten times the mailboxes of the largest office we are made for; about 2 MB. The two kinds are kept apart, so
# that a dictionary attack, which makes negative entries only, pushes out nobody who exists.
POSITIVE_MAXIMUM = 10_000
NEGATIVE_MAXIMUM = 5_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """One address. `is_valid`: the answer still counts; `is_stale`: better ask again in the background.

    A positive one that is no longer valid still counts while the hop can't be asked (frozen, D1).
    """

    is_known: bool
    is_valid: bool
    is_stale: bool = False


class Cache:
    """Answers by folded address, the least lately used leave first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[str, float] = OrderedDict()
        self._unknown: OrderedDict[str, float] = OrderedDict()

    def find(self, key: str) -> Remembered | None:
        """What is remembered of this address."""
        now = self._clock.monotonic()
        if (time := self._known.get(key)) is not None:
            self._known.move_to_end(key)
            return Remembered(True, now - time < POSITIVE_SECONDS, now - time >= REFRESH_SECONDS)
        if (time := self._unknown.get(key)) is not None:
            return Remembered(False, now - time < NEGATIVE_SECONDS)
        return None

    def note_known(self, key: str) -> None:
        """The hop took it."""
        self._unknown.pop(key, None)
        _put(self._known, key, self._clock.monotonic(), POSITIVE_MAXIMUM)

    def note_unknown(self, key: str) -> None:
        """The hop said that there is no such address."""
        self._known.pop(key, None)
        _put(self._unknown, key, self._clock.monotonic(), NEGATIVE_MAXIMUM)

    def forget(self, key: str) -> None:
        """The hop refused it for a reason that may be gone with the next message."""
        self._known.pop(key, None)
        self._unknown.pop(key, None)

    def clear(self) -> None:
        """What was said is not to be trusted."""
        self._known.clear()
        self._unknown.clear()


def _put(times: OrderedDict[str, float], key: str, now: float, maximum: int) -> None:
    times[key] = now
    times.move_to_end(key)
    if len(times) > maximum:
        times.popitem(last=False)
