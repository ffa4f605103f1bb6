"""What the store is given: the time and somebody to tell. The package knows no other part of the gateway."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """The part of `net.clock.Clock` that the store needs; store and net don't import one another."""

    def now(self) -> datetime:
        """The time of day, UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; never jumps."""
        ...

    def is_synchronised(self) -> bool:
        """False while the time of day may be nonsense: then nothing expires (D17)."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait on the monotonic clock."""
        ...
