"""Time that runs N times as fast, for a whole process: the event loop's and the gateway's clock alike.

Ten minutes of waiting become half a minute at twenty times; only the work itself takes as long as it takes.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from datetime import UTC, datetime


class PacedLoop(asyncio.SelectorEventLoop):
    """An event loop in which every wait is `pace` times shorter than it says."""

    def __init__(self, pace: float) -> None:
        self._pace = pace
        super().__init__(_PacedSelector(pace))

    def time(self) -> float:
        """Seconds of the faster clock."""
        return super().time() * self._pace


class PacedClock:
    """Implements `gateway.net.clock.Clock`: a time of day that runs from `epoch` on, the same in every process."""

    def __init__(self, pace: float, epoch: float) -> None:
        self._pace = pace
        self._epoch = epoch

    def now(self) -> datetime:
        """The time of day, UTC."""
        return datetime.fromtimestamp(self._epoch + (time.time() - self._epoch) * self._pace, UTC)

    def monotonic(self) -> float:
        """Seconds of the faster clock."""
        return time.monotonic() * self._pace

    def is_synchronised(self) -> bool:
        """Always."""
        return True

    async def sleep(self, seconds: float) -> None:
        """Wait on the paced loop."""
        await asyncio.sleep(seconds)


class _PacedSelector(selectors.DefaultSelector):
    def __init__(self, pace: float) -> None:
        super().__init__()
        self._pace = pace

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self._pace if timeout else timeout)
