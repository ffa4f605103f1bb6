"""What the queue knows only while it runs: who is being tried, who must wait, and how much room is taken.

A restart forgets the first, counts the second anew from the rows, and adds up the third.
"""

from __future__ import annotations

from collections.abc import Iterable

from gateway.store.base import Clock
from gateway.store.errors import DiskFull

# D1: the hop may still be working on what it has; RFC 5321 §4.5.3.2.6 gives it 10 minutes after the dot.
IN_DOUBT_SECONDS = 600.0
# `limits.spool_octets` by default: 2 GiB, days of a small office's mail.
SPOOL_OCTETS = 2_147_483_648


class InFlight:
    """Names here are entry ids. Waiting is counted on the monotonic clock (D17)."""

    def __init__(self, clock: Clock, limit_octets: int = SPOOL_OCTETS) -> None:
        self.octets = 0
        self._clock = clock
        self.limit_octets = limit_octets
        self._claimed: set[str] = set()
        self._not_before: dict[str, float] = {}

    def claim(self, names: Iterable[str], limit: int) -> tuple[str, ...]:
        """Take the first `limit` that nobody has and that need not wait."""
        now = self._clock.monotonic()
        free = [n for n in names if n not in self._claimed and now >= self._not_before.get(n, now)][:limit]
        self._claimed.update(free)
        return tuple(free)

    def release(self, *names: str) -> None:
        """Give claimed entries back."""
        self._claimed.difference_update(names)

    def is_claimed(self, name: str) -> bool:
        """True while somebody tries it."""
        return name in self._claimed

    def wait_from_dot(self, name: str, dot_at: float | None = None) -> None:
        """Let nobody claim it until 10 minutes after the dot.

        `dot_at` is seconds since the epoch; without it, or where the time of day cannot be believed, from now.
        """
        wait = IN_DOUBT_SECONDS
        if dot_at is not None and self._clock.is_synchronised():
            passed = self._clock.now().timestamp() - dot_at
            wait = IN_DOUBT_SECONDS - passed if passed >= 0 else IN_DOUBT_SECONDS
        self._not_before[name] = self._clock.monotonic() + max(wait, 0.0)

    def end_wait(self, name: str) -> None:
        """The doubt is settled, or nobody will try it any more."""
        self._not_before.pop(name, None)

    @property
    def free_octets(self) -> int:
        """What the spool may still take by its own limit."""
        return self.limit_octets - self.octets

    def reserve(self, size_octets: int) -> None:
        """Take room before writing, so that many at once don't pass the limit together. Raises DiskFull."""
        if self.octets + size_octets > self.limit_octets:
            raise DiskFull(f"the spool holds {self.octets} of {self.limit_octets} octets")
        self.octets += size_octets

    def free(self, size_octets: int) -> None:
        """Give room back."""
        self.octets -= size_octets
