"""The only reader of the time. Everything else is given a Clock."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Final, Protocol

# 2026-01-01, UTC: the year before this release was written cannot be the present.
EARLIEST: Final = 1_767_225_600.0


class Clock(Protocol):
    """Wall clock for stamps, monotonic clock for waiting (D17)."""

    def now(self) -> datetime:
        """The time of day, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never jumps."""
        ...

    def is_synchronised(self) -> bool:
        """False while the time of day may be nonsense (a Pi has no battery): then nothing expires."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait on the monotonic clock."""
        ...


class SystemClock:
    """The machine's clocks."""

    def now(self) -> datetime:
        """The time of day, UTC."""
        return datetime.fromtimestamp(time.time(), UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start."""
        return time.monotonic()

    def is_synchronised(self) -> bool:
        """A year before this release was written cannot be the present."""
        return time.time() > EARLIEST

    async def sleep(self, seconds: float) -> None:
        """Wait on the loop's monotonic clock."""
        await asyncio.sleep(seconds)
