"""A Clock that stands still until a test turns it. Knows the Clock protocol and the running loop, nothing else."""

from __future__ import annotations

import asyncio
import heapq
from datetime import UTC, datetime, timedelta
from itertools import count

# How often the loop is let run after each turn, so that what was woken gets to its next wait.
_ROUNDS = 20


class HandClock:
    """`now` and `monotonic` move together, by `advance` or `turn` only; `synchronised` may be set by the test."""

    def __init__(self, now: datetime = datetime(2026, 11, 24, 12, 0, tzinfo=UTC), monotonic: float = 1_000.0) -> None:
        self.synchronised = True
        self._now = now
        self._monotonic = monotonic
        self._order = count()
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The time of day, UTC."""
        return self._now

    def monotonic(self) -> float:
        """Seconds from an arbitrary start."""
        return self._monotonic

    def is_synchronised(self) -> bool:
        """What the test says."""
        return self.synchronised

    async def sleep(self, seconds: float) -> None:
        """Wait until the test has turned the clock by `seconds`; 0 or less only lets others run."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._monotonic + seconds, next(self._order), future))
        await future

    @property
    def sleepers(self) -> int:
        """How many wait now."""
        return sum(not future.done() for _, _, future in self._sleepers)

    def advance(self, seconds: float) -> None:
        """Move at once and wake whoever is due; they run when the test next awaits."""
        self._move_to(self._monotonic + seconds)
        while self._sleepers and self._sleepers[0][0] <= self._monotonic:
            _wake(heapq.heappop(self._sleepers)[2])

    async def turn(self, seconds: float) -> None:
        """Move from sleeper to sleeper and let each run, so that a periodic task wakes every time."""
        end = self._monotonic + seconds
        await settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            self._move_to(due)
            _wake(future)
            await settle()
        self._move_to(end)
        await settle()

    def set_now(self, now: datetime) -> None:
        """Let the time of day jump, as NTP does; the monotonic clock stays."""
        self._now = now

    def _move_to(self, monotonic: float) -> None:
        self._now += timedelta(seconds=monotonic - self._monotonic)
        self._monotonic = monotonic


async def settle() -> None:
    """Let everything that is ready run, a few rounds of the loop."""
    for _ in range(_ROUNDS):
        await asyncio.sleep(0)


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
